"""Case types as data: what ships, and what no version may say."""

from typing import Any

import pytest
from pydantic import ValidationError

from cases.store.case_types import shipped
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.legal_ground import LegalGroundKind
from cases.vocabulary.status import LetterKind, RungAction, SignOff

BY_CODE = {each.code: each for each in shipped()}
CERTIFICATE = BY_CODE["certificate-issuance"]


def changed(**changes: Any) -> CaseType:
    return CaseType.model_validate({**CERTIFICATE.model_dump(mode="json"), **changes})


def test_the_ladder_of_the_first_type_reads_as_the_office_says_it() -> None:
    ladder = [(rung.allowance.days, rung.action.value) for rung in CERTIFICATE.rungs]
    assert ladder == [
        (15, "remind"),
        (5, "remind_with_copy"),
        (5, "escalate"),
        (10, "hand_to_manager"),
    ]
    assert [rung.ordinal for rung in CERTIFICATE.rungs] == [1, 2, 3, 4]


def test_the_letters_a_case_may_come_to_need() -> None:
    assert CERTIFICATE.letters == (
        LetterKind.REQUEST,
        LetterKind.REMINDER,
        LetterKind.SECOND_REMINDER,
        LetterKind.ESCALATION,
        LetterKind.CLOSING_NOTICE,
    )


def test_the_repealed_chain_ships_as_an_example_only() -> None:
    historic = BY_CODE["order-555-historic-example"]
    assert historic.is_example
    assert "repealed" in historic.note
    assert [rung.allowance.days for rung in historic.rungs] == [7, 15, 15]


def test_every_real_type_names_its_legal_ground() -> None:
    for case_type in shipped():
        assert case_type.legal_ground.source
        assert case_type.legal_ground.kind in LegalGroundKind


@pytest.mark.parametrize("case_type", shipped(), ids=lambda each: each.code)
def test_a_type_survives_being_stored(case_type: CaseType) -> None:
    assert CaseType.model_validate(case_type.model_dump(mode="json")) == case_type


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a ladder without an end": (
        {"ladder": [{"days": 15, "then": "remind"}]},
        "last rung must hand the case to the manager",
    ),
    "a ladder that goes on behind the manager": (
        {
            "ladder": [
                {"days": 15, "then": "hand_to_manager"},
                {"days": 5, "then": "hand_to_manager"},
            ]
        },
        "only the last rung",
    ),
    "no ladder": ({"ladder": []}, "at least 1 item"),
    "a rung without days": (
        {"ladder": [{"days": 0, "then": "hand_to_manager"}]},
        "greater than or equal to 1",
    ),
    "a letter nobody signs or need not sign": (
        {"sign_off": {"request": "standing"}},
        "no sign-off for reminder",
    ),
    "no channel": ({"channels": []}, "at least 1 item"),
    "no legal ground": ({"legal_ground": {"kind": "consent", "source": ""}}, "at least 4"),
    "a misspelt setting": ({"both_calender": True}, "Extra inputs"),
    "a code that is no code": ({"code": "Certificate"}, "should match pattern"),
}


@pytest.mark.parametrize(("changes", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_type_that_could_not_be_followed_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        changed(**changes)


def test_a_type_cannot_be_changed_once_it_is_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        CERTIFICATE.version = 2  # type: ignore[misc]


def test_fields_are_trimmed_and_given_in_the_types_order() -> None:
    given = {"purpose": " 登记 ", "certificate": "户籍证明"}
    assert list(CERTIFICATE.check_fields(given).items()) == [
        ("certificate", "户籍证明"),
        ("purpose", "登记"),
    ]


@pytest.mark.parametrize("given", [{}, {"certificate": "户籍证明", "purpose": "x" * 61}])
def test_a_missing_or_long_field_is_named(given: dict[str, str]) -> None:
    with pytest.raises(InvalidValue, match="field"):
        CERTIFICATE.check_fields(given)


def test_a_ladder_of_one_rung_needs_no_reminder_signed() -> None:
    only = changed(
        ladder=[{"days": 3, "then": "hand_to_manager"}],
        sign_off={"request": "each", "closing_notice": "none"},
    )
    assert only.letters == (LetterKind.REQUEST, LetterKind.CLOSING_NOTICE)
    assert only.rungs[0].letter is None
    assert only.sign_off[LetterKind.REQUEST] is SignOff.EACH
    assert only.rungs[0].action is RungAction.HAND_TO_MANAGER
