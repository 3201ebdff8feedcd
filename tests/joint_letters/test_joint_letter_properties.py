"""However cases fall due and are answered: each reminder is on paper once, no answered case is."""

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.rules.joint_letters import MOST_CASES, Collected, joined
from cases.vocabulary.errors import NothingToPost
from cases.vocabulary.status import CaseStatus, LetterStatus
from tests.joint_letters.paper_days import PaperDays
from tests.settled_worlds import SettledWorlds
from tests.story import instant

DAYS = (27, 28, 29, 30, 31)  #: Of March; the first reminders fall due on the 27th.

ACTS = st.sampled_from(["answer", "answer", "print early", "come back", "nothing"])
DAY = st.lists(st.tuples(ACTS, st.integers(0, 4)), max_size=3)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(DAY, min_size=len(DAYS), max_size=len(DAYS)))
def test_each_overdue_case_is_in_one_reminder_a_rung_and_no_answered_case_is_in_any(
    worlds: SettledWorlds, acts: list[list[tuple[str, int]]]
) -> None:
    with worlds.story() as story:
        days = PaperDays(story)
        cases = days.asked("林小禾", "陈安", "黄一鸣")
        story.live_until("Tue 2026-03-03 09:00")
        cases += days.asked("吴小山", "周一", to="BZ")
        answered_at: dict[str, int] = {}  #: How many papers there were by then.
        papers: list[tuple[str, ...]] = []
        for number, todays in zip(DAYS, acts, strict=True):
            story.live_until(f"{instant_name(number)} 2026-03-{number} 09:00")
            for act, which in todays:
                case = cases[which]
                if act == "answer" and story.case(case).status is CaseStatus.OPEN:
                    story.answer(case)
                    answered_at[case] = len(papers)
                elif act == "come back":
                    bring_back(days, case)
                elif act == "print early":
                    papers += day_of(days)
            papers += day_of(days)
        for at, listed in enumerate(papers):
            assert all(answered_at.get(case, at + 1) > at for case in listed), "answered before"
        in_papers = Counter(case for listed in papers for case in listed)
        for case in cases:
            back = sum(entry.kind.value == "returned" for entry in story.entries(case))
            left = [each for each in days.reminders(case) if each.status is LetterStatus.LEFT]
            assert in_papers[case] <= len(days.reminders(case)) + back
            assert in_papers[case] == len(days.seen_in(case))
            assert len({each.rung for each in left}) == len(left)
            if case not in answered_at and not back:
                assert in_papers[case] == 1
        assert sum(bool(void) for _, void in days.numbers()) == 0


def instant_name(number: int) -> str:
    """Return the weekday of a day of March 2026."""
    return f"{instant('Sun 2026-03-01 09:00') + timedelta(days=number - 1):%a}"


def day_of(days: PaperDays) -> list[tuple[str, ...]]:
    """Print and post what waits; return the cases of each reminder."""
    try:
        code = days.gather()
        lines = days.print(code).lines
    except NothingToPost:
        return []
    assert len({line.recipient for line in lines}) == len(lines), "one letter an office"
    days.posted(code)
    days.story.rest()
    return [line.references for line in lines]


def bring_back(days: PaperDays, case: str) -> None:
    """Let the reminder of a case come back, if it has left, and confirm the address."""
    left = [letter for letter in days.reminders(case) if letter.status is LetterStatus.LEFT]
    if not left or days.story.case(case).status is not CaseStatus.OPEN:
        return
    days.come_back(case)
    days.confirm(days.office_of(case))
    days.story.rest()


@given(
    reminders=st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(0, 999)), max_size=250, unique=True
    )
)
def test_lists_hold_each_reminder_once_with_its_like_and_none_too_many(
    reminders: list[tuple[str, int]],
) -> None:
    lists = list(joined([Collected(each, each[0], f"{each[1]:03}") for each in reminders]))
    assert Counter(key for _, keys in lists for key in keys) == Counter(reminders)
    for _, keys in lists:
        assert 1 <= len(keys) <= MOST_CASES
        assert len({key[0] for key in keys}) == 1
        assert list(keys) == sorted(keys, key=lambda key: key[1])
