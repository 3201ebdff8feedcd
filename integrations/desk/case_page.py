"""The case: what is next on top, one timeline, why the date, letters and replies."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from cases.operations import person_numbers
from cases.operations.day_ledgers import ledger_of
from cases.rules.access import Act, may
from cases.rules.day_ledger import DayLedger, LedgerDay
from cases.store import correspondence
from cases.store.case_types import pinned
from cases.store.cases import by_reference, locked_by_reference
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Enclosure, Letter
from cases.vocabulary.errors import CaseError, InvalidValue, UnknownCase
from integrations.desk import wording
from integrations.desk.acts import Offer, offers
from integrations.desk.happenings import Happening, happenings
from integrations.desk.render import page
from integrations.desk.visits import Posted, Reader, Visit, text, visiting
from integrations.reading.case_brief import Facts
from integrations.reading.case_facts import whole
from integrations.reading.case_why import count_of

routes = APIRouter()
STRIP = 90  #: Days of the ledger that the strip shows.
DONE = {
    "opened": (
        "已登记，函件由系统拟制并发出。",
        "Opened; the letter is written and sent by itself.",
    ),
    "replied": ("已登记复函，请审阅。", "The reply is on file; look at it now."),
    "reviewed": ("已审阅。", "Reviewed."),
    "sign": ("已签发，函件即将发出。", "Signed; the letter leaves."),
    "send-back": ("已退回修改。", "Sent back."),
    "received": ("已记送达日期，期限随之重算。", "Receipt recorded; the days count from it."),
    "stop-clock": ("计时已中止。", "The clock stands."),
    "restart-clock": ("计时已恢复，中止的日子已补回。", "The clock runs; its days are given back."),
    "extend": ("已延期。", "Extended."),
    "refer": ("已转送，将另行发函。", "Referred; the office is asked anew."),
    "withdraw": ("已撤回。", "Withdrawn."),
    "close": ("已办结。", "Closed."),
    "reopen": ("已重新办理。", "Reopened."),
    "release": ("已解除搁置。", "Released."),
    "resend": ("已重新发送。", "Sent again."),
}


@dataclass(frozen=True)
class CaseView:
    """Everything that the page shows."""

    case: Case
    facts: Facts
    why: Facts
    ledger: DayLedger
    strip: list[LedgerDay]  #: The last days, each with whose it was.
    timeline: list[Happening]
    offers: list[Offer]
    enclosures: list[Enclosure]
    labels: dict[str, str]  #: Of the case type's own fields.


@routes.get("/cases/{reference}")
def show(request: Request, reference: str, visit: Reader, done: str = "") -> Response:
    """Show a case of one's own office."""
    return case_page(request, visit, reference, done=done)


@routes.post("/cases/{reference}/number")
def show_number(
    request: Request,
    reference: str,
    form: Posted,
    visit: Annotated[Visit, Depends(visiting(Act.SHOW_NUMBER))],
) -> Response:
    """Show the full person number once the journal has who looks and why."""
    house = visit.desk.house
    try:
        with house.database.transaction("show-number") as session:
            find_case(session, visit, reference)
            case = locked_by_reference(session, reference)
            reason = text(form, "reason")
            number = person_numbers.show(
                session, visit.actor, case, reason, safe=house.safe, now=visit.now
            )
    except UnknownCase:
        raise
    except CaseError as fault:
        return case_page(request, visit, reference, refusal=fault, refused="number")
    return case_page(request, visit, reference, number=number)


def case_page(
    request: Request,
    visit: Visit,
    reference: str,
    *,
    done: str = "",
    number: str = "",
    refusal: CaseError | None = None,
    refused: str = "",
    given: dict[str, str] | None = None,
) -> Response:
    """Return the page of a case; a refusal stands on top and beside the act that was refused."""
    with visit.desk.house.database.reading() as session:
        case = find_case(session, visit, reference)
        view = _view(session, visit, case)
    chinese, english = DONE.get(done, ("", ""))
    return page(
        request,
        "case.html",
        visit=visit,
        status=422 if refusal else 200,
        view=view,
        case=view.facts,
        number=number,
        said=wording.both(visit.language)(chinese, english),
        refusal=wording.refusal(refusal, visit.language) if refusal else "",
        refused=refused,
        given=given or {},
        today=visit.now.astimezone(visit.zone).date(),
    )


def find_case(session: Session, visit: Visit, reference: str, act: Act = Act.READ) -> Case:
    """Return a case that this person may read.

    Raises UnknownCase, the same for one of another office: that it exists is not told, and no
    reference that is one slip away, either.
    """
    try:
        case = by_reference(session, reference.strip().upper())
    except (UnknownCase, InvalidValue):
        case = None
    if case is None or not may(visit.actor, act, office_id=case.office_id):
        raise UnknownCase("no case of your office has this reference")
    return case


def printed_letter(session: Session, case: Case, letter_id: UUID) -> Letter:
    """Return a printed letter of the case. Raises UnknownCase."""
    rows = correspondence.letters_of(session, case.id)
    found = next((row for row in rows if row.id == letter_id and row.document), None)
    if found is None:
        raise UnknownCase(f"{case.reference} has no such letter")
    return found


def _view(session: Session, visit: Visit, case: Case) -> CaseView:
    facts = whole(session, case, visit.actor, visit.now)
    why, _days = count_of(session, case, visit.language)
    ledger = ledger_of(session, case, now=visit.now)
    return CaseView(
        case=case,
        facts=facts,
        why=why,
        ledger=ledger,
        strip=list(ledger.days())[-STRIP:],
        timeline=happenings(facts, visit.language),
        offers=offers(visit, case, facts),
        labels=_labels(session, visit, case),
        enclosures=list(correspondence.enclosures_of(session, case.id)),
    )


def _labels(session: Session, visit: Visit, case: Case) -> dict[str, str]:
    t = wording.both(visit.language)
    rules = pinned(session, case.type_code, case.type_version).fields
    return {rule.name: t(rule.label.zh, rule.label.en.capitalize()) for rule in rules}
