"""Scheduled flows: is any case silent, is the journal sealed, is any document an orphan?"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from prefect import Flow, flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow_async
from prefect.states import Completed, Pending

from cases.store import cases, documents, journal_proof, offices
from cases.vocabulary.values import ENGINE
from flows import mail_watch, telling
from flows.mail_watch import watch_mailbox
from integrations.deployments import ScheduledEntry
from integrations.scans.folder import Gathered, ScanFolder
from integrations.scans.intake import ScanIntake
from integrations.scans.reader import ScanReader
from integrations.wiring import house

log = logging.getLogger("hancha.housekeeping")

#: A document is written at most minutes before the commit that names it.
ORPHANED_FOR = timedelta(days=1)


@flow(name="no-silent-case", validate_parameters=False, persist_result=False)
async def no_silent_case() -> list[str]:
    """List every open case without exactly one next action, date and owner, or overslept."""
    found = await asyncio.to_thread(_silent)
    for reference in found:
        log.error("%s is silent: it has no next action that is on time", reference)
    return found


@flow(name="journal-checkpoint", validate_parameters=False, persist_result=False)
async def journal_checkpoint() -> str:
    """Seal the heads of all chains that grew; the digest is printed so that it can be kept."""
    digest = await asyncio.to_thread(_seal)
    if digest:
        log.warning("journal checkpoint %s", digest)
    return digest


@flow(name="sweep-documents", validate_parameters=False, persist_result=False)
async def sweep_documents() -> int:
    """Remove documents that no row names: letters rendered twice, openings that were refused."""
    swept = await asyncio.to_thread(_sweep)
    if swept:
        log.info("%d documents that nothing names are gone", swept)
    return swept


@flow(name="take-in-scans", validate_parameters=False, persist_result=False)
async def take_in_scans() -> int:
    """Take in what the scanner put in HANCHA_SCAN_FOLDER; does nothing without that setting."""
    gathered = await asyncio.to_thread(_take_in_scans)
    for line in gathered.refused:
        log.warning("%s", line)
    if gathered.taken:
        log.info("%d scanned stacks are taken in", len(gathered.taken))
    return len(gathered.taken)


@dataclass(frozen=True, slots=True)
class ScheduledFlow:
    """A flow that runs by the clock."""

    flow: Flow[[], Any]
    entry: ScheduledEntry


SCHEDULED: tuple[ScheduledFlow, ...] = (
    ScheduledFlow(
        no_silent_case,
        ScheduledEntry("no-silent-case", "flows/housekeeping.py:no_silent_case", "7 7 * * *"),
    ),
    ScheduledFlow(
        journal_checkpoint,
        ScheduledEntry(
            "journal-checkpoint", "flows/housekeeping.py:journal_checkpoint", "17 2 * * *"
        ),
    ),
    ScheduledFlow(
        sweep_documents,
        ScheduledEntry("sweep-documents", "flows/housekeeping.py:sweep_documents", "37 3 * * *"),
    ),
    ScheduledFlow(
        take_in_scans,
        ScheduledEntry("take-in-scans", "flows/housekeeping.py:take_in_scans", "*/5 * * * *"),
    ),
    ScheduledFlow(telling.tell_people, telling.ENTRY),
    ScheduledFlow(watch_mailbox, mail_watch.ENTRY),
)


async def keep_house(client: PrefectClient, run: FlowRun) -> None:
    """Run one scheduled flow in this process; of two workers one gets it started."""
    by_name = {each.entry.name: each.flow for each in SCHEDULED}
    name = (await client.read_flow(run.flow_id)).name
    if name not in by_name:
        return  # A worker of another version has it.
    if not await _is_ours(client, run):
        log.info("%s is run by another worker", name)
        return
    try:
        await run_flow_async(by_name[name], flow_run=run.model_copy(update={"deployment_id": None}))
    except (Pause, Abort):
        log.info("%s was stopped in Prefect", name)
    except Exception:
        log.exception("%s failed", name)


async def _is_ours(client: PrefectClient, run: FlowRun) -> bool:
    """Whether we are the first to take up the run since it was scheduled.

    Pending may follow neither itself nor Running, but it may follow Completed: then another
    worker was done before we asked, and its state is put back.
    """
    answer: OrchestrationResult[Any] = await client.set_flow_run_state(run.id, Pending())
    if answer.status is not SetStateStatus.ACCEPT or answer.state is None:
        return False
    states = sorted(await client.read_flow_run_states(run.id), key=lambda state: state.timestamp)
    earlier = [state for state in states if state.id != answer.state.id]
    if not earlier or earlier[-1].is_scheduled():
        return True
    await client.set_flow_run_state(run.id, Completed(), force=True)
    return False


def _silent() -> list[str]:
    here = house()
    with here.database.reading() as session:
        return [case.reference for case in cases.silent(session, here.clock.now())]


def _sweep() -> int:
    here = house()
    with here.database.reading() as session:
        known = {address for address, _ in documents.named(session)}
    return len(here.documents.sweep(known, ORPHANED_FOR))


def _take_in_scans() -> Gathered:
    here = house()
    if here.settings.scan_folder is None:
        return Gathered()
    with here.database.reading() as session:
        office = offices.that_scans(session, here.settings.scan_office)
    intake = ScanIntake(here.database, here.documents, here.clock, ScanReader())
    return ScanFolder(here.settings.scan_folder, intake).gather(ENGINE, office.id)


def _seal() -> str:
    here = house()
    with here.database.transaction("checkpoint") as session:
        sealed = journal_proof.add_checkpoint(session, here.clock.now())
        return sealed.digest if sealed else ""
