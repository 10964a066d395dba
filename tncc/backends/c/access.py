"""How an array is reached in memory: its axes taken apart into levels with strides, so that views copy nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tncc.ir.extent import factors, product
from tncc.ir.program import ROWS, Dim


@dataclass(frozen=True, slots=True)
class Level:
    """One loop over an axis or a part of it: how many positions, and how many elements lie between two of them."""

    extent: Dim
    stride: Dim


Levels = tuple[Level, ...]
"""An axis, its outermost level first; an axis of extent 1 has none."""


@dataclass(frozen=True, slots=True)
class View:
    """An array as it lies in the memory called `buffer`, from an offset on, which is the sum of some products."""

    buffer: str
    axes: tuple[Levels, ...]
    offset: tuple[Dim, ...] = ()

    @property
    def levels(self) -> Levels:
        """The levels of all axes, the outermost first."""
        return tuple(level for axis in self.axes for level in axis)


def divided(extent: Dim, by: Dim) -> Dim | None:
    """The quotient of two extents, None where it is none."""
    number, symbols = factors(extent)
    divisor, gone = factors(by)
    left = list(symbols)
    for name in gone:
        if name not in left:
            return None
        left.remove(name)
    if number % divisor:
        return None
    return product(number // divisor, *left)


def fixed(extent: Dim, capacity: int | None) -> Dim:
    """An extent as it counts for strides: where tiles have room for `capacity` rows, the rows are so many."""
    number, symbols = factors(extent)
    if capacity is None or ROWS not in symbols:
        return extent
    return product(number, *(capacity if name == ROWS else name for name in symbols))


def row_major(buffer: str, axes: Sequence[Sequence[Dim]], capacity: int | None = None) -> View:
    """A new array without gaps; each axis is given by the extents of its levels."""
    stride: Dim = 1
    found: list[Levels] = []
    for axis in reversed(axes):
        levels: list[Level] = []
        for extent in reversed(axis):
            if extent != 1:
                levels.append(Level(extent, stride))
                stride = product(stride, fixed(extent, capacity))
        found.append(tuple(reversed(levels)))
    return View(buffer, tuple(reversed(found)))


def joined(levels: Iterable[Level]) -> list[Level]:
    """The levels with neighbours that lie evenly made one; those known at run time only stay by themselves."""
    found: list[Level] = []
    for level in levels:
        if level.extent == 1:
            continue
        last = found[-1] if found else None
        if last is not None and _even(last, level):
            found[-1] = Level(product(last.extent, level.extent), level.stride)
        else:
            found.append(level)
    return found


def _even(outer: Level, inner: Level) -> bool:
    known = isinstance(outer.extent, int) and isinstance(inner.extent, int)
    return known and outer.stride == product(inner.stride, inner.extent)


def reshaped(view: View, shape: Sequence[Dim]) -> View | None:
    """The array with other axes; None where a level would have to be cut unevenly."""
    rest = joined(view.levels)
    axes: list[Levels] = []
    for extent in reversed(shape):
        taken = _taken(rest, extent)
        if taken is None:
            return None
        axes.append(taken)
    return replace(view, axes=tuple(reversed(axes)))


def _taken(rest: list[Level], extent: Dim) -> Levels | None:
    """The innermost levels, so many that they make up an extent; they are taken off those that are left."""
    found: list[Level] = []
    while extent != 1:
        if not rest:
            return None
        level = rest.pop()
        left = divided(extent, level.extent)
        if left is not None:
            found.append(level)
            extent = left
            continue
        outer = divided(level.extent, extent)
        if outer is None:
            return None
        found.append(Level(extent, level.stride))
        rest.append(Level(outer, product(level.stride, extent)))
        extent = 1
    return tuple(reversed(found))


def permuted(view: View, order: Sequence[int]) -> View:
    """The axes in another order."""
    return replace(view, axes=tuple(view.axes[axis] for axis in order))


def selected(view: View, axis: int, position: int) -> View | None:
    """One position of an axis; None where its levels would have to be counted through at run time."""
    offset = list(view.offset)
    for level in reversed(view.axes[axis]):
        if not isinstance(level.extent, int):
            return None
        position, digit = divmod(position, level.extent)
        if digit:
            offset.append(product(digit, level.stride))
    return replace(view, axes=view.axes[:axis] + view.axes[axis + 1 :], offset=tuple(offset))


def diagonal(view: View, axes: tuple[int, int]) -> View | None:
    """The diagonal of two axes as the last axis."""
    aligned = aligned_levels([view.axes[axes[0]], view.axes[axes[1]]])
    if aligned is None or any(isinstance(stride, str) for _, strides in aligned for stride in strides):
        return None
    levels = tuple(Level(extent, sum(map(int, strides))) for extent, strides in aligned)
    kept = tuple(axis for number, axis in enumerate(view.axes) if number not in axes)
    return replace(view, axes=(*kept, levels))


def expanded(view: View, shape: Sequence[Dim]) -> View:
    """Axes of extent 1 repeated: a level that stays where it is."""
    axes = tuple(
        levels if levels or extent == 1 else (Level(extent, 0),)
        for levels, extent in zip(view.axes, shape, strict=True)
    )
    return replace(view, axes=axes)


def aligned_levels(axes: Sequence[Levels]) -> list[tuple[Dim, tuple[Dim, ...]]] | None:
    """Several axes of one extent cut alike: each common level's extent with its stride in each of them.

    An axis without levels stays where it is. None where two of them cut the extent unevenly.
    """
    rests = [list(axis) for axis in axes]
    repeated = [not rest for rest in rests]
    found: list[tuple[Dim, tuple[Dim, ...]]] = []
    while any(rests):
        last = [rest[-1] for rest in rests if rest]
        if len(last) != len(rests) - sum(repeated):
            return None
        extent = _common(last)
        if extent is None:
            return None
        strides: list[Dim] = []
        for rest in rests:
            strides.append(rest[-1].stride if rest else 0)
            if rest:
                _cut(rest, extent)
        found.append((extent, tuple(strides)))
    return found[::-1]


def _common(levels: Sequence[Level]) -> Dim | None:
    """The extent among these that divides all others."""
    for level in levels:
        if all(divided(other.extent, level.extent) is not None for other in levels):
            return level.extent
    return None


def _cut(rest: list[Level], extent: Dim) -> None:
    """Takes an inner part off the last level."""
    level = rest.pop()
    outer = divided(level.extent, extent)
    assert outer is not None
    if outer != 1:
        rest.append(Level(outer, product(level.stride, extent)))
