"""Whoever opens a database knows every table, however little else was imported."""

import subprocess
import sys

from tests.architecture.sources import ROOT

POINTING = """
from cases.store import session
from sqlmodel import SQLModel
tables = SQLModel.metadata.tables.values()
print(len([key.column for table in tables for key in table.foreign_keys]))
"""


def test_with_the_database_alone_imported_no_table_points_to_one_that_is_not_there() -> None:
    """A stock Prefect worker imports no more than the flow that it runs."""
    done = subprocess.run(
        [sys.executable, "-c", POINTING], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 30
