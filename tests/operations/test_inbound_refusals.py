"""Inquiries that are not in order: refused at intake, and nothing is written."""

from typing import Any

import pytest
from sqlmodel import select

from cases.operations import closing
from cases.store import offices
from cases.store.tables.case import Case
from cases.vocabulary.errors import (
    CaseError,
    InvalidValue,
    MissingAddress,
    MissingGlyph,
    NotAllowed,
    UnknownOffice,
)
from tests.operations.intake import answer, register, registered
from tests.rules.wall_calendar import day
from tests.story import Story

REFUSED: list[tuple[dict[str, Any], type[CaseError]]] = [
    ({"asking_office": "XQ"}, InvalidValue),
    ({"asking_office": "nobody"}, UnknownOffice),
    ({"their_reference": "  "}, InvalidValue),
    ({"about": ""}, InvalidValue),
    ({"asks": ""}, InvalidValue),
    ({"asks": "长" * 401}, InvalidValue),
    ({"asks": "\U0001f600"}, MissingGlyph),
    ({"received_on": day("Tue 2026-03-03")}, InvalidValue),
    ({"dated_on": day("Tue 2026-03-03")}, InvalidValue),
    ({"case_type": "certificate-issuance"}, InvalidValue),
    ({"person_number": "110101199003070012"}, InvalidValue),
    ({"clerk": "audit"}, InvalidValue),
    ({"clerk": "zheng"}, InvalidValue),
    ({"login": "mail"}, InvalidValue),
    ({"login": "audit"}, NotAllowed),
    ({"login": "zheng"}, NotAllowed),
]


@pytest.mark.parametrize(
    ("changes", "refusal"), REFUSED, ids=[f"{next(iter(c.items()))}"[:50] for c, _ in REFUSED]
)
def test_what_is_not_in_order_is_refused_and_writes_nothing(
    story: Story, changes: dict[str, Any], refusal: type[CaseError]
) -> None:
    with pytest.raises(refusal):
        register(story, **changes)
    assert story.rows(select(Case)) == []


def test_the_mail_room_registers_for_a_clerk(story: Story) -> None:
    case = registered(story, login="mail", clerk="zhou")
    assert story.stands(case) == "answer by zhou on Thu 2026-03-12"


def test_a_case_of_the_asking_side_is_not_answered_and_ours_is_not_referred(story: Story) -> None:
    asked, ours = story.open(), registered(story)
    with pytest.raises(InvalidValue):
        answer(story, asked)
    with story.house.database.reading() as session:
        other = offices.by_code(session, "BZ")
    with pytest.raises(InvalidValue, match="asks us"):
        story.act("zhou", closing.refer, ours, other, "x")
    with pytest.raises(InvalidValue, match="inquiry"):
        story.open(case_type="inbound-inquiry")


def test_a_letter_by_post_needs_an_address_for_its_reply_even_of_a_partners_office(
    story: Story,
) -> None:
    """The reply to what came by post cannot go over the platform: no case there asks for it."""
    with story.house.database.transaction("move") as session:
        office = offices.by_code(session, "YZ")
        office.email, office.address, office.partner_code = "", "", "east"
    with pytest.raises(MissingAddress):
        register(story)
