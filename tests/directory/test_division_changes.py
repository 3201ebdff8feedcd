"""Divisions that are new, renamed or abolished are entered by hand."""

from datetime import date

import pytest

from cases.operations.divisions import change_division, check_change, withdraw_change
from cases.rules.divisions import Change, division_book
from cases.store import divisions
from cases.store.session import Database
from cases.vocabulary.errors import InvalidValue, NotAllowed
from tests.directory.directory_desk import CLERK, KEEPER, NOW, TODAY

ENDED = date(2025, 12, 31)


def test_a_change_is_seen_by_the_next_who_looks_and_taken_back_just_so(database: Database) -> None:
    renamed = Change("130121", "样本县", ENDED)
    with database.transaction("x") as session:
        moved = change_division(session, KEEPER, renamed, source="虚构〔2026〕1号", now=NOW)
        assert moved == ()
    with database.reading() as session:
        assert divisions.changes(session) == (renamed,)
        assert divisions.book(session).path("130121100") == "河北省 石家庄市 样本县 微水镇"
    with database.transaction("x") as session:
        withdraw_change(session, KEEPER, "130121", now=NOW)
    with database.reading() as session:
        assert divisions.book(session).path("130121") == "河北省 石家庄市 井陉县"


def test_a_second_change_of_a_division_takes_the_place_of_the_first(database: Database) -> None:
    with database.transaction("x") as session:
        change_division(session, KEEPER, Change("130121", "样本县"), now=NOW)
        abolished = Change("130121", "样本县", None, ENDED, "130107")
        change_division(session, KEEPER, abolished, now=NOW)
        assert divisions.changes(session) == (abolished,)
        superior = divisions.book(session).superior("130121100", TODAY)
        assert superior
        assert superior.division.code == "130107"


REFUSED = {
    "letters for a code": (Change("13O121", "样本县"), "no division code"),
    "a code of eight digits": (Change("13012110", "样本县"), "no division code"),
    "full-width digits": (Change("１３", "样本省"), "no division code"),
    "no name": (Change("130191", ""), "needs a name"),
    "a blank in the name": (Change("130191", "样 本 县"), "needs a name"),
    "a name that is too long": (Change("130191", "县" * 61), "needs a name"),
    "a township in a county that is in no list": (Change("139901100", "乙镇"), "139901"),
    "an end before the beginning": (
        Change("130191", "样本县", date(2026, 1, 2), date(2026, 1, 1)),
        "cannot end",
    ),
    "a successor of what goes on": (Change("130121", "井陉县", successor="130107"), "last day"),
    "a successor that is in no list": (
        Change("130121", "井陉县", None, ENDED, "130199"),
        "in no list",
    ),
    "itself as successor": (Change("130121", "井陉县", None, ENDED, "130121"), "after itself"),
}


@pytest.mark.parametrize(("change", "words"), REFUSED.values(), ids=REFUSED)
def test_a_change_is_refused_that_has(change: Change, words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        check_change(change, division_book((change,)))


def test_a_refused_change_is_not_entered(database: Database) -> None:
    with database.transaction("x") as session:
        with pytest.raises(InvalidValue):
            change_division(session, KEEPER, Change("130191", ""), now=NOW)
        assert divisions.changes(session) == ()


def test_successors_in_a_circle_are_refused(database: Database) -> None:
    with database.transaction("x") as session:
        change_division(session, KEEPER, Change("130121", "甲县", None, ENDED, "130123"), now=NOW)
        with pytest.raises(InvalidValue, match="after itself"):
            change_division(
                session, KEEPER, Change("130123", "乙县", None, ENDED, "130121"), now=NOW
            )


def test_only_an_administrator_changes_divisions(database: Database) -> None:
    with database.transaction("x") as session:
        with pytest.raises(NotAllowed):
            change_division(session, CLERK, Change("130121", "样本县"), now=NOW)
        with pytest.raises(NotAllowed):
            withdraw_change(session, CLERK, "130121", now=NOW)
        with pytest.raises(InvalidValue, match="no change"):
            withdraw_change(session, KEEPER, "130121", now=NOW)
