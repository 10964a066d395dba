"""Slicing: steps whose results are too large together are done for one part of an index after the other.

A large result is never made as a whole: each of its readers gets a loop of its own, in which the part that it needs is
made, and whatever else carries the index on the way. Parts are added up where the index is summed, and joined where
it is not. Products alone are sliced, since they are linear in each operand.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tncc.ir.cost import elements
from tncc.ir.network import BATCH, Contraction, Network, Operation, View, index_table, legs, views
from tncc.ir.schedule import Slices
from tncc.planning.names import Names

ROUNDS = 8
"""So many results at most are sliced one after the other."""

LARGEST = 4
"""The results that are tried in each round, the largest first."""

INDICES = 3
"""The indices that are tried for each, the largest first."""


@dataclass(frozen=True, slots=True)
class Block:
    """A step, or several that are done for `count` parts of an index; only the last one's result is seen outside."""

    steps: tuple[Operation, ...]
    index: str = ""
    count: int = 1

    @property
    def made(self) -> Operation:
        """The step whose result is seen outside."""
        return self.steps[-1]

    def reads(self) -> list[str]:
        """What the steps read from outside."""
        own = {step.name for step in self.steps}
        return [view.value for step in self.steps for view in views(step) if view.value not in own]


@dataclass(frozen=True, slots=True)
class Sliced:
    """Steps in order, with those that are sliced next to each other."""

    operations: tuple[Operation, ...]
    slices: tuple[Slices, ...]


Peak = Callable[[Sliced], int]
"""The most bytes that a program of these steps takes at once."""


def sliced(
    network: Network, operations: Sequence[Operation], sizes: Mapping[str, int], peak: Peak, limit: int
) -> Sliced:
    """Steps sliced until they get by with `limit` bytes, or as far as slicing helps."""
    blocks = [Block((operation,)) for operation in operations]
    least = peak(flat(blocks))
    for _ in range(ROUNDS):
        if least <= limit:
            break
        found = [(peak(flat(option)), number, option) for number, option in enumerate(cuts(network, blocks, sizes))]
        if not found:
            break
        enough = [one for one in found if one[0] <= limit]
        # Of those that are enough the first has the fewest parts, as `cuts` tries few first.
        best = min(enough, key=lambda one: one[1]) if enough else min(found, key=lambda one: one[:2])
        if best[0] >= least:
            break
        least, _, blocks = best
    return flat(blocks)


def flat(blocks: Sequence[Block]) -> Sliced:
    """Blocks as steps, and which of these are sliced."""
    operations: list[Operation] = []
    slices: list[Slices] = []
    for block in blocks:
        first = len(operations)
        operations += block.steps
        if block.index:
            slices.append(Slices(first=first, last=len(operations) - 1, index=block.index, count=block.count))
    return Sliced(tuple(operations), tuple(slices))


