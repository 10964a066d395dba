"""Steps fused compute what they did one by one, with fewer arrays between them."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tncc
from tests.backends.c.building import APART, SANITIZERS, STRICT, compiled, needs_compiler, ran, width_flags, write
from tncc.backends.c.functions import CALLED, CYCLES, functions_in
from tncc.backends.c.fusing import fused
from tncc.backends.c.state import ELEMENT
from tncc.backends.c.steps import Call, Expression, Load, Map, Product, Step
from tncc.backends.c.storage import touched_by

SIZE = 3
"""The positions of each axis; arrays have two axes."""

ROW, COLUMN, ACROSS, STILL = (3, 1), (1, 3), (4, 0), (0, 1)
"""Strides of an array as it lies, of its transpose, of its diagonal along one axis, and of a row repeated."""


def load(buffer: str, strides: tuple[int, int] = ROW, *offset: int) -> Load:
    return Load(buffer, offset, strides)


def step(out: str, value: Expression, strides: tuple[int, int] = ROW, accumulate: bool = False) -> Map:
    return Map(load(out, strides), (SIZE, SIZE), value, (), accumulate)


def plus(*operands: Expression) -> Call:
    return Call("+", operands)


def number(value: Expression, position: Sequence[int], memory: dict[str, np.ndarray]) -> float:
    if isinstance(value, Load):
        at = sum(map(int, value.offset)) + sum(
            p * int(stride) for p, stride in zip(position, value.strides, strict=True)
        )
        return float(memory[value.buffer][at])
    if isinstance(value, Call):
        numbers = [number(one, position, memory) for one in value.arguments]
        return sum(numbers) if value.function == "+" else float(np.prod(numbers))
    return value


def run(steps: Sequence[Step]) -> np.ndarray:
    """What is in `y` behind some steps."""
    names = [*touched_by(steps), "x", "w", "y"]
    memory = {name: np.full(16, np.nan) for name in names}
    generator = np.random.default_rng(0)
    memory["x"], memory["w"], memory["y"] = generator.standard_normal(16), generator.standard_normal(16), np.zeros(16)
    for one in steps:
        assert isinstance(one, Map)
        for position in itertools.product(*(range(int(extent)) for extent in (*one.extents, *one.sums))):
            place = load(one.out.buffer, one.out.strides, *one.out.offset)
            at = sum(p * int(stride) for p, stride in zip(position, place.strides, strict=False))
            before = memory[place.buffer][at] if one.accumulate else 0.0
            memory[place.buffer][at] = before + number(one.value, position, memory)
    return memory["y"]


@st.composite
def programs(draw: Any) -> list[Step]:
    """Elementwise steps, each of which reads what is there by then in some order; the last one writes `y`."""
    there, steps = ["x", "w"], []
    for place in range(draw(st.integers(1, 5))):
        operands = [
            load(draw(st.sampled_from(there)), draw(st.sampled_from([ROW, ROW, ROW, COLUMN, STILL])))
            for _ in range(draw(st.integers(1, 3)))
        ]
        value = Call(draw(st.sampled_from("+*")), (*operands, draw(st.sampled_from([1.0, 0.5]))))
        steps.append(step(f"a{place}", value, draw(st.sampled_from([ROW, ROW, COLUMN]))))
        there.append(f"a{place}")
    last = [load(name, draw(st.sampled_from([ROW, COLUMN]))) for name in there[-2:]]
    return [*steps, step("y", plus(*last), ROW, draw(st.booleans()))]


@settings(max_examples=300, deadline=None)
@given(programs())
def test_fused_steps_compute_the_same(steps: list[Step]) -> None:
    found = fused(steps, touched_by(steps) - {"x", "w", "y"})
    assert len(found) <= len(steps)
    np.testing.assert_allclose(run(found), run(steps), rtol=1e-12)


def test_a_chain_is_one_step() -> None:
    steps = [step("a", plus(load("x"), 1.0)), step("b", plus(load("a"), load("w"))), step("y", plus(load("b"), 2.0))]
    (found,) = fused(steps, {"a", "b"})
    assert touched_by([found]) == {"x", "w", "y"}


def test_an_array_that_is_read_in_two_orders_stays() -> None:
    for second in (load("a", COLUMN), load("a", STILL), load("a", ROW, 1), load("a")):
        steps = [step("a", plus(load("x"), 1.0)), step("y", plus(load("a"), second))]
        assert len(fused(steps, {"a"})) == 2


def test_an_array_that_somebody_else_reads_stays() -> None:
    steps = [step("a", plus(load("x"), 1.0)), step("y", plus(load("a"), 2.0))]
    assert len(fused(steps, set())) == 2
    assert len(fused([*steps, step("z", load("a"))], {"a"})) == 3


def test_functions_are_not_done_inside_sums() -> None:
    for function, count in (("gelu", 2), ("relu", 1)):
        total = Map(load("y", (1, 0)), (SIZE,), load("a"), (SIZE,))
        assert len(fused([step("a", Call(function, (load("x"),))), total], {"a"})) == count


def test_calls_of_the_library_are_steps_of_their_own() -> None:
    names = ("gelu", "sin", "relu", "exp")
    steps = [step(f"a{n + 1}", Call(name, (load(f"a{n}"),))) for n, name in enumerate(names)]
    assert CALLED & {*names} == {"sin"}
    found = fused([step("a0", plus(load("x"), 1.0)), *steps], {f"a{n}" for n in range(len(names))})
    assert [sorted(functions_in(one.value)) for one in found if isinstance(one, Map)] == [
        ["+", "gelu"],
        ["sin"],
        ["exp", "relu"],
    ]


BLOCK = """
network Block {{
  index a: 24
  index b: 40
  input x[..., a]
  tensor A[a, b]
  tensor c[b]
  tensor B[b, a]
  y[..., b] = x * A + c
  h[..., b] = {function}(y)
  output z[..., a] = tanh(x + h * B)
}}
"""


def block(function: str) -> tncc.Compiled:
    return tncc.compile_text(BLOCK.format(function=function), batch=(1, 32))


def test_whatever_follows_a_product_is_one_step_with_it() -> None:
    entry = next(one for one in block("gelu").c_files().entries if one.kind == "forward")
    steps = entry.kernels[-1].kernel.each
    products = [one for one in steps if isinstance(one, Product)]
    assert [one.finish is not None and str(one.finish.value).count("Call(") for one in products] == [2, 2]
    assert not any(isinstance(one, Map) for one in steps)


@needs_compiler
@pytest.mark.parametrize("function", ["gelu", "silu", "exp", "sigmoid", "sin"])
def test_fused_functions_give_what_the_reference_gives(function: str, tmp_path: Path) -> None:
    made = block(function)
    write(tmp_path, made.c_files(), made.c_test("kernel.h"))
    compiled(tmp_path, *STRICT, "-O1", APART, *width_flags(32), *SANITIZERS, "kernel.c", "check.c", "-o", "check")
    assert ran(tmp_path) == "passed\n"


def test_predictions_count_functions() -> None:
    found = [block(function).c_files().cycles("forward", 1000) for function in ("relu", "silu", "gelu", "sin")]
    most = [(CYCLES.get(name, 0.0) + ELEMENT) * 1000 * 40 for name in ("relu", "silu", "gelu", "sin")]
    assert np.allclose(np.diff(found), np.diff(most), rtol=0.01)
