"""Functions of whole axes in kernels beside numpy's, however the axes lie."""

import ctypes
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.backends.c.building import STRICT, WIDTHS, compiled, needs_compiler, width_flags
from tests.backends.c.test_functions import OPTIMISED, head_of
from tncc.backends.c.joint import joint_lines, positions_beside
from tncc.backends.c.notation import Names
from tncc.backends.c.steps import Joint, Load

Array = npt.NDArray[np.floating]

ROWS: Sequence[tuple[int, int, bool]] = [(1, 1, False), (3, 5, False), (2, 32, False), (3, 77, False), (2, 200, False)]
ROWS = [*ROWS, *((rows, count, True) for rows, count, _ in ROWS), (8, 5, True), (45, 3, True), (64, 70, True)]
"""How many rows of how many numbers, and whether the numbers of a row lie apart."""


def joint(name: str, rows: int, count: int, apart: bool) -> Joint:
    along = (1, rows) if apart else (count, 1)
    out = along if name in ("softmax", "layernorm") else (1, 0)
    return Joint(name, Load("out", (), out), Load("in", (), along), (rows,), (count,))


def softmax(x: Array) -> Array:
    powers = np.exp(x - x.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def scale(x: Array) -> Array:
    return 1 / np.sqrt(x.var(1) + 1e-5)


JOINT: dict[str, Callable[[Array], Array]] = {
    "softmax": softmax,
    "layernorm": lambda x: (x - x.mean(1, keepdims=True)) * scale(x)[:, None],
    "layernorm_scale": scale,
    "max": lambda x: x.max(1),
    "mean": lambda x: x.mean(1),
}


@needs_compiler
@pytest.mark.parametrize("width", WIDTHS)
def test_functions_of_whole_rows(width: int, tmp_path: Path) -> None:
    code = []
    cases = [(name, *case) for name in JOINT for case in ROWS]
    for number, case in enumerate(cases):
        names = Names({}, {"out": "out", "in": "in"})
        lines = joint_lines(joint(*case), names, "    ")
        code += [f"void joint{number}(real *restrict out, const real *restrict in)", "{", *lines, "}"]
    text = "\n".join(code)
    (tmp_path / "joint.c").write_text("\n".join([*head_of("double", text), text]) + "\n", encoding="ascii")
    compiled(tmp_path, *STRICT, *OPTIMISED, *width_flags(width), "-shared", "-fPIC", "joint.c", "-o", "joint.so")
    library = ctypes.CDLL(str(tmp_path / "joint.so"))
    for number, (name, rows, count, apart) in enumerate(cases):
        source = np.random.default_rng(number).normal(size=(rows, count))
        for place in (None, 0, count - 1):
            if place is not None:
                source = source.copy()
                source[0, place] = math.nan
            expected = JOINT[name](source)
            given = np.ascontiguousarray(source.T if apart else source)
            out = np.full(expected.size + 8, 7.0)
            getattr(library, f"joint{number}")(*(ctypes.c_void_p(array.ctypes.data) for array in (out, given)))
            found = out[: expected.size]
            found = found.reshape(count, rows).T if apart and expected.ndim == 2 else found.reshape(expected.shape)
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14, err_msg=f"{name} {rows} {count}")
            assert (out[expected.size :] == 7.0).all()


def test_positions_side_by_side_are_done_together() -> None:
    assert positions_beside(joint("softmax", 40, 5, True)) == 0
    assert positions_beside(joint("softmax", 40, 5, False)) is None
    assert positions_beside(joint("softmax", 4, 5, True)) is None  # too few of them
    lines = joint_lines(joint("max", 45, 3, True), Names({}, {"out": "out", "in": "in"}), "")
    assert any("const int lanes = (45 - first < TNCC_SUMS" in line for line in lines)
