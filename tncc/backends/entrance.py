"""Code at a function's entrance: cheap checks of the inputs' shapes, run-time sizes, leading axes broadcast together.

One comparison is all that a good call pays; `shape_error`, which finds the words, is called by the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd

from tncc.backends.literals import tuple_code
from tncc.backends.naming import quoted
from tncc.backends.wrapping import INDENT, WIDTH, bracketed, statement
from tncc.ir.extent import symbol
from tncc.ir.network import BATCH, Axis, Binding, Network, Tensor
from tncc.ir.program import ROWS


@dataclass(frozen=True, slots=True)
class Entrance:
    """What the entrance of a network's function needs: its inputs and what each is called there."""

    network: Network
    identifiers: Mapping[str, str]
    symbols: Mapping[str, str]
    rows: str
    expanded: str

    @property
    def leading(self) -> list[Tensor]:
        """The inputs with leading axes."""
        return [tensor for tensor in self.network.inputs if is_batched(tensor)]


def is_batched(tensor: Tensor) -> bool:
    """Whether an input has leading axes."""
    return bool(tensor.axes) and tensor.axes[0].indices == (BATCH,)


def own_axes(tensor: Tensor) -> tuple[Axis, ...]:
    """An input's axes but the leading ones."""
    return tensor.axes[1:] if is_batched(tensor) else tensor.axes


def entrance_lines(entrance: Entrance, needed: Sequence[str], indent: str) -> list[str]:
    """The lines before any computation. `needed` has the symbols that these use, `BATCH` for the leading axes."""
    lines = []
    for tensor in entrance.network.inputs:
        lines += _refusal(entrance, _mismatches(tensor, entrance.identifiers[tensor.name]), indent)
    lines += _size_lines(entrance, needed, indent)
    return lines + _leading_lines(entrance, needed, indent)


def _refusal(entrance: Entrance, conditions: list[str], indent: str) -> list[str]:
    """A refusal if any condition holds."""
    if not conditions:
        return []
    shapes = [f"{entrance.identifiers[tensor.name]}.shape" for tensor in entrance.network.inputs]
    inner = indent + INDENT
    line = f"{indent}if {' or '.join(conditions)}:"
    test = [line] if len(line) <= WIDTH else [f"{indent}if (", *_any_of(conditions, inner), f"{indent}):"]
    return [*test, *statement("raise ", f"_shape_error({', '.join(shapes)})", inner)]


def _any_of(conditions: list[str], indent: str) -> list[str]:
    """Conditions joined by `or`, one a line."""
    return [f"{indent}{'or ' if number else ''}{condition}" for number, condition in enumerate(conditions)]


def _mismatches(tensor: Tensor, name: str) -> list[str]:
    """What is true of the shape of a wrong argument: too few axes, or a known size that isn't there."""
    axes = own_axes(tensor)
    fixed = [None if axis.dynamic else axis.size for axis in axes]
    if None not in fixed:
        whole = tuple_code(fixed)
        if not is_batched(tensor):
            return [f"{name}.shape != {whole}"]
        return [f"{name}.shape[-{len(axes)}:] != {whole}"] if axes else []
    conditions = [f"{name}.ndim {'<' if is_batched(tensor) else '!='} {len(axes)}"]
    for place, size in enumerate(fixed):
        if size is not None:
            conditions.append(f"{name}.shape[{place - len(axes)}] != {size}")
    return conditions


def _size_lines(entrance: Entrance, needed: Sequence[str], indent: str) -> list[str]:
    """Run-time sizes by name, each from the first binding of its index, the others compared with it."""
    lines: list[str] = []
    bound: dict[str, Binding] = {}
    divided = set()
    for binding in entrance.network.bindings:
        size = f"{entrance.identifiers[binding.input]}.shape[{binding.axis}]"
        times, over = _lowest(binding)
        scaled = size if times == 1 else f"{size} * {times}"
        key = symbol(binding.index)
        first = bound.setdefault(binding.index, binding)
        name = entrance.symbols.get(key, "")
        if first is not binding:
            wanted = name if over == 1 else f"{name} * {over}"
            lines += _refusal(entrance, [f"{scaled} != {wanted}"], indent)
            continue
        if over > 1 and (size, over) not in divided:
            divided.add((size, over))
            lines += _refusal(entrance, [f"{size} % {over}"], indent)
        again = sum(other.index == binding.index for other in entrance.network.bindings) > 1
        if key in needed or again:
            lines.append(f"{indent}{name} = {scaled if over == 1 else f'{scaled} // {over}'}")
    return lines


def _lowest(binding: Binding) -> tuple[int, int]:
    """A binding's factor and divisor in lowest terms."""
    common = gcd(binding.times, binding.over)
    return binding.times // common, binding.over // common


def _leading_lines(entrance: Entrance, needed: Sequence[str], indent: str) -> list[str]:
    """The leading axes, and their product; inputs whose leading axes differ are expanded to the same ones."""
    found = entrance.leading
    if not found:
        return []
    batch = entrance.symbols[BATCH]
    shapes = [_leading_shape(entrance, tensor) for tensor in found]
    lines = []
    if len(found) > 1 or BATCH in needed or ROWS in needed:
        lines.append(f"{indent}{batch} = {shapes[0]}")
    if len(found) > 1:
        inner = indent + INDENT
        differs = " or ".join(f"{shape} != {batch}" for shape in shapes[1:])
        lines.append(f"{indent}if {differs}:")
        names = [entrance.identifiers[tensor.name] for tensor in entrance.network.inputs]
        lines += bracketed(f"{inner}{batch} = _leading_axes(", [f"{name}.shape" for name in names], ")", inner)
        for tensor in found:
            lines.append(inner + _expansion(entrance, tensor))
    if ROWS in needed:
        lines.append(f"{indent}{entrance.symbols[ROWS]} = {entrance.rows.format(batch=batch)}")
    return lines


