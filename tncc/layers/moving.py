"""A layer's parameters changed in place, with what an optimizer keeps for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from tncc.diagnostics.bond_kinds import NotResizable, UnusableState, UnusableValues
from tncc.ir.bond_tree import plain_axes, uses
from tncc.ir.network import Tensor, index_table
from tncc.layers.bond_names import place, refused
from tncc.layers.layer import Layer
from tncc.layers.tree_arrays import TreeArrays, multiplied

SQUARES = frozenset({"exp_avg_sq", "max_exp_avg_sq", "square_avg", "acc_delta", "sum", "exp_inf"})
"""What optimizers call their averages of squared gradients or steps; all else is taken to be linear in gradients."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A bond's leg of a stored tensor: its axis, and the sizes of what stands before and behind it in that axis."""

    tensor: str
    axis: int
    before: int
    size: int
    after: int

    def split(self, array: torch.Tensor) -> torch.Tensor:
        """The array with the leg as an axis of its own: `axis + 1`."""
        shape = array.shape
        return array.reshape(*shape[: self.axis], self.before, self.size, self.after, *shape[self.axis + 1 :])

    def joined(self, array: torch.Tensor) -> torch.Tensor:
        """The array as it is stored, from one with the leg as an axis of its own."""
        return array.flatten(self.axis, self.axis + 2)

    def multiplied(self, array: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
        """The array with a matrix of `(k, chi)` multiplied onto the leg."""
        return self.joined(multiplied(self.split(array), self.axis + 1, matrix))

    def padded(self, array: torch.Tensor, more: torch.Tensor) -> torch.Tensor:
        """The array with slices added behind those of the leg; `more` is split as the array is."""
        return self.joined(torch.cat([self.split(array), more.to(array)], dim=self.axis + 1))

    def slices(self, array: torch.Tensor, count: int) -> tuple[int, ...]:
        """The shape of so many slices."""
        shape = self.split(array).shape
        return (*shape[: self.axis + 1], count, *shape[self.axis + 2 :])


def leg_of(layer: Layer, tensor: str, bond: str, axis: int) -> Leg:
    """The leg of a tensor that is the bond, in a stored axis that may have others beside it."""
    sizes = {name: index.size for name, index in index_table(layer.network).items()}
    for view in uses(layer.network)[tensor]:
        groups = plain_axes(view)
        if groups is not None and bond in groups[axis]:
            group = groups[axis]
            here = group.index(bond)
            before, after = (_product(sizes, names) for names in (group[:here], group[here + 1 :]))
            return Leg(tensor, axis, before, sizes[bond], after)
    reason = f"only a part of `{tensor}` takes part in the product"
    raise refused(NotResizable(place(f"`{bond}`"), bond, reason))


def _product(sizes: Mapping[str, int], names: Iterable[str]) -> int:
    found = 1
    for name in names:
        found *= sizes[name]
    return found


def parameters(layer: Layer, names: Iterable[str], asked: str) -> dict[str, nn.Parameter]:
    """The parameters that some tensors are; raises CompileError for what is computed whenever it is read."""
    tensors: dict[str, Tensor] = {tensor.name: tensor for tensor in layer.network.tensors}
    found = {}
    for name in names:
        owner, own = layer._place(tensors[name])
        parameter = owner._parameters.get(own)
        if parameter is None:
            hint = "remove its parametrization first"
            raise refused(UnusableValues(place(asked), name, "is no parameter of the layer now", hint))
        found[name] = parameter
    return found


def replace_values(parameter: nn.Parameter, value: torch.Tensor) -> None:
    """Gives a parameter values of another shape; it stays the same object, with its hooks."""
    value = value.to(parameter).contiguous()
    # Graphs of past calls hold on to the parameter's node in autograd, which knows its shape; a change of type makes
    # autograd drop that node.
    other = torch.float32 if value.dtype == torch.float64 else torch.float64
    parameter.data = torch.empty(0, dtype=other, device=value.device)
    parameter.data = value


def write(layer: Layer, found: TreeArrays, asked: str) -> None:
    """Stores the tensors of a tree, which show them whole, in the parameters as they lie."""
    targets = parameters(layer, [node.value for node in found.tree.nodes], asked)
    with torch.no_grad():
        for node, array in zip(found.tree.nodes, found.arrays, strict=True):
            target = targets[node.value]
            target.copy_(array.reshape(target.shape))


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A change of one array along a leg: a matrix multiplied onto it, then slices of zeros or of the mean added."""

    leg: Leg
    matrix: torch.Tensor | None
    more: int
    mean: bool

    def __call__(self, array: torch.Tensor) -> torch.Tensor:
        """The array after the change, in its own dtype."""
        leg, changed = self.leg, array
        if self.matrix is not None:
            # Optimizers keep averages of squares of complex tensors as complex numbers, part by part.
            dtype = torch.promote_types(self.matrix.dtype, array.dtype)
            changed = leg.multiplied(array.to(dtype), self.matrix.to(array.device, dtype)).to(array.dtype)
            leg = Leg(leg.tensor, leg.axis, leg.before, self.matrix.shape[0], leg.after)
        if not self.more:
            return changed
        shape = leg.slices(changed, self.more)
        more = changed.new_zeros(shape)
        if self.mean and leg.size:
            more = leg.split(changed).mean(leg.axis + 1, keepdim=True).expand(shape)
        return leg.padded(changed, more)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What becomes of a parameter, of its gradient and of averages linear in it, and of averages of squares."""

    value: torch.Tensor
    linear: Step
    squares: Step


def moved_state(
    optimizer: torch.optim.Optimizer | None,
    targets: Mapping[str, nn.Parameter],
    changes: Mapping[str, Change],
    asked: str,
) -> list[tuple[dict[str, Any], str, torch.Tensor]]:
    """What an optimizer's state becomes: entries to be set. Raises CompileError for state that has another shape."""
    found: list[tuple[dict[str, Any], str, torch.Tensor]] = []
    if optimizer is not None:
        _check_apart(optimizer, targets, asked)
    for name, parameter in targets.items():
        state: dict[str, Any] = optimizer.state.get(parameter, {}) if optimizer is not None else {}
        for key, value in state.items():
            if not isinstance(value, torch.Tensor) or value.numel() <= 1 < parameter.numel():
                if isinstance(value, list | tuple) and any(isinstance(part, torch.Tensor) for part in value):
                    raise refused(UnusableState(place(asked), key, name, "of a list"))
                continue
            if value.shape != parameter.shape:
                raise refused(UnusableState(place(asked), key, name, str(tuple(value.shape))))
            step = changes[name].squares if key in SQUARES else changes[name].linear
            found.append((state, key, step(value)))
    return found


def _check_apart(optimizer: torch.optim.Optimizer, targets: Mapping[str, nn.Parameter], asked: str) -> None:
    """Raises CompileError for state of several parameters as one, which is kept with any of them."""
    wide = {id(parameter): name for name, parameter in targets.items()}
    for group in optimizer.param_groups:
        together = sum(parameter.numel() for parameter in group["params"])
        changed = [wide[id(parameter)] for parameter in group["params"] if id(parameter) in wide]
        for parameter in group["params"] if changed else ():
            for key, value in optimizer.state.get(parameter, {}).items():
                if isinstance(value, torch.Tensor) and parameter.numel() < value.numel() == together:
                    raise refused(UnusableState(place(asked), key, changed[0], "of several parameters"))
