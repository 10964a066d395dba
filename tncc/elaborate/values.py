"""Size expressions: arithmetic at compile time on ints, floats, bools, strings and tuples of ints."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias, assert_never

from tncc.diagnostics import name_kinds, size_kinds
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.span import Span
from tncc.diagnostics.syntax_kinds import UnknownEscape
from tncc.elaborate import limits
from tncc.elaborate.functions import ARITY, FUNCTIONS
from tncc.elaborate.numbers import arithmetic, finite, kind_of, number, show, too_large_for_float
from tncc.elaborate.scope import Scope, Work, weight
from tncc.elaborate.wording import called
from tncc.ir.network import Value
from tncc.syntax import tree

Values: TypeAlias = Scope
"""What each compile-time name in scope holds."""

ESCAPES = {"\\": "\\", '"': '"', "n": "\n", "t": "\t"}


def evaluate(node: tree.Expression, values: Values) -> Value:
    """The value of a size expression; raises Failure where it has none or passes a limit."""
    values.work.spend(1, node.span)
    match node:
        case tree.Integer():
            return _literal(node)
        case tree.Real():
            return finite(float(node.digits), node.span)
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
            return _subscript(evaluate(node.value, values), "", node.brackets, values)
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
                result = arithmetic(part.operator, result, right, part.span, values.work)
            return result
        case tree.Power():
            base, exponent = evaluate(node.base, values), evaluate(node.exponent, values)
            return arithmetic("**", base, exponent, node.span, values.work)
        case tree.Minus():
            return -number(evaluate(node.value, values), node.value.span, "what `-` negates")
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
        whole = isinstance(value, int) and not isinstance(value, bool)
        hint = f"write `0..{show(value)}`" if whole else None
        raise Failure(size_kinds.WrongValueType(node.span, what, "a range such as `0..n`", kind_of(value), hint))
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


def _reference(node: tree.Reference, values: Values) -> Value:
    name = node.name.text
    if name not in values:
        raise Failure(name_kinds.NotACompileTimeValue(node.span, name))
    value = values[name]
    for brackets in node.parts:
        value = _subscript(value, name, brackets, values)
    return value


def _subscript(value: Value, name: str, brackets: tree.Brackets, values: Values) -> Value:
    shown = f"`{name}`" if name else "the tuple"
    if not isinstance(value, tuple):
        hint = "remove the brackets"
        raise Failure(
            size_kinds.WrongValueType(brackets.span, shown, "a tuple to be subscripted", kind_of(value), hint)
        )
    if len(brackets.slots) != 1:
        count, what = len(brackets.slots), name or "(…)"
        hint = f"write `{what}[0]`"
        raise Failure(size_kinds.WrongArgumentCount(brackets.span, what, "one position", count, hint=hint))
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
        last = len(value) - 1
        hint = f"count from 0: the last one is {last}" if value else "make sure that there is one"
        raise Failure(size_kinds.PositionOutOfRange(slot.span, shown, position, length, hint))
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
            verb, hint = "is" if len(arguments) == 1 else "are", f"write `{called(name, least)}`"
            raise Failure(size_kinds.WrongArgumentCount(node.span, name, expected, len(arguments), verb, hint))
        values.work.spend(_cost(name, arguments), node.span)
        try:
            result = FUNCTIONS[name](arguments, node.span)
        except OverflowError:
            raise too_large_for_float(node.span) from None
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
        total = arithmetic(operator, total, evaluate(node.body, inner), span, inner.work)
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
