"""What one step costs, exactly: FLOPs forwards and backwards, elements, and bytes to and from memory.

A multiply and an add count as one FLOP each, so that a matrix product of m×k by k×n counts 2mkn. A step is an
operation of at most two operands; `sizes` gives the size of every index.
"""

import math
from collections.abc import Container, Iterable, Mapping

from tncc.ir.network import Assembly, Contraction, Function, Operation, Sum, View, legs, views
from tncc.ir.slopes import SCALE

REDUCTIONS = frozenset({"mean", "max", "sum", SCALE})
"""The functions that remove the indices they work over."""


def elements(indices: Iterable[str], sizes: Mapping[str, int]) -> int:
    """The number of elements of an array with these indices."""
    return math.prod(sizes[name] for name in indices)


def summed_indices(operation: Operation) -> tuple[str, ...]:
    """The indices that a step sums, in order of appearance."""
    if not isinstance(operation, Contraction):
        return ()
    kept = set(legs(operation.axes))
    return tuple(dict.fromkeys(name for view in operation.operands for name in view.indices if name not in kept))


def flops(operation: Operation, sizes: Mapping[str, int]) -> int:
    """The FLOPs of a step: see the rule in each branch."""
    size = elements(legs(operation.axes), sizes)
    match operation:
        case Contraction():
            return product_flops(operation, size, sizes)
        case Sum():
            scaled = sum(abs(term.coefficient) != 1 for term in operation.terms)
            return size * (len(operation.terms) - 1 + scaled)
        case Function(function=name):
            return elements(operation.operand.indices, sizes) if name in REDUCTIONS else size
        case Assembly():
            return sum(elements(part.operand.indices, sizes) for part in operation.parts)


def product_flops(operation: Contraction, size: int, sizes: Mapping[str, int]) -> int:
    """Two operands: two for each element of the product where something is summed, else one for each of the result.

    One operand: one for each element that is summed. A scale: one for each element of the result.
    """
    summed = bool(summed_indices(operation))
    scaling = size if operation.operands and operation.scale != 1.0 else 0
    if len(operation.operands) == 2:
        everything = {name for view in operation.operands for name in view.indices}
        return scaling + (2 * elements(everything, sizes) if summed else size)
    return scaling + (sum(elements(view.indices, sizes) for view in operation.operands) if summed else 0)


def backward_flops(operation: Operation, sizes: Mapping[str, int], trained: Container[str]) -> int:
    """The FLOPs of the gradients of a step's operands, for those whose value is in `trained`.

    The gradient of an operand of a product is the contraction of the result's gradient with the other operand.
    """
    size = elements(legs(operation.axes), sizes)
    wanted = [view.value in trained for view in views(operation)]
    match operation:
        case Contraction(operands=(left, right)):
            return wanted[0] * gradient_flops(left, right, operation, sizes) + wanted[1] * gradient_flops(
                right, left, operation, sizes
            )
        case Contraction():
            return size if any(wanted) and operation.scale != 1.0 else 0
        case Sum():
            count = len(set(legs(operation.axes)))
            narrow = [len(term.operand.indices) < count for term in operation.terms]
            return size * sum(want and less for want, less in zip(wanted, narrow, strict=True))
        case Function():
            return elements(operation.operand.indices, sizes) if any(wanted) else 0
        case Assembly():
            return 0


def gradient_flops(operand: View, other: View, operation: Contraction, sizes: Mapping[str, int]) -> int:
    """The cost of contracting the result's gradient with the other operand to one operand's indices."""
    everything = {*legs(operation.axes), *other.indices}
    own = set(operand.indices)
    return 2 * elements(everything, sizes) if everything - own else elements(own, sizes)


def bytes_moved(
    operation: Operation, sizes: Mapping[str, int], complex_names: Container[str] = (), item_size: int = 4
) -> int:
    """The bytes of the operands, as viewed, and of the result; complex elements take twice `item_size`."""
    total = elements(legs(operation.axes), sizes) * (2 if operation.name in complex_names else 1)
    for view in views(operation):
        total += elements(view.indices, sizes) * (2 if view.value in complex_names else 1)
    return total * item_size
