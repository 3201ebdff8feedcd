"""Mail in, through a real IMAP server: read, filed, moved aside; nothing twice."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP

import pytest
from aiosmtpd import smtp
from imapclient import IMAPClient

from cases.store import correspondence
from cases.vocabulary.errors import MailUnavailable
from flows import mail_watch
from flows.mail_reader import MailReader
from flows.sender import Sender
from integrations.mail_round import imap_settings
from integrations.mailbox import imap
from integrations.scans.reader import ScanReader
from integrations.tls import TlsMode
from tests.mail.mail_servers import Friendly, mail_server
from tests.mailbox.cutting import cut_line
from tests.mailbox.dovecot import Dovecot
from tests.mailbox.letters_in import message, request_of
from tests.mailbox.post_office import Mailbox
from tests.story import instant


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


def test_three_deliveries_and_a_line_cut_at_every_command_make_one_reply_each(
    mailbox: Mailbox,
) -> None:
    """Cut before the server hears a command, and after it did but before it answers."""
    cases = [mailbox.asked() for _ in range(2)]
    answers = [mailbox.answer(case) for case in cases]
    for content in (*answers, *reversed(answers), message(subject="不相关"), *answers):
        mailbox.deliver(content)
    with cut_line(mailbox.dovecot.imap) as line:
        cuts = 0
        for number in range(1, 60):
            line.cut_at, line.is_heard = number, number % 2 == 0
            with suppress(MailUnavailable):
                mailbox.read(port=line.port)
                break
            cuts += 1
        assert cuts > 15, "the line was cut at most of the commands"
        line.cut_at = 0
        mailbox.read(port=line.port)
    for case in cases:
        (reply,) = mailbox.replies(case)
        kinds = [each.kind.value for each in mailbox.story.entries(case)]
        assert kinds.count("reply_recorded") == 1
        assert kinds.count("mail_filed") == 1
        assert mailbox.story.stands(case).startswith("look by zhou")
        assert not reply.is_surplus
    assert len(mailbox.mails()) == 3
    assert mailbox.holds() == {"INBOX": 0, "Filed": 6, "Tray": 1, "Rejected": 0}


def test_another_uidvalidity_takes_nothing_twice(mailbox: Mailbox) -> None:
    case = mailbox.asked()
    mailbox.deliver(mailbox.answer(case))
    with imap.opened(imap_settings(mailbox.house.settings)) as session:
        (uid,) = session.waiting()
        fetched = session.fetch(uid, 10**6)
        assert fetched is not None
        mailbox.take(fetched.content)
    mailbox.dovecot.forget_uids(mailbox.user)
    reading = mailbox.read()
    assert (reading.known, reading.taken) == (1, [])
    assert len(mailbox.replies(case)) == 1
    assert mailbox.holds()["Filed"] == 1


def test_a_server_that_cannot_move_gets_one_copy_though_it_was_cut_before_deleting(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    has = IMAPClient.has_capability
    monkeypatch.setattr(
        IMAPClient, "has_capability", lambda self, name: name != "MOVE" and has(self, name)
    )
    case = mailbox.asked()
    content = mailbox.answer(case)
    mailbox.deliver(content)
    with monkeypatch.context() as cut:
        cut.setattr(IMAPClient, "delete_messages", _cut)
        with pytest.raises(MailUnavailable):
            mailbox.read()
    assert mailbox.holds()["Filed"] == 1
    mailbox.read()
    assert mailbox.holds() == {"INBOX": 0, "Filed": 1, "Tray": 0, "Rejected": 0}
    assert len(mailbox.replies(case)) == 1


def _cut(*_given: object) -> None:
    raise ConnectionResetError("cut")


def test_no_rung_is_climbed_before_the_mailbox_was_read_after_the_due_instant(
    mailbox: Mailbox,
) -> None:
    MailReader(mailbox.house).announce()
    story = mailbox.story
    case = mailbox.asked()
    mailbox.read()
    story.clock.at = instant("Tue 2026-03-24 08:00")
    story.rest()
    assert story.stands(case).startswith("read_intake by engine")
    mailbox.read()
    story.live_until("Tue 2026-03-24 17:00")
    assert [letter.kind.value for letter in story.letters(case)] == ["request", "reminder"]


def test_an_answer_found_on_that_reading_holds_the_reminder_back_and_came_in_time(
    mailbox: Mailbox,
) -> None:
    """Its day is the day it reached our mailbox, not the day on which we read it."""
    MailReader(mailbox.house).announce()
    story = mailbox.story
    case = mailbox.asked()
    story.clock.at = instant("Tue 2026-03-24 08:00")
    story.rest()
    mailbox.take(mailbox.answer(case), at=instant("Mon 2026-03-23 22:00"))
    mailbox.read()
    story.live_until("Tue 2026-03-24 17:00")
    assert len(story.letters(case)) == 1
    (reply,) = mailbox.replies(case)
    assert (reply.received_on.isoformat(), reply.is_late) == ("2026-03-23", False)


def test_a_mailbox_that_is_no_longer_set_holds_nothing_back(mailbox: Mailbox) -> None:
    MailReader(mailbox.house).announce()
    with mailbox.house.database.reading() as session:
        assert correspondence.intake_state(session) == (True, None)
    mailbox.house.settings.imap_host = ""
    MailReader(mailbox.house).announce()
    with mailbox.house.database.reading() as session:
        assert correspondence.intake_state(session) == (False, None)


def test_the_reader_stays_connected_and_takes_in_what_comes_while_the_server_is_idle(
    mailbox: Mailbox,
) -> None:
    case = mailbox.asked()

    async def live() -> None:
        stop = asyncio.Event()
        reading = asyncio.create_task(MailReader(mailbox.house).run(stop))
        try:
            await _until(lambda: mailbox.holds()["INBOX"] == 0 and _is_read(mailbox))
            await asyncio.to_thread(mailbox.deliver, mailbox.answer(case))
            await _until(lambda: mailbox.holds()["Filed"] == 1)
        finally:
            stop.set()
            await reading

    asyncio.run(live())
    assert len(mailbox.replies(case)) == 1


async def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(1_200):
        if is_so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to that in a minute")


def _is_read(mailbox: Mailbox) -> bool:
    with mailbox.house.database.reading() as session:
        return correspondence.intake_state(session)[1] is not None


def test_a_wrong_password_is_said_without_it(mailbox: Mailbox) -> None:
    wrong = replace(imap_settings(mailbox.house.settings), password="not-the-word")
    with pytest.raises(MailUnavailable) as refused, imap.opened(wrong):
        pass
    assert "not-the-word" not in str(refused.value)
    assert mailbox.user in str(refused.value)


def test_the_watch_reads_only_where_the_reader_has_fallen_behind_and_fails_where_it_cannot(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_watch, "house", lambda: mailbox.house)
    mailbox.read()
    mailbox.deliver(message())
    assert asyncio.run(mail_watch.watch_mailbox.fn()) == 0
    assert mailbox.holds()["INBOX"] == 1
    mailbox.story.clock.at = instant("Mon 2026-03-02 10:00")
    assert asyncio.run(mail_watch.watch_mailbox.fn()) == 1
    mailbox.story.clock.at = instant("Mon 2026-03-02 11:00")
    mailbox.house.settings.imap_port = 9
    with pytest.raises(MailUnavailable):
        asyncio.run(mail_watch.watch_mailbox.fn())
    mailbox.house.settings.imap_host = ""
    assert asyncio.run(mail_watch.watch_mailbox.fn()) == 0


def test_a_letter_goes_out_by_smtp_and_its_answer_comes_back_by_imap(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way: our sender, a mail server, the office's mailbox, its answer, our mailbox."""
    settings = mailbox.house.settings
    with mail_server(HandsOn(mailbox.dovecot)) as port:
        monkeypatch.setattr(settings, "smtp_host", "127.0.0.1")
        monkeypatch.setattr(settings, "smtp_port", port)
        monkeypatch.setattr(settings, "smtp_tls", TlsMode.NONE)
        case = mailbox.story.open()
        mailbox.story.turn()

        async def send() -> None:
            transport = mailbox.house.transport()
            assert await Sender(mailbox.house, holder="s").send_some(transport) == 1
            await transport.close()

        asyncio.run(send())
    town = replace(imap_settings(settings), username="yz")
    with imap.opened(town) as session:
        fetched = session.fetch(session.waiting()[-1], 10**7)
    assert fetched is not None
    asked = BytesParser(policy=SMTP).parsebytes(fetched.content)
    assert isinstance(asked, EmailMessage)
    to = asked["Reply-To"].addresses[0].addr_spec
    mailbox.deliver(message(to=to, subject="答复"), to)
    assert mailbox.read().counts() == {"filed": 1}
    assert len(mailbox.replies(case)) == 1


