"""Whether a network is a linear or affine map of its input, which is when a dense layer can stand in its place."""

from math import prod

from tncc.ir.network import (
    BATCH,
    Assembly,
    Contraction,
    Function,
    Network,
    Operation,
    Record,
    Sum,
    index_table,
    legs,
    views,
)

LINEAR_FUNCTIONS = frozenset({"mean", "sum"})
"""The functions that are linear in their operand."""

_CONSTANT: frozenset[int] = frozenset({0})


class LinearMap(Record):
    """A map of one input: sizes without the leading axes; `affine` where a term does not depend on the input."""

    input: str
    in_features: int
    out_features: int
    affine: bool


def linear_map(network: Network) -> LinearMap | None:
    """The map that a network with exactly one input and one output is, if it is linear or affine in that input.

    None where it is not, where the output does not depend on the input at all, and where an axis of the input or of
    the output has a size that is known at run time only.
    """
    if len(network.inputs) != 1 or len(network.outputs) != 1:
        return None
    (source,), (name,) = network.inputs, network.outputs
    degrees = _degrees(network).get(name)
    if degrees not in (frozenset({1}), frozenset({0, 1})):
        return None
    in_features = _in_features(network)
    out_features = _out_features(network, name)
    if in_features is None or out_features is None:
        return None
    return LinearMap(input=source.name, in_features=in_features, out_features=out_features, affine=0 in degrees)


def _degrees(network: Network) -> dict[str, frozenset[int] | None]:
    """For each value the degrees in the input that its terms have; None where it is no polynomial of degree <= 1."""
    found: dict[str, frozenset[int] | None] = {}
    for tensor in network.tensors:
        found[tensor.name] = frozenset({1}) if tensor.role == "input" else _CONSTANT
    for operation in network.operations:
        found[operation.name] = _degree(operation, [found[view.value] for view in views(operation)])
    return found


def _degree(operation: Operation, operands: list[frozenset[int] | None]) -> frozenset[int] | None:
    known = [degrees for degrees in operands if degrees is not None]
    if len(known) < len(operands):
        return None
    match operation:
        case Contraction():
            varying = [degrees for degrees in known if degrees != _CONSTANT]
            # Two factors that both depend on the input have a term of degree two.
            return None if len(varying) > 1 else next(iter(varying), _CONSTANT)
        case Sum() | Assembly():
            return frozenset().union(*known) or _CONSTANT
        case Function():
            linear = operation.function in LINEAR_FUNCTIONS or known[0] == _CONSTANT
            return known[0] if linear else None


def _in_features(network: Network) -> int | None:
    axes = [axis for axis in network.inputs[0].axes if axis.indices != (BATCH,)]
    table = index_table(network)
    dynamic = any(axis.dynamic or any(table[name].dynamic for name in axis.indices) for axis in axes)
    return None if dynamic else prod(axis.size for axis in axes)


def _out_features(network: Network, name: str) -> int | None:
    table = index_table(network)
    result = next(operation for operation in network.operations if operation.name == name)
    indices = [table[leg] for leg in legs(result.axes) if leg != BATCH]
    return None if any(index.dynamic for index in indices) else prod(index.size for index in indices)
