"""Tables beside the stakes: market shares, members of alliances, sales. CSV with a header.

    company,share[,share_min,share_max,market,period]
    alliance,member
    company,sales[,period,metric]

What cannot be read is a finding with its row and column; the rest is computed.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NoReturn, TypeVar

from kg.analytics.alliances import MemberSales
from kg.analytics.cells import ERROR, WARNING, Findings
from kg.analytics.markets import MarketShare
from kg.analytics.ranges import Range, per_cent
from kg.analytics.shares import UNKNOWN, share_span
from kg.analytics.tables import records
from kg.errors import Finding, ParameterError, TableError, cut

MOST_MB = 200

Found = TypeVar("Found")

Cells = dict[str, str]
Market = tuple[str, str]  # its name and period; empty where the table has none


def read_market_shares(
    path: Path,
) -> tuple[dict[Market, list[MarketShare]], tuple[Finding, ...]]:
    """Return the companies of each market and period; raises TableError where there is none.

    A table without the column `market` is of one market, without a name. Two rows for one company
    that differ make a range; an empty or unreadable share is unknown.
    """
    findings = Findings()
    spans: dict[Market, dict[str, tuple[Range, tuple[str, ...]]]] = {}
    optional = ("share_min", "share_max", "market", "period")
    for row, cells in _rows(path, ("company", "share"), optional, findings, never_empty="market"):
        share = _share(row, cells, findings)
        market = spans.setdefault((cells.get("market", ""), cells.get("period", "")), {})
        market[cells["company"]] = _joined(row, cells, share, market, findings)
    shares = {
        market: [
            MarketShare(company=name, share=share, claims=claims)
            for name, (share, claims) in companies.items()
        ]
        for market, companies in spans.items()
        if _possible(market, companies, findings)
    }
    return _given(path, shares, findings, "no market"), tuple(findings)


def _share(row: int, cells: Cells, findings: Findings) -> Range:
    ends = cells.get("share_min", ""), cells.get("share_max", "")
    written = cells.get("share", "")
    try:
        if not written and not any(ends):
            findings.add(
                WARNING, "unknown-share", "the share is empty", row=row, column="share",
                advice="taken as unknown: anything from nothing to all",
            )  # fmt: skip
        return Range(*share_span(written or ends))
    except ParameterError as error:
        column = "share" if written else "share_min"
        findings.add(
            ERROR, "share", error.problem, row=row, column=column, advice="taken as unknown"
        )
        return Range(*UNKNOWN)


def _joined(
    row: int,
    cells: Cells,
    share: Range,
    market: dict[str, tuple[Range, tuple[str, ...]]],
    findings: Findings,
) -> tuple[Range, tuple[str, ...]]:
    """Return a company's share in a market, with what earlier rows say of it."""
    claims = (f"row {row}",)
    if cells["company"] not in market:
        return share, claims
    before, rows = market[cells["company"]]
    same = before == share
    found = Range(min(before.low, share.low), max(before.high, share.high))
    findings.add(
        WARNING,
        "repeated",
        f"{cut(cells['company'])} is there again ({rows[0]})",
        row=row,
        column="company",
        advice="counted once" if same else f"taken as the range {found}",
    )
    return found, rows + claims


def _possible(
    market: Market, companies: dict[str, tuple[Range, tuple[str, ...]]], findings: Findings
) -> bool:
    least = sum((share.low for share, _ in companies.values()), Fraction(0))
    if least <= 1:
        return True
    rows = ", ".join(rows[0] for _, rows in companies.values())
    named = f"shares of {cut(' '.join(market).strip())}" if any(market) else "shares"
    findings.add(
        ERROR,
        "sum-above-100",
        f"{named} sum to {per_cent(least)} ({cut(rows)})",
        column="share",
        advice="the market is left out; if shares are rounded give share_min and share_max",
    )
    return False


