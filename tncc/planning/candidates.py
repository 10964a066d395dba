"""The schedules worth considering for a network: several orders for each product, put together by predicted time.

Which order is best depends on the rows: with few of them contracting site by site from the input on, with many
contracting the weights first, up to the whole matrix. Each product has a few orders (its *strategies*); a candidate
takes for each product the one that is fastest at some number of rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from tncc.ir.cost import elements
from tncc.ir.machine import Machine
from tncc.ir.network import Contraction, Network, Operation, View, legs, single_axes, sizes_at, values_from, views
from tncc.ir.schedule import Schedule, Slices
from tncc.planning.names import Names
from tncc.planning.order import Aim, contraction_order
from tncc.planning.pairwise import Splitter
from tncc.planning.predict_step import step_us
from tncc.planning.schedule import costed, needed

LADDER = (1, 4, 16, 64, 256, 1024, 4096)
"""The row counts at which orders are compared."""

ENDLESS = 2**20
"""So many rows that what depends on weights only costs nothing beside the rest."""

LARGE = 8
"""A product of more operands has its order searched for the least and the most of the given row counts only: each
search takes its time."""

LARGEST_MATRIX = 2**27
"""Weights are not contracted among themselves to anything of more elements than this."""

TILE = 32
"""The rows at a time at which orders are compared where there are more."""


@dataclass(frozen=True, slots=True)
class Thrifty:
    """The rows that an order is the best for which counts what it writes, too."""

    rows: int


Strategy = int | Thrifty | None
"""The rows that an order has the fewest FLOPs for; None contracts the weights first, whatever that costs."""


class Search(Protocol):
    """Finds contraction orders; see `contraction_order`."""

    def __call__(
        self, inputs: Sequence[Sequence[int]], output: Sequence[int], sizes: Mapping[int, int], aim: Aim = "flops"
    ) -> tuple[tuple[int, int], ...]:
        """The pairs in which to contract, in SSA form."""
        ...


@dataclass(slots=True)
class Orders:
    """Contraction orders, each found once."""

    known: dict[tuple[object, ...], tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def __call__(
        self, inputs: Sequence[Sequence[int]], output: Sequence[int], sizes: Mapping[int, int], aim: Aim = "flops"
    ) -> tuple[tuple[int, int], ...]:
        key = (tuple(map(tuple, inputs)), tuple(output), tuple(sorted(sizes.items())), aim)
        if key not in self.known:
            self.known[key] = contraction_order(inputs, output, sizes, aim=aim)
        return self.known[key]


@dataclass(frozen=True, slots=True)
class Candidate:
    """The steps of a whole network, each of at most two operands, by the strategy of each product."""

    strategies: tuple[Strategy, ...]
    operations: tuple[Operation, ...]
    slices: tuple[Slices, ...] = ()

    def schedule(self, network: Network, rows: int, item_size: int = 4) -> Schedule:
        """The steps with their costs at a number of rows."""
        steps = costed(network, list(self.operations), sizes_at(network, rows), item_size)
        return Schedule(rows=rows, steps=steps, outputs=network.outputs, slices=self.slices)


def candidates(
    network: Network, machine: Machine, rows: Sequence[int], kept: bool, orders: Search | None = None
) -> list[Candidate]:
    """Schedules that are the fastest ones predicted at some number of rows, the best for `rows[0]` first.

    `kept` says that what follows from stored tensors alone costs nothing.
    """
    chooser = Chooser(
        network, machine, tuple(rows), orders or Orders(), values_from(network, (t.name for t in network.inputs))
    )
    return chooser.candidates(kept)


@dataclass(slots=True)
class Chooser:
    """Compares the strategies of each product of one network."""

    network: Network
    machine: Machine
    rows: tuple[int, ...]
    orders: Search
    varying: frozenset[str]
    operations: list[Operation] = field(init=False)
    _split: dict[tuple[int, Strategy], list[Operation]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.operations = needed(self.network)

    def candidates(self, kept: bool) -> list[Candidate]:
        """One candidate for each row count at which another choice is the fastest."""
        ladder = (*self.rows, *(count for count in LADDER if count not in self.rows))
        found: dict[tuple[Strategy, ...], None] = {}
        options = [self.strategies(operation) for operation in self.operations]
        for count in ladder:
            best = tuple(
                min(choices, key=lambda strategy: self.time(number, strategy, count, kept))
                for number, choices in enumerate(options)
            )
            found.setdefault(best)
        for strategy in dict.fromkeys(strategy for choices in options for strategy in choices):
            found.setdefault(tuple(strategy if strategy in choices else choices[0] for choices in options))
        distinct: dict[tuple[object, ...], Candidate] = {}
        for strategies in found:
            candidate = self.built(strategies)
            distinct.setdefault(tuple(views(step) for step in candidate.operations), candidate)
        return list(distinct.values())

    def strategies(self, operation: Operation) -> list[Strategy]:
        """The strategies of an operation: one for all that are no products of three or more."""
        if not isinstance(operation, Contraction) or len(operation.operands) < 3:
            return [self.rows[0]]
        if len(operation.operands) > LARGE:
            few: list[Strategy] = list(dict.fromkeys((min(self.rows), max(self.rows))))
            return [*few, None] if self.rebuilt(operation) is not None else few
        found: list[Strategy] = list(dict.fromkeys((*self.rows, *LADDER, ENDLESS)))
        found += [Thrifty(rows) for rows in self.rows]
        return [*found, None] if self.rebuilt(operation) is not None else found

    def time(self, number: int, strategy: Strategy, rows: int, kept: bool) -> float:
        """The predicted time of one operation's steps, in microseconds."""
        tile = min(rows, TILE)
        sizes = sizes_at(self.network, tile)
        varying = set(self.varying)
        total = 0.0
        for step in self.split(number, strategy):
            varies = any(view.value in varying for view in views(step))
            if varies:
                varying.add(step.name)
                total += step_us(self.machine, step, sizes) * (rows / tile)
            elif not kept:
                total += step_us(self.machine, step, sizes)
        return total

    def split(self, number: int, strategy: Strategy) -> list[Operation]:
        """The steps of one operation under names of its own."""
        key = (number, strategy)
        if key not in self._split:
            self._split[key] = self.taken_apart(self.operations[number], strategy, self.names())
        return self._split[key]

    def names(self) -> Names:
        """Fresh names beside the network's own."""
        return Names([value.name for value in (*self.network.tensors, *self.network.operations)], ":")

    def taken_apart(self, operation: Operation, strategy: Strategy, names: Names) -> list[Operation]:
        """The steps of an operation by a strategy."""
        parts: Iterable[Operation] = [operation]
        if strategy is None and isinstance(operation, Contraction):
            parts = self.rebuilt(operation, names.fresh) or parts
        merged = {part: index.name for index in self.network.indices for part in index.parts}
        rows = strategy.rows if isinstance(strategy, Thrifty) else self.rows[0] if strategy is None else strategy
        order = partial(self.orders, aim="combo-64") if isinstance(strategy, Thrifty) else self.orders
        splitter = Splitter(order, sizes_at(self.network, rows), merged, names)
        return [step for part in parts for step in splitter.split(part)]

    def rebuilt(self, operation: Contraction, fresh: Callable[[str], str] = str) -> list[Operation] | None:
        """The product in two: that of all its weights, and the rest; None where that can't be or makes no sense."""
        weights = tuple(view for view in operation.operands if view.value not in self.varying)
        others = tuple(view for view in operation.operands if view.value in self.varying)
        if len(weights) < 2 or not others:
            return None
        outside = {name for view in others for name in view.indices}.union(legs(operation.axes))
        carried = dict.fromkeys(name for view in weights for name in view.indices)
        axes = single_axes(tuple(name for name in carried if name in outside))
        if elements(legs(axes), sizes_at(self.network, 1)) > LARGEST_MATRIX:
            return None
        matrix = Contraction(name=fresh(operation.name), operands=weights, axes=axes, span=operation.span)
        view = View(value=matrix.name, axes=axes)
        return [matrix, operation.model_copy(update={"operands": (*others, view)})]

    def built(self, strategies: tuple[Strategy, ...]) -> Candidate:
        """A candidate from the strategies of all operations."""
        names = self.names()
        steps = [
            step
            for operation, strategy in zip(self.operations, strategies, strict=True)
            for step in self.taken_apart(operation, strategy, names)
        ]
        return Candidate(strategies, tuple(steps))
