"""A real server on loopback and a real browser: nothing leaves the machine, nothing complains."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
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


def test_the_explorer_shows_the_graph_and_asks_nobody_else(server, page):
    page.goto(server)
    page.wait_for_function("window.keiretsu?.picture !== undefined")
    page.get_by_role("combobox").or_(page.get_by_role("searchbox")).first.fill("niss")
    page.keyboard.press("Enter")
    page.get_by_text("Nissan Motor owns 34% of Mitsubishi Motors").wait_for()
    assert page.complaints == []
    assert all(url.startswith((server, "data:")) for url in page.requests)


def test_opening_the_table_brings_it_into_view(server, page):
    page.goto(server)
    page.wait_for_function("window.keiretsu?.picture !== undefined")
    page.locator("summary", has_text="Table of facts").click()
    page.wait_for_function("scrollY > 0")
    assert page.get_by_role("cell", name="34%").is_visible()


def test_the_documentation_works_without_a_network(server, page):
    page.goto(f"{server}/docs")
    page.get_by_text("/questions/who-is-allied-with-whom").first.wait_for()
    assert page.complaints == []
    assert all(url.startswith((server, "data:")) for url in page.requests)
