"""The README's first command, as a user runs it."""

import subprocess
import sys
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pypdf
import pytest

ROOT = Path(__file__).resolve().parents[2]


def demo(out: Path) -> subprocess.CompletedProcess[str]:
    """Play the demo into a folder."""
    return subprocess.run(
        [sys.executable, "-m", "flows.demo", "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def mails_in(folder: Path) -> list[Message]:
    """Return the mails that the server accepted."""
    return [message_from_bytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


@pytest.mark.prefect
@pytest.mark.slow
def test_three_cases_close_and_every_letter_is_there_and_was_delivered_once(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    played = demo(out)
    assert played.returncode == 0, played.stdout + played.stderr

    letters = sorted(path.name for path in (out / "letters").glob("*.pdf"))
    kinds = [name.split("-")[-1].removesuffix(".pdf") for name in letters]
    assert kinds == [
        *("request", "closing_notice"),
        *("request", "reminder", "second_reminder", "closing_notice"),
        *("request", "reminder", "second_reminder", "escalation", "closing_notice"),
    ]
    assert all(len(pypdf.PdfReader(out / "letters" / name).pages) >= 1 for name in letters)

    mails = mails_in(out / "mails")
    assert len(mails) == len({mail["Message-ID"] for mail in mails}) == 13  # two go as copies
    assert all(mail["Auto-Submitted"] == "auto-generated" for mail in mails)

    page = (out / "index.html").read_text("utf-8")
    assert page.count("已办结") == 3
    assert all(f"letters/{name}" in page for name in letters)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me", "utf-8")
    refused = demo(tmp_path)
    assert refused.returncode == 4
    assert "is not empty" in refused.stdout
    assert (tmp_path / "mine.txt").read_text("utf-8") == "keep me"
