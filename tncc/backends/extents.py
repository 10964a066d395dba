"""Extents as code: numbers, run-time sizes by the identifiers they have there, and their products."""

from collections.abc import Mapping

from tncc.ir.extent import factors
from tncc.ir.network import BATCH
from tncc.ir.program import Dim


def extent_code(extent: Dim, symbols: Mapping[str, str]) -> str:
    """`"12*q[0]*rows"` as `12 * q_0 * rows`; `symbols` has the identifier of each symbol."""
    number, names = factors(extent)
    parts = [symbols[name] for name in names]
    return " * ".join(parts if number == 1 and parts else [str(number), *parts])


def shape_code(shape: tuple[Dim, ...], symbols: Mapping[str, str]) -> list[str]:
    """The extents of a reshape: one that is known at run time only is left for the array library to work out.

    That is right for arrays without elements too, as long as every other extent is a positive number. `...` stands for
    all leading axes.
    """
    unknown = [axis for axis, extent in enumerate(shape) if factors(extent)[1]]
    if len(unknown) == 1 and shape[unknown[0]] != BATCH:
        return ["-1" if axis in unknown else str(extent) for axis, extent in enumerate(shape)]
    if shape == (BATCH,):
        return [symbols[BATCH]]
    return [f"*{symbols[BATCH]}" if extent == BATCH else extent_code(extent, symbols) for extent in shape]
