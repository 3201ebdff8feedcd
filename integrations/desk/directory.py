"""The directory of offices and the work calendar, to look at."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from cases.operations import directory_search
from cases.operations.counting import calendar_in_force
from cases.rules.access import Act
from cases.rules.calendar import WorkCalendar
from cases.store import calendars, offices, superiors
from cases.store.overview import Wanted, count
from cases.vocabulary.status import Language
from integrations.desk.overview import days_of
from integrations.desk.render import page
from integrations.desk.visits import Visit, visiting

routes = APIRouter()
Looker = Annotated[Visit, Depends(visiting(Act.READ, Act.KEEP_DIRECTORY))]
MOST_OFFICES = 50


@dataclass(frozen=True, slots=True)
class DayShown:
    """One day of the calendar."""

    on: date
    works: bool
    is_named: bool  #: Ordered so: a holiday, a day made up for, a local closure.
    reason: str


@dataclass(frozen=True, slots=True)
class Month:
    """One month: how many places stay empty before its first day, and its days."""

    number: int
    before: int
    days: tuple[DayShown, ...]


@routes.get("/offices")
def search(request: Request, visit: Looker, q: str = "") -> Response:
    """Show the offices that answer to what was typed."""
    on = visit.now.astimezone(visit.zone).date()
    with visit.desk.house.database.reading() as session:
        if q.strip():
            found = directory_search.search(session, q[:60], on=on, limit=MOST_OFFICES).offices
            rows = [(each.office, each.path, each.notes) for each in found]
        else:
            rows = [(each, "", ()) for each in offices.all_offices(session, limit=MOST_OFFICES)]
    return page(request, "offices.html", visit=visit, rows=rows, words=q[:60], limit=MOST_OFFICES)


@routes.get("/offices/{code}")
def show(request: Request, code: str, visit: Looker) -> Response:
    """Show what is known of an office, and how many open cases of ours wait for it."""
    with visit.desk.house.database.reading() as session:
        office = offices.by_code(session, code)
        on = visit.now.astimezone(visit.zone).date()
        above = superiors.nearest(session, office, on)
        waiting = 0
        if visit.may(Act.READ):
            wanted = Wanted(office_id=visit.office.id, asked=office.code)
            waiting = count(session, wanted, days_of(session, visit))
    return page(
        request,
        "office.html",
        visit=visit,
        office=office,
        above=above.office if above else None,
        waiting=waiting,
        on=on,
    )


@routes.get("/calendar")
def calendar(request: Request, visit: Looker, year: int | None = None) -> Response:
    """Show a year as our office works by it: rest days, made-up days, local closures."""
    today = visit.now.astimezone(visit.zone).date()
    shown = year if year is not None and 1990 <= year <= 2100 else today.year
    with visit.desk.house.database.reading() as session:
        known = {each.year: each for each in calendars.years(session)}
        held = calendar_in_force(session, visit.office)
    months = [_month(held, visit.language, shown, number) for number in range(1, 13)]
    return page(
        request,
        "calendar.html",
        visit=visit,
        year=shown,
        known=known,
        months=months,
        working=sum(each.works for month in months for each in month.days),
        today=today,
        is_published=held.published(shown),
    )


def _month(held: WorkCalendar, language: Language, year: int, number: int) -> Month:
    before, length = monthrange(year, number)
    days = (date(year, number, day) for day in range(1, length + 1))
    shown = (
        DayShown(on, held.is_working(on), on in held.named, held.reason(on, language))
        for on in days
    )
    return Month(number, before, tuple(shown))
