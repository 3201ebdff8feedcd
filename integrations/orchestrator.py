"""Prefect's API, as far as cases need it: runs, their states, deployments and the pool."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterId,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.client.schemas.schedules import CronSchedule
from prefect.client.schemas.sorting import DeploymentSort, FlowRunSort
from prefect.exceptions import (
    ObjectAlreadyExists,
    ObjectNotFound,
    PrefectHTTPStatusError,
)
from prefect.filesystems import LocalFileSystem
from prefect.settings import get_current_settings
from prefect.states import Scheduled

from cases.vocabulary.errors import OrchestratorUnavailable

CASE_TAG = "hancha-case"
HOUSEKEEPING_TAG = "hancha-housekeeping"
RESULT_STORAGE = "hancha"  #: Name of a block; see `flows.service`.
#: A person who sets one of these on a case's run decides nothing, but means something.
STOPS = (StateType.CANCELLED, StateType.CANCELLING, StateType.PAUSED, StateType.COMPLETED)
#: Unauthorised, forbidden, too many: the server is there, but not for us.
NOT_FOR_US = (401, 403, 429)
PAGE = 200  #: The most that Prefect gives at once.


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
        self._scheduled: set[UUID] = set()

    async def register(
        self, entries: Sequence[FlowEntry], scheduled: Sequence[ScheduledEntry] = ()
    ) -> None:
        """Make the pool, the storage of results and a deployment for each flow, where missing."""
        with _named():
            pool = WorkPoolCreate(name=self._pool, type=self._pool_type)
            with suppress(ObjectAlreadyExists):
                await self._client.create_work_pool(pool)
            results = get_current_settings().results.local_storage_path
            storage = LocalFileSystem(basepath=str(results))
            await storage.asave(RESULT_STORAGE, overwrite=True, client=self._client)
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

            self._scheduled = {
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
                for each in scheduled
            }

    async def is_registered(self) -> bool:
        """Whether what this process registered, if it did, is still there in its pool."""
        ours = {*self._deployments.values(), *self._scheduled}
        if not ours:
            return False
        pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[self._pool]))
        with _named():
            found = await self._client.read_deployments(
                work_pool_filter=pool, sort=DeploymentSort.NAME_ASC, limit=PAGE
            )
        return ours <= {each.id for each in found}

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

        Raises ObjectNotFound for a flow that no worker registered, or when somebody deleted its
        deployment.
        """
        with _named():
            deployment = self._deployments.get((flow, version))
            if deployment is None:  # Another worker's, with more versions than we have.
                found = await self._client.read_deployment_by_name(f"{flow}/v{version}")
                deployment = found.id
            return await self._client.create_flow_run_from_deployment(
                deployment,
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

    async def read_all(self, run_ids: Sequence[UUID]) -> dict[UUID, FlowRun]:
        """Return those of the runs that still exist, by id."""
        wanted = FlowRunFilter(id=FlowRunFilterId(any_=list(run_ids)))
        return {run.id: run for run in await self._all(wanted, FlowRunSort.ID_DESC)}

    async def schedule(self, run_id: UUID, name: str, at: datetime) -> UUID | None:
        """Park the run under a name until an instant; None when Prefect did not accept it."""
        return await self.set_state(run_id, Scheduled(name=name, scheduled_time=at))

    async def set_state(
        self, run_id: UUID, state: State[Any], *, force: bool = False
    ) -> UUID | None:
        """Set the run's state and return its id; None when Prefect did not accept it."""
        with _named():
            try:
                answer = await self._client.set_flow_run_state(run_id, state, force=force)
            except ObjectNotFound:
                return None
        accepted = answer.status is SetStateStatus.ACCEPT
        return answer.state.id if accepted and answer.state else None

    async def stop_since(
        self, run_id: UUID, known: UUID | None, *, ours: UUID | None = None
    ) -> State | None:
        """Return the latest stop that came on the run after a state that we know, if not by us.

        Prefect lets a stopped run be parked or started again, so a stop that falls between two
        calls of ours shows in the run's history only.
        """
        with _named():
            states = await self._client.read_flow_run_states(run_id)
        states = sorted(states, key=lambda state: state.timestamp)
        since = next((at for at, state in enumerate(states, start=1) if state.id == known), 0)
        stops = [state for state in states[since:] if state.type in STOPS and state.id != ours]
        return stops[-1] if stops else None

    async def touched(self, since: datetime) -> list[FlowRun]:
        """Return case runs that ended since an instant, or stand where only people put them."""
        ours = FlowRunFilterTags(all_=[CASE_TAG])
        standing = FlowRunFilter(
            tags=ours,
            state=FlowRunFilterState(
                type=FlowRunFilterStateType(any_=[StateType.CANCELLING, StateType.PAUSED])
            ),
        )
        ended = FlowRunFilter(
            tags=ours, end_time=FlowRunFilterEndTime.model_validate({"after_": since})
        )
        return [
            *await self._all(standing, FlowRunSort.ID_DESC),
            *await self._all(ended, FlowRunSort.END_TIME_DESC),
        ]

    async def due(self, after: datetime, before: datetime) -> list[FlowRun]:
        """Return our runs that are scheduled for between two instants, the earliest first.

        Only a window: thousands of cases may stand past their date, waiting for a person.
        """
        window = {"after_": after, "before_": before}
        wanted = FlowRunFilter(
            tags=FlowRunFilterTags(any_=[CASE_TAG, HOUSEKEEPING_TAG]),
            next_scheduled_start_time=FlowRunFilterNextScheduledStartTime.model_validate(window),
        )
        return await self._all(wanted, FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC)

    async def _all(self, wanted: FlowRunFilter, sort: FlowRunSort) -> list[FlowRun]:
        found: list[FlowRun] = []
        with _named():
            while True:
                page = await self._client.read_flow_runs(
                    flow_run_filter=wanted, sort=sort, limit=PAGE, offset=len(found)
                )
                found += page
                if len(page) < PAGE:
                    return found


@contextmanager
def _named() -> Iterator[None]:
    """Give what the network raises its own name; an answer of Prefect's passes through."""
    try:
        yield
    except PrefectHTTPStatusError as fault:
        status = fault.response.status_code
        if status == 404:  # Not every method of the client gives it its name.
            raise ObjectNotFound(http_exc=fault) from fault
        if status < 500 and status not in NOT_FOR_US:
            raise
        raise OrchestratorUnavailable(f"Prefect answers {status}") from fault
    except ObjectAlreadyExists as fault:
        raise OrchestratorUnavailable("another worker is just making the same") from fault
    except (httpx.HTTPError, OSError, RuntimeError) as fault:
        raise OrchestratorUnavailable(f"Prefect does not answer: {fault}") from fault
