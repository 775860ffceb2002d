import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics import cell_codes
from kg.analytics.numbered_texts import NumberedTexts, batches
from kg.analytics.tables import read_stakes

SHORT, WORDS = st.text("ab \t\u00a0é日", max_size=6), st.text("ab", min_size=7, max_size=17)
CELLS = st.none() | SHORT | WORDS  # of 8 bytes, compared at once, and around that


def relation(rows):
    connection = duckdb.connect()
    connection.execute("CREATE TABLE given (one VARCHAR, other VARCHAR)")
    if rows:
        connection.executemany("INSERT INTO given VALUES (?, ?)", rows)
    return connection.sql("SELECT one, other FROM given")


@given(st.lists(st.tuples(CELLS, CELLS), max_size=60))
@settings(max_examples=60, deadline=None)
def test_texts_are_numbered_by_first_appearance(rows):
    texts, codes = NumberedTexts(), []
    for columns in batches(relation(rows)):
        codes += zip(*(found.tolist() for found in texts.add(*columns)), strict=True)
    cells = [tuple((cell or "").strip(" \t\u00a0") for cell in row) for row in rows]
    expected = list(dict.fromkeys(cell for row in cells for cell in row if cell))
    assert list(texts) == [texts[place] for place in range(len(texts))] == expected
    assert codes == [tuple(expected.index(c) if c else -1 for c in row) for row in cells]
    assert [texts.find(one) for one in expected] == list(range(len(expected)))
    assert texts.find("absent") is None


def test_more_texts_than_there_was_room_for():
    count, texts, found = 200_000, NumberedTexts(), []
    names = duckdb.sql(f"SELECT 'company ' || (range % {count}) AS name FROM range({2 * count})")
    for (column,) in batches(names):
        found += texts.add(column)[0].tolist()
    assert found == [*range(count), *range(count)]
    assert (texts[0], texts[-1], texts[1:3]) == (
        "company 0", f"company {count - 1}", ["company 1", "company 2"],
    )  # fmt: skip
    with pytest.raises(IndexError):
        texts[count]


def test_a_column_that_fails_says_so():
    with pytest.raises((OSError, duckdb.Error), match="Conversion"):
        list(batches(duckdb.sql("SELECT (('x' || range)::INT)::VARCHAR FROM range(3)")))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_cells_are_read_alike_with_kernels_and_without(tmp_path, monkeypatch, suffix):
    rows = [(f" o{row % 7} ", f"c{row % 11}", f"0.0{row % 5 + 1}", "") for row in range(300)]
    rows += [("", "c1", "0.1", ""), ("o1", None, "0.1", ""), ("c1", "c1", "x", "30%")]
    table = tmp_path / f"stakes.{suffix}"
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE s (owner VARCHAR, owned VARCHAR, share VARCHAR, votes VARCHAR)"
    )
    connection.executemany("INSERT INTO s VALUES (?, ?, ?, ?)", rows)
    connection.execute(f"COPY s TO '{table}'")
    monkeypatch.setattr("kg.analytics.tables.MANY_BYTES", 1)
    read = {}
    for many in (1, 1_000_000):
        monkeypatch.setattr(cell_codes, "MANY", many)
        found = read_stakes(table)
        read[many] = (
            [
                ([*one.names], [*one.rows()], [*one.claims], one.whole, one.voted, one.unstated)
                for one in (found.capital, found.votes)
            ],
            found.findings,
        )
    assert read[1] == read[1_000_000]
