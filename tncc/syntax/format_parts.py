"""Takes an AST apart into pieces in the order of the text, with the spaces of the canonical layout."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias, assert_never

from tncc.syntax import tree
from tncc.syntax.format_pieces import Break, Comments, Mark, Open, Piece, Place, Style, end_of, start_of

Node: TypeAlias = (
    tree.Slot
    | tree.Comprehension
    | tree.Brackets
    | tree.Attribute
    | tree.Argument
    | tree.Limit
    | tree.Parameter
    | tree.Imported
)
"""What is taken apart: all that stands inside a statement."""


@dataclass(frozen=True, slots=True)
class Todo:
    """A node still to be taken apart: `tight` in subscripts and ranges, `hang` as in `Open`."""

    node: Node
    tight: bool = False
    hang: int = 0


@dataclass(frozen=True, slots=True)
class At:
    """A place where comments may stand, between two places of the source."""

    place: Break
    start: Place
    stop: Place
    first: bool = False


Part = Piece | Todo | At


def pieces_of(parts: Sequence[Part], comments: Comments) -> list[Piece]:
    """Take apart what is left to do, without recursion, handing out comments on the way."""
    out: list[Piece] = []
    stack = list(reversed(parts))
    while stack:
        part = stack.pop()
        if isinstance(part, Todo):
            stack.extend(reversed(_apart(part)))
        elif isinstance(part, At):
            comments.fill(part.place, part.start, part.stop, first=part.first)
            out.append(part.place)
        else:
            out.append(part)
    return out


def listed(brackets: str, items: Sequence[Todo], places: tuple[Place, Place], comma: str = ",") -> list[Part]:
    """Items between two brackets that stand at `places`; without a comma they are parted by spaces."""
    if not items:
        return [brackets]
    out: list[Part] = [brackets[0], Open(Style.LIST)]
    before = places[0]
    for number, item in enumerate(items):
        if number:
            out.append(comma)
        out.append(At(Break(" " if number else ""), before, start_of(item.node.span), first=not number))
        out.append(item)
        before = end_of(item.node.span)
    if comma and not isinstance(items[-1].node, tree.Comprehension):
        out.append(Mark.COMMA)
    return [*out, At(Break("", last=True), before, places[1]), Mark.CLOSE, brackets[1]]


def chained(style: Style, first: Todo, rest: Iterable[tuple[str, Todo]], space: str = " ", hang: int = 0) -> list[Part]:
    """Operands with an operator before each but the first; a line may break before an operator."""
    out: list[Part] = [Open(style, hang), first]
    before = end_of(first.node.span)
    for operator, operand in rest:
        out += [At(Break(space), before, start_of(operand.node.span)), operator + space, operand]
        before = end_of(operand.node.span)
    return [*out, Mark.CLOSE]


def in_a_row(items: Sequence[Todo], style: Style = Style.FILL) -> list[Part]:
    """Items parted by commas with no brackets around them; a line may break behind a comma."""
    out: list[Part] = [Open(style), items[0]]
    for one, other in pairwise(items):
        out += [",", At(Break(" "), end_of(one.node.span), start_of(other.node.span)), other]
    return [*out, Mark.CLOSE]


def _apart(todo: Todo) -> list[Part]:
    node, tight = todo.node, todo.tight
    match node:
        case tree.Ellipsis():
            return ["..."]
        case tree.Every():
            return ["*"]
        case tree.Slice(_, start, stop):
            return [*_maybe(start, tight), ":", *_maybe(stop, tight)]
        case tree.Group(span, items):
            return listed("()", [Todo(item, True) for item in items], (start_of(span), end_of(span)), "")
        case tree.Brackets(span, slots):
            return listed("[]", [Todo(slot, True) for slot in slots], (start_of(span), end_of(span)))
        case tree.Binder(_, name, values):
            return [f"{name.text} in ", Todo(values, tight)]
        case tree.Comprehension(_, binders, body):
            return [*in_a_row([Todo(item, tight) for item in binders.items]), ": ", Todo(body, tight, hang=2)]
        case tree.Attribute(span, name, values) if values:
            return [name.text, *listed("()", [Todo(item) for item in values], (end_of(name.span), end_of(span)))]
        case tree.Attribute(_, name):
            return [name.text]
        case tree.Argument(_, name, value):
            return [f"{name.text} = ", Todo(value, hang=2)]
        case tree.Limit(_, name, operator, value):
            return [f"{name.text} {operator} ", Todo(value, hang=2)]
        case tree.Parameter(_, name, kind, default):
            head = f"{name.text}: {kind.text}"
            return [head] if default is None else [f"{head} = ", Todo(default, hang=2)]
        case tree.Imported(_, name, alias):
            return [name.text if alias is None else f"{name.text} as {alias.text}"]
        case _:
            return _expression(node, tight, todo.hang)


def _maybe(node: "tree.Expression | None", tight: bool) -> list[Part]:
    return [] if node is None else [Todo(node, tight)]


def _expression(node: "tree.Expression", tight: bool, hang: int) -> list[Part]:
    space = "" if tight else " "
    match node:
        case tree.Conditional():
            return _conditional(node, tight, hang)
        case tree.Range(_, start, stop):
            return [Todo(start, True), "..", Todo(stop, True)]
        case tree.AnyOf(_, terms):
            steps = [("or", Todo(term, tight)) for term in terms[1:]]
            return chained(Style.EACH, Todo(terms[0], tight), steps, hang=hang)
        case tree.AllOf(_, terms):
            steps = [("and", Todo(term, tight)) for term in terms[1:]]
            return chained(Style.EACH, Todo(terms[0], tight), steps, hang=hang)
        case tree.Negation(_, value):
            return ["not ", Todo(value, tight)]
        case tree.Comparison(_, first, compared):
            steps = [(step.operator, Todo(step.value, tight)) for step in compared]
            return chained(Style.EACH, Todo(first, tight), steps, hang=hang)
        case tree.Sum(_, first, added):
            steps = [(step.operator, Todo(step.value, tight)) for step in added]
            return chained(Style.EACH, Todo(first, tight), steps, space, hang)
        case tree.Product(_, first, multiplied):
            steps = [(step.operator, Todo(step.value, tight)) for step in multiplied]
            return chained(Style.FILL, Todo(first, tight), steps, space, hang)
        case tree.Minus(_, value):
            return ["-", Todo(value, tight)]
        case tree.Power(_, base, exponent):
            return [Todo(base, tight), "**", Todo(exponent, tight)]
        case _:
            return _atom(node, tight)


def _conditional(node: tree.Conditional, tight: bool, hang: int) -> list[Part]:
    """`a if c else b if d else e` as one chain, for a line may break before `else` and nowhere else."""
    out: list[Part] = [Open(Style.EACH, hang)]
    last: tree.Expression = node
    while isinstance(last, tree.Conditional):
        between = At(Break(" "), end_of(last.condition.span), start_of(last.otherwise.span))
        out += [Todo(last.value, tight), " if ", Todo(last.condition, tight), between, "else "]
        last = last.otherwise
    return [*out, Todo(last, tight), Mark.CLOSE]


def _atom(
    node: tree.Reference | tree.Call | tree.Item | tree.Parenthesis | tree.Tuple
    | tree.Integer | tree.Real | tree.Text | tree.Truth,
    tight: bool,
) -> list[Part]:  # fmt: skip
    match node:
        case tree.Integer(_, text) | tree.Real(_, text) | tree.Text(_, text) | tree.Truth(_, text):
            return [text]
        case tree.Reference(_, name, parts):
            return [name.text, *map(Todo, parts)]
        case tree.Call():
            return _call(node, tight)
        case tree.Item(_, value, brackets):
            return [Todo(value, tight), Todo(brackets)]
        case tree.Parenthesis(span, value):
            return listed("()", [Todo(value, tight)], (start_of(span), end_of(span)), "")
        case tree.Tuple(span, items):
            out = listed("()", [Todo(item, tight) for item in items], (start_of(span), end_of(span)))
            # A tuple of one keeps its comma on one line too.
            return ["," if part is Mark.COMMA else part for part in out] if len(items) == 1 else out
        case _:
            assert_never(node)


def _call(node: tree.Call, tight: bool) -> list[Part]:
    closing = end_of(node.span)
    if node.result.parts:
        closing = start_of(node.result.parts[0].span)
    picked: list[Part] = []
    if node.picked is not None:
        closing, picked = start_of(node.picked.span), [f".{node.picked.name.text}"]
    items = [Todo(item, tight) for item in node.arguments.items]
    arguments = listed("()", items, (end_of(node.function.span), closing))
    return [Todo(node.function), *arguments, *picked, *map(Todo, node.result.parts)]
