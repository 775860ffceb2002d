"""`/backup`: the whole store as of one moment, for whoever has the token."""

import tempfile
from pathlib import Path

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from api.deps import GraphDep
from api.problems import responses
from api.protocol.access import require_token

router = APIRouter(tags=["Graphs"], responses=responses(401, 403, 503))


@router.get(
    "/backup",
    summary="Take a copy of the whole store",
    operation_id="backup",
    response_class=FileResponse,
)
async def backup(request: Request, graph: GraphDep) -> FileResponse:
    """Return all quads as N-Quads, as of one moment; needs the bearer token."""
    require_token(request)
    with tempfile.NamedTemporaryFile(suffix=".nq", delete=False) as file:
        path = Path(file.name)
    try:
        await to_thread.run_sync(graph.save, path)
    except BaseException:
        path.unlink()
        raise
    return FileResponse(
        path,
        media_type="application/n-quads",
        headers={"Cache-Control": "no-store"},
        background=BackgroundTask(path.unlink),
    )
