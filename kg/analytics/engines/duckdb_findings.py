# ruff: noqa: S608 -- SQL is put together of names of tables and whole numbers; values are bound
"""What is noteworthy in a large table as a whole: repeats, self-holdings, sums above 100%.

DuckDB finds the rows; the first of each kind are told one by one, by the same words.
"""

from fractions import Fraction

from kg.analytics.cells import ERROR, SHOWN, WARNING, Findings
from kg.analytics.engines.duckdb_session import Session
from kg.analytics.merging import note_repeats, note_stand_in, tell_self_held, tell_sum
from kg.analytics.stakes import Stakes


def note_stakes(
    session: Session, whole: int, votes: bool, findings: Findings, entries: str | None
) -> None:
    """Note all of it; `entries` is the table of the rows, None where they have no numbers."""
    if entries is not None:
        _repeats(session, whole, findings)
        _self_held(session, whole, findings)
    _sums(session, whole, "stake", "share" if entries else "low", findings, entries)
    if votes:
        _stand_ins(session, findings)
        _sums(session, whole, "vote", "votes", findings, entries)


def _name(column: str) -> str:
    return f"(SELECT name FROM called WHERE id = {column})"


def _more(session: Session, findings: Findings, level: str, rule: str, where: str) -> None:
    """Count what was not told one by one."""
    seen = int(session.one(f"SELECT count(*) FROM {where}"))
    if seen > SHOWN:
        findings.more(level, rule, seen - SHOWN)


def _repeats(session: Session, whole: int, findings: Findings) -> None:
    repeated = (
        "(SELECT owner, owned, list_slice(list(row ORDER BY row), 1, 11) AS rows, min(low) AS low, "
        "max(high) AS high FROM entry GROUP BY owner, owned HAVING count(*) > 1)"
    )
    rows = session.run(
        f"SELECT rows, {_name('owner')}, {_name('owned')}, low, high FROM {repeated} "
        f"ORDER BY rows LIMIT {SHOWN}"
    )
    told = (
        (places, owner, owned, (Fraction(low, whole), Fraction(high, whole)))
        for places, owner, owned, low, high in rows
    )
    note_repeats(told, findings)
    if len(rows) == SHOWN:
        _more(session, findings, WARNING, "repeated", repeated)


def _self_held(session: Session, whole: int, findings: Findings) -> None:
    where = "entry WHERE owner = owned"
    rows = session.run(
        f"SELECT min(row), {_name('owner')} FROM {where} GROUP BY owner ORDER BY 1 LIMIT {SHOWN}"
    )
    for row, name in rows:
        tell_self_held(row, Stakes([name], [0], [0], [0], [0], whole), 0, findings)
    if len(rows) == SHOWN:
        _more(session, findings, WARNING, "self-holding", where)


def _sums(
    session: Session,
    whole: int,
    table: str,
    column: str,
    findings: Findings,
    entries: str | None,
) -> None:
    only = " HAVING bool_or(voted)" if table == "vote" else ""
    over = (
        f"(SELECT owned, sum(low) AS total FROM (SELECT * FROM {table}) GROUP BY owned{only})"
        f" WHERE total > {whole}"
    )
    found = session.run(f"SELECT owned, total FROM {over} ORDER BY owned LIMIT {SHOWN}")
    for company, total in found:
        _tell_sum(session, whole, table, column, company, int(total), findings, entries)
    if len(found) == SHOWN:
        _more(session, findings, ERROR, "sum-above-100", over)


def _tell_sum(
    session: Session,
    whole: int,
    table: str,
    column: str,
    company: int,
    total: int,
    findings: Findings,
    entries: str | None,
) -> None:
    name, claims = str(company), None
    if entries is not None:
        name = str(session.one("SELECT name FROM called WHERE id = ?", [company]))
        rows = session.run("SELECT row FROM entry WHERE owned = ? ORDER BY row LIMIT 11", [company])
        claims = [(f"row {row}",) for (row,) in rows]
    count = len(claims) if claims else 0
    nothing = [0] * count
    stakes = Stakes([name], nothing, nothing, nothing, nothing, whole, claims)
    tell_sum(stakes, 0, total, findings, column)


def _stand_ins(session: Session, findings: Findings) -> None:
    where = (
        "vote v JOIN entry e USING (owner, owned) WHERE NOT v.voted "
        "AND v.owned IN (SELECT owned FROM vote WHERE voted)"
    )
    rows = session.run(
        f"SELECT min(row), {_name('v.owner')}, {_name('v.owned')} FROM {where} "
        f"GROUP BY v.owner, v.owned ORDER BY 1 LIMIT {SHOWN}"
    )
    for row, owner, owned in rows:
        note_stand_in(row, owner, owned, findings)
    if len(rows) == SHOWN:
        _more(session, findings, WARNING, "votes-missing", where)
