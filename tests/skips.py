"""On a user's machine a test that lacks a server skips and says why; under CI=true that fails."""

import os

import pytest


class SkipsFailUnderCI:
    """Remembers every skipped test and turns the run into a failed one at its end."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a test that skipped; an expected failure is not a skip."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.reasons[report.nodeid] = _reason(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember a module that skipped as a whole."""
        if report.skipped:
            self.reasons[report.nodeid] = _reason(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that passed but for its skips."""
        if self.reasons and session.exitstatus in (pytest.ExitCode.OK, 5):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """List what was skipped and why."""
        if not self.reasons:
            return
        terminalreporter.section("skipped tests fail the run under CI=true", red=True)
        for nodeid, reason in self.reasons.items():
            terminalreporter.write_line(f"{nodeid}: {reason}")


def under_ci() -> bool:
    """Whether this is a CI run."""
    return os.environ.get("CI", "").lower() in ("1", "true")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2]
    return str(report.longrepr)
