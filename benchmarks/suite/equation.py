"""The einsum equation that a compiled network stands for: one contraction of an input with cores."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import torch
from torch import nn

from benchmarks.suite.networks import Case
from tncc.driver import Compiled
from tncc.ir.network import BATCH, Contraction, Group, View, legs, sizes_at

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""All names that `torch.einsum` has for indices."""


class Unsupported(Exception):
    """A peer cannot do this case; the message says why."""


@dataclass(frozen=True)
class Operand:
    """A factor: the input (at one position of its second axis, where it picks one) or a core, by its indices."""

    name: str
    indices: tuple[str, ...]
    pick: int | None = None


@dataclass(frozen=True)
class Equation:
    """All factors, the result's indices and its shape behind the rows, and the size of each index (the rows' is 1)."""

    operands: tuple[Operand, ...]
    output: tuple[str, ...]
    output_shape: tuple[int, ...]
    sizes: Mapping[str, int]
    input: str

    def shape(self, operand: Operand, rows: int) -> tuple[int, ...]:
        """The extents of a factor, an axis for each index."""
        return tuple(rows if name == BATCH else self.sizes[name] for name in operand.indices)

    def arrays(self, x: torch.Tensor, cores: Mapping[str, torch.Tensor]) -> list[torch.Tensor]:
        """The factors in order, for cores that lie with an axis for each index already."""
        rows = x.shape[0]
        pieces = x.unbind(1) if any(operand.pick is not None for operand in self.operands) else None
        found = []
        for operand in self.operands:
            if operand.name != self.input:
                found.append(cores[operand.name])
            elif pieces is None or operand.pick is None:
                found.append(x.reshape(self.shape(operand, rows)))
            else:
                found.append(pieces[operand.pick])
        return found

    def text(self) -> str:
        """The equation as `torch.einsum` reads it; raises Unsupported where it has too few letters."""
        names = dict.fromkeys(name for operand in self.operands for name in operand.indices)
        if len(names) > len(LETTERS):
            raise Unsupported(f"{len(names)} indices, and there are {len(LETTERS)} letters")
        letters = dict(zip(names, LETTERS, strict=False))
        terms = ["".join(letters[name] for name in operand.indices) for operand in self.operands]
        return ",".join(terms) + "->" + "".join(letters[name] for name in self.output)

    def is_graph(self) -> bool:
        """Whether every index but the rows joins two factors, or one factor and the result."""
        ends = [name for operand in self.operands for name in operand.indices] + list(self.output)
        return all(ends.count(name) == 2 for name in set(ends) - {BATCH})


def equation(case: Case, compiled: Compiled) -> Equation:
    """The equation of a case's network, or of its plain form."""
    network = case.equation_source(compiled).network
    (operation,) = network.operations
    assert isinstance(operation, Contraction) and operation.scale == 1.0
    sizes = sizes_at(network, 1)
    name = network.inputs[0].name
    operands = tuple(_operand(view, name) for view in operation.operands)
    # The result lies with its axes joined as declared, behind the rows.
    shape = tuple(prod(sizes[index] for index in group) for group in operation.axes[1:])
    return Equation(operands, legs(operation.axes), shape, sizes, name)


def _operand(view: View, input_name: str) -> Operand:
    picks = [axis for axis in view.axes if isinstance(axis, int)]
    groups: list[Group] = [axis for axis in view.axes if not isinstance(axis, int)]
    indices = tuple(name for group in groups for name in group)
    assert len(set(indices)) == len(indices) and len(picks) <= 1
    assert not picks or (view.value == input_name and view.axes[1] == picks[0])
    return Operand(view.value, indices, picks[0] if picks else None)


def weights(compiled: Compiled, module: nn.Module) -> dict[str, torch.Tensor]:
    """The compiled module's parameters by their names in the program, as stored."""
    parameters = dict(module.named_parameters())
    tensors = [tensor for tensor in compiled.network.tensors if tensor.role == "parameter"]
    return {tensor.name: parameters[".".join(tensor.path)].detach() for tensor in tensors}


def cores(case: Case, found: Equation, stored: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The equation's cores with an axis for each index, from the compiled module's parameters."""
    result = {}
    for operand in found.operands:
        if operand.name == found.input or operand.name in result:
            continue
        if case.plain is None:
            tensor = stored[operand.name]
        else:
            core = case.plain.cores[operand.name]
            tensor = stored[core.source].permute(core.order)
        result[operand.name] = tensor.reshape(found.shape(operand, 1)).clone()
    return result
