"""How long a program takes, and how much memory: what programs, tiles and variants are chosen by.

Every instruction costs a call or a view, its FLOPs at the rate of its shape, and the bytes it moves at the bandwidth of
the cache that its arrays fit into. A tile's arrays are small, so its instructions run from a nearer cache.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tncc.ir.extent import extent_at
from tncc.ir.machine import Machine
from tncc.ir.network import BATCH
from tncc.ir.phases import Phases, constant_arrays, phases
from tncc.ir.program import (
    Add,
    AnyInstruction,
    Apply,
    Constant,
    Diagonal,
    Loop,
    Matmul,
    Multiply,
    Permute,
    Program,
    Read,
    Reshape,
    Scale,
    Select,
    Total,
    sources,
)
from tncc.planning.copying import copy_us
from tncc.planning.memory import REARRANGING, cut
from tncc.planning.predict_step import ARITHMETIC
from tncc.planning.strides import Placement, contiguous, placed
from tncc.planning.time_model import (
    COPY_CALLS,
    PRODUCT_CALLS,
    SINGLE,
    TOTAL_CALLS,
    function_us,
    matmul_us,
    permute_us,
    stream_us,
)

SMALL_TILES = (1, 2, 4, 8)
"""Tiles that are tried only where memory is short."""

TILES = (16, 32, 64, 128, 256, 512)
"""The tiles that are tried: hand-written chains are fastest at 16 to 64 rows a tile."""


MODULE_US = 6.0
"""Entering a module: its hooks, the checks of shapes, and the choice of a program."""

FRESH = ((2 * 2**20, 0.0), (4 * 2**20, 0.03), (8 * 2**20, 0.13), (16 * 2**20, 0.2))
"""Microseconds a KiB that a result costs beyond its product where it is written past the caches. Measured with products
of depth 16, which do little else; what the system takes to hand out new pages comes on top, and is in the profile."""


def fresh_us(size: int) -> float:
    """What a new array of so many bytes costs because of its size."""
    if size <= FRESH[0][0]:
        return 0.0
    for (low, before), (high, after) in pairwise(FRESH):
        if size < high:
            return size / 1024 * (before + (after - before) * math.log2(size / low) / math.log2(high / low))
    return size / 1024 * FRESH[-1][1]


@dataclass(frozen=True, slots=True)
class Body:
    """Microseconds of each phase with so many rows at a time, and where the arrays lie then."""

    once: float
    each: float
    last: float
    places: "Places"


@dataclass(slots=True)
class Predictor:
    """A program made ready for predictions at any number of rows and of rows a tile.

    `sizes` are the planned ones; `kept` names the arrays that are there before the call.
    """

    program: Program
    machine: Machine
    sizes: Mapping[str, int]
    kept: frozenset[str]
    parts: Phases
    alike: "Alike"
    bodies: dict[int, Body]

    def tiles(self, wanted: Sequence[int]) -> tuple[int, ...]:
        """The tiles that the program can be run with, all rows at once (0) first."""
        return (0, *wanted) if self.parts.each and self.parts.in_one_pass else (0,)

    def us(self, rows: int, tile: int) -> float:
        """The microseconds of a call with so many rows, `tile` of them at a time; all at once where that is 0."""
        if not tile or rows <= tile:
            body = self.body(rows)
            return MODULE_US + body.once + body.each + body.last
        body = self.body(tile)
        tiles = math.ceil(rows / tile)
        time = MODULE_US + body.once + body.each * rows / tile + body.last
        return time + tiles * self.tile_us(body.places) + self.traffic_us(body.places, rows / tile)

    def body(self, rows: int) -> Body:
        """The phases with so many rows at a time."""
        if rows not in self.bodies:
            places = Places(dict(self.sizes) | {BATCH: rows}, self.alike.places)
            times = {one.name: places.instruction_us(self.machine, one) for one in self.alike.first}
            once, each, last = (
                self.phase_us(instructions, times)
                for instructions in (self.parts.once, self.parts.each, self.parts.last)
            )
            self.bodies[rows] = Body(once, each, last, places)
        return self.bodies[rows]

    def phase_us(self, instructions: Sequence[AnyInstruction], times: Mapping[str, float]) -> float:
        """One phase, what is kept taking no time; `times` are those of the first instruction of each kind."""
        kinds, kept = self.alike.kinds, self.kept
        return sum(times[kinds[one.name]] for one in instructions if one.name not in kept)

    def tile_us(self, places: "Places") -> float:
        """What each tile costs besides its instructions: slices in and out, and a copy for each result."""
        reads = sum(isinstance(i, Read) for i in self.parts.each)
        results = [result for result in self.program.results if result.batched]
        calls = (reads + len(results)) * self.machine.view_us
        calls += (len(results) + len(self.parts.totals)) * self.machine.call_us
        copied = sum(SINGLE * 2 * math.prod(places.found[result.array].shape) for result in results)
        return calls + stream_us(self.machine, copied, copied)

    def traffic_us(self, places: "Places", tiles: float) -> float:
        """Reading the inputs from, and writing the results to, the memory that they lie in as a whole."""
        each = {instruction.name for instruction in self.parts.each}
        reads = [i.name for i in self.parts.each if isinstance(i, Read)]
        results = [r.array for r in self.program.results if r.array in each and r.array not in self.parts.totals]
        read, made = (
            int(tiles * sum(SINGLE * math.prod(places.found[name].shape) for name in names))
            for names in (reads, results)
        )
        moved = read + made
        return stream_us(self.machine, moved, moved) + fresh_us(made)


def predictor(program: Program, machine: Machine, sizes: Mapping[str, int], stored: Collection[str] = ()) -> Predictor:
    """A predictor; what follows from the `stored` tensors alone is kept between calls."""
    kept = constant_arrays(program.instructions, stored)
    parts = phases(program)
    return Predictor(program, machine, sizes, kept, parts, alike(program.instructions), {})


@dataclass(frozen=True, slots=True)
class Alike:
    """Which instructions take equally long, whatever the rows: networks of many alike sites have few kinds of them.

    `first` holds the first instruction of each kind; `kinds` names it for each instruction, and `places` the first one
    whose array lies as an instruction's does.
    """

    first: tuple[AnyInstruction, ...]
    kinds: Mapping[str, str]
    places: Mapping[str, str]


def alike(instructions: Sequence[AnyInstruction]) -> Alike:
    """The kinds of some instructions, each of which reads those before it alone."""
    first: list[AnyInstruction] = []
    known: dict[tuple[object, ...], str] = {}
    lying: dict[tuple[object, ...], str] = {}
    kinds: dict[str, str] = {}
    places: dict[str, str] = {}
    for instruction in instructions:
        name = instruction.name
        kind = (*_fields(instruction), instruction.shape, *(places[source] for source in sources(instruction)))
        if kind not in known:
            known[kind] = name
            first.append(instruction)
        kinds[name] = known[kind]
        places[name] = lying.setdefault(kind if isinstance(instruction, REARRANGING) else instruction.shape, name)
    return Alike(tuple(first), kinds, places)


def _fields(instruction: AnyInstruction) -> tuple[object, ...]:
    """What the time of an instruction depends on besides the arrays that it reads, and its shape."""
    match instruction:
        case Permute():
            return Permute, instruction.order
        case Select():
            return Select, instruction.axis
        case Diagonal():
            return Diagonal, instruction.axes
        case Apply():
            return Apply, instruction.function
        case Loop():
            return Loop, instruction.name
        case _:
            return (type(instruction),)


class Found(dict[str, Placement]):
    """Placements by the names of arrays, of which those that lie alike are entered once."""

    def __init__(self, places: Mapping[str, str]) -> None:
        super().__init__()
        self.places = places

    def __missing__(self, name: str) -> Placement:
        first = self.places.get(name, name)
        if first == name:
            raise KeyError(name)
        return self[first]


@dataclass(slots=True)
class Places:
    """Where the arrays of a program lie, found instruction by instruction at the sizes of a tile.

    `places` names, for an array that is never entered, one that lies alike.
    """

    sizes: Mapping[str, int]
    found: Found

    def __init__(self, sizes: Mapping[str, int], places: Mapping[str, str] | None = None) -> None:
        self.sizes = sizes
        self.found = Found(places or {})

    def instruction_us(self, machine: Machine, instruction: AnyInstruction) -> float:
        """The microseconds of an instruction, which is entered among those found."""
        shape = tuple(extent_at(extent, self.sizes) for extent in instruction.shape)
        if isinstance(instruction, REARRANGING):
            source = self.found[instruction.source]
            place = placed(instruction, source, shape)
            self.found[instruction.name] = place
            return self.rearranging_us(machine, instruction, source, place)
        self.found[instruction.name] = contiguous(instruction.name, shape)
        return self.computing_us(machine, instruction, shape)

    def rearranging_us(
        self, machine: Machine, instruction: AnyInstruction, source: Placement, place: Placement
    ) -> float:
        """A view; a copy where one is asked for, or where a reshape can't be a view."""
        if place.base == instruction.name:
            return copied_us(machine, source)
        return machine.view_us if source.shape != place.shape or not isinstance(instruction, Reshape) else 0.0

    def computing_us(self, machine: Machine, instruction: AnyInstruction, shape: tuple[int, ...]) -> float:
        """A call that computes."""
        match instruction:
            case Read() | Constant():
                return 0.0
            case Matmul():
                return self.product_us(machine, instruction, shape)
            case Total():
                moved = SINGLE * math.prod(self.found[instruction.source].shape)
                return TOTAL_CALLS * machine.call_us + stream_us(machine, moved, moved)
            case Loop():
                return self.loop_us(machine, instruction, shape)
            case Apply() if instruction.function not in ARITHMETIC:
                return machine.call_us + function_us(machine, math.prod(self.found[instruction.source].shape))
            case Multiply() | Add() | Scale():
                moved = SINGLE * (math.prod(shape) + sum(math.prod(self.found[n].shape) for n in sources(instruction)))
                against = any(not even(self.found[name]) for name in sources(instruction))
                streamed = stream_us(machine, moved, moved)
                return machine.call_us + (max(streamed, permute_us(machine, moved, 4, moved)) if against else streamed)
            case _:
                moved = SINGLE * (math.prod(shape) + sum(math.prod(self.found[n].shape) for n in sources(instruction)))
                return machine.call_us + stream_us(machine, moved, moved)

    def loop_us(self, machine: Machine, loop: Loop, shape: tuple[int, ...]) -> float:
        """Each part: its slots, its instructions, and its result added to the others or put among them."""
        inner = Places(self.sizes)
        inner.found |= {slot.name: cut(self.found[slot.source], slot, loop.count) for slot in loop.slots}
        body = sum(inner.instruction_us(machine, instruction) for instruction in loop.body)
        moved = 2 * SINGLE * math.prod(shape) // (1 if loop.axis is None else loop.count)
        views = machine.view_us * sum(slot.axis is not None for slot in loop.slots)
        return loop.count * (body + views + machine.call_us + stream_us(machine, moved, moved))

    def product_us(self, machine: Machine, instruction: Matmul, shape: tuple[int, ...]) -> float:
        """A matrix product, or a batch of them."""
        left, right = self.found[instruction.left], self.found[instruction.right]
        (m, k), n = left.shape[-2:], right.shape[-1]
        batch = math.prod(shape[:-2])
        moved = SINGLE * (math.prod(left.shape) + math.prod(right.shape) + math.prod(shape))
        time = PRODUCT_CALLS * machine.call_us + matmul_us(machine, batch, m, n, k, moved)
        time += fresh_us(SINGLE * math.prod(shape))
        if len(left.shape) != len(right.shape):
            time += machine.view_us  # one matrix for all
        for operand in (left, right):
            if not as_matrices(operand):
                time += copied_us(machine, operand)
        return time


def copied_us(machine: Machine, place: Placement) -> float:
    """A call that copies an array into row-major order."""
    return COPY_CALLS * machine.call_us + copy_us(machine, place.shape, place.strides, len(place.shape) == 2)


def even(place: Placement) -> bool:
    """Whether an array lies row-major without gaps."""
    return place.strides == contiguous(place.base, place.shape).strides or math.prod(place.shape) <= 1


def as_matrices(place: Placement) -> bool:
    """Whether the last two axes are matrices as the library takes them: one of the two has unit stride."""
    return 1 in place.strides[-2:] or min(place.shape[-2:]) == 1
