"""合并催复: reminders of one day to one office leave as one letter that lists all its cases."""

from datetime import date

import pytest

from cases.operations import closing, dispatch, mail_room
from cases.store import documents, offices, outbox, post
from cases.store.cases import by_reference
from cases.store.tables.correspondence import Letter
from cases.vocabulary.errors import InvalidValue, NothingToPost
from cases.vocabulary.status import LetterStatus, Verdict, VoidReason
from integrations.mailroom.registers import register_of
from integrations.reading.case_facts import whole
from tests.joint_letters.paper_days import PaperDays
from tests.outside_world import PowerCut

STANDING = {
    **dict.fromkeys(("request", "reminder", "second_reminder", "escalation"), "standing"),
    "closing_notice": "none",
}

NAMES = ("林小禾", "陈安", "黄一鸣")


def test_three_overdue_cases_of_one_office_are_one_letter_and_each_journal_points_to_it(
    days: PaperDays,
) -> None:
    cases = days.asked(*NAMES)
    assert [days.story.letters(case)[0].number for case in cases] == [
        "XQ函〔2026〕1号",
        "XQ函〔2026〕2号",
        "XQ函〔2026〕3号",
    ]
    days.story.live_until("Fri 2026-03-27 09:00")
    for case in cases:
        assert days.story.stands(case).startswith("send by mail_room:XQ")
        [reminder] = days.reminders(case)
        assert (reminder.status, reminder.number) == (LetterStatus.COLLECTED, "")
    code = days.gather()
    papers = days.print(code)
    assert (papers.letters, len(papers.lines)) == (1, 1)
    [line] = papers.lines
    assert line.numbers == ("XQ函〔2026〕4号",)
    assert line.references == tuple(sorted(cases))
    pages = days.printed(code)
    letter, whole = pages[0], "".join(pages)
    assert "商请尽快函复有关协查事项的函" in letter
    assert "下列事项（共3件，清单见附件）" in letter
    for case, name in zip(cases, NAMES, strict=True):
        assert case in whole
        assert name not in whole
        assert name[0] + "某" in whole
    days.posted(code)
    for case in cases:
        [reminder] = days.reminders(case)
        assert reminder.number == "XQ函〔2026〕4号"
        assert str(reminder.received_on) == "2026-03-30"  # Three days in transit.
        assert days.seen_in(case) == ["XQ函〔2026〕4号"]
        assert days.story.stands(case).startswith("climb by engine")
    assert days.numbers() == [(1, ""), (2, ""), (3, ""), (4, "")]


