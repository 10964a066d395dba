"""Numbers, tuples and places as generated code writes them."""

import math
from collections.abc import Sequence

from tncc.diagnostics.span import Span


def number(value: float) -> str:
    """A float literal, in parentheses where a sign would get in the way."""
    if not math.isfinite(value):
        return f'float("{value}")'
    return f"({value!r})" if math.copysign(1.0, value) < 0 else repr(value)


def tuple_code(items: Sequence[object]) -> str:
    """A tuple; also how comments show a shape."""
    return f"({', '.join(map(str, items))}{',' if len(items) == 1 else ''})"


def axes_code(axes: tuple[int, ...]) -> str:
    """Axes to reduce: one, or a tuple."""
    return str(axes[0]) if len(axes) == 1 else tuple_code(axes)


MANY = 12
"""A comment names at most this many indices of one axis, so that long chains don't have comments as long, squared."""


def groups_text(groups: Sequence[Sequence[str]]) -> str:
    """The indices behind axes: `[..., (i[0] i[1]), r[1]]`."""
    return f"[{', '.join(_group_text(group) for group in groups)}]"


def _group_text(group: Sequence[str]) -> str:
    """The indices behind one axis; those in the middle of many are only counted."""
    if len(group) < 2:
        return "".join(group) or "1"
    if len(group) > MANY:
        half = MANY // 2
        group = [*group[:half], f"<{len(group) - 2 * half} more>", *group[-half:]]
    return f"({' '.join(group)})"


def place_text(span: Span) -> str:
    """`, mpo.tn:12`, or nothing."""
    return f", {span.file.replace(chr(92), '/').rpartition('/')[2]}:{span.line}" if span.line else ""
