# ruff: noqa: T201 what it is for
"""Score the sentences: right, refused and wrong, each alone, by kind and by group of paraphrases.

    python tests/questions/score.py [FILE ...]      default: every set

Sets whose name begins with `invented` are asked with the files of invented/ loaded on top.

right    a status and question that the set expects, with the values it expects
refused  not-understood, no-data or ambiguous where another reply was expected
wrong    answered, or with a false premise, where that was not expected; or with other values
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.load import load_files
from kg.questions.reply import Reply, reply_json
from kg.questions.sentences import ask_sentence
from kg.store.base import Graph

HERE = Path(__file__).parent
RIGHT, REFUSED, WRONG = "right", "refused", "wrong"
WRONG_COSTS = 5  # refusals
SETS = (
    "development", "held-out", "unseen", "unseen-closed", "invented", "invented-closed",
    "strangers", "strangers-closed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Wordings of one question, and what is expected of the reply."""

    kind: str
    statuses: tuple[str, ...]
    questions: tuple[str, ...]
    holds: tuple[str, ...]
    wordings: tuple[str, ...]


def read_set(path: Path) -> list[Group]:
    """Return the groups of a set."""
    return list(_groups(path.read_text(encoding="utf-8")))


def _groups(text: str) -> Iterator[Group]:
    for block in text.split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        head, _, holds = lines[0].partition(":")
        kind, _, rest = head[1:].partition("]")
        statuses, names = rest.split()
        yield Group(
            kind,
            tuple(statuses.split("|")),
            tuple(names.split("|")),
            tuple(one.strip() for one in holds.split(";") if one.strip()),
            tuple(lines[1:]),
        )


def verdict(group: Group, reply: Reply) -> str:
    """Return right, refused or wrong."""
    fits = reply.status in group.statuses and (
        group.questions == ("-",) or reply.question in group.questions
    )
    if fits and all(_holds(one, reply) for one in group.holds):
        return RIGHT
    refused = reply.status in ("not-understood", "ambiguous", "no-data")
    return REFUSED if refused and not any(_forbidden(one, reply) for one in group.holds) else WRONG


def _holds(wanted: str, reply: Reply) -> bool:
    return not _forbidden(wanted, reply) if wanted.startswith("!") else _said(wanted, reply)


def _forbidden(wanted: str, reply: Reply) -> bool:
    return wanted.startswith("!") and _said(wanted[1:], reply)


def _said(wanted: str, reply: Reply) -> bool:
    made = reply_json(reply)
    if wanted.startswith("verdict="):
        return f"verdict={made['verdict']}" == wanted
    shown = [made["rows"], made["calculation"], made["claims"] if made["rows"] else []]
    return wanted.casefold() in json.dumps(shown, ensure_ascii=False).casefold()


def scored(graph: Graph, groups: list[Group]) -> list[tuple[Group, list[tuple[str, str, Reply]]]]:
    """Return each group with its wordings, what became of each, and the reply."""
    return [
        (group, [(one, verdict(group, reply), reply) for one in group.wordings
                 if (reply := ask_sentence(graph, one))])
        for group in groups
    ]  # fmt: skip


def counts(results: list[tuple[Group, list[tuple[str, str, Reply]]]]) -> dict[str, int]:
    """Return how many wordings were right, refused and wrong."""
    found = dict.fromkeys((RIGHT, REFUSED, WRONG), 0)
    for _, each in results:
        for _, outcome, _ in each:
            found[outcome] += 1
    return found


def report(name: str, results: list[tuple[Group, list[tuple[str, str, Reply]]]]) -> None:
    """Print the counts, by kind and by group, and each wording that was not right."""
    by_kind: dict[str, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys((RIGHT, REFUSED, WRONG), 0)
    )
    whole = 0
    for group, each in results:
        whole += all(outcome == RIGHT for _, outcome, _ in each)
        for _, outcome, _ in each:
            by_kind[group.kind][outcome] += 1
    print(f"\n{name}\n  {'kind':28}{RIGHT:>8}{REFUSED:>9}{WRONG:>7}")
    for kind, found in sorted(by_kind.items()):
        print(f"  {kind:28}{found[RIGHT]:8}{found[REFUSED]:9}{found[WRONG]:7}")
    total = counts(results)
    asked = sum(total.values())
    shares = ", ".join(f"{one} {total[one]} ({total[one] / asked:.1%})" for one in total)
    cost = total[REFUSED] + WRONG_COSTS * total[WRONG]
    print(f"  {asked} wordings: {shares}; groups all right: {whole} of {len(results)}; cost {cost}")
    for group, each in results:
        for wording, outcome, reply in each:
            if outcome != RIGHT:
                print(f"  {outcome:8} {wording}")
                print(f"           got {reply.status} {reply.question} {'; '.join(reply.notes)}")
                print(f"           expected {'|'.join(group.statuses)} {'|'.join(group.questions)}")


def graph_for(path: Path, graph: Graph) -> Graph:
    """Return a graph with what a set is about: for the invented ones, their data on top."""
    if path.name.startswith("invented"):
        folder = HERE / "invented"
        load_files(graph, [*sorted(folder.glob("*.ttl")), *sorted(folder.glob("claims/*.ttl"))])
    return graph


def main() -> None:
    """Score the sets on the shipped data."""
    from kg.settings import read_settings
    from kg.store.open import open_graph

    named = [Path(one) for one in sys.argv[1:]]
    for path in named or [HERE / f"{one}.txt" for one in SETS]:
        graph = graph_for(path, open_graph(read_settings({})))
        report(path.name, scored(graph, read_set(path)))


if __name__ == "__main__":
    main()
