"""What a change of the calendar costs beside many open requests: rehearsed, and applied.

The requests were received over sixty days; so a day that everybody has off moves about a third of
them, a day in a province where nobody is asked moves none, and the whole is in one transaction.
"""

import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from bench.copies import Original
from bench.scale import Scale
from cases.operations import calendar_days
from cases.operations.moved_dates import MovedDate
from cases.rules.calendar import ReceiptOnRestDay
from cases.rules.calendar_days import DayKind
from cases.rules.due_dates import due_date
from cases.store.calendars import load_calendar
from cases.store.session import rehearsal
from cases.vocabulary.values import Allowance
from tests.databases import SqliteDatabases
from tests.settled_worlds import SettledWorlds
from tests.story import Story, instant

RECEIVED_OVER = 60  #: Days.
LAST_RECEIVED = date(2026, 6, 30)
DAY_OFF = date(2026, 6, 24)  #: A Wednesday.
Change = Callable[[Session, Story], tuple[MovedDate, ...]]


def run(scale: Scale) -> dict[str, object]:
    """Return the seconds of each change by the number of open requests."""
    rows: list[dict[str, object]] = []
    with TemporaryDirectory(prefix="hancha-bench-") as folder:
        root = Path(folder)
        worlds = SettledWorlds(SqliteDatabases(root), root)
        for size in scale.open_requests:
            with worlds.story() as story:
                _receive(story, size)
                rows += [
                    {"open requests": size, "change": name, **_cost(story, change)}
                    for name, change in CHANGES.items()
                ]
    return {"rows": rows, "note": "the write lock is held for as long as applying takes"}


def _receive(story: Story, count: int) -> None:
    story.clock.at = instant("Wed 2026-07-01 09:00")
    reference = story.open()
    story.rest()
    with story.house.database.reading() as session:
        calendar = load_calendar(session)

    def received(number: int) -> dict[str, dict[str, object]]:
        on = LAST_RECEIVED - timedelta(days=number % RECEIVED_OVER)
        due = due_date(on, Allowance(15), calendar)
        assert due is not None
        return {
            "letter": {"received_on": on.isoformat()},
            "request": {"due_on": due.due_on.isoformat()},
        }

    case_id, url = story.case(reference).id, story.house.database.url
    original = Original(url, None, case_id=case_id, reference=reference, run_id=None)
    original.copy(count, series="M", changes=received)


def _order(scope: str) -> Change:
    def change(session: Session, story: Story) -> tuple[MovedDate, ...]:
        manager, now = story.actor("wu"), story.clock.now()
        return calendar_days.override_day(
            *(session, manager, DAY_OFF, DayKind.OFF, "台风"), scope=scope, reason="通知", now=now
        )

    return change


def _read_receipts(session: Session, story: Story) -> tuple[MovedDate, ...]:
    setting, now = ReceiptOnRestDay.NEXT_WORKING_DAY, story.clock.now()
    return calendar_days.read_receipts(session, story.actor("wu"), setting, now=now)


CHANGES: dict[str, Change] = {
    "a day off where nobody is asked": _order("division:45"),
    "a day off where everybody is asked": _order("division:11"),
    "receipts on rest days read otherwise": _read_receipts,
}


def _cost(story: Story, change: Change) -> dict[str, object]:
    """Return what moved and the seconds of the change, taken back and then kept."""
    found: dict[str, object] = {}
    for name, is_kept in (("rehearsed_s", False), ("applied_s", True)):
        began = time.perf_counter()
        with (
            story.house.database.transaction("bench") as session,
            nullcontext() if is_kept else rehearsal(session),
        ):
            found["moved"] = len(change(session, story))
        found[name] = round(time.perf_counter() - began, 2)
    return found
