"""The truth that everything else is held against: a slow evaluator of networks on float64 numpy.einsum.

It shares no code with the compiler beyond the data classes, and contracts in an order of its own.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tncc.ir.network import BATCH, Assembly, Contraction, Function, Group, Network, Operation, Sum, Tensor, View

Array = npt.NDArray[Any]
Labelled = tuple[tuple[str, ...], Array]
"""An array with the name of the index behind each of its axes; indices of size 1 have no axis."""


def evaluate(network: Network, tensors: Mapping[str, Array], rows: int | None = None) -> dict[str, Array]:
    """The value of every output.

    `tensors` holds every input and stored tensor by name (copy tensors may be left out). Inputs that carry `...` may
    have any number of leading axes, none included; they are broadcast together, and batched outputs have them again.
    `rows` is the number of rows where no input says it.
    """
    return outputs_of(network, all_values(network, tensors, rows), leading(network, tensors, rows))


def all_values(network: Network, tensors: Mapping[str, Array], rows: int | None = None) -> dict[str, Array]:
    """Every tensor and every operation's result, with the leading axes made one."""
    lead = leading(network, tensors, rows)
    values = {tensor.name: stored(tensor, tensors, lead) for tensor in network.tensors}
    sizes = run_time_sizes(network, values, math.prod(lead))
    for operation in network.operations:
        values[operation.name] = grouped(compute(operation, values, sizes), operation.axes, sizes)
    return values


def leading(network: Network, tensors: Mapping[str, Array], rows: int | None = None) -> tuple[int, ...]:
    """The leading axes of the inputs, broadcast together."""
    shapes = [
        np.shape(tensors[tensor.name])[: np.ndim(tensors[tensor.name]) - len(tensor.axes) + 1]
        for tensor in network.inputs
        if carries_batch(tensor)
    ]
    return np.broadcast_shapes(*shapes) if shapes else (1 if rows is None else rows,)


def carries_batch(tensor: Tensor) -> bool:
    """Whether the tensor is an input with leading axes."""
    return bool(tensor.axes) and tensor.axes[0].indices == (BATCH,)


def stored(tensor: Tensor, tensors: Mapping[str, Array], lead: tuple[int, ...]) -> Array:
    """A tensor's array in double precision, its leading axes made one."""
    if tensor.role == "copy" and tensor.name not in tensors:
        return delta(tuple(axis.size for axis in tensor.axes))
    array = np.asarray(tensors[tensor.name])
    array = array.astype(np.complex128 if np.iscomplexobj(array) else np.float64)
    if not carries_batch(tensor):
        return array
    rest = array.shape[array.ndim - len(tensor.axes) + 1 :]
    return np.broadcast_to(array, (*lead, *rest)).reshape((math.prod(lead), *rest))


def delta(shape: tuple[int, ...]) -> Array:
    """The copy tensor: 1 where the positions along all axes are equal."""
    array = np.zeros(shape)
    if not shape:
        return np.ones(())
    diagonal = np.arange(min(shape))
    array[(diagonal,) * len(shape)] = 1.0
    return array


