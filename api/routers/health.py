"""`/healthz`: is the server up, and what does it hold?"""

from importlib.metadata import version

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.deps import GraphDep
from kg.matching import register

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The server's state."""

    status: str = Field(examples=["ok"])
    version: str = Field(examples=["0.1.0"])
    companies: int = Field(examples=[12])
    store_version: int = Field(examples=[4])


@router.get("/healthz", summary="Is the server well?", operation_id="health")
def health(graph: GraphDep) -> Health:
    """Answer 200 when the store can be read."""
    entities = register(graph).by_id.values()
    return Health(
        status="ok",
        version=version("keiretsu"),
        companies=sum(one.kind == "Company" for one in entities),
        store_version=graph.version,
    )
