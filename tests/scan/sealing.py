"""Letters that are stamped by hand: opened, printed, scanned back, and looked at."""

from email import message_from_bytes

from tests.scan.mail_room import MailRoom

HOME, APPLICANT = "yz@office.example", "applicant@person.example"
WET = {"request": "wet", "reminder": "wet"}


def asked_with_seal(room: MailRoom, **changes: object) -> str:
    """Open a case whose letters are stamped by hand; its request waits for the seal."""
    kind = room.story.publish("stamped", **{"seals": WET, **changes})
    case = room.story.open(case_type=kind)
    room.story.rest()
    return case


def codes(room: MailRoom, case: str, letter: int = 1) -> list[str]:
    return [room.code(case, page + 1, letter) for page in range(room.pages(case, letter))]


def sent_pdf(room: MailRoom, recipient: str = HOME) -> bytes:
    """Return the letter in the only mail to somebody."""
    (envelope,) = room.story.mail.to(recipient)
    parts = [
        part
        for part in message_from_bytes(envelope.content).walk()
        if part.get_content_type() == "application/pdf"
    ]
    content = parts[0].get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def sealed_pdf(room: MailRoom, case: str, letter: int = 1) -> bytes:
    """Return the sealed scan on file."""
    row = room.story.letters(case)[letter - 1]
    return room.house.documents.get(row.sealed_document, case_id=row.case_id)
