"""How much memory a program needs at once, and how much of it is copied on the way."""

import math
from collections.abc import Collection, Mapping, Sequence

from tncc.ir.extent import extent_at
from tncc.ir.network import BATCH, Tensor
from tncc.ir.phases import phases
from tncc.ir.program import (
    AnyInstruction,
    Copy,
    Diagonal,
    Expand,
    Loop,
    Permute,
    Program,
    Read,
    Reshape,
    Select,
    Slot,
    sources,
)
from tncc.planning.schedule import stored_elements
from tncc.planning.strides import Placement, contiguous, placed

REARRANGING = (Copy, Diagonal, Expand, Permute, Reshape, Select)
"""Instructions that compute nothing: views, copies, and reshapes, which are one or the other."""


def peak_bytes(program: Program, sizes: Mapping[str, int], item_size: int = 4) -> int:
    """The most bytes that the arrays made by a program take up at once; inputs and parameters don't count.

    An array lives from the instruction that makes it to the last one that reads it or a view of it, results to the
    end. `sizes` gives the size of every index by name (`sizes_at(network, rows)`); `item_size` is that of a real
    element, a complex one takes twice as much.
    """
    return footprint(program, sizes, item_size)


def footprint(
    program: Program, sizes: Mapping[str, int], item_size: int = 4, kept: Collection[str] = frozenset()
) -> int:
    """`peak_bytes` tile by tile, without the arrays in `kept`, which are there before.

    What is computed once is there to the end. Where there are several tiles, so are results and totals from the first
    one on, a tile's own arrays on top.
    """
    wanted = {result.array for result in program.results}
    if not program.tile:
        return Memory(placements(program, sizes), item_size, kept, sizes).run(program.instructions, wanted)
    parts = phases(program)
    rows = min(sizes[BATCH], program.tile)
    tile_sizes = dict(sizes) | {BATCH: rows}
    memory = Memory(placements(program, tile_sizes), item_size, kept, tile_sizes)
    later = {name for instruction in (*parts.each, *parts.last) for name in sources(instruction)}
    peak = memory.run(parts.once, wanted | later)
    whole = placements(program, sizes)
    each = {instruction.name for instruction in parts.each}
    joined = {result.array for result in program.results if result.array in each}.union(parts.totals)
    lasting = joined.union(instruction.name for instruction in parts.once)
    if sizes[BATCH] <= program.tile:
        peak = max(peak, memory.run(parts.each, lasting))
        return max(peak, memory.run(parts.last, wanted.union(lasting)))
    memory.hold(sum(memory.bytes_of(whole[name], name in memory.complex) for name in joined))
    before = memory.now
    peak = max(peak, memory.run(parts.each, lasting))
    memory.now = before
    return max(peak, memory.run(parts.last, wanted.union(lasting)))


def saved_bytes(program: Program, names: Collection[str], sizes: Mapping[str, int], item_size: int = 4) -> int:
    """The bytes that some arrays of a program take."""
    wanted = frozenset(names)
    return sum(
        math.prod(extent_at(extent, sizes) for extent in instruction.shape) * item_size * (1 + instruction.complex)
        for instruction in program.instructions
        if instruction.name in wanted
    )


def kept_bytes(program: Program, kept: Collection[str], item_size: int = 4) -> int:
    """The bytes of what is kept between calls: arrays that others read, and that are not just views of tensors."""
    places: dict[str, Placement] = {}
    computed: set[str] = set()
    for instruction in program.instructions:
        if instruction.name not in kept:
            continue
        shape = tuple(extent_at(extent, {}) for extent in instruction.shape)
        if isinstance(instruction, REARRANGING):
            place = placed(instruction, places[instruction.source], shape)
        else:
            place = contiguous(instruction.name, shape)
        places[instruction.name] = place
        if not isinstance(instruction, Read):
            computed.add(instruction.name)
    read = {name for i in program.instructions if i.name not in kept for name in sources(i)}
    bases = {places[name].base for name in read if name in places}
    return sum(math.prod(places[base].shape) * item_size for base in bases if base in computed)