def cuts(network: Network, blocks: Sequence[Block], sizes: Mapping[str, int]) -> Iterator[list[Block]]:
    """Every way to slice one more of the largest results, few parts before many."""
    table = index_table(network)
    made = [block for block in blocks if is_product(block) and block.made.name not in network.outputs]
    largest = sorted(made, key=lambda block: -elements(legs(block.made.axes), sizes))[:LARGEST]
    for parts in (4, 16, 64, 1 << 30):
        for block in largest:
            own = [name for name in legs(block.made.axes) if name != BATCH and not table[name].dynamic]
            for index in sorted((name for name in own if sizes[name] > 1), key=lambda name: -sizes[name])[:INDICES]:
                count = max(n for n in range(1, min(parts, sizes[index]) + 1) if sizes[index] % n == 0)
                if count > 1 and (parts == 4 or count > parts // 4):
                    option = Cutter(network, blocks, index, count).cut(block.made.name)
                    if option is not None:
                        yield option


def is_product(block: Block) -> bool:
    """Whether a block is a single step that can be sliced."""
    return not block.index and isinstance(block.made, Contraction) and len(block.made.operands) == 2


@dataclass(slots=True)
class Cutter:
    """Slices what carries one index around one result."""

    network: Network
    blocks: Sequence[Block]
    index: str
    count: int

    def cut(self, value: str) -> list[Block] | None:
        """The blocks with a loop for each reader of a result; None where a reader can't be sliced."""
        by_name = {block.made.name: block for block in self.blocks}
        readers = [block for block in self.blocks if value in block.reads()]
        if not readers or not all(is_product(reader) for reader in readers):
            return None
        names = Names([value.name for value in self.network.tensors] + list(self.steps()), ":")
        loops: dict[str, Block] = {}
        inside: set[str] = set()
        for reader in readers:
            chain = [reader.made, *self.further(reader.made)]
            if chain[-1].name in loops or inside.intersection(step.name for step in chain):
                return None
            ahead: dict[str, Operation] = {}
            for step in chain:
                for view in views(step):
                    self.above(view, by_name, ahead)
            inner = [step for step in ahead.values() if step.name not in {one.name for one in chain}]
            if not self.is_alike((*inner, *chain)):
                return None
            inside.update(step.name for step in chain[:-1])
            loops[chain[-1].name] = Block(renamed([*inner, *chain], names), self.index, self.count)
        kept = [
            loops.get(block.made.name, block)
            for block in self.blocks
            if block.made.name not in inside or block.made.name in loops
        ]
        return self.living(kept)

    def steps(self) -> Iterator[str]:
        """The names of all steps."""
        return (step.name for block in self.blocks for step in block.steps)

    def carries(self, step: Operation) -> bool:
        """Whether a result carries the index."""
        return self.index in legs(step.axes)

    def further(self, step: Operation) -> list[Operation]:
        """The steps behind one that carry the index on, to the one that sums it or whose result is read otherwise."""
        found: list[Operation] = []
        while self.carries(step) and step.name not in self.network.outputs:
            readers = [block for block in self.blocks if step.name in block.reads()]
            if len(readers) != 1 or not is_product(readers[0]) or self.index not in seen_in(readers[0].made, step.name):
                break
            step = readers[0].made
            found.append(step)
        return found

    def above(self, view: View, by_name: Mapping[str, Block], found: dict[str, Operation]) -> None:
        """The steps that make what a view shows of results that carry the index, the first ones first."""
        block = by_name.get(view.value)
        if block is None or view.value in found or self.index not in view.indices:
            return
        if not is_product(block) or not self.carries(block.made):
            return
        for further in views(block.made):
            self.above(further, by_name, found)
        found[view.value] = block.made

    def is_alike(self, steps: Sequence[Operation]) -> bool:
        """Whether each of the steps calls the index by the same name as the others do."""
        own = {step.name: step for step in steps}
        return all(
            dict(zip(legs(own[view.value].axes), view.indices, strict=False)).get(self.index, self.index) == self.index
            and (self.index in view.indices) == self.carries(own[view.value])
            for step in steps
            for view in views(step)
            if view.value in own
        )

    def living(self, blocks: Sequence[Block]) -> list[Block]:
        """The blocks that the outputs need."""
        wanted = set(self.network.outputs)
        found = []
        for block in reversed(blocks):
            if block.made.name in wanted:
                found.append(block)
                wanted.update(block.reads())
        return found[::-1]


def seen_in(step: Operation, value: str) -> tuple[str, ...]:
    """The indices under which a step reads a value."""
    return tuple(name for view in views(step) if view.value == value for name in view.indices)


def renamed(steps: Sequence[Operation], names: Names) -> tuple[Operation, ...]:
    """Steps under names of their own, but for the last one, whose result is seen outside."""
    new = {step.name: names.fresh(step.name) for step in steps[:-1]}
    found: list[Operation] = []
    for step in steps:
        assert isinstance(step, Contraction)
        operands = tuple(view.model_copy(update={"value": new.get(view.value, view.value)}) for view in step.operands)
        found.append(step.model_copy(update={"name": new.get(step.name, step.name), "operands": operands}))
    return tuple(found)
