"""Asking for the line with which a file is refused."""

from pathlib import Path

import pytest

from cases.vocabulary.errors import EnclosureRefused
from integrations.enclosures.reader import PdfEnclosureReader


def refusal(path: Path, reader: PdfEnclosureReader | None = None) -> str:
    """Return the line with which a file is refused."""
    with pytest.raises(EnclosureRefused) as caught:
        (reader or PdfEnclosureReader()).read(path)
    return str(caught.value)
