"""`/docs`: the OpenAPI document as a page, with its scripts served from here."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter()

# Swagger UI writes style attributes and data: images; scripts come from this server alone.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keiretsu: HTTP interface</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/vendor/swagger-ui/swagger-ui.css">
<script src="/assets/vendor/swagger-ui/swagger-ui-bundle.js"></script>
<script src="/assets/docs.js"></script>
</head>
<body data-openapi="/openapi.json">
<nav aria-label="Elsewhere" style="font: 16px/2 system-ui, sans-serif; padding: 0 20px">
<a href="/">Keiretsu</a> · <a href="/sparql">SPARQL</a> · <a href="/ontology">Ontology</a>
</nav>
<div id="swagger-ui"></div>
</body>
</html>
"""


@router.get("/docs", include_in_schema=False)
def documentation() -> HTMLResponse:
    """Show every route with its parameters, and let the reader try it."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})
