"""`python -m integrations.prefect_server`: Prefect's API in this process, as we need it.

Runs in the environment of `prefect_environment`.
"""

import os

import uvicorn


def main() -> None:
    """Serve until told to stop."""
    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host=os.environ["PREFECT_SERVER_API_HOST"],
        port=int(os.environ["PREFECT_SERVER_API_PORT"]),
        log_level="warning",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
