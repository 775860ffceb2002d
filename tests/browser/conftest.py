"""A browser without a network: Debian's chromium, or none with a reason; and a server for it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("no browser: install Debian's package chromium")
        pytest.skip("no browser: install Debian's package chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """One page, and everything it did that it should not have done."""

    def __init__(self, context):
        self.page = context.new_page()
        self.requests = []
        self.complaints = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, address):
        self.page.goto(address)
        self.page.wait_for_function("window.keiretsu?.picture !== undefined")
        self.settle()
        return self.page

    def settle(self):
        """Wait until what was asked for is drawn."""
        self.page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )


@pytest.fixture
def visit(browser):
    """Return a function that gives a fresh page of a size and theme, offline."""
    contexts = []

    def begin(width=1280, height=800, theme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            offline=True,
            reduced_motion="reduce",
        )
        contexts.append(context)
        return Visit(context)

    yield begin
    for context in contexts:
        context.close()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def server():
    address = f"http://127.0.0.1:{free_port()}"
    command = [Path(sys.executable).parent / "keiretsu", "serve", "--port", address[17:]]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert address in process.stderr.readline()  # the command says where it is
        wait_until_well(address)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=10)


def wait_until_well(address):
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{address}/healthz") as response:
                assert response.status == 200
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("the server did not become well in 10 seconds")


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.requests, page.complaints = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()
