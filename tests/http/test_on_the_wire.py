"""A real server on loopback: what only the wire shows."""

import os
import re
import socket
import subprocess
import sys
import time

import pytest

TOKEN = "a-token-for-the-wire-0123"
START = "import sys; sys.argv[0] = 'keiretsu'; from api.cli import main; main()"


@pytest.fixture(scope="module")
def server():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = os.environ | {"KEIRETSU_TOKEN": TOKEN, "KEIRETSU_UPLOAD_MB": "1"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    process = subprocess.Popen(
        [sys.executable, "-c", START, "serve", "--port", str(port)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(port)
        yield port, process
    finally:
        process.terminate()
        process.communicate(timeout=10)


def wait_for(port):
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server did not start in 15 seconds")


def exchange(port, *requests):
    """Send requests on one connection and return all that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for request in requests:
            connection.sendall(request)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


def request(line, *headers, body=b"", last=True):
    told = [line + " HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *headers]
    told += ["Connection: close"] if last else []
    return "\r\n".join([*told, "", ""]).encode() + body


def statuses(received):
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def test_an_answer_to_head_leaves_the_connection_whole(server):
    port, _ = server
    for path in ("/graphs/none", "/sparql?query=x", "/sparql?query=ASK%7B%7D", "/nowhere"):
        head, get = request(f"HEAD {path}", last=False), request("GET /sparql?query=ASK%7B%7D")
        received = exchange(port, head, get)
        assert len(statuses(received)) == 2
        assert statuses(received)[1] == 200
        assert received.count(b"\r\n\r\n") == 2  # no body after the first head
        assert received.partition(b"\r\n\r\n")[2].startswith(b"HTTP/1.1 200")


def test_a_body_of_untold_length_is_cut_off_at_the_limit(server):
    port, _ = server
    head = (
        "PUT /graphs/long HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        f"Content-Type: text/turtle\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    ).encode()
    chunk = b"10000\r\n" + b"#" * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head)
        connection.settimeout(0.01)
        received = b""
        for _ in range(200):  # 12 MB, of which 1 MB is allowed
            try:
                connection.settimeout(10)
                connection.sendall(chunk)
                connection.settimeout(0.01)
                received += connection.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
            if received:
                break
    assert statuses(received) == [413]


@pytest.mark.parametrize(
    "line",
    [
        "GET /sparql?query=ASK%7B%7D\r\nX: y HTTP/1.1\r\n\r\nGET /",
        "GET /\x00",
        "G<T /sparql",
        "GET /\xff\xfe",
    ],
    ids=["a header in the url", "nul", "no method", "not ascii"],
)
def test_a_broken_request_is_refused_and_the_next_is_answered(server, line):
    port, _ = server
    received = exchange(port, request(line))
    assert b"Traceback" not in received
    assert not statuses(received) or statuses(received)[0] in (200, 400, 404, 405)
    assert statuses(exchange(port, request("GET /sparql?query=ASK%7B%7D"))) == [200]


@pytest.mark.parametrize("value", ["x\r\nSet-Cookie: a=b", "%0d%0aSet-Cookie:%20a=b"])
def test_nobody_can_write_a_header_into_an_answer(server, value):
    port, _ = server
    encoded = value.replace("\r\n", "%0D%0A").replace(" ", "%20")
    for line in (
        f"GET /graphs/{encoded}",
        f"GET /graphs?graph={encoded}",
        f"GET /ontology/{encoded}",
        f"GET /nowhere/{encoded}",
    ):
        head = exchange(port, request(line)).partition(b"\r\n\r\n")[0].lower()
        assert b"set-cookie" not in head
    host = f"POST /graphs HTTP/1.1\r\nHost: {value}\r\nAuthorization: Bearer {TOKEN}\r\n"
    sent = host + "Content-Type: text/turtle\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    head = exchange(port, sent.encode()).partition(b"\r\n\r\n")[0].lower()
    assert b"\r\nset-cookie" not in head


def test_the_token_is_in_no_line_that_the_server_writes(server):
    port, process = server
    for line, body in (
        (f"POST /update?access_token={TOKEN}", b"CLEAR NOTHING"),
        (f"GET /sparql?query={TOKEN}", b""),
        ("POST /update", b"LOAD <file:///etc/passwd>"),
        ("PUT /graphs/a", b"broken"),
        (f"GET /nowhere?token={TOKEN}", b""),
    ):
        sent = request(
            line,
            f"Authorization: Bearer {TOKEN}",
            "Content-Type: application/sparql-update",
            body=body,
        )
        received = exchange(port, sent)
        assert statuses(received)[0] in (400, 404, 415, 501)
        if TOKEN not in line:
            assert TOKEN.encode() not in received
    process.terminate()
    _, written = process.communicate(timeout=10)
    assert "Keiretsu is at" in written
    assert TOKEN not in written
