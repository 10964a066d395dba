"""How deep an AST nests, found without recursion, so that later stages may recurse over it safely."""

from tncc.diagnostics.span import Span
from tncc.syntax import tree
from tncc.syntax.parts import PARTS

_NESTING = (
    tree.Parenthesis, tree.Minus, tree.Negation, tree.Power, tree.Conditional, tree.Brackets, tree.Call, tree.Block,
    tree.IfBlock, tree.Rules,
)  # fmt: skip


def deepest(module: tree.Module, limit: int) -> Span | None:
    """Where the first node stands that lies more than `limit` levels deep, or None."""
    stack: list[tuple[tree.Node, int]] = [(module, 0)]
    while stack:
        node, depth = stack.pop()
        depth += isinstance(node, _NESTING)
        if depth > limit:
            return node.span
        for name in PARTS[type(node)]:
            value = getattr(node, name)
            if isinstance(value, tree.Node):
                stack.append((value, depth))
            elif isinstance(value, tuple):
                stack.extend((item, depth) for item in value)
    return None
