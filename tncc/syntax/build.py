"""Parse tree to AST, without recursion: the class is found by the rule's name, its fields are the rule's parts."""

from dataclasses import fields
from typing import Any

from lark import Token, Tree

from tncc.diagnostics.span import Span
from tncc.syntax import tree
from tncc.syntax.tokens import span_of


ABSENT = "absent"
"""The rule that stands where an optional part is missing; it makes no node."""


def _camel(rule: str) -> str:
    return "".join(part.capitalize() for part in rule.split("_"))


def _shape(cls: type[tree.Node]) -> tuple[int, bool]:
    """How many fields come before the last, and whether the last takes all parts that are left."""
    names = fields(cls)[1:]
    return max(len(names) - 1, 0), bool(names) and str(names[-1].type).startswith("tuple")


_CLASSES: dict[str, tuple[type[tree.Node], int, bool]] = {}
for _name, _value in vars(tree).items():
    if isinstance(_value, type) and issubclass(_value, tree.Node):
        _CLASSES[_name] = (_value, *_shape(_value))


def _part(child: Any, file: str, made: dict[int, tree.Node]) -> Any:
    if isinstance(child, Tree):
        return None if child.data == ABSENT else made.pop(id(child))
    if isinstance(child, Token):
        return tree.Name(span_of(child, file), str(child)) if child.type == "NAME" else str(child)
    return child


def _span(node: Tree[Token], file: str) -> Span:
    meta = node.meta
    if meta.empty:
        return Span(file, 0, 0, 0, 0)
    return Span(file, meta.line, meta.column, meta.end_line, meta.end_column)


def build(root: Tree[Token], file: str) -> tree.Module:
    """The AST of a parse tree; `file` is the name that every span carries."""
    made: dict[int, tree.Node] = {}
    stack: list[tuple[Tree[Token], bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if not ready:
            stack.append((node, True))
            stack.extend((child, False) for child in node.children if isinstance(child, Tree) and child.data != ABSENT)
            continue
        cls, leading, rest = _CLASSES[_camel(str(node.data))]
        parts = [_part(child, file, made) for child in node.children]
        arguments = [*parts[:leading], tuple(parts[leading:])] if rest else parts
        made[id(node)] = cls(_span(node, file), *arguments)
    module = made[id(root)]
    assert isinstance(module, tree.Module)
    return module
