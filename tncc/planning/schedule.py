"""Network → Schedule: what the outputs need, taken apart into steps of two operands, each with its cost."""

import math
from collections.abc import Mapping

from tncc.ir.cost import backward_flops, bytes_moved, elements, flops
from tncc.ir.network import BATCH, Function, Network, Operation, Tensor, legs, sizes_at, views
from tncc.ir.schedule import Schedule, Step
from tncc.planning.names import Names
from tncc.planning.order import contraction_order
from tncc.planning.pairwise import Order, Splitter


def plan_schedule(network: Network, rows: int, item_size: int = 4, order: Order = contraction_order) -> Schedule:
    """The steps of a network as planned for `rows` rows; bytes at `item_size` bytes a real element.

    Operations that no output depends on are left out. `order` gives the pairs of each product.
    """
    sizes = sizes_at(network, rows)
    merged = {part: index.name for index in network.indices for part in index.parts}
    names = Names([value.name for value in (*network.tensors, *network.operations)], ":")
    splitter = Splitter(order, sizes, merged, names)
    operations = [step for operation in needed(network) for step in splitter.split(operation)]
    return Schedule(rows=rows, steps=costed(network, operations, sizes, item_size), outputs=network.outputs)


def needed(network: Network) -> list[Operation]:
    """The operations that an output depends on, in order."""
    wanted = set(network.outputs)
    found = []
    for operation in reversed(network.operations):
        if operation.name in wanted:
            found.append(operation)
            wanted.update(view.value for view in views(operation))
    return found[::-1]


def costed(network: Network, operations: list[Operation], sizes: Mapping[str, int], item_size: int) -> tuple[Step, ...]:
    """Each operation as a step. A value used again costs its size backwards once more: its gradients are added up."""
    trained = {tensor.name for tensor in network.tensors if tensor.role in ("input", "parameter")}
    is_complex = {tensor.name for tensor in network.tensors if tensor.complex}
    stored = {tensor.name: stored_elements(tensor, sizes) for tensor in network.tensors}
    used: set[str] = set()
    steps = []
    for operation in operations:
        operands = [view.value for view in views(operation)]
        stored[operation.name] = elements(legs(operation.axes), sizes)
        if is_complex.intersection(operands) and not (isinstance(operation, Function) and operation.function == "abs"):
            is_complex.add(operation.name)
        backward = backward_flops(operation, sizes, trained)
        for name in operands:
            backward += stored[name] if name in used and name in trained else 0
            used.add(name)
        if trained.intersection(operands):
            trained.add(operation.name)
        steps.append(
            Step(
                operation=operation,
                flops=flops(operation, sizes),
                backward_flops=backward,
                bytes_moved=bytes_moved(operation, sizes, is_complex, item_size),
                output_size=stored[operation.name],
                span=operation.span,
            )
        )
    return tuple(steps)


def stored_elements(tensor: Tensor, sizes: Mapping[str, int]) -> int:
    """The elements of a tensor as it is stored, at the planned number of rows."""
    return math.prod(sizes[BATCH] if axis.indices == (BATCH,) else axis.size for axis in tensor.axes)
