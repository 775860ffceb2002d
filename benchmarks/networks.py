"""Made-up ownership networks of any size, the same for the same seed, shaped like real ones.

    python benchmarks/networks.py 1000000 --out stakes.parquet [--seed 1] [--closed 5] [--over 5]

Columns `owner,owned,share`; shares are whole basis points, those of one company sum to at most 1.
Companies are `c0`, `c1` ..., outside holders `p0`, `p1` .... What is like the real thing (Vitali,
Glattfelder & Battiston 2011): scale-free numbers of holdings, four of five companies with a
majority owner, long chains, small cross-holdings, and a bow-tie around one strongly connected core.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WHOLE = 10_000  # basis points
MAJORITY = 0.8  # of companies have a majority owner
BY_COMPANY, BY_CORE, BY_FUND = 0.3, 0.02, 0.1  # of the stakes; the rest is held by persons
LARGEST_CORE, CORE_OF = 2_000, 500  # one company in 500 is in the core, while it is this small
CROSS = 700  # one cross-holding among so many companies
HUBS = 2.8  # the larger, the more the largest holder holds

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Network:
    """Stakes as columns; nodes below `companies` are companies, the others outside holders."""

    companies: int
    owner: NDArray[np.int32]
    owned: NDArray[np.int32]
    parts: Numbers  # of WHOLE

    @property
    def nodes(self) -> int:
        """Return how many nodes there may be; some outside holders may hold nothing."""
        return int(max(self.owner.max(), self.owned.max())) + 1

    def name(self, node: int) -> str:
        """Return what the table calls a node."""
        return f"c{node}" if node < self.companies else f"p{node - self.companies}"

    def write(self, path: Path) -> None:
        """Write the table: parquet or CSV, by the suffix; the same bytes for the same network."""
        self._copy(
            path,
            f"""{_called("owner", self.companies)} AS owner,
                {_called("owned", self.companies)} AS owned,
                (parts / {WHOLE})::DECIMAL(5, 4) AS share""",
        )

    def write_edges(self, path: Path) -> None:
        """Write the edge table: whole numbers only, shares in millionths."""
        millionths = f"parts * {1_000_000 // WHOLE}"
        self._copy(path, f"owner, owned, {millionths} AS low, {millionths} AS high")

    def _copy(self, path: Path, columns: str) -> None:
        import duckdb

        form = "FORMAT parquet" if path.suffix == ".parquet" else "FORMAT csv, HEADER"
        target = str(path).replace("'", "''")
        with duckdb.connect(config={"threads": 1}) as base:
            given = {"owner": self.owner, "owned": self.owned, "parts": self.parts}
            base.register("stakes", given)
            base.execute(f"COPY (SELECT {columns} FROM stakes) TO '{target}' ({form})")


def network(companies: int, *, seed: int = 1, closed: int = 0, over: int = 0) -> Network:
    """Make a network of so many companies (10 or more) and about as many outside holders.

    closed  sealed loops to add: rings of companies that hold 100 % of each other
    over    companies whose stakes are to sum to more than 100 %
    """
    if companies < 10:
        raise ValueError("a network has 10 companies or more")
    dice = np.random.default_rng(seed)
    core = max(3, min(LARGEST_CORE, companies // CORE_OF))
    first = core  # the companies before the core are those that hold it
    owned, large = _holders_each(dice, companies, first, core)
    owner = _owners(dice, owned, companies, first, core)
    crossed = _cross_holdings(dice, owner, owned, companies, first + core)
    ring = _core_stakes(dice, first, core)
    owner = np.concatenate([owner, crossed[0], ring[0]])
    owned = np.concatenate([owned, crossed[1], ring[1]])
    large = np.concatenate([large, np.zeros(len(owned) - len(large), bool)])
    owner, owned, large = _once_each(owner, owned, large)
    parts = _shares(dice, owned, large, companies)
    return _with_faults(dice, companies, owner, owned, parts, closed, over)


def _holders_each(
    dice: np.random.Generator, companies: int, first: int, core: int
) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return for each stake the company it is of, and whether it is to be a majority."""
    led = dice.random(companies) < MAJORITY
    led[first : first + core] = False
    alone = dice.random(companies) < 0.5
    count = np.where(led, np.where(alone, 1, 1 + dice.geometric(0.55, companies)), 0)
    count = np.where(led, count, 2 + dice.geometric(0.4, companies))
    count[first : first + core] += 4  # members of the core are widely held
    owned = np.repeat(np.arange(companies), count)
    starts = np.cumsum(count) - count
    large = np.zeros(len(owned), bool)
    large[starts[led]] = True
    return owned, large


def _owners(
    dice: np.random.Generator, owned: Numbers, companies: int, first: int, core: int
) -> Numbers:
    """Draw who holds each stake: a person, an earlier company, or for some a core member."""
    count = len(owned)
    after = first + core
    funds = dice.random(count) < BY_FUND
    people = companies + (dice.random(count) ** np.where(funds, HUBS, 1.1) * companies).astype(
        np.int64
    )
    # Density u^(1/HUBS - 1): a few early companies hold very many, most hold none or one.
    earlier = after + (dice.random(count) ** HUBS * (owned - after)).astype(np.int64)
    chosen = first + (dice.random(count) ** 1.6 * core).astype(np.int64)
    which = dice.random(count)
    inside = owned < after
    by_company = (which < BY_COMPANY) & ~inside
    by_core = (which > 1 - BY_CORE) & ~inside
    holding = inside & (owned >= first) & (which < 0.2)  # from the holding companies into the core
    owner = np.where(by_company, earlier, people)
    owner = np.where(by_core, chosen, owner)
    return np.where(holding, (dice.random(count) * first).astype(np.int64), owner)


