"""Mail in, through a real IMAP server: read, filed, moved aside; nothing twice."""

from tests.mailbox.letters_in import message, request_of
from tests.mailbox.post_office import Mailbox


def test_an_answer_that_comes_by_mail_is_a_reply_of_its_case_and_a_clerk_is_to_look(
    mailbox: Mailbox,
) -> None:
    case = mailbox.asked()
    asked = request_of(mailbox.story, case)
    assert "+" in str(asked["Reply-To"])
    mailbox.deliver(mailbox.answer(case), str(asked["Reply-To"].addresses[0].addr_spec))
    reading = mailbox.read()
    assert reading.counts() == {"filed": 1}
    (reply,) = mailbox.replies(case)
    assert reply.channel.value == "email"
    assert "已办理" in reply.summary
    assert mailbox.story.stands(case).startswith("look by zhou")
    assert mailbox.holds() == {"INBOX": 0, "Filed": 1, "Tray": 0, "Rejected": 0}


def test_what_names_no_case_lies_in_the_tray_and_in_its_folder(mailbox: Mailbox) -> None:
    mailbox.deliver(message(subject="你好"))
    assert mailbox.read().counts() == {"tray": 1}
    assert [each.reason.value for each in mailbox.tray()] == ["no_case_named"]
    assert mailbox.holds() == {"INBOX": 0, "Filed": 0, "Tray": 1, "Rejected": 0}
