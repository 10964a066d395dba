"""Networks, schedules and programs as text that people can read and that stays the same from run to run."""

from collections.abc import Iterable

from tncc.ir.network import Assembly, Contraction, Function, Group, Index, Network, Operation, Sum, Tensor, View
from tncc.ir.program import (
    Add,
    AnyInstruction,
    Apply,
    Constant,
    Copy,
    Diagonal,
    Dim,
    Embed,
    Expand,
    Loop,
    Matmul,
    Multiply,
    Permute,
    Program,
    Read,
    Reshape,
    Scale,
    Select,
    Stack,
    Total,
)
from tncc.ir.schedule import Schedule


def dump_network(network: Network) -> str:
    """A network: its parameters, indices, tensors and operations, a line each."""
    lines = [f"network {network.name}" + ("" if network.batched else " (no batch)")]
    lines += [f"  value {name} = {value!r}" for name, value in network.values]
    lines += [f"  {index_line(index)}" for index in network.indices]
    for binding in network.bindings:
        factor = f" * {binding.times}" * (binding.times != 1) + f" // {binding.over}" * (binding.over != 1)
        lines.append(f"  bind {binding.index} = axis {binding.axis} of {binding.input}{factor}")
    lines += [f"  {tensor_line(tensor)}" for tensor in network.tensors]
    lines += [f"  {operation_line(operation)}" for operation in network.operations]
    return "\n".join([*lines, f"  output {', '.join(network.outputs)}", ""])


def dump_schedule(schedule: Schedule) -> str:
    """A schedule: every step with its FLOPs forwards and backwards, the bytes it moves and the size of its result."""
    lines = [f"schedule for {schedule.rows} rows"]
    for number, step in enumerate(schedule.steps, start=1):
        cost = f"flops {step.flops}, backward {step.backward_flops}, bytes {step.bytes_moved}, size {step.output_size}"
        lines += [f"  {number}. {operation_line(step.operation)}", f"     {cost}"]
    return "\n".join([*lines, f"  output {', '.join(schedule.outputs)}", ""])


def dump_program(program: Program) -> str:
    """A program: every instruction with the extents of what it writes and the indices behind them."""
    lines = [f"program for {program.rows} rows"]
    for instruction in program.instructions:
        shape = shape_text(instruction.shape) + (" complex" if instruction.complex else "")
        what = instruction_text(instruction)
        lines.append(f"  {instruction.name}: {shape} = {what}  # {axes_text(instruction.legs)}")
    for result in program.results:
        rows = "rows, then " if result.batched else ""
        lines.append(f"  output {result.name}: {rows}{shape_text(result.shape)} = {result.array}")
    return "\n".join([*lines, ""])


def index_line(index: Index) -> str:
    """`bond r[1]: 16`, `index q: dynamic(128)`, `index (i j): 12 merged`."""
    size = f"dynamic({index.size})" if index.dynamic else str(index.size)
    return f"{index.kind} {index.name}: {size}" + (" merged" if index.parts else "")


def tensor_line(tensor: Tensor) -> str:
    """`parameter A[0][i[0], o[0]]: 8 × 12 auto 0.25`."""
    axes = ", ".join(group_text(axis.indices) if axis.indices else str(axis.size) for axis in tensor.axes)
    sizes = " × ".join("?" if axis.dynamic else str(axis.size) for axis in tensor.axes) or "1"
    line = f"{tensor.role} {tensor.name}[{axes}]: {sizes}" + (" complex" if tensor.complex else "")
    if tensor.role in ("input", "copy"):
        return line
    numbers = [*tensor.init.arguments] if tensor.init.std is None else [tensor.init.std]
    return " ".join([line, tensor.init.kind, *(f"{number:.6g}" for number in numbers)])


def operation_line(operation: Operation) -> str:
    """The operation as an equation, as it might stand in a program."""
    left = f"{operation.name}{axes_text(operation.axes)} = "
    match operation:
        case Contraction(operands=operands, scale=scale):
            factors = [view_text(view) for view in operands]
            if scale != 1.0 or not factors:
                factors.insert(0, f"{scale!r}")
            return left + " * ".join(factors)
        case Sum(terms=terms):
            texts = []
            for term in terms:
                sign = "-" if term.coefficient < 0 else "+"
                size = abs(term.coefficient)
                texts.append(f"{sign} " + (f"{size!r} * " if size != 1.0 else "") + view_text(term.operand))
            return left + " ".join(texts).removeprefix("+ ")
        case Function(function=function, over=over, operand=operand):
            return left + function + (f"[{', '.join(over)}]" if over else "") + f"({view_text(operand)})"
        case Assembly(parts=parts):
            return left + " + ".join(f"{view_text(part.operand)} at {axes_text(part.place)}" for part in parts)


def view_text(view: View) -> str:
    """`x[..., (i[0] i[1]), 2]`."""
    return f"{view.value}{axes_text(view.axes)}"


def axes_text(axes: Iterable[Group | int]) -> str:
    """Axes in brackets: a group of one index is that index."""
    return f"[{', '.join(str(axis) if isinstance(axis, int) else group_text(axis) for axis in axes)}]"


def group_text(group: Group) -> str:
    """`i`, `(i j)`, or `()` for an axis that holds no index."""
    return group[0] if len(group) == 1 else f"({' '.join(group)})"


def shape_text(shape: Iterable[Dim]) -> str:
    """`(rows, 12*q, 4)`."""
    return f"({', '.join(str(extent) for extent in shape)})"


def instruction_text(instruction: AnyInstruction) -> str:
    """What an instruction does, as a call."""
    match instruction:
        case Read(tensor=tensor):
            return f"read {tensor}"
        case Reshape(source=source) | Expand(source=source) | Embed(source=source):
            return f"{instruction.op} {source}"
        case Permute(source=source, order=order):
            return f"permute {source} to {shape_text(order)}"
        case Loop(count=count, slots=slots, body=body, result=result, axis=axis):
            cut = ", ".join(f"{s.name} = {s.source}" + ("" if s.axis is None else f" by axis {s.axis}") for s in slots)
            done = "; ".join(f"{inner.name} = {instruction_text(inner)}" for inner in body)
            end = f"sum of {result}" if axis is None else f"{result} joined along axis {axis}"
            return f"{end} over {count} parts ({cut}): {done}"
        case Copy(source=source):
            return f"copy of {source}"
        case Select(source=source, axis=axis, position=position):
            return f"select {position} of axis {axis} of {source}"
        case Diagonal(source=source, axes=axes):
            return f"diagonal of axes {shape_text(axes)} of {source}"
        case Matmul(left=left, right=right):
            return f"{left} @ {right}"
        case Multiply(left=left, right=right):
            return f"{left} * {right}"
        case Add(left=left, right=right, negative=negative):
            return f"{left} {'-' if negative else '+'} {right}"
        case Scale(source=source, factor=factor):
            return f"{factor!r} * {source}"
        case Total(source=source, axes=axes):
            return f"total of axes {shape_text(axes)} of {source}"
        case Apply(source=source, function=function, axes=axes):
            return f"{function} of {source}" + (f" over axes {shape_text(axes)}" if axes else "")
        case Constant(value=value):
            return f"{value!r}"
        case Stack(parts=names, axis=axis, positions=positions):
            return f"stack of {', '.join(names)} at {shape_text(positions)} of axis {axis}"
