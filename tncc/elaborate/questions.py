"""What the elaborator asks of the AST without looking anything up."""

from collections.abc import Iterable

from tncc.syntax import tree


def is_dynamic(node: tree.Expression) -> bool:
    """Whether an index's size says `dynamic` or `dynamic(512)`."""
    match node:
        case tree.Reference():
            return node.name.text == "dynamic" and not node.parts
        case tree.Call():
            return node.function.name.text == "dynamic"
        case _:
            return False


def split_legs(legs: tree.Legs) -> tuple[tree.Brackets | None, tree.Brackets | None]:
    """The family brackets and the axes of a declaration: one pair is the axes, unless it holds binders."""
    if not legs.parts:
        return None, None
    if len(legs.parts) > 1:
        return legs.parts[0], legs.parts[1]
    only = legs.parts[0]
    if any(isinstance(slot, tree.Binder) for slot in only.slots):
        return only, None
    return None, only


def children(node: tree.Expression) -> tuple[tree.Expression, ...]:
    """The expressions directly inside one, brackets and calls apart."""
    match node:
        case tree.Conditional():
            return (node.value, node.condition, node.otherwise)
        case tree.Range():
            return (node.start, node.stop)
        case tree.AnyOf() | tree.AllOf():
            return node.terms
        case tree.Negation() | tree.Minus() | tree.Parenthesis():
            return (node.value,)
        case tree.Comparison() | tree.Sum() | tree.Product():
            return (node.first, *(part.value for part in node.rest))
        case tree.Power():
            return (node.base, node.exponent)
        case tree.Tuple():
            return node.items
        case _:
            return ()


def references(node: tree.Expression) -> Iterable[tree.Reference]:
    """All names used in an expression, outside calls."""
    if isinstance(node, tree.Reference):
        yield node
    for child in children(node):
        yield from references(child)
