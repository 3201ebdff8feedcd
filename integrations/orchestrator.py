"""Prefect's API, as far as cases need it: runs, their states, deployments and the pool."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.client.schemas.schedules import CronSchedule
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import (
    ObjectAlreadyExists,
    ObjectNotFound,
    PrefectHTTPStatusError,
)
from prefect.states import Completed, Scheduled

from cases.vocabulary.errors import OrchestratorUnavailable

CASE_TAG = "hancha-case"
HOUSEKEEPING_TAG = "hancha-housekeeping"
STOPPED_BY_PEOPLE = (StateType.CANCELLED, StateType.CANCELLING)


@dataclass(frozen=True, slots=True)
class FlowEntry:
    """A case flow as Prefect knows it."""

    name: str
    version: int
    entrypoint: str  #: "flows/certificate_issuance.py:certificate_issuance"

    @property
    def deployment(self) -> str:
        """Name of its deployment."""
        return f"v{self.version}"


@dataclass(frozen=True, slots=True)
class ScheduledEntry:
    """A flow that runs by the clock, as Prefect knows it."""

    name: str
    entrypoint: str
    cron: str  #: In the zone below.
    zone: str = "Asia/Shanghai"


class PrefectRuns:
    """Reads and writes flow runs; every method raises OrchestratorUnavailable when it must."""

    def __init__(self, client: PrefectClient, *, pool: str, pool_type: str, root: str) -> None:
        self._client, self._pool, self._pool_type = client, pool, pool_type
        self._root = root  #: Folder that the entrypoints are relative to.
        self._deployments: dict[tuple[str, int], UUID] = {}

    async def is_up(self) -> bool:
        """Whether the API answers."""
        try:
            with _named():
                await self._client.hello()
        except OrchestratorUnavailable:
            return False
        return True

    async def register(
        self, entries: Sequence[FlowEntry], scheduled: Sequence[ScheduledEntry] = ()
    ) -> None:
        """Make the pool and one deployment for each flow, where they are missing."""
        with _named():
            pool = WorkPoolCreate(name=self._pool, type=self._pool_type)
            try:
                await self._client.create_work_pool(pool)
            except ObjectAlreadyExists:
                pass
            for entry in entries:
                flow_id = await self._client.create_flow_from_name(entry.name)
                self._deployments[entry.name, entry.version] = await self._client.create_deployment(
                    flow_id=flow_id,
                    name=entry.deployment,
                    version=str(entry.version),
                    work_pool_name=self._pool,
                    entrypoint=entry.entrypoint,
                    path=self._root,
                    tags=[CASE_TAG],
                )

            for each in scheduled:
                await self._client.create_deployment(
                    flow_id=await self._client.create_flow_from_name(each.name),
                    name="nightly",
                    work_pool_name=self._pool,
                    entrypoint=each.entrypoint,
                    path=self._root,
                    tags=[HOUSEKEEPING_TAG],
                    schedules=[
                        DeploymentScheduleCreate(
                            schedule=CronSchedule(cron=each.cron, timezone=each.zone)
                        )
                    ],
                )

    async def pool_is_paused(self) -> bool:
        """Whether somebody paused the pool; a missing pool is not paused."""
        with _named():
            try:
                return (await self._client.read_work_pool(self._pool)).is_paused
            except ObjectNotFound:
                return False

    async def create(
        self, flow: str, version: int, *, reference: str, key: str, state: State
    ) -> FlowRun:
        """Make the run of a case; the same key gives the same run.

        Raises KeyError for a flow that was not registered, ObjectNotFound when somebody deleted
        its deployment.
        """
        with _named():
            return await self._client.create_flow_run_from_deployment(
                self._deployments[flow, version],
                parameters={"case": reference},
                name=reference,
                idempotency_key=key,
                tags=[CASE_TAG],
                state=state,
            )

    async def read(self, run_id: UUID) -> FlowRun | None:
        """Return the run, or None when it was deleted."""
        with _named():
            try:
                return await self._client.read_flow_run(run_id)
            except ObjectNotFound:
                return None

    async def existing(self, run_ids: Sequence[UUID]) -> set[UUID]:
        """Return those of the runs that still exist."""
        with _named():
            wanted = FlowRunFilter(id=FlowRunFilterId(any_=list(run_ids)))
            found = await self._client.read_flow_runs(
                flow_run_filter=wanted, sort=FlowRunSort.ID_DESC, limit=len(run_ids)
            )
            return {run.id for run in found}

    async def schedule(self, run_id: UUID, name: str, at: datetime) -> UUID | None:
        """Park the run under a name until an instant; None when Prefect did not accept it."""
        return await self._set(run_id, Scheduled(name=name, scheduled_time=at))

    async def complete(self, run_id: UUID) -> UUID | None:
        """Mark the run as completed."""
        return await self._set(run_id, Completed(), force=True)

    async def stopped_by_people(self, *, limit: int = 200) -> list[FlowRun]:
        """Return case runs that are cancelled, or on the way to it."""
        with _named():
            wanted = FlowRunFilter(
                tags=FlowRunFilterTags(all_=[CASE_TAG]),
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(STOPPED_BY_PEOPLE))),
            )
            return await self._client.read_flow_runs(
                flow_run_filter=wanted, sort=FlowRunSort.ID_DESC, limit=limit
            )

    async def _set(self, run_id: UUID, state: State[Any], *, force: bool = False) -> UUID | None:
        with _named():
            try:
                answer = await self._client.set_flow_run_state(run_id, state, force=force)
            except ObjectNotFound:
                return None
        accepted = answer.status is SetStateStatus.ACCEPT
        return answer.state.id if accepted and answer.state else None


@contextmanager
def _named() -> Iterator[None]:
    """Give what the network raises its own name; an answer of Prefect's passes through."""
    try:
        yield
    except PrefectHTTPStatusError as fault:
        if fault.response.status_code < 500:
            raise
        raise OrchestratorUnavailable(f"Prefect answers {fault.response.status_code}") from fault
    except (httpx.HTTPError, OSError, RuntimeError) as fault:
        raise OrchestratorUnavailable(f"Prefect does not answer: {fault}") from fault
