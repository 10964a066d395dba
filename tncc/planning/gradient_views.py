"""Under which names the gradients of a value are added up, when its uses give its axes different ones."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tncc.ir.network import BATCH, Group, Index, Network, Operation, View, index_table, views


class CannotDifferentiate(Exception):
    """The gradients have to be left to autograd."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """What is known about all values before any gradient is.

    `axes` holds each value's own axes, with an index of its own for each bare axis. `active` are the values that
    depend on an input or a parameter; `picked` the inputs of which positions are picked, whose gradients are not
    planned; `coarse` the values that some use groups otherwise than they are declared: their gradients are added up
    axis by axis, under the names in `whole`. `indices` are those that the network lacks.
    """

    axes: Mapping[str, tuple[Group, ...]]
    active: frozenset[str]
    picked: frozenset[str]
    coarse: frozenset[str]
    whole: Mapping[str, tuple[Group, ...]]
    indices: tuple[Index, ...]
    table: Mapping[str, Index]

    def static_size(self, name: str) -> int:
        """The size of an index, where that is known now."""
        if name == BATCH or self.table[name].dynamic:
            raise CannotDifferentiate
        return self.table[name].size

    def canonical(self, operand: View, gradient: View) -> View:
        """A gradient under the operand's names, under those by which gradients of its value are added up."""
        if operand.value in self.coarse:
            return View(value=gradient.value, axes=self.whole[operand.value])
        names: dict[str, str] = {}
        for own, seen in zip(self.axes[operand.value], operand.axes, strict=True):
            if not isinstance(seen, int):
                names.update(zip(seen, own, strict=True))
        axes = [axis if isinstance(axis, int) else tuple(names[name] for name in axis) for axis in gradient.axes]
        return View(value=gradient.value, axes=tuple(axes))

    def own(self, value: str, total: View) -> View:
        """A sum of gradients under the value's own names."""
        return View(value=total.value, axes=self.axes[value]) if value in self.coarse else total


def shapes_of(network: Network, operations: Sequence[Operation]) -> Shapes:
    """What has to be known about the values; raises CannotDifferentiate for uses whose gradients are not planned."""
    table = index_table(network)
    added: dict[str, Index] = {}
    axes: dict[str, tuple[Group, ...]] = {}
    whole: dict[str, tuple[Group, ...]] = {}
    active = {tensor.name for tensor in network.tensors if tensor.role in ("input", "parameter")}
    for tensor in network.tensors:
        groups = []
        for place, axis in enumerate(tensor.axes):
            bare = Index(name=f"{tensor.name}.{place}", size=axis.size, dynamic=axis.dynamic)
            groups.append(axis.indices or (bare.name,))
            if not axis.indices:
                added[bare.name] = bare
        axes[tensor.name] = tuple(groups)
    for operation in operations:
        axes[operation.name] = operation.axes
        if any(view.value in active for view in views(operation)):
            active.add(operation.name)
    known = {**table, **added}
    picked, coarse = _uses(network, operations, axes, active, known)
    for value in sorted(coarse):
        whole[value] = tuple(_whole(value, place, group, known, added) for place, group in enumerate(axes[value]))
    used = {name for value in active - picked for group in axes[value] for name in group}
    used.update(name for groups in whole.values() for group in groups for name in group)
    indices = tuple(index for index in added.values() if index.name in used)
    return Shapes(axes, frozenset(active), frozenset(picked), frozenset(coarse), whole, indices, {**known, **added})


def _whole(value: str, place: int, group: Group, known: Mapping[str, Index], added: dict[str, Index]) -> Group:
    """One index for a whole axis: its own where there is just one."""
    if len(group) == 1:
        return group
    if any(name == BATCH or known[name].dynamic for name in group):
        raise CannotDifferentiate
    index = Index(name=f"{value}'{place}", size=math.prod(known[name].size for name in group))
    added[index.name] = index
    return (index.name,)


def _uses(
    network: Network,
    operations: Sequence[Operation],
    axes: Mapping[str, tuple[Group, ...]],
    active: set[str],
    known: Mapping[str, Index],
) -> tuple[set[str], set[str]]:
    """The inputs of which positions are picked, and the values that some use groups otherwise."""
    inputs = {tensor.name for tensor in network.inputs}
    picked: set[str] = set()
    coarse: set[str] = set()
    for operation in operations:
        for view in views(operation):
            if view.value not in active:
                continue
            names = [name for axis in view.axes if not isinstance(axis, int) for name in axis]
            if any(isinstance(axis, int) for axis in view.axes) or len(set(names)) < len(names):
                if view.value not in inputs:
                    raise CannotDifferentiate
                picked.add(view.value)
            elif any(not _alike(own, seen, known) for own, seen in zip(axes[view.value], view.axes, strict=True)):
                coarse.add(view.value)
    return picked, coarse - picked


def _alike(own: Group, seen: Group | int, known: Mapping[str, Index]) -> bool:
    """Whether a use gives an axis the same indices, up to their names."""
    if isinstance(seen, int) or len(own) != len(seen):
        return False
    return all(
        one == other or (BATCH not in (one, other) and known[one].size == known[other].size
                         and known[one].dynamic == known[other].dynamic)
        for one, other in zip(own, seen, strict=True)
    )  # fmt: skip
