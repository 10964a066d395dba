"""The NumPy back end: a script with one function, written as plainly as can be; the reference of all others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from tncc.backends.entrance import Entrance, entrance_lines, error_functions, is_batched, own_axes, tables
from tncc.backends.extents import extent_code, shape_code
from tncc.backends.header import description, origin
from tncc.backends.instructions import Code, Part, ProductAndSum, Unbind, as_called, result_name, simplified
from tncc.backends.library import library_lines
from tncc.backends.literals import axes_code, number, tuple_code
from tncc.backends.naming import BUILTINS, Names, docstring, quoted, top_level_name
from tncc.backends.numpy_library import LIBRARY
from tncc.backends.operators import elementwise, scaled
from tncc.backends.renaming import OWN_NAME, spare_name, unhidden
from tncc.backends.statements import Body, Operand, Text
from tncc.backends.tensors import standard_deviation, stored_tensors, tensor_remark
from tncc.backends.wrapping import INDENT, bracketed, comment, statement
from tncc.ir.extent import symbol
from tncc.ir.network import BATCH, Network, Tensor
from tncc.ir.plan import Plan
from tncc.ir.program import (
    ROWS,
    Add,
    Apply,
    Constant,
    Copy,
    Diagonal,
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
from tncc.ir.slopes import SCALE

FUNCTIONS = ("tanh", "exp", "log", "sqrt", "abs", "sin", "cos")
"""What NumPy calls as the language does."""

METHODS = ("mean", "max", "sum")

HELPERS = (*LIBRARY, "_shape_error", "_leading_axes", "_INPUTS", "_SIZES", "_main", "initial_tensors", "np", "math")
"""What a script may define or import beside its function."""


@dataclass(frozen=True, slots=True)
class NumpyDialect:
    """How NumPy writes each instruction."""

    def expression(self, instruction: Code, read: Sequence[Operand], symbols: Mapping[str, str]) -> Text:
        """The instruction as an expression on its operands."""
        match instruction:
            case Read():
                return Text(f"_delta({tuple_code(instruction.shape)})")
            case Constant():
                return Text(f"np.array({number(instruction.value)})")
            case Loop():
                raise TypeError("memory is bounded for torch only")
            case ProductAndSum():
                raise TypeError("products are done with sums for torch only")
            case Matmul():
                return Text(f"np.matmul({read[0].text.code}, {read[1].text.code})")
            case Multiply() | Add():
                return elementwise(instruction, read[0], read[1])
            case Scale():
                return scaled(instruction, read[0])
            case Apply():
                return applied(instruction, read[0].text)
            case Stack():
                return stacked(instruction, read, symbols)
            case _:
                return rearranged(instruction, read[0].text, symbols)


def rearranged(
    instruction: Reshape | Permute | Copy | Select | Diagonal | Embed | Expand | Total | Unbind | Part,
    operand: Text,
    symbols: Mapping[str, str],
) -> Text:
    """What is a method of the array that it works on."""
    source = operand.tight
    match instruction:
        case Reshape():
            return Text(f"{source}.reshape({', '.join(shape_code(instruction.shape, symbols)) or '()'})")
        case Expand():
            extents = [extent_code(extent, symbols) for extent in instruction.shape]
            return Text(f"np.broadcast_to({operand.code}, {tuple_code(extents)})")
        case Permute():
            return Text(f"{source}.transpose({', '.join(map(str, instruction.order))})")
        case Copy():
            return Text(f"np.ascontiguousarray({operand.code})")
        case Select():
            return Text(f"{source}[{':, ' * instruction.axis}{instruction.position}]")
        case Diagonal():
            return Text(f"{source}.diagonal(axis1={instruction.axes[0]}, axis2={instruction.axes[1]})")
        case Embed():
            return Text(f"{source}[..., None] * np.eye({source}.shape[-1])", loose=True)
        case Total():
            return Text(f"{source}.sum(axis={axes_code(instruction.axes)})") if instruction.axes else operand
        case Unbind() | Part():
            raise TypeError("arrays are taken apart at once for torch's gradients only")
        case _:
            assert_never(instruction)


def stacked(instruction: Stack, read: Sequence[Operand], symbols: Mapping[str, str]) -> Text:
    """Arrays along a new axis, with zeros between them where they don't fill it."""
    parts = tuple_code([operand.text.code for operand in read])
    extent = instruction.shape[instruction.axis]
    if instruction.positions == tuple(range(len(read))) and extent == len(read):
        return Text(f"np.stack({parts}, axis={instruction.axis})")
    size, positions = extent_code(extent, symbols), tuple_code(instruction.positions)
    return Text(f"_placed({parts}, {instruction.axis}, {size}, {positions})")


