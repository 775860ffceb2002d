import random
import subprocess
import sys
from datetime import date
from itertools import chain

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg import names, revisions
from kg.analytics import edge_files
from kg.analytics import edges as edges_module
from kg.analytics.edge_cells import STATUSES
from kg.analytics.edges import changed, edges, read
from kg.analytics.network import network
from kg.derive import derive
from kg.load import load_claims, remove_documents
from kg.store.embedded import EmbeddedGraph

from .conftest import NAMED, SEEN, random_documents, random_names, told


def rows(table):
    return sorted(table.rows())


@pytest.mark.parametrize("seed", range(8))
def test_the_table_follows_random_loads_and_removals(empty_graph, seed):
    dice = random.Random(seed)
    documents = random_documents(seed, documents=8)
    named = random_names(documents)
    held = []
    for step in range(14):
        if held and dice.random() < 0.4:
            gone = held.pop(dice.randrange(len(held)))
            remove_documents(empty_graph, [documents[gone][0].source])
        else:
            chosen = dice.choice([one for one in range(8) if one not in held] or held)
            held = [one for one in held if one != chosen] + [chosen]
            load_claims(empty_graph, documents[chosen], names=named, replace=True)
        assert rows(edges(empty_graph)) == rows(read(empty_graph)), f"step {step}"


def test_a_table_in_memory_is_not_read_anew_after_a_load(seen, monkeypatch):
    edges(seen)
    load_claims(seen, [told("ab", "a", "b", "0.123456789", source="register")], names=NAMED)
    asked = []
    monkeypatch.setattr(type(seen), "texts", lambda *args: asked.append(args))
    table = edges(seen)
    assert not asked
    assert len(table) == len(SEEN) + 1
    assert table.whole == 10**9


def test_what_is_written_without_the_rules_is_seen_too(seen, empty_graph):
    table = edges(seen)
    other = EmbeddedGraph()
    other.load(seen.dump())
    assert rows(edges(other)) == rows(table)
    derive(seen)
    assert rows(edges(seen)) == rows(table)


def test_a_change_of_no_claims_changes_nothing(seen):
    table = edges(seen)
    assert changed(seen, table, []) is table
    assert rows(changed(seen, table, table.claims)) == rows(table)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    pytest.importorskip("duckdb", reason="the files need DuckDB, of the extra `analytics`")
    monkeypatch.setattr(edge_files, "LEAST", 1)
    graph = EmbeddedGraph(tmp_path / "store")
    load_claims(graph, SEEN, names=NAMED)
    return graph


def files(graph):
    return [one.name for one in revisions.files_of(graph).iterdir()]


def test_a_store_in_a_folder_keeps_the_table_beside_it(folder):
    table = edges(folder)
    base = revisions.revision(folder).base
    assert files(folder) == [base]
    kept = edge_files.read(folder, base)
    assert rows(kept) == rows(table)
    assert kept.whole == table.whole


def test_the_kept_table_is_brought_up_to_date_by_what_a_load_touched(folder):
    edges(folder)
    base = revisions.revision(folder).base
    load_claims(folder, [told("ab", "a", "b", "0.6", source="register")], names=NAMED)
    remove_documents(folder, [names.entity("doc", "new")])
    now = revisions.revision(folder)
    assert now.base == base
    assert names.entity("claim", "ab") in now.touched
    kept = edge_files.read(folder, base)
    assert rows(changed(folder, kept, now.touched)) == rows(read(folder))
    assert rows(kept) != rows(read(folder))


def test_another_process_reads_the_kept_table(folder):
    edges(folder)
    load_claims(folder, [told("ab", "a", "b", "0.6", source="register")], names=NAMED)
    expected, place = rows(read(folder)), folder.folder
    folder._store.flush()
    del folder._store
    again = EmbeddedGraph(place)
    assert rows(edges(again)) == expected


def test_a_kept_table_does_not_count_once_everything_was_derived_anew(folder):
    edges(folder)
    base = revisions.revision(folder).base
    derive(folder)
    assert revisions.revision(folder).base != base
    assert rows(edges(folder)) == rows(read(folder))
    assert files(folder) == [revisions.revision(folder).base]


def cut_short(folder):
    with revisions.derived(folder):
        assert revisions.revision(folder) is None
        assert revisions.in_flux(folder)
        raise KeyboardInterrupt


def test_a_derivation_cut_short_leaves_no_token(folder):
    edges(folder)
    with pytest.raises(KeyboardInterrupt):
        cut_short(folder)
    assert revisions.revision(folder) is None
    assert not revisions.in_flux(folder)
    assert rows(edges(folder)) == rows(read(folder))


def test_a_store_in_memory_has_no_files(seen):
    assert revisions.revision(seen) is None
    assert revisions.files_of(seen) is None


