"""Which arrays of a program are stored, and which live and die within the kernels that read them.

Every product and every sum starts as a kernel of its own, with what is elementwise around it fused into it. One after
the other is then computed inside the kernels that read it wherever that is predicted to be faster, computing it again
in each of their programs included.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tncc.backends.instructions import VIEWS, living
from tncc.backends.triton.building import TooMany
from tncc.backends.triton.expression import Expression
from tncc.backends.triton.lifting import Lifter, MustBeStored
from tncc.backends.triton.tiles import Tiling, tiled
from tncc.ir.program import (
    AnyInstruction,
    Apply,
    Constant,
    Copy,
    Loop,
    Matmul,
    Program,
    Read,
    Stack,
    Total,
    sources,
)

MOST_NODES = 48
"""A kernel has at most so many nodes."""
MOST_TRIALS = 160
"""So many arrays are tried inside of the kernels that read them."""
FOLDS = frozenset({"softmax", "layernorm", "mean", "max", "sum", "layernorm_scale"})


@dataclass(frozen=True, slots=True)
class Kernel:
    """One launch: what fills a buffer, or part of a stack; `outside` is an instruction that torch does instead."""

    array: str
    tiling: Tiling | None = None
    outside: AnyInstruction | None = None

    @property
    def target(self) -> str:
        """The buffer that is written."""
        return self.array if self.tiling is None else self.tiling.expression.target


@dataclass(slots=True)
class Partition:
    """A program's kernels in the making; `copies` names the copy tensors."""

    program: Program
    copies: Collection[str]
    rows: int
    table: dict[str, AnyInstruction] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    slots: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    fixed: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    tried: dict[tuple[object, ...], tuple[Expression, Tiling | None] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wanted = [result.array for result in self.program.results]
        instructions = living(self.program.instructions, wanted)
        self.table = {instruction.name: instruction for instruction in instructions}
        self.order = list(self.table)
        self.fixed = {name for name in wanted if not self.is_tensor(name)}
        for instruction in instructions:
            if isinstance(instruction, Stack):
                self.fixed.add(instruction.name)
                for part, position in zip(instruction.parts, instruction.positions, strict=True):
                    self.slots.setdefault(part, []).append((instruction.name, instruction.axis, position))
        self.stored = self.fixed | {i.name for i in instructions if is_heavy(i)}

    def is_tensor(self, name: str) -> bool:
        """Whether an array is in memory from the start."""
        instruction = self.table[name]
        return isinstance(instruction, Read) and instruction.tensor not in self.copies

    def kernels(self) -> tuple[Kernel, ...]:
        """All launches, in order."""
        self.settle()
        trials = 0
        for name in self.order:
            if name in self.stored and name not in self.fixed | self.outside and trials < MOST_TRIALS:
                trials += 1
                self.try_inside(name)
        return tuple(kernel for name in self.order for kernel in self.launches(name))

    def launches(self, name: str) -> list[Kernel]:
        """The launches that fill a stored array, and the parts of stacks that an array is."""
        found = []
        if name in self.outside:
            found.append(Kernel(name, outside=self.table[name]))
        elif name in self.stored and not isinstance(self.table[name], Stack):
            found.append(Kernel(name, self.needed(name, None)))
        return [*found, *(Kernel(name, self.needed(name, slot)) for slot in self.slots.get(name, ()))]

    def roots(self) -> list[tuple[str, tuple[str, int, int] | None]]:
        """What has a kernel."""
        found: list[tuple[str, tuple[str, int, int] | None]] = []
        for name in self.order:
            if name in self.stored and name not in self.outside and not isinstance(self.table[name], Stack):
                found.append((name, None))
            found += [(name, slot) for slot in self.slots.get(name, ())]
        return found

    def needed(self, name: str, slot: tuple[str, int, int] | None) -> Tiling:
        """The tiling of a kernel that has been found to fit."""
        found = self.attempt(name, slot)
        assert found is not None and found[1] is not None
        return found[1]

    def settle(self) -> None:
        """Stores more arrays, or leaves some to torch, until every kernel can be written and fits."""
        for _ in range(2 * len(self.order) + 2):
            changed = False
            for name, slot in self.roots():
                changed |= self.store_for(name, slot)
            if not changed:
                return

    def store_for(self, name: str, slot: tuple[str, int, int] | None) -> bool:
        """Stores what one kernel needs to be stored; whether anything was."""
        try:
            found = self.attempt(name, slot)
        except MustBeStored as must:
            self.stored.add(must.array)
            self.fixed.add(must.array)
            return True
        if found is not None and found[1] is not None:
            return False
        below = [source for source in self.operands(name) if source not in self.stored]
        if below:
            self.stored.update(below)
            return True
        if slot is not None:
            self.stored.add(name)
            self.fixed.add(name)
        self.outside.add(name)
        return True

    def operands(self, name: str) -> list[str]:
        """The arrays that an instruction computes with, behind views."""
        found = []
        for source in sources(self.table[name]):
            instruction = self.table[source]
            while isinstance(instruction, (*VIEWS, Copy)):
                instruction = self.table[sources(instruction)[0]]
            if not isinstance(instruction, Read | Constant):
                found.append(instruction.name)
        return found

    def attempt(self, name: str, slot: tuple[str, int, int] | None) -> tuple[Expression, Tiling | None] | None:
        """A kernel and its blocks with what is stored now; None where it has too many nodes."""
        below = self.stored & self.above(name)
        below = below - {name} if slot is None else below
        key = (name, slot, frozenset(below))
        if key not in self.tried:
            lifter = Lifter(table=self.table, stored=below, copies=self.copies, most=MOST_NODES)
            try:
                expression = lifter.expression(name, slot)
            except TooMany:
                self.tried[key] = None
            else:
                self.tried[key] = expression, tiled(expression, self.rows)
        return self.tried[key]

    def above(self, name: str) -> set[str]:
        """All arrays that a kernel reads, or would if nothing of them were stored."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            now = waiting.pop()
            if now not in found:
                found.add(now)
                if now == name or now not in self.stored:
                    waiting += sources(self.table[now])
        return found

    def try_inside(self, name: str) -> None:
        """Computes an array where it is read, if that is faster."""
        readers = [root for root in self.roots() if root[0] != name and name in self.above(root[0])]
        if not readers:
            return
        before = [*(self.attempt(*root) for root in readers), self.attempt(name, None)]
        self.stored.discard(name)
        try:
            after = [self.attempt(*root) for root in readers]
        except MustBeStored:
            after = [None]
        if not total(after) < total(before):
            self.stored.add(name)


def total(found: list[tuple[Expression, Tiling | None] | None]) -> float:
    """What kernels take together; infinitely long where one cannot be written."""
    return sum(float("inf") if one is None or one[1] is None else one[1].seconds for one in found)


def is_heavy(instruction: AnyInstruction) -> bool:
    """Whether an array starts as a kernel of its own."""
    folds = isinstance(instruction, Apply) and instruction.function in FOLDS
    return folds or isinstance(instruction, Matmul | Total | Stack | Loop)


def partitioned(program: Program, copies: Collection[str], rows: int) -> tuple[Kernel, ...]:
    """The kernels of a program, in the order in which they run, for about so many rows."""
    return Partition(program, copies, rows).kernels()


def seconds(kernels: tuple[Kernel, ...]) -> float:
    """What the kernels of a program are predicted to take."""
    return sum(kernel.tiling.seconds if kernel.tiling is not None else 1e-4 for kernel in kernels)


def unused_arrays(kernels: Collection[Kernel]) -> Mapping[str, int]:
    """Where each stored array is read last, by its place among the kernels."""
    last: dict[str, int] = {}
    for place, kernel in enumerate(kernels):
        read = kernel.tiling.expression.buffers if kernel.tiling else sources(kernel.outside) if kernel.outside else ()
        last.update(dict.fromkeys(read, place))
    return last
