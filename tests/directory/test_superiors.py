"""Whom to turn to when an office does not answer."""

from datetime import date

import pytest
from sqlmodel import Session

from cases.operations import directory
from cases.store import divisions, superiors
from cases.store.session import Database
from cases.store.tables.office import Office
from cases.vocabulary.errors import InvalidValue
from tests.directory.directory_desk import (
    KEEPER,
    NOW,
    TODAY,
    enter_sample_province,
    office,
)

ENDED = date(2025, 12, 31)


def abolish(session: Session, gone: Office, successor: str | None = None, on: date = ENDED) -> None:
    directory.change_office(session, KEEPER, gone, {"valid_to": on}, successor=successor, now=NOW)


def nearest(
    session: Session, below: Office, on: date | None = TODAY
) -> tuple[str, tuple[str, ...]]:
    found = superiors.nearest(session, below, on)
    return (found.office.code, found.notes) if found else ("", ())


def test_the_stored_superior_is_taken_without_a_word(database: Database) -> None:
    with database.transaction("x") as session:
        office(session, "county")
        town = office(session, "town", "county")
        assert nearest(session, town) == ("county", ())


def test_above_an_abolished_superior_stands_the_next_one_and_that_is_said(
    database: Database,
) -> None:
    with database.transaction("x") as session:
        office(session, "city")
        county = office(session, "county", "city")
        town = office(session, "town", "county")
        abolish(session, county)
        note = "county办事处 (county) does not exist after 2025-12-31"
        assert nearest(session, town) == ("city", (note,))


def test_an_abolished_superior_gives_way_to_the_last_of_its_successors(database: Database) -> None:
    with database.transaction("x") as session:
        office(session, "city")
        office(session, "district", "city")
        merged = office(session, "merged", "city")
        county = office(session, "county", "city")
        town = office(session, "town", "county")
        abolish(session, merged, "district")
        abolish(session, county, "merged")
        code, notes = nearest(session, town)
        assert code == "district"
        assert notes == (
            "county办事处 (county) does not exist after 2025-12-31;"
            " district办事处 (district) took over",
        )


def test_an_office_that_took_over_from_its_own_superior_is_not_above_itself(
    database: Database,
) -> None:
    with database.transaction("x") as session:
        office(session, "city")
        county = office(session, "county", "city")
        town = office(session, "town", "county")
        abolish(session, county, "town")
        assert nearest(session, town)[0] == "city"


@pytest.mark.parametrize(
    ("last_day", "code"),
    [(date(2026, 3, 1), "city"), (date(2026, 3, 2), "county"), (date(2026, 3, 3), "county")],
    ids=["gone since yesterday", "there until tonight", "gone from tomorrow's evening"],
)
def test_a_superior_is_there_until_its_last_day_is_over(
    database: Database, last_day: date, code: str
) -> None:
    with database.transaction("x") as session:
        office(session, "city")
        county = office(session, "county", "city")
        town = office(session, "town", "county")
        abolish(session, county, on=last_day)
        assert nearest(session, town)[0] == code
        assert nearest(session, town, None)[0] == "city"  # Nobody says which day it is.


def test_nobody_is_above_the_top_nor_above_a_chain_of_abolished_ones(database: Database) -> None:
    with database.transaction("x") as session:
        county = office(session, "county")
        town = office(session, "town", "county")
        assert nearest(session, county) == ("", ())
        abolish(session, county)
        assert nearest(session, town) == ("", ())


def test_two_towns_of_one_county_turn_to_the_county(database: Database) -> None:
    with database.transaction("x") as session:
        city = office(session, "city", division_code="9901")
        office(session, "county", "city", division_code="990101")
        ours = office(session, "yi", "county", division_code="990101100")
        asked = office(session, "bing", "city", division_code="990101101")
        far = office(session, "far", "city", division_code="990102100")
        found = superiors.between(session, ours, asked, TODAY)
        assert found
        assert found.office.code == "county"
        assert found.notes == ("yi办事处 and bing办事处 lie in one county, 990101",)
        elsewhere = superiors.between(session, ours, far, TODAY)
        assert elsewhere == superiors.Superior(city)


def test_two_towns_whose_county_was_abolished_turn_to_the_asked_ones_superior(
    database: Database,
) -> None:
    with database.transaction("x") as session:
        office(session, "city", division_code="9901")
        county = office(session, "county", "city", division_code="990101")
        ours = office(session, "yi", "county", division_code="990101100")
        asked = office(session, "bing", "county", division_code="990101101")
        abolish(session, county)
        found = superiors.between(session, ours, asked, TODAY)
        assert found
        assert found.office.code == "city"


def test_the_superior_by_division_is_of_the_nearest_division_that_has_an_office(
    database: Database,
) -> None:
    with database.transaction("x") as session:
        enter_sample_province(session)
        office(session, "province", division_code="99")
        book = divisions.book(session)

        def codes(division_code: str) -> list[str]:
            found = superiors.by_division(session, book, division_code, TODAY)
            return [each.code for each in found]

        assert codes("990101100") == ["province"]
        county = office(session, "county", division_code="990101")
        office(session, "county-police", division_code="990101")
        assert codes("990101100") == ["county", "county-police"]
        abolish(session, county)
        assert codes("990101100") == ["county-police"]
        assert codes("99") == []
        assert codes("") == []


def test_an_office_that_is_gone_is_not_asked_and_its_successor_is_named(database: Database) -> None:
    with database.transaction("x") as session:
        office(session, "new")
        old = office(session, "old")
        superiors.require_living(session, old, TODAY)
        abolish(session, old, "new")
        with pytest.raises(
            InvalidValue, match=r"does not exist after 2025-12-31; new办事处 \(new\)"
        ):
            superiors.require_living(session, old, TODAY)
