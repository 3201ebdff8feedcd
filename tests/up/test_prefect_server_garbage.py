"""Garbage that waits for a lock does not stop the thread that must give the lock back."""

import gc
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from integrations.prefect_server import garbage_collected_elsewhere

BUSY_SECONDS = 5.0
SETTLED = 1.0  #: By then a thread that was started waits where it is to wait.


class Abandoned:
    """A cursor in the middle of its rows, in a circle that only a collection takes apart."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.itself = self
        self.cursor = connection.execute("SELECT 1 UNION SELECT 2")
        self.cursor.fetchone()


@contextmanager
def two_writers(file: Path) -> Iterator[tuple[sqlite3.Connection, "Future[object]"]]:
    """Give the one that holds the write lock, and the wait of one that left garbage behind."""
    first = sqlite3.connect(file, isolation_level=None)
    second = sqlite3.connect(
        file, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False
    )
    first.execute("PRAGMA journal_mode=WAL")
    first.execute("BEGIN IMMEDIATE")
    begun = threading.Event()

    def wait_for_the_lock() -> object:
        begun.set()
        second.execute("BEGIN IMMEDIATE")
        return second.execute("ROLLBACK")

    gc.collect()
    gc.disable()  # Until the garbage and the wait are both there.
    Abandoned(second)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(wait_for_the_lock)
        begun.wait()
        time.sleep(SETTLED)
        yield first, waiting
    gc.enable()
    for connection in (first, second):
        connection.close()


def make_garbage() -> None:
    """Do what any coroutine does: make objects, enough for several collections."""
    for _ in range(50):
        _kept = [[] for _ in range(gc.get_threshold()[0])]  # type: ignore[var-annotated]


def test_collected_by_the_holder_of_the_lock_it_makes_the_waiting_writer_give_up(
    tmp_path: Path,
) -> None:
    """Once this fails, Python has changed, and `garbage_collected_elsewhere` has no reason."""
    with two_writers(tmp_path / "a.db") as (first, waiting):
        gc.enable()
        make_garbage()
        first.execute("COMMIT")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            waiting.result()


def test_collected_elsewhere_it_lets_the_holder_go_on_and_the_writer_have_the_lock(
    tmp_path: Path,
) -> None:
    with two_writers(tmp_path / "b.db") as (first, waiting), garbage_collected_elsewhere(0.05):
        make_garbage()
        time.sleep(SETTLED)
        first.execute("COMMIT")
        waiting.result()


def test_garbage_is_still_collected() -> None:
    gone = threading.Event()

    class Circle:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            gone.set()

    with garbage_collected_elsewhere(0.05):
        assert not gc.isenabled()
        Circle()
        assert gone.wait(30)
    assert gc.isenabled()
