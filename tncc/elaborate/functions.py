"""The functions of size expressions: what each makes of its arguments, and how many it takes."""

import math
from collections.abc import Callable

from tncc.diagnostics import size_kinds
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.span import Span
from tncc.elaborate import limits
from tncc.elaborate.factor import factor
from tncc.elaborate.numbers import bounded, kind_of, number, show
from tncc.ir.network import Value


def _one_number(name: str, arguments: list[Value], span: Span) -> int | float:
    return number(arguments[0], span, f"the argument of `{name}`")


def _len(arguments: list[Value], span: Span) -> Value:
    if not isinstance(arguments[0], tuple | str):
        raise Failure(size_kinds.WrongValueType(span, "the argument of `len`", "a tuple", kind_of(arguments[0])))
    return len(arguments[0])


def _numbers(name: str, arguments: list[Value], span: Span) -> list[int | float]:
    if len(arguments) == 1 and isinstance(arguments[0], tuple):
        return list(arguments[0])
    return [number(argument, span, f"an argument of `{name}`") for argument in arguments]


def _extreme(name: str, choose: Callable[[list[int | float]], int | float]) -> Callable[[list[Value], Span], Value]:
    def function(arguments: list[Value], span: Span) -> Value:
        numbers = _numbers(name, arguments, span)
        if not numbers:
            raise Failure(size_kinds.BadFunctionValue(span, name, "an empty tuple"))
        return choose(numbers)

    return function


def _prod(arguments: list[Value], span: Span) -> Value:
    total: int | float = 1
    for entry in _numbers("prod", arguments, span):
        total *= entry
        if isinstance(total, int) and total.bit_length() > limits.BITS:
            break
    return bounded(total, span)


def _sum(arguments: list[Value], span: Span) -> Value:
    return bounded(sum(_numbers("sum", arguments, span)), span)


def _rounded(name: str, function: Callable[[float], int]) -> Callable[[list[Value], Span], Value]:
    def rounded(arguments: list[Value], span: Span) -> Value:
        value = _one_number(name, arguments, span)
        return value if isinstance(value, int) else function(value)

    return rounded


def _sqrt(arguments: list[Value], span: Span) -> Value:
    value = _one_number("sqrt", arguments, span)
    if value < 0:
        raise Failure(size_kinds.BadFunctionValue(span, "sqrt", "a negative number"))
    return math.sqrt(value) if value < 2**1000 else float(math.isqrt(int(value)))


def _log2(arguments: list[Value], span: Span) -> Value:
    value = _one_number("log2", arguments, span)
    if value <= 0:
        raise Failure(size_kinds.BadFunctionValue(span, "log2", "a number that is not positive"))
    return math.log2(value)


def _factor(arguments: list[Value], span: Span) -> Value:
    n, k = arguments
    for value, what in ((n, "the number that `factor` splits"), (k, "the number of factors")):
        if isinstance(value, bool) or not isinstance(value, int):
            raise Failure(size_kinds.WrongValueType(span, what, "an int", kind_of(value)))
    assert isinstance(n, int) and isinstance(k, int)
    if not 1 <= n < limits.AXIS:
        raise Failure(size_kinds.BadFunctionValue(span, "factor", f"{show(n)}: it splits numbers from 1 to 2**63 - 1"))
    if not 1 <= k <= limits.TENSORS:
        reason = f"{show(k)} factors: there are from 1 to {limits.TENSORS:,} of them"
        raise Failure(size_kinds.BadFunctionValue(span, "factor", reason))
    return factor(n, k)


FUNCTIONS: dict[str, Callable[[list[Value], Span], Value]] = {
    "len": _len,
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "sum": _sum,
    "prod": _prod,
    "sqrt": _sqrt,
    "ceil": _rounded("ceil", math.ceil),
    "floor": _rounded("floor", math.floor),
    "log2": _log2,
    "factor": _factor,
}
"""The functions of size expressions."""

_MANY = 10**9
ARITY = {
    "len": (1, 1), "min": (1, _MANY), "max": (1, _MANY), "sum": (1, _MANY), "prod": (1, _MANY), "sqrt": (1, 1),
    "ceil": (1, 1), "floor": (1, 1), "log2": (1, 1), "factor": (2, 2),
}  # fmt: skip
