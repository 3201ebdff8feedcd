"""The top of the checkout: what lies there, and what the lock file must not say."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, expect_none

FOLDERS = {
    "flows", "cases", "letter_templates", "integrations", "tests", "docs", "bench", "examples",
}  # fmt: skip
FILES = {
    ".ci/run", "pyproject.toml", "prefect.yaml", "requirements.lock", "bootstrap.py", "hancha",
    "Makefile", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "NOTICE",
}  # fmt: skip
LOCKS_WITH_ADDRESSES = {"uv.lock", "poetry.lock", "Pipfile.lock", "pylock.toml"}


def misplaced(root: Path) -> Iterator[str]:
    """Find what is missing at the top, and code that has no business there."""
    for name in sorted(FOLDERS):
        if not (root / name).is_dir():
            yield f"folder {name} is missing"
    for name in sorted(FILES):
        if not (root / name).is_file():
            yield f"file {name} is missing"
    for path in sorted(root.iterdir()):
        is_code = path.is_dir() and any(path.glob("*.py")) and not path.name.startswith(".")
        if is_code and path.name not in FOLDERS:
            yield f"folder {path.name} has code and no place in the layout"
        if path.suffix == ".py" and path.name not in FILES:
            yield f"module {path.name} belongs in a folder"
        if path.name in LOCKS_WITH_ADDRESSES:
            yield f"{path.name} records download addresses"


def unsafe_lines(lock: str) -> Iterator[str]:
    """Find addresses and paths in the lock, and packages without a version and a hash."""
    for line in lock.splitlines():
        if "://" in line or re.search(r"(^|\s)(--index|--find|/)", line):
            yield f"says where from: {line.strip()}"
    for block in re.split(r"^(?=[^\s#])", lock, flags=re.M)[1:]:
        name = block.split(maxsplit=1)[0]
        if "==" not in name or "--hash=sha256:" not in block:
            yield f"not pinned by version and hash: {name}"


def laid_out(root: Path, extra: Iterable[str]) -> Path:
    for name in FOLDERS:
        (root / name).mkdir()
    for name in (*FILES, *extra):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    return root


def test_everything_lies_where_the_design_puts_it() -> None:
    expect_none(misplaced(ROOT))


@pytest.mark.parametrize("extra", ["models.py", "services/case.py", "uv.lock"])
def test_what_has_no_place_at_the_top_is_found(extra: str, tmp_path: Path) -> None:
    assert len(list(misplaced(laid_out(tmp_path, [extra])))) == 1


def test_a_missing_folder_is_found(tmp_path: Path) -> None:
    (laid_out(tmp_path, []) / "docs").rmdir()
    assert list(misplaced(tmp_path)) == ["folder docs is missing"]


def test_the_lock_pins_everything_by_hash_and_says_no_address() -> None:
    expect_none(unsafe_lines((ROOT / "requirements.lock").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--find-links /opt/wheels",
        "rich==15.0.0",
        "rich \\\n    --hash=sha256:00",
        "rich @ file:///opt/rich.whl --hash=sha256:00",
    ],
)
def test_a_lock_that_says_where_from_or_pins_nothing_is_found(line: str) -> None:
    assert list(unsafe_lines(f"{line}\n")) != []


def test_decisions_are_numbered_one_after_another() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    said = [int(re.match(r"# (\d+)\. ", file.read_text("utf-8"))[1]) for file in files]  # type: ignore[index]
    assert [int(file.name[:4]) for file in files] == said == list(range(1, len(files) + 1))
