import gc
import shutil

import pytest
from pyoxigraph import NamedNode

from kg import names
from kg.documents import data_files, shipped_folder
from kg.errors import DocumentError, StoreError
from kg.load import load_files, load_folder
from kg.matching import register
from kg.questions.answer import ask
from kg.settings import Settings
from kg.store.embedded import EmbeddedGraph
from kg.store.open import open_graph

HELD = "SELECT ?graph (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
SHARES = "SELECT ?share WHERE { ?claim kei:states ?stake . ?stake kei:share ?share }".replace(
    "kei:states", f"<{names.term('states')}>"
).replace("kei:share", f"<{names.term('share')}>")


@pytest.fixture
def folder(documents, tmp_path):
    """A data folder with a small world and one document."""
    made = tmp_path / "data"
    (made / "claims").mkdir(parents=True)
    shutil.copy(documents / "world.ttl", made)
    shutil.copy(documents / "first.ttl", made / "claims")
    return made


def sizes(graph):
    return {row["graph"].value: int(row["n"].value) for row in graph.select(HELD).rows}


def shares(graph):
    return [row["share"].value for row in graph.select(SHARES).rows]


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_file_and_the_ontology_have_their_own_graphs(empty_graph, folder):
    assert load_folder(empty_graph, folder)
    assert {graph.removeprefix(names.GRAPH) for graph in sizes(empty_graph)} == {
        "codes",
        "derived/1",
        "doc/first",
        "entities/data-world-959bc4c3",
        "inventory",
        "ontology",
        "parts",
        "propositions",
        "shapes",
        "examples",
    }


def test_loading_the_same_folder_again_writes_nothing(empty_graph, folder):
    load_folder(empty_graph, folder)
    version, held = empty_graph.version, sizes(empty_graph)
    assert not load_folder(empty_graph, folder)
    assert empty_graph.version == version
    assert sizes(empty_graph) == held


def test_loading_the_shipped_data_again_writes_nothing(graph):
    version = graph.version
    assert not load_folder(graph, shipped_folder())
    assert graph.version == version


def test_a_changed_file_replaces_its_document(empty_graph, folder):
    load_folder(empty_graph, folder)
    change(folder / "claims" / "first.ttl", "kei:share 0.25", "kei:share 0.3")
    assert load_folder(empty_graph, folder)
    assert shares(empty_graph) == ["0.3"]


def test_a_claim_taken_out_of_a_file_is_gone(empty_graph, folder):
    load_folder(empty_graph, folder)
    path = folder / "claims" / "first.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("claim:first-03-a")], encoding="utf-8")
    load_folder(empty_graph, folder)
    assert ask(empty_graph, "who-declined-to-comment").rows == ()


def test_a_changed_name_replaces_the_old_one(empty_graph, folder):
    load_folder(empty_graph, folder)
    change(folder / "world.ttl", '"Gamma"', '"Gamma Motor"')
    load_folder(empty_graph, folder)
    label = NamedNode(names.PREFIXES["rdfs"] + "label")
    query = f"SELECT ?name WHERE {{ <{names.entity('company', 'gamma')}> {label} ?name }}"
    assert [row["name"].value for row in empty_graph.select(query).rows] == ["Gamma Motor"]


def test_two_files_for_one_document_are_refused(empty_graph, folder):
    shutil.copy(folder / "claims" / "first.ttl", folder / "claims" / "more.ttl")
    with pytest.raises(DocumentError) as refused:
        load_folder(empty_graph, folder)
    (problem,) = refused.value.problems
    assert problem.file == str(folder / "claims" / "more.ttl")
    assert problem.message == f"fills first, as {folder / 'claims' / 'first.ttl'} does"
    assert problem.advice == "put both into one file"
    assert empty_graph.dump() == b""


def test_a_folder_without_data_is_refused(empty_graph, tmp_path):
    with pytest.raises(DocumentError, match=r"holds no \.ttl file"):
        load_folder(empty_graph, tmp_path)


def test_a_bad_file_leaves_the_store_empty(empty_graph, folder, documents):
    shutil.copy(documents / "refused" / "two-values.ttl", folder / "claims")
    with pytest.raises(DocumentError, match="has 2 values"):
        load_folder(empty_graph, folder)
    assert empty_graph.dump() == b""


