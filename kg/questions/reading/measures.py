"""Measures: a figure of one, of several together, compared, and who has the most of it.

sales: nouns, verb -> "sales of {subject}", "who sell more {subject} or {other}" ...
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kg.questions.reading.patterns import Wording, expanded, possessives


def measure_wordings(entry: Mapping[str, Any]) -> Iterator[Wording]:
    """Yield the wordings of a figure: of one, compared, added up, the largest."""
    subject = f"{{{entry['subject']}}}"
    question, value = entry["question"], entry["value"]

    named = dict.fromkeys(("most", "least", "rank"), entry.get("ranking", question))
    pairs = ("compare", "difference", "ratio", "is-more", "is-fewer", "who-more", "who-fewer")
    named |= dict.fromkeys(pairs, entry.get("comparison", question))

    def made(act: str, text: str, *, noun: bool = False, several: bool = False) -> Wording:
        asked = question if several else named.get(act, question)
        return Wording(text, asked, act, noun, value, several=several)

    for noun in entry["nouns"]:
        for text in possessives(f"{noun} of {subject}"):
            yield made("rows", text, noun=True, several=True)
        yield made("rows", f"{subject} in {noun}", noun=True, several=True)
        for start in ("together", "sum of", "total of", "total"):
            for text in possessives(f"{noun} of {subject}"):
                yield made("sum", f"{start} {text}", noun=True, several=True)
        yield made("sum", f"{subject} 's together {noun}", noun=True, several=True)
        yield made("sum", f"{subject} together {noun}", noun=True, several=True)
    base = entry["nouns"][0]
    for act, text, noun in _figure(subject, base, entry.get("verb", "")):
        yield made(act, text, noun=noun)
    if "verb" in entry:
        sold = "(how many do|how much do|what do|how many|how many vehicle) {s} sell"
        for text in (*expanded(sold), "how many be sell by {s}"):
            yield made("rows", text.replace("{s}", subject), several=True)
            yield made("sum", text.replace("{s}", subject) + " together", several=True)
        for some in ("", " vehicle"):
            for extreme, act in (
                ("most", "most"),
                ("more", "most"),
                ("fewest", "least"),
                ("fewer", "least"),
            ):
                for between in ("", "of ", "between ", "among "):
                    yield made(act, f"who sell {extreme}{some} {between}{subject}", several=True)
                yield made(act, f"who of {subject} sell {extreme}{some}", several=True)
                yield made(act, f"do {subject} sell {extreme}{some}", several=True)


def _figure(one: str, noun: str, verb: str) -> Iterator[tuple[str, str, bool]]:
    """Yield act, wording and whether it is a noun phrase."""
    other = "{other}"
    both = (f"{noun} of {one} and {other}", f"{one} 's and {other} 's {noun}",
            f"{one} 's {noun} and {other} 's {noun}", f"{one} 's {noun} and {other} 's",
            f"{noun} of {one} and {noun} of {other}", f"{one} and {other} 's {noun}",
            f"{noun} of {one} and of {other}", f"{one} {noun} and {other} {noun}",
            f"{one} and {other} {noun}")  # fmt: skip
    for pair in both:
        yield "compare", f"compare {pair}", False
        yield "compare", f"how do {pair} compare", False
        yield "compare", f"comparison of {pair}", True
        yield "difference", f"difference between {pair}", True
        yield "difference", f"gap between {pair}", True
        yield "difference", f"how much be difference between {pair}", False
        yield "ratio", f"ratio of {pair}", True
        yield "ratio", f"ratio between {pair}", True
        yield "sum", f"sum of {pair}", True
        yield "sum", f"together {pair}", True
        yield "sum", f"total of {pair}", True
        yield "sum", f"total {pair}", True
        yield "sum", f"{pair} together", True
        yield "sum", f"how much be {pair} together", False
    for pair in (f"{one} against {other} {noun}", f"{noun} {one} against {other}",
                 f"{one} {noun} against {other}", f"{one} 's {noun} against {other}",
                 f"{noun} of {one} against {other}", f"{noun} {one} and {other}"):  # fmt: skip
        yield "compare", pair, True
    for how in ("with", "to", "against"):
        yield "compare", f"how do {noun} of {one} compare {how} {noun} of {other}", False
        yield "compare", f"how do {noun} of {one} compare {how} {other}", False
        yield "compare", f"how do {one} 's {noun} compare {how} {other} 's {noun}", False
        yield "compare", f"how do {one} 's {noun} compare {how} {other} 's", False
        yield "compare", f"how do {one} 's {noun} compare {how} {other}", False
        yield "compare", f"how do {one} compare {how} {other} in {noun}", False
        yield "compare", f"compare {one} {how} {other} by {noun}", False
        yield "compare", f"compare {one} 's {noun} {how} {other} 's {noun}", False
        yield "compare", f"compare {one} 's {noun} {how} {other} 's", False
        yield "compare", f"compare {noun} of {one} {how} {noun} of {other}", False
    for what in ("in", "of"):
        for word in ("difference", "gap"):
            yield "difference", f"{noun} {word} between {one} and {other}", True
            yield "difference", f"{word} {what} {noun} between {one} and {other}", True
            yield "difference", f"{word} between {one} and {other} {what} {noun}", True
    for more in ("more", "fewer"):
        yield "difference", f"how much {more} be {one} 's {noun} than {other} 's {noun}", False
        yield "difference", f"how much {more} be {one} 's {noun} than {other} 's", False
        yield "difference", f"how much {more} be {noun} of {one} than {noun} of {other}", False
        yield "difference", f"how much {more} be {noun} of {one} than of {other}", False
        yield (
            f"is-{more}",
            f"be {one} 's {noun} {more} than {other} 's [{noun}]".replace("[", "").replace("]", ""),
            False,
        )
        yield f"is-{more}", f"be {one} 's {noun} {more} than {other} 's", False
        yield f"is-{more}", f"be {noun} of {one} {more} than {noun} of {other}", False
        yield f"is-{more}", f"be {noun} of {one} {more} than of {other}", False
        yield f"is-{more}", f"do {one} have {more} {noun} than {other}", False
        yield f"who-{more}", f"who have {more} {noun} {one} or {other}", False
        yield f"who-{more}", f"whose {noun} be {more} {one} 's or {other} 's", False
        yield f"who-{more}", f"whose {noun} be {more} {one} or {other}", False
        yield f"who-{more}", f"who have {more} {noun} between {one} and {other}", False
        yield f"who-{more}", f"who of {one} and {other} have {more} {noun}", False
        yield f"who-{more}", f"who have {more} {noun} of {one} and {other}", False
        yield "ratio", f"how many times {more} be {one} 's {noun} than {other} 's", False
        yield "ratio", f"how many times {more} be {one} 's {noun} than {other} 's {noun}", False
    yield "is-more", f"be {one} ahead of {other} in {noun}", False
    yield "is-fewer", f"be {one} behind {other} in {noun}", False
    yield "difference", f"how far be {one} ahead of {other} in {noun}", False
    yield "difference", f"by how much do {one} 's {noun} exceed {other} 's", False
    yield "difference", f"by how much do {noun} of {one} exceed {noun} of {other}", False
    yield "difference", f"by how much do {one} 's {noun} exceed {other} 's {noun}", False
    yield "ratio", f"how many times {one} 's {noun} be {other} 's", False
    for whose in (f"{noun} of {one} to {noun} of {other}", f"{one} 's {noun} to {other} 's"):
        yield "ratio", f"ratio of {whose}", True
    yield "ratio", f"ratio of {one} 's {noun} to {other} 's {noun}", True
    for extreme, act in (("biggest", "most"), ("most", "most"), ("fewest", "least")):
        yield act, f"who have {extreme} {noun}", False
        yield act, f"whose {noun} be {extreme}", False
        yield act, f"who 's {noun} be {extreme}", False
        yield act, f"{extreme} {noun}", True
    yield "most", f"who lead in {noun}", False
    yield "most", f"who be ahead in {noun}", False
    yield "most", f"who be first in {noun}", False
    yield "most", f"who be number one in {noun}", False
    yield "most", f"who top {noun}", False
    yield "rank", f"rank company by {noun}", False
    yield "rank", f"rank by {noun}", True
    yield "rank", f"{noun} rank", True
    yield "rank", f"rank of company by {noun}", True
    yield "rank", f"company by {noun}", True
    if not verb:
        return
    for some in ("", " vehicle"):
        for extreme, act in (("most", "most"), ("fewest", "least")):
            yield act, f"who {verb} {extreme}{some}", False
            yield act, f"who have {verb} {extreme}{some}", False
            yield (
                f"who-{'more' if act == 'most' else 'fewer'}",
                f"who {verb} {extreme}{some} {one} or {other}",
                False,
            )
        for more in ("more", "fewer"):
            yield f"who-{more}", f"who {verb} {more}{some} {one} or {other}", False
            yield f"who-{more}", f"who {verb} {more}{some} between {one} and {other}", False
            yield f"who-{more}", f"who of {one} and {other} {verb} {more}{some}", False
            yield f"who-{more}", f"between {one} and {other} who {verb} {more}{some}", False
            yield f"who-{more}", f"do {one} or {other} {verb} {more}{some}", False
            yield f"is-{more}", f"do {one} {verb} {more}{some} than {other}", False
            yield f"is-{more}", f"{one} {verb} {more}{some} than {other}", False
            yield "difference", f"how many {more}{some} do {one} {verb} than {other}", False
            yield "difference", f"how much {more}{some} do {one} {verb} than {other}", False
            yield (
                "difference",
                f"by how (much|many){some} do {one} {verb} {more} than {other}".replace(
                    "(much|many)", "much"
                ),
                False,
            )
            yield "difference", f"how many {more}{some} {one} {verb} than {other}", False
            yield "ratio", f"how many time {more}{some} do {one} {verb} than {other}", False
            yield "ratio", f"how many times {more}{some} do {one} {verb} than {other}", False
        yield "ratio", f"how many times as many{some} do {one} {verb} as {other}", False
        yield "ratio", f"how many times as many{some} as {other} do {one} {verb}", False
        yield "sum", f"how many{some} do {one} and {other} {verb} together", False
        yield "sum", f"how many{some} do {one} and {other} together {verb}", False
        yield "sum", f"how many{some} together do {one} and {other} {verb}", False
        yield "sum", f"how many{some} {one} and {other} {verb} together", False
        yield "sum", f"together how many{some} do {one} and {other} {verb}", False
        yield "is-more", f"do {one} out{verb} {other}", False
        for by in ("", f" by {noun}", f" in {noun}"):
            yield "is-more", f"be {one} more than {other}{by}", False
            yield "is-fewer", f"be {one} fewer than {other}{by}", False
            yield "who-more", f"who be more {one} or {other}{by}", False
        yield "difference", f"by how much{some} do {one} exceed {other}", False
        yield "difference", f"by how many{some} do {one} exceed {other}", False
    for word in ("seller", "bestseller", "vehicle seller", "seller of vehicle"):
        yield "most", f"biggest {word}", True
        yield "most", f"best {word}", True
        yield "most", f"top {word}", True
        yield "least", f"fewest {word}", True
