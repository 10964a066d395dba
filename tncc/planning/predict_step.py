"""How long one step takes at best, before axis orders are known: what orders are compared by."""

from collections.abc import Mapping

from tncc.ir.cost import elements, summed_indices
from tncc.ir.machine import Machine
from tncc.ir.network import Contraction, Function, Operation, legs, views
from tncc.ir.slopes import SCALE, SLOPES
from tncc.planning.time_model import PRODUCT_CALLS, SINGLE, function_us, matmul_us, stream_us

ARITHMETIC = frozenset({"relu", "abs", "sqrt", "reciprocal", "mean", "max", "sum", SCALE, *SLOPES}) - {
    "gelu_slope",
    "silu_slope",
    "cos_slope",
}
"""Functions that cost no more than reading and writing."""


def step_us(machine: Machine, operation: Operation, sizes: Mapping[str, int]) -> float:
    """The predicted microseconds of a step of at most two operands, nothing being copied into another order."""
    result = legs(operation.axes)
    moved = SINGLE * sum(elements(part, sizes) for part in (result, *(view.indices for view in views(operation))))
    summed = summed_indices(operation)
    if isinstance(operation, Contraction) and len(operation.operands) == 2 and summed:
        left, right = (set(view.indices) for view in operation.operands)
        both = left & right
        parts = ([n for n in result if n in both], left - both, right - both, both.intersection(summed))
        batch, m, n, k = (elements(part, sizes) for part in parts)
        return PRODUCT_CALLS * machine.call_us + matmul_us(machine, batch, m, n, k, moved)
    if isinstance(operation, Function) and operation.function not in ARITHMETIC:
        return machine.call_us + function_us(machine, elements(result, sizes))
    return machine.call_us + stream_us(machine, moved, moved)
