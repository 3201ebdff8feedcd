"""Accepted, declined, answered in parts, answered twice: what the asked office does."""

from itertools import permutations
from typing import Any

import pytest
from sqlmodel import Session

from cases.operations import acceptance, answers, clock, closing, day_ledgers, replies
from cases.store import answers as on_file
from cases.store import correspondence, offices
from cases.store.cases import by_reference
from cases.store.tables.answer import Discrepancy
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Reply
from cases.vocabulary.errors import ClockIsStopped, DiscrepancyIsResolved, InvalidValue
from cases.vocabulary.status import Channel, RequestStatus, Verdict
from cases.vocabulary.values import Actor
from tests.story import Story, instant

QUESTIONS = [
    {"name": "household", "words": {"zh": "是否在册", "en": "Is the person registered?"}},
    {"name": "archive", "words": {"zh": "档案是否在馆", "en": "Is the file held?"}},
]


def asking_two(story: Story) -> str:
    case = story.open(case_type=story.publish("two-questions", questions=QUESTIONS))
    story.rest()
    return case


def look(story: Story, case: str, verdict: Verdict, **given: str) -> Reply:
    """A reply comes and is looked at, with what it answers to single questions."""
    reply = story.reply(case)

    def looking(session: Session, who: Actor, row: Case, *, now: Any) -> None:
        found = correspondence.get_reply(session, row, reply.id)
        replies.review(session, who, row, found, verdict, now=now, answers=given)

    story.act("zhou", looking, case)
    return reply


def open_ones(story: Story, case: str) -> list[Discrepancy]:
    with story.house.database.reading() as session:
        found = on_file.discrepancies_of(session, by_reference(session, case).id)
        return [row for row in found if row.resolved_at is None]


def resolve(story: Story, case: str, kept: Reply, reason: str = "they say so by telephone") -> None:
    discrepancy = open_ones(story, case)[0]

    def resolving(session: Session, who: Actor, row: Case, *, now: Any) -> None:
        found = session.get_one(Discrepancy, discrepancy.id)
        answers.resolve(session, who, row, found, session.get_one(Reply, kept.id), reason, now=now)

    story.act("zhou", resolving, case)


class TestAcceptance:
    def test_it_is_measured_apart_from_the_answer_and_moves_no_date(self, story: Story) -> None:
        case = story.open()
        story.live_until("Thu 2026-03-05 10:00")
        before = story.stands(case)
        given = {"channel": Channel.TELEPHONE, "accepted_at": story.clock.at}
        story.act("zhou", acceptance.record, case, **given)
        assert story.stands(case) == before
        assert story.request(case).accepted_at == story.clock.at
        story.live_until("Tue 2026-03-10 10:00")
        with story.house.database.reading() as session:
            row = by_reference(session, case)
            ledger = day_ledgers.ledger_of(session, row, now=story.clock.at)
        # Tue, Wed and Thu before it, Fri, Mon and Tue after it.
        assert ledger.days_before_acceptance() == 3
        assert ledger.days_of_offices() == {"YZ": 6}

    def test_said_again_the_first_time_holds(self, story: Story) -> None:
        case = story.open()
        story.rest()
        for moment in ("Tue 2026-03-03 10:00", "Wed 2026-03-04 10:00"):
            story.live_until(moment)
            given = {"channel": Channel.EMAIL, "accepted_at": story.clock.at}
            story.act("mail", acceptance.record, case, **given)
        assert story.request(case).accepted_at == instant("Tue 2026-03-03 10:00")
        assert str(story.life(case)).count("accepted") == 1

    def test_nothing_is_accepted_before_it_left(self, story: Story) -> None:
        case = story.open()
        story.turn()
        given = {"channel": Channel.EMAIL, "accepted_at": story.clock.at}
        with pytest.raises(InvalidValue, match="has left"):
            story.act("zhou", acceptance.record, case, **given)


