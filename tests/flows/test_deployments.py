"""Deployments are kept as they should be, and a worker that starts writes nothing needlessly."""

from typing import Any
from uuid import UUID

import pytest
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.responses import DeploymentResponse

from cases.vocabulary.errors import OrchestratorUnavailable
from flows.registration import register_all
from integrations.deployments import RESULT_STORAGE, Deployments
from tests.flows.engine_room import EngineRoom, Perform

pytestmark = pytest.mark.prefect

CASE_FLOW, NIGHTLY = "certificate-issuance/v1", "no-silent-case/nightly"


async def read(room: EngineRoom, *names: str) -> list[DeploymentResponse]:
    return [await room.client.read_deployment_by_name(name) for name in names]


def test_what_is_registered_already_is_left_alone(perform: Perform) -> None:
    async def scene(room: EngineRoom) -> None:
        before = await read(room, CASE_FLOW, NIGHTLY)
        await register_all(room.prefect)
        after = await read(room, CASE_FLOW, NIGHTLY)
        assert [each.updated for each in after] == [each.updated for each in before]
        assert room.prefect.deployments.of_case("certificate-issuance", 1) == before[0].id
        assert await room.prefect.deployments.are_there()

    perform(scene)


@pytest.mark.parametrize("name", [CASE_FLOW, NIGHTLY])
def test_a_deployment_that_somebody_changed_is_put_right(perform: Perform, name: str) -> None:
    async def scene(room: EngineRoom) -> None:
        (right,) = await read(room, name)
        changed = DeploymentUpdate(path="/elsewhere", tags=["mine"])
        await room.client.update_deployment(right.id, changed)
        await register_all(room.prefect)
        (now,) = await read(room, name)
        assert (now.id, now.path, now.tags) == (right.id, right.path, right.tags)
        assert [each.schedule for each in now.schedules] == [
            each.schedule for each in right.schedules
        ]

    perform(scene)


def test_a_missing_storage_of_results_is_made_anew(perform: Perform) -> None:
    async def scene(room: EngineRoom) -> None:
        block = await room.client.read_block_document_by_name(RESULT_STORAGE, "local-file-system")
        await room.client.delete_block_document(block.id)
        await register_all(room.prefect)
        again = await room.client.read_block_document_by_name(RESULT_STORAGE, "local-file-system")
        assert again.data["basepath"] == block.data["basepath"]

    perform(scene)


def test_registering_that_was_cut_short_is_done_again(
    perform: Perform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(room: EngineRoom) -> None:
        kept = Deployments._kept

        async def cut_short(self: Deployments, there: Any, wanted: Any) -> UUID:
            if wanted.plans:
                raise OrchestratorUnavailable("Prefect went away")
            return await kept(self, there, wanted)

        with monkeypatch.context() as cutting:
            cutting.setattr(Deployments, "_kept", cut_short)
            with pytest.raises(OrchestratorUnavailable):
                await register_all(room.prefect)
        assert not await room.prefect.deployments.are_there()
        await register_all(room.prefect)
        assert await room.prefect.deployments.are_there()

    perform(scene)