def _leading_shape(entrance: Entrance, tensor: Tensor) -> str:
    """The leading part of an input's shape."""
    name, count = entrance.identifiers[tensor.name], len(own_axes(tensor))
    return f"{name}.shape[:-{count}]" if count else f"{name}.shape"


def _expansion(entrance: Entrance, tensor: Tensor) -> str:
    """An input repeated along the leading axes that it lacks."""
    name, count = entrance.identifiers[tensor.name], len(own_axes(tensor))
    batch = entrance.symbols[BATCH]
    shape = f"{batch} + {name}.shape[-{count}:]" if count else batch
    return f"{name} = {entrance.expanded.format(name=name, shape=shape)}"


def tables(network: Network) -> list[str]:
    """The module-level constants that the error function reads."""
    lines = [
        "# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)",
        "# and the indices of each of these.",
    ]
    rows = []
    for tensor in network.inputs:
        fixed = [(None if axis.dynamic else axis.size, quoted(" ".join(axis.indices))) for axis in own_axes(tensor)]
        axes = [f"({size}, {index})" for size, index in fixed]
        rows.append(f"({quoted(tensor.name)}, {is_batched(tensor)}, {tuple_code(axes)})")
    lines += table_lines("_INPUTS", rows)
    if network.bindings:
        names = [tensor.name for tensor in network.inputs]
        lines += [
            "# Of each run-time size: its index, the input and axis that it comes from, and what the extent",
            "# there is multiplied by and divided by.",
        ]
        lines += table_lines("_SIZES", [
            f"({quoted(b.index)}, {names.index(b.input)}, {b.axis}, {_lowest(b)[0]}, {_lowest(b)[1]})"
            for b in network.bindings
        ])  # fmt: skip
    return lines


def table_lines(name: str, rows: list[str]) -> list[str]:
    """A tuple of rows."""
    if len(rows) == 1:
        return statement(f"{name} = ", tuple_code(rows), "")
    return bracketed(f"{name} = (", rows, ")", "")


def error_functions(network: Network, broadcast_shapes: str) -> list[str]:
    """The functions that find the words for what is wrong with the shapes; `broadcast_shapes` is the library's."""
    lines = list(AXES_ERROR)
    if network.bindings:
        lines += SIZES_ERROR
    lines += LEADING_ERROR
    if sum(is_batched(tensor) for tensor in network.inputs) > 1:
        lines += ["", "", *(line.replace("BROADCAST", broadcast_shapes) for line in LEADING_AXES)]
    return lines


AXES_ERROR = '''
def _shape_error(*shapes):
    """What is wrong with the shapes of the inputs, as an exception to raise."""
    for (name, leading, axes), shape in zip(_INPUTS, shapes, strict=True):
        found, wanted, sizes = len(shape), len(axes), tuple(shape)
        if found < wanted or (found > wanted and not leading):
            least = "at least " if leading else ""
            text = f"expected {least}{wanted}, found {found}: the shape {sizes}"
            return ValueError(f"number of axes of input `{name}`: {text}")
        for axis, (size, index) in enumerate(axes, -wanted):
            if size is not None and shape[axis] != size:
                place = f"input `{name}`, axis {axis}" + (f" (index `{index}`)" if index else "")
                return ValueError(f"{place}: expected size {size}, found {shape[axis]}")
'''.strip("\n").splitlines()

SIZES_ERROR = """
    known = {}
    for index, number, axis, times, over in _SIZES:
        name, _, axes = _INPUTS[number]
        place = f"input `{name}`, axis {axis} (index `{axes[axis][1] or index}`)"
        found = shapes[number][axis]
        if found % over:
            return ValueError(f"{place}: expected a multiple of {over}, found {found}")
        size = found * times // over
        if known.setdefault(index, size) != size:
            expected = known[index] * over // times
            return ValueError(f"{place}: expected size {expected} as elsewhere, found {found}")
""".strip("\n").splitlines()

LEADING_ERROR = """
    leading = []
    for (name, batched, axes), shape in zip(_INPUTS, shapes, strict=True):
        if batched:
            front = tuple(shape[: len(shape) - len(axes)])
            leading.append(f"`{name}` {front}")
    found = ", ".join(leading)
    return ValueError(f"the leading axes of the inputs do not broadcast: {found}")
""".strip("\n").splitlines()

LEADING_AXES = '''
def _leading_axes(*shapes):
    """The leading axes of the inputs, broadcast together."""
    leading = [
        shape[: len(shape) - len(axes)]
        for (_, batched, axes), shape in zip(_INPUTS, shapes, strict=True)
        if batched
    ]
    try:
        return BROADCAST(*leading)
    except (RuntimeError, ValueError):
        raise _shape_error(*shapes) from None
'''.strip("\n").splitlines()
