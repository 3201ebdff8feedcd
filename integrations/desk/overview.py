"""The overview for managers: figures that open their lists, counts, filters, export."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from cases.operations.counting import calendar_in_force
from cases.store import case_types, overview
from cases.store.overview import Band, By, Days, Group, Order, Wanted
from cases.vocabulary.status import NextAction
from integrations import spreadsheet
from integrations.desk import wording
from integrations.desk.my_work import Task, task
from integrations.desk.render import page
from integrations.desk.visits import Reader, Visit

routes = APIRouter()
MOST_LISTED, MOST_EXPORTED, MOST_GROUPS = 200, 10_000, 12
FIGURES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("在办", "Open", {}),
    ("本周到期", "Due this week", {"band": "this_week"}),
    ("超期 1–5 个工作日", "Overdue 1–5 working days", {"band": "to_5"}),
    ("超期 6–15 个工作日", "Overdue 6–15", {"band": "to_15"}),
    ("超期 15 个工作日以上", "Overdue over 15", {"band": "over_15"}),
    ("待审复函", "Replies to review", {"next": "look"}),
    ("待负责人决定", "For the manager", {"next": "decide"}),
    ("搁置、隔离", "Held", {"next": "release"}),
)
GROUPS = (
    (By.ASKED, "被函机关", "Office asked", "asked"),
    (By.CLERK, "经办人", "Clerk", "clerk"),
    (By.RUNG, "催办阶段", "Rung", "rung"),
    (By.TYPE, "事项", "Kind of case", "type"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that opens its list."""

    label: str
    count: int
    query: str
    is_chosen: bool
    is_bad: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """One table of counts."""

    title: str
    name: str  #: Of the filter that a line sets.
    groups: list[Group]


@routes.get("/backlog")
def show(request: Request, visit: Reader) -> Response:
    """Show figures and the list that was asked for."""
    given = given_in(request)
    with visit.desk.house.database.reading() as session:
        days = days_of(session, visit)
        wanted = wanted_by(visit, given)
        tasks = _listed(session, visit, given, MOST_LISTED)
        shown = overview.count(session, wanted, days)
        figures = _figures(session, visit, days, given)
        counted = _counted(session, wanted, days, visit)
        names = _type_names(visit)
    return page(
        request,
        "backlog.html",
        visit=visit,
        given=given,
        figures=figures,
        counted=counted,
        type_names=names,
        names=visit.names,
        band_words=_words_of_filters(visit),
        tasks=tasks,
        shown=shown,
        limit=MOST_LISTED,
        query=urlencode(given),
        link=lambda **more: "?" + urlencode({**given, **more}),
        without=lambda name: "?" + urlencode({k: v for k, v in given.items() if k != name}),
    )


@routes.get("/backlog.csv")
def export(request: Request, visit: Reader) -> Response:
    """Give the list as CSV; nothing personal is in it."""
    with visit.desk.house.database.reading() as session:
        tasks = _listed(session, visit, given_in(request), MOST_EXPORTED)
    t = wording.both(visit.language)
    columns = (
        *(t("办件编号", "Reference"), t("事项", "Type"), t("登记", "Opened")),
        *(t("经办人", "Clerk"), t("被函机关", "Office asked"), t("下一步", "Next")),
        *(
            t("承办", "Owner"),
            t("办理时限", "By"),
            t("复函截止", "Reply due"),
            t("超期", "Overdue"),
        ),
    )
    content = spreadsheet.as_csv(columns, (_cells(visit, each) for each in tasks))
    headers = {"content-disposition": 'attachment; filename="backlog.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def given_in(request: Request) -> dict[str, str]:
    """Return the filters that an address holds, those that are known and not empty."""
    names = ("band", "type", "clerk", "asked", "rung", "next", "closed", "order")
    found = {name: request.query_params.get(name, "")[:60] for name in names}
    return {name: value for name, value in found.items() if value}


def wanted_by(visit: Visit, given: dict[str, str]) -> Wanted:
    """Return what is asked for; a filter of which the value is not known is left out."""
    rung = given.get("rung", "")
    wanted = Wanted(
        office_id=visit.office.id,
        type_code=given.get("type", ""),
        clerk=given.get("clerk", ""),
        asked=given.get("asked", ""),
        rung=int(rung) if rung.isascii() and rung.isdigit() and len(rung) < 4 else None,
        is_closed="closed" in given,
    )
    with suppress(ValueError):
        wanted = replace(wanted, band=Band(given.get("band", "")))
    with suppress(ValueError):
        wanted = replace(wanted, next_action=NextAction(given.get("next", "")))
    return wanted


def days_of(session: Session, visit: Visit) -> Days:
    """Return today and the days that the bands are cut at, by our office's calendar."""
    today = visit.now.astimezone(visit.zone).date()
    calendar = calendar_in_force(session, visit.office)
    rank = calendar.rank(today.toordinal())
    five, fifteen = (date.fromordinal(calendar.at_rank(rank - back)) for back in (5, 15))
    return Days(today, today + timedelta(days=6 - today.weekday()), five, fifteen)


def _listed(session: Session, visit: Visit, given: dict[str, str], limit: int) -> list[Task]:
    order = Order.NEXT
    with suppress(ValueError):
        order = Order(given.get("order", ""))
    days, wanted = days_of(session, visit), wanted_by(visit, given)
    rows = overview.listed(session, wanted, days, order=order, limit=limit)
    return [task(row, visit.now) for row in rows]


def _figures(session: Session, visit: Visit, days: Days, given: dict[str, str]) -> list[Figure]:
    t = wording.both(visit.language)
    chosen = {name: value for name, value in given.items() if name != "order"}
    return [
        Figure(
            label=t(chinese, english),
            count=overview.count(session, wanted_by(visit, filters), days),
            query="?" + urlencode(filters),
            is_chosen=chosen == filters,
            is_bad=filters.get("band", "").startswith(("to_", "over_")),
        )
        for chinese, english, filters in FIGURES
    ]


def _counted(session: Session, wanted: Wanted, days: Days, visit: Visit) -> list[Counted]:
    t = wording.both(visit.language)
    return [
        Counted(
            t(chinese, english),
            name,
            overview.grouped(session, wanted, days, by, limit=MOST_GROUPS),
        )
        for by, chinese, english, name in GROUPS
    ]


def _type_names(visit: Visit) -> dict[str, str]:
    t = wording.both(visit.language)
    return {each.code: t(each.name.zh, each.name.en) for each in case_types.shipped()}


def _words_of_filters(visit: Visit) -> dict[str, str]:
    t = wording.both(visit.language)
    words = {value: t(*each[:2]) for each in FIGURES for value in each[2].values()}
    return {**words, "overdue": t("全部", "any"), "yes": t("是", "yes")}


def _cells(visit: Visit, each: Task) -> list[str]:
    case, language = each.row.case, visit.language
    due = each.due_on.isoformat() if each.due_on else ""
    return [
        case.reference,
        f"{case.type_code}.{case.type_version}",
        f"{case.opened_at.astimezone(visit.zone):%Y-%m-%d}",
        visit.names.get(each.row.clerk, each.row.clerk),
        each.row.home_office.name_zh,
        wording.reason(case.next_action, language),
        wording.owner(case.owner, language, visit.names),
        f"{case.next_action_at.astimezone(visit.zone):%Y-%m-%d}" if case.next_action_at else "",
        due,
        wording.both(language)("是", "yes") if each.is_overdue else "",
    ]
