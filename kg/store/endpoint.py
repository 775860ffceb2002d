"""One SPARQL 1.1 endpoint over HTTP: a query out and its whole answer back, or why there is none.

    text -> form POST -> the media type asked for, read to its end -> rows, triples, yes or no

Kinds of endpoint differ in where updates go and in what one request may hold; the kind is read
from the header `Server` of the first answer. What is sent to log in stands in no message.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx2
import pyoxigraph as ox
from pyoxigraph import Triple

from kg.errors import QueryError, QueryLimitError, StoreError, cut
from kg.settings import Remote

ROWS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
UPDATE = "application/sparql-update"
_CONNECT = 5.0  # seconds to reach the server
_PAUSES = (0.1, 0.4)  # seconds before a read is tried again
_ACCEPTED = {ROWS: (ROWS, "application/json"), TRIPLES: (TRIPLES, "text/plain")}


@dataclass(frozen=True, slots=True)
class Kind:
    """What is peculiar to one kind of server."""

    name: str
    update: str = "update"  # last part of the path for updates; empty: that of queries
    fields: Mapping[str, str] = field(default_factory=dict)  # sent with every query
    quads: int = 5000  # most in one operation of an update
    size: int = 900_000  # most bytes in one update
    drop: str = "DROP SILENT GRAPH"
    atomic: bool = True  # whether an update of several operations is one transaction


KEIRETSU = Kind("Keiretsu", size=30_000_000)
OXIGRAPH = Kind("Oxigraph", fields={"union-default-graph": "true"}, size=64_000_000)
# Virtuoso's compiler takes some 5000 lines an operation, and each operation is its own transaction.
VIRTUOSO = Kind("Virtuoso", update="sparql-auth", quads=1000, drop="CLEAR GRAPH", atomic=False)
OTHER = Kind("a SPARQL endpoint")


@dataclass(frozen=True, slots=True)
class Body:
    """A complete answer."""

    content: bytes
    media_type: str


class Endpoint:
    """Speaks SPARQL 1.1 Protocol with one server."""

    def __init__(self, remote: Remote) -> None:
        self.seconds = remote.seconds
        self._remote = remote
        headers = {"User-Agent": "keiretsu"}
        if remote.token:
            headers["Authorization"] = f"Bearer {remote.token}"
        timeout = httpx2.Timeout(remote.seconds, connect=min(_CONNECT, remote.seconds))
        self._client = httpx2.Client(timeout=timeout, headers=headers)
        self.url = _query_address(remote.url)
        self.kind = OTHER
        self._auth: httpx2.Auth | None = None
        try:
            self._learn()
        except BaseException:
            self._client.close()
            raise
        self.update_url = remote.update or _update_address(self.url, self.kind)

    def ask(self, query: str) -> bool:
        """Return the answer to an ASK."""
        found = _parsed(self.query(query, ROWS).content, self.url)
        if not isinstance(found, ox.QueryBoolean):
            raise StoreError(f"{self.url} answers an ASK with rows")
        return bool(found)

    def rows(self, query: str) -> tuple[list[str], list[ox.QuerySolution]]:
        """Return the columns and rows of a SELECT; the answer has been read to its end."""
        found = _parsed(self.query(query, ROWS).content, self.url)
        if not isinstance(found, ox.QuerySolutions):
            raise StoreError(f"{self.url} answers a SELECT without rows")
        try:
            return [variable.value for variable in found.variables], list(found)
        except SyntaxError as error:  # the body is cut short
            raise StoreError(f"{self.url}: its answer cannot be read: {error.msg}") from error

    def triples(self, query: str) -> list[Triple]:
        """Return the triples of a CONSTRUCT."""
        body = self.query(query, TRIPLES)
        try:
            quads = list(ox.parse(body.content, ox.RdfFormat.N_TRIPLES))
        except SyntaxError as error:
            raise StoreError(f"{self.url}: its triples cannot be read: {error.msg}") from error
        return [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]

    def query(
        self,
        query: str,
        accept: str,
        graphs: Sequence[tuple[str, str]] = (),
        *,
        union: bool = True,
        seconds: float | None = None,
        most: int | None = None,
    ) -> Body:
        """Return the whole answer to a query; a connection that fails is tried again.

        `graphs` are pairs of a protocol parameter and an IRI. With `union`, the union of all graphs
        is asked for where the kind of endpoint has to be told. Raises QueryError when the endpoint
        refuses the query, QueryLimitError when it takes longer than `seconds` or the answer is
        larger than `most` bytes, StoreError when there is no usable answer.
        """
        fields = [("query", query), *graphs]
        fields += list(self.kind.fields.items()) if union else []
        request = self._client.build_request(
            "POST",
            self.url,
            content=urlencode(fields).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": accept},
        )
        for pause in (*_PAUSES, None):
            try:
                response, content = self._exchange(request, seconds, most)
                break
            except httpx2.TransportError as error:
                if pause is None or isinstance(error, httpx2.ReadTimeout | httpx2.WriteTimeout):
                    raise self._unreachable(error) from error
                time.sleep(pause)
        return self._whole(response, content, accept)

    def update(self, text: str) -> None:
        """Run an update; it is sent once, as it is not known how far a failed one came.

        Raises StoreError.
        """
        headers = {"Content-Type": UPDATE, "Accept": "*/*"}
        with self._told():
            response, content = self._update(text.encode(), headers)
            if response.status_code == 415:  # nothing was done: it takes the form only
                form = urlencode({"update": text}).encode()
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                response, content = self._update(form, headers)
        self._refuse_failures(response, content, self.update_url)
        if response.status_code not in (200, 201, 204):
            raise StoreError(f"{self.update_url} answers {response.status_code} to an update")

    def _update(self, content: bytes, headers: Mapping[str, str]) -> tuple[httpx2.Response, bytes]:
        request = self._client.build_request(
            "POST", self.update_url, content=content, headers=headers
        )
        return self._exchange(request, None, None)

    def download(self, path: str, into: BinaryIO) -> None:
        """Copy what a running Keiretsu has beside its /sparql into a file. Raises StoreError."""
        parts = urlsplit(self.url)
        url = urlunsplit(parts._replace(path=parts.path.removesuffix("sparql") + path))
        with self._told(), self._client.stream("GET", url, auth=self._auth) as response:
            if response.status_code != 200:
                self._refuse_failures(response, response.read(), url)
                raise StoreError(f"{url} answers {response.status_code}")
            for part in response.iter_bytes():
                into.write(part)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _learn(self) -> None:
        """Find out what kind of server this is, and that it is one: ask it the least there is."""
        remote = self._remote
        query = self.url + "?query=ASK%7B%7D"
        headers = {"Accept": ROWS}
        with self._told():
            request = self._client.build_request("GET", query, headers=headers)
            response, content = self._exchange(request, None, None)
            self.kind = _kind(response)
            if self.kind is OTHER and self.served_version():
                self.kind = KEIRETSU
            if remote.user:
                login = httpx2.DigestAuth if self.kind is VIRTUOSO else httpx2.BasicAuth
                self._auth = login(remote.user, remote.password)
                response, content = self._exchange(request, None, None)
        self._whole(response, content, ROWS)
        if not isinstance(_parsed(content, self.url), ox.QueryBoolean):
            raise StoreError(f"{self.url} is no SPARQL endpoint: it does not answer ASK")

    def served_version(self) -> str:
        """Return how a running Keiretsu counts its changes; nothing if this is none."""
        parts = urlsplit(self.url)
        if not parts.path.endswith("/sparql"):
            return ""
        health = urlunsplit(parts._replace(path=parts.path.removesuffix("sparql") + "healthz"))
        request = self._client.build_request("GET", health, headers={"Accept": "application/json"})
        with self._told():
            response, content = self._exchange(request, None, 10_000)
        found = re.search(rb'"store_version":\s*(\d+)', content)
        return found[1].decode() if found and response.status_code == 200 else ""

    def _exchange(
        self, request: httpx2.Request, seconds: float | None, most: int | None
    ) -> tuple[httpx2.Response, bytes]:
        """Return the response and its whole body, within the time there is for both."""
        limit = min(seconds or self.seconds, self.seconds)
        request.extensions["timeout"] = {
            "connect": min(_CONNECT, limit),
            "read": limit,
            "write": limit,
            "pool": limit,
        }
        end = time.monotonic() + limit
        body = bytearray()
        try:
            response = self._client.send(request, stream=True, auth=self._auth)
            try:
                for part in response.iter_bytes():
                    body += part
                    if time.monotonic() > end:
                        raise httpx2.ReadTimeout("the answer takes too long", request=request)
                    if most is not None and len(body) > most:
                        problem = f"stopped: the answer is larger than {most} bytes"
                        raise QueryLimitError(problem)
            finally:
                response.close()
        except httpx2.ReadTimeout:
            if seconds is not None:
                raise QueryLimitError(f"stopped after {limit:g} seconds") from None
            raise
        return response, bytes(body)

    def _whole(self, response: httpx2.Response, content: bytes, accept: str) -> Body:
        """Return an answer that is complete and of the type asked for, or raise why it is not."""
        self._refuse_failures(response, content, self.url)
        if response.status_code != 200 or "x-sql-state" in response.headers:
            raise StoreError(f"{self.url} gave a part of an answer only; raise its limits")
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in _ACCEPTED.get(accept, (media_type,)):
            found = cut(media_type) or "nothing"
            raise StoreError(f"{self.url} is no SPARQL endpoint: it answers {found}, not {accept}")
        most = response.headers.get("x-sparql-maxrows", "")
        if most.isdigit() and content.count(b"\n") >= int(most):
            raise StoreError(f"{self.url} cuts answers at {most} rows; raise its ResultSetMaxRows")
        return Body(content, media_type)

    def _refuse_failures(self, response: httpx2.Response, content: bytes, url: str) -> None:
        """Raise what a status means for whoever set this up."""
        status = response.status_code
        if status < 300:
            return
        said = cut(" ".join(content.decode(errors="replace").split()), 300)
        if status in (401, 403):
            how = "KEIRETSU_STORE_TOKEN, or KEIRETSU_STORE_USER and KEIRETSU_STORE_PASSWORD"
            raise StoreError(f"{url} refuses access ({status}); check {how}: {said}")
        if status < 400:
            where = cut(response.headers.get("location", "elsewhere"), 200)
            raise StoreError(f"{url} sends us on to {where}; give that address")
        if status in (404, 405):
            raise StoreError(f"{url} is no SPARQL endpoint: it answers {status}")
        if status == 400:
            raise QueryError.from_syntax(SyntaxError(said))
        if status in (500, 501) and url == self.url:  # what Virtuoso, or Keiretsu, cannot run
            raise QueryError(f"the endpoint could not run this: {said}")
        if status in (408, 503, 504):
            raise StoreError(f"{url} has no answer now ({status}): {said}")
        raise StoreError(f"{url} failed ({status}): {said}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except httpx2.TransportError as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: httpx2.TransportError) -> StoreError:
        if isinstance(error, httpx2.ReadTimeout | httpx2.WriteTimeout):
            advice = "raise KEIRETSU_STORE_SECONDS if it needs longer"
            return StoreError(f"{self.url} gave no answer in {self.seconds:g} seconds; {advice}")
        return StoreError(f"{self.url} cannot be reached: {cut(str(error), 200)}")


def _parsed(content: bytes, url: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Return results; a body that is cut short is refused when its end is read."""
    try:
        return ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    except SyntaxError as error:
        raise StoreError(f"{url}: its answer cannot be read: {error.msg}") from error


def _kind(response: httpx2.Response) -> Kind:
    server = response.headers.get("server", "").lower()
    if server.startswith("virtuoso"):
        return VIRTUOSO
    return OXIGRAPH if server.startswith("oxigraph") else OTHER


def _query_address(url: str) -> str:
    """Return where queries go: an address without a path is that of a server's root."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path="/sparql")) if parts.path in ("", "/") else url


def _update_address(url: str, kind: Kind) -> str:
    parts = urlsplit(url)
    folder, _, last = parts.path.rpartition("/")
    if kind is OTHER and "/repositories/" in parts.path:
        return f"{url.rstrip('/')}/statements"
    if last not in ("sparql", "query"):
        return url
    return urlunsplit(parts._replace(path=f"{folder}/{kind.update}"))
