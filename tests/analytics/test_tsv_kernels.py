import io
from itertools import pairwise

import pytest

pytest.importorskip("numba", reason="kernels need the extra 'analytics'")

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg import names
from kg.analytics.tsv_kernels import MISSHAPEN, cut_rows
from kg.store.embedded import EmbeddedGraph

S, P, GRAPH = NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:g")
WORDS = st.text('tnr"\\<>_:@^ \t\n\r\x00\u00a0\u2028é日😀', max_size=9)
NUMBERS = ["0.34", "-1", "0.12345678901234567890123", "true", "2024-02-29", "1e3"]
KINDS = ["decimal", "integer", "boolean", "date", "double", "string"]
TERMS = st.one_of(
    WORDS.map(Literal),
    WORDS.map(lambda text: Literal(text, language="en")),
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(names.PREFIXES["xsd"] + kind)),
        st.sampled_from(NUMBERS), st.sampled_from(KINDS),
    ),
    st.text("a,;'é日\u00a0", max_size=9).map(lambda text: NamedNode("urn:x" + text)),
    st.from_regex("[a-z]{1,4}", fullmatch=True).map(BlankNode),
)  # fmt: skip
QUERY = "SELECT ?nothing ?o ?s WHERE { ?s <urn:p> ?o }"


def cut(data, columns):
    cells = np.empty((columns, len(data)), np.uint8)
    ends = np.zeros((columns, len(data) + 2), np.int32)
    rows, size = cut_rows(np.frombuffer(data, np.uint8), cells, ends)
    found = [
        [cell[first:last].tobytes().decode() for first, last in pairwise(end)]
        for cell, end in zip(cells, ends[:, : rows + 1], strict=True)
    ]
    return list(zip(*found, strict=True)), rows, size


@given(st.lists(TERMS, max_size=8, unique=True))
@settings(max_examples=60, deadline=None)
def test_cells_are_cut_as_texts_tell_them(terms):
    graph, file = EmbeddedGraph(), io.BytesIO()
    graph.change([], [Quad(S, P, term, GRAPH) for term in terms])
    graph.tsv(QUERY, file)
    data = file.getvalue().partition(b"\n")[2]
    expected = graph.texts(QUERY)
    assert cut(data, 3) == (expected, len(expected), len(data))
    for short in range(len(data)):  # what is cut off waits for the rest
        found, rows, size = cut(data[:short], 3)
        assert found == expected[:rows]
        assert data[:short].rfind(b"\n") + 1 == size


@pytest.mark.parametrize(
    "data", [b"<urn:a\tb>\t1\n", b"<urn:a>\n", b"1\t2\n1\n", b"1\t<urn:\n>\n3\t"]
)
def test_rows_of_another_shape_are_noticed(data):
    assert cut_rows(
        np.frombuffer(data, np.uint8), np.empty((2, 20), np.uint8), np.zeros((2, 20), np.int32)
    )[0] == MISSHAPEN  # fmt: skip
