"""How things stand at one moment, and the clock that goes on when all is quiet."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from cases.store import cases, owed
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Request
from cases.store.tables.outbox import OutboxMessage, RunLink
from cases.vocabulary.status import OutboxStatus
from tests.world import World

#: How far beyond the next due instant the clock may go in one step: several dates at once come
#: due after a night, a weekend or an outage.
WIDTHS = (timedelta(0), timedelta(hours=1), timedelta(hours=6), timedelta(hours=6))
IMPATIENT_AFTER = 10.0  #: Seconds of real time after which dates pass although work is left.


@dataclass(frozen=True)
class Picture:
    """How things stand at one moment."""

    now: datetime
    cases: dict[str, Case]
    rungs: dict[UUID, int]  #: Case to the rung that runs.
    runs: dict[UUID, UUID]  #: Case to flow run.
    instants: Sequence[datetime]  #: When the engine or the sender has something to do.
    is_sending: bool
    silent: Sequence[str]
    owed: int

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is left to do at this instant."""
        return not self.is_sending and all(at > self.now for at in self.instants)

    def rung_of(self, case: Case) -> int:
        """Return the rung that runs; 0 while nobody was asked."""
        return self.rungs.get(case.id, 0)

    def has_turn(self, case: Case) -> bool:
        """Whether the engine is to take a turn of the case now."""
        return case.wake_at is not None and case.wake_at <= self.now


def look(world: World) -> Picture:
    """Read how things stand."""
    now = world.clock.now()
    with world.house.database.reading() as session:
        found = session.exec(select(Case)).all()
        requests = session.exec(select(Request)).all()
        links = session.exec(select(RunLink).where(col(RunLink.run_id).is_not(None))).all()
        departures, is_sending = _mail(session)
        return Picture(
            now=now,
            cases={case.reference: case for case in found},
            rungs={request.case_id: request.rung for request in requests},
            runs={link.case_id: link.run_id for link in links if link.run_id},
            instants=[*(case.wake_at for case in found if case.wake_at), *departures],
            is_sending=is_sending,
            silent=[case.reference for case in cases.silent(session, now)],
            owed=owed.count(session),
        )


def _mail(session: Session) -> tuple[list[datetime], bool]:
    rows = session.exec(
        select(OutboxMessage.status, OutboxMessage.not_before).where(
            col(OutboxMessage.status).in_((OutboxStatus.PENDING, OutboxStatus.SENDING))
        )
    ).all()
    departures = [at for status, at in rows if status is OutboxStatus.PENDING]
    return departures, len(departures) < len(rows)


class Timekeeper:
    """Sets the clock to the next due instant once all is quiet, or when it took too long."""

    def __init__(self, world: World, chance: random.Random, counted: Counter[str]) -> None:
        self._world, self._random, self._counted = world, chance, counted
        self._since = time.monotonic()
        self.silent: set[str] = set()  #: Cases that were silent when all was quiet.

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return self._counted["steps of the clock"]

    def consider(self, picture: Picture) -> None:
        """Set the clock if it is time."""
        if picture.is_quiet:
            self.silent.update(f"{picture.now:%F %H:%M} {each}" for each in picture.silent)
        elif time.monotonic() - self._since < IMPATIENT_AFTER:
            return
        else:
            self._counted["steps while work was left"] += 1
        coming = sorted(at for at in picture.instants if at > picture.now)
        self._since = time.monotonic()
        if coming:
            last = coming[0] + self._random.choice(WIDTHS)
            self._world.clock.at = max(at for at in coming if at <= last)
            self._counted["steps of the clock"] += 1
