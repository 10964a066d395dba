"""How each statement reads in the canonical layout, up to the block that it opens."""

from typing import assert_never

from tncc.syntax import tree
from tncc.syntax.format_parts import Part, Todo, in_a_row, listed
from tncc.syntax.format_pieces import Style, end_of, start_of

Simple = (
    tree.Use | tree.Let | tree.Require | tree.Index | tree.Bond | tree.Input | tree.Tensor | tree.Stage | tree.Output
    | tree.Layer | tree.Replace | tree.Keep
)  # fmt: skip
"""The statements that open no block."""


def parts_of(node: Simple) -> list[Part]:
    """A statement without a block, in parts."""
    match node:
        case tree.Use(_, source, names):
            origin = ".".join(part.text for part in source.parts) if isinstance(source, tree.Path) else source.literal
            return [f"use {origin}: ", *in_a_row([Todo(name) for name in names])] if names else [f"use {origin}"]
        case tree.Let(_, name, value):
            return [f"let {name.text} = ", Todo(value, hang=2)]
        case tree.Require(_, condition, message):
            return ["require ", *in_a_row([Todo(condition), Todo(message)], Style.EACH)]
        case tree.Index(_, name, brackets, size, attributes):
            return [f"index {name.text}", *_optional(brackets), ": ", Todo(size, hang=2), *_words(attributes)]
        case tree.Bond(_, name, brackets, ends, size, attributes):
            head: list[Part] = [f"bond {name.text}", *_optional(brackets), *_words(ends.words)]
            return [*head, ": ", Todo(size, hang=2), *_words(attributes)]
        case tree.Input(_, name, legs, attributes):
            return [f"input {name.text}", *map(Todo, legs.parts), *_words(attributes)]
        case tree.Tensor(_, name, legs, attributes):
            return [f"tensor {name.text}", *map(Todo, legs.parts), *_words(attributes)]
        case tree.Stage(_, name, legs, value):
            return [name.text, *map(Todo, legs.parts), " = ", Todo(value, hang=2)]
        case tree.Output(_, name, legs, value):
            return [f"output {name.text}", *map(Todo, legs.parts), " = ", Todo(value, hang=2)]
        case tree.Layer(_, name, brackets, network):
            return [f"layer {name.text}", *_optional(brackets), f" = {network.text}", *_arguments(node)]
        case tree.Replace(_, pattern, network):
            return [f"{pattern.literal}: {network.text}", *_arguments(node)]
        case tree.Keep(_, word, pattern):
            return [f"{word.text} {pattern.literal}"]
        case _:
            assert_never(node)


def network_head(node: tree.Network) -> list[Part]:
    """`network NAME(parameters)`."""
    if node.parameters is None:
        return [f"network {node.name.text}"]
    span = node.parameters.span
    items = [Todo(item) for item in node.parameters.items]
    return [f"network {node.name.text}", *listed("()", items, (start_of(span), end_of(span)))]


def for_head(node: tree.ForBlock) -> list[Part]:
    """`for k in a..b`."""
    return ["for ", *in_a_row([Todo(item) for item in node.binders.items])]


def if_head(node: tree.IfBlock) -> list[Part]:
    """`if condition`."""
    return ["if ", Todo(node.condition)]


def _arguments(node: tree.Layer | tree.Replace) -> list[Part]:
    places = end_of(node.network.span), end_of(node.span)
    return listed("()", [Todo(argument) for argument in node.arguments], places)


def _optional(brackets: tree.Brackets | None) -> list[Part]:
    return [] if brackets is None else [Todo(brackets)]


def _words(attributes: tuple[tree.Attribute, ...]) -> list[Part]:
    return [part for attribute in attributes for part in (" ", Todo(attribute))]
