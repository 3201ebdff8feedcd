"""Two workers that do the same at the same moment, found by a campaign (seed 3).

Both come up with an empty Prefect and register the flows: Prefect refuses the slower one with 409.
"""

import asyncio
from typing import Any

import httpx
import pytest
from prefect.exceptions import PrefectHTTPStatusError

from cases.vocabulary.errors import OrchestratorUnavailable
from integrations.orchestrator import PrefectRuns


class SlowerOne:
    """A client of Prefect's that always comes second."""

    async def create_work_pool(self, _pool: Any) -> None:
        """Find that another worker has made it in between."""
        request = httpx.Request("POST", "http://127.0.0.1:1/api/block_types/")
        answer = httpx.Response(409, request=request, json={"detail": "already exists"})
        raise PrefectHTTPStatusError("409", request=request, response=answer)


def test_the_slower_of_two_workers_that_register_tries_again_a_moment_later() -> None:
    prefect = PrefectRuns(SlowerOne(), pool="p", pool_type="t", root=".")  # type: ignore[arg-type]
    with pytest.raises(OrchestratorUnavailable, match="409"):
        asyncio.run(prefect.register([]))
