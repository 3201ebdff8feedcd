"""Make every flow of this version known to Prefect."""

from flows.case_flow import released
from flows.housekeeping import SCHEDULED
from integrations.orchestrator import PrefectRuns


async def register_all(prefect: PrefectRuns) -> None:
    """Make the pool and the deployments. Raises OrchestratorUnavailable."""
    await prefect.deployments.register(
        [each.entry for each in released().values()], [each.entry for each in SCHEDULED]
    )
