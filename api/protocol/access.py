"""Who may write: whoever sends the bearer token of KEIRETSU_TOKEN (RFC 6750)."""

import hmac

from starlette.exceptions import HTTPException
from starlette.requests import Request

from kg.settings import Settings

_REALM = 'Bearer realm="keiretsu"'


def may_write(request: Request) -> bool:
    """Say whether a request has the token of this server."""
    settings: Settings = request.app.state.settings
    # Headers are Latin-1; the comparison takes as long whatever is sent.
    sent = _sent(request).encode("latin-1", "replace")
    return bool(settings.token) and hmac.compare_digest(sent, settings.token.encode())


def require_token(request: Request) -> None:
    """Raise 403 if nobody may write, and 401 if the token is missing or wrong."""
    settings: Settings = request.app.state.settings
    if not settings.token:
        raise HTTPException(
            403, "this server is read-only; set KEIRETSU_TOKEN and start it again to allow writing"
        )
    if not _sent(request):
        told = "writing needs the header Authorization: Bearer <token>"
        raise HTTPException(401, told, {"WWW-Authenticate": _REALM})
    if not may_write(request):
        wrong = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
        raise HTTPException(401, "the token is not the one of this server", wrong)


def _sent(request: Request) -> str:
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    return sent.strip() if scheme.lower() == "bearer" else ""
