"""What `ask` prints for people: how the sentence was read, a verdict or number, rows, claims."""

from dataclasses import replace

import typer

from api.plain_text import plain
from api.terminal import print_answer
from kg.questions.reply import Reply


def print_reply(reply: Reply) -> None:
    """Print a reply; each of several readings with its own rows."""
    if reply.alternatives:
        for one in reply.alternatives:
            print_reply(one)
            typer.echo()
        return
    for line in _head(reply):
        typer.echo(plain(line))
    if reply.answer is not None:
        contradictions = reply.answer.contradictions if reply.rows else ()
        print_answer(
            replace(
                reply.answer,
                reading=reply.reading,
                rows=reply.rows,
                claims=dict(reply.claims),
                contradictions=contradictions,
            )
        )


def _head(reply: Reply) -> list[str]:
    lines = []
    if reply.chosen_by != "rules":
        lines.append(f"chosen by the model {reply.chosen_by}")
    if reply.verdict:
        lines.append(reply.verdict)
    if reply.calculation:
        lines.append(reply.calculation.text)
    if reply.status == "answered":
        lines += [f"note: {one}" for one in reply.notes]
    return lines
