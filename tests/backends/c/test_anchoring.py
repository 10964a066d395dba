"""Steps that differ only in where their arrays begin, and in how their loops are numbered, print alike."""

import re

import tncc
from benchmarks.suite.networks import UNIFORM_MPS
from tncc.backends.c.access import Level, View
from tncc.backends.c.anchoring import Anchor, anchored, nested
from tncc.backends.c.emit import emit_c
from tncc.backends.c.printing import step_function
from tncc.backends.c.steps import Call, Fill, Load, Map, Repeat, Step

SYMBOLS = {"rows": "rows"}

FUNCTION = "\nTNCC_STEP void "

STEPS = re.compile(r"^ +\w+_(pack|once|each|last)\d+\(", re.MULTILINE)
"""A step's call."""


def text(step: Step) -> list[str]:
    freed, anchors = anchored(step)
    return step_function("f", freed, anchors, SYMBOLS).lines


def outer_product(first: int, second: int, turned: bool = False) -> Map:
    """The products of two numbers each of one array, which lie at some places; `turned` lists the loops backwards."""
    order = (1, 0) if turned else (0, 1)
    value = Call("*", (Load("x", (first,), (1, 0)[::-1] if turned else (1, 0)), Load("x", (second,), order)))
    return Map(Load("y", (), (1, 2) if turned else (2, 1)), (2, 2), value)


def test_where_arrays_begin_is_left_to_the_caller() -> None:
    assert text(outer_product(0, 2)) == text(outer_product(6, 4))
    assert text(outer_product(0, 2)) != text(outer_product(2, 2)), "one pointer for what begins at one place"
    _, anchors = anchored(outer_product(6, 4))
    assert list(anchors.values()) == [Anchor("y"), Anchor("x", (6,)), Anchor("x", (4,))]


def test_run_time_offsets_are_left_to_the_caller_too() -> None:
    fill = Fill(View("y", ((Level("rows", 1),),), (3, "2*rows")))
    assert "2" not in "".join(text(fill))
    _, anchors = anchored(fill)
    assert list(anchors.values()) == [Anchor("y", (3, "2*rows"))]


def test_loops_are_numbered_as_they_are_nested() -> None:
    assert text(outer_product(0, 2)) == text(outer_product(0, 2, turned=True))
    once = nested(outer_product(0, 2, turned=True))
    assert nested(once) == once
    assert once.out.strides == (2, 1)


def test_what_is_repeated_for_parts_keeps_its_offsets() -> None:
    part = Map(Load("y", (), (1,)), (4,), Load("x", ("4*part",), (1,)))
    step = Repeat("part", 3, (part,))
    freed, anchors = anchored(step)
    assert freed == step
    assert list(anchors.values()) == [Anchor("y"), Anchor("x")]


def test_more_alike_sites_need_hardly_more_functions() -> None:
    networks = [tncc.compile_text(UNIFORM_MPS, batch=(32,), n=sites) for sites in (8, 24)]
    # Without functions that save, which pay for one of the two only.
    few, many = (emit_c(one.optimized, one.kernel_plan(), "1.2.3") for one in networks)
    assert len(STEPS.findall(many)) > 2 * len(STEPS.findall(few))
    assert many.count(FUNCTION) <= 1.5 * few.count(FUNCTION)
