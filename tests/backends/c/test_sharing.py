"""What threads share of a step: every number is made once, whoever makes it."""

import ctypes
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.backends.c.building import STRICT, WIDTHS, compiled, needs_compiler, width_flags
from tncc.backends.c.access import Level, View
from tncc.backends.c.anchoring import anchored
from tncc.backends.c.notation import Names
from tncc.backends.c.panels import PANELS
from tncc.backends.c.prelude import PRELUDE
from tncc.backends.c.printing import step_function
from tncc.backends.c.running import call_of
from tncc.backends.c.sharing import Share, share_of
from tncc.backends.c.steps import Call, Fill, Index, Load, Map, Pack, Product, Step
from tncc.backends.c.tiles import ROWS

HEAD = ["#include <stddef.h>", "#include <stdint.h>", "#include <string.h>", "typedef float real;", PRELUDE]


def matrix_product(rows: int, columns: int, depth: int, batch: int = 1, finish: Map | None = None) -> Product:
    """A product of matrices as they lie, `batch` of them."""
    return Product(
        out=View("out", ()), left=View("left", ()), right=View("right", ()),
        outer=(Index(batch, rows * depth, depth * columns, rows * columns),) if batch > 1 else (),
        tile=Index(rows, depth, 0, columns), inner=Index(1, 0, 0, 0), sums=(Index(depth, 1, columns),),
        columns=columns, lanes=1, paired=False, packed=False, accumulate=False, whole=False, finish=finish,
    )  # fmt: skip


def copy(out: Sequence[int], source: Sequence[int], extents: Sequence[int]) -> Map:
    return Map(Load("out", (), tuple(out)), tuple(extents), Load("left", (), tuple(source)))


STEPS: dict[str, tuple[Step, str]] = {
    "panels": (matrix_product(40, 1000, 60), PANELS),
    "a last panel that is narrow": (matrix_product(60, 48 * 9 + 5, 60), PANELS),
    "matrices": (matrix_product(40, 40, 40, batch=30), "i0"),
    "rows": (matrix_product(1003, 31, 100), ROWS),
    "few rows": (matrix_product(37, 64, 1000), ROWS),
    "sums of rows": (Map(Load("out", (), (1,)), (300,), Load("left", (), (200, 1)), (200,)), "i0"),
    "a copy": (copy((200, 1), (400, 2), (300, 200)), "i0"),
    "a copy across lines": (copy((300, 1), (1, 200), (200, 300)), "i0"),
    "copies across lines": (copy((20 * 300, 300, 1), (6000, 1, 20), (17, 20, 300)), "i0"),
    "zeros": (Fill(View("out", ((Level(301, 200),), (Level(200, 1),)))), "i0"),
    "columns of panels": (Pack("out", View("left", ()), (), (Index(100, 0, 1),), (Index(777, 0, 100),)), PANELS),
    "panels of several matrices": (
        Pack("out", View("left", ()), (Index(9, 0, 9000),), (Index(90, 0, 1),), (Index(100, 0, 90),)),
        "i0",
    ),
}
"""Steps that are worth sharing, and the loop that is to be shared."""


@pytest.mark.parametrize("name", STEPS)
def test_the_loop_with_enough_positions_is_shared(name: str) -> None:
    step, loop = STEPS[name]
    share = share_of(step, {})
    assert share is not None and share.loop == loop


def test_little_work_is_done_by_one() -> None:
    small: list[Step] = [
        matrix_product(16, 16, 16),
        copy((20, 1), (20, 1), (20, 20)),
        Pack("out", View("left", ()), (), (Index(10, 0, 1),), (Index(20, 0, 10),)),
        Fill(View("out", ((Level(30, 1),),))),
    ]
    assert [share_of(step, {}) for step in small] == [None] * 4
    assert share_of(matrix_product(1, 16, 100_000), {}) is None, "one position has nothing to be shared"


def test_rows_behind_which_sums_are_finished_are_one_threads() -> None:
    value = Call("+", (Load("", (), ()), Load("", (), ())))
    finish = Map(Load("out", (), (31, 0, 1)), (1003, 1, 31), value)
    assert share_of(matrix_product(1003, 31, 100, finish=finish), {}) is None


def code_of(number: int, step: Step, share: Share | None) -> list[str]:
    """A step's function, and one that calls it for each of some parts."""
    freed, anchors = anchored(step)
    name = f"step{number}{'' if share is None else '_shared'}"
    arrays = ["out", *("left" if anchor.buffer == "left" else "right" for anchor in list(anchors.values())[1:])]
    call = call_of(name, arrays, "", share, Names({}))
    return [
        *step_function(name, freed, anchors, {}, share).lines,
        f"void run_{name}(real *out, const real *left, const real *right, const int threads)",
        "{",
        f"    (void)left, (void)right, (void)threads; {call}",
        "}",
    ]


@needs_compiler
@pytest.mark.parametrize("width", WIDTHS)
def test_parts_make_the_whole(width: int, tmp_path: Path) -> None:
    code = [*HEAD]
    for number, (step, _) in enumerate(STEPS.values()):
        code += [*code_of(number, step, None), *code_of(number, step, share_of(step, {}))]
    (tmp_path / "steps.c").write_text("\n".join(code))
    compiled(tmp_path, *STRICT, "-O1", "-shared", "-fPIC", *width_flags(width), "steps.c", "-o", "steps.so")
    found = ctypes.CDLL(str(tmp_path / "steps.so"))
    given = [np.random.default_rng(seed).normal(size=200_000).astype(np.float32) for seed in (1, 2)]

    def result(name: str, threads: int) -> npt.NDArray[np.float32]:
        out = np.full(300_000, np.nan, np.float32)
        getattr(found, name)(*(ctypes.c_void_p(array.ctypes.data) for array in (out, *given)), threads)
        return out

    for number, name in enumerate(STEPS):
        expected = result(f"run_step{number}", 1)
        assert not np.isnan(expected[:300]).any()
        for threads in (1, 2, 3, 7, 64):
            assert np.allclose(result(f"run_step{number}_shared", threads), expected, 1e-5, 1e-4, equal_nan=True), name
