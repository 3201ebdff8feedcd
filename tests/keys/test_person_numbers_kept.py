"""Person numbers of cases: unreadable in the database, shown with a reason, found by a hash."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import inspect, update
from sqlmodel import col

from cases.operations import person_numbers
from cases.rules.person_number import read_person_number
from cases.store import journal, journal_proof
from cases.store.cases import applicant_of, by_reference, locked_by_reference
from cases.store.tables.case import Party
from cases.vocabulary.errors import DiskFault, InvalidValue, NotAllowed, NumberNotKept
from cases.vocabulary.status import EntryKind
from tests.world import PERSON_NUMBER, World, build_world

TODAY = date(2026, 3, 2)
OTHER_NUMBER = "11010119900307002X"  #: Synthetic; its check digit is right.
OLD_FORM = "110101900307001"  #: Synthetic, 15 digits; its derived form is PERSON_NUMBER.


@pytest.fixture
def world(migrated_database_url: str, tmp_path: Path) -> Iterator[World]:
    world = build_world(migrated_database_url, tmp_path)
    yield world
    world.house.database.close()


def show(world: World, reference: str, login: str = "zhou", reason: str = "at the counter") -> str:
    who = world.actor(login)
    with world.house.database.transaction("show") as session:
        case = locked_by_reference(session, reference)
        return person_numbers.show(
            session, who, case, reason, safe=world.house.safe, now=world.clock.now()
        )


def find(world: World, number: str, login: str = "zhou") -> list[str]:
    who = world.actor(login)
    with world.house.database.reading() as session:
        found = person_numbers.find(session, who, number, safe=world.house.safe, today=TODAY)
        return [case.reference for case in found]


def party(world: World, reference: str) -> Party:
    with world.house.database.reading() as session:
        return applicant_of(session, by_reference(session, reference).id)


class TestKept:
    def test_the_database_holds_no_digit_between_the_first_and_the_last_four(
        self, world: World
    ) -> None:
        reference = world.open()
        kept = party(world, reference)
        assert kept.person_number_masked == "1101**********0011"
        assert PERSON_NUMBER.encode() not in (kept.person_number_sealed or b"")
        assert PERSON_NUMBER[4:14].encode() not in (kept.person_number_sealed or b"")
        assert PERSON_NUMBER not in (kept.person_number_key or "")
        assert len(kept.person_number_key or "") == 64

    def test_the_same_number_is_sealed_differently_each_time(self, world: World) -> None:
        first, second = (party(world, world.open()) for _ in range(2))
        assert first.person_number_sealed != second.person_number_sealed
        assert first.person_number_key == second.person_number_key

    def test_a_number_of_15_digits_is_kept_as_it_was_given(self, world: World) -> None:
        assert show(world, world.open(person_number=OLD_FORM)) == OLD_FORM

    def test_full_width_digits_are_kept_in_their_plain_form(self, world: World) -> None:
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in PERSON_NUMBER)
        assert show(world, world.open(person_number=wide)) == PERSON_NUMBER


class TestShown:
    def test_the_journal_says_who_saw_it_and_why(self, world: World) -> None:
        reference = world.open()
        assert show(world, reference, "wu", "  the bank asks  ") == PERSON_NUMBER
        with world.house.database.reading() as session:
            case = by_reference(session, reference)
            last = journal.entries_of(session, case.id)[-1]
            payload = journal.payload_of(session, last.id)
            assert list(journal_proof.verify(session)) == []
        assert (last.kind, last.actor, last.result) == (EntryKind.NUMBER_SHOWN, "wu", {})
        assert payload is not None
        assert payload.content == {"reason": "the bank asks"}

    @pytest.mark.parametrize("login", ["mail", "audit", "admin", "zheng"])
    def test_nobody_else_sees_it(self, world: World, login: str) -> None:
        reference = world.open()
        with pytest.raises(NotAllowed):
            show(world, reference, login)

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_without_a_reason_it_is_not_shown(self, world: World, reason: str) -> None:
        reference = world.open()
        with pytest.raises(InvalidValue, match="a reason is needed"):
            show(world, reference, reason=reason)

    def test_a_case_that_keeps_none_says_so(self, world: World) -> None:
        reference = world.open()
        with world.house.database.transaction("erase") as session:
            session.execute(update(Party).values(person_number_sealed=None))
        with pytest.raises(NumberNotKept, match=f"{reference} keeps no person number"):
            show(world, reference)

    def test_a_number_moved_to_another_case_is_found_out(self, world: World) -> None:
        first, second = world.open(), world.open(person_number=OTHER_NUMBER)
        stolen = party(world, second).person_number_sealed
        moved = update(Party).where(col(Party.id) == party(world, first).id)
        with world.house.database.transaction("move") as session:
            session.execute(moved.values(person_number_sealed=stolen))
        with pytest.raises(DiskFault, match="does not belong to this case, or was changed"):
            show(world, first)

    @pytest.mark.parametrize(
        "damage",
        [
            lambda _: b"",
            lambda sealed: sealed[:5],
            lambda sealed: sealed[:-1],
            *(
                (lambda sealed, at=at: sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
                for at in (0, 1, 9, 21, -1)
            ),
        ],
        ids=["empty", "a stump", "its end", "format", "key id", "nonce", "ciphertext", "tag"],
    )
    def test_a_number_that_was_changed_is_found_out(
        self, world: World, damage: Callable[[bytes], bytes]
    ) -> None:
        reference = world.open()
        sealed = party(world, reference).person_number_sealed or b""
        with world.house.database.transaction("damage") as session:
            session.execute(update(Party).values(person_number_sealed=damage(sealed)))
        with pytest.raises(DiskFault) as fault:
            show(world, reference)
        assert "\n" not in str(fault.value)


class TestFound:
    def test_both_forms_of_a_number_find_every_case_the_newest_first(self, world: World) -> None:
        assert read_person_number(OLD_FORM, today=TODAY).derived == PERSON_NUMBER
        first, second = world.open(), world.open(person_number=OLD_FORM)
        world.open(person_number=OTHER_NUMBER)
        assert find(world, PERSON_NUMBER) == find(world, OLD_FORM) == [second, first]
        assert find(world, "1101 0119 9003 0700 11", "audit") == [second, first]

    def test_another_office_finds_nothing(self, world: World) -> None:
        world.open()
        assert find(world, PERSON_NUMBER, "zheng") == []

    @pytest.mark.parametrize("login", ["mail", "admin"])
    def test_not_everybody_may_look(self, world: World, login: str) -> None:
        with pytest.raises(NotAllowed, match="look for a person number"):
            find(world, PERSON_NUMBER, login)

    def test_a_number_that_cannot_be_is_refused_without_repeating_it(self, world: World) -> None:
        with pytest.raises(InvalidValue, match="the check digit does not fit") as refused:
            find(world, PERSON_NUMBER[:-1] + "2")
        assert "199003" not in str(refused.value)

    def test_an_index_serves_the_search(self, world: World) -> None:
        indexes = inspect(world.house.database.engine).get_indexes("party")
        assert ["person_number_key"] in [index["column_names"] for index in indexes]
