"""What to do about a name that nothing of the right kind goes by: rename it, import it, declare it."""

from collections.abc import Callable, Collection, Iterable, Mapping

from tncc.elaborate import limits
from tncc.elaborate import vocabulary as words
from tncc.elaborate.nearest import nearest, rename_hint
from tncc.elaborate.wording import listed
from tncc.syntax import tree

Library = Callable[[], Mapping[str, str]]
"""The networks of the standard library, each with the file that declares it: `MPO` with `std.mpo`.

It is asked for only where a name is unknown, since finding out takes reading the files.
"""


def use_line(name: str, library: Mapping[str, str], alias: str | None = None) -> str:
    """The `use` of a network that the library has."""
    return f"use {library[name]}: {name}" + (f" as {alias}" if alias else "")


def network_advice(
    name: str, known: Iterable[str], below: Collection[str], library: Library, block: str, guess: bool = True
) -> str:
    """What to do about an unknown network, of which `known` are there, and `below` come behind the block that asks."""
    if name in below:
        return f"move `{name}` above this {block}"
    standard = library()
    if name in standard:
        return f"write `{use_line(name, standard)}` above this {block}"
    near = rename_hint(name, known) if guess else None
    if near is None and guess and (meant := nearest(name, standard)):
        return f"write `{use_line(meant, standard)}` above this {block}, and rename to `{meant}`"
    return near or "declare it above, or import it with `use`"


def import_advice(node: tree.Use, library: Library, guess: bool) -> str | None:
    """The lines that import the same networks from the standard library; None where it has not got them all.

    With `guess` networks of nearly those names will do, if there are not too many.
    """
    standard = library()
    guess = guess and len(node.names) <= limits.GUESSES
    names = [entry.name.text for entry in node.names]
    meant = [name if name in standard else nearest(name, standard) if guess else None for name in names]
    lines = [
        use_line(name, standard, entry.alias.text if entry.alias else None)
        for name, entry in zip(meant, node.names, strict=True)
        if name is not None
    ]
    return f"write {listed(lines)}" if lines and len(lines) == len(meant) else None


def export_advice(entry: tree.Imported, exports: Collection[str], library: Library) -> str | None:
    """What to do about a name that an imported file does not declare."""
    name, standard = entry.name.text, library()
    if name in standard:
        return f"write `{use_line(name, standard, entry.alias.text if entry.alias else None)}`"
    return rename_hint(name, exports) or (f"it declares {listed(exports)}" if exports else None)


def completed(node: tree.Use, exports: Iterable[str]) -> str | None:
    """A `use` without names, with the last network that its file declares; None where there is none."""
    source = node.source
    origin = ".".join(part.text for part in source.parts) if isinstance(source, tree.Path) else source.literal
    last = next(reversed(list(exports)), None)
    return f"write `use {origin}: {last}`" if last else None


def call_advice(name: str, networks: Collection[str], below: Collection[str], library: Library) -> str | None:
    """What to do about a call of a network, as only layers are called; None where there is no such network."""
    made = f"make a layer of it, `layer f = {name}(…)`, and call that one: `f(…)`"
    if name in networks:
        return made
    if name in below:
        return f"move `{name}` above this network, {made}"
    standard = library()
    return f"write `{use_line(name, standard)}` above this network, {made}" if name in standard else None


def function_advice(name: str, layers: Iterable[str], guess: bool) -> str:
    """What to do about a function that is none, in an equation that may call these layers."""
    functions = (*words.ELEMENTWISE, *words.OVER_KEEPING, *words.OVER_REMOVING)
    near = rename_hint(name, [*words.FUNCTION_WORDS, *layers]) if guess else None
    return near or f"call a layer, or one of {listed(dict.fromkeys(functions), 'or')}"


def index_declaration(node: tree.Reference) -> str:
    """How the index would be declared that a reference asks for, a family if there are subscripts."""
    slots = sum(len(brackets.slots) for brackets in node.parts)
    brackets = "" if not slots else "[k in …]" if slots == 1 else "[k in …, …]"
    return f"declare it above: `index {node.name.text}{brackets}: …`"


def tensor_declaration(node: tree.Reference) -> str:
    """How the tensor would be declared that a factor asks for."""
    return f"declare it above: `tensor {node.name.text}[…]`"


def value_declaration(node: tree.Reference) -> str:
    """How the value would be declared that a size asks for."""
    return f"declare it above: `let {node.name.text} = …`, or make it a parameter of the network"
