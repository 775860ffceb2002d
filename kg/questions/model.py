"""A model that may pick a question: any server that speaks the OpenAI chat completions protocol.

Off unless an address is set. It is told the catalogue and the sentence, and may only name one
question and fill its parameters; what it names is checked as a user's values are. It sees no
claims, and nothing it writes is shown or run.

    sentence -> {"question": "who-owns", "values": {"company": "Nissan"}} -> Choice
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Protocol
from urllib.parse import urlsplit

from kg.errors import ModelError
from kg.questions.catalogue import questions
from kg.settings import ModelServer

MOST_BYTES = 65_536  # of a reply; a choice has some hundred
_TASK = (
    "Pick the one question of this catalogue that asks exactly what the user asks, and fill its "
    'parameters with names and dates as the user wrote them. Answer with JSON alone: {"question": '
    'name, "values": {parameter: text}}. If no question asks it, answer {"question": null}. Never '
    "swap owner and owned; never guess a name.\n\nCatalogue:\n"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a model picked: not yet checked."""

    question: str
    values: Mapping[str, str]
    by: str  # name of the model


class Chooser(Protocol):
    """Whatever picks a question for a sentence that the rules do not cover."""

    def choose(self, sentence: str) -> Choice | None:
        """Return a choice, or None where none fits. Raises ModelError when it cannot be asked."""


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A model behind an address."""

    server: ModelServer

    def choose(self, sentence: str) -> Choice | None:
        """Ask the model once; its whole reply may take so many seconds and bytes."""
        content = _content(_posted(self.server, _request(self.server.model, sentence)))
        if not isinstance(content, dict):
            raise ModelError("the model's choice is not a JSON object")
        name, values = content.get("question"), content.get("values", {})
        if name is None:
            return None
        if not isinstance(name, str) or not isinstance(values, dict):
            raise ModelError("the model's choice has no question or values")
        if not all(isinstance(one, str) for pair in values.items() for one in pair):
            raise ModelError("the model's values are not text")
        return Choice(name, values, self.server.model)


def _request(model: str, sentence: str) -> dict[str, Any]:
    return {
        "model": model,
        "temperature": 0,
        "response_format": {"type": "json_object"},
        "messages": [
            {"role": "system", "content": _TASK + _catalogue()},
            {"role": "user", "content": sentence},
        ],
    }


def _catalogue() -> str:
    return "\n".join(
        f"{one.name}: {one.english} ({', '.join(f'{p.name}: {p.meaning}' for p in one.parameters)})"
        for one in questions().values()
    )


def _posted(server: ModelServer, body: dict[str, Any]) -> bytes:
    """Send one request and return the body of the reply; no redirect is followed."""
    parts = urlsplit(server.url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=server.seconds)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if server.token:
        headers["Authorization"] = f"Bearer {server.token}"
    until = time.monotonic() + server.seconds
    try:
        path = parts.path.rstrip("/") + "/chat/completions"
        connection.request("POST", path, json.dumps(body).encode(), headers)
        response = connection.getresponse()
        if response.status != 200:
            raise ModelError(f"the model's server answered {response.status}")
        held = b""
        while piece := response.read1(8192):
            held += piece
            if len(held) > MOST_BYTES:
                raise ModelError(f"the model's reply is longer than {MOST_BYTES} bytes")
            if time.monotonic() > until:
                raise ModelError(f"the model took longer than {server.seconds:g} seconds")
    except (OSError, HTTPException) as error:
        raise ModelError(f"the model cannot be asked: {type(error).__name__}") from None
    finally:
        connection.close()
    return held


def _content(body: bytes) -> Any:
    try:
        text = json.loads(body)["choices"][0]["message"]["content"]
        return json.loads(text)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise ModelError("the model's reply cannot be read") from None
