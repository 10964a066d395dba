"""Functions that generated code carries with it, each only where it is called."""

from collections.abc import Mapping, Sequence


def library_lines(library: Mapping[str, str], code: Sequence[str]) -> list[str]:
    """The definitions of what the code calls, and of what these call, each after two empty lines.

    `library` maps each name to its definition; one may call those after it.
    """
    text = "\n".join(code)
    lines: list[str] = []
    for name, definition in library.items():
        if f"{name}(" in text:
            text += definition
            lines += ["", "", *definition.strip("\n").splitlines()]
    return lines
