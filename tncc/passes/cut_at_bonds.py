"""A network cut at bonds, so that what crosses a bond is a value of its own: read, or replaced and then gone on with.

    y[o] = x[i] * A[i, r] * B[r, o]     →     at:r[r] = x[i] * A[i, r];  y[o] = at:r[r] * B[r, o]

Where a bond is hooked, what comes behind it reads the input `hook:r` instead, in a network of its own.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from tncc.diagnostics.bond_kinds import HooksApart, NoActivation
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.span import Span
from tncc.ir.bond_tree import carriers, connected
from tncc.ir.network import (
    BATCH,
    Axis,
    Binding,
    Contraction,
    Function,
    Group,
    Network,
    Operation,
    Tensor,
    View,
    complex_values,
    index_table,
    legs,
    single_axes,
    values_from,
    views,
)


@dataclass(frozen=True, slots=True)
class Cut:
    """What is before a bond in the product that sums over it: positions of operands; `axes` are the activation's."""

    bond: str
    product: str
    before: frozenset[int]
    axes: tuple[str, ...]

    @property
    def value(self) -> str:
        """The name of the activation."""
        return f"at:{self.bond}"

    @property
    def replaced(self) -> str:
        """The name of what a hook makes of it."""
        return f"hook:{self.bond}"


@dataclass(frozen=True, slots=True)
class Segment:
    """What is computed in one go: the network of it, whose inputs are all that it reads, and the hooks that follow."""

    network: Network
    hooks: tuple[Cut, ...]


def find_cut(network: Network, bond: str, asked: str) -> Cut:
    """Where the network is cut at a bond; raises Failure where nothing can be cut there, or nothing is computed yet.

    Before the bond are the stored tensors on its input's side, with the activations that share indices with them. In a
    tree of stored tensors the bond has two sides, and the input's is: the one that shares indices with activations,
    where only one does; else the one that shares none with the result, where only one does; else that of the tensor
    that comes first in the product. In a loop, and at an index of several tensors, it is what the product names up to
    the first tensor that carries the bond or, where no activation comes in there, from the last one on.

    The activation's axes are `...`, the bond, and then all other indices that are still open, in the order in which the
    product names them.
    """
    place = Span(asked, 0, 0, 0, 0)
    product = _summing(network, bond, place)
    moving = values_from(network, (tensor.name for tensor in network.inputs))
    acting = [one for one, view in enumerate(product.operands) if view.value in moving]
    if not acting:
        reason = f"no input comes into `{product.name}`, the product that sums over it"
        raise Failure(NoActivation(place, bond, reason))
    before = _before(product, bond, acting)
    if not before.intersection(acting):
        raise Failure(NoActivation(place, bond, "no input comes in before it"))
    inside = dict.fromkeys(name for one in sorted(before) for name in product.operands[one].indices)
    outside = {name for one, view in enumerate(product.operands) if one not in before for name in view.indices}
    still_open = outside.union(legs(product.axes))
    others = [name for name in inside if name in still_open and name not in (BATCH, bond)]
    return Cut(bond, product.name, before, (*([BATCH] if BATCH in inside else []), bond, *others))


def _summing(network: Network, bond: str, place: Span) -> Contraction:
    """The one product that sums over a bond."""
    found = [
        operation
        for operation in network.operations
        if isinstance(operation, Contraction)
        and bond not in legs(operation.axes)
        and len(carriers(operation.operands).get(bond, ())) > 1
    ]
    if len(found) == 1:
        return found[0]
    if found:
        reason = f"`{found[0].name}` and `{found[1].name}` both sum over it"
        raise Failure(NoActivation(place, bond, reason, "give each of the two a bond of its own"))
    raise Failure(NoActivation(place, bond, "no product of two tensors sums over it"))


