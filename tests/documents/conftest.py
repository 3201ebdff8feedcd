"""A document store in a folder of its own."""

from pathlib import Path

import pytest

from integrations.documents import FileDocumentStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def store(root: Path) -> FileDocumentStore:
    return FileDocumentStore(root)
