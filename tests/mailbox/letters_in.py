"""Messages as an office, its mail program and its mail server write them."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from itertools import count

from tests.story import Story

OURS = "hancha@office.example"
TOWN = "yz@office.example"  #: Of the office YZ, which the sample cases ask.
_NUMBERS = count(1)


def request_of(story: Story, case: str) -> EmailMessage:
    """Return the first mail of a case as its office got it."""
    (message,) = [each for each in story.outbox(case) if each.is_ladder is False][:1]
    content = story.house.documents.get(message.content, case_id=message.case_id)
    parsed = BytesParser(policy=SMTP).parsebytes(content)
    assert isinstance(parsed, EmailMessage)
    return parsed


def message(
    *,
    sender: str = TOWN,
    to: str = OURS,
    subject: str = "复函",
    text: str = "已办理，详见附件。",
    pdf: bytes = b"",
    message_id: str = "",
    **headers: str,
) -> bytes:
    """Return a message; names of further headers are written with underscores."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = message_id or f"<answer-{next(_NUMBERS)}@town.example>"
    mail["Date"] = "Mon, 02 Mar 2026 10:00:00 +0800"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if pdf:
        mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="复函.pdf")
    return mail.as_bytes()


def reply_to(request: EmailMessage, **more: str) -> bytes:
    """Return an answer as a mail program writes it: to Reply-To, in the thread."""
    given = {
        "to": str(request["Reply-To"] or request["From"]),
        "subject": f"回复：{request['Subject']}",
        "In_Reply_To": str(request["Message-ID"]),
        "References": str(request["Message-ID"]),
        **more,
    }
    return message(**given)  # type: ignore[arg-type]