def test_files_can_be_added_to_a_store_that_holds_others(graph, documents):
    load_files(graph, [documents / "world.ttl", documents / "first.ttl"])
    assert sorted(shares(graph)) == ["0.25", "0.34"]
    assert len(ask(graph, "who-is-allied-with-whom", {"company": "alpha"}).rows) == 1


def test_what_two_documents_say_alike_is_one_proposition(empty_graph, documents, write):
    text = (documents / "first.ttl").read_text(encoding="utf-8")
    text = text.replace("claim:first-", "claim:second-").replace("doc:first", "doc:second")
    again = write("second", text.replace("0.25", "0.250"))
    load_files(empty_graph, [documents / "world.ttl", documents / "first.ttl", again])
    query = f"SELECT ?claim ?stake WHERE {{ ?claim <{names.term('states')}> ?stake }}"
    rows = empty_graph.select(query).rows
    assert len({row["claim"] for row in rows}) == 6
    assert len({row["stake"] for row in rows}) == 3


def test_files_are_read_names_first(folder):
    assert [path.name for path in data_files(folder)] == ["world.ttl", "first.ttl"]


def test_a_store_in_a_folder_keeps_what_it_holds(folder, tmp_path):
    settings = Settings(store=tmp_path / "store", data=folder)
    graph = open_graph(settings)
    held = sizes(graph)
    del graph
    gc.collect()
    again = open_graph(settings)
    assert again.version == 0  # nothing had to be written
    assert sizes(again) == held
    assert shares(again) == ["0.25"]


def test_a_store_in_a_folder_takes_up_a_file_that_changed_while_it_was_closed(folder, tmp_path):
    settings = Settings(store=tmp_path / "store", data=folder)
    graph = open_graph(settings)
    del graph
    gc.collect()
    change(folder / "claims" / "first.ttl", "kei:share 0.25", "kei:share 0.3")
    assert shares(open_graph(settings)) == ["0.3"]


def test_whoever_opens_a_folder_second_is_told_why_it_fails(tmp_path):
    first = EmbeddedGraph(tmp_path / "store")
    with pytest.raises(StoreError, match=r"store: .*another process may have it open"):
        EmbeddedGraph(tmp_path / "store")
    assert first.dump() == b""


def test_a_store_cannot_be_a_file(tmp_path):
    path = tmp_path / "store"
    path.write_text("no folder")
    with pytest.raises(StoreError, match="the store cannot be opened"):
        EmbeddedGraph(path)


def test_names_that_are_added_leave_the_shipped_ones_alone(graph, write):
    load_files(graph, [write("companies", 'company:x a kei:Company ; rdfs:label "X" .')])
    assert {"X", "Nissan Motor"} <= {one.label for one in register(graph).by_id.values()}


ONE_CLAIM = (
    "claim:x a kei:Claim ; kei:source doc:b1529ee35cea87c4 ; kei:modality <vocab/modality/stated> ;"
    ' kei:says "So." ; kei:states [ a kei:MemberCount ; kei:alliance alliance:toyota-led ;'
    " kei:count 6 ] ."
)


def test_a_document_is_not_replaced_by_one_with_fewer_claims(graph, write):
    before = graph.dump()
    with pytest.raises(DocumentError, match=r"would take away \d+ claims") as refused:
        load_files(graph, [write("one", ONE_CLAIM)])
    assert "--replace" in str(refused.value)
    assert graph.dump() == before


def test_a_document_is_replaced_when_that_is_wanted(graph, write):
    load_files(graph, [write("one", ONE_CLAIM)], replace=True)
    assert len(ask(graph, "what-a-source-says", {"source": "001"}).rows) == 1


def test_a_load_cut_short_is_done_again(folder, tmp_path, monkeypatch):
    store = EmbeddedGraph(tmp_path / "store")

    def cut_short(graph):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("kg.load.derive", cut_short)
        with pytest.raises(KeyboardInterrupt):
            load_folder(store, folder)
    assert load_folder(store, folder)
    assert not load_folder(store, folder)


def test_a_file_that_is_gone_is_gone_from_the_store(folder, empty_graph):
    load_folder(empty_graph, folder)
    assert shares(empty_graph)
    for claims in (folder / "claims").glob("*.ttl"):
        claims.unlink()
    assert load_folder(empty_graph, folder)
    assert "doc/first" not in {name.removeprefix(names.GRAPH) for name in sizes(empty_graph)}
