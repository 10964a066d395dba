"""Arrays of a kernel that are alive together never share memory, and every array lies inside its region."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends import samples
from tests.backends.c.building import planned
from tests.random_networks import networks
from tncc.backends.c.access import View
from tncc.backends.c.emit import entries
from tncc.backends.c.lowering import Unsupported
from tncc.backends.c.naming import caller
from tncc.backends.c.prelude import PANEL, WIDTHS, padded
from tncc.backends.c.steps import Buffer, Call, Fill, Load, Map, Pack, Region, Repeat, Step
from tncc.backends.c.storage import SLACK, Sum, elements, places, touched, touched_by
from tncc.ir.extent import factors
from tncc.ir.network import Network
from tncc.ir.program import ROWS, Dim


def step(written: str, *read: str) -> Step:
    value = Call("+", tuple(Load(name, (), ()) for name in read)) if read else 0.0
    return Map(Load(written, (), ()), (), value)


@st.composite
def programs(draw: Any) -> tuple[list[Buffer], dict[str, Region], list[Step]]:
    """Some arrays, and steps that write and read them, now and then inside a loop."""
    names = [f"a{number}" for number in range(draw(st.integers(1, 8)))]
    sizes: list[Dim] = draw(st.lists(st.integers(1, 70), min_size=len(names), max_size=len(names)))
    columns = draw(st.lists(st.sampled_from([0, 0, 5, 40]), min_size=len(names), max_size=len(names)))
    regions: list[Region] = ["scratch", "scratch", "scratch", "constant", "shared", "total"]
    buffers = [
        Buffer(name, draw(st.sampled_from(regions)), size, some)
        for name, size, some in zip(names, sizes, columns, strict=True)
    ]
    steps: list[Step] = []
    for _ in range(draw(st.integers(1, 12))):
        made = step(draw(st.sampled_from(names)), *draw(st.lists(st.sampled_from(names), max_size=3)))
        if draw(st.integers(0, 4)) == 0:
            made = Repeat("part", 2, (made, step(draw(st.sampled_from(names)), draw(st.sampled_from(names)))))
        steps.append(made)
    return buffers, {buffer.name: buffer.region for buffer in buffers}, steps


def span(buffer: Buffer, found: dict[str, Sum]) -> tuple[int, int]:
    start = sum(int(term) for term in found[buffer.name])
    return start, start + int(elements(buffer))


@settings(max_examples=200, deadline=None)
@given(programs())
def test_arrays_alive_together_never_overlap(program: tuple[list[Buffer], dict[str, Region], list[Step]]) -> None:
    buffers, regions, steps = program
    found, sizes = places(buffers, regions, steps)
    lives = {buffer.name: [n for n, one in enumerate(steps) if buffer.name in set(touched(one))] for buffer in buffers}
    for buffer in buffers:
        start, end = span(buffer, found)
        assert start % SLACK == 0, "arrays begin where vectors do"
        room = sum(int(term) for term in sizes[buffer.region])
        assert start >= 0 and end + SLACK <= room, "whole vectors can be read at the end of each region"
    for one, other in itertools.combinations(buffers, 2):
        if one.region != other.region:
            continue
        a, b = span(one, found), span(other, found)
        apart = a[1] <= b[0] or b[1] <= a[0]
        if one.region != "scratch":
            assert apart, "what is kept or added up lives to the end"
        elif lives[one.name] and lives[other.name]:
            first, second = lives[one.name], lives[other.name]
            together = first[0] <= second[-1] and second[0] <= first[-1]
            assert apart or not together


def test_scratch_memory_is_used_again() -> None:
    buffers = [Buffer(name, "scratch", 100) for name in "abcdef"]
    chain = [step("a"), *(step(after, before) for before, after in itertools.pairwise("abcdef"))]
    _, sizes = places(buffers, dict.fromkeys("abcdef", "scratch"), chain)
    assert sizes["scratch"] == (2 * 112 + SLACK,)


def test_arrays_of_unknown_size_lie_behind_all_others() -> None:
    buffers = [Buffer("a", "scratch", 5), Buffer("b", "scratch", ROWS), Buffer("c", "scratch", 7)]
    found, sizes = places(buffers, dict.fromkeys("abc", "scratch"), [step("a"), step("b", "a"), step("c", "b")])
    assert found == {"a": (0,), "c": (16,), "b": (32,)}
    assert sizes["scratch"] == (32 + SLACK, ROWS)


@settings(max_examples=200)
@given(st.integers(1, 2000), st.sampled_from(WIDTHS))
def test_panels_have_room_at_every_width(columns: int, width: int) -> None:
    vectors = -(-columns // width)
    wide = -(-vectors // -(-vectors // PANEL))
    used = -(-columns // (wide * width)) * wide * width
    assert columns <= used <= padded(columns)


def test_what_a_step_touches() -> None:
    pack = Pack("p", View("w", ()), (), (), ())
    assert list(touched(pack)) == ["p", "w"]
    assert touched_by([pack, Fill(View("z", ())), Repeat("n", 2, (step("a", "b"),))]) == {"p", "w", "z", "a", "b"}
    assert list(touched(step("a", "b", "c"))) == ["a", "b", "c"]


@settings(max_examples=12, deadline=None)
@given(networks())
def test_whole_kernels(network: Network) -> None:
    try:
        plan, saved = planned(network)
        found = entries(plan, caller(network), False, saved)
    except Unsupported:
        return
    for serving in (one for entry in found for one in entry.kernels):
        one = serving.kernel
        steps = [*one.pack, *one.once, *one.each, *one.last]
        for name in touched_by(steps):
            assert name in one.places or one.regions[name] in ("input", "weight", "result")
        if one.capacity is not None:
            sums = [term for region in ("scratch", "total") for term in one.sizes.get(region, (0,))]
            assert all(ROWS not in factors(term)[1] for term in sums), "a tile's memory does not grow with the rows"


@pytest.mark.parametrize("network", [samples.TRAIN, samples.TWO_INPUTS, samples.FROZEN], ids=["train", "two", "frozen"])
def test_kernels_of_samples_work_in_tiles(network: Network) -> None:
    plan, saved = planned(network)
    found = entries(plan, caller(network), False, saved)
    assert [entry.kind for entry in found][:3] == ["forward", "apply", "backward"]
    assert all(one.kernel.capacity is not None for entry in found for one in entry.kernels)
