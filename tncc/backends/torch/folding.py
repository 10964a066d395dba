"""Which arrays follow from frozen and copy tensors alone, so that a module computes them once and keeps them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tncc.backends.instructions import VIEWS, living
from tncc.ir.extent import factors
from tncc.ir.program import AnyInstruction, Constant, Read, sources


@dataclass(frozen=True, slots=True)
class Folding:
    """The arrays to keep, the instructions that compute them, and those that are left for each call."""

    kept: tuple[str, ...]
    once: tuple[AnyInstruction, ...]
    each: tuple[AnyInstruction, ...]


def fold(
    instructions: Sequence[AnyInstruction],
    wanted: Sequence[str],
    frozen: Collection[str],
    copies: Collection[str],
    views: bool = False,
) -> Folding:
    """Parts a program that computes the wanted arrays; `frozen` and `copies` name the tensors that never change.

    What is no more than a frozen tensor seen otherwise is left where it is, unless `views` are to be kept too, as
    they save a call each; so are numbers.
    """
    constant: set[str] = set()
    computed: set[str] = set()
    for instruction in instructions:
        if instruction.name in wanted or not _is_constant(instruction, constant, frozen, copies):
            continue
        constant.add(instruction.name)
        if _is_computed(instruction, computed, {*copies, *frozen} if views else copies):
            computed.add(instruction.name)
    read = {name for i in instructions if i.name not in constant for name in sources(i)}
    kept = tuple(i.name for i in instructions if i.name in computed and i.name in read)
    once = living([i for i in instructions if i.name in constant], kept)
    each = living([i for i in instructions if i.name not in kept], wanted)
    return Folding(kept, tuple(once), tuple(each))


def _is_constant(
    instruction: AnyInstruction, constant: Collection[str], frozen: Collection[str], copies: Collection[str]
) -> bool:
    """Whether an array is the same in each call, and of a size known now."""
    if any(factors(extent)[1] for extent in instruction.shape):
        return False
    if isinstance(instruction, Read):
        return instruction.tensor in frozen or instruction.tensor in copies
    return all(name in constant for name in sources(instruction))


def _is_computed(instruction: AnyInstruction, computed: Collection[str], copies: Collection[str]) -> bool:
    """Whether a constant array takes work: a copy tensor does, and what an operation makes of anything but numbers."""
    if isinstance(instruction, Read):
        return instruction.tensor in copies
    if isinstance(instruction, Constant):
        return False
    return any(name in computed for name in sources(instruction)) or not isinstance(instruction, VIEWS)
