"""Wet seal (用印): printed, stamped, scanned back; only then it leaves, as it was sealed."""

from datetime import timedelta

import pytest

from cases.operations import closing, supervision
from cases.store.tables.outbox import OwedState
from cases.vocabulary.status import LetterKind, LetterStatus, Verdict
from tests.scan.mail_room import Found, MailRoom
from tests.scan.sealing import APPLICANT, HOME, asked_with_seal, codes, sealed_pdf, sent_pdf


class TestFromPrintToMail:
    def test_a_numbered_letter_waits_for_its_seal_and_nothing_leaves(
        self, mail_room: MailRoom
    ) -> None:
        case = asked_with_seal(mail_room)
        story = mail_room.story
        assert story.stands(case) == "seal by zhou on Thu 2026-03-05"
        (letter,) = story.letters(case)
        assert (letter.status, bool(letter.number)) == (LetterStatus.AWAITING_SEAL, True)
        assert mail_room.printed(case).startswith(b"%PDF")
        assert story.outbox(case) == []
        with mail_room.house.database.reading() as session:
            owed = session.get_one(OwedState, letter.case_id)
        assert owed.name == "AwaitingSeal"

    def test_the_sealed_scan_is_what_the_mail_carries_and_the_days_begin_then(
        self, mail_room: MailRoom
    ) -> None:
        case = asked_with_seal(mail_room)
        story = mail_room.story
        story.clock.at += timedelta(days=2)
        taken = mail_room.tell(*codes(mail_room, case))
        assert set(mail_room.where(taken.batch).values()) == {Found(case, "sealed_letter")}
        story.rest()
        assert sent_pdf(mail_room) == sealed_pdf(mail_room, case) != mail_room.printed(case)
        (letter,) = story.letters(case)
        assert (letter.status, letter.sealed_by) == (LetterStatus.LEFT, "mail")
        assert story.request(case).due_on is not None
        assert story.life(case)[:6] == [
            "Mon 2026-03-02 opened",
            "Mon 2026-03-02 printed_for_seal",
            "Wed 2026-03-04 scan_filed",
            "Wed 2026-03-04 sealed",
            "Wed 2026-03-04 asked",
            "Wed 2026-03-04 left",
        ]

    def test_pages_scanned_in_any_order_leave_in_the_right_one(self, mail_room: MailRoom) -> None:
        case = asked_with_seal(mail_room)
        mail_room.tell(*reversed(codes(mail_room, case)))
        (scan,) = mail_room.filed(case)
        assert scan.pages == list(range(len(scan.pages), 0, -1))
        mail_room.story.rest()
        assert len(mail_room.story.mail.to(HOME)) == 1

    def test_no_reminder_is_written_while_the_request_waits_for_its_seal(
        self, mail_room: MailRoom
    ) -> None:
        case = asked_with_seal(mail_room)
        mail_room.story.live_until("Mon 2026-06-01 09:00")
        assert [letter.kind for letter in mail_room.story.letters(case)] == [LetterKind.REQUEST]
        assert mail_room.story.stands(case).startswith("seal by zhou")

    def test_a_reminder_waits_for_its_own_seal_and_the_next_rung_for_the_reminder(
        self, mail_room: MailRoom
    ) -> None:
        case = asked_with_seal(mail_room, seals={"reminder": "wet"})
        story = mail_room.story
        story.live_until("Mon 2026-05-11 09:00")
        assert [letter.kind.value for letter in story.letters(case)] == ["request", "reminder"]
        assert story.stands(case).startswith("seal by zhou")
        mail_room.tell(*codes(mail_room, case, 2))
        story.live_until("Mon 2026-05-11 17:00")
        assert len(story.mail.to(HOME)) == 2
        assert story.stands(case).startswith("climb by engine")

    def test_the_notice_of_a_closed_case_is_sealed_too(self, mail_room: MailRoom) -> None:
        signed = {
            **dict.fromkeys(("request", "reminder", "second_reminder", "escalation"), "standing"),
            "closing_notice": "standing",
        }
        case = asked_with_seal(mail_room, sign_off=signed, seals={"closing_notice": "wet"})
        story = mail_room.story
        story.answer(case)
        story.rest()
        assert story.mail.to(APPLICANT) == []
        assert story.letters(case)[-1].status is LetterStatus.AWAITING_SEAL
        mail_room.tell(*codes(mail_room, case, 2))
        story.rest()
        assert sent_pdf(mail_room, APPLICANT) == sealed_pdf(mail_room, case, 2)
        assert story.stands(case) == "closed answered"

    def test_an_applicant_without_an_address_keeps_no_notice_waiting(
        self, mail_room: MailRoom
    ) -> None:
        signed = dict.fromkeys(LetterKind, "standing")
        kind = mail_room.story.publish("n", sign_off=signed, seals={"closing_notice": "wet"})
        case = mail_room.story.open(case_type=kind, applicant_email="")
        mail_room.story.rest()
        mail_room.story.answer(case)
        mail_room.story.rest()
        assert mail_room.story.stands(case) == "closed answered"
        assert mail_room.story.letters(case)[-1].status is LetterStatus.ISSUED


