"""What generated code says of itself: where it comes from, with which values, and the shapes at its ends."""

from tncc.backends.literals import tuple_code
from tncc.ir.network import BATCH, Axis, Network, Value
from tncc.ir.plan import Plan
from tncc.ir.program import Dim, Program


def origin(network: Network, plan: Plan, version: str) -> list[str]:
    """The docstring of a generated file, as lines."""
    values = ", ".join(f"{name}={value_text(value)}" for name, value in network.values)
    counts = ", ".join(map(str, plan.planned))
    rows = f"{counts} row{'' if plan.planned == (1,) else 's'}"
    planned = f"Planned for {rows} (the product of all leading axes)." if network.batched else ""
    lines = [f"{network.name}, compiled from {network.file or 'text'} by tncc {version}.", ""]
    return [*lines, *([f"Parameters: {values}."] if values else []), planned]


def description(network: Network, program: Program) -> list[str]:
    """The network's own documentation, and the shapes of its inputs and outputs."""
    shapes = [f"{tensor.name}: {axes_text(tensor.axes)}" for tensor in network.inputs]
    results = [
        f"{result.name}: {tuple_code((BATCH, *result.shape) if result.batched else result.shape)}"
        for result in program.results
    ]
    doc = [*network.doc.strip().splitlines(), ""] if network.doc.strip() else [f"The network {network.name}.", ""]
    return [*doc, *(f"Input {text}" for text in shapes), *(f"Output {text}" for text in results)]


def axes_text(axes: tuple[Axis, ...]) -> str:
    """Declared axes: `(..., 768)`, with the names of the indices of an axis whose size is not known."""
    return tuple_code(tuple(axis_extent(axis) for axis in axes))


def axis_extent(axis: Axis) -> Dim:
    """The size of an axis, or what stands for it."""
    if axis.indices == (BATCH,):
        return BATCH
    return "*".join(axis.indices) or "?" if axis.dynamic else axis.size


def value_text(value: Value) -> str:
    """A network parameter's value as it is written in the language."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, tuple):
        return tuple_code(value)
    return repr(value)
