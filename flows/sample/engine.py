"""Engine and sender of the sample, in this process; Prefect is owed the states."""

import asyncio
from datetime import datetime

from sqlmodel import col, select

from cases.store import outbox
from cases.store.tables.case import Case
from cases.vocabulary.errors import SystemFault
from cases.vocabulary.values import Envelope
from flows.executor import DirectExecutor, claim_due
from flows.sender import Sender
from integrations.wiring import House

HOLDER = "sample"
TOO_MANY = 500  #: Rounds without a step of the clock; then it goes round in a circle.


class SteppingClock:
    """A clock that stands until it is stepped."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the instant it was stepped to."""
        return self.at


class NoWayOut:
    """Fits cases.ports.MailTransport: no letter of the sample leaves this machine."""

    async def send(self, envelope: Envelope) -> str:
        """Take it as a mail server would, and let it be."""
        return f"250 kept from leaving: {envelope.message_id}"

    async def close(self) -> None:
        """Nothing is open."""


class Engine:
    """Advances what is due and sends what may leave, until all is quiet at the present instant."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._executor = DirectExecutor(house)
        self._sender = Sender(house, holder=HOLDER)

    def settle(self) -> None:
        """Do all that is to be done now. Raises SystemFault when there is no end to it."""
        asyncio.run(self._settle())

    def next_instant(self) -> datetime | None:
        """Return when something is to be done next, or None."""
        with self._house.database.reading() as session:
            wakes = session.exec(select(Case.wake_at).where(col(Case.wake_at).is_not(None))).all()
            departure = outbox.next_departure(session)
        now = self._house.clock.now()
        return min((at for at in (*wakes, departure) if at is not None and at > now), default=None)

    async def _settle(self) -> None:
        for _ in range(TOO_MANY):
            claims = claim_due(self._house, holder=HOLDER)
            for claim in claims:
                await self._executor.advance(claim)
            sent = await self._sender.send_some(NoWayOut())
            if not claims and not sent:
                return
        raise SystemFault("the sample goes round in a circle")
