"""How fast letters may leave: for the mail server's sake, and for each recipient's."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from cases.ports import MailTransport
from cases.vocabulary.values import Envelope

#: Seconds that a limit looks back.
WINDOW = 60.0


class LimitedTransport:
    """Holds letters back so that no minute sees more of them than the limits allow.

    The limits count attempts in this process, over any 60 seconds of real time: `per_minute` of
    all letters, `per_recipient` of letters to one address. Letters to different recipients pass
    each other: one that must wait does not hold up the others.
    """

    def __init__(
        self,
        transport: MailTransport,
        *,
        per_minute: int,
        per_recipient: int,
        read_seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        if per_minute < 1 or per_recipient < 1:
            raise ValueError("a limit of less than one letter a minute would hold them forever")
        self._transport = transport
        self._per_minute = per_minute
        self._per_recipient = per_recipient
        self._read_seconds = read_seconds
        self._sleep = sleep
        #: (seconds, recipient) of the letters of the last minute; never more than per_minute.
        self._recent: deque[tuple[float, str]] = deque()

    async def send(self, envelope: Envelope) -> str:
        """Wait for the letter's turn, then send it as the inner transport does."""
        recipient = envelope.recipient.lower()
        while (wait := self._seconds_to_wait(recipient)) > 0:
            await self._sleep(wait)
        # No await since the check, so that no other letter can have taken the turn.
        self._recent.append((self._read_seconds(), recipient))
        return await self._transport.send(envelope)

    async def close(self) -> None:
        """Close the inner transport."""
        await self._transport.close()

    def _seconds_to_wait(self, recipient: str) -> float:
        now = self._read_seconds()
        while self._recent and self._recent[0][0] + WINDOW <= now:
            self._recent.popleft()
        same = [sent for sent, to in self._recent if to == recipient]
        frees = [
            instants[-limit] + WINDOW
            for instants, limit in (
                ([sent for sent, _ in self._recent], self._per_minute),
                (same, self._per_recipient),
            )
            if len(instants) >= limit
        ]
        return max(frees, default=now) - now