class TestBeforeTheBatchIsClosed:
    def test_a_case_answered_before_the_cut_off_is_not_listed(self, days: PaperDays) -> None:
        first, answered, last = days.asked(*NAMES)
        days.story.live_until("Fri 2026-03-27 09:00")
        code = days.gather()
        days.story.answer(answered)
        days.story.rest()
        [line] = days.print(code).lines
        assert line.references == (first, last)
        assert answered not in "".join(days.printed(code))
        days.posted(code)
        assert days.story.stands(answered) == "closed answered"
        assert days.seen_in(answered) == []
        assert [letter.status for letter in days.reminders(answered)] == [LetterStatus.VOID]
        assert days.numbers()[-1] == (4, "")

    def test_a_case_whose_reply_nobody_has_looked_at_waits_for_the_next_letter(
        self, days: PaperDays
    ) -> None:
        first, partly, last = days.asked(*NAMES)
        days.story.live_until("Fri 2026-03-27 09:00")
        days.story.reply(partly)
        assert days.day() == "XQ-20260327-1"
        assert days.seen_in(partly) == []
        days.story.review(partly, Verdict.PARTIAL)
        days.story.live_until("Mon 2026-03-30 10:00")
        assert days.day() == "XQ-20260330-1"
        assert [days.seen_in(case) for case in (first, partly, last)] == [
            ["XQ函〔2026〕4号"],
            ["XQ函〔2026〕5号"],
            ["XQ函〔2026〕4号"],
        ]

    def test_a_withdrawn_case_is_not_listed(self, days: PaperDays) -> None:
        first, withdrawn, last = days.asked(*NAMES)
        days.story.live_until("Fri 2026-03-27 09:00")
        code = days.gather()
        days.story.act("zhou", closing.withdraw, withdrawn, "申请人撤回")
        [line] = days.print(code).lines
        assert line.references == (first, last)

    def test_a_case_taken_out_of_the_batch_goes_with_the_next_day(self, days: PaperDays) -> None:
        first, other, last = days.asked(*NAMES)
        days.story.live_until("Fri 2026-03-27 09:00")
        code = days.gather()
        message = days.messages(other)[-1]
        with days.story.house.database.transaction("take-out") as session:
            batch = post.locked_batch(session, code)
            row = outbox.get(session, message.id)
            mail_room.take_out(session, days.mail, batch, row, now=days.story.clock.now())
        [line] = days.print(code).lines
        assert line.references == (first, last)
        days.posted(code)
        days.story.live_until("Mon 2026-03-30 10:00")
        days.day()
        assert days.seen_in(other) == ["XQ函〔2026〕5号"]

    def test_nobody_posts_one_of_them_by_hand(self, days: PaperDays) -> None:
        case, _, _ = days.asked(*NAMES)
        days.story.live_until("Fri 2026-03-27 09:00")
        with pytest.raises(InvalidValue, match="with the others"):
            days.as_mail_room(dispatch.record_posted, days.messages(case)[-1].id)

    def test_an_answer_to_the_last_case_that_was_to_be_listed_leaves_a_void_number(
        self, days: PaperDays
    ) -> None:
        """The mail room's computer fails between number and print; then the office answers."""
        [case] = days.asked("林小禾")
        days.story.live_until("Fri 2026-03-27 09:00")
        code = days.gather()
        days.story.power.cut_at = "joint-letter:written"
        with pytest.raises(PowerCut):
            days.print(code)
        days.story.answer(case)
        days.story.rest()
        with pytest.raises(NothingToPost):
            days.print(code)
        assert days.numbers()[-1] == (2, VoidReason.NOTHING_TO_LIST.value)
        assert days.seen_in(case) == []


