"""How large a part of each atom a program of a kernel has on chip at a time, and what that takes on a typical GPU.

The figures are those of an A100 in single precision, and rank one choice against another; they are no promise of a
time. Blocks are powers of two, as Triton wants them, and what they have too much of counts as work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod

from tncc.backends.triton.expression import Dot, Expression, Fold, Load, Map, Node, Same, children
from tncc.ir.extent import extent_at
from tncc.ir.network import BATCH
from tncc.ir.program import Dim

PROCESSORS = 108
"""Streaming multiprocessors."""
FLOPS = 12e12
"""Multiplies and adds a second in single precision, as far as a kernel gets."""
BANDWIDTH = 1.2e12
"""Bytes a second from global memory."""
CACHE_BANDWIDTH = 3.5e12
"""Bytes a second from the second-level cache."""
LAUNCH = 4e-6
"""Seconds that one kernel more takes."""
ITERATION = 0.4e-6
"""Seconds that one step of a loop takes at least: its loads have to arrive."""
PROGRAM = 1e-6
"""Seconds that a program takes to start and to end."""

LARGEST = 128
"""A block has at most so many positions of an atom."""
MOST_ELEMENTS = 16384
"""The result of a product of matrices has at most so many elements in a block, 64 KiB in single precision."""
MOST_LOADED = 8192
"""What is loaded has at most so many: each of them has an address."""
MOST_APART = 4096
"""What is computed element by element has at most so many."""
MOST_LIVE = 12288
"""The blocks of a program that are there at the same time have at most so many elements: they are in registers."""
MOST_DEEP = 64
"""A product of matrices sums over at most so many positions in one step: operands are held in registers, too."""
SHARED_LIMIT = 99 * 1024
"""Bytes of shared memory that a program may use: what compute capability 8.6 has, the least of those from 8.0 on."""
MOST_TRADED = 10
"""Kernels of more atoms than this are not searched as thoroughly."""
DEEPEST_DOT = 16
"""`tl.dot` sums over at least so many positions."""
WORD = 4
"""Bytes of an element in single precision, which is the widest that the kernels take."""


def padded(extent: int) -> int:
    """The least power of two from an extent on."""
    return 1 << (extent - 1).bit_length()


@dataclass(frozen=True, eq=False)
class Tiling:
    """An expression with a block size for each of its atoms; `rows` is the number of rows it is rated for."""

    expression: Expression
    blocks: Mapping[int, int]
    rows: int
    extents: Mapping[int, int] = field(default_factory=dict)

    def count(self, atom: int) -> int:
        """How many blocks an atom has."""
        return -(-self.extents[atom] // self.blocks[atom])

    def wide(self, atoms: frozenset[int] | tuple[int, ...]) -> tuple[int, ...]:
        """The atoms of which a block has several positions, in a fixed order."""
        return tuple(atom for atom in sorted(atoms) if self.blocks[atom] > 1)

    def elements(self, number: int) -> int:
        """The elements of a node's block."""
        return prod(self.blocks[atom] for atom in self.expression.free[number])

    @cached_property
    def programs(self) -> int:
        """How many programs run, without those that share a sum."""
        return prod(self.count(atom) for atom in self.expression.outer)

    @cached_property
    def is_product(self) -> dict[int, bool]:
        """For each dot whether it is one of matrices as `tl.dot` takes them, or multiplied and summed instead."""
        found = {}
        for number, node in enumerate(self.expression.nodes):
            if isinstance(node, Dot):
                left, right = self.expression.free[node.left], self.expression.free[node.right]
                deep = prod(self.blocks[atom] for atom in node.summed) >= DEEPEST_DOT
                apart = all(self.blocks[atom] == 1 for atom in (left & right) - set(node.summed))
                both = all(atom in left and atom in right for atom in self.wide(node.summed))
                matrices = self.wide(left - right) and self.wide(right - left)
                found[number] = bool(deep and apart and both and matrices)
        return found

    def times(self, number: int) -> int:
        """How often a program computes a node: for each block of the atoms that are summed above it."""
        inner = self.expression.inner
        return prod(self.count(atom) for atom in self.expression.free[number] if atom in inner)

    def trips(self, node: Dot | Fold) -> int:
        """The steps of a node's own loops."""
        return prod(self.count(atom) for atom in (node.summed if isinstance(node, Dot) else node.over))

    def union(self, node: Dot) -> int:
        """The elements of all products of a dot before they are summed."""
        atoms = self.expression.free[node.left] | self.expression.free[node.right]
        return prod(self.blocks[atom] for atom in atoms)

    @cached_property
    def live(self) -> int:
        """The most elements that a program has at the same time."""
        found: list[int] = []
        for number, node in enumerate(self.expression.nodes):
            below = [found[child] for child in children(node)]
            kept = [self.elements(child) for child in children(node)]
            during = max((most + sum(kept[:place]) for place, most in enumerate(below)), default=0)
            own = self.elements(number)
            if isinstance(node, Dot):
                looped = self.trips(node) > 1
                product = 0 if self.is_product[number] else 2 * self.union(node)
                found.append(max(during + (own if looped else 0), own + sum(kept), product + own))
            else:
                found.append(max(during, sum(kept) + own) if kept else own)
        return found[-1]

    @cached_property
    def shared(self) -> int:
        """Bytes of shared memory in single precision, at two stages: the operands of dots, and axes exchanged."""
        found: list[int] = []
        for number, node in enumerate(self.expression.nodes):
            own = 0
            if isinstance(node, Dot) and self.is_product[number]:
                for child in (node.left, node.right):
                    loaded = isinstance(self.expression.nodes[child], Load)
                    own += self.elements(child) * WORD * (2 if loaded and self.trips(node) > 1 else 1)
            elif isinstance(node, Fold | Dot):
                own = self.elements(number) * WORD
            found.append(own + max((found[child] for child in children(node)), default=0))
        return found[-1] + (self.elements(len(found) - 1) * WORD if self.exchanges else 0)

    @cached_property
    def exchanges(self) -> bool:
        """Whether the result of a dot is computed with further, so that its axes may have to change places."""
        nodes = self.expression.nodes
        return any(isinstance(nodes[child], Dot) for node in nodes for child in children(node))

    @property
    def fits(self) -> bool:
        """Whether a program has room for all of it."""
        small = all(self.is_small(number, node) for number, node in enumerate(self.expression.nodes))
        return small and self.adds_rows_last and self.live <= MOST_LIVE and self.shared <= SHARED_LIMIT

    def is_small(self, number: int, node: Node) -> bool:
        """Whether a node's block can be had."""
        match node:
            case Dot() if self.is_product[number]:
                deep = prod(self.blocks[atom] for atom in node.summed)
                whole = not self.expression.whole.isdisjoint(node.summed)
                return self.elements(number) <= MOST_ELEMENTS and (whole or deep <= MOST_DEEP)
            case Dot():
                return self.union(node) <= MOST_APART
            case Load():
                return self.elements(number) <= MOST_LOADED
            case Fold():
                return self.elements(node.operand) <= MOST_LOADED
            case _:
                return self.elements(number) <= MOST_ELEMENTS

    def work(self, number: int, node: Node) -> float:
        """The FLOPs of one node each time that it is computed, as long as they take."""
        match node:
            case Dot():
                if self.is_product[number]:
                    return 2.0 * self.trips(node) * self.elements(number) * prod(self.blocks[a] for a in node.summed)
                return 3.0 * self.trips(node) * self.union(node)
            case Fold():
                return 1.0 * self.trips(node) * self.elements(node.operand)
            case Map() | Same():
                return 2.0 * self.elements(number)
            case _:
                return 0.0

    @cached_property
    def seconds(self) -> float:
        """What a kernel takes, launching it included."""
        nodes = self.expression.nodes
        flops = sum(self.times(number) * self.work(number, node) for number, node in enumerate(nodes))
        loaded = sum(self.times(number) * self.elements(number) for number, node in enumerate(nodes)
                     if isinstance(node, Load))  # fmt: skip
        steps = sum(
            self.times(number) * self.trips(node) for number, node in enumerate(nodes) if isinstance(node, Dot | Fold)
        )
        stored = prod(self.extents[atom] for atom in self.expression.outer)
        read = sum(self.footprint(node) for node in nodes if isinstance(node, Load))
        shares = self.shares
        waves = -(-self.programs * shares // PROCESSORS)
        each = PROGRAM + max(
            flops / (FLOPS / PROCESSORS), loaded * WORD / (CACHE_BANDWIDTH / PROCESSORS), steps * ITERATION
        )
        return max(waves * each / shares, (read + stored) * WORD / BANDWIDTH) + LAUNCH

    def footprint(self, node: Load) -> int:
        """The elements of a buffer that a load reads, at least."""
        return prod(self.extents[atom] for atom in dict(node.strides))

    @cached_property
    def adds_rows_last(self) -> bool:
        """Whether rows are summed by the last node at most."""
        sizes = self.expression.sizes
        return not any(
            not isinstance(sizes[atom], int)
            for node in self.expression.nodes[:-1]
            if isinstance(node, Dot | Fold)
            for atom in (node.summed if isinstance(node, Dot) else node.over)
        )

    @cached_property
    def summed_rows(self) -> int | None:
        """The atom of the rows where the last node sums over it: programs can share such a sum."""
        last = self.expression.nodes[-1]
        if isinstance(last, Dot) or (isinstance(last, Fold) and last.function == "sum" and not last.shared):
            for atom in last.summed if isinstance(last, Dot) else last.over:
                if not isinstance(self.expression.sizes[atom], int):
                    return atom
        return None

    @cached_property
    def shares(self) -> int:
        """How many programs share each sum over rows."""
        if self.summed_rows is None:
            return 1
        return max(1, min(self.count(self.summed_rows), 2 * PROCESSORS // max(1, self.programs)))


def extents_of(expression: Expression, rows: int) -> dict[int, int]:
    """The planned extent of each atom."""
    return {atom: planned(size, rows) for atom, size in expression.sizes.items()}


def planned(size: Dim, rows: int) -> int:
    """An extent at the planned number of rows."""
    return extent_at(size, {BATCH: rows})


def tiled(expression: Expression, rows: int) -> Tiling | None:
    """The blocks with the least predicted time: powers of two, found by doubling and halving one after the other.

    None where not even the smallest blocks fit.
    """
    extents = extents_of(expression, rows)
    atoms = [*expression.outer, *expression.inner]
    smallest = {atom: least(expression, atom, extents[atom]) for atom in atoms}
    best = None
    for blocks in (smallest, *starts(expression, extents, smallest)):
        found = Tiling(expression, blocks, rows, extents)
        if found.fits and (best is None or found.seconds < best.seconds):
            best = found
    if best is None:
        return None
    for _ in range(8):
        before = best
        for atom in atoms:
            if atom not in expression.whole:
                best = improved(best, atom)
        if best is before and best is (best := traded(best, atoms)):
            break
    return best


def traded(tiling: Tiling, atoms: Sequence[int]) -> Tiling:
    """The best tiling with one atom's block made larger and another one's smaller, where products follow products."""
    expression = tiling.expression
    free = [atom for atom in atoms if atom not in expression.whole]
    if sum(tiling.is_product.values()) < 2 or len(free) > MOST_TRADED:
        return tiling
    best = tiling
    for more in free:
        for less in free:
            for factor in (2, 4):
                larger, smaller = tiling.blocks[more] * factor, tiling.blocks[less] // factor
                if more == less or not fair(tiling, more, larger) or not fair(tiling, less, smaller):
                    continue
                blocks = {**tiling.blocks, more: larger, less: smaller}
                other = Tiling(expression, blocks, tiling.rows, tiling.extents)
                if other.fits and other.seconds < best.seconds * 0.999:
                    best = other
    return best


def fair(tiling: Tiling, atom: int, block: int) -> bool:
    """Whether a block size is one that an atom may have."""
    extent = tiling.extents[atom]
    smallest = least(tiling.expression, atom, extent)
    most = min(LARGEST, max(padded(extent), smallest, DEEPEST_DOT if atom in tiling.expression.inner else 1))
    return smallest <= block <= most


def least(expression: Expression, atom: int, extent: int) -> int:
    """The smallest block of an atom: loops over a run-time extent take several positions at a time."""
    if atom in expression.whole:
        return padded(extent)
    return 1 if atom in expression.outer or isinstance(expression.sizes[atom], int) else DEEPEST_DOT


def starts(expression: Expression, extents: Mapping[int, int], smallest: Mapping[int, int]) -> list[dict[int, int]]:
    """Blocks from which dots are dots of matrices, the innermost atoms of each of their sides filled first."""
    found = []
    sides_whole: list[int | None] = [
        None,
        *(a for a in expression.outer if a not in expression.whole and isinstance(expression.sizes[a], int)),
    ]
    options: list[tuple[int, int, int | None]] = [(64, 32, None), (32, 16, None)]
    options += [(16, 16, atom) for atom in sides_whole[: MOST_TRADED // 2]]
    for outside, inside, kept in options:
        blocks = dict(smallest)
        if kept is not None:
            blocks[kept] = min(padded(extents[kept]), LARGEST)
        for node in expression.nodes:
            if not isinstance(node, Dot):
                continue
            left, right = expression.free[node.left], expression.free[node.right]
            order = [*expression.outer, *expression.inner]
            sides = [(tuple(node.summed), inside), (tuple(a for a in order if a in left - right), outside),
                     (tuple(a for a in order if a in right - left), outside)]  # fmt: skip
            for side, wanted in sides:
                for atom in reversed(side):
                    have = prod(blocks[other] for other in side)
                    room = padded(extents[atom]) if atom != side[0] or side is not sides[0][0] else wanted
                    while have < wanted and blocks[atom] < room:
                        blocks[atom] *= 2
                        have *= 2
        found.append(blocks)
    return found


def improved(tiling: Tiling, atom: int) -> Tiling:
    """The best tiling with another block size of one atom."""
    best = tiling
    now, extent = tiling.blocks[atom], tiling.extents[atom]
    for block in (now * 2, now * 4, now // 2, now // 4, 1, min(padded(extent), LARGEST)):
        if fair(tiling, atom, block) and block != now:
            other = Tiling(tiling.expression, {**tiling.blocks, atom: block}, tiling.rows, tiling.extents)
            if other.fits and other.seconds < best.seconds * 0.999:
                best = other
    return best
