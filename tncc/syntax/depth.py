"""How deep an AST nests, found without recursion, so that later stages may recurse over it safely."""

from dataclasses import fields

from tncc.diagnostics.span import Span
from tncc.syntax import tree

_NESTING = (
    tree.Parenthesis, tree.Minus, tree.Negation, tree.Power, tree.Conditional, tree.Brackets, tree.Call, tree.Block,
    tree.IfBlock,
)  # fmt: skip


def deepest(module: tree.Module, limit: int) -> Span | None:
    """Where the first node stands that lies more than `limit` levels deep, or None."""
    stack: list[tuple[tree.Node, int]] = [(module, 0)]
    while stack:
        node, depth = stack.pop()
        depth += isinstance(node, _NESTING)
        if depth > limit:
            return node.span
        for entry in fields(node)[1:]:
            value = getattr(node, entry.name)
            if isinstance(value, tree.Node):
                stack.append((value, depth))
            elif isinstance(value, tuple):
                stack.extend((item, depth) for item in value)
    return None
