"""Open a case: what the type asks, the home office found, the letters to come before saving."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from cases.operations import directory_search, person_numbers
from cases.operations.directory_search import FoundOffice
from cases.operations.letters_to_come import LetterToCome, letters_to_come
from cases.operations.register import Opening
from cases.rules.access import Act
from cases.rules.person_number import mask, read_person_number
from cases.store import case_types, offices
from cases.store.tables.case import Case
from cases.store.tables.office import Office
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.errors import CaseError, InvalidValue
from cases.vocabulary.legal_ground import LegalGroundKind
from cases.vocabulary.status import CaseStatus, Language, Side
from integrations.cases_desk import open_case
from integrations.desk import wording
from integrations.desk.render import page
from integrations.desk.uploads import kept_in
from integrations.desk.visits import Posted, Visit, text, visiting
from integrations.enclosures.reader import PdfEnclosureReader

routes = APIRouter()
Opener = Annotated[Visit, Depends(visiting(Act.OPEN))]
MOST_OFFICES = 8
FIELD, FILE = "field-", "file-"


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """What is said of a person number as it is typed."""

    is_usable: bool
    masked: str
    said: str


@routes.get("/open")
def ask(request: Request, visit: Opener, type: str = "") -> Response:
    """Show the form."""
    return _form(request, visit, {"type": type})


@routes.get("/open/offices")
def find_offices(request: Request, visit: Opener, home_query: str = "") -> Response:
    """Show the offices that answer to what was typed: the part of the form, for the script."""
    found = _found(visit, home_query)
    return page(request, "open_offices.html", visit=visit, found=found, given={"home": ""})


@routes.post("/open/number")
def check_number(request: Request, form: Posted, visit: Opener) -> Response:
    """Say whether a number can be one: the part of the form, for the script."""
    check = number_check(visit, text(form, "person_number"))
    earlier = _earlier(visit, text(form, "person_number")) if check.is_usable else []
    return page(request, "open_number.html", visit=visit, check=check, earlier=earlier)


@routes.post("/open/dates")
def show_dates(request: Request, form: Posted, visit: Opener) -> Response:
    """Show the letters to come: the part of the form for the script, the whole form without it."""
    given = _given(form)
    if request.headers.get("hx-request"):
        coming, problem = _coming(visit, given)
        return page(request, "open_dates.html", visit=visit, coming=coming, problem=problem)
    return _form(request, visit, given)


@routes.post("/open")
def save(request: Request, form: Posted, visit: Opener) -> Response:
    """Open the case, or show the form again with what stands in the way."""
    given = _given(form)
    if text(form, "step") == "find":
        return _form(request, visit, given)
    try:
        case = _opened(visit, form, given)
    except CaseError as fault:
        return _form(request, visit, given, fault)
    return RedirectResponse(f"/cases/{case.reference}?done=opened", 303)


def number_check(visit: Visit, typed: str) -> NumberCheck:
    """Return what is to be said of a number; nothing when none was typed."""
    if not typed:
        return NumberCheck(False, "", "")
    read = read_person_number(typed, today=_today(visit))
    said = read.reason
    if said and visit.language is Language.CHINESE:
        parts = [wording.in_chinese(each) or each for each in said.split("; ")]
        said = "".join(parts)
    return NumberCheck(read.is_usable, mask(read.normalized), said)


def offered_types(session: Session) -> list[CaseType]:
    """Return the case types by which we ask, in their newest version."""
    codes = dict.fromkeys(each.code for each in case_types.shipped())
    newest = [case_types.newest(session, code) for code in codes]
    return [each for each in newest if not each.is_example and each.side is Side.ASKING]


def _opened(visit: Visit, form: FormData, given: dict[str, str]) -> Case:
    """Open the case with its files. Raises what `cases_desk.open_case` raises."""
    with TemporaryDirectory(prefix="hancha-desk-") as folder:
        files: dict[str, Path] = {}
        for name, file in form.multi_items():
            is_file = isinstance(file, UploadFile) and bool(file.filename)
            kind = name.removeprefix(FILE)
            if name.startswith(FILE) and is_file and kind.isidentifier():
                files[kind] = kept_in(folder, kind, file)  # type: ignore[arg-type]
        opening = _opening(given)
        return open_case(visit.desk.house, visit.actor, opening, files, PdfEnclosureReader())


def _opening(given: dict[str, str]) -> Opening:
    fields = {
        name.removeprefix(FIELD): value for name, value in given.items() if name.startswith(FIELD)
    }
    english = given.get("language") == Language.ENGLISH.value
    if not given.get("home"):
        raise InvalidValue("choose the office that is asked")
    return Opening(
        case_type=given.get("type", ""),
        home_office=given["home"],
        applicant_name=given.get("name", ""),
        person_number=given.get("person_number", ""),
        fields=fields,
        applicant_email=given.get("email", ""),
        consent_on=_day(given.get("consent_on", "")),
        language=Language.ENGLISH if english else Language.CHINESE,
    )


def _form(
    request: Request, visit: Visit, given: dict[str, str], fault: CaseError | None = None
) -> Response:
    with visit.desk.house.database.reading() as session:
        types = offered_types(session)
        chosen = next((each for each in types if each.code == given.get("type")), types[0])
    coming, problem = _coming(visit, given)
    number = given.get("person_number", "")
    return page(
        request,
        "open.html",
        visit=visit,
        status=422 if fault else 200,
        types=types,
        chosen=chosen,
        needs_consent=chosen.legal_ground.kind is LegalGroundKind.CONSENT,
        given=given,
        found=_found(visit, given.get("home_query", ""), given.get("home", "")),
        check=number_check(visit, number),
        earlier=_earlier(visit, number),
        coming=coming,
        problem=problem,
        refusal=wording.refusal(fault, visit.language) if fault else "",
        today=_today(visit),
    )


def _found(visit: Visit, query: str, chosen: str = "") -> list[FoundOffice]:
    """Return the offices that answer to a query, the chosen one first."""
    on = _today(visit)
    with visit.desk.house.database.reading() as session:
        found: list[FoundOffice] = []
        if query.strip():
            answers = directory_search.search(session, query[:60], on=on, limit=MOST_OFFICES)
            found = [each for each in answers.offices if each.office.id != visit.office.id]
        if chosen and all(each.office.code != chosen for each in found):
            with suppress(CaseError):
                found.insert(0, FoundOffice(offices.by_code(session, chosen), "", ()))
    return found


def _coming(visit: Visit, given: dict[str, str]) -> tuple[tuple[LetterToCome, ...], str]:
    """Return the letters to come, or why they cannot be told yet."""
    if not given.get("home"):
        return (), ""
    with visit.desk.house.database.reading() as session:
        try:
            ours, home, superior = _parties(session, visit, given["home"])
            code = given.get("type") or offered_types(session)[0].code
            case_type = case_types.newest(session, code)
            now = visit.now
            return letters_to_come(session, case_type, ours, home, superior, now=now), ""
        except CaseError as fault:
            return (), wording.refusal(fault, visit.language)


def _parties(session: Session, visit: Visit, home: str) -> tuple[Office, Office, Office | None]:
    return offices.ours_and_asked(session, visit.office.id, home, visit.now)


def _earlier(visit: Visit, number: str) -> list[tuple[str, bool]]:
    """Return the office's own cases about the same number: reference, and whether it is open."""
    if not number or not visit.may(Act.FIND_NUMBER):
        return []
    with visit.desk.house.database.reading() as session:
        try:
            rows = person_numbers.find(
                session, visit.actor, number, safe=visit.desk.house.safe, today=_today(visit)
            )
        except CaseError:
            return []
    return [(row.reference, row.status is not CaseStatus.CLOSED) for row in rows[:5]]


def _given(form: FormData) -> dict[str, str]:
    return {name: value.strip() for name, value in form.multi_items() if isinstance(value, str)}


def _day(text_: str) -> date | None:
    if not text_:
        return None
    try:
        return date.fromisoformat(text_)
    except ValueError:
        raise InvalidValue(f"{text_!r} is not a date of the form 2026-03-02") from None


def _today(visit: Visit) -> date:
    return visit.now.astimezone(visit.zone).date()