def hostile(number):
    """Yield claims of stakes as no register would bring them: read as they are all the same."""
    odd = "https://x.example/"
    claim, stake = NamedNode(f"{odd}claim,'{number}é\u00a0"), NamedNode(f"{odd}stake/{number}")
    holder = [NamedNode(f"{odd}日本'%22,;\u00a0{number % 3}"), BlankNode(f"b{number % 2}")]
    share = ["0.34", "0.123456789012345678", "1", "0.5", ".25", "00.20", "+0.1"][number % 7]
    printed = ["34%", 'a "third",\r\n\tor\\so \u2028', " 50 % ", "_:x", "<34>", "", "\x00\x0b"]
    said = [
        (claim, "states", stake),
        (stake, "holder", holder[number % 5 == 0]),
        (stake, "company", NamedNode(f"{odd}c/{number // 2}")),
        (stake, "right", NamedNode(names.code("right", ("capital", "votes")[number % 2]))),
        (claim, "givesStatus", NamedNode(names.code("status", STATUSES[number % 7]))),
        (claim, "knownFrom", typed(f"20{number % 90 + 10}-02-28", "date")),
        (claim, "holdsFrom", typed(f"20{number % 80 + 10}-01-31", "date")),
    ]
    if number % 4:
        said.append((stake, "share", typed(share, "decimal")))
        said.append((claim, "printed", Literal(printed[number % 7], language="en")))
    if number % 4 == 0:
        said.append((stake, "shareMin", typed("0.2", "decimal")))
    if number % 8 == 0:
        said.append((stake, "shareMax", typed(1, "integer")))
    if number % 3 == 0:
        said.append((claim, "holdsUntil", typed("2024-12-31T00:00:00", "dateTime")))
    if number % 9 == 0:
        said.append((stake, "directness", NamedNode(names.code("directness", "indirect"))))
    if number % 6 == 0:  # twice, and once more in another graph
        said.append((claim, "givesStatus", NamedNode(names.code("status", "ended"))))
        yield Quad(claim, NamedNode(names.term("states")), stake, NamedNode(odd + "graph"))
    if number % 10 == 0:
        newer = NamedNode(f"{odd}claim/newer{number}")
        said += [(newer, name, claim) for name in ("overrules", "contests")]
        said += [(newer, "knownFrom", typed("2023-05-06", "date"))]
        said += [(newer, "holdsFrom", typed("2023-05-05", "date"))]
    for subject, name, value in said:
        yield Quad(subject, NamedNode(names.term(name)), value, NamedNode(names.DERIVED))


def typed(value, kind):
    return Literal(str(value), datatype=NamedNode(names.PREFIXES["xsd"] + kind))


@pytest.fixture
def kernels(monkeypatch):
    """Read any store by kernels."""
    pytest.importorskip("numba", reason="the kernels need the extra 'analytics'")
    monkeypatch.setattr(edges_module, "MANY", 1)


def without_kernels(graph):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edges_module, "MANY", 10**9)
        return read(graph)


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("part", [1 << 20, 500])
@pytest.mark.parametrize("in_folder", [False, True])
def test_the_kernels_read_what_is_read_text_by_text(tmp_path, monkeypatch, in_folder, part):
    from kg.analytics import edge_numbers
    from kg.analytics.numbered_texts import NumberedTexts

    monkeypatch.setattr(edge_numbers, "_PART", part)
    graph = EmbeddedGraph(tmp_path / "store" if in_folder else None)
    graph.change([], chain.from_iterable(map(hostile, range(400))))
    table, expected = read(graph), without_kernels(graph)
    assert isinstance(table.claims, NumberedTexts)
    assert isinstance(expected.claims, list)
    assert rows(table) == rows(expected)
    assert len(table) == 400
    assert table.whole == expected.whole == 10**12
    assert table.overruled
    assert table.contested
    assert [one.dtype.char for one in table.columns] == list("iibqqqbbiii")
    touched = [claim for claim in expected.claims if "7" in claim]
    assert rows(changed(graph, table, touched)) == rows(expected)


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("seed", range(4))
def test_a_table_of_the_kernels_follows_random_loads(empty_graph, seed):
    documents = random_documents(seed, documents=8)
    named = random_names(documents)
    for chosen in range(8):
        load_claims(empty_graph, documents[chosen], names=named, replace=True)
        if chosen % 3 == 0:
            edges_module._tables.clear()
        assert rows(edges(empty_graph)) == rows(without_kernels(empty_graph))
        network(empty_graph, as_of=date(2024, 8, 1))


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize(
    ("subject", "holder"),
    [("<https://x.example/cl\\u0009aim>", "<https://x.example/h>"), ("<urn:c>", '""')],
)
def test_what_no_tsv_can_say_is_read_text_by_text(empty_graph, subject, holder):
    other = next(one for one in hostile(3) if one.predicate.value.endswith("states"))
    empty_graph.change([], hostile(3))
    said = [(other.object, "holder", holder)] if holder == '""' else []
    said += [(subject, "states", other.object)]
    said += [(subject, name, '"2024-01-01"') for name in ("knownFrom", "holdsFrom")]
    said += [(subject, "givesStatus", f"<{names.code('status', 'active')}>")]
    empty_graph.load(
        "".join(f"{one} <{names.term(name)}> {value} <urn:g> .\n" for one, name, value in said)
        .encode()
    )  # fmt: skip
    assert isinstance(read(empty_graph).claims, list)
    assert rows(read(empty_graph)) == rows(without_kernels(empty_graph))


def test_a_small_store_is_read_without_the_kernels():
    code = (
        "import sys; from kg.analytics.edges import read; from kg.store.embedded import *; "
        "graph = EmbeddedGraph(); from kg.load import load_folder; "
        "from kg.documents import shipped_folder; load_folder(graph, shipped_folder()); "
        "assert len(read(graph)); print(*{'numpy', 'numba'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