class TestNotCompetent:
    def test_the_clock_stops_until_a_clerk_refers_the_request(self, story: Story) -> None:
        case = story.open()
        story.live_until("Tue 2026-03-10 10:00")
        story.answer(case, Verdict.NOT_COMPETENT)
        story.rest()
        assert story.stands(case) == "refer by zhou on Fri 2026-03-13"
        assert story.request(case).status is RequestStatus.DECLINED
        story.live_until("Wed 2026-03-11 10:00")
        with story.house.database.reading() as session:
            other = offices.by_code(session, "BZ")
        story.act("zhou", closing.refer, case, other, "they named the competent office")
        story.rest()
        # Fifteen working days from Wed 2026-03-11.
        assert story.stands(case) == "climb by engine on Thu 2026-04-02"

    def test_a_clerk_may_insist_and_the_days_are_given_back(self, story: Story) -> None:
        case = story.open()
        story.live_until("Mon 2026-03-16 10:00")
        story.answer(case, Verdict.NOT_COMPETENT)
        with pytest.raises(ClockIsStopped):
            story.act("zhou", clock.stop_clock, case, "again")
        story.live_until("Wed 2026-03-18 10:00")
        story.act("zhou", clock.restart_clock, case)
        assert story.stands(case) == "climb by engine on Thu 2026-03-26"

    def test_it_may_come_while_the_clock_stands_for_a_question(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.answer(case, Verdict.QUESTION)
        story.answer(case, Verdict.NOT_COMPETENT)
        assert story.stands(case).startswith("refer by zhou")


class TestInParts:
    def test_the_wait_ends_when_every_question_is_answered(self, story: Story) -> None:
        case = asking_two(story)
        look(story, case, Verdict.PARTIAL, archive="在馆")
        story.rest()
        assert story.stands(case).startswith("climb by engine")
        look(story, case, Verdict.PARTIAL, household="在册")
        story.rest()
        assert story.stands(case) == "closed answered"

    def test_what_came_with_the_reply_is_taken_unless_the_clerk_says_otherwise(
        self, story: Story
    ) -> None:
        case = asking_two(story)
        story.answer(case, Verdict.PARTIAL, answers={"archive": "在馆", "household": "在册"})
        story.rest()
        assert story.stands(case) == "closed answered"

    def test_a_question_that_was_not_asked_is_refused_and_nothing_is_kept(
        self, story: Story
    ) -> None:
        case = asking_two(story)
        with pytest.raises(InvalidValue, match="does not ask"):
            look(story, case, Verdict.PARTIAL, income="x")
        assert story.stands(case).startswith("look by zhou")


class TestTwoAnswersThatDoNotAgree:
    def test_the_case_does_not_close_until_a_person_says_which_holds(self, story: Story) -> None:
        case = asking_two(story)
        first = look(story, case, Verdict.PARTIAL, archive="在馆")
        second = look(story, case, Verdict.COMPLETE, archive="不在馆")
        story.live_until("Thu 2026-04-30 10:00")
        assert story.stands(case).startswith("resolve_discrepancy by zhou")
        resolve(story, case, first)
        story.rest()
        assert story.stands(case) == "closed answered"
        with story.house.database.reading() as session:
            kept = on_file.answers_of(session, by_reference(session, case).id)
        assert {(row.question, row.words, row.is_current, row.reply_id) for row in kept} == {
            ("archive", "在馆", True, first.id),
            ("archive", "不在馆", False, second.id),
            ("household", "", True, second.id),
        }

    def test_a_refusal_after_an_answer_is_one_and_may_be_the_one_that_holds(
        self, story: Story
    ) -> None:
        case = story.open()
        story.rest()
        story.answer(case)
        refusal = story.reply(case, channel=Channel.POST)
        story.review(case, Verdict.REFUSAL)
        story.rest()
        assert story.stands(case).startswith("resolve_discrepancy by zhou")
        resolve(story, case, refusal)
        story.rest()
        assert story.stands(case) == "closed refused"

    def test_found_after_the_wait_ended_it_still_keeps_the_case_open(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.answer(case)
        story.die_at("waited:after-commit")
        refusal = story.reply(case, channel=Channel.POST)
        story.review(case, Verdict.REFUSAL)
        story.rest()
        assert story.stands(case).startswith("resolve_discrepancy by zhou")
        resolve(story, case, refusal)
        story.rest()
        assert story.stands(case) == "closed refused"

    def test_on_a_closed_case_it_is_listed_and_the_case_stays_closed(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.answer(case)
        story.rest()
        refusal = story.reply(case)
        story.review(case, Verdict.REFUSAL)
        story.rest()
        assert story.stands(case) == "closed answered"
        assert len(open_ones(story, case)) == 1
        resolve(story, case, refusal)
        assert story.stands(case) == "closed answered"
        assert open_ones(story, case) == []

    def test_a_person_may_say_so_where_only_a_person_sees_it(self, story: Story) -> None:
        case = story.open()
        story.rest()
        one, other = story.reply(case), story.reply(case)
        story.act("zhou", answers.report, case, one, other, "the dates differ")
        story.review(case, Verdict.COMPLETE)
        story.review(case, Verdict.COMPLETE)
        story.rest()
        assert story.stands(case).startswith("resolve_discrepancy by zhou")

    def test_it_is_resolved_once_with_one_of_the_two(self, story: Story) -> None:
        case = asking_two(story)
        first = look(story, case, Verdict.PARTIAL, archive="在馆")
        look(story, case, Verdict.PARTIAL, archive="不在馆")
        third = look(story, case, Verdict.NO_ANSWER)
        with pytest.raises(InvalidValue, match="neither"):
            resolve(story, case, third)
        with pytest.raises(InvalidValue, match="reason"):
            resolve(story, case, first, " ")
        settled = open_ones(story, case)[0]
        resolve(story, case, first)

        def again(session: Session, who: Actor, row: Case, *, now: Any) -> None:
            found = session.get_one(Discrepancy, settled.id)
            answers.resolve(session, who, row, found, first, "x", now=now)

        with pytest.raises(DiscrepancyIsResolved, match="zhou"):
            story.act("zhou", again, case)


PARTS = [("archive", "在馆"), ("archive", "不在馆"), ("household", "在册")]


@pytest.mark.parametrize("order", list(permutations(PARTS)), ids=str)
def test_in_whatever_order_answers_come_each_question_has_one_that_holds_and_nothing_closes_over_it(
    story: Story, order: tuple[tuple[str, str], ...]
) -> None:
    case = asking_two(story)
    replies_in_order = {part: look(story, case, Verdict.PARTIAL, **dict([part])) for part in order}
    story.rest()
    assert len(open_ones(story, case)) == 1
    assert story.stands(case).startswith("resolve_discrepancy by zhou")
    with story.house.database.reading() as session:
        holding = on_file.current_of(session, story.request(case).id)
    first = next(part for part in order if part[0] == "archive")
    assert {row.question: row.words for row in holding.values()} == dict([first, PARTS[2]])
    resolve(story, case, replies_in_order[PARTS[1]])
    story.rest()
    assert story.stands(case) == "closed answered"
