"""Lowers an assembly: parts at positions of one axis become one stack, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tncc.ir.network import Group
from tncc.planning.arrays import Array, Writer

Part = tuple[Array, tuple[Group | int, ...]]
"""An array with the place where it lies: a position or indices for each axis of the result."""


def assembled(writer: Writer, name: str, parts: Sequence[Part], axes: tuple[Group, ...]) -> Array:
    """The sum of the parts, each in its place, as an array with these axes."""
    assembler = Assembler(writer, name)
    return assembler.from_axis([(assembler.named(part, axes), part[1]) for part in parts], axes, 0, True)


@dataclass(frozen=True, slots=True)
class Assembler:
    """Writes the instructions of one assembly; the last one is called `name`."""

    writer: Writer
    name: str

    def named(self, part: Part, axes: tuple[Group, ...]) -> Array:
        """The array of a part under the names of the result, on the diagonals of which it lies."""
        array, place = part
        names: dict[str, str] = {}
        twins: list[tuple[str, str]] = []
        for lies, group in zip(place, axes, strict=True):
            for name, own in zip(() if isinstance(lies, int) else lies, group, strict=False):
                if names.setdefault(name, own) != own:
                    twins.append((names[name], own))
        array = replace(array, groups=tuple(tuple(names[name] for name in group) for group in array.groups))
        for first, twin in twins:
            if first not in array.order:
                array = self.whole(array, tuple((name,) for name in (*array.order, first)))
            array = self.writer.embed(array, first, twin)
        return array

    def from_axis(self, parts: Sequence[Part], axes: tuple[Group, ...], axis: int, last: bool) -> Array:
        """The parts along an axis and those behind it; `last` says that this is all of the assembly."""
        if axis == len(axes):
            return self.added([self.whole(array, axes) for array, _ in parts], last)
        along: list[Part] = []
        picked: dict[int, list[Part]] = {}
        for array, place in parts:
            position = place[axis]
            if isinstance(position, int):
                # What is picked has no axis here, so that those behind it move up by one.
                picked.setdefault(position, []).append((array, place[:axis] + place[axis + 1 :]))
            else:
                along.append((array, place))
        if not picked:
            return self.from_axis(along, axes, axis + 1, last)
        left = axes[:axis] + axes[axis + 1 :]
        layers = {position: self.from_axis(picked[position], left, axis, False) for position in sorted(picked)}
        stack = self.writer.stack(self.called(last and not along), layers, axis, axes[axis])
        return self.added([self.from_axis(along, axes, axis + 1, False), stack], last) if along else stack

    def added(self, arrays: Sequence[Array], last: bool) -> Array:
        """The sum of arrays that have the same axes."""
        total = arrays[0]
        for number, array in enumerate(arrays[1:], start=2):
            total = self.writer.add(self.called(last and number == len(arrays)), total, array, total.groups, False)
        return total

    def whole(self, array: Array, axes: tuple[Group, ...]) -> Array:
        """An array with all axes of a result, repeated along the indices that it lacks."""
        carried = frozenset(array.order)
        single: tuple[Group, ...] = tuple((index,) for group in axes for index in group)
        there = tuple(group if group[0] in carried else () for group in single)
        if there == single:
            return self.writer.arrange(array, axes)
        return self.writer.reshape(self.writer.expand(self.writer.arrange(array, there), single), axes)

    def called(self, last: bool) -> str:
        """The name of the next array."""
        return self.name if last else self.writer.helper(self.name)
