"""Calls of kernels with what the oracle expects of them: outputs by `evaluate`, gradients by autograd."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from tests.autograd import by_autograd
from tests.oracle import Array, carries_batch, draw, evaluate, leading, run_time_sizes, stored
from tncc.backends.c.naming import caller
from tncc.backends.c.self_test import Drawn, Example, Expected
from tncc.ir.network import BATCH, Network

SCALE = math.sqrt(3.0)
"""Uniform numbers up to it have unit variance."""

SAMPLES = 300
"""The positions of an array that are checked, spread evenly."""

NOTHING: Mapping[str, int] = {}


def numbers(stream: int, shape: Sequence[int], scale: float = SCALE) -> Array:
    """What a checking program draws: splitmix64 by position, written down again to be independent of the program."""
    with np.errstate(over="ignore"):
        z = np.uint64(stream) * np.uint64(0x632BE59BD9B4E019)
        z = z + np.arange(1, math.prod(shape) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    whole = (z ^ (z >> np.uint64(31))) >> np.uint64(11)
    return np.asarray(scale * (whole.astype(np.float64) * 2.0**-52 - 1.0)).reshape(shape)


def values_of(network: Network, rows: int, dynamic: Mapping[str, int] = NOTHING) -> dict[str, Array]:
    """Every tensor's numbers; fewer rows are the first of more."""
    shapes = draw(network, 0, (rows,), dynamic)
    return {
        tensor.name: shapes[tensor.name] if tensor.role == "copy" else numbers(stream, shapes[tensor.name].shape)
        for stream, tensor in enumerate(network.tensors)
    }


def has_rows(network: Network) -> bool:
    """Whether the number of rows is up to the caller."""
    return any(carries_batch(tensor) for tensor in network.inputs)


def example(
    network: Network,
    rows: int,
    backward: bool,
    dynamic: Mapping[str, int] = NOTHING,
    unwanted: frozenset[str] = frozenset(),
) -> Example:
    """One call; the gradients of the tensors in `unwanted` are not asked for."""
    values = values_of(network, rows, dynamic)
    drawn = {
        tensor.name: Drawn(int(values[tensor.name].size), stream, SCALE)
        for stream, tensor in enumerate(network.tensors)
    }
    who, roles = caller(network), {tensor.name: tensor.role for tensor in network.tensors}
    outputs = evaluate(network, values, rows)
    seeds = {name: numbers(1000 + place, output.shape, 1.0) for place, (name, output) in enumerate(outputs.items())}
    made = Example(
        sizes=sizes_of(network, values, rows),
        inputs=tuple(drawn[name] for name in who.inputs),
        weights=tuple(drawn[name] for name in who.stored),
        outputs=tuple(expected(outputs[name]) for name in who.outputs),
    )
    if not backward:
        return made
    found = by_autograd(network, values, {f"{name}'": seed for name, seed in seeds.items()})
    wanted = {name for name in who.stored if roles[name] == "parameter"} - unwanted
    return Example(
        made.sizes, made.inputs, made.weights, made.outputs,
        seeds=tuple(Drawn(int(seeds[name].size), 1000 + list(seeds).index(name), 1.0) for name in who.outputs),
        input_gradients=tuple(expected(found[name]) for name in who.inputs),
        gradients=tuple(expected(found[name]) if name in wanted else None for name in who.stored),
    )  # fmt: skip


def sizes_of(network: Network, values: Mapping[str, Array], rows: int) -> tuple[int, ...]:
    """The rows and the run-time sizes, as functions take them."""
    lead = leading(network, values, rows)
    arrays = {tensor.name: stored(tensor, values, lead) for tensor in network.tensors}
    sizes = run_time_sizes(network, arrays, rows)
    return (rows, *(sizes[index.name] for index in network.indices if index.dynamic and index.name != BATCH))


def expected(array: Array) -> Expected:
    """An array at some positions, the last one included."""
    flat = np.asarray(array, dtype=np.float64).reshape(-1)
    places = sorted({int(place) for place in np.linspace(0, flat.size - 1, min(flat.size, SAMPLES))})
    most = float(np.abs(flat).max(initial=1e-3))
    return Expected(int(flat.size), places, [float(flat[place]) for place in places], most)
