"""For any change in any calendar, exactly the requests whose due date differs are listed."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from cases.operations import clock
from cases.operations.follow import due_of
from cases.rules.calendar_days import NATIONAL, DayKind
from cases.store import correspondence
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Request
from cases.vocabulary.values import DueDate
from tests.operations.test_moved_dates import Make, apply, change, order, read_receipts
from tests.story import Story, instant

SCOPES = [NATIONAL, "YZ", "BZ", "XQ", "division:11", "division:1101", "division:450102"]
DAYS = st.dates(date(2026, 2, 20), date(2026, 6, 30)).map(lambda on: f"{on:%a %F}")
ORDERS = st.builds(order, DAYS, st.sampled_from(DayKind), st.sampled_from(SCOPES))
MOVES_OF_OFFICES = st.builds(
    lambda code, division, zone: change(code, division_code=division, zone=zone),
    st.sampled_from(["YZ", "BZ", "XQ", "YX"]),
    st.sampled_from(["110101", "450102", ""]),
    st.sampled_from(["Asia/Shanghai", "Asia/Urumqi"]),
)
CHANGES = st.lists(
    st.one_of(ORDERS, MOVES_OF_OFFICES, st.just(read_receipts)), min_size=1, max_size=5
)


@pytest.fixture
def busy(story: Story) -> Story:
    """Give cases that stand in many ways: late, extended, stopped, held, counted otherwise."""
    both = story.publish("both-calendars", both_calendars=True)
    rungs = [{"days": 20, "unit": "calendar", "then": "hand_to_manager"}]
    plain_days = story.publish("plain-days", ladder=rungs)
    begins = ("Mon 2026-03-02 09:00", "Fri 2026-03-06 16:00", "Sat 2026-03-14 10:00")
    cases = []
    for at in begins:
        story.clock.at = instant(at)
        cases += [story.open(), story.open(home_office="BZ"), story.open(case_type=both)]
        cases += [story.open(case_type=plain_days)]
        story.rest()
    story.live_until("Tue 2026-03-31 12:00")
    story.act("wu", clock.extend, cases[4], 5, "asked for")
    story.act("zhou", clock.stop_clock, cases[5], "papers")
    story.act("zhou", clock.stop_clock, cases[8], "papers")
    story.clock.at = instant("Fri 2026-04-03 09:00")
    story.act("zhou", clock.restart_clock, cases[8])
    story.hold(cases[9])
    return story


def due_dates(session: Session) -> dict[str, DueDate | None]:
    """Count the date of every request by itself, as the engine does for one case."""
    session.expire_all()
    rows = session.exec(
        select(Case, Request)
        .join(Request, col(Request.case_id) == Case.id)
        .where(col(Case.closed_at).is_(None))
    ).all()
    return {
        case.reference: due_of(
            session, case, request, correspondence.letter_of_rung(session, request)
        )
        for case, request in rows
    }


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_exactly_the_requests_whose_date_differs_are_listed(
    busy: Story, changes: list[Make]
) -> None:
    with busy.house.database.transaction("changes") as session:
        for make in changes:
            before = due_dates(session)
            moved = make(session, busy)
            after = due_dates(session)
            listed = {each.reference: (each.before, each.after) for each in moved}
            assert listed == {
                name: (before[name], after[name]) for name in before if before[name] != after[name]
            }
            kept = session.exec(select(Case.reference, Request.due_on).join(Request)).all()
            assert {name: on for name, on in kept if name in listed} == {
                name: due.due_on for name, (_, due) in listed.items() if due
            }
        session.rollback()


def test_what_a_change_moved_the_opposite_change_moves_back(busy: Story) -> None:
    there = apply(busy, order("Wed 2026-04-08", DayKind.OFF, NATIONAL))
    back = apply(busy, order("Wed 2026-04-08", DayKind.WORK, NATIONAL))
    assert there
    assert [(each.reference, each.after, each.before) for each in there] == [
        (each.reference, each.before, each.after) for each in back
    ]
