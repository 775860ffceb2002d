"""Answers that were given, kept while the store does not change, so many bytes of them."""

from collections import OrderedDict

from kg.store.worker import Reply

Asked = tuple[object, ...]  # the fields of a Request, as tuples

_LEAST = 500  # bytes that the smallest answer takes with all that belongs to it


class Answers:
    """The answers to the queries asked last, as of one version of the store."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.held_bytes = 0
        self.version = -1
        self._by_query: OrderedDict[Asked, Reply] = OrderedDict()

    def get(self, request: Asked, version: int) -> Reply | None:
        """Return the answer to a request, if it was given at this version of the store."""
        if version != self.version:
            return None
        reply = self._by_query.get(request)
        if reply is not None:
            self._by_query.move_to_end(request)
        return reply

    def keep(self, request: Asked, version: int, reply: Reply) -> None:
        """Keep an answer; those asked for longest ago make room for it."""
        if version < self.version or _size(request, reply) > self.most_bytes // 8:
            return
        if version > self.version:
            self._by_query.clear()
            self.held_bytes, self.version = 0, version
        if request not in self._by_query:
            self._by_query[request] = reply
            self.held_bytes += _size(request, reply)
        while self.held_bytes > self.most_bytes:
            self.held_bytes -= _size(*self._by_query.popitem(last=False))


def _size(request: Asked, reply: Reply) -> int:
    return _LEAST + len(str(request[0])) + len(reply.body)
