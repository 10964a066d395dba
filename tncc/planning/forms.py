"""The ways of doing one product of two arrays with given axis orders: which matmul, on which arrangement, at what cost.

One operand keeps its order, as far as it can; the other one is rearranged to suit it. The indices of a product fall
into four classes: `batch` (carried by both operands and the result), `summed` (by both operands only), and those
that one operand shares with the result. Costs are elements moved; see `movement`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from tncc.ir.network import BATCH, Group
from tncc.planning.movement import BY_THUMB, Costs

Axes = tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """How to do a product: the axes that each operand is brought to, and those of the result.

    `matmul` takes operand `left` first. `dot` multiplies elementwise, `batched` as matrices with operand `left` first,
    both to the axes `wide`, of which those not in `out` are summed.
    """

    kind: Literal["matmul", "multiply", "dot", "batched"]
    first: Axes
    second: Axes
    out: Axes
    cost: float
    left: int = 0
    wide: Axes = ()

    @property
    def order(self) -> Group:
        """The order of the result's indices."""
        return tuple(index for group in self.out for index in group)

    @property
    def gone(self) -> tuple[int, ...]:
        """The places of the axes in `wide` that are summed."""
        return tuple(axis for axis, group in enumerate(self.wide) if group not in self.out)


@dataclass(frozen=True, slots=True)
class Joint:
    """What the forms of a product need to know besides the orders of its operands.

    `late` and `soon` rank the result's indices: by when they will be summed, last first, and the other way round.
    """

    batch: frozenset[str]
    summed: frozenset[str]
    sizes: Mapping[str, int]
    late: Mapping[str, tuple[float, int]]
    soon: Mapping[str, tuple[float, int]]
    costs: Costs = BY_THUMB
    copies: dict[tuple[Group, Group], float] = field(default_factory=dict, compare=False)

    def copy(self, source: Group, target: Group) -> float:
        """Bringing an operand from one order into another."""
        key = source, target
        if key not in self.copies:
            self.copies[key] = self.costs.permute(source, target, self.sizes)
        return self.copies[key]

    def extent(self, indices: Iterable[str]) -> int:
        """The number of elements of an array with these indices."""
        count = 1
        for index in indices:
            count *= self.sizes[index]
        return count

    def orders(self, indices: Group) -> list[Group]:
        """These indices as they lie, those summed last first, and those summed soon first."""
        if len(indices) < 2:
            return [indices]
        late = tuple(sorted(indices, key=self.late.__getitem__))
        soon = tuple(sorted(indices, key=self.soon.__getitem__))
        return list(dict.fromkeys((indices, late, soon)))


def forms(first: Group, second: Group, joint: Joint) -> Iterator[Form]:
    """Every form worth considering of the product of operands that lie in these orders."""
    roles = ((first, second, False), (second, first, True))
    if joint.summed:
        yield from products(first, second, joint)
        for kept, other, turned in roles:
            yield from inline_products(kept, other, turned, joint)
            yield from batched_sums(kept, other, turned, joint)
            if joint.summed.union(joint.batch).issuperset(other):
                yield dot(kept, other, turned, joint)
        return
    sizes = joint.extent(first), joint.extent(second)
    for (kept, other, turned), size in zip(roles, sizes, strict=True):
        if size == max(sizes):
            yield from elementwise(kept, other, turned, joint)


def only(order: Group, indices: frozenset[str]) -> Group:
    """These indices as they lie in an order."""
    return tuple(index for index in order if index in indices)


def lies(order: Group, batch: Group, rows: Group, columns: Group) -> bool:
    """Whether an array is a batch of matrices as it lies: three runs, unit stride in the rows or the columns."""
    if batch and order[-1] in batch:
        return False
    if order == batch + rows + columns or order == batch + columns + rows:
        return True
    return bool(batch) and order in (rows + batch + columns, columns + batch + rows)


