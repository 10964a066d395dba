"""How much memory a program needs at once, and how much of it is copied on the way."""

import math
from collections.abc import Mapping

from tncc.ir.extent import extent_at
from tncc.ir.program import Diagonal, Expand, Permute, Program, Read, Reshape, Select, sources
from tncc.planning.strides import Placement, contiguous, placed

REARRANGING = (Diagonal, Expand, Permute, Reshape, Select)
"""Instructions that allocate nothing, unless a reshape has to copy."""


def peak_bytes(program: Program, sizes: Mapping[str, int], item_size: int = 4) -> int:
    """The most bytes that the arrays made by a program take up at once; inputs and parameters don't count.

    An array lives from the instruction that makes it to the last one that reads it or a view of it, results to the
    end. `sizes` gives the size of every index by name (`sizes_at(network, rows)`); `item_size` is that of a real
    element, a complex one takes twice as much.
    """
    places = placements(program, sizes)
    last: dict[str, int] = {}
    for number, instruction in enumerate(program.instructions):
        for name in (instruction.name, *sources(instruction)):
            last[places[name].base] = number
    for result in program.results:
        last[places[result.array].base] = len(program.instructions)
    ends: dict[int, list[str]] = {}
    for name, number in last.items():
        ends.setdefault(number, []).append(name)
    now = peak = 0
    taken: dict[str, int] = {}
    for number, instruction in enumerate(program.instructions):
        place = places[instruction.name]
        if place.base == instruction.name and not isinstance(instruction, Read):
            width = 2 * item_size if instruction.complex else item_size
            taken[instruction.name] = math.prod(place.shape) * width
            now += taken[instruction.name]
        peak = max(peak, now)
        now -= sum(taken.get(name, 0) for name in ends.get(number, ()))
    return peak


def placements(program: Program, sizes: Mapping[str, int]) -> dict[str, Placement]:
    """Where each array of a program lies."""
    found: dict[str, Placement] = {}
    for instruction in program.instructions:
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
