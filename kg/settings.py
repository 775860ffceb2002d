"""Settings: read once from the environment, passed on, never changed.

KEIRETSU_STORE          memory: (default), a folder, or the http(s) address of a SPARQL 1.1 endpoint
KEIRETSU_STORE_UPDATE   the endpoint's address for updates; default: found from its kind
KEIRETSU_STORE_USER     user name at the endpoint
KEIRETSU_STORE_PASSWORD password at the endpoint
KEIRETSU_STORE_TOKEN    bearer token of the endpoint, instead of user and password
KEIRETSU_STORE_SECONDS  longest to wait for one answer of the endpoint, default 60
KEIRETSU_DATA           folder with companies.ttl, sources.ttl and claims/; default: shipped
KEIRETSU_HOST           address to listen on, default 127.0.0.1
KEIRETSU_PORT           port to listen on, default 8000
KEIRETSU_QUERY_SECONDS  longest a /sparql query may run, default 10
KEIRETSU_QUERY_MB       most memory a /sparql query may take, default 1024
KEIRETSU_ANSWER_MB      largest answer of /sparql, default 64
KEIRETSU_TOKEN          bearer token for writing over HTTP; default: nobody may write
KEIRETSU_LEXICON        file with further words and wordings for `ask`; docs/asking.md
KEIRETSU_MODEL_URL      address of a server for a model that may pick a question; default: none
KEIRETSU_MODEL          name of that model
KEIRETSU_MODEL_TOKEN    bearer token of that server
KEIRETSU_MODEL_SECONDS  longest to wait for it, default 10
KEIRETSU_UPLOAD_MB      largest body of an update or a graph that is sent, default 32
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import SettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A SPARQL 1.1 endpoint; what must stay secret is not shown with it."""

    url: str
    update: str = ""  # empty: found from the kind of endpoint
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    seconds: float = 60.0  # longest to wait for one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServer:
    """Where a model is that may pick a question; it is asked only where this is set."""

    url: str  # of its API, e.g. http://localhost:11434/v1
    model: str
    token: str = field(default="", repr=False)
    seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says; one object for the life of a process."""

    store: Path | Remote | None = None  # None: in memory
    data: Path | None = None  # None: the data shipped in the package `data`
    host: str = "127.0.0.1"
    port: int = 8000
    query_seconds: float = 10.0
    query_mb: int = 1024
    answer_mb: int = 64
    token: str = field(default="", repr=False)  # empty: nobody may write
    upload_mb: int = 32
    lexicon: Path | None = None  # the user's own words and wordings
    model: ModelServer | None = None  # None: sentences are read by rules alone


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of `environment`, or raise SettingError naming the variable."""
    data = environment.get("KEIRETSU_DATA", "")
    if data and not Path(data).is_dir():
        raise SettingError("KEIRETSU_DATA", f"{data} is not a folder")
    return Settings(
        store=_store(environment),
        lexicon=_file(environment, "KEIRETSU_LEXICON"),
        model=_model(environment),
        data=Path(data) if data else None,
        host=environment.get("KEIRETSU_HOST", "127.0.0.1"),
        port=_whole(environment, "KEIRETSU_PORT", 8000, 65535),
        query_seconds=_number(environment, "KEIRETSU_QUERY_SECONDS", 10.0, 3600),
        query_mb=_whole(environment, "KEIRETSU_QUERY_MB", 1024, 1 << 20),
        answer_mb=_whole(environment, "KEIRETSU_ANSWER_MB", 64, 1 << 20),
        token=_secret(environment, "KEIRETSU_TOKEN"),
        upload_mb=_whole(environment, "KEIRETSU_UPLOAD_MB", 32, 1 << 10),
    )


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    path = environment.get(name, "")
    if path and not Path(path).is_file():
        raise SettingError(name, f"{path} is not a file")
    return Path(path) if path else None


def _model(environment: Mapping[str, str]) -> ModelServer | None:
    url = _address("KEIRETSU_MODEL_URL", environment.get("KEIRETSU_MODEL_URL", ""))
    if not url:
        return None
    name = environment.get("KEIRETSU_MODEL", "")
    if not name:
        raise SettingError(
            "KEIRETSU_MODEL", "is needed with KEIRETSU_MODEL_URL: which model to ask"
        )
    return ModelServer(
        url=url,
        model=name,
        token=_secret(environment, "KEIRETSU_MODEL_TOKEN"),
        seconds=_number(environment, "KEIRETSU_MODEL_SECONDS", 10.0, 300),
    )


def _store(environment: Mapping[str, str]) -> Path | Remote | None:
    store = environment.get("KEIRETSU_STORE", "")
    if store in ("", "memory", "memory:"):
        return None
    if not store.lower().startswith(("http:", "https:")):
        if "://" in store:
            raise SettingError(
                "KEIRETSU_STORE", "is no folder and begins with neither http nor https"
            )
        return Path(store)
    return Remote(
        url=_address("KEIRETSU_STORE", store),
        update=_address("KEIRETSU_STORE_UPDATE", environment.get("KEIRETSU_STORE_UPDATE", "")),
        user=environment.get("KEIRETSU_STORE_USER", ""),
        password=environment.get("KEIRETSU_STORE_PASSWORD", ""),
        token=_secret(environment, "KEIRETSU_STORE_TOKEN"),
        seconds=_number(environment, "KEIRETSU_STORE_SECONDS", 60.0, 3600),
    )


def _address(name: str, text: str) -> str:
    """Return an endpoint's address if it can be one. Nothing secret is repeated in a message."""
    try:
        parts = urlsplit(text)
        usable = not text or (
            parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        )
    except ValueError:
        usable = False
    if not usable or any(char.isspace() for char in text):
        raise SettingError(name, "is no http address such as http://localhost:7878/sparql")
    if text and "@" in parts.netloc:
        advice = "put them into KEIRETSU_STORE_USER and KEIRETSU_STORE_PASSWORD"
        raise SettingError(name, f"holds a user name or password; {advice}")
    if text and (parts.query or parts.fragment):
        raise SettingError(name, "has a ? or # in it; give the address alone")
    return text


def _secret(environment: Mapping[str, str], name: str) -> str:
    """Return a bearer token (RFC 6750, 2.1); a message never repeats it."""
    text = environment.get(name, "")
    if text and not re.fullmatch(r"[A-Za-z0-9._~+/-]{16,200}=*", text):
        advice = "make one with: openssl rand -hex 32"
        raise SettingError(
            name, f"is not 16 to 200 letters, digits or - . _ ~ + / without spaces; {advice}"
        )
    return text


def _whole(environment: Mapping[str, str], name: str, default: int, most: int) -> int:
    value = _number(environment, name, default, most)
    if not value.is_integer():
        raise SettingError(name, f"{value:g} is not a whole number")
    return int(value)


def _number(environment: Mapping[str, str], name: str, default: float, most: float) -> float:
    text = environment.get(name, "")
    try:
        value = float(text or default)
    except ValueError:
        raise SettingError(name, f"{text!r} is not a number") from None
    if not 0 < value <= most:
        raise SettingError(name, f"{text} is not between 0 and {most:g}")
    return value
