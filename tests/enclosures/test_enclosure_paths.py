"""What is refused by its place or its kind, before a byte of it is read."""

import os
from pathlib import Path

import pytest

from integrations.enclosures.limits import EnclosureLimits
from integrations.enclosures.reader import PdfEnclosureReader
from tests.enclosures.pdf_files import one_page
from tests.enclosures.refusing import refusal

GIB = 1024**3


def test_2_gb_are_refused_without_opening_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scan.pdf"
    with path.open("wb") as file:
        file.truncate(2 * GIB)

    def touched(*_: object, **__: object) -> None:
        pytest.fail("the file was opened")

    with monkeypatch.context() as watching:
        watching.setattr("os.open", touched)
        watching.setattr("subprocess.run", touched)
        line = refusal(path)
    assert line == "the enclosure scan.pdf has 2048.0 MiB; at most 20.0 MiB are taken"


def test_a_file_just_over_the_limit_is_refused_and_one_at_the_limit_is_taken(
    tmp_path: Path,
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(one_page())
    size = path.stat().st_size
    assert PdfEnclosureReader(limits=EnclosureLimits(max_bytes=size)).read(path)
    assert "at most" in refusal(
        path, PdfEnclosureReader(limits=EnclosureLimits(max_bytes=size - 1))
    )


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe.pdf"
    os.mkfifo(path)
    return path


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.pdf") == "the enclosure gone.pdf does not exist"


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(one_page())
    assert "does not exist" in refusal(tmp_path / "a.pdf" / "b.pdf")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).endswith("is a folder")


def test_a_pipe_is_refused_without_waiting_for_it(pipe: Path) -> None:
    assert refusal(pipe).endswith("is not an ordinary file")


def test_a_device_is_refused() -> None:
    assert refusal(Path("/dev/zero")).endswith("is not an ordinary file")


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").symlink_to(tmp_path / "b.pdf")
    (tmp_path / "b.pdf").symlink_to(tmp_path / "a.pdf")
    assert "symbolic link" in refusal(tmp_path / "a.pdf")


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    assert "name" in refusal(tmp_path / "a\0b.pdf")
    assert "cannot be opened" in refusal(tmp_path / ("a" * 300 + ".pdf"))


def test_a_name_with_line_breaks_stays_on_one_line(tmp_path: Path) -> None:
    assert "\n" not in refusal(tmp_path / "a\nb\x1b[31m.pdf")


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    root = tmp_path / "inside"
    root.mkdir()
    (root / "good.pdf").write_bytes(one_page())
    (tmp_path / "secret.pdf").write_bytes(one_page())
    return root


def test_only_files_under_the_root_are_taken(inside: Path) -> None:
    reader = PdfEnclosureReader(root=inside)
    assert reader.read(inside / "good.pdf").startswith(b"%PDF-")
    (inside / "link.pdf").symlink_to(inside / "good.pdf")
    assert reader.read(inside / "link.pdf").startswith(b"%PDF-")
    assert "lies outside" in refusal(inside / ".." / "secret.pdf", reader)
    (inside / "way_out.pdf").symlink_to(inside.parent / "secret.pdf")
    assert "lies outside" in refusal(inside / "way_out.pdf", reader)