def how(room: MailRoom, *pages: str, name: str = "second.pdf", **more: bool) -> set[str]:
    taken = room.tell(*pages, name=name, **more)
    return {found.how for found in room.where(taken.batch).values()}


class TestWhatIsNotTaken:
    """Incomplete or doubtful scans wait for a person; the letter goes on waiting for its seal."""

    def test_a_page_is_missing(self, mail_room: MailRoom) -> None:
        case = asked_with_seal(mail_room)
        assert how(mail_room, *codes(mail_room, case)[:-1]) == {"tray: gap"}
        assert mail_room.story.stands(case).startswith("seal by zhou")

    def test_its_slip_alone_is_no_reply_of_an_office_that_was_not_asked(
        self, mail_room: MailRoom
    ) -> None:
        case = asked_with_seal(mail_room)
        assert how(mail_room, mail_room.slip(case)) == {"tray: gap"}
        assert mail_room.story.stands(case).startswith("seal by zhou")

    def test_a_page_is_there_twice(self, mail_room: MailRoom) -> None:
        case = asked_with_seal(mail_room)
        first, *rest = codes(mail_room, case)
        assert how(mail_room, first, first, *rest) == {"tray: conflict"}

    def test_a_page_of_another_letter_lies_between(self, mail_room: MailRoom) -> None:
        case, other = asked_with_seal(mail_room), mail_room.story.open(case_type="stamped")
        mail_room.story.rest()
        mine, theirs = codes(mail_room, case), codes(mail_room, other)
        taken = mail_room.tell(mine[0], theirs[1], *mine[1:])
        assert mail_room.where(taken.batch)[2].how == "tray: gap"
        mail_room.story.rest()
        assert mail_room.story.stands(case).startswith("climb")
        assert mail_room.story.stands(other).startswith("seal by zhou")

    def test_it_cannot_have_come_back(self, mail_room: MailRoom) -> None:
        case = asked_with_seal(mail_room)
        assert how(mail_room, *codes(mail_room, case), returned=True) == {"tray: unclear"}

    @pytest.mark.parametrize("has_left", [False, True], ids=["before it left", "after it left"])
    def test_a_second_scan_replaces_nothing(self, mail_room: MailRoom, has_left: bool) -> None:
        case = asked_with_seal(mail_room)
        mail_room.tell(*codes(mail_room, case))
        if has_left:
            mail_room.story.rest()
        before = mail_room.story.letters(case)[0].sealed_document
        assert how(mail_room, *codes(mail_room, case), "blank") == {"tray: unclear"}
        mail_room.story.rest()
        assert mail_room.story.letters(case)[0].sealed_document == before
        assert len(mail_room.story.mail.to(HOME)) == 1

    def test_a_reminder_scanned_here_twice_is_not_taken_for_one_that_came_back(
        self, mail_room: MailRoom
    ) -> None:
        case = asked_with_seal(mail_room, seals={"reminder": "wet"})
        mail_room.story.live_until("Tue 2026-03-24 10:00")
        mail_room.tell(*codes(mail_room, case, 2))
        mail_room.story.live_until("Tue 2026-03-24 17:00")
        assert how(mail_room, *codes(mail_room, case, 2), "blank") == {"tray: unclear"}

    def test_after_a_withdrawal_the_scan_waits_in_the_tray_and_nothing_is_sent(
        self, mail_room: MailRoom
    ) -> None:
        case = asked_with_seal(mail_room)
        pages = codes(mail_room, case)
        mail_room.story.act("zhou", closing.withdraw, case, "no longer needed")
        assert how(mail_room, *pages) == {"tray: case_closed"}
        mail_room.story.rest()
        assert mail_room.story.mail.to(HOME) == []
        assert mail_room.story.letters(case)[0].status is LetterStatus.VOID

    def test_an_answer_before_the_seal_voids_the_reminder(self, mail_room: MailRoom) -> None:
        case = asked_with_seal(mail_room, seals={"reminder": "wet"})
        story = mail_room.story
        story.live_until("Tue 2026-03-24 10:00")
        pages = codes(mail_room, case, 2)
        story.reply(case)
        story.rest()
        assert story.stands(case).startswith("look by zhou")
        story.review(case, Verdict.COMPLETE)
        story.rest()
        assert story.letters(case)[1].status is LetterStatus.VOID
        assert how(mail_room, *pages) <= {"tray: case_closed", "tray: letter_void"}

    def test_a_held_case_keeps_the_scan_and_sends_once_it_is_released(
        self, mail_room: MailRoom
    ) -> None:
        case = asked_with_seal(mail_room)
        mail_room.story.hold(case)
        mail_room.tell(*codes(mail_room, case))
        mail_room.story.rest()
        assert mail_room.story.mail.to(HOME) == []
        assert mail_room.story.letters(case)[0].status is LetterStatus.SEALED
        mail_room.story.act("wu", supervision.release, case, "looked at")
        mail_room.story.rest()
        assert sent_pdf(mail_room) == sealed_pdf(mail_room, case)
