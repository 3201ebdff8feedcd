"""What would move: exactly the due dates that a change moves, once, and the engine waits anew.

The case of these tests is opened and received on Mon 2026-03-02: fifteen working days later it is
Mon 2026-03-23. Its office is YZ, in the division 110101; ours is XQ.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session

from cases.operations import calendar_days, clock, closing, directory, divisions, supervision
from cases.operations.moved_dates import MovedDate
from cases.rules.calendar import ReceiptOnRestDay
from cases.rules.calendar_days import NATIONAL, DayKind
from cases.rules.divisions import Change
from cases.store import journal_proof, leases, offices
from cases.store.calendars import office_scope
from cases.store.session import rehearsal
from cases.store.tables.all import metadata
from cases.vocabulary.status import EntryKind, Priority
from tests.rules.wall_calendar import day
from tests.story import Story, instant

Moved = tuple[MovedDate, ...]
Make = Callable[[Session, Story], Moved]  #: A change that somebody makes.


def order(text: str, kind: DayKind = DayKind.OFF, scope: str = "YZ") -> Make:
    """Order one day in the scope of an office, of a division, or of everybody."""

    def make(session: Session, story: Story) -> Moved:
        now, on, given = story.clock.now(), day(text), {"reason": "通知"}
        where = scope if ":" in scope or scope == NATIONAL else scope_of(session, scope)
        act = partial(calendar_days.override_day, session, story.actor("wu"), on, kind, "台风")
        moved = act(scope=where, now=now, **given)
        if where == NATIONAL:
            return calendar_days.approve_day(session, story.actor("admin"), on, now=now)
        return moved

    return make


def change(code: str, **changes: Any) -> Make:
    """Change what is known of an office."""

    def make(session: Session, story: Story) -> Moved:
        row, now = offices.by_code(session, code), story.clock.now()
        return directory.change_office(session, directory.FOUNDER, row, changes, now=now)

    return make


def rename_division(session: Session, story: Story) -> Moved:
    """Abolish the division in which everybody is."""
    abolished = Change("110101", "旧区", None, date(2026, 3, 10), "110102")
    now = story.clock.now()
    return divisions.change_division(session, directory.FOUNDER, abolished, now=now)


def read_receipts(session: Session, story: Story) -> Moved:
    """Read receipts on rest days as of the next working day."""
    setting = ReceiptOnRestDay.NEXT_WORKING_DAY
    return calendar_days.read_receipts(session, story.actor("wu"), setting, now=story.clock.now())


def scope_of(session: Session, code: str) -> str:
    return office_scope(offices.by_code(session, code).id)


def apply(story: Story, make: Make) -> Moved:
    with story.house.database.transaction("change") as session:
        return make(session, story)


def rehearse(story: Story, make: Make) -> Moved:
    with story.house.database.transaction("rehearsal") as session, rehearsal(session):
        return make(session, story)


def everything(story: Story) -> dict[str, list[Any]]:
    """Return every row of the database."""
    with story.house.database.reading() as session:
        rows = {name: session.execute(table.select()) for name, table in metadata.tables.items()}
        return {name: sorted(map(repr, found)) for name, found in rows.items()}


def asked(story: Story) -> str:
    """Open a case whose letter is received on the same day."""
    case = story.open()
    story.rest()
    return case


@pytest.fixture
def case(story: Story) -> str:
    """Give the case of these tests."""
    return asked(story)


MOVES = {
    "a storm on Wed 11 March costs its office a day": (
        order("Wed 2026-03-11"),
        "Tue 2026-03-24",
    ),
    "worked on Sat 14 March, it is due a working day earlier": (
        order("Sat 2026-03-14", DayKind.WORK),
        "Fri 2026-03-20",
    ),
    "off for everybody": (order("Wed 2026-03-11", scope=NATIONAL), "Tue 2026-03-24"),
    "off in the district of the office": (
        order("Wed 2026-03-11", scope="division:1101"),
        "Tue 2026-03-24",
    ),
    "the last day itself is off": (order("Mon 2026-03-23"), "Tue 2026-03-24"),
    "the day after receipt is off": (order("Tue 2026-03-03"), "Tue 2026-03-24"),
}
MOVES_NOTHING = {
    "off on the day of receipt, which does not count": order("Mon 2026-03-02"),
    "off on the day after the last": order("Tue 2026-03-24"),
    "off in another province": order("Wed 2026-03-11", scope="division:45"),
    "off at another office": order("Wed 2026-03-11", scope="BZ"),
    "off at ours, whose days do not count for theirs": order("Wed 2026-03-11", scope="XQ"),
    "a Saturday off, which it was": order("Sat 2026-03-14"),
    "another telephone": change("YZ", telephone="000-1"),
    "the office ends": change("YZ", valid_to=date(2026, 3, 10)),
    "its superior ends": change("YX", valid_to=date(2026, 3, 10)),
    "another division without days of its own": change("YZ", division_code="450102"),
    "its division is abolished; offices keep their codes": rename_division,
    "receipts on rest days, when it was received on a Monday": read_receipts,
}


@pytest.mark.parametrize(("make", "due"), MOVES.values(), ids=MOVES)
def test_the_date_moves(story: Story, case: str, make: Make, due: str) -> None:
    (moved,) = apply(story, make)
    assert (moved.reference, moved.office) == (case, "YZ")
    assert moved.before.due_on == day("Mon 2026-03-23")
    assert moved.after.due_on == story.request(case).due_on == day(due)
    assert apply(story, make) == (), "made twice, it moves nothing the second time"


@pytest.mark.parametrize("make", MOVES_NOTHING.values(), ids=MOVES_NOTHING)
def test_no_date_moves(story: Story, case: str, make: Make) -> None:
    before = story.case(case)
    assert apply(story, make) == ()
    assert story.case(case) == before


@pytest.mark.usefixtures("case")
def test_a_local_holiday_comes_with_the_division_that_an_office_moves_to(story: Story) -> None:
    assert apply(story, order("Wed 2026-03-11", scope="division:45")) == ()
    (moved,) = apply(story, change("YZ", division_code="450102"))
    assert moved.after.due_on == day("Tue 2026-03-24")
    (back,) = apply(story, change("YZ", division_code="110101"))
    assert back.after.due_on == day("Mon 2026-03-23")


def test_days_of_our_own_division_count_where_both_offices_must_work(story: Story) -> None:
    story.open(case_type=story.publish("both-calendars", both_calendars=True))
    story.rest()
    apply(story, change("YZ", division_code="450102"))
    (moved,) = apply(story, order("Wed 2026-03-11", scope="division:1101"))
    assert (moved.office, moved.after.due_on) == ("YZ", day("Tue 2026-03-24"))
    (again,) = apply(story, order("Thu 2026-03-12", scope="XQ"))
    assert again.after.due_on == day("Wed 2026-03-25")


def test_another_zone_moves_the_instant_at_which_the_last_day_ends(story: Story, case: str) -> None:
    (moved,) = apply(story, change("YZ", zone="Asia/Kolkata"))
    assert moved.before.due_on == moved.after.due_on == day("Mon 2026-03-23")
    assert story.case(case).wake_at == instant("Tue 2026-03-24 02:30")


def test_a_letter_received_on_a_sunday_moves_with_the_reading_of_receipts(story: Story) -> None:
    story.clock.at = instant("Sun 2026-03-08 10:00")
    case = asked(story)
    assert story.request(case).due_on == day("Fri 2026-03-27")
    (moved,) = apply(story, read_receipts)
    assert moved.after.due_on == day("Mon 2026-03-30")


@pytest.mark.usefixtures("case")
def test_a_rehearsal_changes_nothing_and_shows_what_the_change_then_does(story: Story) -> None:
    make = order("Wed 2026-03-11")
    before = everything(story)
    rehearsed = rehearse(story, make)
    assert everything(story) == before
    assert rehearsed == apply(story, make)


def test_each_case_that_moved_says_so_once_in_its_journal(story: Story, case: str) -> None:
    apply(story, order("Wed 2026-03-11"))
    (entry,) = [each for each in story.entries(case) if each.kind is EntryKind.DATE_MOVED]
    assert entry.actor == "wu"
    cause = entry.result.pop("cause")
    assert entry.result == {"before": "2026-03-23", "due_on": "2026-03-24"}
    assert cause.startswith("2026-03-11 off: 台风 (office:")
    with story.house.database.reading() as session:
        assert list(journal_proof.verify(session)) == []


def test_the_engine_waits_for_the_new_date_and_reminds_on_it(story: Story, case: str) -> None:
    story.live_until("Mon 2026-03-23 10:00")
    apply(story, order("Mon 2026-03-23"))
    assert story.stands(case) == "climb by engine on Wed 2026-03-25"
    story.live_until("Tue 2026-03-24 18:00")
    assert len(story.letters(case)) == 1
    story.live_until("Wed 2026-03-25 18:00")
    assert story.life(case)[-2:] == ["Wed 2026-03-25 reminded", "Wed 2026-03-25 left"]


def test_a_date_that_is_past_by_the_change_lets_the_engine_climb(story: Story, case: str) -> None:
    story.live_until("Sun 2026-03-22 10:00")
    apply(story, order("Sat 2026-03-14", DayKind.WORK))
    story.live_until("Mon 2026-03-23 18:00")
    assert story.life(case)[-1] == "Mon 2026-03-23 left"


def test_a_rung_that_was_climbed_keeps_its_date(story: Story, case: str) -> None:
    story.live_until("Wed 2026-03-25 18:00")
    request = story.letters(case)[0]
    (moved,) = apply(story, order("Wed 2026-03-25", scope=NATIONAL))
    assert moved.before.due_on > day("Mon 2026-03-23"), "it is the reminder's"
    assert story.letters(case)[0].due_on == request.due_on == day("Mon 2026-03-23")
    assert apply(story, order("Wed 2026-03-11", scope=NATIONAL)) == ()


def test_a_held_case_moves_and_stays_its_managers(story: Story, case: str) -> None:
    story.hold(case)
    before = story.case(case)
    (moved,) = apply(story, order("Wed 2026-03-11"))
    assert story.request(case).due_on == moved.after.due_on
    after = story.case(case)
    assert (after.status, after.owner, after.wake_at) == (before.status, before.owner, None)
    story.act("wu", supervision.release, case, "goes on")
    story.rest()
    assert story.stands(case) == "climb by engine on Wed 2026-03-25"


def test_a_case_whose_turn_has_come_keeps_its_turn(story: Story, case: str) -> None:
    now = story.clock.now()
    with story.house.database.transaction("wake") as session:
        leases.wake(story.locked(session, case), now=now, priority=Priority.CLERK)
    apply(story, order("Wed 2026-03-11"))
    assert story.case(case).wake_at == now
    story.rest()
    assert story.stands(case) == "climb by engine on Wed 2026-03-25"


def test_what_is_done_on_a_held_case_keeps_its_date(story: Story, case: str) -> None:
    story.hold(case)
    story.act("wu", clock.extend, case, 5, "asked for")
    assert story.request(case).due_on == day("Mon 2026-03-30")
    story.act("wu", supervision.release, case, "goes on")
    (moved,) = apply(story, order("Thu 2026-03-26"))
    assert moved.after.due_on == day("Tue 2026-03-31")


def test_a_case_whose_reply_waits_for_a_look_goes_on_waiting_for_it(
    story: Story, case: str
) -> None:
    story.reply(case)
    before = story.stands(case)
    apply(story, order("Wed 2026-03-11"))
    assert story.stands(case) == before
    assert story.request(case).due_on == day("Tue 2026-03-24")


def test_a_stopped_clock_and_a_closed_case_have_no_date_to_move(story: Story, case: str) -> None:
    story.act("zhou", clock.stop_clock, case, "papers")
    closed = asked(story)
    story.act("wu", closing.close, closed, "settled")
    story.rest()
    assert apply(story, order("Wed 2026-03-11")) == ()
    story.clock.at = instant("Thu 2026-03-05 09:00")
    story.act("zhou", clock.restart_clock, case)
    assert story.request(case).due_on == day("Thu 2026-03-26"), "two days back, and the storm"
