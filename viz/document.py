"""Puts one page together: template, data, scripts and styles, and the policy it runs under.

Data goes into the page as JSON in one block that no browser runs. The page in one file carries
its scripts and names their hashes in its policy, so nothing else can run and nothing is loaded.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from viz.words import unturned

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"

STYLES = "explorer.css"
SCRIPTS = (
    "vendor/vis-network.min.js",
    "vendor/dagre/dagre.min.js",
    "dom.js",
    "state.js",
    "shown.js",
    "lettering.js",
    "picture.js",
    "tree.js",
    "table.js",
    "panel.js",
    "legend.js",
    "search.js",
    "exports.js",
    "taking.js",
    "keys.js",
    "explorer.js",
)


def environment(folder: Path) -> Environment:
    """Return a template environment that escapes everything printed."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def document(template: Template, content: Mapping[str, Any], *, inline: bool, static: str) -> str:
    """Return the page: whole when `inline`, else with its files under the address `static`."""
    scripts = [_script(name) for name in SCRIPTS] if inline else []
    style = _text(STYLES) if inline else ""
    return template.render(
        title=content["title"],
        data=_data(content),
        inline=inline,
        home=content["server"].get("home", ""),
        pages=content["server"].get("pages", ()),
        policy=_policy(scripts, style) if inline else "",
        scripts=[Markup(script) for script in scripts],  # noqa: S704  # our own files
        style=Markup(style),  # noqa: S704
        script_addresses=[f"{static}/{name}" for name in SCRIPTS],
        style_address=f"{static}/{STYLES}",
    )


def as_json(content: Mapping[str, Any]) -> str:
    """Return what a page is filled with as JSON, with nothing in it that turns sentences round."""
    return unturned(json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def _data(content: Mapping[str, Any]) -> Markup:
    """Return JSON that cannot end the block it stands in."""
    text = as_json(content)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704


@cache
def _text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _script(name: str) -> str:
    """Return a script as it may stand inside a page, without the address of its source map."""
    text = _text(name).partition("\n//# sourceMappingURL=")[0]
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _policy(scripts: list[str], style: str) -> str:
    """Return a policy under which only these very texts run and nothing is fetched."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{b64encode(digest).decode()}'"
