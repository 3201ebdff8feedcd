"""`python -m integrations.prefect_server`: Prefect's API in this process, as we need it.

Runs in the environment of `prefect_environment`.
"""

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import uvicorn

COLLECT_EVERY = 1.0  #: Seconds.
ALL_EVERY = 60  #: Collections between two that look at everything.


@contextmanager
def garbage_collected_elsewhere(every: float = COLLECT_EVERY) -> Iterator[None]:
    """Collect garbage in a thread of its own, never in the one that runs the event loop.

    An SQLite cursor in the garbage waits for its connection, the connection for the writer
    before it, and the writer's coroutine for the event loop: found there, it stops the server
    until SQLite gives up, for a minute.
    """
    stop = threading.Event()
    gc.disable()
    threading.Thread(target=_collect, args=(stop, every), name="garbage", daemon=True).start()
    try:
        yield
    finally:
        stop.set()
        gc.enable()


def _collect(stop: threading.Event, every: float) -> None:
    for turn in count(1):
        if stop.wait(every):
            return
        gc.collect(2 if turn % ALL_EVERY == 0 else 1)
        if turn == ALL_EVERY:
            gc.freeze()  # Two hundred megabytes of modules need not be looked at again.


def main() -> None:
    """Serve until told to stop."""
    with garbage_collected_elsewhere():
        uvicorn.run(
            "prefect.server.api.server:create_app",
            factory=True,
            host=os.environ["PREFECT_SERVER_API_HOST"],
            port=int(os.environ["PREFECT_SERVER_API_PORT"]),
            log_level="warning",
            timeout_keep_alive=5,
            timeout_graceful_shutdown=5,
        )


if __name__ == "__main__":
    main()
