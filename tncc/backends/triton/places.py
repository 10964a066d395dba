"""Atoms and the places along an array's axes that are made of them, split where views want their parts."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tncc.backends.triton.expression import Fixed, Strides
from tncc.ir.extent import factors, product
from tncc.ir.program import Dim

Place: TypeAlias = int | Fixed
Axes: TypeAlias = tuple[tuple[Place, ...], ...]


def quotient(extent: Dim, by: Dim) -> Dim | None:
    """The extent divided, where that leaves no remainder whatever the run-time sizes are."""
    (number, symbols), (divisor, others) = factors(extent), factors(by)
    left = list(symbols)
    for symbol in others:
        if symbol not in left:
            return None
        left.remove(symbol)
    return product(number // divisor, *left) if number % divisor == 0 else None


@dataclass(slots=True, kw_only=True)
class Atoms:
    """The atoms of one kernel: their sizes, what they are called, and the two parts of those that have been split."""

    sizes: dict[int, Dim] = field(default_factory=dict)
    parts: dict[int, tuple[int, int]] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)

    def atom(self, size: Dim, label: str) -> int:
        """A new atom."""
        number = len(self.sizes)
        self.sizes[number] = size
        self.labels[number] = label
        return number

    def resolved(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """Places with the parts of atoms that have been split in their stead."""
        found: list[Place] = []
        for place in places:
            parts = self.parts.get(place) if isinstance(place, int) else None
            found += self.resolved(parts) if parts else [place]
        return tuple(found)

    def size(self, place: Place) -> Dim:
        """The extent of a place."""
        return place.size if isinstance(place, Fixed) else self.sizes[place]

    def split(self, place: Place, first: Dim, rest: Dim) -> tuple[Place, Place]:
        """A place as two, the first of which changes more slowly."""
        if isinstance(place, Fixed):
            assert isinstance(first, int) and isinstance(rest, int)
            return Fixed(first, place.position // rest), Fixed(rest, place.position % rest)
        label = self.labels[place]
        words = label.split()
        half = (words[0], " ".join(words[1:])) if len(words) > 1 else (label, label)
        self.parts[place] = parts = self.atom(first, half[0]), self.atom(rest, half[1])
        return parts

    def regrouped(self, places: Sequence[Place], shape: Sequence[Dim]) -> Axes | None:
        """The same places as axes of another shape, split where need be; None where that cannot be done."""
        waiting = deque(places)
        axes: list[tuple[Place, ...]] = []
        for extent in shape:
            axis: list[Place] = []
            needed = extent
            while needed != 1:
                if not waiting:
                    return None
                place = waiting.popleft()
                if isinstance(place, int) and place in self.parts:
                    waiting.extendleft(reversed(self.parts[place]))
                    continue
                size = self.size(place)
                if (left := quotient(needed, size)) is not None:
                    needed = left
                elif (rest := quotient(size, needed)) is not None:
                    place, after = self.split(place, needed, rest)
                    waiting.appendleft(after)
                    needed = 1
                else:
                    return None
                axis.append(place)
            axes.append(tuple(axis))
        return tuple(axes)

    def address(self, axes: Axes, shape: Sequence[Dim]) -> tuple[Strides, tuple[Dim, ...]]:
        """Where an element of a row-major array lies."""
        strides: list[tuple[int, Dim]] = []
        offsets: list[Dim] = []
        step: Dim = 1
        for places, extent in zip(reversed(axes), reversed(shape), strict=True):
            within = step
            for place in reversed(places):
                if isinstance(place, int):
                    strides.append((place, within))
                elif place.position:
                    offsets.append(product(within, place.position))
                within = product(within, self.size(place))
            step = product(step, extent)
        return tuple(reversed(strides)), tuple(offsets)

    def spread(self, strides: Strides) -> Strides:
        """The strides of the parts of atoms that have been split."""
        found: list[tuple[int, Dim]] = []
        for atom, stride in strides:
            step = stride
            own: list[tuple[int, Dim]] = []
            for part in reversed(self.resolved([atom])):
                assert isinstance(part, int)
                own.append((part, step))
                step = product(step, self.sizes[part])
            found += reversed(own)
        return tuple(found)

    def apart(self, atoms: tuple[int, ...]) -> tuple[int, ...]:
        """The parts of atoms."""
        return tuple(part for part in self.resolved(atoms) if isinstance(part, int))

    def ordered(self, atoms: set[int]) -> tuple[int, ...]:
        """Atoms in the order in which they were made."""
        return tuple(sorted(atoms))
