"""Equations from AST to terms: names become views, calls of layers are written in, numbers are worked out."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import assert_never

from tncc.diagnostics import axis_kinds as kinds
from tncc.diagnostics import name_kinds, size_kinds
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.span import Span
from tncc.elaborate import vocabulary as words
from tncc.elaborate.axes import AxisReader, Named, subscripts
from tncc.elaborate.numbers import kind_of
from tncc.elaborate.questions import children
from tncc.elaborate.symbols import Stored, TensorFamily, member_name
from tncc.elaborate.terms import Apply, Leaf, Product, Scalar, Sum, Term, constant, product
from tncc.elaborate.values import each_binding, evaluate
from tncc.elaborate.wording import called
from tncc.syntax import tree

Caller = Callable[[tree.Call, "EquationReader"], Stored]
"""Writes a call of a layer into the network, and gives the value that holds its result."""

SCALAR_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "relu": lambda x: max(x, 0.0),
    "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "silu": lambda x: x / (1 + math.exp(-x)),
    "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "sin": math.sin,
    "cos": math.cos,
}
"""The elementwise functions where their argument is a number known at compile time."""

TENSOR_FUNCTIONS = frozenset(words.ELEMENTWISE + words.OVER_KEEPING + words.OVER_REMOVING)


@dataclass(slots=True)
class EquationReader:
    """Reads one equation; `left` is what its left-hand side names, axis by axis, for calls that name nothing."""

    axes: AxisReader
    tensors: Mapping[str, TensorFamily]
    layers: frozenset[str]
    call: Caller
    target: str
    left: list[tuple[Named, Span]]

    def read(self, node: tree.Expression) -> Term:
        """The term that an expression is; raises Failure where it is none."""
        if not self.mentions_tensor(node):
            return Scalar(self._number(node), node.span)
        match node:
            case tree.Reference():
                return self._reference(node)
            case tree.Call():
                return self._call(node)
            case tree.Parenthesis():
                return self.read(node.value)
            case tree.Product():
                return self._product(node)
            case tree.Sum():
                return self._sum(node)
            case tree.Minus():
                return product([self.read(node.value)], -1.0, node.span)
            case tree.Conditional():
                taken = evaluate(node.condition, self.axes.values)
                if not isinstance(taken, bool):
                    raise Failure(size_kinds.ConditionNotBool(node.condition.span, kind_of(taken)))
                return self.read(node.value if taken else node.otherwise)
            case tree.Power():
                hint = "write the product out: `x * x`"
                raise Failure(kinds.NotATensorExpression(node.span, "**", hint))
            case tree.Range() | tree.AnyOf() | tree.AllOf() | tree.Negation() | tree.Comparison() | tree.Tuple():
                raise Failure(kinds.NotATensorExpression(node.span, _operator(node)))
            case tree.Item() | tree.Integer() | tree.Real() | tree.Text() | tree.Truth():
                raise Failure(kinds.NotATensorExpression(node.span, "this"))
            case _:
                assert_never(node)

    def mentions_tensor(self, node: tree.Expression) -> bool:
        """Whether a tensor, a layer or a function that is for tensors alone stands anywhere in an expression."""
        match node:
            case tree.Reference():
                return node.name.text in self.tensors
            case tree.Call():
                name = node.function.name.text
                of_sizes = name in words.SIZE_FUNCTIONS and not node.function.parts
                if name in self.layers or (name in TENSOR_FUNCTIONS and not of_sizes):
                    return True
                bodies = [item.body if isinstance(item, tree.Comprehension) else item for item in node.arguments.items]
                return any(self.mentions_tensor(body) for body in bodies)
            case _:
                return any(self.mentions_tensor(child) for child in children(node))

    def _number(self, node: tree.Expression) -> float:
        value = evaluate(node, self.axes.values)
        if isinstance(value, bool | str | tuple):
            raise Failure(
                size_kinds.WrongValueType(node.span, "a factor or summand", "a tensor or a number", kind_of(value))
            )
        try:
            return float(value)
        except OverflowError:
            raise Failure(size_kinds.ValueTooLarge(node.span, 308, "decimal digits, which a float can hold")) from None

    def _function_of_number(self, node: tree.Call, value: float) -> Scalar:
        name = node.function.name.text
        try:
            return Scalar(SCALAR_FUNCTIONS[name](value), node.span)
        except (ValueError, OverflowError):
            raise Failure(size_kinds.BadFunctionValue(node.span, name, str(value))) from None

    def _product(self, node: tree.Product) -> Product:
        factors = [self.read(node.first)]
        for part in node.rest:
            if part.operator in ("//", "%"):
                hint = "use `/`" if part.operator == "//" else None
                raise Failure(kinds.NotATensorExpression(part.span, part.operator, hint))
            factor = self.read(part.value)
            factors.append(factor if part.operator == "*" else self._reciprocal(factor))
        return product(factors, 1.0, node.span)

    def _reciprocal(self, factor: Term) -> Term:
        value = constant(factor)
        if value is None:
            return Apply("reciprocal", factor, (), factor.span)
        if value == 0:
            raise Failure(size_kinds.DivisionByZero(factor.span, "/"))
        return Scalar(1 / value, factor.span)

    def _sum(self, node: tree.Sum) -> Sum:
        terms = _summands(self.read(node.first), 1.0)
        for part in node.rest:
            terms += _summands(self.read(part.value), 1.0 if part.operator == "+" else -1.0)
        return Sum(tuple(terms), node.span)

    # --- names and calls ------------------------------------------------------------------------------------------

    def _reference(self, node: tree.Reference) -> Term:
        members, brackets = self.members(node)
        leaves: list[Term] = []
        for shown, stored in members:
            view = self.axes.use(stored, brackets, node.span, shown)
            leaves.append(Leaf(view, node.span, stored.tensor))
        return leaves[0] if len(leaves) == 1 else product(leaves, 1.0, node.span)

    def members(self, node: tree.Reference) -> tuple[list[tuple[str, Stored]], tree.Brackets | None]:
        """The values that a reference stands for with their names, and the brackets that name their axes."""
        family = self.tensors[node.name.text]
        parts = list(node.parts)
        slots = parts.pop(0).slots if family.indexed and parts else ()
        if len(parts) > 1:
            raise Failure(
                kinds.WrongSubscripts(parts[1].span, family.name, "one pair of brackets for its axes", len(parts))
            )
        pattern = subscripts(family, slots, self.axes.values, node.span)
        brackets = parts[0] if parts else None
        if None in pattern:
            self.axes.values.work.spend(1 + len(family.members), node.span)
            found = family.select(pattern)
            return [(member_name(family.name, key), stored) for key, stored in found], brackets
        exact = tuple(part for part in pattern if part is not None)
        stored = family.member(exact, node.span)
        if stored is None:
            raise Failure(name_kinds.NotInThisBranch(node.span, family.name))
        return [(member_name(family.name, exact), stored)], brackets

    def _call(self, node: tree.Call) -> Term:
        name = node.function.name.text
        if name in self.layers:
            stored = self.call(node, self)
            if len(node.result.parts) > 1:
                raise Failure(kinds.WrongSubscripts(node.span, name, "one pair of brackets for its result", 2))
            named = self.axes.slots(node.result.parts[0]) if node.result.parts else self.left
            place = node.result.parts[0].span if node.result.parts else node.span
            return Leaf(self.axes.fit(stored, named, place, f"{name}(…)"), node.span)
        if name not in words.FUNCTION_WORDS:
            raise Failure(name_kinds.NotInThisBranch(node.span, name))
        if node.picked or node.result.parts:
            raise Failure(kinds.WrongFunctionUse(node.span, name, "is no layer: nothing can stand behind its call"))
        items = node.arguments.items
        if len(items) == 1 and isinstance(items[0], tree.Comprehension):
            return self._comprehension(name, items[0], node.span)
        return self._function(name, node)

    def _comprehension(self, name: str, node: tree.Comprehension, span: Span) -> Term:
        outside = self.axes.values
        parts: list[Term] = []
        for scope in each_binding(node.binders, outside):
            self.axes.values = scope
            parts.append(self.read(node.body))
        self.axes.values = outside
        if name == "prod":
            return product(parts, 1.0, span)
        return Sum(tuple(term for part in parts for term in _summands(part, 1.0)), span)

    def _function(self, name: str, node: tree.Call) -> Term:
        over = self.over(node)
        arguments = [item for item in node.arguments.items if not isinstance(item, tree.Comprehension)]
        needs = name in words.OVER_KEEPING or name in words.OVER_REMOVING
        if name not in words.ELEMENTWISE and not needs:
            ranged = f"give it a range: `{name}(k in 0..n: …)`" if name in words.COMPREHENSIONS else None
            hint = ranged or ("use it in a size" if name in words.SIZE_FUNCTIONS else None)
            raise Failure(kinds.WrongFunctionUse(node.span, name, "is not a function of tensors", hint))
        if needs and not node.function.parts:
            raise Failure(kinds.WrongFunctionUse(node.span, name, "needs to know its index", f"write `{name}[i](…)`"))
        if over and not needs:
            raise Failure(kinds.WrongFunctionUse(node.span, name, "works element by element", "remove the brackets"))
        if len(arguments) != 1:
            verb, hint = "is" if len(arguments) == 1 else "are", f"write `{called(name, 1)}`"
            raise Failure(size_kinds.WrongArgumentCount(node.span, name, "one argument", len(arguments), verb, hint))
        argument = self.read(arguments[0])
        value = constant(argument)
        if value is not None and name in SCALAR_FUNCTIONS:
            return self._function_of_number(node, value)
        return Apply(name, argument, over, node.span)

    def over(self, node: tree.Call) -> tuple[str, ...]:
        """The indices in a function's brackets."""
        names: list[str] = []
        for brackets in node.function.parts:
            for named, span in self.axes.slots(brackets):
                if isinstance(named, int) or not named or "..." in named:
                    raise Failure(kinds.WrongFunctionUse(span, node.function.name.text, "works over indices only"))
                names += named
        return tuple(dict.fromkeys(names))


def _summands(term: Term, sign: float) -> list[Product]:
    if isinstance(term, Sum):
        return [Product(part.factors, part.scale * sign, part.span) for part in term.terms]
    return [product([term], sign, term.span)]


def _operator(node: tree.Expression) -> str:
    match node:
        case tree.Range():
            return ".."
        case tree.AnyOf():
            return "or"
        case tree.AllOf():
            return "and"
        case tree.Negation():
            return "not"
        case tree.Comparison():
            return node.rest[0].operator
        case _:
            return "(…, …)"
