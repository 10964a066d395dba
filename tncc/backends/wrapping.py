"""Lays out lines of generated Python within a width, as formatters do: at worst with one argument a line."""

import textwrap

WIDTH = 100
"""The longest line of generated code."""

INDENT = "    "


def assignment(target: str, expression: str, indent: str) -> list[str]:
    """`target = expression`, or the expression alone with no target, on as many lines as it takes."""
    return statement(f"{target} = " if target else "", expression, indent)


def statement(head: str, expression: str, indent: str, tail: str = "") -> list[str]:
    """A head such as `y = ` or `return ` and an expression, whose last brackets are opened where it is too long."""
    line = f"{indent}{head}{expression}{tail}"
    if len(line) <= WIDTH:
        return [line]
    start = _last_opening(expression)
    if start is None:
        return _at_operator(head, expression, indent, tail) or [line]
    inside = expression[start + 1 : -1]
    items = split_items(inside)
    if len(items) == 1 and inside.endswith(","):
        # The comma is what makes it a tuple.
        items = [f"{items[0]},"]
    lines = bracketed(f"{indent}{head}{expression[: start + 1]}", items, f"{expression[-1]}{tail}", indent)
    return (_at_operator(head, expression, indent, tail) if len(lines[0]) > WIDTH else None) or lines


def _at_operator(head: str, expression: str, indent: str, tail: str) -> list[str] | None:
    """The statement in brackets, in two lines; None where there is no operator to part it at."""
    place = _operator(expression)
    if place is None:
        return None
    inner = indent + INDENT
    left, right = expression[:place], expression[place + 1 :]
    return [f"{indent}{head}(", f"{inner}{left}", f"{inner}{right}", f"{indent}){tail}"]


def bracketed(opening: str, items: list[str], closing: str, indent: str) -> list[str]:
    """Items between brackets: on one line if they fit, else on one of their own, else each on its own."""
    line = f"{opening}{', '.join(items)}{closing}"
    if len(line) <= WIDTH:
        return [line]
    inner = indent + INDENT
    middle = f"{inner}{', '.join(items)}"
    if len(middle) <= WIDTH:
        return [opening, middle, f"{indent}{closing}"]
    lines = []
    for item in items:
        lines += statement("", item.removesuffix(","), inner, ",")
    return [opening, *lines, f"{indent}{closing}"]


def comment(text: str, indent: str) -> list[str]:
    """A comment of as many lines as it takes."""
    start, more = f"{indent}# ", f"{indent}#   "
    return textwrap.wrap(
        text, WIDTH, initial_indent=start, subsequent_indent=more, break_long_words=False, break_on_hyphens=False
    )


def split_items(text: str) -> list[str]:
    """The items of a list written with commas, those inside brackets or strings left whole."""
    items, depth, start, in_string = [], 0, 0, False
    for place, character in enumerate(text):
        if character == '"' and text[place - 1 : place] != "\\":
            in_string = not in_string
        elif in_string:
            continue
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 0:
            items.append(text[start:place].strip())
            start = place + 1
    last = text[start:].strip()
    return [*items, last] if last else items


def _operator(text: str) -> int | None:
    """The space before the last operator outside of all brackets."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] in ")]") - (text[place] in "([")
        if depth == 0 and text[place : place + 3] in (" * ", " + ", " - "):
            return place
    return None


def _last_opening(text: str) -> int | None:
    """Where the bracket opens that closes at the end of the text."""
    if text[-1:] not in (")", "]"):
        return None
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] in ")]") - (text[place] in "([")
        if depth == 0:
            return place
    return None
