"""Makes room for a class or function that is called like something that the generated code uses itself."""

import io
import tokenize

from tncc.backends.naming import BUILTINS

OWN_NAME = "_Network_"
"""What it is called until everything is written, where its own name would hide something."""


def spare_name(name: str) -> str:
    """What a global is called that would otherwise be hidden; not private to classes, whatever the name begins with."""
    return f"the_{name}"


def unhidden(
    name: str, spare: str, standard: list[str], others: list[str], code: str
) -> tuple[list[str], list[str], str]:
    """The imports and the code, what is called `name` in them being called `spare`, and `OWN_NAME` being `name`."""
    if name == "super":
        # Without arguments only the word itself finds the class that it stands in.
        code = code.replace("super()", "super(__class__, self)")
    changed = renamed(code, name, spare)
    standard, others = ([_imported(line, name, spare) for line in lines] for lines in (standard, others))
    if name in BUILTINS and changed != code:
        standard = [*standard, f"from builtins import {name} as {spare}"]
    return standard, others, renamed(changed, OWN_NAME, name)


def _imported(line: str, name: str, spare: str) -> str:
    """An import of `name` as `spare`, any other one as it is."""
    return f"{line.removesuffix(f' as {name}')} as {spare}" if line.endswith(f" {name}") else line


def renamed(source: str, name: str, new: str) -> str:
    """The code with the variable `name` called `new`; attributes, strings and comments are left alone."""
    lines = source.splitlines(keepends=True)
    found = []
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and token.string == name and before != ".":
            found.append(token.start)
        before = token.string
    for row, column in reversed(found):
        line = lines[row - 1]
        lines[row - 1] = f"{line[:column]}{new}{line[column + len(name) :]}"
    return "".join(lines)