def _cross_holdings(
    dice: np.random.Generator, owner: Numbers, owned: Numbers, companies: int, after: int
) -> tuple[Numbers, Numbers]:
    """Return stakes that go back from a held company to the company that holds it."""
    between = np.flatnonzero((owner >= after) & (owner < companies))
    wanted = min(len(between), max(1, companies // CROSS))
    back = dice.choice(between, wanted, replace=False) if wanted else between
    return owned[back], owner[back]


def _core_stakes(dice: np.random.Generator, first: int, core: int) -> tuple[Numbers, Numbers]:
    """Return the stakes inside the core: one ring through all, and two more each."""
    members = first + dice.permutation(core)
    more = first + (dice.random((2, 2 * core)) * core).astype(np.int64)
    return np.concatenate([members, more[0]]), np.concatenate([np.roll(members, 1), more[1]])


def _once_each(
    owner: Numbers, owned: Numbers, large: NDArray[np.bool_]
) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """Drop self-holdings and repeats; sort by company, then holder; a majority wins a repeat."""
    order = np.lexsort((~large, owner, owned))
    owner, owned, large = owner[order], owned[order], large[order]
    again = np.zeros(len(owner), bool)
    again[1:] = (owner[1:] == owner[:-1]) & (owned[1:] == owned[:-1])
    keep = ~again & (owner != owned)
    return owner[keep], owned[keep], large[keep]


def _shares(
    dice: np.random.Generator, owned: Numbers, large: NDArray[np.bool_], companies: int
) -> Numbers:
    """Divide each company among its holders, in basis points, to a sum of at most WHOLE."""
    holders = np.bincount(owned, minlength=companies)
    others = np.bincount(owned[~large], minlength=companies)
    led = holders > others
    known = np.where(dice.random(companies) < 0.6, WHOLE, dice.integers(7000, WHOLE, companies))
    lead = np.where(others == 0, known, (5001 + dice.random(companies) * 4500).astype(np.int64))
    known = np.where(led, np.maximum(known, lead + others), known)
    known = np.minimum(known, WHOLE)
    lead = np.minimum(lead, known - others)
    rest = np.where(led, known - lead, np.minimum(known, 2200 * others))
    weight = dice.exponential(size=len(owned)) + 0.05
    weight[large] = 0
    total = np.bincount(owned, weights=weight, minlength=companies)
    small = 1 + (weight / np.maximum(total, 1e-9)[owned] * (rest - others)[owned]).astype(np.int64)
    return np.where(large, lead[owned], small)


def _with_faults(
    dice: np.random.Generator,
    companies: int,
    owner: Numbers,
    owned: Numbers,
    parts: Numbers,
    closed: int,
    over: int,
) -> Network:
    """Add sealed loops and companies with more than 100 %: new holders, so that no pair repeats.

    A sealed loop is a ring of two or three later companies, whose other owners are dropped.
    """
    sizes = 2 + np.arange(closed) % 2
    if sizes.sum() + over > companies // 2:
        raise ValueError("too many sealed loops or wrong sums for so few companies")
    members = companies // 2 + dice.choice(companies - companies // 2, sizes.sum(), replace=False)
    ends = np.cumsum(sizes)
    following = np.arange(1, len(members) + 1)
    following[ends - 1] = ends - sizes
    keep = ~np.isin(owned, members)
    owner = np.concatenate([owner[keep], members])
    owned = np.concatenate([owned[keep], members[following]])
    parts = np.concatenate([parts[keep], np.full(len(members), WHOLE)])
    wrong = dice.choice(companies // 2, over, replace=False)
    fresh = 2 * companies + np.arange(over)
    parts = np.concatenate([parts, np.full(over, WHOLE)])
    return Network(
        companies,
        np.concatenate([owner, fresh]).astype(np.int32),
        np.concatenate([owned, wrong]).astype(np.int32),
        parts,
    )


def _called(column: str, companies: int) -> str:
    person = f"'p' || ({column} - {companies})"
    return f"CASE WHEN {column} < {companies} THEN 'c' || {column} ELSE {person} END"


def main() -> None:
    """Make a network and write it."""
    asked = argparse.ArgumentParser(description="Write a made-up table of stakes.")
    asked.add_argument("companies", type=int)
    asked.add_argument("--out", type=Path, required=True, help="a .csv or .parquet file")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--closed", type=int, default=0, help="sealed loops")
    asked.add_argument("--over", type=int, default=0, help="companies above 100 %%")
    given = asked.parse_args()
    made = network(given.companies, seed=given.seed, closed=given.closed, over=given.over)
    made.write(given.out)
    print(f"{given.out}: {len(made.owner):,} stakes, {made.companies:,} companies")


if __name__ == "__main__":
    main()
