"""From a backed-up office to an empty place."""

import shutil
from collections.abc import Callable
from pathlib import Path

from sqlmodel import select

from cases.store.tables.case import Case
from integrations.backup.restoring import restore
from integrations.backup.verifying import verify
from integrations.documents.protection import protection_of
from integrations.wiring import House
from tests.world import World

EmptyHouse = Callable[[], House]


def put_keys(world: World, house: House) -> None:
    """Bring the key file over by hand, as a person does."""
    house.settings.home.mkdir(exist_ok=True)
    shutil.copy(world.house.settings.keys, house.settings.keys)


def restored(world: World, source: Path, house: House) -> House:
    """Restore with the keys in place, and expect nothing to be wrong."""
    put_keys(world, house)
    assert restore(source, house).flaws == ()
    return house


def flaws_of(world: World, source: Path) -> list[str]:
    return list(verify(source, protection_of(world.house.settings, world.house.database).keys))


def references(house: House) -> set[str]:
    with house.database.reading() as session:
        return set(session.exec(select(Case.reference)).all())
