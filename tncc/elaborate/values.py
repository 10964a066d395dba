"""Size expressions: arithmetic at compile time on ints, floats, bools, strings and tuples of ints."""

import math
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias, assert_never

from tncc.diagnostics import name_kinds, size_kinds
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.span import Span
from tncc.diagnostics.syntax_kinds import UnknownEscape
from tncc.elaborate import limits
from tncc.elaborate.factor import factor
from tncc.elaborate.scope import Scope, Work, weight
from tncc.ir.network import Value
from tncc.syntax import tree

Values: TypeAlias = Scope
"""What each compile-time name in scope holds."""

ESCAPES = {"\\": "\\", '"': '"', "n": "\n", "t": "\t"}


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


def evaluate(node: tree.Expression, values: Values) -> Value:
    """The value of a size expression; raises Failure where it has none or passes a limit."""
    values.work.spend(1, node.span)
    match node:
        case tree.Integer():
            return _literal(node)
        case tree.Real():
            return _finite(float(node.digits), node.span)
        case tree.Text():
            return unescape(node)
        case tree.Truth():
            return node.word == "true"
        case tree.Parenthesis():
            return evaluate(node.value, values)
        case tree.Tuple():
            return tuple(integer(item, values, "an element of a tuple") for item in node.items)
        case tree.Reference():
            return _reference(node, values)
        case tree.Item():
            return _subscript(evaluate(node.value, values), "the tuple", node.brackets, values)
        case tree.Call():
            return _call(node, values)
        case tree.Range():
            return _range(node, values)
        case tree.Conditional():
            chosen = node.value if condition(node.condition, values) else node.otherwise
            return evaluate(chosen, values)
        case tree.AnyOf():
            return any(condition(term, values) for term in node.terms)
        case tree.AllOf():
            return all(condition(term, values) for term in node.terms)
        case tree.Negation():
            return not condition(node.value, values)
        case tree.Comparison():
            return _comparison(node, values)
        case tree.Sum() | tree.Product():
            result = evaluate(node.first, values)
            for part in node.rest:
                right = evaluate(part.value, values)
                result = _arithmetic(part.operator, result, right, part.span, values.work)
            return result
        case tree.Power():
            base, exponent = evaluate(node.base, values), evaluate(node.exponent, values)
            return _arithmetic("**", base, exponent, node.span, values.work)
        case tree.Minus():
            return -_number(evaluate(node.value, values), node.value.span, "what `-` negates")
        case _:
            assert_never(node)


def integer(node: tree.Expression, values: Values, what: str) -> int:
    """The value of an expression that must be an int; `what` says what it is for."""
    value = evaluate(node, values)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Failure(size_kinds.WrongValueType(node.span, what, "an int", kind_of(value)))
    return value


def condition(node: tree.Expression, values: Values) -> bool:
    """The value of an expression that must be true or false."""
    value = evaluate(node, values)
    if not isinstance(value, bool):
        raise Failure(size_kinds.ConditionNotBool(node.span, kind_of(value)))
    return value


def positions(node: tree.Expression, values: Values, what: str) -> tuple[int, ...]:
    """The value of an expression that must be a range or a tuple of ints."""
    value = evaluate(node, values)
    if not isinstance(value, tuple):
        raise Failure(size_kinds.WrongValueType(node.span, what, "a range such as `0..n`", kind_of(value)))
    return value


def unescape(node: tree.Text) -> str:
    """The string that a literal stands for."""
    out: list[str] = []
    body = iter(node.literal[1:-1])
    for character in body:
        if character != "\\":
            out.append(character)
            continue
        escaped = next(body)
        if escaped not in ESCAPES:
            raise Failure(UnknownEscape(node.span, escaped))
        out.append(ESCAPES[escaped])
    return "".join(out)


def _literal(node: tree.Integer) -> int:
    if len(node.digits) > 4000:  # below Python's own limit of 4,300 digits, and far beyond every use
        raise Failure(size_kinds.ValueTooLarge(node.span, 4000, "digits"))
    return int(node.digits)


def _finite(value: float, span: Span) -> float:
    if not math.isfinite(value):
        raise _too_large_for_float(span)
    return value


def _too_large_for_float(span: Span) -> Failure:
    return Failure(size_kinds.ValueTooLarge(span, 308, "decimal digits, which a float can hold"))


def _bounded(value: Value, span: Span) -> Value:
    if isinstance(value, int) and value.bit_length() > limits.BITS:
        raise Failure(size_kinds.ValueTooLarge(span, limits.BITS, "bits"))
    if isinstance(value, tuple) and len(value) > limits.TENSORS:
        raise Failure(size_kinds.ValueTooLarge(span, limits.TENSORS, "elements"))
    if isinstance(value, str) and len(value) > limits.TEXT:
        raise Failure(size_kinds.ValueTooLarge(span, limits.TEXT, "characters"))
    return _finite(value, span) if isinstance(value, float) else value


