"""A real server on loopback and a real browser: nothing leaves the machine, nothing complains."""

import pytest

pytestmark = pytest.mark.browser


def test_the_explorer_shows_the_graph_and_asks_nobody_else(server, page):
    page.goto(server)
    page.wait_for_function("window.keiretsu?.picture !== undefined")
    page.get_by_role("combobox").or_(page.get_by_role("searchbox")).first.fill("niss")
    page.keyboard.press("Enter")
    page.get_by_text("Nissan Motor owns 34% of Mitsubishi Motors").wait_for()
    assert page.complaints == []
    assert all(url.startswith((server, "data:")) for url in page.requests)


def test_the_table_opens_inside_the_window(server, page):
    page.goto(server)
    page.wait_for_function("window.keiretsu?.picture !== undefined")
    page.locator("summary", has_text="Table of facts").click()
    cell = page.get_by_role("cell", name="34%")
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box["y"] + box["height"] <= 800


def test_the_documentation_works_without_a_network(server, page):
    page.goto(f"{server}/docs")
    page.get_by_text("/questions/who-is-allied-with-whom").first.wait_for()
    assert page.complaints == []
    assert all(url.startswith((server, "data:")) for url in page.requests)
