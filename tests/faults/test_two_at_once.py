"""Two workers that do the same at the same moment, found by a campaign (seed 3).

Both come up with an empty Prefect and register what they have: Prefect refuses the slower one.
"""

import asyncio
from typing import Any

import pytest
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.filesystems import LocalFileSystem

from cases.vocabulary.errors import OrchestratorUnavailable
from integrations.orchestrator import PrefectRuns


class SlowerOne:
    """A client of Prefect's that always comes second."""

    async def create_work_pool(self, _pool: Any) -> None:
        """Find that another worker made it in between; that is as good."""
        raise ObjectAlreadyExists(Exception("409"))

    async def read_block_document_by_name(self, *_given: Any) -> None:
        """Find no storage yet."""
        raise ObjectNotFound(Exception("404"))


async def comes_second(*_given: Any, **_more: Any) -> None:
    """Find that another worker has just made the type of the storage."""
    raise ObjectAlreadyExists(Exception("409"))


def test_the_slower_of_two_workers_that_register_tries_again_a_moment_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LocalFileSystem, "asave", comes_second)
    prefect = PrefectRuns(SlowerOne(), pool="p", pool_type="t", root=".")  # type: ignore[arg-type]
    with pytest.raises(OrchestratorUnavailable, match="another worker"):
        asyncio.run(prefect.deployments.register([]))
