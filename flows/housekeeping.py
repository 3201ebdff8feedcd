"""Scheduled flows: is any case silent, and is the journal sealed?"""

import logging
from dataclasses import dataclass
from typing import Any

from prefect import Flow, flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow_async

from cases.store import cases, journal_proof
from integrations.orchestrator import ScheduledEntry
from integrations.wiring import house

log = logging.getLogger("hancha.housekeeping")


@flow(name="no-silent-case", validate_parameters=False, persist_result=False)
async def no_silent_case() -> list[str]:
    """List every open case without exactly one next action, date and owner, or overslept."""
    here = house()
    with here.database.reading() as session:
        found = [case.reference for case in cases.silent(session, here.clock.now())]
    for reference in found:
        log.error("%s is silent: it has no next action that is on time", reference)
    return found


@flow(name="journal-checkpoint", validate_parameters=False, persist_result=False)
async def journal_checkpoint() -> str:
    """Seal the heads of all chains that grew; the digest is printed so that it can be kept."""
    here = house()
    with here.database.transaction("checkpoint") as session:
        sealed = journal_proof.add_checkpoint(session, here.clock.now())
        digest = sealed.digest if sealed else ""
    if digest:
        log.warning("journal checkpoint %s", digest)
    return digest


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
)


async def keep_house(client: PrefectClient, run: FlowRun) -> None:
    """Run one scheduled flow in this process; two workers cannot both get it started."""
    by_name = {each.entry.name: each.flow for each in SCHEDULED}
    name = (await client.read_flow(run.flow_id)).name
    try:
        await run_flow_async(by_name[name], flow_run=run.model_copy(update={"deployment_id": None}))
    except (Pause, Abort):
        log.info("%s is run by another worker", name)