def _number(value: Value, span: Span, what: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Failure(size_kinds.WrongValueType(span, what, "a number", kind_of(value)))
    return value


def _reference(node: tree.Reference, values: Values) -> Value:
    name = node.name.text
    if name not in values:
        raise Failure(name_kinds.NotACompileTimeValue(node.span, name))
    value = values[name]
    for brackets in node.parts:
        value = _subscript(value, name, brackets, values)
    return value


def _subscript(value: Value, name: str, brackets: tree.Brackets, values: Values) -> Value:
    if not isinstance(value, tuple):
        raise Failure(
            size_kinds.WrongValueType(brackets.span, f"`{name}`", "a tuple to be subscripted", kind_of(value))
        )
    if len(brackets.slots) != 1:
        raise Failure(size_kinds.WrongArgumentCount(brackets.span, name, "one position", len(brackets.slots)))
    slot = brackets.slots[0]
    if isinstance(slot, tree.Slice):
        start = None if slot.start is None else integer(slot.start, values, "the start of a slice")
        stop = None if slot.stop is None else integer(slot.stop, values, "the end of a slice")
        part = value[start:stop]
        values.work.spend(weight(part), slot.span)
        return part
    if isinstance(slot, tree.Ellipsis | tree.Every | tree.Binder | tree.Group):
        raise Failure(size_kinds.WrongValueType(slot.span, "a position in a tuple", "an int", "something else"))
    position = integer(slot, values, "a position in a tuple")
    if not -len(value) <= position < len(value):
        length = f"{len(value)} element" + ("" if len(value) == 1 else "s")
        raise Failure(size_kinds.PositionOutOfRange(slot.span, name, position, length))
    return value[position]


def _range(node: tree.Range, values: Values) -> tuple[int, ...]:
    start = integer(node.start, values, "the start of a range")
    stop = integer(node.stop, values, "the end of a range")
    if stop - start > limits.TENSORS:
        raise Failure(size_kinds.ValueTooLarge(node.span, limits.TENSORS, "elements"))
    values.work.spend(max(stop - start, 0), node.span)
    return tuple(range(start, stop))


_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b,  # type: ignore[operator]
    ">": lambda a, b: a > b,  # type: ignore[operator]
    ">=": lambda a, b: a >= b,  # type: ignore[operator]
}


def _comparison(node: tree.Comparison, values: Values) -> bool:
    left = evaluate(node.first, values)
    for part in node.rest:
        right = evaluate(part.value, values)
        values.work.spend(weight(right), part.span)
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if not numbers and type(left) is not type(right):
            found = f"{kind_of(left)} and {kind_of(right)}"
            raise Failure(
                size_kinds.WrongValueType(part.span, f"what `{part.operator}` compares", "of one type", found)
            )
        if not _COMPARE[part.operator](left, right):
            return False
        left = right
    return True


def _arithmetic(operator: str, left: Value, right: Value, span: Span, work: Work) -> Value:
    work.spend(weight(left) + weight(right), span)
    if operator == "+" and isinstance(left, tuple) and isinstance(right, tuple):
        return _bounded(left + right, span)
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        return _bounded(left + right, span)
    if operator == "*" and isinstance(left, tuple) and isinstance(right, int) and not isinstance(right, bool):
        if len(left) * max(right, 0) > limits.TENSORS:
            raise Failure(size_kinds.ValueTooLarge(span, limits.TENSORS, "elements"))
        work.spend(len(left) * max(right, 0), span)
        return left * right
    a, b = _number(left, span, f"what `{operator}` works on"), _number(right, span, f"what `{operator}` works on")
    if operator in ("/", "//", "%") and b == 0:
        raise Failure(size_kinds.DivisionByZero(span, operator))
    try:
        return _bounded(_numeric(operator, a, b, span), span)
    except OverflowError:
        raise _too_large_for_float(span) from None


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


def _call(node: tree.Call, values: Values) -> Value:
    name = node.function.name.text
    items = node.arguments.items
    if len(items) == 1 and isinstance(items[0], tree.Comprehension):
        return _comprehension(name, items[0], values, node.span)
    if name in ("prod", "sum") and (quick := _running(name, items, values, node.span)) is not None:
        result: Value = quick
    else:
        if name not in FUNCTIONS:
            raise Failure(name_kinds.NotACompileTimeValue(node.span, name))
        arguments = [evaluate(item, values) for item in items if not isinstance(item, tree.Comprehension)]
        least, most = ARITY[name]
        if not least <= len(arguments) <= most:
            expected = (
                f"{least} argument" + ("s" if least > 1 else "") if least == most else f"{least} or more arguments"
            )
            raise Failure(size_kinds.WrongArgumentCount(node.span, name, expected, len(arguments)))
        values.work.spend(_cost(name, arguments), node.span)
        try:
            result = FUNCTIONS[name](arguments, node.span)
        except OverflowError:
            raise _too_large_for_float(node.span) from None
    for brackets in node.result.parts:
        result = _subscript(result, f"{name}(…)", brackets, values)
    return result


