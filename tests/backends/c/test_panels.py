"""Operands copied into panels, and copies that make rows of columns, beside numpy's."""

import ctypes
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.backends.c.building import STRICT, WIDTHS, compiled, needs_compiler, width_flags
from tncc.backends.c.access import View
from tncc.backends.c.elementwise import map_lines
from tncc.backends.c.notation import Names
from tncc.backends.c.panels import pack_lines
from tncc.backends.c.prelude import PRELUDE
from tncc.backends.c.steps import Index, Load, Map, Pack

HEAD = ["#include <stddef.h>", "#include <stdint.h>", "#include <string.h>", "typedef float real;", PRELUDE]

Axes = Sequence[tuple[int, int]]
"""The extent and the stride of each index."""

OPERANDS: dict[str, tuple[Axes, Axes, Axes]] = {
    "rows": ((), ((9, 100),), ((100, 1),)),
    "few columns, as columns": ((), ((40, 1),), ((3, 40),)),
    "columns of two": ((), ((7, 2 * 20), (2, 1)), ((20, 2),)),
    "columns of four": ((), ((4, 1),), ((64, 5),)),
    "columns of twelve": ((), ((5, 12 * 20), (12, 1)), ((20, 12),)),
    "long columns": ((), ((33, 1),), ((50, 40),)),
    "sets of columns": (((3, 17 * 8),), ((17, 1),), ((8, 17),)),
    "columns behind others": ((), ((16, 1), (3, 16 * 49)), ((49, 16),)),
    "sixteen beside each other": ((), ((5, 32),), ((6, 160), (32, 1))),
    "four beside each other": ((), ((5, 12),), ((6, 60), (12, 1))),
    "three beside each other": ((), ((5, 3),), ((6, 15), (3, 1))),
    "columns at two strides": ((), ((18, 1),), ((4, 18), (13, 72))),
    "apart everywhere": ((), ((6, 2),), ((7, 36), (3, 12))),
}
"""The indices around panels, those along their rows, and those of their columns."""


def reached(axes: Axes) -> npt.NDArray[np.int64]:
    """Where the positions of some indices are, the last index innermost."""
    grid = np.indices([extent for extent, _ in axes]).reshape(len(axes), -1) if axes else np.zeros((0, 1), np.int64)
    return np.asarray([stride for _, stride in axes], np.int64) @ grid


def indices(axes: Axes) -> tuple[Index, ...]:
    return tuple(Index(extent, 0, stride) for extent, stride in axes)


def library(folder: Path, code: Sequence[str], width: int) -> ctypes.CDLL:
    (folder / "panels.c").write_text("\n".join(code))
    compiled(folder, *STRICT, "-O1", "-shared", "-fPIC", *width_flags(width), "panels.c", "-o", "panels.so")
    return ctypes.CDLL(str(folder / "panels.so"))


def pointer(array: npt.NDArray[np.float32]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


@needs_compiler
@pytest.mark.parametrize("width", WIDTHS)
def test_panels_hold_the_operand(width: int, tmp_path: Path) -> None:
    code = [*HEAD]
    for number, (outer, depth, columns) in enumerate(OPERANDS.values()):
        step = Pack("out", View("in", ()), indices(outer), indices(depth), indices(columns))
        names = Names({}, {"out": "out", "in": "in"})
        code += [f"void pack{number}(real *out, const real *in)", "{", *pack_lines(step, names, "    "), "}"]
        code += [f"int wide{number}(void) {{ return TNCC_COLUMNS({math.prod(n for n, _ in columns)}); }}"]
    found = library(tmp_path, code, width)
    for number, (name, (outer, depth, columns)) in enumerate(OPERANDS.items()):
        places = reached(outer)[:, None, None] + reached(depth)[:, None] + reached(columns)
        source = np.random.default_rng(number).normal(size=places.max() + 1).astype(np.float32)
        wide = getattr(found, f"wide{number}")()
        spare = -places.shape[2] % wide
        panels = np.pad(source[places], ((0, 0), (0, 0), (0, spare)))
        expected = panels.reshape(*places.shape[:2], -1, wide).transpose(0, 2, 1, 3)
        out = np.full(expected.size + 64, np.nan, np.float32)
        getattr(found, f"pack{number}")(pointer(out), pointer(source))
        assert np.array_equal(out[: expected.size].reshape(expected.shape), expected), name
        assert np.isnan(out[expected.size :]).all(), name


@needs_compiler
@pytest.mark.parametrize("width", WIDTHS)
def test_copies_across_lines_move_every_number(width: int, tmp_path: Path) -> None:
    shapes = [(3, 40), (4, 4), (2, 8, 9), (3, 16, 16), (17, 33), (12, 5, 20), (64, 31)]
    code = [*HEAD]
    for number, shape in enumerate(shapes):
        strides = [int(np.prod(shape[place + 1 :])) for place in range(len(shape))]
        across = [*strides[:-2], 1, shape[-2]]
        step = Map(Load("out", (), tuple(strides)), shape, Load("in", (), tuple(across)))
        names = Names({}, {"out": "out", "in": "in"})
        lines = map_lines(step, names, "    ")
        assert any("tncc_turn" in line for line in lines)
        code += [f"void copy{number}(real *out, const real *in)", "{", *lines, "}"]
    found = library(tmp_path, code, width)
    for number, shape in enumerate(shapes):
        source = np.random.default_rng(number).normal(size=(*shape[:-2], shape[-1], shape[-2])).astype(np.float32)
        out = np.full(source.size + 64, np.nan, np.float32)
        getattr(found, f"copy{number}")(pointer(out), pointer(source))
        assert np.array_equal(out[: source.size].reshape(shape), source.swapaxes(-1, -2))
        assert np.isnan(out[source.size :]).all()
