"""Network → Plan: every program that a module holds, chosen by predicted time within the memory allowed."""

import math
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeVar

from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.planning_kinds import OutOfMemory
from tncc.diagnostics.span import Span
from tncc.ir.machine import Machine
from tncc.ir.network import Network, sizes_at
from tncc.ir.phases import in_one_pass, phases
from tncc.ir.plan import Figures, Plan, Training
from tncc.ir.program import Program
from tncc.ir.schedule import Schedule
from tncc.planning.candidates import Candidate, Orders, candidates
from tncc.planning.layout import lower
from tncc.planning.memory import array_bytes, footprint
from tncc.planning.movement import Timed
from tncc.planning.predict import SMALL_TILES, TILES
from tncc.planning.slicing import Sliced, sliced
from tncc.planning.training import Option, sliced_options, training_options
from tncc.planning.variants import Choice, Compared, Programs, chosen, ladder, variants

Freeze = Literal["time", "memory", "off"]
"""What inference keeps of what follows from stored tensors alone: whatever is fastest, no more than the tensors
themselves take, or nothing."""

FREEZES: tuple[Freeze, ...] = ("time", "memory", "off")

ORDERS_TRAINED = 5
"""The gradients of so many orders of contraction are compared: each takes as long to plan as three forward passes."""

DOUBT = 1.2
"""Inference takes a chain of products instead of the one matrix only where it is predicted to be faster by this factor:
the one product is predicted well, and that it is never slower than a dense layer is worth more than the last tenth."""

COMMON = 1.5
"""Orders that do up to so many times the fewest FLOPs are ones that people take."""

Some = TypeVar("Some", bound=Compared)


