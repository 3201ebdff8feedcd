"""`python -m integrations.preparation`: bring the data folder to where a worker can start."""

import sys

from cases.operations.calendars import seed_calendar
from cases.store import case_types
from cases.store.calendars import years
from cases.store.migrate import upgrade
from cases.vocabulary.errors import SystemFault
from integrations.settings import Settings, read_settings
from integrations.wiring import House, build


def prepare(settings: Settings) -> House:
    """Migrate the database, publish the shipped case types, and seed the calendar once.

    Raises StoreUnavailable, DiskFault, SettingsFault. Doing it again changes nothing.
    """
    house = build(settings)
    upgrade(settings.database)
    now = house.clock.now()
    with house.database.transaction("prepare") as session:
        case_types.publish_shipped(session, now)
        if not years(session):
            seed_calendar(session, now=now)
    return house


def main() -> int:
    """Prepare; print what stands in the way and return 4."""
    try:
        prepare(read_settings())
    except SystemFault as fault:
        print(fault, file=sys.stderr)  # noqa: T201 - a command of its own
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
