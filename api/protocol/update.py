"""`/update`: SPARQL 1.1 updates over HTTP, for whoever has the token."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.protocol import messages
from api.protocol.access import require_token
from api.protocol.messages import FORM, UPDATE, Fields
from api.protocol.replies import written
from kg.edits import Edits

_KNOWN = ("update", "using-graph-uri", "using-named-graph-uri")


def longest(request: Request) -> int:
    """Return how many bytes an update or a graph may have."""
    most: int = request.app.state.settings.upload_mb
    return most * 1024 * 1024


async def update(request: Request) -> Response:
    """Run an update sent as a form or as the body: all of it or nothing."""
    require_token(request)
    sent = messages.media_type(request)
    fields = messages.url_fields(request)
    if sent == UPDATE:
        if "update" in dict(fields):
            raise HTTPException(400, "the update is the body; the URL may not hold another")
        fields.append(("update", await messages.text(request, longest(request))))
    elif sent == FORM:
        fields += await messages.form_fields(request, longest(request))
    else:
        raise HTTPException(415, f"send the update as {UPDATE} or {FORM}")
    return await run(request, fields)


async def run(request: Request, fields: Fields) -> Response:
    """Run the update that fields hold."""
    require_token(request)
    messages.refuse_unknown(fields, _KNOWN)
    text = messages.only(fields, "update")
    edits: Edits = request.app.state.edits
    using = messages.iris(fields, "using-graph-uri")
    named = messages.iris(fields, "using-named-graph-uri")
    await written(request, edits.update, text, messages.address(request), using, named)
    return Response(status_code=204)
