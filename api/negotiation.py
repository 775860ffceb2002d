"""Which media type to send: Accept with its q-values (RFC 9110, 12.5.1) against what is offered."""

from collections.abc import Iterable


def ranked(accept: str, offers: Iterable[str]) -> list[str]:
    """Return the offered media types that `accept` takes, best first; ties keep their order.

    >>> ranked("text/csv;q=0.5, application/json", ["text/csv", "application/json"])
    ['application/json', 'text/csv']
    >>> ranked("text/html", ["text/csv"])
    []
    """
    wanted = [_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    scored = [(_quality(offer, wanted), offer) for offer in offers]
    return [offer for quality, offer in sorted(scored, key=lambda s: -s[0]) if quality > 0]


def _range(part: str) -> tuple[str, float]:
    media_type, *parameters = (piece.strip() for piece in part.lower().split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media_type, float(value)
            except ValueError:
                return media_type, 0.0
    return media_type, 1.0


def _quality(offer: str, wanted: list[tuple[str, float]]) -> float:
    """Return the q-value of the most specific range that covers `offer`; 0 if none does."""
    family = offer.partition("/")[0] + "/*"
    for exact in (offer, family, "*/*"):
        for media_type, quality in wanted:
            if media_type == exact:
                return quality
    return 0.0
