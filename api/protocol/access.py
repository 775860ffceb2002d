"""Who may write: whoever sends the bearer token of KEIRETSU_TOKEN (RFC 6750)."""

import hmac

from starlette.exceptions import HTTPException
from starlette.requests import Request

from kg.settings import Settings

_REALM = 'Bearer realm="keiretsu"'


def require_token(request: Request) -> None:
    """Raise 403 if nobody may write, and 401 if the token is missing or wrong."""
    settings: Settings = request.app.state.settings
    if not settings.token:
        raise HTTPException(
            403, "this server is read-only; set KEIRETSU_TOKEN and start it again to allow writing"
        )
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not sent.strip():
        told = "writing needs the header Authorization: Bearer <token>"
        raise HTTPException(401, told, {"WWW-Authenticate": _REALM})
    # Headers are Latin-1; the comparison takes as long whatever is sent.
    if not hmac.compare_digest(sent.strip().encode("latin-1", "replace"), settings.token.encode()):
        wrong = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
        raise HTTPException(401, "the token is not the one of this server", wrong)
