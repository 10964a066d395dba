"""Under which names the gradients of a value are added up, when its uses give its axes different ones."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tncc.ir.network import BATCH, Group, Index, Network, Operation, Placed, Tensor, View, index_table, views


class CannotDifferentiate(Exception):
    """The gradients have to be left to autograd."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """What is known about all values before any gradient is.

    `axes` holds each value's own axes, with an index of its own for each bare axis. `active` are the values that
    depend on an input or a parameter and have a gradient; `missing` the inputs whose gradients are not planned;
    `coarse` the values that some use groups otherwise than they are declared: their gradients are added up axis by
    axis, under the names in `whole`. `indices` are those that the network lacks.
    """

    axes: Mapping[str, tuple[Group, ...]]
    active: frozenset[str]
    missing: tuple[str, ...]
    whole: Mapping[str, tuple[Group, ...]]
    indices: tuple[Index, ...]
    table: Mapping[str, Index]

    @property
    def coarse(self) -> frozenset[str]:
        """The values whose gradients are added up axis by axis."""
        return frozenset(self.whole)

    def is_static(self, name: str) -> bool:
        """Whether the size of an index is known now."""
        return name != BATCH and not self.table[name].dynamic

    def static_size(self, name: str) -> int:
        """The size of an index, where that is known now."""
        if not self.is_static(name):
            raise CannotDifferentiate
        return self.table[name].size

    def summed_axes(self, value: str) -> tuple[Group, ...]:
        """The axes under which the gradients of a value are added up."""
        return self.whole.get(value, self.axes[value])

    def canonical(self, operand: View, gradient: View) -> Placed:
        """A gradient under the operand's names, which stand once each, where it lies in that of the whole value."""
        axes = self.summed_axes(operand.value)
        place = tuple(seen if isinstance(seen, int) else own for own, seen in zip(axes, operand.axes, strict=True))
        if operand.value in self.coarse:
            seen_axes = tuple(lies for lies in place if not isinstance(lies, int))
            return Placed(operand=View(value=gradient.value, axes=seen_axes), place=place)
        names: dict[str, str] = {}
        for own, seen in zip(axes, operand.axes, strict=True):
            if not isinstance(seen, int):
                names.update(zip(seen, own, strict=True))
        renamed = [axis if isinstance(axis, int) else tuple(names[name] for name in axis) for axis in gradient.axes]
        return Placed(operand=View(value=gradient.value, axes=tuple(renamed)), place=place)

    def own(self, value: str, total: View) -> View:
        """A sum of gradients under the value's own names."""
        return View(value=total.value, axes=self.axes[value]) if value in self.coarse else total


def shapes_of(network: Network, operations: Sequence[Operation]) -> Shapes:
    """What has to be known about the values; raises CannotDifferentiate where gradients that are needed can't be."""
    survey = Survey(network, index_table(network))
    survey.look(operations)
    missing = tuple(tensor.name for tensor in network.inputs if tensor.name in survey.failed)
    active = {tensor.name for tensor in network.tensors if tensor.role in ("input", "parameter")}.difference(missing)
    for operation in operations:
        if any(view.value in active for view in views(operation)):
            active.add(operation.name)
    if not active.isdisjoint(survey.failed):
        raise CannotDifferentiate
    whole = {value: groups for value, groups in survey.whole.items() if value in active}
    used = {name for value in active for group in survey.axes[value] for name in group}
    used.update(name for groups in whole.values() for group in groups for name in group)
    indices = tuple(index for index in survey.added.values() if index.name in used)
    return Shapes(survey.axes, frozenset(active), missing, whole, indices, survey.table)


@dataclass(slots=True)
class Survey:
    """Looks at all values and all their uses. `failed` are those whose gradients can't be planned."""

    network: Network
    table: dict[str, Index]
    added: dict[str, Index] = field(default_factory=dict)
    axes: dict[str, tuple[Group, ...]] = field(default_factory=dict)
    whole: dict[str, tuple[Group, ...]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    def look(self, operations: Sequence[Operation]) -> None:
        """The values' own axes, then which of them are used in other groupings."""
        uses = [view for operation in operations for view in views(operation)]
        for tensor in self.network.tensors:
            self.axes[tensor.name] = self.own_axes(tensor, [view for view in uses if view.value == tensor.name])
        self.axes |= {operation.name: operation.axes for operation in operations}
        for view in uses:
            names = [name for axis in view.axes if not isinstance(axis, int) for name in axis]
            if any(self.is_dynamic(name) and names.count(name) > 1 for name in names):
                self.failed.add(view.value)
            elif view.value not in self.whole and not self.is_alike(view):
                self.whole[view.value] = self.whole_axes(view.value)

    def own_axes(self, tensor: Tensor, uses: Sequence[View]) -> tuple[Group, ...]:
        """A tensor's axes, with a new index for each bare axis and for what repeats an index.

        A bare axis of run-time size goes by the names of its first use.
        """
        groups: list[Group] = []
        known: set[str] = set()
        for place, axis in enumerate(tensor.axes):
            group = axis.indices
            if not group and axis.dynamic:
                seen = (view.axes[place] for view in uses)
                group = next((names for names in seen if not isinstance(names, int)), ())
            elif not group:
                group = (self.new_index(f"{tensor.name}.{place}", axis.size),)
            for name in group:
                if name in known and self.is_dynamic(name):
                    self.failed.add(tensor.name)
            own = [self.new_index(f"{tensor.name}.{place}.{n}", self.table[n].size) if n in known else n for n in group]
            known.update(own)
            groups.append(tuple(own))
        return tuple(groups)

    def whole_axes(self, value: str) -> tuple[Group, ...]:
        """One index for each axis as a whole: its own where there is just one."""
        groups: list[Group] = []
        for place, group in enumerate(self.axes[value]):
            if len(group) == 1:
                groups.append(group)
                continue
            if any(self.is_dynamic(name) for name in group):
                self.failed.add(value)
            size = math.prod(self.table[name].size for name in group)
            groups.append((self.new_index(f"{value}'{place}", size),))
        return tuple(groups)

    def is_alike(self, view: View) -> bool:
        """Whether a use gives each axis that it does not pick from the indices of the value, up to their names."""
        return all(
            isinstance(seen, int)
            or (len(own) == len(seen) and all(self.same(one, other) for one, other in zip(own, seen, strict=True)))
            for own, seen in zip(self.axes[view.value], view.axes, strict=True)
        )

    def same(self, one: str, other: str) -> bool:
        """Whether two indices can stand for each other."""
        if BATCH in (one, other):
            return one == other
        first, second = self.table[one], self.table[other]
        return (first.size, first.dynamic) == (second.size, second.dynamic)

    def is_dynamic(self, name: str) -> bool:
        """Whether the size of an index is known at run time only."""
        return name == BATCH or self.table[name].dynamic

    def new_index(self, name: str, size: int) -> str:
        """An index that the network lacks."""
        self.added[name] = self.table[name] = Index(name=name, size=size)
        return name
