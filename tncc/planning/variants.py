"""Which programs a module holds, and from how many rows on each of them serves: by predicted time."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from tncc.ir.machine import Machine
from tncc.ir.network import Network, sizes_at, takes_rows
from tncc.ir.plan import Variant
from tncc.ir.program import Matmul, Permute, Program, Total
from tncc.planning.alike_forms import AlikeForms
from tncc.planning.candidates import TILE, Candidate
from tncc.planning.layout import lower
from tncc.planning.memory import kept_bytes
from tncc.planning.movement import BY_THUMB, Costs, Timed
from tncc.planning.predict import TILES, Predictor, predictor

LADDER = tuple(4**power for power in range(8))
"""The row counts at which programs are compared: 1 to 16,384."""

MOST = 4
"""A module holds at most so many variants of one kind."""

WORTH = 1.05
"""A variant that is nowhere faster by more than this factor is not worth its code."""


TILED = 1.05
"""Tiles have to pay by more than this factor: within it, rates interpolated at other extents may be to blame."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate's program with a tile of rows, and its predictions; `doubt` makes it look slower when compared."""

    candidate: Candidate
    predictor: Predictor
    tile: int
    doubt: float = 1.0

    @property
    def program(self) -> Program:
        """The program as it is to be run."""
        return self.predictor.program.model_copy(update={"tile": self.tile})

    def us(self, rows: int) -> float:
        """The predicted microseconds."""
        return self.predictor.us(rows, self.tile)

    def compared_us(self, rows: int) -> float:
        """The microseconds that it is compared by."""
        return self.doubt * (TILED if self.tile else 1.0) * self.us(rows)

    def doubted(self, factor: float) -> float:
        """The doubt about a program: none where it has one product, of two matrices, and takes arrays as they are."""
        program, kept = self.predictor.program, self.predictor.kept
        done = [instruction for instruction in program.instructions if instruction.name not in kept]
        products = [instruction for instruction in done if isinstance(instruction, Matmul)]
        moved = any(isinstance(instruction, (Permute, Total)) for instruction in done)
        return 1.0 if len(products) == 1 and len(products[0].shape) == 2 and not moved else factor

    def kept_bytes(self, item_size: int) -> int:
        """What is kept between calls takes, without what is no more than a stored tensor seen otherwise."""
        return kept_bytes(self.predictor.program, self.predictor.kept, item_size)


@dataclass(slots=True)
class Programs:
    """The programs of one network, each lowered once."""

    network: Network
    machine: Machine
    known: dict[tuple[object, ...], tuple[Program, ...]] = field(default_factory=dict)
    forms: tuple[AlikeForms, AlikeForms] = field(default_factory=lambda: (AlikeForms(), AlikeForms()))

    def lowered(self, candidate: Candidate, rows: int) -> tuple[Program, ...]:
        """A candidate's programs with axis orders for a number of rows, by either measure."""
        key = (candidate.operations, candidate.slices, rows)
        if key not in self.known:
            schedule = candidate.schedule(self.network, rows)
            costs: tuple[Costs, Costs] = Timed(self.machine), BY_THUMB
            found = dict.fromkeys(
                lower(self.network, schedule, *measure) for measure in zip(costs, self.forms, strict=True)
            )
            self.known[key] = tuple(found)
        return self.known[key]

    def choices(
        self, found: Sequence[Candidate], rows: Sequence[int], stored: Collection[str], tiles: Sequence[int] = TILES
    ) -> list[Choice]:
        """Every candidate with axis orders for a tile and for the given rows, with every tile."""
        sizes = sizes_at(self.network, 1)
        programs: dict[tuple[object, ...], tuple[Candidate, Program]] = {}
        for candidate in found:
            for count in dict.fromkeys((*(min(count, TILE) for count in rows), max(rows))):
                for program in self.lowered(candidate, count):
                    programs.setdefault(program.instructions, (candidate, program))
        made = [(one, predictor(program, self.machine, sizes, stored)) for one, program in programs.values()]
        return [Choice(one, ready, tile) for one, ready in made for tile in ready.tiles(tiles)]


def ladder(network: Network, rows: Sequence[int]) -> tuple[int, ...]:
    """The row counts to compare at: those given, and others between and beyond them."""
    return tuple(sorted({*rows, *LADDER})) if takes_rows(network) else (1,)


class Compared(Protocol):
    """Anything that takes a predicted time at a number of rows."""

    def compared_us(self, rows: int) -> float:
        """The microseconds that it is compared by."""
        ...


Some = TypeVar("Some", bound=Compared)


def chosen(
    choices: Sequence[Some], counts: Sequence[int], allowed: Callable[[Some, int], bool] = lambda choice, rows: True
) -> list[tuple[int, Some]]:
    """The fastest choice for each stretch of row counts, as few as lose little: (first row count, choice).

    A choice that is not allowed at a row count does not serve it; the list is empty where none is allowed.
    """
    times = [
        [choice.compared_us(count) if allowed(choice, count) else math.inf for count in counts] for choice in choices
    ]
    numbers = range(len(choices))
    best = [min(numbers, key=lambda number: times[number][place], default=-1) for place in range(len(counts))]
    if -1 in best or any(times[number][place] == math.inf for place, number in enumerate(best)):
        return []
    least = [times[number][place] for place, number in enumerate(best)]
    used = sorted(set(best))
    while len(used) > 1:
        losses = {number: _loss(times, least, [n for n in used if n != number]) for number in used}
        dropped = min(used, key=lambda number: losses[number])
        if losses[dropped] > WORTH and (len(used) <= MOST or losses[dropped] == math.inf):
            break
        used.remove(dropped)
    serving = [min(used, key=lambda number: times[number][place]) for place in range(len(counts))]
    found: list[tuple[int, Some]] = []
    for place, number in enumerate(serving):
        if place and number == serving[place - 1]:
            continue
        before = choices[serving[place - 1]]
        first = 1 if not place else _threshold(before, choices[number], counts[place - 1 : place + 1], allowed)
        found.append((first, choices[number]))
    return found


def _loss(times: Sequence[Sequence[float]], least: Sequence[float], used: Sequence[int]) -> float:
    """The largest factor by which any row count gets slower with only these."""
    return max(min(times[number][place] for number in used) / least[place] for place in range(len(least)))


def _threshold(before: Some, after: Some, between: Sequence[int], allowed: Callable[[Some, int], bool]) -> int:
    """The first row count from which the later choice is the faster one, by bisection."""
    low, high = between
    while high - low > 1:
        middle = (low + high) // 2
        if allowed(after, middle) and (
            not allowed(before, middle) or after.compared_us(middle) < before.compared_us(middle)
        ):
            high = middle
        else:
            low = middle
    return high


def variants(found: Sequence[tuple[int, Choice]]) -> tuple[Variant, ...]:
    """The chosen programs, neighbours of equal steps and tiles merged."""
    result: list[Variant] = []
    for first, choice in found:
        program = choice.program
        if result and (result[-1].program.instructions, result[-1].program.tile) == (
            program.instructions,
            program.tile,
        ):
            continue
        result.append(Variant(rows=first, program=program))
    return tuple(result)