def applied(instruction: Apply, operand: Text) -> Text:
    """A function by its name in the language."""
    function, axes = instruction.function, instruction.axes
    if function in FUNCTIONS:
        return Text(f"np.{function}({operand.code})")
    if function in METHODS:
        return Text(f"{operand.tight}.{function}(axis={axes_code(axes)})") if axes else operand
    if function in ("sign", "relu_slope"):
        return Text(f"np.sign({operand.code})")
    if function == "relu":
        return Text(f"np.maximum({operand.code}, 0.0)")
    if function == "reciprocal":
        return Text(f"1.0 / {operand.tight}", loose=True)
    over = f", {tuple_code(axes)}" if function in ("softmax", "layernorm", SCALE) else ""
    return Text(f"_{function}({operand.code}{over})")


def emit_numpy(network: Network, plan: Plan, version: str, linear: bool = False) -> str:
    """A script that imports NumPy and defines the network as a function `name(*inputs, tensors)` in double precision.

    `tensors` maps the names of `state_dict()` to arrays; `initial_tensors` draws them. `linear` changes nothing.
    Equal arguments give equal text.
    """
    program = plan.straight
    name = top_level_name(network.name)
    hides = name in (*HELPERS, *BUILTINS)
    own, spare = OWN_NAME if hides else name, spare_name(name)
    reserved = (*HELPERS, own, name, spare)
    code = [*function_lines(network, program, own, Names(reserved)), "", "", *initial_lines(network)]
    if network.inputs:
        code += ["", "", *tables(network), "", "", *error_functions(network, "np.broadcast_shapes")]
    code += library_lines(LIBRARY, code)
    code += ["", "", *main_lines(network, program, own, Names(reserved))]
    text = "\n".join(code) + "\n"
    standard = ["import math"] if re.search(r"\bmath\.", text) else []
    others = ["import numpy as np"]
    if hides:
        standard, others, text = unhidden(name, spare, standard, others, text)
    imports = [*standard, "", *others] if standard else others
    return "\n".join([*docstring(origin(network, plan, version), ""), "", *imports, "", "", text])


def function_lines(network: Network, program: Program, own: str, names: Names) -> list[str]:
    """The function that computes the network."""
    inputs = {tensor.name: names.claim(tensor.name) for tensor in network.inputs}
    tensors = names.claim("tensors")
    symbols = {BATCH: names.claim("batch"), ROWS: names.claim("rows")}
    symbols |= {symbol(index.name): names.claim(index.name) for index in network.indices if index.dynamic}
    wanted = [result_name(number) for number in range(len(program.results))]
    batched = [tensor.name for tensor in network.inputs if is_batched(tensor)]
    instructions = simplified(as_called(program, batched), wanted)
    given, reads = read_lines(network, [i for i in instructions if isinstance(i, Read)], inputs, tensors, names)
    stages = frozenset(operation.name for operation in network.operations if ":" not in operation.name)
    body = Body(NumpyDialect(), names, symbols, given, stages)
    lines, results = body.write(list(instructions), wanted, INDENT)
    ending = statement("return ", results[0], INDENT) if len(results) == 1 else return_lines(results)
    code = "\n".join(line for line in (*lines, *ending) if not line.lstrip().startswith("#"))
    used = set(re.findall(r"\w+", code))
    entrance = Entrance(network, inputs, symbols, "math.prod({batch})", "np.broadcast_to({name}, {shape})")
    return [
        *bracketed(f"def {own}(", [*inputs.values(), tensors], "):", ""),
        *docstring([*description(network, program), "", TENSORS_DOC.format(tensors=tensors)], INDENT),
        *(f"{INDENT}{inputs[t.name]} = np.asarray({inputs[t.name]}, dtype={dtype_of(t)})" for t in network.inputs),
        *entrance_lines(entrance, [key for key, name in symbols.items() if name in used], INDENT),
        *reads,
        *lines,
        *ending,
    ]