def run_time_sizes(network: Network, values: Mapping[str, Array], rows: int) -> dict[str, int]:
    """The size of every index, dynamic ones read off the inputs."""
    sizes = {index.name: index.size for index in network.indices} | {BATCH: rows}
    bound = set()
    for binding in network.bindings:
        extent = values[binding.input].shape[binding.axis] * binding.times
        if extent % binding.over or (binding.index in bound and sizes[binding.index] != extent // binding.over):
            raise ValueError(f"the sizes of the inputs disagree about `{binding.index}`")
        sizes[binding.index] = extent // binding.over
        bound.add(binding.index)
    return sizes


def outputs_of(network: Network, values: Mapping[str, Array], lead: tuple[int, ...]) -> dict[str, Array]:
    """The outputs among the values, leading axes given back."""
    found = {}
    axes = {operation.name: operation.axes for operation in network.operations}
    for name in network.outputs:
        batched = axes[name][:1] == ((BATCH,),)
        found[name] = values[name].reshape((*lead, *values[name].shape[1:])) if batched else values[name]
    return found


def seen(view: View, values: Mapping[str, Array], sizes: Mapping[str, int]) -> Labelled:
    """A value under a view: picks picked, groups split, diagonals taken, axes of size 1 gone."""
    array = values[view.value][tuple(axis if isinstance(axis, int) else slice(None) for axis in view.axes)]
    names = [name for axis in view.axes if not isinstance(axis, int) for name in axis]
    array = array.reshape([sizes[name] for name in names])
    labels = [name for name in names if sizes[name] != 1]
    array = array.reshape([sizes[name] for name in labels])
    distinct = tuple(dict.fromkeys(labels))
    return distinct, einsum([(tuple(labels), array)], distinct)


def einsum(operands: Sequence[Labelled], output: Sequence[str]) -> Array:
    """numpy.einsum with integer subscripts, numbered anew for each call."""
    numbers: dict[str, int] = {}
    arguments: list[object] = []
    for labels, array in operands:
        arguments += [array, [numbers.setdefault(label, len(numbers)) for label in labels]]
    return np.asarray(np.einsum(*arguments, [numbers[label] for label in output]))  # type: ignore[call-overload]


def compute(operation: Operation, values: Mapping[str, Array], sizes: Mapping[str, int]) -> Labelled:
    """An operation's result, one axis for each of its indices that isn't of size 1."""
    match operation:
        case Contraction():
            kept = [name for group in operation.axes for name in group if sizes[name] != 1]
            result = product([seen(view, values, sizes) for view in operation.operands], kept)
            return result[0], result[1] * operation.scale
        case Sum():
            return added(operation, values, sizes)
        case Function():
            labels, array = seen(operation.operand, values, sizes)
            axes = tuple(labels.index(name) for name in operation.over if name in labels)
            applied = EVERY[operation.function](array, axes)
            reduces = operation.function in REDUCERS
            return tuple(name for name in labels if not (reduces and name in operation.over)), applied
        case Assembly():
            return placed(operation, values, sizes)


def product(operands: list[Labelled], kept: Sequence[str]) -> Labelled:
    """The Einstein product: starting from the first operand, the joined one that makes the result smallest is next."""
    if not operands:
        return (), np.ones(())
    uses: dict[str, set[int]] = {}
    for number, (labels, _) in enumerate(operands):
        for label in labels:
            uses.setdefault(label, set()).add(number)
    waiting = dict(enumerate(operands))
    current = waiting.pop(0)
    current = reduced([current], uses, {0}, set(kept))
    while waiting:
        joined = sorted({number for label in current[0] for number in uses[label] if number in waiting})
        number = min(joined, key=lambda n: extent_after(current, operands[n]), default=next(iter(waiting)))
        current = reduced([current, waiting.pop(number)], uses, {0, number}, set(kept))
    return tuple(kept), einsum([current], kept)


def extent_after(one: Labelled, other: Labelled) -> float:
    """How much larger a product gets, as a logarithm, counting shared indices as summed."""
    extents = dict(zip(other[0], other[1].shape, strict=True))
    shared = set(one[0]) & set(other[0])
    return sum((-1 if name in shared else 1) * math.log(max(size, 1)) for name, size in extents.items())


def reduced(operands: list[Labelled], uses: dict[str, set[int]], done: set[int], kept: set[str]) -> Labelled:
    """The product of one or two operands, without the indices that nobody needs any more."""
    labels = tuple(dict.fromkeys(label for names, _ in operands for label in names))
    for label in labels:
        uses[label] -= done
    left = tuple(label for label in labels if label in kept or uses[label])
    result = left, einsum(operands, left)
    for label in left:
        uses[label].add(0)
    return result


def added(operation: Sum, values: Mapping[str, Array], sizes: Mapping[str, int]) -> Labelled:
    """A sum of terms, each broadcast to all indices of the result."""
    names = [name for group in operation.axes for name in group if sizes[name] != 1]
    total = np.zeros([sizes[name] for name in names])
    for term in operation.terms:
        labels, array = seen(term.operand, values, sizes)
        present = [name for name in names if name in labels]
        aligned = einsum([(labels, array)], present)
        shape = [sizes[name] if name in labels else 1 for name in names]
        total = total + term.coefficient * aligned.reshape(shape)
    return tuple(names), total


def placed(operation: Assembly, values: Mapping[str, Array], sizes: Mapping[str, int]) -> Labelled:
    """Zero, with each part added where it lies, repeated along indices that it lacks; a name twice is a diagonal."""
    total = np.zeros([math.prod(sizes[name] for name in group) for group in operation.axes])
    for part in operation.parts:
        labels, array = seen(part.operand, values, sizes)
        operands: list[Labelled] = [(labels, array)]
        names: list[str] = []
        for name in (name for lies in part.place if not isinstance(lies, int) for name in lies if sizes[name] != 1):
            if name in names:
                operands.append(((name, f"{name} again {len(names)}"), np.eye(sizes[name])))
                names.append(f"{name} again {len(names)}")
            else:
                names.append(name)
                operands += [] if name in labels else [((name,), np.ones(sizes[name]))]
        whole = einsum(operands, names)
        where = tuple(lies if isinstance(lies, int) else slice(None) for lies in part.place)
        total[where] += whole.reshape(total[where].shape)
    kept = tuple(name for group in operation.axes for name in group if sizes[name] != 1)
    return kept, total.reshape([sizes[name] for name in kept])


def grouped(result: Labelled, axes: tuple[Group, ...], sizes: Mapping[str, int]) -> Array:
    """A result with its declared axes."""
    order = [name for group in axes for name in group if sizes[name] != 1]
    array = einsum([result], order)
    return array.reshape([math.prod(sizes[name] for name in group) for group in axes])


def softmax(array: Array, axes: tuple[int, ...]) -> Array:
    """Over several axes jointly; over none of size above 1 it is all ones."""
    if not axes:
        return np.ones_like(array)
    shifted = np.exp(array - np.max(array, axis=axes, keepdims=True))
    return np.asarray(shifted / np.sum(shifted, axis=axes, keepdims=True))


def layernorm(array: Array, axes: tuple[int, ...]) -> Array:
    """Biased variance, 1e-5 added to it."""
    if not axes:
        return np.zeros_like(array)
    centred = array - np.mean(array, axis=axes, keepdims=True)
    return np.asarray(centred / np.sqrt(np.mean(centred**2, axis=axes, keepdims=True) + 1e-5))


def layernorm_scale(array: Array, axes: tuple[int, ...]) -> Array:
    """One over the standard deviation, 1e-5 added to the biased variance; over none of size above 1 that is 0."""
    variance = np.var(array, axis=axes) if axes else np.zeros_like(array)
    return np.asarray(1.0 / np.sqrt(variance + 1e-5))


def gelu_slope(x: Array) -> Array:
    """Φ(x) + x φ(x), the slope of the exact GELU."""
    return np.asarray(0.5 * (1.0 + ERF(x / math.sqrt(2.0))) + x * np.exp(-(x**2) / 2.0) / math.sqrt(2.0 * math.pi))


def silu_slope(x: Array) -> Array:
    """σ(x) (1 + x (1 - σ(x)))."""
    sigmoid = 1.0 / (1.0 + np.exp(-x))
    return np.asarray(sigmoid * (1.0 + x * (1.0 - sigmoid)))


def over_none(reduction: Callable[..., Array]) -> Callable[[Array, tuple[int, ...]], Array]:
    """A reduction that leaves the array alone where there is no axis to reduce."""
    return lambda array, axes: reduction(array, axis=axes) if axes else array


ERF = np.vectorize(math.erf, otypes=[np.float64])


def elementwise(function: Callable[[Array], Array]) -> Callable[[Array, tuple[int, ...]], Array]:
    """The function with the signature of one over axes."""
    return lambda array, axes: function(array)


FUNCTIONS: dict[str, Callable[[Array, tuple[int, ...]], Array]] = {
    "relu": elementwise(lambda x: np.maximum(x, 0.0)),
    "gelu": elementwise(lambda x: 0.5 * x * (1.0 + ERF(x / math.sqrt(2.0)))),
    "silu": elementwise(lambda x: x / (1.0 + np.exp(-x))),
    "tanh": elementwise(np.tanh),
    "sigmoid": elementwise(lambda x: 1.0 / (1.0 + np.exp(-x))),
    "exp": elementwise(np.exp),
    "log": elementwise(np.log),
    "sqrt": elementwise(np.sqrt),
    "abs": elementwise(np.abs),
    "sin": elementwise(np.sin),
    "cos": elementwise(np.cos),
    "reciprocal": elementwise(lambda x: 1.0 / x),
    "softmax": softmax,
    "layernorm": layernorm,
    "mean": over_none(np.mean),
    "max": over_none(np.max),
    "sum": over_none(np.sum),
}

OF_GRADIENTS: dict[str, Callable[[Array, tuple[int, ...]], Array]] = {
    "relu_slope": elementwise(lambda z: (z > 0.0).astype(np.float64)),
    "gelu_slope": elementwise(gelu_slope),
    "silu_slope": elementwise(silu_slope),
    "tanh_slope": elementwise(lambda z: 1.0 - z**2),
    "sigmoid_slope": elementwise(lambda z: z * (1.0 - z)),
    "sqrt_slope": elementwise(lambda z: 0.5 / z),
    "sign": elementwise(np.sign),
    "cos_slope": elementwise(lambda x: -np.sin(x)),
    "reciprocal_slope": elementwise(lambda z: -(z**2)),
    "layernorm_scale": layernorm_scale,
}

EVERY = FUNCTIONS | OF_GRADIENTS
"""The functions of the language, and those that occur in gradients only."""

REDUCERS = ("mean", "max", "sum", "layernorm_scale")
"""The functions that remove the indices they work over."""


def draw(
    network: Network, seed: int = 0, lead: tuple[int, ...] = (3,), dynamic: Mapping[str, int] | None = None
) -> dict[str, Array]:
    """Normally distributed values for every tensor, deltas for copies; `dynamic` replaces planned sizes."""
    generator = np.random.default_rng(seed)
    sizes = {index.name: index.size for index in network.indices} | dict(dynamic or {})
    bare = {(b.input, b.axis): sizes[b.index] * b.over // b.times for b in reversed(network.bindings)}
    found: dict[str, Array] = {}
    for tensor in network.tensors:
        if tensor.role == "copy":
            found[tensor.name] = delta(tuple(axis.size for axis in tensor.axes))
            continue
        count = len(tensor.axes)
        shape = [
            bare[tensor.name, place - count]
            if axis.dynamic and not axis.indices
            else math.prod(sizes[name] for name in axis.indices)
            if axis.dynamic
            else axis.size
            for place, axis in enumerate(tensor.axes)
        ]
        full = (*lead, *shape[1:]) if carries_batch(tensor) else tuple(shape)
        array = generator.standard_normal(full)
        found[tensor.name] = array + 1j * generator.standard_normal(full) if tensor.complex else array
    return found
