"""What every engine gives: rows that come one by one, or are written where they are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Answer(Generic[Row]):
    """Rows of one measure; each of the two may be called while the engine is open."""

    rows: Callable[[], Iterator[Row]]
    write: Callable[[Path], None]  # as Parquet: a file, or of Spark a folder
