"""Inquiries by telephone (电话查询): write a call down, and confirm it as a second clerk."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session

from cases.operations import replies
from cases.rules.access import Act, require
from cases.rules.free_words import MAX_SUMMARY, check_words
from cases.rules.telephone import check_number, is_same_number
from cases.store import correspondence, journal, offices
from cases.store.tables.case import Case
from cases.store.tables.telephone import TelephoneCall
from cases.vocabulary.errors import CallIsConfirmed, InvalidValue, NotAllowed
from cases.vocabulary.status import Channel, EntryKind
from cases.vocabulary.values import Actor

MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class Said:
    """What a clerk writes down of one call."""

    number: str  #: As it was dialled.
    called_at: datetime
    spoke_with: str = ""  #: Empty: nobody was reached.
    asked: str = ""
    answered: str = ""  #: Empty: whoever was reached gave no answer.
    is_read_back: bool = False


def record(
    session: Session, actor: Actor, case: Case, said: Said, *, now: datetime
) -> TelephoneCall:
    """Write a call down; an answer given in it is filed as a reply and waits for a look.

    A call that reached nobody counts as an attempt. Raises NotAllowed, or InvalidValue for a call
    to come, a number that nobody can dial, words that cannot be kept, or an answer without the
    question or without the person who gave it.
    """
    require(actor, Act.RECORD_CALL, office_id=case.office_id)
    number = _check(said, now)
    request = correspondence.request_of_round(session, case)
    office = offices.get(session, request.office_id if request else case.home_office_id)
    call = TelephoneCall(
        case_id=case.id,
        request_id=request.id if request else None,
        office_id=office.id,
        rung=request.rung if request else 0,
        called_at=said.called_at.astimezone(UTC),
        called_by=actor.name,
        number=number,
        is_directory_number=is_same_number(number, office.telephone),
        recorded_at=now,
        is_reached=bool(said.spoke_with.strip()),
        spoke_with=said.spoke_with.strip(),
        asked=said.asked.strip(),
        answered=said.answered.strip(),
        is_read_back=said.is_read_back,
    )
    _write_recorded(session, actor, case, call, office.code)
    if call.answered:
        call.reply_id = _file_answer(session, actor, case, call, now)
    session.add(call)
    session.flush()
    return call


def confirm(
    session: Session, actor: Actor, case: Case, call: TelephoneCall, *, now: datetime
) -> None:
    """Confirm the record of a call as a second clerk (复核).

    Raises NotAllowed to whoever made the call, CallIsConfirmed, InvalidValue without an answer.
    """
    require(actor, Act.CONFIRM_CALL, office_id=case.office_id)
    if actor.name == call.called_by:
        raise NotAllowed(f"{actor.name} made this call; a second clerk confirms it")
    if not call.answered:
        raise InvalidValue("no answer was given in this call; there is nothing to confirm")
    if call.confirmed_by:
        raise CallIsConfirmed(f"{call.confirmed_by} confirmed this call already")
    call.confirmed_by, call.confirmed_at = actor.name, now
    journal.append(
        session,
        case,
        EntryKind.CALL_CONFIRMED,
        actor=actor,
        at=now,
        result={"call": str(call.id), "called_by": call.called_by},
    )


def _check(said: Said, now: datetime) -> str:
    """Return the number, trimmed. Raises InvalidValue."""
    number = check_number(said.number)
    if said.called_at > now:
        raise InvalidValue("a call is written down when it was made, not before")
    check_words(said.spoke_with, "the name of who answered", longest=MAX_NAME)
    check_words(said.asked, "what was asked", longest=MAX_SUMMARY)
    check_words(said.answered, "what was answered", longest=MAX_SUMMARY)
    if said.answered.strip() and not (said.spoke_with.strip() and said.asked.strip()):
        raise InvalidValue("an answer needs who gave it and what was asked")
    if said.is_read_back and not said.answered.strip():
        raise InvalidValue("there is no answer that could have been read back")
    return number


def _file_answer(
    session: Session, actor: Actor, case: Case, call: TelephoneCall, now: datetime
) -> UUID:
    return replies.record(
        session,
        actor,
        case,
        channel=Channel.TELEPHONE,
        received_on=offices.local_day(session, case.office_id, call.called_at),
        now=now,
        summary=call.answered,
    ).id


def _write_recorded(
    session: Session, actor: Actor, case: Case, call: TelephoneCall, office: str
) -> None:
    journal.append(
        session,
        case,
        EntryKind.CALLED,
        actor=actor,
        at=call.recorded_at,
        result={
            "call": str(call.id),
            "office": office,
            "called_at": call.called_at.isoformat(),
            "is_reached": call.is_reached,
            "is_answered": bool(call.answered),
            "is_read_back": call.is_read_back,
            "is_directory_number": call.is_directory_number,
        },
        personal={"spoke_with": call.spoke_with, "asked": call.asked, "answered": call.answered}
        if call.is_reached
        else None,
    )
