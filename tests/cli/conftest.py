"""Every test of the command line may ask for a terminal in the synthetic world."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import SettledInstallations, Terminal
from tests.databases import PostgresDatabases, SqliteDatabases

Databases = SqliteDatabases | PostgresDatabases


@pytest.fixture(scope="session")
def installations_by_kind() -> dict[type[Databases], SettledInstallations]:
    """Remember what was settled on each kind of database."""
    return {}


@pytest.fixture
def installations(
    databases: Databases,
    installations_by_kind: dict[type[Databases], SettledInstallations],
    tmp_path_factory: pytest.TempPathFactory,
) -> SettledInstallations:
    """Give a maker of installations."""
    kind = type(databases)
    if kind not in installations_by_kind:
        folder = tmp_path_factory.mktemp("installations")
        installations_by_kind[kind] = SettledInstallations(databases, folder)
    return installations_by_kind[kind]


@pytest.fixture
def hancha(
    installations: SettledInstallations,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Terminal]:
    """Give a terminal; it is Mon 2026-03-02, 09:00 in China."""
    with installations.installation(tmp_path / "home") as (story, environment):
        yield Terminal(story, environment, monkeypatch, capsys)