def read_members(path: Path) -> tuple[dict[str, list[str]], tuple[Finding, ...]]:
    """Return the members of each alliance, each once."""
    findings = Findings()
    found: dict[str, list[str]] = {}
    for row, cells in _rows(path, ("alliance", "member"), (), findings):
        members = found.setdefault(cells["alliance"], [])
        if cells["member"] in members:
            findings.add(
                WARNING, "repeated", f"{cut(cells['member'])} is there again", row=row,
                column="member", advice="counted once",
            )  # fmt: skip
        else:
            members.append(cells["member"])
    return _given(path, found, findings, "no alliance"), tuple(findings)


def read_sales(path: Path) -> tuple[list[MemberSales], tuple[Finding, ...]]:
    """Return what companies sold; a second figure for one company and period makes a range."""
    findings = Findings()
    found: dict[tuple[str, str, str], MemberSales] = {}
    for row, cells in _rows(path, ("company", "sales"), ("period", "metric"), findings):
        value = _amount(row, cells["sales"], findings)
        if value is None:
            continue
        key = cells["company"], cells.get("period", ""), cells.get("metric", "") or "vehicles"
        span = Range.of(value)
        claims: tuple[str, ...] = (f"row {row}",)
        if key in found:
            before = found[key].value
            span = Range(min(before.low, value), max(before.high, value))
            claims = found[key].claims + claims
            findings.add(
                WARNING, "repeated", f"{cut(key[0])} has a second figure", row=row,
                column="sales", advice="taken as the range of both",
            )  # fmt: skip
        found[key] = MemberSales(
            member=key[0], period=key[1], metric=key[2], value=span, claims=claims
        )
    return list(_given(path, found, findings, "no figure").values()), tuple(findings)


def _amount(row: int, text: str, findings: Findings) -> Fraction | None:
    plain = text.replace("_", "").replace("\u00a0", "").replace(" ", "")
    groups = plain.split(",")
    if len(groups) > 1 and all(len(one) == 3 for one in groups[1:]):
        plain = "".join(groups)  # 3,440,000
    try:
        if len(plain) > 40 or "/" in plain or "e" in plain.lower():
            raise ValueError(plain)
        value = Fraction(plain)
    except ValueError:
        value = Fraction(-1)
    if value < 0:
        findings.add(
            ERROR, "number", f"{cut(text, 40)!r} is no number of units", row=row, column="sales",
            advice="the row is left out: write 3440000",
        )  # fmt: skip
        return None
    return value


def _given(path: Path, found: Found, findings: Findings, nothing: str) -> Found:
    """Return what was found; raises TableError where it is nothing."""
    if not found:
        findings.add(ERROR, "empty", f"{nothing} in this table can be used")
        raise TableError(str(path), list(findings))
    return found


def _rows(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str],
    findings: Findings,
    never_empty: str = "",
) -> Iterator[tuple[int, Cells]]:
    """Yield the rows in which nothing required is empty, a share excepted; header is row 1.

    never_empty  a column that need not be there, but where it is has no empty cells
    """
    lines = records(path, MOST_MB, findings)
    header = [name.strip().lower() for name in next(lines, (1, []))[1]]
    missing = [name for name in required if name not in header]
    if missing and not ("share_min" in header and missing == ["share"]):
        _refuse(
            path, "columns", f"column {' and '.join(missing)} is missing",
            f"the first row must name {','.join(required)}",
        )  # fmt: skip
    full = [one for one in (*required, never_empty) if one != "share" and one in header]
    for row, line in lines:
        cells = {name: cell.strip() for name, cell in zip(header, line, strict=False)}
        empty = next((one for one in full if not cells.get(one)), None)
        if empty is not None:
            findings.add(
                ERROR, "empty-cell", "the cell is empty", row=row, column=empty,
                advice="the row is left out",
            )  # fmt: skip
            continue
        yield row, {name: cells[name] for name in (*required, *optional) if name in cells}


def _refuse(path: Path, rule: str, message: str, advice: str) -> NoReturn:
    found = Finding(level=ERROR, rule=rule, message=message, advice=advice)
    raise TableError(str(path), [found])
