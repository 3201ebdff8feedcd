"""The scheduled flow that watches the reading of mail, and shows in Prefect how it stands."""

import asyncio
import logging
from datetime import timedelta

from prefect import flow

from cases.store import correspondence
from integrations.deployments import ScheduledEntry
from integrations.mail_session import read_once
from integrations.wiring import House, house

log = logging.getLogger("hancha.mailbox")

ENTRY = ScheduledEntry("watch-mailbox", "flows/mail_watch.py:watch_mailbox", "*/10 * * * *")
#: A reading that is older than this, beyond the time between two, is overdue.
PATIENCE = timedelta(minutes=5)


@flow(name="watch-mailbox", validate_parameters=False, persist_result=False)
async def watch_mailbox() -> int:
    """Read the mailbox if the worker's own reader has fallen behind; fails when it cannot be read.

    Returns how many messages were taken in; 0 without a mailbox, or when all is well.
    """
    return await asyncio.to_thread(_watch, house())


def _watch(here: House) -> int:
    if not here.settings.imap_host:
        return 0
    with here.database.reading() as session:
        _, read_at = correspondence.intake_state(session)
    poll = timedelta(seconds=here.settings.mailbox_poll_seconds)
    if read_at is not None and here.clock.now() - read_at < poll + PATIENCE:
        return 0
    reading = read_once(here)
    log.warning("the mailbox was read late: %s; left: %d", reading.counts(), len(reading.left))
    return len(reading.taken)
