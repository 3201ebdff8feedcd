"""Bounces: what did not arrive is taken back, and its office's address is in doubt."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from cases.operations import clock
from cases.store import address_repairs
from cases.vocabulary.mail import MailNature
from tests.mailbox.letters_in import TOWN, request_of
from tests.mailbox.post_office import PostOffice


def bounce(returned: EmailMessage, *, action: str = "failed", recipient: str = TOWN) -> bytes:
    """Return a delivery report (RFC 3464) as Postfix writes it."""
    status = "5.1.1" if action == "failed" else "4.4.1"
    report = EmailMessage(policy=SMTP)
    report["From"], report["To"] = "MAILER-DAEMON@mx.example", "hancha@office.example"
    report["Subject"], report["Return-Path"] = "Undelivered Mail Returned to Sender", "<>"
    report["Message-ID"] = f"<{action}.{recipient}@mx.example>"
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such mailbox.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such mailbox\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {returned['Message-ID']}\r\n"
        f"To: {recipient}\r\n\r\nx\r\n--b--\r\n"
    )
    head = report.as_bytes().rstrip() + b"\r\nMIME-Version: 1.0\r\n"
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    return head + kind.encode() + body.encode()


def test_a_bounce_takes_the_receipt_back_and_puts_the_address_in_doubt(office: PostOffice) -> None:
    case = office.asked()
    assert office.story.request(case).due_on is not None
    for _ in range(3):
        taken = office.take(bounce(request_of(office.story, case)))
    assert taken.mail.nature is MailNature.BOUNCE
    assert [row.status.value for row in office.story.outbox(case)] == ["given_up"]
    assert office.story.request(case).due_on is None
    assert office.story.stands(case).startswith("repair_dispatch")
    with office.house.database.reading() as session:
        (repair,) = address_repairs.listed(session)
    assert "5.1.1" in repair.reason
    assert [each.kind.value for each in office.story.entries(case)].count("returned") == 1


@pytest.mark.parametrize(
    "changes",
    [{"action": "delayed"}, {"recipient": "other@office.example"}],
    ids=["it is only late", "it speaks of another recipient"],
)
def test_a_report_that_does_not_say_so_changes_nothing(
    office: PostOffice, changes: dict[str, str]
) -> None:
    case = office.asked()
    before = office.story.stands(case)
    office.take(bounce(request_of(office.story, case), **changes))
    assert office.story.stands(case) == before
    with office.house.database.reading() as session:
        assert address_repairs.listed(session) == []


def test_a_bounce_of_nothing_of_ours_waits_for_a_person(office: PostOffice) -> None:
    office.asked()
    stranger = EmailMessage(policy=SMTP)
    stranger["Message-ID"] = "<guessed@office.example>"
    office.take(bounce(stranger))
    assert [each.reason.value for each in office.tray()] == ["unplaced_bounce"]


def test_a_bounce_after_a_recorded_delivery_is_only_noted(office: PostOffice) -> None:
    case = office.asked()
    today = office.story.clock.now().date()
    office.story.act("mail", clock.record_delivery, case, today)
    before = office.story.stands(case)
    office.take(bounce(request_of(office.story, case)))
    assert office.story.stands(case) == before
