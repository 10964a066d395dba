"""What depends on no input and no parameter is computed apart, so that it can be computed once and kept.

    y[a] = x[i] * P[i, j] * Q[j, a]     →     y:1[i, a] = P[i, j] * Q[j, a];  y[a] = x[i] * y:1[i, a]     P, Q frozen

Only where that makes nothing larger: the folded tensor has at most as many elements as those it stands for.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from tncc.ir.network import Contraction, Network, Operation, View, index_table, legs, single_axes, views


def fold_frozen_constants(network: Network) -> Network:
    """Puts a contraction of its own before each one that holds connected constants worth folding."""
    constant = {tensor.name for tensor in network.tensors if tensor.role in ("frozen", "copy")}
    if not constant:
        return network
    sizes = {name: index.size for name, index in index_table(network).items()}
    taken = {tensor.name for tensor in network.tensors} | {operation.name for operation in network.operations}
    operations: list[Operation] = []
    for operation in network.operations:
        read = views(operation)
        if read and all(view.value in constant for view in read):
            constant.add(operation.name)
        elif isinstance(operation, Contraction):
            found, operation = folded(operation, constant, sizes, taken)
            constant.update(fold.name for fold in found)
            operations.extend(found)
        operations.append(operation)
    return network.model_copy(update={"operations": tuple(operations)})


def folded(
    operation: Contraction, constant: set[str], sizes: dict[str, int], taken: set[str]
) -> tuple[list[Contraction], Contraction]:
    """The contractions of constants that come out of one, and what is left of it."""
    groups = [group for group in worthwhile_groups(operation, constant, sizes) if len(group.members) > 1]
    folds = []
    replaced: dict[int, View | None] = {}
    for group in groups:
        operands = tuple(operation.operands[number] for number in sorted(group.members))
        carried = dict.fromkeys(name for view in operands for name in view.indices)
        axes = single_axes(tuple(name for name in carried if name in group.open))
        name = fresh_name(operation.name, taken)
        folds.append(Contraction(name=name, operands=operands, axes=axes, span=operation.span))
        replaced |= dict.fromkeys(group.members) | {min(group.members): View(value=name, axes=axes)}
    left = [replaced.get(number, view) for number, view in enumerate(operation.operands)]
    kept = tuple(view for view in left if view is not None)
    return folds, operation.model_copy(update={"operands": kept}) if folds else operation


def fresh_name(stem: str, taken: set[str]) -> str:
    """A name for a temporary result of an operation."""
    number = 1
    while f"{stem}:{number}" in taken:
        number += 1
    taken.add(f"{stem}:{number}")
    return f"{stem}:{number}"


@dataclass(slots=True)
class Fold:
    """Constants to be multiplied: which operands, the indices that are still open, and the elements stored so far."""

    members: set[int]
    open: set[str]
    stored: int


@dataclass(slots=True)
class Folding:
    """The constants of one contraction in groups, and how many operands or groups carry each index."""

    kept: set[str]
    sizes: dict[str, int]
    uses: dict[str, int] = field(default_factory=dict)
    carriers: dict[str, list[int]] = field(default_factory=dict)
    groups: dict[int, Fold] = field(default_factory=dict)
    owner: dict[int, int] = field(default_factory=dict)

    def add(self, number: int, indices: tuple[str, ...], constant: bool) -> None:
        """An operand, a group of its own if it is constant."""
        for name in indices:
            self.uses[name] = self.uses.get(name, 0) + 1
        if not constant:
            return
        self.groups[number] = Fold({number}, set(indices), self.elements(indices))
        self.owner[number] = number
        for name in indices:
            self.carriers.setdefault(name, []).append(number)

    def elements(self, indices: Iterable[str]) -> int:
        """The number of elements of a tensor with these indices."""
        return math.prod(self.sizes[name] for name in indices)

    def join(self, one: int, other: int) -> bool:
        """Makes one group of two if their product is no larger than what they store; says whether it did."""
        first, second = self.groups[one], self.groups[other]
        shared = first.open & second.open
        inner = {name for name in shared if name not in self.kept and self.uses[name] == 2}
        inner |= {name for name in first.open ^ second.open if name not in self.kept and self.uses[name] == 1}
        left = (first.open | second.open) - inner
        stored = first.stored + second.stored
        if self.elements(left) > stored:
            return False
        for name in shared:
            self.uses[name] -= 1
        del self.groups[other]
        self.groups[one] = Fold(first.members | second.members, left, stored)
        self.owner.update(dict.fromkeys(second.members, one))
        return True


def worthwhile_groups(operation: Contraction, constant: set[str], sizes: dict[str, int]) -> list[Fold]:
    """Grows groups of constants along shared indices until none can grow any more."""
    folding = Folding(set(legs(operation.axes)), sizes)
    for number, view in enumerate(operation.operands):
        folding.add(number, view.indices, view.value in constant)
    grown = True
    while grown:
        grown = False
        for numbers in folding.carriers.values():
            for pair in pairwise(numbers):
                one, other = (folding.owner[number] for number in pair)
                if one != other:
                    grown |= folding.join(one, other)
    return list(folding.groups.values())