def _before(product: Contraction, bond: str, acting: Sequence[int]) -> frozenset[int]:
    """The operands before a bond."""
    operands = product.operands
    ends = carriers(operands)[bond]
    direct = [one for one in ends if one in acting]
    if direct:
        return frozenset(direct if len(direct) < len(ends) else direct[:1])
    stored = [one for one in range(len(operands)) if one not in acting]
    names = {one: set(operands[one].indices) - {BATCH} for one in range(len(operands))}
    joints = [found for name, found in carriers(operands).items() if name != bond]
    groups = [group for group in connected(stored, joints) if set(group) & set(ends)]
    if len(ends) == len(groups) == 2:
        sides = [_input_side(product, groups, acting, names)]
    else:
        upward = ([one for one in stored if one <= ends[0]], ends[0])
        downward = ([one for one in stored if one >= ends[-1]], ends[-1])
        sides = [
            next(group for group in connected(some, carriers(operands).values()) if end in group)
            for some, end in (upward, downward)
        ]
    found = []
    for side in sides:
        behind = [one for one in stored if one not in side]
        found.append(frozenset(side).union(_joining(side, behind, acting, names)))
    return next((before for before in found if before.intersection(acting)), found[0])


def _input_side(
    product: Contraction, groups: list[list[int]], acting: Sequence[int], names: Mapping[int, set[str]]
) -> list[int]:
    """Which of two sides of a bond is the input's."""
    first, second = sorted(groups, key=min)
    coming = set().union(*(names[one] for one in acting))
    going = set(legs(product.axes)) - {BATCH}
    for wanted, indices in ((True, coming), (False, going)):
        fits = [any(names[one] & indices for one in side) is wanted for side in (first, second)]
        if fits[0] != fits[1]:
            return first if fits[0] else second
    return first


def _joining(
    side: Iterable[int], behind: Iterable[int], acting: Sequence[int], names: Mapping[int, set[str]]
) -> set[int]:
    """The activations that share indices with a side, and those that share some with these alone."""
    own = set().union(*(names[one] for one in side))
    other = set().union(*(names[one] for one in behind))
    found = {one for one in acting if names[one] & own}
    reached = set().union(*(names[one] for one in found))
    free = [one for one in acting if one not in found and not names[one] & other]
    while more := [one for one in free if names[one] & reached]:
        found.update(more)
        reached.update(*(names[one] for one in more))
        free = [one for one in free if one not in found]
    return found


def cut_at_bonds(network: Network, taps: Sequence[Cut], hooks: Sequence[Cut]) -> tuple[Segment, ...]:
    """The network in segments to be run in order, with hooks in between; raises Failure for hooks that don't compose.

    All tensors that are stored are inputs there. A segment's outputs are the activations that are read or hooked, what
    later segments need, and the network's outputs.
    """
    operations: list[Operation] = []
    by_product: dict[str, list[Cut]] = {}
    for cut in dict.fromkeys((*hooks, *taps)):
        by_product.setdefault(cut.product, []).append(cut)
    for operation in network.operations:
        if isinstance(operation, Contraction) and operation.name in by_product:
            operations += _cut_product(operation, by_product[operation.name], set(hooks))
        else:
            operations.append(operation)
    wanted = {*network.outputs, *(cut.value for cut in (*taps, *hooks))}
    replaced = {cut.replaced: cut for cut in hooks}
    axes = {operation.name: operation.axes for operation in operations}
    axes |= {name: single_axes(cut.axes) for name, cut in replaced.items()}
    numbers = _complex(network, operations, hooks)
    level: dict[str, int] = {}
    for operation in operations:
        level[operation.name] = max((_level(view.value, level, replaced) for view in views(operation)), default=0)
    parts = []
    for number in range(max(level.values(), default=0) + 1):
        own = [operation for operation in operations if level[operation.name] == number]
        later = [operation for operation in operations if level[operation.name] > number]
        read = {view.value for operation in later for view in views(operation)}
        outputs = tuple(operation.name for operation in own if operation.name in wanted | read)
        if outputs:
            after = tuple(cut for cut in hooks if level[cut.value] == number)
            parts.append(Segment(_part(network, own, outputs, axes, numbers), after))
    return tuple(parts)


def _complex(network: Network, operations: Iterable[Operation], hooks: Iterable[Cut]) -> set[str]:
    """The complex values, activations among them: these are as complex as what they are made of."""
    found = set(complex_values(network))
    replaced = {cut.value: cut.replaced for cut in hooks}
    for operation in operations:
        real = isinstance(operation, Function) and operation.function == "abs"
        if not real and any(view.value in found for view in views(operation)):
            found |= {operation.name, replaced.get(operation.name, operation.name)}
    return found


def _level(value: str, level: Mapping[str, int], replaced: Mapping[str, Cut]) -> int:
    return level[replaced[value].value] + 1 if value in replaced else level.get(value, 0)


