"""Closed lists carry their meaning: which verdicts and statuses end something."""

import pytest

from cases.vocabulary import errors
from cases.vocabulary.status import Priority, RequestStatus, Role, Verdict
from cases.vocabulary.values import ENGINE, Actor


def test_only_a_complete_answer_or_an_accepted_refusal_ends_the_waiting() -> None:
    ending = {verdict for verdict in Verdict if verdict.ends_the_waiting}
    assert ending == {Verdict.COMPLETE, Verdict.REFUSAL}


def test_a_request_has_ended_when_answered_referred_or_withdrawn() -> None:
    ended = {status for status in RequestStatus if status.has_ended}
    assert ended == {RequestStatus.ANSWERED, RequestStatus.REFERRED, RequestStatus.WITHDRAWN}


def test_a_reply_goes_before_a_clerk_before_a_date_before_bulk() -> None:
    assert sorted(Priority) == [Priority.REPLY, Priority.CLERK, Priority.DUE, Priority.BULK]


def test_an_actor_has_a_role_or_not() -> None:
    clerk = Actor("zhou", frozenset({Role.CLERK, Role.MAIL_ROOM}))
    assert clerk.has(Role.MAIL_ROOM, Role.MANAGER)
    assert not clerk.has(Role.MANAGER, Role.AUDITOR)
    assert not clerk.has()
    assert ENGINE.has(Role.ENGINE)


@pytest.mark.parametrize(
    "refusal",
    [each for each in vars(errors).values() if isinstance(each, type) and each.__doc__],
    ids=lambda each: each.__name__,
)
def test_every_refusal_says_in_a_sentence_what_it_means(refusal: type[Exception]) -> None:
    assert refusal.__doc__ is not None
    assert refusal.__doc__.endswith(".")


def test_a_lost_lease_is_no_refusal_that_a_person_sees() -> None:
    for internal in (errors.LeaseLost, errors.ReplayMismatch):
        assert not issubclass(internal, errors.CaseError | errors.SystemFault)
