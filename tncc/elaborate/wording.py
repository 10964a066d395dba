"""How messages call what stands in a program, and how they enumerate."""

from collections.abc import Iterable

from tncc.syntax import tree


def described(slot: tree.Slot) -> str:
    """What stands in brackets, as a message calls it."""
    match slot:
        case tree.Every():
            return "`*`"
        case tree.Ellipsis():
            return "`...`"
        case tree.Slice():
            return "a slice"
        case tree.Binder():
            return "a binder"
        case tree.Group():
            return "a group of indices"
        case _:
            return "this"


def article(kind: str) -> str:
    """A kind of declaration with its article."""
    names = {
        "let": "a `let` value",
        "parameter": "a parameter",
        "input": "an input",
        "index": "an index",
        "output": "an output",
    }
    return names.get(kind, f"a {kind}")


def listed(items: Iterable[str], joint: str = "and") -> str:
    """Items in backticks, in one sentence."""
    *most, last = [f"`{item}`" for item in items] or [""]
    return f"{', '.join(most)} {joint} {last}" if most else last


def called(name: str, count: int) -> str:
    """A function or an attribute with room for so many arguments."""
    return f"{name}({', '.join('…' * count)})" if count else name


def one_of(known: Iterable[str]) -> str:
    """A help that names all there are."""
    return "use one of " + ", ".join(f"`{word}`" for word in known)
