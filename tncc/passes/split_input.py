"""A linear map whose input comes as one factor for each leg, so that one-hot rows need never be written out.

`x[..., (a b)] * A[a, r] * B[r, b]` becomes `x:0[..., a] * x:1[..., b] * A[a, r] * B[r, b]`. For x the outer product of
the two, each row by itself, the value is the same: a row of an embedding is picked leg by leg.
"""

from tncc.ir.network import BATCH, Axis, Contraction, Group, Network, Operation, Tensor, View, index_table, views


def split_input(network: Network) -> Network | None:
    """The network with an input for each leg of its only input's last axis, in row-major order.

    None where it reads the input in another way than by one product, or the same axis under groups of several shapes.
    """
    if len(network.inputs) != 1:
        return None
    (source,) = network.inputs
    if [axis.indices for axis in source.axes[:1]] != [(BATCH,)] or len(source.axes) != 2:
        return None
    uses = [(operation, view) for operation in network.operations for view in views(operation)]
    read = [(operation, view) for operation, view in uses if view.value == source.name]
    if any(not isinstance(operation, Contraction) or _group(view) is None for operation, view in read):
        return None
    table = index_table(network)
    shapes = {tuple(table[name].size for name in _group(view) or ()) for _, view in read}
    if len(shapes) != 1 or len(read) != 1:
        return None
    (legs,) = (_group(view) or () for _, view in read)
    inputs = tuple(_input(source, place, name, table[name].size) for place, name in enumerate(legs))
    tensors = tuple(part for tensor in network.tensors for part in (inputs if tensor == source else (tensor,)))
    operations = tuple(_split(operation, source.name, inputs) for operation in network.operations)
    return network.model_copy(update={"tensors": tensors, "operations": operations})


def _group(view: View) -> Group | None:
    """The indices of a view's last axis; None where it does not read all leading axes, or picks a position."""
    first, last = view.axes[0], view.axes[-1]
    if first != (BATCH,) or isinstance(last, int) or len(set(last)) != len(last):
        return None
    return last


def _input(source: Tensor, place: int, index: str, size: int) -> Tensor:
    name = f"{source.name}:{place}"
    axes = (source.axes[0], Axis(indices=(index,), size=size))
    return source.model_copy(update={"name": name, "path": (*source.path[:-1], name), "axes": axes})


def _split(operation: Operation, name: str, inputs: tuple[Tensor, ...]) -> Operation:
    if not isinstance(operation, Contraction):
        return operation
    operands: list[View] = []
    for view in operation.operands:
        if view.value == name:
            operands += [View(value=part.name, axes=((BATCH,), part.axes[1].indices)) for part in inputs]
        else:
            operands.append(view)
    return operation.model_copy(update={"operands": tuple(operands)})