def array_bytes(tensor: Tensor, sizes: Mapping[str, int], item_size: int = 4) -> int:
    """The bytes of a tensor as it is stored, leading axes counted as rows."""
    return stored_elements(tensor, sizes) * item_size * (1 + tensor.complex)


class Memory:
    """Bytes taken now, as instructions make arrays and the last reader of each gives it back."""

    def __init__(
        self, places: Mapping[str, Placement], item_size: int, kept: Collection[str], sizes: Mapping[str, int]
    ) -> None:
        self.places = places
        self.sizes = sizes
        self.item_size = item_size
        self.kept = kept
        self.now = 0
        self.complex: set[str] = set()
        self.taken: dict[str, int] = {}

    def inside(self, loop: Loop) -> int:
        """The most bytes that the body of a loop takes at once; its arrays are those of one part."""
        places = {slot.name: cut(self.places[slot.source], slot, loop.count) for slot in loop.slots}
        body = Memory(placed_all(loop.body, self.sizes, places), self.item_size, (), self.sizes)
        return body.run(loop.body, {loop.result})

    def bytes_of(self, place: Placement, is_complex: bool) -> int:
        """What an array takes."""
        return math.prod(place.shape) * self.item_size * (2 if is_complex else 1)

    def hold(self, size: int) -> None:
        """Takes memory that is not given back."""
        self.now += size

    def run(self, instructions: Sequence[AnyInstruction], wanted: Collection[str]) -> int:
        """The most bytes taken while the instructions run; the wanted arrays outlive them."""
        last: dict[str, int] = {}
        for number, instruction in enumerate(instructions):
            for name in (instruction.name, *sources(instruction)):
                last[self.places[name].base] = number
        for name in wanted:
            last[self.places[name].base] = len(instructions)
        ends: dict[int, list[str]] = {}
        for name, number in last.items():
            ends.setdefault(number, []).append(name)
        peak = self.now
        for number, instruction in enumerate(instructions):
            place = self.places[instruction.name]
            if instruction.complex:
                self.complex.add(instruction.name)
            makes = place.base == instruction.name and not isinstance(instruction, Read)
            if makes and instruction.name not in self.kept:
                self.taken[instruction.name] = self.bytes_of(place, instruction.complex)
                self.now += self.taken[instruction.name]
            peak = max(peak, self.now)
            if isinstance(instruction, Loop) and instruction.name not in self.kept:
                peak = max(peak, self.now + self.inside(instruction))
            self.now -= sum(self.taken.pop(name, 0) for name in ends.get(number, ()))
        return peak


def placements(program: Program, sizes: Mapping[str, int]) -> dict[str, Placement]:
    """Where each array of a program lies."""
    return placed_all(program.instructions, sizes, {})


def cut(place: Placement, slot: Slot, count: int) -> Placement:
    """Where one part of an array lies."""
    if slot.axis is None:
        return place
    shape = (*place.shape[: slot.axis], place.shape[slot.axis] // count, *place.shape[slot.axis + 1 :])
    return Placement(place.base, shape, place.strides)


def placed_all(
    instructions: Sequence[AnyInstruction], sizes: Mapping[str, int], known: Mapping[str, Placement]
) -> dict[str, Placement]:
    """Where each array lies that instructions make, and those that are known before."""
    found = dict(known)
    for instruction in instructions:
        shape = tuple(extent_at(extent, sizes) for extent in instruction.shape)
        if isinstance(instruction, REARRANGING):
            found[instruction.name] = placed(instruction, found[instruction.source], shape)
        else:
            found[instruction.name] = contiguous(instruction.name, shape)
    return found


def copied_elements(program: Program, sizes: Mapping[str, int], run_time_only: bool = True) -> int:
    """The elements that reshapes have to copy because axes were permuted; of arrays that have rows, or of all."""
    places = placements(program, sizes)
    return sum(
        math.prod(places[instruction.name].shape)
        for instruction in program.instructions
        if isinstance(instruction, Reshape) and places[instruction.name].base == instruction.name
        if not run_time_only or any(isinstance(extent, str) for extent in instruction.shape)
    )