def _cost(name: str, arguments: list[Value]) -> int:
    """The steps that a function of these arguments counts for; a large number takes long to split into factors."""
    cost = sum(map(weight, arguments))
    if name == "factor":
        cost += 100_000 if isinstance(arguments[0], int) and arguments[0] > 2**32 else 1_000
    return cost


def _comprehension(name: str, node: tree.Comprehension, values: Values, span: Span) -> Value:
    total: Value = 1 if name == "prod" else 0
    operator = "*" if name == "prod" else "+"
    for inner in each_binding(node.binders, values):
        total = _arithmetic(operator, total, evaluate(node.body, inner), span, inner.work)
    return total


def each_binding(binders: tree.Binders, values: Values) -> Iterator[Scope]:
    """All scopes that some binders give, in lexicographic order; a later range may use earlier binders."""
    if len(binders.items) > 1:  # they are counted before any is used; a single range is bounded by itself
        bound_members(_bindings(binders.items, values), binders.span)
    yield from _bindings(binders.items, values)


def bound_members(members: Iterator[object], span: Span) -> None:
    """Raise Failure if there are more than a family may have."""
    if sum(1 for _ in islice(members, limits.TENSORS + 1)) > limits.TENSORS:
        raise Failure(size_kinds.TooManyTensors(span, limits.TENSORS, "members"))


def _bindings(binders: tuple[tree.Binder, ...], scope: Scope) -> Iterator[Scope]:
    if not binders:
        yield scope
        return
    for position in positions(binders[0].range, scope, "what a binder runs over"):
        yield from _bindings(binders[1:], scope.having(binders[0].name.text, position, binders[0].span))


def _running(name: str, items: tuple[object, ...], values: Values, span: Span) -> int | None:
    """`prod(ins[:k])` and its like from running totals, so that a chain of n bonds costs n steps and not n squared."""
    if len(items) != 1 or not isinstance(items[0], tree.Reference) or len(items[0].parts) != 1:
        return None
    slots, value = items[0].parts[0].slots, values.get(items[0].name.text)
    if not isinstance(value, tuple) or len(slots) != 1 or not isinstance(slots[0], tree.Slice) or len(value) < 32:
        return None
    cut = slots[0]
    if (cut.start is None) == (cut.stop is None):
        return None
    bound = cut.stop if cut.start is None else cut.start
    assert bound is not None
    position = min(max(slice(integer(bound, values, "the end of a slice")).indices(len(value))[1], 0), len(value))
    forward = cut.start is None
    key, known = (name, id(value), forward), values.work.totals
    if key not in known:  # the tuple is kept beside its totals, so that no other takes its identity
        known[key] = (value, _totals(name, value if forward else value[::-1], span, values.work))
    totals = known[key][1]
    count = position if forward else len(value) - position
    if count >= len(totals):
        raise Failure(size_kinds.ValueTooLarge(span, limits.BITS, "bits"))
    return totals[count]


def _totals(name: str, value: tuple[int, ...], span: Span, work: Work) -> list[int]:
    totals = [1 if name == "prod" else 0]
    for item in value:
        following = totals[-1] * item if name == "prod" else totals[-1] + item
        if following.bit_length() > limits.BITS:
            break
        work.spend(weight(following), span)
        totals.append(following)
    return totals


def _one_number(name: str, arguments: list[Value], span: Span) -> int | float:
    return _number(arguments[0], span, f"the argument of `{name}`")


def _len(arguments: list[Value], span: Span) -> Value:
    if not isinstance(arguments[0], tuple | str):
        raise Failure(size_kinds.WrongValueType(span, "the argument of `len`", "a tuple", kind_of(arguments[0])))
    return len(arguments[0])


def _numbers(name: str, arguments: list[Value], span: Span) -> list[int | float]:
    if len(arguments) == 1 and isinstance(arguments[0], tuple):
        return list(arguments[0])
    return [_number(argument, span, f"an argument of `{name}`") for argument in arguments]


def _extreme(name: str, choose: Callable[[list[int | float]], int | float]) -> Callable[[list[Value], Span], Value]:
    def function(arguments: list[Value], span: Span) -> Value:
        numbers = _numbers(name, arguments, span)
        if not numbers:
            raise Failure(size_kinds.BadFunctionValue(span, name, "an empty tuple"))
        return choose(numbers)

    return function


def _prod(arguments: list[Value], span: Span) -> Value:
    total: int | float = 1
    for number in _numbers("prod", arguments, span):
        total *= number
        if isinstance(total, int) and total.bit_length() > limits.BITS:
            break
    return _bounded(total, span)


def _sum(arguments: list[Value], span: Span) -> Value:
    return _bounded(sum(_numbers("sum", arguments, span)), span)


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
