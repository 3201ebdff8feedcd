"""The acts on a case as buttons: which there are for this person now, and why one is not."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from cases.operations import clock, closing, letters, supervision
from cases.rules.access import Act, may
from cases.store import offices
from cases.store.case_types import pinned
from cases.store.tables.case import Case
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import CaseStatus, LetterStatus, NextAction, RequestStatus
from integrations.desk.visits import Visit
from integrations.desk.wording import both
from integrations.reading.case_brief import Facts


@dataclass(frozen=True, slots=True)
class Offer:
    """One button."""

    code: str
    label: str
    fields: tuple[str, ...]  #: What it asks: "reason", "days", "office", "on", "comment".
    why_not: str  #: Empty when the act can be done now.
    is_next: bool = False  #: It is what the case waits for.
    is_grave: bool = False  #: It ends or turns the case; it stands apart.


@dataclass(frozen=True, slots=True)
class ActForm:
    """What a person gave with an act."""

    reason: str = ""
    comment: str = ""
    days: str = ""
    office: str = ""
    on: str = ""


#: Code, Chinese, English, who may, what it asks, whether it is grave.
ACTS: dict[str, tuple[str, str, Act, tuple[str, ...], bool]] = {
    "sign": ("签发", "Sign", Act.SIGN, (), False),
    "send-back": ("退回修改", "Send back", Act.SIGN, ("comment",), False),
    "received": ("登记送达日期", "Record receipt", Act.RECORD_POST, ("on",), False),
    "stop-clock": ("中止计时", "Stop the clock", Act.STOP_CLOCK, ("reason",), False),
    "restart-clock": ("恢复计时", "Restart the clock", Act.STOP_CLOCK, (), False),
    "extend": ("延期", "Extend", Act.EXTEND, ("days", "reason"), False),
    "release": ("解除搁置", "Release", Act.RELEASE, ("reason",), False),
    "refer": ("转送", "Refer", Act.REFER, ("office", "reason"), True),
    "withdraw": ("撤回办件", "Withdraw", Act.WITHDRAW, ("reason",), True),
    "close": ("未获答复办结", "Close unanswered", Act.CLOSE, ("reason",), True),
    "reopen": ("重新办理", "Reopen", Act.REOPEN, ("reason",), True),
}
_NEXT = {
    "sign": NextAction.SIGN,
    "restart-clock": NextAction.RESTART_CLOCK,
    "refer": NextAction.REFER,
    "release": NextAction.RELEASE,
    "close": NextAction.DECIDE,
}


def offers(visit: Visit, case: Case, facts: Facts) -> list[Offer]:
    """Return the acts that this person's roles allow, each with why it cannot be done now.

    What cannot be judged from the page is judged by the operation itself.
    """
    t = both(visit.language)
    found = []
    for code, (chinese, english, act, fields, is_grave) in ACTS.items():
        if not may(visit.actor, act, office_id=case.office_id):
            continue
        why_not = t(*why_not_now(code, case, facts))
        if why_not and (is_grave or code in ("sign", "send-back", "release")):
            continue  # Not a matter of waiting: it is simply not the case's turn.
        is_next = _NEXT.get(code) is case.next_action and not why_not
        found.append(Offer(code, t(chinese, english), fields, why_not, is_next, is_grave))
    return sorted(found, key=lambda offer: (not offer.is_next, offer.is_grave))


def why_not_now(code: str, case: Case, facts: Facts) -> tuple[str, str]:
    """Return in two languages why an act cannot be done now; empty when it can."""
    if code == "reopen":
        return ("", "") if case.status is CaseStatus.CLOSED else ("办件未办结", "it is not closed")
    if code == "release":
        held = case.status in (CaseStatus.HELD, CaseStatus.QUARANTINED)
        return ("", "") if held else ("办件未被搁置", "it is not held")
    if code in ("sign", "send-back"):
        drafted = any(row["status"] is LetterStatus.DRAFTED for row in facts["letters"])
        return ("", "") if drafted else ("没有等待签发的函件", "no letter waits for a signature")
    if case.is_finished:
        return "办件已办结", "the case is closed"
    if code in ("withdraw", "close"):
        return "", ""
    return _of_request(code, case, facts)


def _of_request(code: str, case: Case, facts: Facts) -> tuple[str, str]:
    request = next((row for row in facts["requests"] if row["round"] == case.round), None)
    if request is None:
        return "函件尚未拟出", "no letter is written yet"
    status = request["status"]
    if status is RequestStatus.ANSWERED:
        return "请求已经答复", "the request is answered"
    if code == "restart-clock":
        is_stopped = status is RequestStatus.CLOCK_STOPPED
        return ("", "") if is_stopped else ("计时未中止", "the clock runs")
    if code == "stop-clock" and status is RequestStatus.CLOCK_STOPPED:
        return "计时已经中止", "the clock stands already"
    if code in ("stop-clock", "received") and status is RequestStatus.DRAFTED:
        return "函件尚未发出", "the letter has not left"
    return "", ""


def do(session: Session, visit: Visit, case: Case, code: str, form: ActForm) -> None:
    """Do an act. Raises what the operation refuses, InvalidValue for a day or number mistyped."""
    actor, now = visit.actor, visit.now
    match code:
        case "sign":
            case_type = pinned(session, case.type_code, case.type_version)
            letters.sign(session, actor, case, case_type, now)
        case "send-back":
            letters.send_back(session, actor, case, form.comment, now)
        case "received":
            clock.record_delivery(session, actor, case, read_day(form.on), now=now)
        case "stop-clock":
            clock.stop_clock(session, actor, case, form.reason, now=now)
        case "restart-clock":
            clock.restart_clock(session, actor, case, now=now)
        case "extend":
            days = int(form.days) if form.days.isascii() and form.days.isdigit() else 0
            clock.extend(session, actor, case, days, form.reason, now=now)
        case "refer":
            office = offices.by_code(session, form.office)
            closing.refer(session, actor, case, office, form.reason, now=now)
        case _:
            _decide(session, visit, case, code, form.reason)


def _decide(session: Session, visit: Visit, case: Case, code: str, reason: str) -> None:
    acts = {
        "withdraw": closing.withdraw,
        "close": closing.close,
        "reopen": closing.reopen,
        "release": supervision.release,
    }
    acts[code](session, visit.actor, case, reason, now=visit.now)


def read_day(text: str) -> date:
    """Return the day of a date field. Raises InvalidValue."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidValue(f"{text!r} is not a date of the form 2026-03-02") from None
