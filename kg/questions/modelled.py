"""Replies with a model behind the rules: asked only where the rules refuse, and only if one is set.

rules understand -> their reply      rules refuse, no model -> the refusal
rules refuse, model chooses -> its choice checked as a user's values are, and said to be a model's
"""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kg.errors import ModelError, ParameterError, UnknownQuestionError
from kg.matching import key, register
from kg.questions.answer import Answer, Named, ask
from kg.questions.catalogue import ENTITY_KINDS
from kg.questions.reply import ANSWERED, NO_DATA, NOT_UNDERSTOOD, Reply
from kg.questions.sentences import ask_sentence
from kg.settings import Settings
from kg.store.base import Graph

if TYPE_CHECKING:
    from kg.questions.model import Choice, Chooser


def replied(graph: Graph, sentence: str, settings: Settings, today: date | None = None) -> Reply:
    """Return the reply to a sentence as the settings have it: own lexicon, model or none."""
    reply = ask_sentence(graph, sentence, today=today, own=settings.lexicon)
    if settings.model is None:
        return reply
    from kg.questions.model import ChatModel  # only those who set a model pay for it

    return with_model(graph, reply, ChatModel(settings.model))


def with_model(graph: Graph, reply: Reply, chooser: "Chooser") -> Reply:
    """Return a reply, or where the rules refused the sentence, what a model's choice answers."""
    if reply.status != NOT_UNDERSTOOD or not reply.sentence:
        return reply
    try:
        choice = chooser.choose(reply.sentence)
    except ModelError as error:
        return reply.with_notes(str(error))
    if choice is None:
        return reply.with_notes("the model found no question that asks this")
    try:
        answer = ask(graph, choice.question, choice.values)
    except (ParameterError, UnknownQuestionError) as error:
        return reply.with_notes(f"the model {choice.by} chose {choice.question}: {error}")
    strange = _not_in_the_sentence(graph, reply.sentence, answer)
    if strange:
        note = f"the model {choice.by} chose {choice.question} with {strange}"
        return reply.with_notes(f"{note}, which the sentence does not name")
    return _chosen(reply, choice, answer)


def _not_in_the_sentence(graph: Graph, sentence: str, answer: Answer) -> str:
    """Return the first entity among the values that the sentence does not name, if there is one."""
    said, known = f" {key(sentence)} ", register(graph)
    for parameter in answer.question.parameters:
        value = answer.parameters.get(parameter.name)
        if parameter.kind not in ENTITY_KINDS or not isinstance(value, Named):
            continue
        entity = known.by_id.get(value.id)
        if entity and not any(f" {key(name)} " in said for name in (entity.label, *entity.aliases)):
            return value.label
    return ""


def _chosen(reply: Reply, choice: "Choice", answer: Answer) -> Reply:
    values = {
        name: value
        for name, value in answer.parameters.items()
        if value is not None and (name, value) != ("policy", "all")
    }
    return replace(
        reply,
        status=ANSWERED if answer.rows else NO_DATA,
        reading=answer.reading,
        question=answer.question.name,
        parameters=values,
        rows=answer.rows,
        claims=answer.claims,
        answer=answer,
        suggestions=(),
        unknown=(),
        chosen_by=choice.by,
        notes=(f"the model {choice.by} chose the question: see whether the reading is yours",),
    )
