"""Products of two arrays as loops: which loops both operands have, which one only, and which are summed over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tncc.backends.c.access import Levels, View, aligned_levels
from tncc.ir.extent import product
from tncc.ir.program import Dim

Kind = Literal["both", "left", "right", "sum"]


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop over one level: its extent, its stride in each operand, and who has it.

    `axis` is the result's axis that it belongs to, `fixed` its stride there where that is settled, and `number` tells
    it from others that are alike.
    """

    extent: Dim
    left: Dim
    right: Dim
    kind: Kind
    axis: int = -1
    fixed: Dim | None = None
    number: int = 0

    @property
    def turned(self) -> "Loop":
        """The same loop with the operands in the other places."""
        kinds: dict[Kind, Kind] = {"left": "right", "right": "left", "both": "both", "sum": "sum"}
        return replace(self, left=self.right, right=self.left, kind=kinds[self.kind])


@dataclass(frozen=True, slots=True)
class Contraction:
    """A product of two arrays. The result has `axes` axes; its loops are listed axis by axis, outermost first."""

    left: View
    right: View
    loops: tuple[Loop, ...]
    axes: int

    @property
    def turned(self) -> "Contraction":
        """The same product with the operands in the other places."""
        return Contraction(self.right, self.left, tuple(loop.turned for loop in self.loops), self.axes)

    def of(self, *kinds: Kind) -> list[Loop]:
        """The loops of some kinds."""
        return [loop for loop in self.loops if loop.kind in kinds]


def matrix_product(left: View, right: View, gone: Sequence[int], fixed: View | None) -> Contraction | None:
    """The matrix product over the last two axes, leading axes broadcast, then summed over the axes in `gone`.

    None where the operands cut an axis differently, or where an axis to be summed is one of a single operand.
    """
    batch = max(len(left.axes), len(right.axes)) - 2
    missing = [batch + 2 - len(view.axes) for view in (left, right)]
    places = [
        (
            left.axes[axis - missing[0]] if axis >= missing[0] else (),
            right.axes[axis - missing[1]] if axis >= missing[1] else (),
        )
        for axis in range(batch)
    ]
    places += [(left.axes[-2], ()), ((), right.axes[-1])]
    return _contraction(left, right, places, (left.axes[-1], right.axes[-2]), gone, fixed)


def elementwise_product(left: View, right: View, gone: Sequence[int], fixed: View | None) -> Contraction | None:
    """The product of arrays with the same axes, broadcast, then summed over those in `gone`; None as above."""
    return _contraction(left, right, list(zip(left.axes, right.axes, strict=True)), ((), ()), gone, fixed)


def _contraction(
    left: View,
    right: View,
    places: Sequence[tuple[Levels, Levels]],
    summed: tuple[Levels, Levels],
    gone: Sequence[int],
    fixed: View | None,
) -> Contraction | None:
    loops: list[Loop] = []
    number = 0
    for axis, pair in enumerate(places):
        target = None if axis in gone or fixed is None else fixed.axes[number]
        found = _loops(pair, -1 if axis in gone else number, target)
        if found is None:
            return None
        number += axis not in gone
        loops += found
    found = _loops(summed, -1, None)
    if found is None:
        return None
    loops = [*loops, *found]
    if any(loop.kind in ("left", "right") and loop.axis < 0 for loop in loops):
        return None
    numbered = (replace(loop, number=place) for place, loop in enumerate(evened(loops)))
    return Contraction(left, right, tuple(numbered), number)


def _loops(pair: tuple[Levels, Levels], axis: int, target: Levels | None) -> list[Loop] | None:
    """The loops over an axis; `target` has the levels of the result where they are settled."""
    lists = [*pair, *([] if target is None else [target])]
    aligned = aligned_levels(lists)
    if aligned is None:
        return None
    loops = []
    for extent, strides in aligned:
        kind = _kind(strides[0], strides[1], axis < 0)
        loops.append(Loop(extent, strides[0], strides[1], kind, axis, None if target is None else strides[2]))
    return loops


def _kind(left: Dim, right: Dim, summed: bool) -> Kind:
    if left != 0 and right != 0:
        return "sum" if summed else "both"
    return "left" if left != 0 else "right"


def evened(loops: Iterable[Loop]) -> list[Loop]:
    """The loops with neighbours of one kind that lie evenly everywhere made one."""
    found: list[Loop] = []
    for loop in loops:
        last = found[-1] if found else None
        if last is not None and last.kind == loop.kind and last.axis == loop.axis and _even(last, loop):
            found[-1] = replace(loop, extent=product(last.extent, loop.extent))
        else:
            found.append(loop)
    return found


def _even(outer: Loop, inner: Loop) -> bool:
    if not isinstance(outer.extent, int) or not isinstance(inner.extent, int):
        return False
    pairs = [(outer.left, inner.left), (outer.right, inner.right)]
    if outer.fixed is not None and inner.fixed is not None:
        pairs.append((outer.fixed, inner.fixed))
    return all(far == product(near, inner.extent) for far, near in pairs)