TENSORS_DOC = "`{tensors}` maps the names of the tensors, as in `initial_tensors`, to arrays."


def dtype_of(tensor: Tensor) -> str:
    """The type of an input's numbers."""
    return "np.complex128" if tensor.complex else "np.float64"


def read_lines(
    network: Network, reads: Sequence[Read], inputs: Mapping[str, str], tensors: str, names: Names
) -> tuple[dict[str, Text], list[str]]:
    """The code of each tensor that is read, by array, and the lines that read the stored ones."""
    stored = {tensor.name: tensor for tensor in stored_tensors(network)}
    given, lines = {}, []
    for read in reads:
        if read.tensor in inputs:
            given[read.name] = Text(inputs[read.tensor])
        elif read.tensor in stored:
            given[read.name] = Text(names.claim(read.tensor))
            path = quoted(".".join(stored[read.tensor].path))
            lines.append(f"{INDENT}{given[read.name].code} = {tensors}[{path}]")
    return given, lines


def return_lines(results: list[str]) -> list[str]:
    """Several results as a tuple."""
    return bracketed(f"{INDENT}return (", results, ")", INDENT)


def initial_lines(network: Network) -> list[str]:
    """The function that draws the tensors."""
    lines = ["def initial_tensors(generator):", f'{INDENT}"""New tensors, drawn from a numpy.random.Generator."""']
    lines.append(f"{INDENT}tensors = {{}}")
    for tensor in stored_tensors(network):
        lines += comment(tensor_remark(tensor), INDENT)
        lines += statement(f"tensors[{quoted('.'.join(tensor.path))}] = ", initial_value(tensor), INDENT)
    return [*lines, f"{INDENT}return tensors"]


def initial_value(tensor: Tensor) -> str:
    """The expression for a tensor's initial value."""
    kind, arguments = tensor.init.kind, tensor.init.arguments
    shape = tuple_code([axis.size for axis in tensor.axes])

    def drawn(method: str, first: float, second: float) -> str:
        if tensor.complex:
            return f"_complex(generator.{method}, {number(first)}, {number(second)}, {shape})"
        return f"generator.{method}({number(first)}, {number(second)}, {shape})"

    match kind:
        case "zeros" | "ones":
            return f"np.{kind}({shape}{', dtype=np.complex128' if tensor.complex else ''})"
        case "uniform":
            return drawn("uniform", arguments[0], arguments[1])
        case "eye" | "copy":
            return f"_delta({shape})"
        case "orthogonal":
            return f"_orthogonal({drawn('normal', 0.0, 1.0)}, {int(arguments[0]) if arguments else 1})"
        case _:
            return drawn("normal", 0.0, standard_deviation(tensor))


def main_lines(network: Network, program: Program, own: str, names: Names) -> list[str]:
    """What the script does when it is run: random data in, shapes out."""
    generator, tensors = names.claim("generator"), names.claim("tensors")
    inputs = [names.claim(tensor.name) for tensor in network.inputs]
    results = [names.claim(result.name) for result in program.results]
    lines = [f"{generator} = np.random.default_rng(0)", f"{tensors} = initial_tensors({generator})"]
    for tensor, name in zip(network.inputs, inputs, strict=True):
        shape = [*([program.rows] if is_batched(tensor) else []), *(axis.size for axis in own_axes(tensor))]
        lines.append(f"{name} = {generator}.normal(0.0, 1.0, {tuple_code(shape)})")
    lines.append(f"{', '.join(results)} = {own}({', '.join([*inputs, tensors])})")
    shown = [*(tensor.name for tensor in network.inputs), *(result.name for result in program.results)]
    for label, name in zip(shown, [*inputs, *results], strict=True):
        lines.append(f"print({quoted(label)}, {name}.shape)")
    indented = [f"{INDENT}{line}" for line in lines]
    return ["def _main():", *indented, "", "", 'if __name__ == "__main__":', f"{INDENT}_main()"]
