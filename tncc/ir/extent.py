"""Extents of arrays: products of a number and of sizes that are known at run time only, as canonical strings."""

import math
from collections.abc import Mapping
from functools import lru_cache

from tncc.ir.network import BATCH
from tncc.ir.program import ROWS, Dim

ESCAPED = "rows[]"
"""The symbol of a dynamic index that is itself called `rows`: no index can have this name."""


def symbol(index: str) -> str:
    """What stands for a run-time index in an extent: its name, and `rows` for the leading axes."""
    if index == BATCH:
        return ROWS
    return ESCAPED if index == ROWS else index


def index_of(name: str) -> str:
    """The index that a symbol stands for: the inverse of `symbol`."""
    if name == ROWS:
        return BATCH
    return ROWS if name == ESCAPED else name


@lru_cache(maxsize=4096)
def factors(extent: Dim) -> tuple[int, tuple[str, ...]]:
    """An extent as its number and its symbols, sorted: `"12*q[0]*rows"` is `(12, ("q[0]", "rows"))`."""
    if isinstance(extent, int):
        return extent, ()
    parts = extent.split("*")
    number = int(parts[0]) if parts[0].isdigit() else 1
    return number, tuple(sorted(parts[1:] if parts[0].isdigit() else parts))


def product(*extents: Dim) -> Dim:
    """The product of extents: a number, or the canonical string with the number (unless it is 1) first."""
    number = 1
    symbols: list[str] = []
    for extent in extents:
        if isinstance(extent, int):
            number *= extent
        else:
            own, names = factors(extent)
            number *= own
            symbols.extend(names)
    if not symbols or number == 0:
        return number
    return "*".join([*([] if number == 1 else [str(number)]), *sorted(symbols)])


def extent_at(extent: Dim, sizes: Mapping[str, int]) -> int:
    """The number that an extent is, given the size of each index by name (`BATCH` for the rows)."""
    if isinstance(extent, int):
        return extent
    number, symbols = factors(extent)
    return number * math.prod(sizes[index_of(name)] for name in symbols)
