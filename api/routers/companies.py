"""`/companies`: search as you type, and one company whole."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.deps import GraphDep, only
from api.problems import responses
from kg.companies import profile
from kg.matching import Entity, register
from kg.questions.answer import to_json

router = APIRouter(tags=["companies"])

Day = Annotated[str, Query(description="A day, such as 2024-08-01.")]
Kind = Literal["company", "alliance", "group", "any"]

_KINDS = {
    "company": frozenset({"Company"}),
    "alliance": frozenset({"Alliance"}),
    "group": frozenset({"CompanyGroup"}),
    "any": frozenset({"Company", "Alliance", "CompanyGroup", "PublicBody", "Person"}),
}


class Found(BaseModel):
    """An entity that a search found."""

    id: str = Field(examples=["https://w3id.org/keiretsu/id/company/nissan-motor"])
    slug: str = Field(examples=["nissan-motor"])
    label: str = Field(examples=["Nissan Motor"])
    kind: str = Field(examples=["Company"])
    aliases: list[str] = Field(examples=[["Nissan", "Nissan Motor Co., Ltd."]])


class CompanyProfile(Found):
    """A company, with the answer of every question that has something about it."""

    identifiers: list[str]
    answers: dict[str, dict[str, Any]]


def _found(entity: Entity) -> dict[str, Any]:
    return {
        "id": entity.id,
        "slug": entity.slug,
        "label": entity.label,
        "kind": entity.kind,
        "aliases": list(entity.aliases),
    }


@router.get(
    "/companies",
    summary="Which companies have a name like this?",
    operation_id="search_companies",
    responses=responses(422),
    dependencies=[only("q", "kind", "limit")],
)
def search_companies(
    graph: GraphDep,
    q: Annotated[str, Query(max_length=200, description="The first letters of a name.")] = "",
    kind: Annotated[Kind, Query(description="What to search.")] = "company",
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many.")] = 10,
) -> list[Found]:
    """Search as you type: names that begin so first, then near ones; all of them without `q`."""
    found = register(graph).search(q, _KINDS[kind], limit)
    return [Found.model_validate(_found(one)) for one in found]


@router.get(
    "/companies/{company}",
    summary="What is known about a company?",
    operation_id="get_company",
    responses=responses(404, 422),
    dependencies=[only("as_of", "known_by")],
)
def get_company(
    graph: GraphDep, company: str, as_of: Day = "", known_by: Day = ""
) -> CompanyProfile:
    """Answer every question about one company; it takes a slug, LEI or unambiguous name."""
    clocks = {k: v for k, v in (("as_of", as_of), ("known_by", known_by)) if v}
    found = profile(graph, company, clocks)
    answers = {name: to_json(answer) for name, answer in found.answers.items()}
    more = {"identifiers": list(found.company.identifiers), "answers": answers}
    return CompanyProfile.model_validate(_found(found.company) | more)
