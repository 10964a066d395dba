"""Bonds made smaller at least loss, or larger at no change of the map, in place and with the optimizer's state."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from tncc.diagnostics.bond_kinds import BadBondSize, NotResizable
from tncc.ir.bond_tree import carriers
from tncc.ir.network import Contraction, Function, Network, legs
from tncc.layers.bond_names import find_bond, place, refused, sole_axis, writable_tree
from tncc.layers.layer import Layer
from tncc.layers.moving import Change, Leg, Step, leg_of, moved_state, parameters, replace_values
from tncc.layers.tree_arrays import centre, check_values, look_from, read_tree, working_dtype

NOISE = 0.1
"""New slices are normal numbers of so many times the root mean square of what the tensor holds."""

MOST = 2**40
"""The most numbers of a tensor: no memory holds more, and PyTorch can't count them."""

PARTIAL = frozenset({"log", "sqrt", "reciprocal"})
"""Functions that may make of new slices what zeros do not silence."""


@dataclass(frozen=True, slots=True)
class Truncation:
    """What became of a bond.

    `error` is the Frobenius norm of what was cut off over that of the whole product of tensors, `absolute_error` that
    norm itself; both are those of the best product with a bond of that size (Eckart and Young, 1936).
    """

    bond: str
    size_before: int
    size: int
    error: float
    absolute_error: float


def truncate(
    layer: Layer, bond: str, size: int | None, error: float | None, optimizer: torch.optim.Optimizer | None
) -> Truncation:
    """Cuts a bond down to a size, or to the least whose relative error is no more than `error`.

    Only the bond's two tensors change: A' = A P and B' = Q B with P = R^T V S^(-1/2) and Q = S^(-1/2) U^H L, where L
    and R are what the two branches leave at the bond and L R^T = U S V^H (as in Corboz et al., PRL 113, 2014, 046402).
    The two share the singular values evenly. Raises CompileError.
    """
    asked = f"truncate_({bond!r})"
    before = find_bond(layer.network, bond, asked).size
    _check_request(bond, before, size, error, asked)
    tree = writable_tree(layer.network, bond, asked)
    edge = next(edge for edge in tree.edges if edge.index == bond)
    names = [tree.nodes[end].value for end in edge.ends]
    targets = parameters(layer, names, asked)
    arrays = read_tree(layer.network, layer.stored, tree, asked)
    look_from(arrays, edge)
    number = tree.edges.index(edge)
    left, right = arrays.branches[number, 0], arrays.branches[number, 1]
    u, s, vh = torch.linalg.svd(centre(arrays, edge), full_matrices=False)
    wanted = size if size is not None else _least_size(s, error or 0.0)
    kept = min(wanted, int((s > s.max() * torch.finfo(s.dtype).eps * before).sum()))
    root = s[:kept].rsqrt()
    p = right.mT @ vh[:kept].mH * root
    q = root[:, None] * (u[:, :kept].mH @ left)
    axes = sole_axis(layer.network, bond, asked)
    first, second = (leg_of(layer, name, bond, axes[name]) for name in names)
    more = wanted - kept
    changes = {
        first.tensor: _projected(targets[first.tensor], first, p.mT, q.conj(), more, zeros=False),
        second.tensor: _projected(targets[second.tensor], second, q, p.mH, more, zeros=True),
    }
    _commit(layer, bond, wanted, changes, optimizer, asked)
    lost = float(torch.linalg.vector_norm(s[wanted:]))
    whole = float(torch.linalg.vector_norm(s))
    return Truncation(bond, before, wanted, lost / whole if whole else 0.0, lost)


