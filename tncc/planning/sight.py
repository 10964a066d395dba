"""A value seen under a view: positions picked, axes split at use, diagonals taken, names changed."""

from collections.abc import Mapping, Sequence

from tncc.ir.network import Group, View
from tncc.ir.program import Dim
from tncc.planning.arrays import Array, Writer


def renaming(axes: Sequence[Group], view: View, extents: Mapping[str, Dim]) -> dict[str, str] | None:
    """The view's name for each index of a result with these axes; None unless the view does nothing but rename."""
    found: dict[str, str] = {}
    for group, seen in zip(axes, view.axes, strict=True):
        if isinstance(seen, int) or len(seen) != len(group):
            return None
        for old, new in zip(group, seen, strict=True):
            same = extents[old] == extents[new] or (isinstance(extents[old], str) and isinstance(extents[new], str))
            if not same:
                return None
            found[old] = new
    return found if len(set(found.values())) == len(found) else None


def seen_order(view: View) -> Group:
    """The order of a view's indices once its diagonals have been taken, each of which goes last."""
    order = [index for axis in view.axes if not isinstance(axis, int) for index in axis]
    for index in repeated(order):
        while order.count(index) > 1:
            order.remove(index)
            order.remove(index)
            order.append(index)
    return tuple(order)


def repeated(order: Sequence[str]) -> list[str]:
    """The indices that stand more than once."""
    if len(set(order)) == len(order):
        return []
    return [index for index in dict.fromkeys(order) if order.count(index) > 1]


def look(writer: Writer, array: Array, view: View) -> Array:
    """Writes what a view needs; `array` has one axis for each axis of the view."""
    named = tuple(old if isinstance(new, int) else new for old, new in zip(array.groups, view.axes, strict=True))
    array = Array(array.name, named, array.complex)
    for axis in reversed(range(len(view.axes))):
        position = view.axes[axis]
        if isinstance(position, int):
            array = writer.select(array, axis, position)
    twice = repeated(array.order)
    if not twice:
        return array
    split: list[Group] = []
    for group in array.groups:
        split += [(index,) for index in group] if any(index in twice for index in group) else [group]
    array = writer.reshape(array, tuple(split))
    for index in twice:
        while (axes := [axis for axis, group in enumerate(array.groups) if group == (index,)])[1:]:
            array = writer.diagonal(array, (axes[0], axes[1]))
    return array