def products(kept: Group, other: Group, joint: Joint) -> Iterator[Form]:
    """One product of matrices, or a batch of them over the batch indices, copying whatever doesn't lie so."""
    classes = (joint.batch, joint.summed)
    free = tuple(index for index in kept if not any(index in members for members in classes))
    new = tuple(index for index in other if not any(index in members for members in classes))
    count, height, width, sum_length = (joint.extent(part) for part in (joint.batch, free, new, joint.summed))
    costs = (
        joint.costs.matmul(count, height, width, sum_length),
        joint.costs.matmul(count, width, height, sum_length),
    )
    batches = dict.fromkeys(only(order, joint.batch) for order in (kept, other))
    depths = dict.fromkeys(only(order, joint.summed) for order in (kept, other))
    for batch in batches:
        for depth in depths:
            placed = [
                (columns, 0 if lies(other, batch, columns, depth) else joint.copy(other, batch + columns + depth))
                for columns in joint.orders(new)
            ]
            for rows in joint.orders(free):
                copied = 0 if lies(kept, batch, rows, depth) else joint.copy(kept, batch + rows + depth)
                for columns, other_copied in placed:
                    yield from both_ways(batch, (rows, columns, depth), costs, copied + other_copied)


def batched_sums(kept: Group, other: Group, turned: bool, joint: Joint) -> Iterator[Form]:
    """Some summed indices come first in the kept operand, the others lie apart: a batch over the former, then its sum.

    So weights get their gradients from intermediate results as they lie.
    """
    shared = joint.batch | joint.summed
    end = next((place for place, index in enumerate(kept) if index not in shared), len(kept))
    lead, rest = kept[:end], kept[end:]
    depth, rows = only(rest, joint.summed), tuple(index for index in rest if index not in shared)
    if joint.summed.isdisjoint(lead) or not depth or not joint.batch.issubset(lead) or not lies(rest, (), rows, depth):
        return
    new = tuple(index for index in other if index not in shared)
    count, height, width, sum_length = (joint.extent(part) for part in (lead, rows, new, depth))
    costs = (
        joint.costs.matmul(count, height, width, sum_length),
        joint.costs.matmul(count, width, height, sum_length),
    )
    total = joint.costs.total(count * height * width)
    prefix = tuple(runs(lead, joint.batch))
    for columns in joint.orders(new):
        copied = 0.0 if lies(other, lead, columns, depth) else joint.copy(other, lead + columns + depth)
        for on_left, cost in zip((True, False), costs, strict=True):
            form = built((prefix, prefix), (rows, columns, depth), on_left, turned, cost + total + copied)
            out = tuple(group for group in form.out if not joint.summed.issuperset(group) or not group)
            yield replace(form, kind="batched", wide=form.out, out=out)


def both_ways(
    batch: Group, matrix: tuple[Group, Group, Group], costs: tuple[float, float], copied: float
) -> Iterator[Form]:
    """The product with the first operand on the left, and on the right: the results are each other's transposes."""
    prefix: Axes = (batch,) if batch else ()
    for on_left, cost in zip((True, False), costs, strict=True):
        yield built((prefix, prefix), matrix, on_left, False, cost + copied)


def built(
    prefixes: tuple[Axes, Axes], matrix: tuple[Group, Group, Group], on_left: bool, turned: bool, cost: float
) -> Form:
    """A matmul of the kept operand (rows × depth) with the other one (depth × columns), either way round."""
    prefix, other_prefix = prefixes
    rows, columns, depth = matrix
    if on_left:
        kept, other, out = (*prefix, rows, depth), (*other_prefix, depth, columns), (*prefix, rows, columns)
    else:
        kept, other, out = (*prefix, depth, rows), (*other_prefix, columns, depth), (*prefix, columns, rows)
    first, second = (other, kept) if turned else (kept, other)
    return Form("matmul", first, second, out, cost, left=int(turned == on_left))


