"""The courier: carries inquiries and answers to and from partners, round after round."""

import asyncio
import logging

from cases.vocabulary.errors import StoreUnavailable
from flows.prefect_watch import rest
from integrations.exchange_papers import Papers
from integrations.exchange_round import ExchangeRound
from integrations.wiring import House

log = logging.getLogger("hancha.courier")


class Courier:
    """Does a round of the exchange every few seconds; does nothing without a name for it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._round = ExchangeRound(house, Papers(house.documents))

    async def run(self, stop: asyncio.Event) -> None:
        """Go on until told to stop; nothing that a partner lays in a folder ends it."""
        while not stop.is_set():
            try:
                await asyncio.to_thread(self._round.carry)
            except StoreUnavailable as fault:
                log.warning("%s", fault)
            except Exception:
                log.exception("the courier stumbled and goes on")
            await rest(stop, self._house.settings.exchange_seconds)
