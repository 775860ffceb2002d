import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("api", "viz", "kg", "ontology", "data")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
IDS = [str(path.relative_to(ROOT)) for path in MODULES]

# Imports run one way: a package may import what stands here.
MAY_IMPORT = {
    "api": {"api", "viz", "kg", "ontology", "data"},
    "viz": {"viz", "kg", "ontology", "data"},
    "kg": {"kg", "ontology", "data"},
    "ontology": {"ontology"},
    "data": {"data"},
}
# Inside `kg`, what these import of it, themselves or through others.
MAY_REACH = {
    "kg.errors": set(),
    "kg.names": {"kg.errors"},
    "kg.claims": {"kg.errors", "kg.names"},
    "kg.quads": {"kg.claims", "kg.errors", "kg.names"},
    "kg.readers.articles": set(),
    "kg.readers.rdf": {"kg.claims", "kg.errors", "kg.names", "kg.quads"},
    "kg.store.base": {"kg.errors", "kg.names", "kg.sparql_groups", "kg.sparql_words"},
    "kg.store.changes": set(),
    "kg.store.embedded": {
        "kg.errors",
        "kg.names",
        "kg.sparql_update",
        "kg.sparql_groups",
        "kg.sparql_words",
        "kg.store.base",
        "kg.store.changes",
        "kg.store.updates",
    },
    "kg.store.updates": {"kg.errors", "kg.names"},
    "kg.sparql_words": {"kg.errors"},
    "kg.sparql_groups": {"kg.errors", "kg.sparql_words"},
    "kg.sparql_update": {"kg.errors", "kg.names", "kg.sparql_words"},
}
SPARQL = re.compile(
    r"\b(SELECT\b[^\n]*\bWHERE\b|CONSTRUCT\s*(\{|WHERE)|ASK\s*(\{|WHERE)|DESCRIBE\s*[<?]"
    r"|PREFIX\s+\w*:\s*<|INSERT DATA|DELETE WHERE|DROP (SILENT|GRAPH|ALL))"
)


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path):
    """Return the modules that a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {f"{node.module}.{one.name}" for one in node.names} | {node.module}
    return found


def texts(path):
    """Return the strings of a file, without the examples that documentation shows."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    shown = {
        value
        for node in nodes
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "example"
    }
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in shown:
            yield node.value


NAMES = {name_of(path): path for path in MODULES}


def reached(name, seen):
    for one in imported(NAMES[name]) & NAMES.keys():
        if one not in seen:
            seen.add(one)
            reached(one, seen)
    return seen


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_imports_run_one_way(path):
    package = path.relative_to(ROOT).parts[0]
    ours = {name.partition(".")[0] for name in imported(path)} & set(PACKAGES)
    assert ours <= MAY_IMPORT[package]


def test_the_library_names_what_stands_above_it_in_one_place():
    """`kg.open` gives what draws too: it is loaded by name, and only `kg` itself has the name."""
    above = re.compile(r"\b(viz|api)\.[a-z_]+")
    naming = {
        name_of(path)
        for path in MODULES
        if path.parts[len(ROOT.parts)] == "kg"
        and any(above.fullmatch(text) for text in texts(path))
    }
    assert naming == {"kg"}


@pytest.mark.parametrize("name", sorted(MAY_REACH))
def test_a_module_of_the_library_reaches_only_those_before_it(name):
    assert reached(name, set()) - {"kg", "kg.store", "kg.readers"} <= MAY_REACH[name]


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.parts[len(ROOT.parts)] in ("api", "viz")],
    ids=[name for name in IDS if name.startswith(("api", "viz"))],
)
def test_the_edges_hold_no_sparql(path):
    assert [text for text in texts(path) if SPARQL.search(text)] == []


def test_sparql_would_be_noticed():
    assert any(SPARQL.search(text) for text in texts(NAMES["kg.matching"]))
    assert any(SPARQL.search(text) for text in texts(NAMES["kg.evidence"]))


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_no_module_is_longer_than_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "misc"])
def test_every_file_is_named_for_its_subject(word):
    everywhere = [path for folder in (*PACKAGES, "tests") for path in (ROOT / folder).rglob("*.py")]
    assert [path for path in everywhere if word in path.stem] == []


def test_every_package_says_what_it_is():
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), path


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        (
            "kg.questions.sentences, kg.store.open, kg.companies, kg.verify, kg.sparql_words",
            ["fastapi", "uvicorn", "pyvis", "networkx", "rdflib", "pyshacl", "api", "viz"],
        ),
        ("kg.checks", ["fastapi", "pyvis", "rdflib", "pyshacl"]),
        ("viz.page", ["fastapi", "api", "rdflib", "pyshacl"]),
    ],
    ids=["the library", "checks", "the pictures"],
)
def test_importing_does_not_load_what_is_not_needed(modules, unwanted):
    code = f"import sys, {modules}; print(*{unwanted} & sys.modules.keys())".replace(
        f"*{unwanted}", f"*set({unwanted})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
