"""Compile-time values by themselves: how they are shown, what bounds them, and arithmetic on them."""

import math

from tncc.diagnostics import size_kinds
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.span import Span
from tncc.elaborate import limits
from tncc.elaborate.scope import Work, weight
from tncc.ir.network import Value


def kind_of(value: Value) -> str:
    """How a value's type is called in diagnostics."""
    match value:
        case bool():
            return "a bool"
        case int():
            return "an int"
        case float():
            return "a float"
        case str():
            return "a string"
        case tuple():
            return "a tuple of ints"


def show(value: Value) -> str:
    """A value as the language writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
            return f'"{escaped}"'
        case tuple():
            return f"({show(value[0])},)" if len(value) == 1 else f"({', '.join(show(item) for item in value)})"
        case int() if value.bit_length() > 200:
            return f"an int of {value.bit_length()} bits"
        case _:
            return str(value)


def finite(value: float, span: Span) -> float:
    """A float that is a number; raises Failure for what passes the range of floats."""
    if not math.isfinite(value):
        raise too_large_for_float(span)
    return value


def too_large_for_float(span: Span) -> Failure:
    """What to raise for a number that no float can hold."""
    return Failure(size_kinds.ValueTooLarge(span, 308, "decimal digits, which a float can hold"))


def bounded(value: Value, span: Span) -> Value:
    """A value within the limits on its kind; raises Failure past them."""
    if isinstance(value, int) and value.bit_length() > limits.BITS:
        raise Failure(size_kinds.ValueTooLarge(span, limits.BITS, "bits"))
    if isinstance(value, tuple) and len(value) > limits.TENSORS:
        raise Failure(size_kinds.ValueTooLarge(span, limits.TENSORS, "elements"))
    if isinstance(value, str) and len(value) > limits.TEXT:
        raise Failure(size_kinds.ValueTooLarge(span, limits.TEXT, "characters"))
    return finite(value, span) if isinstance(value, float) else value


def number(value: Value, span: Span, what: str) -> int | float:
    """A value that must be an int or a float; `what` says what it is for."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Failure(size_kinds.WrongValueType(span, what, "a number", kind_of(value)))
    return value


def arithmetic(operator: str, left: Value, right: Value, span: Span, work: Work) -> Value:
    """The value of a binary operator, with the work that it takes counted; raises Failure."""
    work.spend(weight(left) + weight(right), span)
    if operator == "+" and isinstance(left, tuple) and isinstance(right, tuple):
        return bounded(left + right, span)
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        return bounded(left + right, span)
    if operator == "*" and isinstance(left, tuple) and isinstance(right, int) and not isinstance(right, bool):
        if len(left) * max(right, 0) > limits.TENSORS:
            raise Failure(size_kinds.ValueTooLarge(span, limits.TENSORS, "elements"))
        work.spend(len(left) * max(right, 0), span)
        return left * right
    a, b = number(left, span, f"what `{operator}` works on"), number(right, span, f"what `{operator}` works on")
    if operator in ("/", "//", "%") and b == 0:
        raise Failure(size_kinds.DivisionByZero(span, operator))
    try:
        return bounded(_numeric(operator, a, b, span), span)
    except OverflowError:
        raise too_large_for_float(span) from None


def _numeric(operator: str, a: int | float, b: int | float, span: Span) -> int | float:
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b
        case "//":
            return a // b
        case "%":
            return a % b
    return _power(a, b, span)


def _power(a: int | float, b: int | float, span: Span) -> int | float:
    if a == 0 and b < 0:
        raise Failure(size_kinds.DivisionByZero(span, "**"))
    if a < 0 and not float(b).is_integer():
        raise Failure(size_kinds.BadFunctionValue(span, "**", "a negative base and a broken exponent"))
    if isinstance(a, int) and isinstance(b, int) and b > 0 and a.bit_length() * b > limits.BITS + b:
        raise Failure(size_kinds.ValueTooLarge(span, limits.BITS, "bits"))
    return float(a**b) if isinstance(b, int) and b < 0 else a**b
