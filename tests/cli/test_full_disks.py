"""A full disk, under the database, the documents and the answer itself."""

import os
import random
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from tests.cli.terminal import ROOT, Terminal, expect_fault, run_process
from tests.enclosures.pdf_files import one_page, stream

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@only_sqlite
def test_a_database_on_a_full_disk_is_named_and_keeps_what_it_had(hancha: Terminal) -> None:
    case = hancha.opened()
    before = hancha.counts()
    summary = "长" * 1_000  # More than fits in the pages that are left.

    def leave_no_page(connection: object, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # type: ignore[attr-defined]

    event.listen(Engine, "connect", leave_no_page)
    try:
        said = [
            hancha(
                *("case", "reply", case, "--channel", "email", "--as", "zhou"),
                *("--summary", summary),
            )
            for _ in range(4)
        ][-1]
    finally:
        event.remove(Engine, "connect", leave_no_page)
    expect_fault(said, "DiskFault", "full")
    assert hancha.json("journal", "verify")["is_whole"]
    assert hancha.counts()["cases"] == before["cases"]


@only_sqlite
def test_a_full_disk_under_the_documents_opens_no_case(hancha: Terminal, tmp_path: Path) -> None:
    hancha.opened()  # The keys are made, so that the documents are what fails.
    before = hancha.counts()
    kept = {path for path in (hancha.home / "documents").rglob("*") if path.is_file()}
    big = tmp_path / "big.pdf"
    _write_pdf_of(big, 512 * 1024)
    said = run_process(
        *("case", "open", "--as", "zhou", "--type", "certificate-issuance", "--to", "YZ"),
        *("--name", "林小禾", "--person-number", "-", "--consent-on", "2026-03-02"),
        *("--field", "certificate=户籍情况证明", "--field", "purpose=办理居住登记"),
        *("--enclose", f"application={big}"),
        environment=hancha.environment,
        stdin=b"110101199003070011\n",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400 * 1024, 400 * 1024)),
    )
    expect_fault(said, "DiskFault", "document")
    assert hancha.counts() == before
    assert {path for path in (hancha.home / "documents").rglob("*") if path.is_file()} == kept


def _write_pdf_of(path: Path, size: int) -> None:
    """Write a page whose picture cannot be compressed."""
    noise = random.Random(555).randbytes(size)
    picture = b"/Type /XObject /Subtype /Image /Width 1024 /Height %d" % (size // 1024)
    picture += b" /ColorSpace /DeviceGray /BitsPerComponent 8"
    path.write_bytes(
        one_page(
            resources=b"/XObject << /Im1 10 0 R >>",
            contents=b"q 500 0 0 700 50 50 cm /Im1 Do Q",
            more={10: stream(noise, picture)},
        )
    )


def test_standard_output_on_a_full_disk_is_named(hancha: Terminal) -> None:
    with Path("/dev/full").open("wb") as full:
        done = _piped(hancha, full.fileno())
    assert done == (4, 1)


def test_a_reader_that_had_enough_ends_the_command_quietly(hancha: Terminal) -> None:
    reader, writer = socket.socketpair()
    reader.close()
    with writer:
        assert _piped(hancha, writer.fileno()) == (141, 0)


def _piped(hancha: Terminal, stdout: int) -> tuple[int, int]:
    """Return the exit code and the number of lines on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "integrations.cli", "calendar", "show", "2026"],
        env={**os.environ, **hancha.environment},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr.count(b"\n")
