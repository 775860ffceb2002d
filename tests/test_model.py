"""The optional model: what it may do, and what becomes of whatever else it does."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kg.questions.modelled import replied
from kg.settings import ModelServer, Settings

STRANGE = "In whose possession might Mitsubishi Motors conceivably be?"


class ModelStub(ThreadingHTTPServer):
    """A small server of the chat completions protocol; it keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, dict[str, str], dict]] = []
        self.content = "{}"  # what the model says
        self.status = 200
        self.body: bytes | None = None
        self.waits = 0.0

    def settings(self, seconds: float = 5.0) -> Settings:
        url = f"http://127.0.0.1:{self.server_port}/v1"
        server = ModelServer(url=url, model="small", token="a-token-of-the-server", seconds=seconds)
        return Settings(model=server)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        stub = self.server
        length = int(self.headers["content-length"])
        stub.requests.append((self.path, dict(self.headers), json.loads(self.rfile.read(length))))
        time.sleep(stub.waits)
        choice = {"choices": [{"message": {"role": "assistant", "content": stub.content}}]}
        body = json.dumps(choice).encode() if stub.body is None else stub.body
        self.send_response(stub.status)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def stub() -> Iterator[ModelStub]:
    with ModelStub() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def says(question: str | None, **values: str) -> str:
    return json.dumps({"question": question, "values": values})


def test_a_model_picks_a_question_and_the_reply_says_so(graph, stub):
    stub.content = says("who-owns", company="Mitsubishi Motors")
    reply = replied(graph, STRANGE, stub.settings())
    assert (reply.status, reply.question, reply.chosen_by) == ("answered", "who-owns", "small")
    assert reply.rows[0].values["holder"].label == "Nissan Motor"
    assert "the model small chose" in reply.notes[0]


def test_it_is_told_the_catalogue_and_the_sentence_and_nothing_of_the_graph(graph, stub):
    replied(graph, STRANGE, stub.settings())
    ((path, headers, body),) = stub.requests
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer a-token-of-the-server"
    assert body["model"] == "small"
    assert body["messages"][1]["content"] == STRANGE
    assert "who-owns:" in body["messages"][0]["content"]
    assert "34" not in json.dumps(body)


def test_it_is_not_asked_what_the_rules_understand(graph, stub):
    reply = replied(graph, "Who owns Mitsubishi Motors?", stub.settings())
    assert reply.chosen_by == "rules"
    assert stub.requests == []


def test_without_a_setting_nothing_is_asked(graph):
    assert replied(graph, STRANGE, Settings()).status == "not-understood"


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (says("drop-everything"), "no question is called 'drop-everything'"),
        (says("who-owns", company="Nisan"), "nothing is called 'Nisan'"),
        (says("who-owns", company="Honda"), "with Honda Motor, which the sentence does not name"),
        (says("who-owns", colour="red"), "no such parameter"),
        (says("stake-between", holder="Mitsubishi Motors"), "stake-between needs it"),
        (says(None), "found no question"),
        ('{"question": "who-owns", "values": {"company": 7}}', "not text"),
        ('["who-owns"]', "not a JSON object"),
        ("Nissan owns it.", "cannot be read"),
    ],
    ids=["question", "name", "not said", "parameter", "missing", "none", "type", "shape", "prose"],
)
def test_what_it_must_not_choose_leaves_the_refusal(graph, stub, content, note):
    stub.content = content
    reply = replied(graph, STRANGE, stub.settings())
    assert (reply.status, reply.rows, reply.chosen_by) == ("not-understood", (), "rules")
    assert note in reply.notes[-1]


def set_status(stub: ModelStub) -> None:
    stub.status = 302


def set_size(stub: ModelStub) -> None:
    stub.body = b" " * 100_000


def set_wait(stub: ModelStub) -> None:
    stub.waits = 0.5


@pytest.mark.parametrize(
    ("trouble", "note"),
    [(set_status, "answered 302"), (set_size, "longer than"), (set_wait, "cannot be asked")],
    ids=["redirect", "too much", "too slow"],
)
def test_a_server_in_trouble_leaves_the_refusal(
    graph, stub, trouble: Callable[[ModelStub], None], note
):
    trouble(stub)
    reply = replied(graph, STRANGE, stub.settings(seconds=0.2))
    assert reply.status == "not-understood"
    assert note in reply.notes[-1]
    assert len(stub.requests) == 1
