"""When the one who asked has gone: what he asked for need not be made any more."""

from starlette.types import Receive


async def departure(receive: Receive) -> None:
    """Return when the client of a request whose body has been read closes its connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
