"""Settings: read once from the environment, passed on, never changed.

KEIRETSU_STORE          memory: (default) or a folder
KEIRETSU_DATA           folder with companies.ttl, sources.ttl and claims/; default: shipped
KEIRETSU_HOST           address to listen on, default 127.0.0.1
KEIRETSU_PORT           port to listen on, default 8000
KEIRETSU_QUERY_SECONDS  longest a /sparql query may run, default 10
KEIRETSU_QUERY_MB       most memory a /sparql query may take, default 1024
KEIRETSU_ANSWER_MB      largest answer of /sparql, default 64
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import SettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says; one object for the life of a process."""

    store: Path | None = None  # None: in memory
    data: Path | None = None  # None: the data shipped in the package `data`
    host: str = "127.0.0.1"
    port: int = 8000
    query_seconds: float = 10.0
    query_mb: int = 1024
    answer_mb: int = 64


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of `environment`, or raise SettingError naming the variable."""
    store = environment.get("KEIRETSU_STORE", "memory:")
    if store.startswith(("http:", "https:")):
        raise SettingError("KEIRETSU_STORE", "remote endpoints are not supported yet")
    data = environment.get("KEIRETSU_DATA", "")
    if data and not Path(data).is_dir():
        raise SettingError("KEIRETSU_DATA", f"{data} is not a folder")
    return Settings(
        store=None if store in ("", "memory", "memory:") else Path(store),
        data=Path(data) if data else None,
        host=environment.get("KEIRETSU_HOST", "127.0.0.1"),
        port=_whole(environment, "KEIRETSU_PORT", 8000, 65535),
        query_seconds=_number(environment, "KEIRETSU_QUERY_SECONDS", 10.0, 3600),
        query_mb=_whole(environment, "KEIRETSU_QUERY_MB", 1024, 1 << 20),
        answer_mb=_whole(environment, "KEIRETSU_ANSWER_MB", 64, 1 << 20),
    )


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
