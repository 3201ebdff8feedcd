"""Under CI=true a skipped test fails the run; an expected failure does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.skips import under_ci

CONFTEST = """
from tests.skips import SkipsFailUnderCI

def pytest_configure(config):
    config.pluginmanager.register(SkipsFailUnderCI())
"""
SKIPS = """
import pytest

def test_passes():
    assert 1 + 1 == 2

def test_needs_a_server():
    pytest.skip("no PostgreSQL here")
"""
SKIPS_AS_A_WHOLE = "import pytest\npytest.importorskip('no_such_module', reason='no such wheel')\n"
EXPECTED_FAILURE = """
import pytest

@pytest.mark.xfail(strict=True)
def test_known_bug():
    assert 1 + 1 == 3
"""


def run_pytest(folder: Path, test: str, workers: int) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(test)
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT.as_posix()!r}\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"-n{workers}", str(folder)],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
    )


@pytest.mark.parametrize("workers", [0, 1], ids=["in one process", "under xdist"])
@pytest.mark.parametrize(
    ("test", "reason"),
    [
        pytest.param(SKIPS, "no PostgreSQL here", id="one test skips"),
        pytest.param(SKIPS_AS_A_WHOLE, "no such wheel", id="a module skips"),
    ],
)
def test_a_skip_fails_the_run_and_says_why(
    test: str, reason: str, workers: int, tmp_path: Path
) -> None:
    run = run_pytest(tmp_path, test, workers)
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout
    assert reason in run.stdout
    assert " 1 skipped in " in run.stdout.splitlines()[-1]


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, EXPECTED_FAILURE, 0)
    assert run.returncode == pytest.ExitCode.OK, run.stdout


@pytest.mark.parametrize(
    ("value", "is_ci"), [("true", True), ("1", True), ("false", False), ("", False)]
)
def test_ci_is_what_the_variable_says(
    value: str, is_ci: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", value)
    assert under_ci() is is_ci
