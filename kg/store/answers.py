"""Answers that were given, kept while the store does not change, so many bytes of them."""

from collections import OrderedDict

from kg.store.worker import Reply, Request

_LEAST = 500  # bytes that the smallest answer takes with all that belongs to it


class Answers:
    """The answers to the queries asked last, as of one version of the store."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.held_bytes = 0
        self.version = -1
        # Plain tuples of text: the garbage collector does not look at them again each time.
        self._by_query: OrderedDict[tuple[object, ...], tuple[bytes, str, str]] = OrderedDict()

    def get(self, request: Request, version: int) -> Reply | None:
        """Return the answer to a request, if it was given at this version of the store."""
        if version != self.version:
            return None
        kept = self._by_query.get(request)
        if kept is None:
            return None
        self._by_query.move_to_end(request)
        return Reply(*kept)

    def keep(self, request: Request, version: int, reply: Reply) -> None:
        """Keep an answer; those asked for longest ago make room for it."""
        size = _size(request, reply.body)
        if version < self.version or size > self.most_bytes // 8:
            return
        if version > self.version:
            self._by_query.clear()
            self.held_bytes, self.version = 0, version
        if request not in self._by_query:
            self._by_query[tuple(request)] = reply.body, reply.media_type, reply.failure
            self.held_bytes += size
        while self.held_bytes > self.most_bytes:
            oldest, (body, _, _) = self._by_query.popitem(last=False)
            self.held_bytes -= _size(oldest, body)


def _size(request: tuple[object, ...], body: bytes) -> int:
    return _LEAST + len(str(request[0])) + len(body)
