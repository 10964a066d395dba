"""Schedules that multiply from left to right, so that a report can be tested without a planner."""

from math import prod

from tncc.ir.network import Contraction, Network, Operation, View, legs, single_axes, sizes_at, views
from tncc.ir.schedule import Schedule, Step


def left_to_right(network: Network, rows: int) -> Schedule:
    """Each product taken apart in the order in which it is written; sums and functions as they are."""
    sizes = sizes_at(network, rows)
    steps: list[Step] = []
    for operation in network.operations:
        steps += [_step(one, sizes) for one in _split(operation)]
    return Schedule(rows=rows, steps=tuple(steps), outputs=network.outputs)


def _split(operation: Operation) -> list[Operation]:
    if not isinstance(operation, Contraction) or len(operation.operands) < 3:
        return [operation]
    last_use = {name: number for number, view in enumerate(operation.operands) for name in view.indices}
    first, kept = operation.operands[0], set(legs(operation.axes))
    found: list[Operation] = []
    for number, other in enumerate(operation.operands[1:], 1):
        names = dict.fromkeys((*first.indices, *other.indices))
        axes = single_axes(tuple(name for name in names if name in kept or last_use[name] > number))
        last = number + 1 == len(operation.operands)
        name, axes = (operation.name, operation.axes) if last else (f"{operation.name}:{number + 10}", axes)
        found.append(Contraction(name=name, operands=(first, other), axes=axes, span=operation.span))
        first = View(value=name, axes=axes)
    return found


def _step(operation: Operation, sizes: dict[str, int]) -> Step:
    result = set(legs(operation.axes))
    everything = {name for view in views(operation) for name in view.indices}
    volume = prod(sizes[name] for name in everything | result)
    output = prod(sizes[name] for name in result)
    read = sum(prod(sizes[name] for name in view.indices) for view in views(operation))
    flops = 2 * volume if everything > result else output
    return Step(
        operation=operation,
        flops=flops,
        backward_flops=2 * flops,
        bytes_moved=4 * (read + output),
        output_size=output,
        span=operation.span,
    )