def grow(layer: Layer, bond: str, size: int, optimizer: torch.optim.Optimizer | None) -> None:
    """Makes a bond larger; what the layer computes stays.

    In each product that sums over the bond the new slices of its last tensor are zeros, and those of the others small
    random numbers from torch's global generator, so that the zeros have gradients. Raises CompileError.
    """
    asked = f"grow_({bond!r})"
    before = find_bond(layer.network, bond, asked).size
    if not _is_size(size) or size < before:
        hint = f"give an int from {before} on; `truncate_` makes bonds smaller"
        raise refused(BadBondSize(place(asked), f"`{size}` is no size to grow to", bond, before, hint))
    zeroed = _zeroed(layer.network, bond, asked)
    axes = sole_axis(layer.network, bond, asked)
    targets = parameters(layer, axes, asked)
    numbers = max(targets[name].numel() // before * size for name in axes)
    if numbers > MOST:
        hint = f"a tensor would have {numbers:.3g} numbers then, and {MOST:.3g} is the most"
        raise refused(BadBondSize(place(asked), f"`{size}` is no size to grow to", bond, before, hint))
    changes = {}
    for name, axis in axes.items():
        check_values(name, targets[name], asked)
        leg = leg_of(layer, name, bond, axis)
        value = _widened(targets[name].detach(), leg, size - before, zeros=name in zeroed)
        linear, squares = (Step(leg, None, size - before, mean) for mean in (False, True))
        changes[name] = Change(value, linear, squares)
    _commit(layer, bond, size, changes, optimizer, asked)


def _is_size(size: object) -> bool:
    return isinstance(size, int) and not isinstance(size, bool) and size >= 1


def _check_request(bond: str, before: int, size: int | None, error: float | None, asked: str) -> None:
    if (size is None) == (error is None):
        hint = "give either `size=` or `error=`"
        raise refused(BadBondSize(place(asked), "no single request is made", bond, before, hint))
    if size is not None and (not _is_size(size) or size > before):
        hint = f"give an int from 1 to {before}; `grow_` makes bonds larger"
        raise refused(BadBondSize(place(asked), f"`{size}` is no size to cut down to", bond, before, hint))
    number = isinstance(error, int | float) and not isinstance(error, bool)
    if error is not None and not (number and 0 <= error < 1):
        hint = "give a relative error from 0 to 1, `error=0.01` say"
        raise refused(BadBondSize(place(asked), f"`{error}` is no error to cut down to", bond, before, hint))


def _least_size(s: torch.Tensor, error: float) -> int:
    """The least number of singular values whose remainder is at most `error` times all of them, and no less than 1."""
    if not float(s.max()) > 0:
        return 1
    squares = (s / s.max()).square()
    behind = torch.cat([squares.flip(0).cumsum(0).flip(0), squares.new_zeros(1)])
    return max(1, int((behind > error**2 * behind[0]).sum()))


def _projected(
    target: torch.Tensor, leg: Leg, matrix: torch.Tensor, dual: torch.Tensor, more: int, zeros: bool
) -> Change:
    """A matrix multiplied onto a leg; gradients take its dual. Slices that no singular value fills are added."""
    value = target.detach()
    made = leg.multiplied(value.to(working_dtype(value)), matrix)
    narrow = Leg(leg.tensor, leg.axis, leg.before, matrix.shape[0], leg.after)
    made = _widened(made, narrow, more, zeros).to(value.dtype)
    return Change(made, Step(leg, dual, more, False), Step(leg, dual.abs().square(), more, True))


def _widened(value: torch.Tensor, leg: Leg, more: int, zeros: bool) -> torch.Tensor:
    """An array with more slices along a leg."""
    if not more:
        return value
    shape = leg.slices(value, more)
    if zeros:
        return leg.padded(value, value.new_zeros(shape))
    scale = torch.linalg.vector_norm(value) / max(value.numel(), 1) ** 0.5
    scale = torch.where(scale > 0, scale, torch.ones_like(scale)) * NOISE
    return leg.padded(value, torch.randn(shape, dtype=value.dtype, device=value.device) * scale)


def _zeroed(network: Network, bond: str, asked: str) -> set[str]:
    """The tensors whose new slices are zeros, so that nothing that sums over the bond sees the others'."""
    stored = {tensor.name for tensor in network.tensors if tensor.role != "input"}
    outputs = set(network.outputs)
    found: set[str] = set()
    free: set[str] = set()
    for operation in network.operations:
        kept = bond in legs(operation.axes)
        reason = None
        if kept and operation.name in outputs:
            reason = f"the output `{operation.name}` has it"
        elif isinstance(operation, Function) and bond in operation.over:
            reason = f"`{operation.function}` works over it"
        elif isinstance(operation, Function) and kept and operation.function in PARTIAL:
            reason = f"`{operation.function}` is not finite everywhere"
        elif isinstance(operation, Contraction) and bond in carriers(operation.operands):
            own = [operation.operands[one].value for one in carriers(operation.operands)[bond]]
            own = [name for name in own if name in stored]
            free.update(own)
            if not kept and not own:
                reason = f"`{operation.name}` sums over it without a stored tensor that has it"
            elif not kept:
                found.add(own[-1])
        if reason:
            raise refused(NotResizable(place(asked), bond, reason))
    if not free - found:
        raise refused(NotResizable(place(asked), bond, "no product joins two stored tensors that have it"))
    return found


def _commit(
    layer: Layer,
    bond: str,
    size: int,
    changes: Mapping[str, Change],
    optimizer: torch.optim.Optimizer | None,
    asked: str,
) -> None:
    """Everything that can fail first; then parameters, gradients, optimizer state and code change together."""
    targets = parameters(layer, changes, asked)
    state = moved_state(optimizer, targets, changes, asked)
    origin = layer._origin.with_bonds({bond: size})
    _check_shapes(layer, origin.network, bond, changes, asked)
    made = layer._class_for(origin)
    for name, target in targets.items():
        grad = target.grad
        target.grad = None
        replace_values(target, changes[name].value)
        if grad is not None:
            target.grad = changes[name].linear(grad).contiguous()
    for entry, key, value in state:
        entry[key] = value.contiguous()
    layer._become(made)


def _check_shapes(layer: Layer, network: Network, bond: str, changes: Mapping[str, Change], asked: str) -> None:
    for tensor in network.tensors:
        if tensor.role not in ("parameter", "frozen"):
            continue
        value = changes[tensor.name].value if tensor.name in changes else layer.stored(tensor)
        if tuple(value.shape) != tuple(axis.size for axis in tensor.axes):
            raise refused(NotResizable(place(asked), bond, f"the shape of `{tensor.name}` depends on it too"))
