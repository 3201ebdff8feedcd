"""The pool, the storage of results and the deployments that Prefect must have for our flows."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import WorkPoolFilter, WorkPoolFilterName
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.client.schemas.sorting import DeploymentSort
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.filesystems import LocalFileSystem
from prefect.settings import get_current_settings

from integrations.prefect_faults import named

CASE_TAG = "hancha-case"
HOUSEKEEPING_TAG = "hancha-housekeeping"
RESULT_STORAGE = "hancha"  #: Name of a block; see `flows.service`.
NIGHTLY = "nightly"  #: Name of the deployments that run by the clock.
MOST = 200  #: The most that Prefect gives at once.


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


class _Wanted(NamedTuple):
    """A deployment as it should be."""

    flow: str
    entrypoint: str
    name: str
    tag: str
    version: str | None = None
    plans: Sequence[CronSchedule] = ()


class Deployments:
    """Keeps Prefect's side in order; every method raises OrchestratorUnavailable when it must."""

    def __init__(self, client: PrefectClient, *, pool: str, pool_type: str, root: str) -> None:
        self._client, self._pool, self._pool_type = client, pool, pool_type
        self._root = root  #: Folder that the entrypoints are relative to.
        self._of_cases: dict[tuple[str, int], UUID] = {}
        self._by_the_clock: set[UUID] = set()
        self._is_whole = False  #: Prefect may go away in the middle of registering.

    async def register(
        self, entries: Sequence[FlowEntry], scheduled: Sequence[ScheduledEntry] = ()
    ) -> None:
        """Make the pool, the storage of results and a deployment for each flow, where missing.

        What is there as it should be is left alone: a worker that starts writes nothing.
        """
        by_the_clock = set()
        self._is_whole = False
        with named():
            pool = WorkPoolCreate(name=self._pool, type=self._pool_type)
            with suppress(ObjectAlreadyExists):
                await self._client.create_work_pool(pool)
            await self._keep_results()
            there = {(each.name, each.entrypoint): each for each in await self._in_our_pool()}
            for each in entries:
                version = str(each.version)
                wanted = _Wanted(each.name, each.entrypoint, each.deployment, CASE_TAG, version)
                self._of_cases[each.name, each.version] = await self._kept(there, wanted)
            for plan in scheduled:
                cron = CronSchedule(cron=plan.cron, timezone=plan.zone)
                wanted = _Wanted(
                    plan.name, plan.entrypoint, NIGHTLY, HOUSEKEEPING_TAG, plans=[cron]
                )
                by_the_clock.add(await self._kept(there, wanted))
        self._by_the_clock = by_the_clock
        self._is_whole = True

    def of_case(self, flow: str, version: int) -> UUID | None:
        """Return the id of the deployment that this process registered."""
        return self._of_cases.get((flow, version))

    async def are_there(self) -> bool:
        """Whether this process registered everything, and it is still there in its pool."""
        if not self._is_whole:
            return False
        ours = {*self._of_cases.values(), *self._by_the_clock}
        with named():
            return ours <= {each.id for each in await self._in_our_pool()}

    async def _keep_results(self) -> None:
        """Make the block that says where results lie, unless it says so already."""
        path = str(get_current_settings().results.local_storage_path)
        with suppress(ObjectNotFound):
            block = await self._client.read_block_document_by_name(
                RESULT_STORAGE, "local-file-system"
            )
            if block.data.get("basepath") == path:
                return
        storage = LocalFileSystem(basepath=path)
        await storage.asave(RESULT_STORAGE, overwrite=True, client=self._client)

    async def _in_our_pool(self) -> list[DeploymentResponse]:
        pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[self._pool]))
        return await self._client.read_deployments(
            work_pool_filter=pool, sort=DeploymentSort.NAME_ASC, limit=MOST
        )

    async def _kept(
        self, there: Mapping[tuple[str, str | None], DeploymentResponse], wanted: _Wanted
    ) -> UUID:
        """Return the deployment's id; make it anew if it is not as it should be."""
        found = there.get((wanted.name, wanted.entrypoint))
        if (
            found is not None
            and (found.version, found.path, found.tags)
            == (wanted.version, self._root, [wanted.tag])
            and [each.schedule for each in found.schedules] == list(wanted.plans)
        ):
            return found.id
        return await self._client.create_deployment(
            flow_id=await self._client.create_flow_from_name(wanted.flow),
            name=wanted.name,
            version=wanted.version,
            work_pool_name=self._pool,
            entrypoint=wanted.entrypoint,
            path=self._root,
            tags=[wanted.tag],
            schedules=[DeploymentScheduleCreate(schedule=plan) for plan in wanted.plans],
        )
