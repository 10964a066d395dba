"""Rewrites a program's instructions so that they read well as code, without changing any array that is computed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from tncc.ir.network import BATCH
from tncc.ir.program import (
    Add,
    AnyInstruction,
    Constant,
    Diagonal,
    Dim,
    Expand,
    Instruction,
    Loop,
    Matmul,
    Multiply,
    Permute,
    Program,
    Read,
    Reshape,
    Select,
    Stack,
    sources,
)

VIEWS = (Reshape, Permute, Select, Diagonal, Expand)
"""Instructions that compute nothing: what reads them can have them written inside it."""


class Unbind(Instruction):
    """All positions of one axis at once: one call, and one gradient, instead of one for each position."""

    source: str
    axis: int


class Part(Instruction):
    """One array of an `Unbind`."""

    source: str
    position: int


class ProductAndSum(Instruction):
    """A matrix product on top of a vector that is added to each of its rows: one call instead of two."""

    left: str
    right: str
    added: str


Code: TypeAlias = AnyInstruction | Unbind | Part | ProductAndSum


def operands(instruction: Code) -> tuple[str, ...]:
    """The arrays that an instruction reads, in order."""
    match instruction:
        case Unbind() | Part():
            return (instruction.source,)
        case ProductAndSum():
            return (instruction.left, instruction.right, instruction.added)
        case _:
            return sources(instruction)


def with_operands(instruction: AnyInstruction, names: Sequence[str]) -> AnyInstruction:
    """The instruction on other arrays."""
    if isinstance(instruction, Matmul | Multiply | Add):
        return instruction.model_copy(update={"left": names[0], "right": names[1]})
    if isinstance(instruction, Stack):
        return instruction.model_copy(update={"parts": tuple(names)})
    if isinstance(instruction, Loop):
        pairs = zip(instruction.slots, names, strict=True)
        slots = tuple(slot.model_copy(update={"source": name}) for slot, name in pairs)
        return instruction.model_copy(update={"slots": slots})
    return instruction.model_copy(update={"source": names[0]}) if names else instruction


def as_called(program: Program, batched: Iterable[str]) -> list[AnyInstruction]:
    """The instructions with inputs and results as a caller has them, `...` standing for all leading axes.

    `batched` names the inputs that have leading axes. The results are called `result_name(0)`, `result_name(1)`, …
    """
    leading = set(batched)
    found: list[AnyInstruction] = []
    rows: dict[str, str] = {}
    for instruction in program.instructions:
        new = with_operands(instruction, [rows.get(name, name) for name in sources(instruction)])
        if isinstance(new, Read) and new.tensor in leading:
            found.append(new.model_copy(update={"shape": (BATCH, *new.shape[1:])}))
            rows[new.name] = f"{new.name} as rows"
            new = Reshape(name=rows[new.name], shape=new.shape, legs=new.legs, complex=new.complex, source=new.name)
        found.append(new)
    for number, result in enumerate(program.results):
        shape = (BATCH, *result.shape) if result.batched else result.shape
        source = rows.get(result.array, result.array)
        found.append(Reshape(name=result_name(number), shape=shape, source=source))
    return found


def result_name(number: int) -> str:
    """The array that holds an output as the caller gets it."""
    return f"result {number}"


def simplified(
    instructions: Iterable[AnyInstruction], wanted: Iterable[str], given: Mapping[str, AnyInstruction] | None = None
) -> list[AnyInstruction]:
    """What the wanted arrays need beside those that are given, without what changes nothing or is done twice.

    `x.reshape(4, 6).reshape(24)` becomes `x.reshape(24)`.
    """
    kept = set(wanted)
    table: dict[str, AnyInstruction] = dict(given or {})
    alias: dict[str, str] = {}
    known: dict[object, str] = {}
    for instruction in instructions:
        new = with_operands(instruction, [alias.get(name, name) for name in sources(instruction)])
        if isinstance(new, Reshape) and isinstance(inner := table[new.source], Reshape):
            new = new.model_copy(update={"source": inner.source})
        if isinstance(new, Multiply | Add):
            new = _broadcast(new, table)
        if _changes_nothing(new, table) and new.name not in kept:
            alias[new.name] = sources(new)[0]
        elif (twin := known.setdefault(_work(new), new.name)) != new.name and new.name not in kept:
            alias[new.name] = twin
        else:
            table[new.name] = new
    return living([instruction for name, instruction in table.items() if name not in (given or {})], kept)


def _work(instruction: AnyInstruction) -> object:
    """What an instruction does: two that do the same have the same result."""
    fields = ("order", "axis", "position", "positions", "axes", "negative", "factor", "function", "value", "tensor")
    if isinstance(instruction, Loop):
        return instruction.name
    details = tuple(getattr(instruction, field, None) for field in fields)
    return instruction.op, sources(instruction), instruction.shape, details


def _changes_nothing(instruction: AnyInstruction, table: Mapping[str, AnyInstruction]) -> bool:
    """Whether the result is the operand as it is."""
    if isinstance(instruction, Reshape | Expand):
        return instruction.shape == table[instruction.source].shape
    return isinstance(instruction, Permute) and instruction.order == tuple(range(len(instruction.order)))


def _broadcast(instruction: Multiply | Add, table: Mapping[str, AnyInstruction]) -> AnyInstruction:
    """The operation without reshapes that broadcasting does itself, in one operand: the other one has all the axes."""
    left, right = instruction.left, instruction.right
    for name, other, turned in ((right, left, False), (left, right, True)):
        number = _number(name, table)
        whole = table[other].shape == instruction.shape and _number(other, table) is None
        new = number if number is not None and whole else _unpadded(name, table)
        if new != name:
            return with_operands(instruction, (new, other) if turned else (other, new))
    return instruction


def _unpadded(name: str, table: Mapping[str, AnyInstruction]) -> str:
    """The array behind a reshape that only puts axes of extent 1 in front."""
    view = table[name]
    if not isinstance(view, Reshape):
        return name
    source = table[view.source]
    more = len(view.shape) - len(source.shape)
    return source.name if more >= 0 and view.shape == (1,) * more + source.shape else name


def _number(name: str, table: Mapping[str, AnyInstruction]) -> str | None:
    """The constant that an array repeats along all its axes, if it does."""
    instruction = table[name]
    while isinstance(instruction, VIEWS):
        instruction = table[instruction.source]
    return instruction.name if isinstance(instruction, Constant) else None


def living(instructions: Iterable[AnyInstruction], wanted: Iterable[str]) -> list[AnyInstruction]:
    """The instructions that the wanted arrays need, in their order."""
    needed = set(wanted)
    found = []
    for instruction in reversed(list(instructions)):
        if instruction.name in needed:
            needed.update(sources(instruction))
            found.append(instruction)
    return found[::-1]


def fused(instructions: Sequence[AnyInstruction]) -> list[Code]:
    """The instructions with products of two matrices to which a vector is added done in one call."""
    uses = Counter(name for instruction in instructions for name in sources(instruction))
    table = {instruction.name: instruction for instruction in instructions}
    found: dict[str, ProductAndSum] = {}
    gone = set()
    for add in instructions:
        if not isinstance(add, Add) or add.negative or add.complex:
            continue
        for name, other in ((add.left, add.right), (add.right, add.left)):
            product, vector = table.get(name), table.get(other)
            if not isinstance(product, Matmul) or vector is None or uses[name] > 1 or add.name in found:
                continue
            if len(product.shape) == 2 and product.shape == add.shape and vector.shape in _vectors(add.shape):
                both = {field: getattr(add, field) for field in ("name", "shape", "legs", "complex", "span")}
                found[add.name] = ProductAndSum(**both, left=product.left, right=product.right, added=other)
                gone.add(name)
    return [found.get(i.name, i) for i in instructions if i.name not in gone]


def _vectors(shape: tuple[Dim, ...]) -> tuple[tuple[Dim, ...], ...]:
    """The shapes of a vector that is added to each row of a matrix."""
    return shape[1:], (1, shape[1])


def unbound(instructions: Sequence[Code], table: Mapping[str, AnyInstruction]) -> list[Code]:
    """The instructions with selections of most positions of an axis taken apart at once.

    The gradient of one selection is an array of the full size, so a thousand of them would cost a thousand such arrays.
    `table` has the instructions of the whole program by name.
    """
    count = Counter((i.source, i.axis) for i in instructions if isinstance(i, Select))
    result: list[Code] = []
    made = set()
    for instruction in instructions:
        if not isinstance(instruction, Select) or not _worth(count, instruction, table[instruction.source].shape):
            result.append(instruction)
            continue
        key = (instruction.source, instruction.axis)
        name = f"{instruction.source} along axis {instruction.axis}"
        if key not in made:
            made.add(key)
            result.append(_alike(instruction, Unbind, name=name, shape=table[instruction.source].shape, legs=()))
        result.append(_alike(instruction, Part, source=name))
    return result


def _alike(selection: Select, kind: type[Unbind] | type[Part], **changes: object) -> Unbind | Part:
    """An `Unbind` or a `Part` with what it shares with a selection."""
    fields = {field: getattr(selection, field) for field in kind.model_fields}
    return kind.model_validate(fields | changes)


def _worth(count: Counter[tuple[str, int]], selection: Select, shape: tuple[Dim, ...]) -> bool:
    """Whether at least half of the axis' positions are selected, and more than one."""
    extent = shape[selection.axis]
    number = count[selection.source, selection.axis]
    return isinstance(extent, int) and number > 1 and 2 * number >= extent