class TestWhatGoesTogether:
    def test_one_case_alone_is_reminded_in_a_letter_of_its_own(self, days: PaperDays) -> None:
        [case] = days.asked("林小禾")
        days.story.live_until("Fri 2026-03-27 09:00")
        code = days.gather()
        [line] = days.print(code).lines
        assert line.numbers == ("XQ函〔2026〕2号",)
        letter = "".join(days.printed(code))
        assert "关于商请尽快函复户籍情况证明出具事项的函" in letter
        assert "林小禾" in letter
        days.posted(code)
        assert days.seen_in(case) == ["XQ函〔2026〕2号"]

    def test_each_office_has_its_own_letter(self, days: PaperDays) -> None:
        here = days.asked(*NAMES)
        there = days.asked("吴小山", "周一", to="BZ")
        days.story.live_until("Fri 2026-03-27 09:00")
        lines = days.print(days.gather()).lines
        assert [line.references for line in lines] == [tuple(there), tuple(here)]

    def test_a_type_that_does_not_want_it_reminds_case_by_case(self, days: PaperDays) -> None:
        apart = PaperDays(days.story, joint_reminders=False, version=2)
        cases = apart.asked("林小禾", "陈安")
        days.story.live_until("Fri 2026-03-27 17:00")
        assert [apart.reminders(case)[0].status for case in cases] == [LetterStatus.ISSUED] * 2
        assert all(apart.reminders(case)[0].number for case in cases)

    def test_by_mail_every_case_keeps_its_own_thread(self, days: PaperDays) -> None:
        cases = [days.story.open(), days.story.open()]
        days.story.live_until("Wed 2026-03-25 12:00")
        assert len(days.story.mail.to("yz@office.example")) == 4
        assert all(days.reminders(case)[0].number for case in cases)

    def test_a_second_reminder_goes_jointly_too_and_its_copy_to_the_superior(
        self, days: PaperDays
    ) -> None:
        with days.story.house.database.transaction("move") as session:
            offices.by_code(session, "YX").address = "示例省示例市示例路9号"
        cases = days.asked("林小禾", "陈安")
        days.story.live_until("Fri 2026-03-27 09:00")
        days.day()
        days.story.live_until("Thu 2026-04-09 09:00")
        code = days.gather()
        lines = days.print(code).lines
        assert [(line.recipient, line.references) for line in lines] == [
            ("样本县人民政府", tuple(cases)),
            ("样本县乙镇人民政府", tuple(cases)),
        ]
        assert lines[0].numbers == lines[1].numbers == ("XQ函〔2026〕4号",)
        assert "关于再次商请尽快函复有关协查事项的函" in "".join(days.printed(code))
        days.posted(code)
        assert [days.seen_in(case) for case in cases] == [
            ["XQ函〔2026〕3号", "XQ函〔2026〕4号"]
        ] * 2

    def test_only_what_one_manager_has_signed_goes_in_one_letter(self, days: PaperDays) -> None:
        each = {"sign_off": {**STANDING, "reminder": "each"}, "version": 3}
        signed = PaperDays(days.story, **each)
        cases = signed.asked(*NAMES)
        days.story.live_until("Fri 2026-03-27 09:00")
        for case in cases[:2]:
            assert days.story.sign(case).number == ""
        days.story.rest()
        [line] = days.print(days.gather()).lines
        assert line.references == tuple(cases[:2])
        assert days.joint()[0].signed_by == "wu"
        assert days.story.stands(cases[2]).startswith("sign by manager:XQ")

    def test_a_reminder_whose_text_a_clerk_edited_goes_alone_with_those_words(
        self, days: PaperDays
    ) -> None:
        signed = PaperDays(days.story, sign_off={**STANDING, "reminder": "each"}, version=4)
        first, edited, last = signed.asked(*NAMES)
        days.story.live_until("Fri 2026-03-27 09:00")
        draft = signed.reminders(edited)[0]
        with days.story.house.database.transaction("edit") as session:
            letter = session.get_one(Letter, draft.id)
            letter.written = {"text": "本事项已逾期，请优先办理。"}
        for case in (first, edited, last):
            days.story.sign(case)
        days.story.rest()
        code = days.gather()
        papers = days.print(code)
        assert papers.letters == 2
        whole = "".join(days.printed(code))
        assert "本事项已逾期，请优先办理。" in whole
        assert "下列事项（共2件，清单见附件）" in whole
        days.posted(code)
        assert len({*days.seen_in(first), *days.seen_in(last)}) == 1
        assert days.seen_in(edited) != days.seen_in(first)


def test_the_register_has_a_joint_letter_once_with_every_case(days: PaperDays) -> None:
    cases = days.asked(*NAMES)
    days.story.live_until("Fri 2026-03-27 09:00")
    days.day()
    today = date(2026, 3, 27)
    with days.story.house.database.reading() as session:
        ours = offices.by_code(session, "XQ")
        left = register_of(session, ours, today, today).parts[0]
    [row] = left.rows
    assert row[2] == "XQ函〔2026〕4号"
    assert row[-2].split("\n") == sorted(cases)
    assert row[-1] == "合并"
    assert left.total.startswith("邮寄1件，1封")


def test_a_case_shows_in_which_letter_its_reminder_stands(days: PaperDays) -> None:
    cases = days.asked(*NAMES)
    days.story.live_until("Fri 2026-03-27 09:00")
    days.day()
    with days.story.house.database.reading() as session:
        case = by_reference(session, cases[0])
        shown = whole(session, case, days.story.actor("zhou"), days.story.clock.now())
    reminder = shown["letters"][1]
    assert (reminder["joint"]["number"], reminder["joint"]["cases"]) == ("XQ函〔2026〕4号", 3)


def test_every_document_is_named_with_what_it_is_bound_to(days: PaperDays) -> None:
    """Backups are verified and keys are changed by these names; a joint letter is no case's."""
    days.asked(*NAMES)
    days.story.live_until("Fri 2026-03-27 09:00")
    days.day()
    with days.story.house.database.reading() as session:
        named = set(documents.named(session))
    [joint] = days.joint()
    assert (joint.document, joint.id) in named
    for address, bound_to in named:
        assert days.story.house.documents.get(address, case_id=bound_to)
