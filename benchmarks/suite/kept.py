"""Measured cells on disk, a line of JSON each: what has been measured is not lost with the process that did it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.suite.measure import Cell


@dataclass(frozen=True)
class Kept:
    """A cell, the seconds that measuring it took, and the load of the machine just before its network's turn."""

    cell: Cell
    seconds: float
    load: float


def keep(one: Kept, file: Path) -> None:
    """Add a cell to those in a file."""
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")


def kept(file: Path) -> list[Kept]:
    """The cells in a file, in the order in which they were measured; none where there is no file."""
    if not file.exists():
        return []
    records = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [Kept(**record | {"cell": Cell(**record["cell"])}) for record in records]
