"""Whether everybody can use the page: an automatic audit, with pictures kept to be looked at.

The audit is axe-core, vendored here for tests alone. Screenshots go to the folder that
KEIRETSU_SCREENSHOTS names, or to a temporary one.
"""

import hashlib
import json
import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "axe"
SIZES = {"desk": (1280, 800), "phone": (390, 844)}
PAGES = {
    "everything": "/",
    "company": "/?company=nissan&view=network",
    "tree": "/?view=tree",
    "table": "/?view=table",
    "company-page": "/companies/nissan-motor",
    "alliance-page": "/alliances/honda-nissan-mitsubishi",
    "ontology": "/ontology",
    "integrated": "/?company=nissan&layer=integrated&as_of=2024-08-01&view=network",
}
SERIOUS = ("serious", "critical")
RUN = """async () => {
  const { violations, passes } = await axe.run(document);
  const told = ({ id, impact, nodes }) =>
    ({ id, impact, at: nodes.map((node) => node.html.slice(0, 120)) });
  return { violations: violations.map(told), passes: passes.map(({ id }) => id) };
}"""


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    named = os.environ.get("KEIRETSU_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_the_audit_is_the_file_its_manifest_names():
    manifest = json.loads((AXE / "manifest.json").read_text(encoding="utf-8"))
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((AXE / name).read_bytes()).hexdigest() == digest
    assert (AXE / "LICENSE").is_file()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_no_serious_barrier_is_found(browser, server, pictures, name, size, theme):
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        reduced_motion="reduce",
        bypass_csp=True,  # for the audit's own script; the policy is tested elsewhere
    )
    page = context.new_page()
    page.goto(server + PAGES[name])
    if PAGES[name].startswith("/?") or PAGES[name] == "/":
        page.wait_for_function("() => window.keiretsu?.picture !== undefined")
    page.screenshot(path=pictures / f"{name}-{size}-{theme}.png")
    page.add_script_tag(path=AXE / "axe.min.js")
    audit = page.evaluate(RUN)
    context.close()
    assert {"color-contrast", "document-title"} <= set(audit["passes"])  # it did look
    assert [one for one in audit["violations"] if one["impact"] in SERIOUS] == []
