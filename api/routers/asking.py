"""`/ask`: a question in plain English, and a reply that says how it was read.

Every reply is 200 with the same members, also a refusal: whether a sentence was understood is what
a program asks for here, and `status` says it. 422 is for a call without a sentence.
"""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.deps import GraphDep, SettingsDep, only
from api.problems import responses
from kg.questions.modelled import replied
from kg.questions.reply import reply_json

router = APIRouter(tags=["questions"])


class Asked(BaseModel):
    """The reply to a sentence; it has more members than these."""

    model_config = ConfigDict(extra="allow")

    status: str = Field(description="answered, no-data, ambiguous, not-understood, false-premise")
    reading: str = Field(description="The question in words, as it was understood.")
    question: str = Field(description="The named question; empty if none.")
    parameters: dict[str, Any] = Field(description="The values it was asked with.")
    rows: list[dict[str, Any]] = Field(description="As the named question has them.")
    suggestions: list[str] = Field(description="Sentences that would do.")
    claims: list[dict[str, Any]] = Field(description="The claims the rows rest on, whole.")


@router.get(
    "/ask",
    summary="What is the answer to a question in plain English?",
    operation_id="ask",
    response_model=Asked,
    responses=responses(422),
    dependencies=[only("q", "today")],
)
def ask(
    graph: GraphDep,
    settings: SettingsDep,
    q: Annotated[
        str,
        Query(min_length=1, description="The question.", examples=["Who owns Mitsubishi Motors?"]),
    ],
    today: Annotated[
        date | None, Query(description="The day that `last year` is read against.")
    ] = None,
) -> dict[str, Any]:
    """Answer a sentence, or say why not; each outcome has the same members."""
    return reply_json(replied(graph, q, settings, today))
