"""The environment in which our Prefect processes run: loopback, a password, no telemetry.

Prefect reads its settings when it is imported, so they are given to a process from outside.
"""

import os
import secrets
from urllib.parse import urlsplit

from cases.vocabulary.errors import DiskFault, SettingsFault
from integrations.settings import Settings

#: Services of the server that parked cases do not need; each costs a loop over its tables.
NOT_NEEDED = (
    "EVENT_PERSISTER",
    "LATE_RUNS",
    "PAUSE_EXPIRATIONS",
    "TASK_RUN_RECORDER",
    "TRIGGERS",
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def prefect_environment(settings: Settings) -> dict[str, str]:
    """Return the environment for a process that serves Prefect's API or talks to it.

    Raises SettingsFault for an API that is not on loopback, DiskFault.
    """
    address = urlsplit(settings.prefect_api_url)
    if address.hostname not in LOOPBACK or address.port is None:
        raise SettingsFault(
            f"HANCHA_PREFECT_API_URL is {settings.prefect_api_url!r}; it must name a port on this "
            "machine, like http://127.0.0.1:4209/api"
        )
    home = settings.prefect_home
    password = _password(settings)
    own = {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": settings.prefect_api_url,
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_SERVER_API_HOST": address.hostname,
        "PREFECT_SERVER_API_PORT": str(address.port),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        "PREFECT_CLIENT_MAX_RETRIES": "2",
        "PREFECT_API_REQUEST_TIMEOUT": "20",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
        "PREFECT_WORKER_QUERY_SECONDS": "5",
        "DO_NOT_TRACK": "1",
        **{f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in NOT_NEEDED},
    }
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    return {**inherited, **own}


def _password(settings: Settings) -> str:
    """Return the password of our Prefect API, made on first use and readable by us alone."""
    file = settings.prefect_home / "password"
    try:
        settings.prefect_home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            made = file.with_suffix(f".{os.getpid()}")
            made.touch(mode=0o600)
            made.write_text(f"hancha:{secrets.token_urlsafe(24)}", "ascii")
            made.rename(file)
        return file.read_text("ascii")
    except OSError as fault:
        raise DiskFault(f"{file} cannot be written or read: {fault}") from fault
