"""Each operation asks the access table before anything else, whatever state the case is in."""

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from sqlmodel import Session

from cases.operations import (
    acceptance,
    answers,
    calls,
    clock,
    closing,
    dispatch,
    inquiries,
    letter_texts,
    letters,
    notices,
    our_answers,
    replies,
    returns,
    supervision,
)
from cases.operations.calls import Said
from cases.operations.inquiries import Incoming
from cases.operations.letters import Copy
from cases.rules.access import Act, may
from cases.store import correspondence, offices, outbox
from cases.store.cases import locked_by_reference
from cases.store.tables.answer import Discrepancy
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Reply
from cases.store.tables.telephone import TelephoneCall
from cases.store.tables.telling import ApplicantNotice
from cases.vocabulary.errors import CaseError, NotAllowed
from cases.vocabulary.status import Channel, Outcome, Verdict
from cases.vocabulary.telling import NoticeKind, NoticeWay
from cases.vocabulary.values import ENGINE, Actor
from tests.outside_world import GlassSafe
from tests.rules.wall_calendar import day
from tests.story import Story

TODAY = day("Mon 2026-03-02")
Try = Callable[[Session, Actor, Case, Any], Any]


def _message(session: Session, case: Case) -> Any:
    return outbox.listed(session, office_id=case.office_id)[0]


def _reply(case: Case) -> Reply:
    return Reply(
        case_id=case.id,
        channel=Channel.EMAIL,
        received_on=TODAY,
        recorded_at=case.opened_at,
        recorded_by="x",
    )


def _notice(session: Session, case: Case) -> ApplicantNotice:
    whose = {"case_id": case.id, "office_id": case.office_id, "round": 1, "message_id": "x"}
    what = {"kind": NoticeKind.WAITING, "way": NoticeWay.TELEPHONE}
    times = {"created_at": case.opened_at, "not_before": case.opened_at}
    notice = ApplicantNotice(**whose, **what, **times)  # type: ignore[arg-type]
    session.add(notice)
    session.flush()
    return notice


MENDED = Copy("mended@office.example", Channel.EMAIL, "<mended@office.example>", "0" * 64)


def _settled(case: Case) -> Discrepancy:
    return Discrepancy(
        case_id=case.id,
        request_id=case.id,
        first_reply_id=case.id,
        second_reply_id=case.id,
        opened_at=case.opened_at,
        opened_by="x",
        resolved_at=case.opened_at,
    )


def _call(case: Case) -> TelephoneCall:
    return TelephoneCall(
        case_id=case.id,
        office_id=case.home_office_id,
        called_at=case.opened_at,
        called_by="x",
        number="000-00000000",
        is_directory_number=True,
        recorded_at=case.opened_at,
        is_reached=True,
        answered="x",
    )


#: Refused on its empty reference, behind the question who may.
INCOMING = Incoming("YZ", Channel.POST, "", TODAY, TODAY, "x", "x")

