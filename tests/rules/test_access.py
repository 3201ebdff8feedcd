"""Who may do what: the whole table, and what no table may ever allow."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.access import GRANTS, Act, may, require, require_reason
from cases.vocabulary.errors import InvalidValue, NotAllowed
from cases.vocabulary.status import Role
from cases.vocabulary.values import ENGINE, Actor

TABLE = """
                                                clerk manager mail_room auditor administrator engine asked_office
open a case                                     yes   yes     no        no      no            no            no
read a case                                     yes   yes     yes       yes     no            yes            no
record a reply                                  yes   yes     yes       no      no            yes            yes
review a reply                                  yes   yes     no        no      no            no            no
stop or restart the clock                       yes   yes     no        no      no            no            no
extend the time                                 no    yes     no        no      no            no            no
refer a request to another office               yes   yes     no        no      no            no            no
withdraw a case                                 yes   yes     no        no      no            no            no
close a case without an answer                  no    yes     no        no      no            no            no
reopen a case                                   no    yes     no        no      no            no            no
sign a letter                                   no    yes     no        no      no            no            no
edit a letter's draft                           yes   yes     no        no      no            no            no
release a held or quarantined case              no    yes     no        no      no            no            no
send or retry mail                              yes   yes     yes       no      no            no            no
record that a letter was posted or delivered    yes   yes     yes       no      no            no            no
publish a calendar year                         no    yes     no        no      yes           no            no
keep offices and people                         no    no      no        no      yes           no            no
record another's absence                        no    yes     no        no      yes           no            no
tell an applicant by telephone                  yes   yes     no        no      no            no            no
verify the journal                              no    yes     no        yes     yes           no            no
see a full person number                        yes   yes     no        no      no            no            no
look for a person number                        yes   yes     no        yes     no            no            no
release the outbox after a restore              no    yes     no        no      no            no            no
mend or confirm an address in doubt             yes   yes     yes       no      no            yes            no
take in scans                                   yes   yes     yes       no      no            yes            no
take in mail                                    yes   yes     yes       no      no            yes            no
file or reject what lies in the tray            yes   yes     yes       no      no            no            no
write down a telephone call                     yes   yes     no        no      no            no            no
confirm the record of a call                    yes   yes     no        no      no            no            no
record that the asked office accepted a request yes   yes     yes       no      no            yes            yes
say that two replies do not agree               yes   yes     no        no      no            no            no
say which of two answers holds                  yes   yes     no        no      no            no            no
register an inquiry of another office           yes   yes     yes       no      no            yes            no
answer an inquiry of another office             yes   yes     no        no      no            no            no
take back a reply link                          yes   yes     no        no      no            no            no
"""  # noqa: E501 - seven roles are wider than a line

OURS, THEIRS = uuid4(), uuid4()
HELD_BY_PEOPLE = [role for role in Role if role not in (Role.ENGINE, Role.ASKED_OFFICE)]
ROLES, *ROWS = (line.split() for line in TABLE.strip().splitlines())
EXPECTED = {
    (" ".join(row[: -len(ROLES)]), role): answer == "yes"
    for row in ROWS
    for role, answer in zip(ROLES, row[-len(ROLES) :], strict=True)
}

ACTS = st.sampled_from(Act)
PERSONS_ROLES = st.frozensets(st.sampled_from(HELD_BY_PEOPLE))


def person(*roles: Role) -> Actor:
    return Actor("somebody", frozenset(roles), uuid4(), OURS)


def test_the_table_names_every_act_and_every_role() -> None:
    assert {act for act, _ in EXPECTED} == {act.value for act in Act}
    assert set(ROLES) == {role.value for role in Role}
    assert GRANTS.keys() == set(Act)


@pytest.mark.parametrize("act", Act, ids=lambda act: act.value)
def test_each_role_may_do_what_the_table_says(act: Act) -> None:
    found = {role.value: may(person(role), act, office_id=OURS) for role in Role}
    assert found == {role: EXPECTED[act.value, role] for role in ROLES}


@given(PERSONS_ROLES, ACTS)
def test_nobody_of_another_office_ever_may(roles: frozenset[Role], act: Act) -> None:
    assert not may(person(*roles), act, office_id=THEIRS)


@given(ACTS)
def test_whoever_has_no_role_may_nothing(act: Act) -> None:
    assert not may(person(), act, office_id=OURS)
    assert not may(person(), act)


@given(PERSONS_ROLES, PERSONS_ROLES, ACTS)
def test_a_further_role_never_takes_a_right_away(
    few: frozenset[Role], more: frozenset[Role], act: Act
) -> None:
    if may(person(*few), act, office_id=OURS):
        assert may(person(*few, *more), act, office_id=OURS)


@given(PERSONS_ROLES, ACTS, st.sampled_from([OURS, THEIRS, None]))
def test_require_raises_exactly_when_may_says_no(
    roles: frozenset[Role], act: Act, office: object
) -> None:
    where = {"office_id": office}
    if may(person(*roles), act, **where):  # type: ignore[arg-type]
        require(person(*roles), act, **where)  # type: ignore[arg-type]
    else:
        with pytest.raises(NotAllowed, match="somebody"):
            require(person(*roles), act, **where)  # type: ignore[arg-type]


def test_the_engine_serves_every_office_but_decides_nothing() -> None:
    assert {act for act in Act if may(ENGINE, act, office_id=THEIRS)} == {
        Act.READ,
        Act.RECORD_REPLY,
        Act.RECORD_ACCEPTANCE,
        Act.REPAIR_ADDRESS,
        Act.TAKE_IN_MAIL,
        Act.TAKE_IN_SCANS,
        Act.REGISTER_INQUIRY,
    }


def test_a_refusal_says_what_is_needed_or_whose_case_it_is() -> None:
    with pytest.raises(NotAllowed, match=r"may not sign a letter; this needs the role manager"):
        require(person(Role.CLERK), Act.SIGN, office_id=OURS)
    with pytest.raises(NotAllowed, match="works for another office and may not sign a letter"):
        require(person(Role.MANAGER), Act.SIGN, office_id=THEIRS)


def test_an_act_that_needs_a_reason_takes_no_blank_one() -> None:
    require_reason("the applicant is ill")
    with pytest.raises(InvalidValue, match="reason"):
        require_reason(" \t")
