"""What people write in free words: kept, refused in one line, or left out of a letter it spoils."""

from collections.abc import Callable
from typing import Any

import pytest

from cases.operations import clock, closing, replies, supervision
from cases.store import offices
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Channel, Verdict
from tests.rules.wall_calendar import day
from tests.story import Story

HALF_A_PAIR = "\ud83d"  #: What a terminal with the wrong encoding makes of a byte.


def refer(session: Any, actor: Any, case: Any, reason: str, *, now: Any) -> None:
    other = offices.by_code(session, "BZ")
    closing.refer(session, actor, case, other, reason, now=now)


def extend(session: Any, actor: Any, case: Any, reason: str, *, now: Any) -> None:
    clock.extend(session, actor, case, 3, reason, now=now)


def record(session: Any, actor: Any, case: Any, summary: str, *, now: Any) -> None:
    replies.record(
        session,
        actor,
        case,
        channel=Channel.TELEPHONE,
        received_on=day("Mon 2026-03-02"),
        summary=summary,
        now=now,
    )


REASONS: dict[str, Callable[..., Any]] = {
    "withdraw": closing.withdraw,
    "close": closing.close,
    "refer": refer,
    "stop the clock": clock.stop_clock,
    "extend": extend,
    "record a reply": record,
}


@pytest.mark.parametrize("operation", REASONS.values(), ids=REASONS.keys())
def test_words_that_no_database_keeps_are_refused_and_nothing_is_written(
    story: Story, operation: Callable[..., Any]
) -> None:
    case = story.open()
    story.rest()
    before = story.case(case)
    for words in ("x" * 1001, "a\x00b", HALF_A_PAIR):
        with pytest.raises(InvalidValue):
            story.act("wu", operation, case, words)
    assert story.case(case).journal_seq == before.journal_seq
    story.act("wu", operation, case, "由" * 300)
    story.rest()
    assert story.case(case).attempts == 0


def test_a_release_and_a_reopening_refuse_them_too(story: Story) -> None:
    case = story.open()
    story.rest()
    story.hold(case)
    with pytest.raises(InvalidValue):
        story.act("wu", supervision.release, case, "x" * 1001)
    story.act("wu", closing.withdraw, case, "no longer needed")
    with pytest.raises(InvalidValue):
        story.act("wu", closing.reopen, case, HALF_A_PAIR)


def test_a_note_too_long_to_keep_is_refused_at_the_look(story: Story) -> None:
    case = story.open()
    story.rest()
    story.reply(case)
    with pytest.raises(InvalidValue):
        story.review(case, Verdict.COMPLETE, note="x" * 501)


def test_a_long_summary_closes_the_case_all_the_same(story: Story) -> None:
    case = story.open()
    story.rest()
    story.answer(case, summary="详见附件。" * 190)
    story.rest()
    assert story.stands(case) == "closed answered"
    assert len(story.mail.to("applicant@person.example")) == 1


@pytest.mark.parametrize("verdict", [Verdict.COMPLETE, Verdict.REFUSAL])
def test_a_note_that_no_font_prints_is_left_out_of_the_notice(
    story: Story, verdict: Verdict
) -> None:
    case = story.open()
    story.rest()
    story.reply(case)
    story.review(case, verdict, note="办好了\U0001f600")
    story.rest()
    assert story.case(case).outcome_reason == "办好了\U0001f600"
    assert story.stands(case).startswith("closed")
    assert len(story.mail.to("applicant@person.example")) == 1
