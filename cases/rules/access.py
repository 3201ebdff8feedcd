"""Who may do what: one table, so that it can be read and tested whole."""

from enum import StrEnum
from uuid import UUID

from cases.rules.free_words import check_reason
from cases.vocabulary.errors import NotAllowed
from cases.vocabulary.status import Role
from cases.vocabulary.values import Actor


class Act(StrEnum):
    """An act that the table below grants to roles."""

    OPEN = "open a case"
    READ = "read a case"
    RECORD_REPLY = "record a reply"
    REVIEW_REPLY = "review a reply"
    STOP_CLOCK = "stop or restart the clock"
    EXTEND = "extend the time"
    REFER = "refer a request to another office"
    WITHDRAW = "withdraw a case"
    CLOSE = "close a case without an answer"
    REOPEN = "reopen a case"
    SIGN = "sign a letter"
    EDIT_LETTER = "edit a letter's draft"
    RELEASE = "release a held or quarantined case"
    SEND = "send or retry mail"
    RECORD_POST = "record that a letter was posted or delivered"
    PUBLISH_CALENDAR = "publish a calendar year"
    KEEP_DIRECTORY = "keep offices and people"
    KEEP_ABSENCES = "record another's absence"
    TELL_APPLICANT = "tell an applicant by telephone"
    VERIFY_JOURNAL = "verify the journal"
    SHOW_NUMBER = "see a full person number"
    FIND_NUMBER = "look for a person number"
    REPAIR_ADDRESS = "mend or confirm an address in doubt"
    RELEASE_OUTBOX = "release the outbox after a restore"
    TAKE_IN_SCANS = "take in scans"
    TAKE_IN_MAIL = "take in mail"
    SETTLE_TRAY = "file or reject what lies in the tray"
    RECORD_CALL = "write down a telephone call"
    CONFIRM_CALL = "confirm the record of a call"
    RECORD_ACCEPTANCE = "record that the asked office accepted a request"
    REPORT_DISCREPANCY = "say that two replies do not agree"
    RESOLVE_DISCREPANCY = "say which of two answers holds"
    REGISTER_INQUIRY = "register an inquiry of another office"
    ANSWER_INQUIRY = "answer an inquiry of another office"
    REVOKE_LINK = "take back a reply link"


_CLERK, _MANAGER, _MAIL = Role.CLERK, Role.MANAGER, Role.MAIL_ROOM
_AUDITOR, _ADMIN, _ENGINE = Role.AUDITOR, Role.ADMINISTRATOR, Role.ENGINE
_ASKED = Role.ASKED_OFFICE

GRANTS: dict[Act, frozenset[Role]] = {
    Act.OPEN: frozenset({_CLERK, _MANAGER}),
    Act.READ: frozenset({_CLERK, _MANAGER, _MAIL, _AUDITOR, _ENGINE}),
    Act.RECORD_REPLY: frozenset({_CLERK, _MANAGER, _MAIL, _ENGINE, _ASKED}),
    Act.REVIEW_REPLY: frozenset({_CLERK, _MANAGER}),
    Act.STOP_CLOCK: frozenset({_CLERK, _MANAGER}),
    Act.EXTEND: frozenset({_MANAGER}),
    Act.REFER: frozenset({_CLERK, _MANAGER}),
    Act.WITHDRAW: frozenset({_CLERK, _MANAGER}),
    Act.CLOSE: frozenset({_MANAGER}),
    Act.REOPEN: frozenset({_MANAGER}),
    Act.SIGN: frozenset({_MANAGER}),
    Act.EDIT_LETTER: frozenset({_CLERK, _MANAGER}),
    Act.RELEASE: frozenset({_MANAGER}),
    Act.SEND: frozenset({_CLERK, _MANAGER, _MAIL}),
    Act.RECORD_POST: frozenset({_CLERK, _MANAGER, _MAIL}),
    Act.PUBLISH_CALENDAR: frozenset({_MANAGER, _ADMIN}),
    Act.KEEP_DIRECTORY: frozenset({_ADMIN}),
    Act.KEEP_ABSENCES: frozenset({_MANAGER, _ADMIN}),
    Act.TELL_APPLICANT: frozenset({_CLERK, _MANAGER}),
    Act.VERIFY_JOURNAL: frozenset({_AUDITOR, _MANAGER, _ADMIN}),
    Act.SHOW_NUMBER: frozenset({_CLERK, _MANAGER}),
    Act.FIND_NUMBER: frozenset({_CLERK, _MANAGER, _AUDITOR}),
    Act.REPAIR_ADDRESS: frozenset({_CLERK, _MANAGER, _MAIL, _ENGINE}),
    Act.RELEASE_OUTBOX: frozenset({_MANAGER}),
    Act.TAKE_IN_SCANS: frozenset({_CLERK, _MANAGER, _MAIL, _ENGINE}),
    Act.TAKE_IN_MAIL: frozenset({_CLERK, _MANAGER, _MAIL, _ENGINE}),
    Act.SETTLE_TRAY: frozenset({_CLERK, _MANAGER, _MAIL}),
    Act.RECORD_CALL: frozenset({_CLERK, _MANAGER}),
    Act.CONFIRM_CALL: frozenset({_CLERK, _MANAGER}),
    Act.RECORD_ACCEPTANCE: frozenset({_CLERK, _MANAGER, _MAIL, _ENGINE, _ASKED}),
    Act.REPORT_DISCREPANCY: frozenset({_CLERK, _MANAGER}),
    Act.RESOLVE_DISCREPANCY: frozenset({_CLERK, _MANAGER}),
    Act.REGISTER_INQUIRY: frozenset({_CLERK, _MANAGER, _MAIL, _ENGINE}),
    Act.ANSWER_INQUIRY: frozenset({_CLERK, _MANAGER}),
    Act.REVOKE_LINK: frozenset({_CLERK, _MANAGER}),
}


def may(actor: Actor, act: Act, *, office_id: UUID | None = None) -> bool:
    """Whether the actor may do this for a case of this office; the engine serves all offices."""
    if not actor.has(*GRANTS[act]):
        return False
    return office_id is None or actor.has(Role.ENGINE) or actor.office_id == office_id


def require(actor: Actor, act: Act, *, office_id: UUID | None = None) -> None:
    """Raise NotAllowed unless the actor may do this."""
    if may(actor, act, office_id=office_id):
        return
    if actor.has(*GRANTS[act]):
        raise NotAllowed(f"{actor.name} works for another office and may not {act.value} here")
    needed = ", ".join(sorted(role.value for role in GRANTS[act] - {_ENGINE, _ASKED}))
    raise NotAllowed(f"{actor.name} may not {act.value}; this needs the role {needed}")


def require_reason(reason: str) -> None:
    """Raise InvalidValue unless an act that needs a reason was given one that can be kept."""
    check_reason(reason)
