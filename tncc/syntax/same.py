"""Equality of ASTs up to where their nodes stand, so that a formatter can be held to changing nothing else."""

from tncc.syntax import tree
from tncc.syntax.parts import PARTS

Part = tree.Node | str | None | tuple["Part", ...]


def same(one: Part, other: Part) -> bool:
    """Whether two trees, or parts of trees, are equal but for their spans; without recursion, in linear time."""
    stack = [(one, other)]
    while stack:
        left, right = stack.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, tree.Node):
            stack.extend((getattr(left, name), getattr(right, name)) for name in PARTS[type(left)])
        elif isinstance(left, tuple) and isinstance(right, tuple):
            if len(left) != len(right):
                return False
            stack.extend(zip(left, right, strict=True))
        elif left != right:
            return False
    return True