def inline_products(kept: Group, other: Group, turned: bool, joint: Joint) -> Iterator[Form]:
    """The summed indices lie inside the kept operand: a batch over all that is before them, nothing of it copied.

    Where that has indices of the other operand among others, that operand is repeated over those others.
    """
    start = next(place for place, index in enumerate(kept) if index in joint.summed)
    end = start + len(joint.summed)
    before, depth, after = kept[:start], kept[start:end], kept[end:]
    if not joint.summed.issuperset(depth) or not joint.batch.issubset(before):
        return
    if len(before) == len(joint.batch) or not (after or joint.batch):
        return
    new = tuple(index for index in other if index not in joint.summed and index not in joint.batch)
    prefix = tuple(runs(before, joint.batch))
    other_prefix = tuple(group if group[0] in joint.batch else () for group in prefix) if joint.batch else ()
    batch = only(kept, joint.batch)
    sizes = [joint.extent(part) for part in (before, after, new, depth)]
    count, height, width, sum_length = sizes
    repeated = joint.costs.copy(count * width * sum_length) if batch else 0.0
    costs = (
        joint.costs.matmul(count, height, width, sum_length),
        joint.costs.matmul(count, width, height, sum_length),
    )
    for columns in joint.orders(new):
        copied = 0.0 if lies(other, batch, columns, depth) else joint.copy(other, batch + columns + depth)
        for on_left, cost in zip((True, False), costs, strict=True):
            matrix = (after, columns, depth)
            yield built((prefix, other_prefix), matrix, on_left, turned, cost + copied + repeated)


def runs(order: Group, members: frozenset[str]) -> Iterator[Group]:
    """The order cut where it passes from members to others or back."""
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or (order[end] in members) != (order[start] in members):
            yield order[start:end]
            start = end


def dot(kept: Group, other: Group, turned: bool, joint: Joint) -> Form:
    """The other operand has no index of its own: multiplied elementwise, and summed."""
    wide = common_runs(kept, kept, other, joint.summed)
    aligned = tuple(group if group[0] in other else () for group in wide)
    out = tuple(group for group in wide if group[0] not in joint.summed)
    first, second = (aligned, wide) if turned else (wide, aligned)
    return Form("dot", first, second, out, joint.costs.dot(joint.extent(kept)), wide=wide)


def elementwise(kept: Group, other: Group, turned: bool, joint: Joint) -> Iterator[Form]:
    """Nothing is summed: an elementwise product, broadcast; reading an operand against its order costs its size."""
    new = tuple(index for index in other if index not in joint.batch)
    size, other_size = joint.extent(kept), joint.extent(other)
    orders = [order for columns in joint.orders(new) for order in (kept + columns, columns + kept)]
    for order in dict.fromkeys((*orders, *joint.orders(kept + new))):
        cost = (0.0 if only(order, frozenset(kept)) == kept else joint.costs.stride(size)) + (
            0.0 if only(order, frozenset(other)) == other else joint.costs.stride(other_size)
        )
        out = common_runs(order, kept, other)
        mine = tuple(group if group[0] in kept else () for group in out)
        yours = tuple(group if group[0] in other else () for group in out)
        first, second = (yours, mine) if turned else (mine, yours)
        yield Form("multiply", first, second, out, cost)


def common_runs(order: Group, one: Group, other: Group, summed: frozenset[str] = frozenset()) -> Axes:
    """The order cut into runs that lie together in each operand that has them, so that neither is copied.

    The leading axes stay by themselves, as people expect to see them.
    """
    places = [{index: place for place, index in enumerate(operand)} for operand in (one, other)]
    found: list[list[str]] = []
    for index in order:
        last = found[-1][-1] if found else None
        joined = last is not None and last != BATCH and (last in summed) == (index in summed)
        for place in places:
            joined = joined and (last in place) == (index in place)
            joined = joined and (index not in place or place[index] == place[last or ""] + 1)
        if joined:
            found[-1].append(index)
        else:
            found.append([index])
    return tuple(tuple(group) for group in found)
