"""A document store in a folder of its own."""

from pathlib import Path

import pytest

from integrations.documents.encrypted import EncryptedDocuments
from tests.keys.rings import keys_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def store(root: Path) -> EncryptedDocuments:
    return EncryptedDocuments(root, keys_of(1))
