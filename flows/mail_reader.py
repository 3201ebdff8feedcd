"""Read the mailbox: stay connected, take in what comes, begin anew when the line breaks."""

import asyncio
import logging

from cases.operations import supervision
from cases.vocabulary.errors import SystemFault
from flows.prefect_watch import rest
from integrations.mail_round import read_to_end, source_of
from integrations.mail_session import mail_session
from integrations.wiring import House

log = logging.getLogger("hancha.mailbox")

PAUSE, LONGEST_PAUSE = 2.0, 300.0  #: Seconds before the next session, doubled at each failure.


class MailReader:
    """Reads one mailbox for as long as the worker lives. Two workers may do so at once."""

    def __init__(self, house: House) -> None:
        self._house = house

    def announce(self) -> None:
        """Say which mailbox there is, before any case moves: the ladder waits for its reading."""
        settings = self._house.settings
        name = source_of(settings) if settings.imap_host else ""
        with self._house.database.transaction("intake-source") as session:
            supervision.announce_mailbox(session, name)

    async def run(self, stop: asyncio.Event) -> None:
        """Go on until told to stop; does nothing where no mailbox is set."""
        if not self._house.settings.imap_host:
            return
        pause = PAUSE
        while not stop.is_set():
            try:
                await asyncio.to_thread(self._stay, stop)
                pause = PAUSE
            except SystemFault as fault:
                log.warning("%s", fault)
                pause = min(2 * pause, LONGEST_PAUSE)
            except Exception:
                log.exception("the reading of mail stumbled and begins anew")
                pause = min(2 * pause, LONGEST_PAUSE)
            await rest(stop, pause)

    def _stay(self, stop: asyncio.Event) -> None:
        """Read in one session until told to stop. Raises MailUnavailable when the line breaks."""
        settings = self._house.settings
        with mail_session(self._house) as (mailbox, intake):
            while not stop.is_set():
                reading = read_to_end(mailbox, intake, source_of(settings))
                if reading.taken or reading.left:
                    log.info("mail taken in: %s; left: %d", reading.counts(), len(reading.left))
                mailbox.wait(settings.mailbox_poll_seconds, stop.is_set)