@dataclass(eq=False)
class Planner:
    """Makes the plans of one network for one machine; every part is made when it is first asked for.

    `memory` is the most bytes that the arrays made on the way may take up at once at any of the row counts in `rows`;
    None for no limit. Where it can't be met, Failure is raised with what the least is. Without `may_keep` training
    computes again what its backward pass needs of the forward pass, and saves nothing.
    """

    network: Network
    machine: Machine
    rows: tuple[int, ...]
    memory: int | None = None
    item_size: int = 4
    doubt: float = DOUBT
    may_keep: bool = True
    _peaks: dict[tuple[int, int], tuple[Choice, int]] = field(default_factory=dict)
    _usual: dict[int, int] = field(default_factory=dict)
    _inference: dict[Freeze, list[tuple[int, Choice]]] = field(default_factory=dict)

    @cached_property
    def programs(self) -> Programs:
        """All lowered programs."""
        return Programs(self.network, self.machine)

    @cached_property
    def orders(self) -> Orders:
        """All contraction orders."""
        return Orders()

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """The row counts at which programs are compared."""
        return ladder(self.network, self.rows)

    @property
    def middle(self) -> int:
        """The row count that single programs are planned for: the middle one of those given."""
        return sorted(self.rows)[len(self.rows) // 2]

    @property
    def tiles(self) -> tuple[int, ...]:
        """The tiles to try: small ones too where memory is short."""
        return TILES if self.memory is None else (*SMALL_TILES, *TILES)

    @cached_property
    def stored(self) -> frozenset[str]:
        """The tensors that inference takes for constant."""
        return frozenset(tensor.name for tensor in self.network.tensors if tensor.role != "input")

    @cached_property
    def frozen(self) -> frozenset[str]:
        """The tensors that are constant in training too."""
        return frozenset(tensor.name for tensor in self.network.tensors if tensor.role in ("frozen", "copy"))

    @cached_property
    def worked(self) -> list[Candidate]:
        """The schedules to choose from where nothing is kept."""
        return candidates(self.network, self.machine, self.rows, False, self.orders)

    @cached_property
    def spared(self) -> list[Candidate]:
        """The schedules to choose from where what depends on stored tensors alone costs nothing."""
        return candidates(self.network, self.machine, self.rows, True, self.orders)

    @cached_property
    def forward_choices(self) -> list[Choice]:
        """The programs to choose from for gradients off."""
        return self.programs.choices(self.worked, self.rows, self.frozen, self.tiles)

    @cached_property
    def forward(self) -> list[tuple[int, Choice]]:
        """The programs for gradients off, nothing kept."""
        return self.best(self.forward_choices, self.peak, sliced=lambda: self.sliced_choices)

    @cached_property
    def sliced_choices(self) -> list[Choice]:
        """Programs that are sliced until they meet the limit, or as far as that helps."""
        found = []
        for candidate in self.worked:
            sizes = sizes_at(self.network, 1)
            steps = sliced(self.network, candidate.operations, sizes, self.sliced_peak, self.memory or 0)
            found.append(Candidate(candidate.strategies, steps.operations, steps.slices))
        return self.programs.choices(found, (1,), self.frozen, self.tiles)

    @property
    def thrifty_choices(self) -> list[Choice]:
        """All programs that keep nothing, sliced ones too."""
        return [*self.forward_choices, *self.sliced_choices]

    def sliced_peak(self, steps: Sliced) -> int:
        """The most bytes that steps take at once, row by row."""
        schedule = Candidate((), steps.operations, steps.slices).schedule(self.network, 1, self.item_size)
        return self.peak_by_rows(lower(self.network, schedule, Timed(self.machine)))

    def peak_by_rows(self, program: Program) -> int:
        """The most bytes that a program takes at once with the most rows given, row by row."""
        tile = int(in_one_pass(program) and bool(phases(program).each))
        sizes = sizes_at(self.network, max(self.rows))
        return footprint(program.model_copy(update={"tile": tile}), sizes, self.item_size)

    @cached_property
    def kept_choices(self) -> list[Choice]:
        """The programs to choose from for inference, where what follows from stored tensors alone is kept."""
        found = list(dict.fromkeys((*self.spared, *self.worked)))
        choices = self.programs.choices(found, self.rows, self.stored, self.tiles)
        return [replace(choice, doubt=choice.doubted(self.doubt)) for choice in choices]

    def inference(self, freeze: Freeze) -> list[tuple[int, Choice]]:
        """The programs for inference."""
        if freeze not in self._inference:
            self._inference[freeze] = self.forward if freeze == "off" else self.kept(freeze)
        return self._inference[freeze]

    def kept(self, freeze: Freeze) -> list[tuple[int, Choice]]:
        """The programs for inference that keep what follows from stored tensors alone."""
        if freeze == "time":
            return self.best(self.kept_choices, self.peak, sliced=lambda: self.thrifty_choices)
        allowed = sum(math.prod(axis.size for axis in t.axes) for t in self.network.tensors if t.role != "input")
        small = [choice for choice in self.kept_choices if choice.kept_bytes(1) <= allowed]
        return self.best(small, self.peak, sliced=lambda: self.thrifty_choices) if small else self.forward

    def best(
        self,
        choices: Sequence[Some],
        peak: Callable[[Some, int], int],
        allowed: Callable[[Some, int], bool] = lambda choice, rows: True,
        sliced: Callable[[], Sequence[Some]] = tuple,
    ) -> list[tuple[int, Some]]:
        """The choices that serve where they are allowed, within the memory allowed at the row counts given.

        Those that are sliced are asked for only where the others take too much. What serves most of these rows serves
        beyond them too, so that memory does not grow more than it has to.
        """
        if self.memory is None or not choices:
            return chosen(choices, self.counts, allowed)
        limit, most = self.memory, max(self.rows)
        counts = [count for count in self.counts if count <= most]
        found = chosen(choices, counts, lambda choice, rows: peak(choice, rows) <= limit)
        if not found:
            found = chosen((*choices, *sliced()), counts, lambda choice, rows: peak(choice, rows) <= limit)
        if not found:
            raise Failure(OutOfMemory(Span("--memory", 0, 0, 0, 0), limit, self.least_memory(), self.network.name))
        return found

    def least_memory(self) -> int:
        """The fewest bytes that all parts of a plan get by with, at the row counts given."""
        thrifty = [min(self.thrifty_choices, key=lambda choice: self.peak(choice, rows)) for rows in self.rows]
        least = [self.peak(choice, rows) for choice, rows in zip(thrifty, self.rows, strict=True)]
        options = [*self.training_options(thrifty), *self.sliced_options]
        least += [min(self.training_peak(option, rows) for option in options) for rows in self.rows if options]
        return max(least)

    def peak(self, choice: Choice, rows: int) -> int:
        """The most bytes taken at once in a call, and what is kept between calls."""
        key = (id(choice), rows)
        if key not in self._peaks:
            sizes = sizes_at(self.network, rows)
            kept = choice.kept_bytes(self.item_size)
            total = kept + footprint(choice.program, sizes, self.item_size, choice.predictor.kept)
            # The choice is held, so that nothing else is ever given its id.
            self._peaks[key] = choice, total
        return self._peaks[key][1]

    @cached_property
    def straight(self) -> Program:
        """The one program without tiles: the fastest for the middle row count."""
        choices = self.programs.choices(self.worked, self.rows, self.frozen, ())
        return min(choices, key=lambda choice: choice.us(self.middle)).program

    @cached_property
    def training(self) -> list[tuple[int, Option]]:
        """The programs for training; none where gradients are left to autograd."""
        return self.best(self.trained, self.training_peak, self.may_save, lambda: self.sliced_options)

    @cached_property
    def trained(self) -> list[Option]:
        """The ways to train to choose from."""
        return self.training_options([choice for _, choice in self.forward])

    @cached_property
    def saving(self) -> tuple[Training, ...]:
        """The programs for training as they would be with `may_keep`."""
        found = self.best(self.trained, self.training_peak, self.saves_usually, lambda: self.sliced_options)
        return tuple(option.programs(rows) for rows, option in found)

    @cached_property
    def sliced_options(self) -> list[Option]:
        """Ways to train whose backward programs are sliced until they meet the limit, or as far as that helps."""
        forward = [min(self.thrifty_choices, key=lambda choice: self.peak(choice, rows)) for rows in self.rows]
        limit = self.memory or 0
        return sliced_options(self.network, self.machine, self.worked, forward, self.peak_by_rows, limit)

    def training_options(self, forward: Sequence[Choice]) -> list[Option]:
        """Every way to train that is considered, its forward pass one of some choices where it saves nothing."""
        used = list(dict.fromkeys((*(choice.candidate for choice in forward), *self.worked)))
        return training_options(self.network, self.machine, used[:ORDERS_TRAINED], self.rows, forward, self.tiles)

    def training_peak(self, option: Option, rows: int) -> int:
        """The most bytes taken at once in a training step."""
        return option.peak(sizes_at(self.network, rows), self.item_size)

    def may_save(self, option: Option, rows: int) -> bool:
        """Whether an option saves no more than autograd would, unless more memory is allowed expressly."""
        if option.saved and (self.memory is not None or not self.may_keep):
            return self.may_keep
        return self.saves_usually(option, rows)

    def saves_usually(self, option: Option, rows: int) -> bool:
        """Whether an option saves no more than autograd would.

        Autograd is taken to save what the steps of an order give: of those of few FLOPs, and the one that contracts
        the weights first, the one that saves least.
        """
        if not option.saved:
            return True
        if rows not in self._usual:
            schedules = [candidate.schedule(self.network, rows, self.item_size) for candidate in self.worked]
            flops = [sum(step.flops for step in schedule.steps) for schedule in schedules]
            given = set(self.network.outputs)
            self._usual[rows] = self.item_size * min(
                sum(step.output_size for step in schedule.steps if step.operation.name not in given)
                for candidate, schedule, count in zip(self.worked, schedules, flops, strict=True)
                if count <= COMMON * min(flops) or None in candidate.strategies
            )
        return option.extra_bytes(sizes_at(self.network, rows), self.item_size) <= self._usual[rows]

    def input_bytes(self, rows: int) -> int:
        """What the inputs take, which training always saves."""
        sizes = sizes_at(self.network, rows)
        return sum(array_bytes(tensor, sizes, self.item_size) for tensor in self.network.inputs)

    def saved_bytes(self, option: Option, rows: int) -> int:
        """What training holds from the forward to the backward pass, parameters not counted."""
        return self.input_bytes(rows) + option.extra_bytes(sizes_at(self.network, rows), self.item_size)

    def plan(self, freeze: Freeze = "time") -> Plan:
        """Everything that a module holds."""
        return Plan(
            planned=self.rows,
            straight=self.straight,
            inference=() if freeze == "off" else variants(self.inference(freeze)),
            forward=variants(self.forward),
            training=tuple(option.programs(rows) for rows, option in self.training),
        )

    def schedule(self, rows: int) -> Schedule:
        """The steps of the forward pass that serves a number of rows."""
        return serving(self.forward, rows).candidate.schedule(self.network, rows, self.item_size)

    def figures(self, rows: int, freeze: Freeze = "time") -> Figures:
        """What the programs that serve a number of rows take."""
        forward, inference = serving(self.forward, rows), serving(self.inference(freeze), rows)
        sizes = sizes_at(self.network, rows)
        training = serving(self.training, rows) if self.training else None
        return Figures(
            peak_bytes=footprint(forward.program, sizes, self.item_size, forward.predictor.kept),
            saved_bytes=None
            if training is None
            else self.input_bytes(rows) + training.extra_bytes(sizes, self.item_size),
            training_peak_bytes=None if training is None else training.peak(sizes, self.item_size),
            kept_bytes=inference.kept_bytes(self.item_size),
            predicted_us=forward.us(rows),
            inference_us=inference.us(rows),
            training_us=None if training is None else training.us(rows),
            variant=bisect(self.thresholds(freeze), rows),
        )

    def thresholds(self, freeze: Freeze = "time") -> tuple[int, ...]:
        """The row counts at which the module changes what it runs, in any mode."""
        found: set[int] = set()
        for part in (self.forward, self.inference(freeze), self.training):
            found.update(rows for rows, _ in part[1:])
        return tuple(sorted(found))


def serving(found: Sequence[tuple[int, Some]], rows: int) -> Some:
    """The choice that serves a number of rows."""
    return found[max(0, bisect([first for first, _ in found], rows) - 1)][1]
