"""Names and texts that users choose, made safe to stand in generated Python: identifiers, strings, comments, docs."""

import keyword
import unicodedata
from collections.abc import Iterable

BUILTINS = frozenset({
    "ValueError", "RuntimeError", "all", "any", "bool", "dict", "enumerate", "float", "getattr", "int", "iter", "len",
    "list", "max", "min", "next", "object", "print", "range", "sorted", "staticmethod", "str", "sum", "super", "tuple",
    "type", "zip",
})  # fmt: skip
"""The builtins that generated code uses, and so must not shadow."""


class Names:
    """Gives out identifiers for one scope, each once, in an order that depends on the requests alone."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {*BUILTINS, *reserved}
        self._counts: dict[str, int] = {}

    def claim(self, wanted: str) -> str:
        """An identifier like `wanted` that nobody has had yet."""
        stem = identifier(wanted)
        name = stem
        while name in self._taken:
            self._counts[stem] = number = self._counts.get(stem, 0) + 1
            name = f"{stem}_" if number == 1 else f"{stem}_{number}"
        self._taken.add(name)
        return name


def identifier(text: str) -> str:
    """A Python identifier that reads like the text: `up.A[0, 1]` gives `up_A_0_1`.

    It is in normal form NFKC, as Python compares identifiers, is no keyword, and does not begin with two underscores,
    which would make it private to a class.
    """
    normal = unicodedata.normalize("NFKC", text)
    words = "".join(character if f"a{character}".isidentifier() else " " for character in normal).split()
    name = "_".join(words)
    if name.startswith("_"):
        name = "_" + name.strip("_") if name.strip("_") else ""
    if not name.isidentifier():
        name = f"v{name}" if f"v{name}".isidentifier() else "v"
    return f"{name}_" if keyword.iskeyword(name) else name


def plain(name: str) -> bool:
    """Whether code can write the name as it is, as an attribute too, and mean these very characters."""
    usable = name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__")
    return usable and unicodedata.normalize("NFKC", name) == name


def top_level_name(name: str) -> str:
    """What a generated class or function is called: the network's name where Python allows it."""
    normal = unicodedata.normalize("NFKC", name)
    return normal if normal.isidentifier() and not keyword.iskeyword(normal) else identifier(name)


def printable(text: str) -> str:
    """The text on one line, whatever a terminal or an editor would not show as it is being escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def quoted(text: str) -> str:
    """A string literal."""
    return '"' + printable(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def docstring(lines: Iterable[str], indent: str) -> list[str]:
    """The lines of a docstring, quotes included; nothing in the text can end it early."""
    safe = [printable(line.replace("\\", "\\\\")).replace('"""', '\\"\\"\\"').rstrip() for line in lines]
    while safe and not safe[-1]:
        safe.pop()
    if not safe:
        return []
    safe[0] = safe[0].lstrip()
    if safe[0].startswith('"'):
        safe[0] = "\\" + safe[0]
    if len(safe) == 1:
        end = "\\" + '"' if safe[0].endswith('"') else safe[0][-1:]
        return [f'{indent}"""{safe[0][:-1]}{end}"""']
    body = [f"{indent}{line}" if line else "" for line in safe[1:]]
    return [f'{indent}"""{safe[0]}', *body, f'{indent}"""']