def _cut_product(product: Contraction, cuts: list[Cut], hooks: set[Cut]) -> list[Contraction]:
    """The steps of a product: an activation for each cut, from the nearest one before it, and then the result."""
    ordered = sorted(cuts, key=lambda cut: (len(cut.before), cut not in hooks))
    hooked = [cut for cut in ordered if cut in hooks]
    for first, second in pairwise(hooked):
        if not first.before <= second.before:
            raise Failure(HooksApart(Span("hook_", 0, 0, 0, 0), first.bond, second.bond))
    steps: list[Contraction] = []
    everything = frozenset(range(len(product.operands)))
    done: list[Cut] = []
    for cut in ordered:
        operands = _from_nearest(product, done, cut.before, hooks)
        axes = single_axes(cut.axes)
        steps.append(Contraction(name=cut.value, operands=operands, axes=axes, span=product.span))
        done.append(cut)
    operands = _from_nearest(product, done, everything, hooks)
    return [*steps, product.model_copy(update={"operands": operands})]


def _from_nearest(
    product: Contraction, done: Sequence[Cut], before: frozenset[int], hooks: set[Cut]
) -> tuple[View, ...]:
    """The operands of a part of a product, the largest activation in it that has all hooks in it behind it for many."""
    inside = [cut for cut in done if cut.before <= before]
    last = next((cut.before for cut in reversed(inside) if cut in hooks), frozenset[int]())
    near = next((cut for cut in reversed(inside) if last <= cut.before), None)
    if near is None:
        return tuple(product.operands[one] for one in sorted(before))
    value = near.replaced if near in hooks else near.value
    rest = (product.operands[one] for one in sorted(before - near.before))
    return (View(value=value, axes=single_axes(near.axes)), *rest)


def _part(
    network: Network,
    own: Sequence[Operation],
    outputs: tuple[str, ...],
    axes: Mapping[str, tuple[Group, ...]],
    numbers: Set[str],
) -> Network:
    """Some operations as a network, whose inputs are whatever they read.

    `axes` are those of all values that are computed, `numbers` the complex values.
    """
    made = {operation.name for operation in own}
    read = dict.fromkeys(view.value for operation in own for view in views(operation) if view.value not in made)
    carried = {name for operation in own for view in views(operation) for name in view.indices}
    sized = [binding.input for binding in network.bindings if binding.index in carried]
    own_inputs = {tensor.name for tensor in network.inputs if tensor.name in read}
    # An input that nothing here reads may be the only one that says how large an index is.
    known_by = own_inputs.union(sized)
    tensors, bindings = [], [binding for binding in network.bindings if binding.input in known_by]
    for tensor in network.tensors:
        if tensor.name in read or tensor.name in known_by:
            tensors.append(tensor if tensor.role == "copy" else tensor.model_copy(update={"role": "input"}))
    for name in read:
        if name in axes:
            tensors.append(_input(name, axes[name], network, name in numbers))
            bindings += _bindings(name, axes[name], network)
    table = index_table(network)
    used = carried.union(n for tensor in tensors for axis in tensor.axes for n in axis.indices)
    used.update(binding.index for binding in bindings)
    known = {name for name in table if name in used or name == BATCH}
    return network.model_copy(
        update={
            "indices": tuple(index for name, index in table.items() if name in known),
            "tensors": tuple(tensors),
            "operations": tuple(own),
            "outputs": outputs,
            "bindings": tuple(bindings),
        }
    )


def _input(name: str, axes: tuple[Group, ...], network: Network, is_complex: bool) -> Tensor:
    """A value of an earlier segment as an input."""
    table = index_table(network)
    shape = []
    for group in axes:
        size = 1
        for index in group:
            size *= table[index].size
        shape.append(Axis(indices=group, size=size, dynamic=any(table[index].dynamic for index in group)))
    return Tensor(name=name, path=(name,), role="input", axes=tuple(shape), complex=is_complex)


def _bindings(name: str, axes: tuple[Group, ...], network: Network) -> list[Binding]:
    """How the sizes of dynamic indices follow from such an input."""
    table = index_table(network)
    found = []
    for place, group in enumerate(axes):
        for index in group:
            if table[index].dynamic:
                over = 1
                for other in group:
                    over *= 1 if other == index else table[other].size
                found.append(Binding(index=index, input=name, axis=place - len(axes), over=over))
    return found