class HandsOn(Friendly):
    """A mail server that delivers what it accepts."""

    def __init__(self, dovecot: Dovecot) -> None:
        super().__init__()
        self._dovecot = dovecot

    async def handle_DATA(  # noqa: N802
        self, server: smtp.SMTP, session: smtp.Session, envelope: smtp.Envelope
    ) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        _, recipient, content = self.letters[-1]
        await asyncio.to_thread(self._dovecot.deliver, content, recipient)
        return answer


def test_a_message_that_breaks_our_program_stays_and_those_behind_it_are_taken(
    mailbox: Mailbox, real_pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = mailbox.asked(), mailbox.asked()
    mailbox.deliver(mailbox.answer(first, pdf=real_pdf))  # type: ignore[arg-type]
    mailbox.deliver(mailbox.answer(second))
    with monkeypatch.context() as broken:
        broken.setattr(ScanReader, "read_content", failing)
        reading = mailbox.read()
    assert (reading.counts(), reading.is_to_the_end) == ({"filed": 1}, False)
    assert [len(mailbox.replies(case)) for case in (first, second)] == [0, 1]
    assert mailbox.read().counts() == {"filed": 1}
    assert len(mailbox.replies(first)) == 1


def failing(*_given: object) -> None:
    raise ZeroDivisionError
