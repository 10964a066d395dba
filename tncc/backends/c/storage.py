"""Where the arrays of a kernel lie in its memory: those that are not needed at the same time share it."""

from collections.abc import Iterator, Mapping, Sequence

from tncc.backends.c.prelude import padded
from tncc.backends.c.steps import Buffer, Fill, Joint, Map, Pack, Product, Region, Repeat, Step, loads
from tncc.ir.extent import product
from tncc.ir.program import Dim

SLACK = 16
"""Elements behind each region, so that whole vectors can be read at its end; arrays begin at multiples of it."""

Sum = tuple[Dim, ...]
"""A number of elements as the sum of these."""


def touched(step: Step) -> Iterator[str]:
    """The buffers that a step writes and reads, the written one first."""
    match step:
        case Product():
            if step.finish is None:
                yield step.out.buffer
            else:
                yield step.finish.out.buffer
                yield from (load.buffer for load in loads(step.finish.value) if load.buffer)
            yield from (step.left.buffer, step.right.buffer)
        case Pack():
            yield from (step.out, step.source.buffer)
        case Map():
            yield step.out.buffer
            yield from (load.buffer for load in loads(step.value))
        case Joint():
            yield from (step.out.buffer, step.source.buffer)
        case Fill():
            yield step.out.buffer
        case Repeat():
            for inner in step.steps:
                yield from touched(inner)


def touched_by(steps: Sequence[Step]) -> set[str]:
    """The buffers that some steps touch."""
    return {name for step in steps for name in touched(step)}


def elements(buffer: Buffer) -> Dim:
    """The elements of an array, panels padded for the widest vectors."""
    return product(buffer.size, padded(buffer.columns)) if buffer.columns else buffer.size


def places(
    buffers: Sequence[Buffer], regions: Mapping[str, Region], steps: Sequence[Step]
) -> tuple[dict[str, Sum], dict[Region, Sum]]:
    """The offset of each array in its region, and the elements of each region.

    Scratch arrays live from the first step that touches them to the last one; others to the end.
    """
    found: dict[str, Sum] = {}
    sizes: dict[Region, Sum] = {}
    whole: tuple[Region, ...] = ("constant", "shared", "total")
    for region in whole:
        own = [buffer for buffer in buffers if regions[buffer.name] == region]
        sizes[region] = _in_a_row(own, found)
    scratch = [buffer for buffer in buffers if regions[buffer.name] == "scratch"]
    if all(isinstance(elements(buffer), int) for buffer in scratch):
        sizes["scratch"] = _sharing(scratch, steps, found)
    else:
        sizes["scratch"] = _in_a_row(scratch, found)
    return found, sizes


def _rounded(size: int) -> int:
    return -(-size // SLACK) * SLACK


def _in_a_row(buffers: Sequence[Buffer], found: dict[str, Sum]) -> Sum:
    """Each array behind the other, those of a known size first: packing weights has to do without run-time sizes."""
    known = 0
    unknown: list[Dim] = []
    for buffer in sorted(buffers, key=lambda one: not isinstance(elements(one), int)):
        size = elements(buffer)
        found[buffer.name] = (known, *unknown)
        if isinstance(size, int):
            known += _rounded(size)
        else:
            unknown.append(size)
    return (known + SLACK, *unknown)


def _sharing(buffers: Sequence[Buffer], steps: Sequence[Step], found: dict[str, Sum]) -> Sum:
    """First fit by lifetime, the arrays in the order in which they are first touched."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for number, step in enumerate(steps):
        for name in touched(step):
            first.setdefault(name, number)
            last[name] = number
    most = 0
    taken: list[tuple[int, int, int]] = []
    for buffer in sorted(buffers, key=lambda one: first.get(one.name, 0)):
        start, end = first.get(buffer.name, 0), last.get(buffer.name, 0)
        size = _rounded(int(elements(buffer)))
        place = 0
        for low, high, until in sorted(taken):
            if until >= start and low < place + size and high > place:
                place = high
        taken.append((place, place + size, end))
        found[buffer.name] = (place,)
        most = max(most, place + size)
    return (most + SLACK,)
