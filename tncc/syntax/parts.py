"""The fields of every AST class but its span, found once: what is needed to walk over any tree."""

from dataclasses import fields

from tncc.syntax import tree

PARTS: dict[type[tree.Node], tuple[str, ...]] = {
    value: tuple(entry.name for entry in fields(value) if entry.name != "span")
    for value in vars(tree).values()
    if isinstance(value, type) and issubclass(value, tree.Node)
}
"""By class, the names of the fields in the order of the rule's parts."""
