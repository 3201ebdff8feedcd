"""The desk on a port of loopback, and Debian's Chromium to look at it."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

from integrations.desk.address import DeskAddress
from integrations.desk.app import desk
from tests.desk.browser import HASHER, DeskOf

NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def served(of: DeskOf) -> Iterator[str]:
    """Serve a desk while inside; give its origin."""
    config = uvicorn.Config("", port=0, log_level="error", lifespan="off", ws="none")
    bound = config.bind_socket()
    origin = f"http://127.0.0.1:{bound.getsockname()[1]}"
    address = DeskAddress(origin, frozenset({origin}), is_secure=False)
    config.app = desk(of.world.house, address, HASHER, of.machine)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield origin
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Give the system's Chromium, or skip where there is none."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=options)
        try:
            yield browser
        finally:
            browser.close()
