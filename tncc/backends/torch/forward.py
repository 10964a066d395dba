"""The methods that compute: `forward`, and those for what follows from tensors that are not trained."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from tncc.backends.entrance import Entrance, entrance_lines
from tncc.backends.instructions import Code, operands, unbound
from tncc.backends.literals import tuple_code
from tncc.backends.naming import Names
from tncc.backends.statements import Body, Text
from tncc.backends.torch.dialect import LIKE
from tncc.backends.torch.library import CONSTANTS, STATE
from tncc.backends.torch.plan import Plan
from tncc.backends.torch.state import Reader
from tncc.backends.wrapping import INDENT, WIDTH, bracketed, statement
from tncc.ir.extent import symbol
from tncc.ir.network import BATCH, Tensor
from tncc.ir.program import ROWS, Read

TWICE = INDENT * 2


def forward_lines(plan: Plan) -> list[str]:
    """The method `forward`."""
    network, names = plan.network, plan.names()
    inputs = {tensor.name: names.claim(tensor.name) for tensor in network.inputs}
    symbols = run_time_symbols(plan, names)
    kept = {name: names.claim(name) for name in plan.folding.kept}
    reader = Reader(names, TWICE)
    instructions = unbound(plan.folding.each)
    given = read_tensors(plan, reader, instructions, inputs) | {name: Text(code) for name, code in kept.items()}
    before: dict[str, Code] = {instruction.name: instruction for instruction in plan.folding.once}
    body = Body(plan.dialect, names, symbols, given, stage_names(plan), before)
    lines, results = body.write(instructions, plan.wanted, TWICE)
    for number, name in enumerate(plan.wanted):
        if not set(kept).isdisjoint(body.bases(name)):
            results[number] += ".clone()"
    ending = bracketed_return(results)
    text = code_of([*lines, *ending])
    if kept:
        reader.lines += unpacking(list(kept.values()), f"self._constants({like_code(plan, reader, inputs)})")
    if f"{LIKE}." in text:
        reader.lines.append(f"{TWICE}{LIKE} = {like_code(plan, reader, inputs)}")
    used = set(re.findall(r"\w+", text))
    entrance = Entrance(network, inputs, symbols, "math.prod({batch})", "{name}.expand({shape})")
    first = entrance_lines(entrance, [key for key, name in symbols.items() if name in used], TWICE)
    return ["", *signature(inputs, len(results)), *first, *reader.lines, *lines, *ending]


def run_time_symbols(plan: Plan, names: Names) -> dict[str, str]:
    """Identifiers for the leading axes, their product, and run-time sizes."""
    symbols = {BATCH: names.claim("batch"), ROWS: names.claim("rows")}
    return symbols | {symbol(i.name): names.claim(i.name) for i in plan.network.indices if i.dynamic}


def stage_names(plan: Plan) -> frozenset[str]:
    """The arrays that the program's author has named; the compiler's own names have a colon."""
    return frozenset(operation.name for operation in plan.network.operations if ":" not in operation.name)


def read_tensors(
    plan: Plan, reader: Reader, instructions: Sequence[Code], inputs: Mapping[str, str]
) -> dict[str, Text]:
    """The code of the tensors that instructions read, by array, except copies, which are computed."""
    tensors = {tensor.name: tensor for tensor in plan.network.tensors if tensor.role != "copy"}
    uses = Counter(name for instruction in instructions for name in operands(instruction))
    found = {}
    for instruction in instructions:
        if not isinstance(instruction, Read) or instruction.tensor not in tensors:
            continue
        code = inputs.get(instruction.tensor)
        found[instruction.name] = Text(code or reader.variable(tensors[instruction.tensor], uses[instruction.name] > 1))
    return found


def like_code(plan: Plan, reader: Reader, inputs: Mapping[str, str]) -> str:
    """The code of the tensor whose dtype and device new tensors take."""
    if plan.like is None:
        return "torch.empty(())"
    return inputs.get(plan.like.name) or reader.code(plan.like)


def signature(inputs: Mapping[str, str], results: int) -> list[str]:
    """The first lines of `forward`."""
    result = "torch.Tensor" if results == 1 else f"tuple[{', '.join(['torch.Tensor'] * results)}]"
    arguments = ["self", *(f"{name}: torch.Tensor" for name in inputs.values())]
    return bracketed(f"{INDENT}def forward(", arguments, f") -> {result}:", INDENT)


def unpacking(targets: list[str], code: str) -> list[str]:
    """The assignment of a tuple to variables."""
    line = f"{TWICE}{', '.join(targets)} = {code}"
    if len(targets) == 1:
        return [f"{TWICE}({targets[0]},) = {code}"]
    return [line] if len(line) <= WIDTH else bracketed(f"{TWICE}(", targets, f") = {code}", TWICE)


def bracketed_return(results: list[str]) -> list[str]:
    """The return statement."""
    if len(results) == 1:
        return statement("return ", results[0], TWICE)
    line = f"{TWICE}return {', '.join(results)}"
    return [line] if len(line) <= WIDTH else bracketed(f"{TWICE}return (", results, ")", TWICE)


def code_of(lines: list[str]) -> str:
    """The lines that are not comments."""
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


def constants_lines(plan: Plan) -> list[str]:
    """The methods that keep, and compute, what follows from tensors that are not trained."""
    instructions = plan.folding.once
    names = plan.names()
    tensors = {tensor.name: tensor for tensor in plan.network.tensors if tensor.role == "frozen"}
    reads = [i for i in instructions if isinstance(i, Read) and i.tensor in tensors]
    given = {instruction.name: Text(names.claim(instruction.tensor)) for instruction in reads}
    body = Body(plan.dialect, names, {}, given, stage_names(plan))
    lines, results = body.write(list(instructions), plan.folding.kept, TWICE)
    arguments = ["self", LIKE, *(text.code for text in given.values())]
    head = bracketed(f"{INDENT}def _constants_from(", arguments, "):", INDENT)
    doc = f'{TWICE}"""What `_constants` keeps, in its order."""'
    ending = statement("return ", tuple_code(results), TWICE)
    keeping = _keeping_lines(plan, [tensors[read.tensor] for read in reads])
    return [*keeping, "", *head, doc, *lines, *ending, *STATE.rstrip().splitlines()]


def _keeping_lines(plan: Plan, sources: list[Tensor]) -> list[str]:
    """The method that keeps the constants."""
    reader = Reader(plan.names(), TWICE)
    codes = [reader.code(tensor) for tensor in sources]
    assignment = statement("sources = ", tuple_code(codes) if codes else "()", TWICE)
    lines = []
    for line in CONSTANTS.rstrip().splitlines():
        lines += [*reader.lines, *assignment] if line.strip() == "sources = SOURCES" else [line]
    return lines
