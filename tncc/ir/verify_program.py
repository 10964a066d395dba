"""Checks that a program can be printed for a network: plans come back from files, which anybody may have written."""

from collections.abc import Collection, Iterable

from tncc.ir.extent import ESCAPED, factors
from tncc.ir.network import Network
from tncc.ir.phases import in_one_pass
from tncc.ir.plan import Plan
from tncc.ir.program import (
    ROWS,
    AnyInstruction,
    Apply,
    Diagonal,
    Loop,
    Permute,
    Program,
    Read,
    Select,
    Stack,
    Total,
    sources,
)
from tncc.ir.verify import ELEMENTWISE, JOINT


class Unfit(Exception):
    """A plan that does not belong to a network; its text says why."""


def verify_plan(plan: Plan, network: Network) -> None:
    """Raises Unfit unless every program of a plan reads what there is, and gives what the network has to give."""
    tensors = {tensor.name for tensor in network.tensors}
    outputs = list(network.outputs)
    for program in (plan.straight, *(variant.program for variant in (*plan.inference, *plan.forward))):
        verify_program(program, network, tensors)
        if [result.name for result in program.results] != outputs:
            raise Unfit("a program gives other outputs than the network has")
    for part in (plan.forward, plan.inference, plan.training):
        starts = [variant.rows for variant in part]
        if starts != sorted(set(starts)) or (starts and starts[0] != 1):
            raise Unfit("the row counts of its variants are not in order, or do not begin at 1")
    if not plan.forward:
        raise Unfit("it has no program for the forward pass")
    for training in plan.training:
        verify_program(training.forward, network, tensors)
        saved = [result.name for result in training.forward.results]
        if saved != [*outputs, *training.saved] or len(training.seeds) != len(outputs):
            raise Unfit("a forward program of training gives other results than its backward program takes")
        verify_program(training.backward, network, {*tensors, *training.saved, *training.seeds, *training.copies})
        if not {result.name for result in training.backward.results} <= tensors or not set(training.missing) <= tensors:
            raise Unfit("it has gradients of tensors that the network does not have")


def verify_program(program: Program, network: Network, tensors: Collection[str]) -> None:
    """Raises Unfit unless each instruction reads arrays made before, known tensors, and axes that there are."""
    symbols = {ROWS, ESCAPED, *(index.name for index in network.indices)}
    shapes: dict[str, int] = {}
    if program.tile < 0 or program.rows < 1:
        raise Unfit("a program has a negative number of rows")
    check_all(program.instructions, shapes, symbols, tensors)
    if any(result.array not in shapes for result in program.results):
        raise Unfit("a result is an array that is not there")
    if program.tile and not in_one_pass(program):
        raise Unfit("a program with tiles needs more than one pass over them")


def check_all(
    instructions: Iterable[AnyInstruction], shapes: dict[str, int], symbols: Collection[str], tensors: Collection[str]
) -> None:
    """Raises Unfit unless instructions are in order; `shapes` has the numbers of axes of the arrays that there are."""
    for instruction in instructions:
        if instruction.name in shapes:
            raise Unfit(f"the array `{instruction.name}` is made twice")
        if any(name not in shapes for name in sources(instruction)):
            raise Unfit(f"the array `{instruction.name}` is made of arrays that are not there")
        if isinstance(instruction, Read) and instruction.tensor not in tensors:
            raise Unfit(f"it reads the tensor `{instruction.tensor}`, which the network does not have")
        if any(name not in symbols for extent in instruction.shape for name in factors(extent)[1]):
            raise Unfit(f"the array `{instruction.name}` has an extent that the network does not know")
        check_axes(instruction, shapes)
        if isinstance(instruction, Loop):
            inner = {slot.name: shapes[slot.source] for slot in instruction.slots}
            check_all(instruction.body, inner, symbols, ())
            if inner.get(instruction.result) != len(instruction.shape):
                raise Unfit(f"the loop `{instruction.name}` does not make what it gives")
        shapes[instruction.name] = len(instruction.shape)


def check_axes(instruction: AnyInstruction, axes: dict[str, int]) -> None:
    """Raises Unfit unless the axes that an instruction names are there, and its function is one."""
    match instruction:
        case Permute():
            inside = sorted(instruction.order) == list(range(axes[instruction.source]))
        case Select():
            inside = within([instruction.axis], axes[instruction.source]) and instruction.position >= 0
        case Diagonal() | Total():
            inside = within(instruction.axes, axes[instruction.source])
        case Stack():
            inside = within([instruction.axis], len(instruction.shape)) and stacked(instruction, axes)
        case Loop():
            cuts = [(slot.axis, axes[slot.source]) for slot in instruction.slots if slot.axis is not None]
            inside = bool(cuts) and instruction.count > 0 and all(within([axis], count) for axis, count in cuts)
            inside = inside and (instruction.axis is None or within([instruction.axis], len(instruction.shape)))
        case Apply():
            known = instruction.function in ELEMENTWISE | JOINT
            inside = known and within(instruction.axes, axes[instruction.source])
        case _:
            inside = True
    if not inside:
        raise Unfit(f"the array `{instruction.name}` is made in a way that there is not")


def stacked(instruction: Stack, axes: dict[str, int]) -> bool:
    """Whether parts of one axis less lie at positions in ascending order."""
    positions, extent = instruction.positions, instruction.shape[instruction.axis]
    ascending = list(positions) == sorted(set(positions)) and len(positions) == len(instruction.parts) > 0
    inside = within(positions, extent) if isinstance(extent, int) else False
    return ascending and inside and all(axes[part] == len(instruction.shape) - 1 for part in instruction.parts)


def within(axes: Iterable[int], count: int) -> bool:
    """Whether all axes are among so many."""
    return all(0 <= axis < count for axis in axes)
