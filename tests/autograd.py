"""Gradients of a network by torch's autograd, in double precision: what planned gradients are held against."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from tests.oracle import Array, leading, run_time_sizes, stored
from tncc.ir.network import Contraction, Network, Sum, View

Torch = torch.Tensor

FORWARD: dict[str, Callable[[Torch, tuple[int, ...]], Torch]] = {
    "relu": lambda x, over: torch.relu(x),
    "gelu": lambda x, over: torch.nn.functional.gelu(x),
    "silu": lambda x, over: torch.nn.functional.silu(x),
    "tanh": lambda x, over: torch.tanh(x),
    "sigmoid": lambda x, over: torch.sigmoid(x),
    "exp": lambda x, over: torch.exp(x),
    "log": lambda x, over: torch.log(x),
    "sqrt": lambda x, over: torch.sqrt(x),
    "abs": lambda x, over: torch.abs(x),
    "sin": lambda x, over: torch.sin(x),
    "cos": lambda x, over: torch.cos(x),
    "reciprocal": lambda x, over: torch.reciprocal(x),
    "softmax": lambda x, over: torch.exp(x - torch.logsumexp(x, over, keepdim=True)),
    "layernorm": lambda x, over: (
        (x - x.mean(over, keepdim=True)) / torch.sqrt(x.var(over, correction=0, keepdim=True) + 1e-5)
    ),
    "max": lambda x, over: torch.amax(x, over),
    "mean": lambda x, over: x.mean(over),
    "sum": lambda x, over: x.sum(over),
}
"""What autograd differentiates; `over` names axes, and at least one where a function works over any."""


def einsum(operands: Sequence[tuple[tuple[str, ...], Torch]], output: Sequence[str]) -> Torch:
    """torch.einsum with indices by name."""
    numbers = {name: place for place, name in enumerate(dict.fromkeys(name for names, _ in operands for name in names))}
    arguments: list[object] = []
    for names, array in operands:
        arguments += [array, [numbers[name] for name in names]]
    return torch.einsum(*arguments, [numbers[name] for name in output])


def seen(view: View, values: Mapping[str, Torch], sizes: Mapping[str, int]) -> tuple[tuple[str, ...], Torch]:
    """A value under a view, an axis for each name."""
    array = values[view.value][tuple(axis if isinstance(axis, int) else slice(None) for axis in view.axes)]
    names = tuple(name for axis in view.axes if not isinstance(axis, int) for name in axis)
    return view.indices, einsum([(names, array.reshape([sizes[name] for name in names]))], view.indices)


def forward(network: Network, tensors: Mapping[str, Torch], sizes: Mapping[str, int]) -> dict[str, Torch]:
    """The outputs, as torch computes them from tensors whose leading axes are one."""
    values = dict(tensors)
    for operation in network.operations:
        names = [name for group in operation.axes for name in group]
        if isinstance(operation, Contraction):
            operands = [seen(view, values, sizes) for view in operation.operands]
            found = einsum(operands, names) if operands else torch.ones((), dtype=torch.float64)
            found = found * operation.scale
        elif isinstance(operation, Sum):
            found = torch.zeros([sizes[name] for name in names], dtype=torch.float64)
            for term in operation.terms:
                carried, array = seen(term.operand, values, sizes)
                aligned = einsum([(carried, array)], [name for name in names if name in carried])
                shape = [sizes[name] if name in carried else 1 for name in names]
                found = found + term.coefficient * aligned.reshape(shape)
        else:
            carried, array = seen(operation.operand, values, sizes)
            found = FORWARD[operation.function](array, tuple(carried.index(name) for name in operation.over))
            if operation.function in ("max", "mean", "sum"):
                carried = tuple(name for name in carried if name not in operation.over)
            found = einsum([(carried, found)], names)
        values[operation.name] = found.reshape([math.prod(sizes[name] for name in group) for group in operation.axes])
    return {name: values[name] for name in network.outputs}


def by_autograd(network: Network, tensors: Mapping[str, Array], seeds: Mapping[str, Array]) -> dict[str, Array]:
    """The gradients of inputs and parameters, in their own shapes; zero where nothing depends on one."""
    lead = leading(network, tensors)
    values = {tensor.name: stored(tensor, tensors, lead) for tensor in network.tensors}
    sizes = run_time_sizes(network, values, math.prod(lead))
    leaves = {
        tensor.name: torch.tensor(values[tensor.name]).requires_grad_(tensor.role in ("input", "parameter"))
        for tensor in network.tensors
    }
    outputs = forward(network, leaves, sizes)
    loss = torch.zeros((), dtype=torch.float64, requires_grad=True) + 0.0
    for name, output in outputs.items():
        loss = loss + (output * torch.tensor(seeds[f"{name}'"]).reshape(output.shape)).sum()
    wanted = {name: leaf for name, leaf in leaves.items() if leaf.requires_grad}
    found = torch.autograd.grad(loss, list(wanted.values()), allow_unused=True, materialize_grads=True)
    return {
        name: gradient.numpy().reshape(np.shape(tensors[name])) for name, gradient in zip(wanted, found, strict=True)
    }