OPERATIONS: dict[Callable[..., Any], tuple[Act, Try]] = {
    replies.record: (
        Act.RECORD_REPLY,
        lambda s, a, c, now: replies.record(
            s, a, c, channel=Channel.EMAIL, received_on=TODAY, now=now
        ),
    ),
    replies.review: (
        Act.REVIEW_REPLY,
        lambda s, a, c, now: replies.review(s, a, c, _reply(c), Verdict.PARTIAL, now=now),
    ),
    acceptance.record: (
        Act.RECORD_ACCEPTANCE,
        lambda s, a, c, now: acceptance.record(
            s, a, c, channel=Channel.TELEPHONE, accepted_at=now, now=now
        ),
    ),
    answers.report: (
        Act.REPORT_DISCREPANCY,
        lambda s, a, c, now: answers.report(s, a, c, *[_reply(c)] * 2, "x", now=now),
    ),
    answers.resolve: (
        Act.RESOLVE_DISCREPANCY,
        lambda s, a, c, now: answers.resolve(s, a, c, _settled(c), _reply(c), "x", now=now),
    ),
    calls.record: (
        Act.RECORD_CALL,
        lambda s, a, c, now: calls.record(s, a, c, Said("000-00000000", now), now=now),
    ),
    calls.confirm: (
        Act.CONFIRM_CALL,
        lambda s, a, c, now: calls.confirm(s, a, c, _call(c), now=now),
    ),
    clock.stop_clock: (
        Act.STOP_CLOCK,
        lambda s, a, c, now: clock.stop_clock(s, a, c, "x", now=now),
    ),
    clock.restart_clock: (
        Act.STOP_CLOCK,
        lambda s, a, c, now: clock.restart_clock(s, a, c, now=now),
    ),
    clock.extend: (Act.EXTEND, lambda s, a, c, now: clock.extend(s, a, c, 1, "x", now=now)),
    clock.record_delivery: (
        Act.RECORD_POST,
        lambda s, a, c, now: clock.record_delivery(s, a, c, TODAY, now=now),
    ),
    closing.refer: (
        Act.REFER,
        lambda s, a, c, now: closing.refer(s, a, c, offices.by_code(s, "BZ"), "x", now=now),
    ),
    closing.withdraw: (Act.WITHDRAW, lambda s, a, c, now: closing.withdraw(s, a, c, "x", now=now)),
    closing.close: (Act.CLOSE, lambda s, a, c, now: closing.close(s, a, c, "x", now=now)),
    closing.reopen: (Act.REOPEN, lambda s, a, c, now: closing.reopen(s, a, c, "x", now=now)),
    our_answers.answer: (
        Act.ANSWER_INQUIRY,
        lambda s, a, c, now: our_answers.answer(s, a, c, Outcome.ANSWERED, "x", now=now),
    ),
    inquiries.examine: (
        Act.REGISTER_INQUIRY,
        lambda s, a, c, now: inquiries.examine(
            s,
            a,
            INCOMING,
            None,  # type: ignore[arg-type]
            None,  # type: ignore[arg-type]
            office_id=c.office_id,
            now=now,
        ),
    ),
    letters.sign: (Act.SIGN, lambda s, a, c, now: letters.sign(s, a, c, None, now)),  # type: ignore[arg-type]
    letter_texts.edit: (
        Act.EDIT_LETTER,
        lambda s, a, c, now: letter_texts.edit(
            s, a, c, correspondence.get_letter(s, c, 1), "x", before="", known={}, now=now
        ),
    ),
    letters.send_back: (Act.SIGN, lambda s, a, c, now: letters.send_back(s, a, c, "x", now)),
    supervision.release: (
        Act.RELEASE,
        lambda s, a, c, now: supervision.release(s, a, c, "x", now=now),
    ),
    dispatch.readdress: (
        Act.SEND,
        lambda s, a, c, now: dispatch.readdress(s, a, _message(s, c), MENDED, now=now),
    ),
    dispatch.retry: (
        Act.SEND,
        lambda s, a, c, now: dispatch.retry(s, a, _message(s, c), now=now),
    ),
    dispatch.record_posted: (
        Act.RECORD_POST,
        lambda s, a, c, now: dispatch.record_posted(s, a, _message(s, c), now=now),
    ),
    notices.record_call: (
        Act.TELL_APPLICANT,
        lambda s, a, c, now: notices.record_call(s, a, c, _notice(s, c), is_reached=True, now=now),
    ),
    notices.show_telephone: (
        Act.TELL_APPLICANT,
        lambda s, a, c, now: notices.show_telephone(s, a, c, "x", safe=GlassSafe(), now=now),
    ),
    returns.record_returned: (
        Act.RECORD_POST,
        lambda s, a, c, now: returns.record_returned(s, a, _message(s, c), "x", now=now),
    ),
}
#: Their callers have asked already.
INNER = {
    answers.take_in,  # replies.review
    notices.record_told,  # record_call, and the engine after the gateway took it
    dispatch.record_known_to_have_left,  # restoring.release_outbox
    letter_texts.require_draft,  # letter_texts.edit
    dispatch.settle_left,  # mail_room.record_batch_posted
    returns.take_back,  # returns.record_returned; incoming.take_in, for a bounce
    inquiries.register,  # inquiries.examine
}
LOGINS = ("zhou", "wu", "mail", "audit", "admin", "zheng")


class Undone(Exception):
    """Raised to leave a transaction without a trace."""


def attempt(story: Story, actor: Actor, operation: Try, case: str) -> bool:
    """Say whether the actor may; what it did is undone."""
    try:
        with story.house.database.transaction("attempt") as session:
            row = locked_by_reference(session, case)
            before = row.journal_seq
            try:
                operation(session, actor, row, story.clock.now())
            except NotAllowed:
                assert row.journal_seq == before, "nothing is written before the refusal"
                assert not session.new
                raise
            except CaseError:
                raise Undone from None
            raise Undone
    except NotAllowed:
        return False
    except Undone:
        return True


def public_operations(module: ModuleType) -> Iterator[Callable[..., Any]]:
    for name, function in inspect.getmembers(module, inspect.isfunction):
        is_own = function.__module__ == module.__name__ and not name.startswith("_")
        if is_own and "actor" in inspect.signature(function).parameters:
            yield function


def test_no_operation_on_a_case_is_forgotten_here() -> None:
    modules = (
        acceptance,
        answers,
        calls,
        clock,
        closing,
        dispatch,
        inquiries,
        letter_texts,
        letters,
        notices,
        our_answers,
        replies,
        returns,
        supervision,
    )
    found = {operation for module in modules for operation in public_operations(module)}
    assert found - INNER == OPERATIONS.keys()


@pytest.mark.parametrize("is_closed", [False, True], ids=["an open case", "a closed case"])
def test_every_person_and_the_engine_may_what_the_table_says(story: Story, is_closed: bool) -> None:
    case = story.open()
    story.rest()
    if is_closed:
        story.answer(case)
        story.rest()
    office_id = story.case(case).office_id
    actors = [*(story.actor(login) for login in LOGINS), ENGINE]
    found = {
        (operation.__name__, actor.name): attempt(story, actor, trying, case)
        for operation, (_, trying) in OPERATIONS.items()
        for actor in actors
    }
    assert found == {
        (operation.__name__, actor.name): may(actor, act, office_id=office_id)
        for operation, (act, _) in OPERATIONS.items()
        for actor in actors
    }
    assert not any(allowed for (_, name), allowed in found.items() if name == "zheng")
