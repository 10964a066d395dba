"""Values that a built kernel is checked against: the outputs by the NumPy reference, the gradients by autograd."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from tncc.backends.c.self_test import LARGEST, Drawn, Example, Expected
from tncc.backends.tensors import standard_deviation, stored_tensors
from tncc.ir.network import BATCH, Network, Tensor, sizes_at

Array = npt.NDArray[np.float64]
Reference = Callable[..., Any]

ROWS = (0, 1, 7, 16, 17, 33)
"""The row counts that are checked: none, few, and what leaves parts of tiles over."""

SAMPLES = 64
"""The positions of an array that are checked, spread evenly; all of them where there are no more."""


def examples(
    network: Network, reference: Reference, module: nn.Module, backward: bool, dtype: str = "float64"
) -> list[Example]:
    """One example for each number of rows.

    `reference` is the function of the NumPy target, `module` the PyTorch one in double precision, whose tensors are
    overwritten. Stored tensors have the numbers that `dtype` has.
    """
    rows = ROWS if network.batched and any(_is_batched(tensor) for tensor in network.inputs) else (1,)
    return [_example(network, reference, module, count, backward, dtype) for count in rows]


def _is_batched(tensor: Tensor) -> bool:
    return bool(tensor.axes) and tensor.axes[0].indices == (BATCH,)


def _example(
    network: Network, reference: Reference, module: nn.Module, rows: int, backward: bool, dtype: str
) -> Example:
    largest = LARGEST[dtype]
    sizes = sizes_at(network, rows)
    shapes = {tensor.name: _shape(tensor, network, sizes, rows) for tensor in network.tensors}
    stored = stored_tensors(network)
    given = {tensor.name: _draw(stream, shapes[tensor.name], tensor) for stream, tensor in enumerate(network.tensors)}
    values = {name: _values(one, shapes[name]) for name, one in given.items()}
    if dtype == "bfloat16":
        values |= {tensor.name: _cut(values[tensor.name]) for tensor in stored}
    with np.errstate(all="ignore"):  # of a negative number's square root, say, no number is expected either
        outputs = _tuple(
            reference(
                *(values[tensor.name] for tensor in network.inputs),
                {".".join(tensor.path): values[tensor.name] for tensor in stored},
            )
        )
    seeds = [Drawn(int(output.size), 1000 + number, 1.0) for number, output in enumerate(outputs)]
    example = Example(
        sizes=(rows, *(sizes[index.name] for index in network.indices if index.dynamic and index.name != BATCH)),
        inputs=tuple(given[tensor.name] for tensor in network.inputs),
        weights=tuple(given[tensor.name] for tensor in stored),
        outputs=tuple(_expected(output, largest) for output in outputs),
    )
    if not backward:
        return example
    found = _gradients(
        network, module, values, [_values(seed, o.shape) for seed, o in zip(seeds, outputs, strict=True)]
    )
    return Example(
        example.sizes, example.inputs, example.weights, example.outputs,
        seeds=tuple(seeds),
        input_gradients=tuple(_expected(found[tensor.name], largest) for tensor in network.inputs),
        gradients=tuple(_expected(found[t.name], largest) if t.role == "parameter" else None for t in stored),
    )  # fmt: skip


def _shape(tensor: Tensor, network: Network, sizes: Mapping[str, int], rows: int) -> tuple[int, ...]:
    found = []
    for place, axis in enumerate(tensor.axes):
        bound = [b for b in network.bindings if (b.input, b.axis) == (tensor.name, place - len(tensor.axes))]
        if axis.indices == (BATCH,):
            found.append(rows)
        elif axis.dynamic and bound:
            found.append(sizes[bound[0].index] * bound[0].over // bound[0].times)
        else:
            found.append(math.prod(sizes[name] for name in axis.indices) if axis.dynamic else axis.size)
    return tuple(found)


def _draw(stream: int, shape: tuple[int, ...], tensor: Tensor) -> Drawn:
    scale = 1.0 if tensor.role == "input" else standard_deviation(tensor)
    return Drawn(math.prod(shape), stream, math.sqrt(3.0) * (scale or 1.0))


def _values(one: Drawn, shape: Sequence[int]) -> Array:
    return one.scale * drawn(one.stream, one.count).reshape(shape)


def drawn(stream: int, count: int) -> Array:
    """Numbers from -1 to below 1: the bits of the splitmix64 generator (Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z += np.uint64(stream * 0x632BE59BD9B4E019 % 2**64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        bits = (z ^ (z >> np.uint64(31))) >> np.uint64(11)
    return np.asarray(bits.astype(np.float64) * 2.0**-52 - 1.0)


def _cut(array: Array) -> Array:
    """The numbers without the lower half of their bits as floats."""
    bits = array.astype(np.float32).view(np.uint32) & np.uint32(0xFFFF0000)
    return bits.view(np.float32).astype(np.float64)


def _tuple(found: Any) -> tuple[Array, ...]:
    return tuple(np.asarray(one) for one in (found if isinstance(found, tuple) else (found,)))


def _expected(array: Array, largest: float) -> Expected:
    """What is expected of an array, its largest number being sought among those that its type has."""
    flat = np.asarray(array, dtype=np.float64).reshape(-1)
    count = int(flat.size)
    step = max(1, count / SAMPLES)
    positions = sorted({int(number * step) for number in range(min(count, SAMPLES))})
    sizes = np.abs(flat)
    most = float(sizes.max(initial=1e-3, where=sizes <= largest))
    return Expected(count, positions, [float(flat[position]) for position in positions], most)


def _gradients(
    network: Network, module: nn.Module, values: Mapping[str, Array], seeds: Sequence[Array]
) -> dict[str, Array]:
    """The gradients of inputs and parameters; zeros where nothing depends on one."""
    inputs = [torch.tensor(values[tensor.name], requires_grad=True) for tensor in network.inputs]
    state = {".".join(tensor.path): torch.tensor(values[tensor.name]) for tensor in stored_tensors(network)}
    module.load_state_dict(state)
    results = module.train()(*inputs)
    pairs = [
        (result, torch.tensor(seed))
        for result, seed in zip(results if isinstance(results, tuple) else (results,), seeds, strict=True)
        if result.requires_grad
    ]
    parameters = dict(module.named_parameters())
    names = {tensor.name: ".".join(tensor.path) for tensor in stored_tensors(network) if tensor.role == "parameter"}
    leaves = [*inputs, *(parameters[path] for path in names.values())]
    found = torch.autograd.grad(
        [result for result, _ in pairs], leaves, [seed for _, seed in pairs], allow_unused=True, materialize_grads=True
    ) if pairs else tuple(torch.zeros_like(leaf) for leaf in leaves)  # fmt: skip
    owners = [*(tensor.name for tensor in network.inputs), *names]
    return {name: one.detach().numpy() for name, one in zip(owners, found, strict=True)}
