"""The phases of a program that is run tile by tile: what is done once, for each tile of rows, and at the end.

A program says what is computed, and its tile how many rows at a time; the phases follow from these alone, so that
every back end, the memory model and the time model part a program alike.
"""

from collections.abc import Collection
from dataclasses import dataclass

from tncc.ir.extent import factors
from tncc.ir.program import ROWS, AnyInstruction, Dim, Program, Read, sources


@dataclass(frozen=True, slots=True)
class Phases:
    """Instructions by when they run.

    - once: before the first tile; nothing in it depends on the rows.
    - each: for every tile. `totals` names the arrays in it that have no rows although they are made from some: a
      tile gives its share of them, and the shares are added up.
    - last: after the last tile, from what the tiles have added up.
    """

    once: tuple[AnyInstruction, ...]
    each: tuple[AnyInstruction, ...]
    last: tuple[AnyInstruction, ...]
    totals: tuple[str, ...]

    @property
    def in_one_pass(self) -> bool:
        """Whether one pass over the tiles is enough: nothing with rows follows from what has been added up."""
        late = {*self.totals, *(instruction.name for instruction in self.last)}
        return all(late.isdisjoint(sources(instruction)) for instruction in self.each)


def has_rows(shape: tuple[Dim, ...]) -> bool:
    """Whether an extent holds the rows."""
    return any(ROWS in factors(extent)[1] for extent in shape)


def phases(program: Program) -> Phases:
    """The phases of a program. Sums over rows are linear in what the tiles give, so shares may be added."""
    rowed: set[str] = set()
    late: set[str] = set()
    totals: list[str] = []
    parts: tuple[list[AnyInstruction], ...] = ([], [], [])
    for instruction in program.instructions:
        read = sources(instruction)
        if has_rows(instruction.shape):
            rowed.add(instruction.name)
            parts[1].append(instruction)
        elif any(name in rowed for name in read):
            totals.append(instruction.name)
            late.add(instruction.name)
            parts[1].append(instruction)
        elif any(name in late for name in read):
            late.add(instruction.name)
            parts[2].append(instruction)
        else:
            parts[0].append(instruction)
    return Phases(tuple(parts[0]), tuple(parts[1]), tuple(parts[2]), tuple(totals))


def in_one_pass(program: Program) -> bool:
    """Whether one pass over the tiles is enough: nothing with rows follows from what has been added up over them."""
    return phases(program).in_one_pass


def constant_arrays(instructions: tuple[AnyInstruction, ...], stored: Collection[str]) -> frozenset[str]:
    """The arrays that follow from stored tensors alone and have sizes known now: the same in every call.

    `stored` names the tensors that count as constant: frozen and copy tensors, and in inference the parameters.
    """
    found: set[str] = set()
    for instruction in instructions:
        if any(factors(extent)[1] for extent in instruction.shape):
            continue
        if isinstance(instruction, Read):
            if instruction.tensor in stored:
                found.add(instruction.name)
        elif all(name in found for name in sources(instruction)):
            found.add(instruction.name)
    return frozenset(found)
