"""A new key for finding person numbers: they are found before it, during it and after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from cases.store.session import Database
from cases.store.tables.case import Party
from integrations.documents.protection import protection_of
from integrations.keys import rotation
from integrations.keys.rotation import Rotator
from tests.keys.test_person_numbers_kept import OLD_FORM, OTHER_NUMBER, find
from tests.keys.test_rotation import age_keys, protection, rotator
from tests.world import PERSON_NUMBER, World, build_world


class Stopped(Exception):
    """The power was cut."""


@pytest.fixture
def world(migrated_database_url: str, tmp_path: Path) -> Iterator[World]:
    world = build_world(migrated_database_url, tmp_path)
    yield world
    world.house.database.close()


def search_keys(world: World) -> set[str | None]:
    with world.house.database.reading() as session:
        return set(session.exec(select(Party.person_number_key)).all())


def former_keys(world: World) -> int:
    return len(protection(world).keys.ring().former_index_keys)


def rotate_halfway(world: World, monkeypatch: pytest.MonkeyPatch, batches: int) -> None:
    """Re-key one number a transaction, and stop after so many."""
    left = batches

    def reached(point: str) -> None:
        nonlocal left
        if point == "reseal:after-commit":
            left -= 1
            if left == 0:
                raise Stopped

    monkeypatch.setattr(rotation, "BATCH", 1)
    settings = world.house.settings
    database = Database(settings.database, reached=reached)
    mine = protection_of(settings, database)
    doomed = Rotator(mine.keys, mine.documents, database, settings.home / "keys.lock")
    with pytest.raises(Stopped):
        doomed.rotate(rekeys_search=True)
    database.close()


def test_numbers_are_found_under_the_new_key_and_the_old_hashes_are_gone(world: World) -> None:
    first, other = world.open(), world.open(person_number=OTHER_NUMBER)
    second = world.open(person_number=OLD_FORM)
    before = search_keys(world)
    done = rotator(world).rotate(rekeys_search=True)
    assert (done.numbers, done.left_behind) == (3, ())
    after = search_keys(world)
    assert len(after) == 2, "both forms of a number have one hash"
    assert before.isdisjoint(after)
    assert find(world, PERSON_NUMBER) == find(world, OLD_FORM) == [second, first]
    assert find(world, OTHER_NUMBER) == [other]


@pytest.mark.parametrize("batches", [1, 2, 3])
def test_cut_off_halfway_every_number_is_found_and_the_same_change_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    references = [world.open() for _ in range(3)]
    before = search_keys(world)
    rotate_halfway(world, monkeypatch, batches)
    assert len(search_keys(world)) == (1 if batches == 3 else 2)
    assert find(world, PERSON_NUMBER) == references[::-1]
    opened_meanwhile = world.open()
    assert find(world, PERSON_NUMBER) == [opened_meanwhile, *references[::-1]]
    rotator(world).rotate(rekeys_search=True)
    assert former_keys(world) == 1, "no second key was made for the index"
    assert len(search_keys(world)) == 1
    assert before.isdisjoint(search_keys(world))
    assert find(world, PERSON_NUMBER) == [opened_meanwhile, *references[::-1]]


def test_the_former_key_is_forgotten_once_nothing_is_under_it(world: World) -> None:
    reference = world.open()
    rotator(world).rotate(rekeys_search=True)
    assert former_keys(world) == 1
    age_keys(world)
    assert rotator(world).forget() == [1]
    assert former_keys(world) == 0
    assert find(world, PERSON_NUMBER) == [reference]


def test_it_is_kept_while_a_number_that_cannot_be_opened_is_under_it(world: World) -> None:
    world.open()
    with world.house.database.transaction("erase") as session:
        session.exec(select(Party)).one().person_number_sealed = None
    rotator(world).rotate(rekeys_search=True)
    age_keys(world)
    assert rotator(world).forget() == [1]
    assert former_keys(world) == 1


def test_after_a_restore_of_old_hashes_a_rotation_finds_their_numbers_again(world: World) -> None:
    reference = world.open()
    [old] = search_keys(world)
    rotator(world).rotate(rekeys_search=True)
    age_keys(world)
    rotator(world).forget()
    with world.house.database.transaction("restore") as session:
        session.exec(select(Party)).one().person_number_key = old
    assert find(world, PERSON_NUMBER) == []
    rotator(world).rotate(makes_key=False)
    assert find(world, PERSON_NUMBER) == [reference]


def test_a_rotation_that_does_not_ask_for_it_leaves_the_index_alone(world: World) -> None:
    world.open()
    before = search_keys(world)
    rotator(world).rotate()
    assert search_keys(world) == before
    assert former_keys(world) == 0
