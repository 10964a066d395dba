"""Training: which forward and backward programs run, what is saved between them, and what is computed again.

The gradients of all tensors are contractions of one network with the forward steps in it (see `gradients`), so that
they share what they have in common. The backward program either computes the forward steps that it needs again, tile
by tile, from the inputs, or finds their results saved; predicted time and the memory allowed decide.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tncc.ir.machine import Machine
from tncc.ir.network import Network, sizes_at
from tncc.ir.phases import has_rows
from tncc.ir.plan import Training
from tncc.ir.program import AnyInstruction, Program, Read, Result, sources
from tncc.ir.schedule import Schedule
from tncc.planning.alike_forms import AlikeForms
from tncc.planning.candidates import TILE, Candidate
from tncc.planning.gradients import Derivative, differentiate
from tncc.planning.layout import lower
from tncc.planning.memory import REARRANGING, footprint, saved_bytes
from tncc.planning.movement import BY_THUMB, Costs, Timed
from tncc.planning.predict import SMALL_TILES, TILES, Predictor, predictor
from tncc.planning.schedule import costed, needed
from tncc.planning.slicing import Sliced, sliced
from tncc.planning.variants import Choice

SAVED = 1.05
"""Saving has to pay by more than this factor: memory is what training runs out of."""

ACCUMULATE_US = 6.0
"""Handing one gradient to autograd, which sums it up and gives it to its tensor."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to train: a forward choice and a backward one, and what is saved besides inputs and parameters."""

    forward: Predictor
    backward: Predictor
    tiles: tuple[int, int]
    saved: tuple[str, ...]
    derivative: Derivative
    overhead: float

    def us(self, rows: int) -> float:
        """The predicted microseconds of a forward and a backward pass."""
        forward, backward = self.tiles
        return self.overhead + self.forward.us(rows, forward) + self.backward.us(rows, backward)

    def compared_us(self, rows: int) -> float:
        """The microseconds that it is compared by: what is saved has to pay."""
        return self.us(rows) * (SAVED if self.saved else 1.0)

    def programs(self, rows: int) -> Training:
        """The programs, to serve from a number of rows on."""
        forward, backward = (
            one.program.model_copy(update={"tile": tile})
            for one, tile in zip((self.forward, self.backward), self.tiles, strict=True)
        )
        return Training(
            rows=rows,
            forward=forward,
            backward=backward,
            saved=self.saved,
            seeds=tuple(seed for _, seed in self.derivative.seeds),
            missing=self.derivative.missing,
            copies=self.derivative.copies,
        )

    def extra_bytes(self, sizes: Mapping[str, int], item_size: int = 4) -> int:
        """The bytes that are saved besides inputs and parameters."""
        return saved_bytes(self.forward.program, self.saved, sizes, item_size)

    def peak(self, sizes: Mapping[str, int], item_size: int = 4) -> int:
        """The most bytes that the arrays made in either pass take up at once."""
        first, second = (
            footprint(one.program.model_copy(update={"tile": tile}), sizes, item_size)
            for one, tile in zip((self.forward, self.backward), self.tiles, strict=True)
        )
        return max(first, second + self.extra_bytes(sizes, item_size))


def training_options(
    network: Network,
    machine: Machine,
    found: Sequence[Candidate],
    rows: Sequence[int],
    forward: Sequence[Choice],
    tiles: Sequence[int],
) -> list[Option]:
    """Every way to train that is considered; none where there are no gradients, or autograd has to find them."""
    if all(tensor.role == "copy" for tensor in network.tensors):
        return []
    options: list[Option] = []
    measures: list[tuple[Costs, AlikeForms]] = [(Timed(machine), AlikeForms()), (BY_THUMB, AlikeForms())]
    for candidate in found:
        derivative = differentiate(network, candidate.operations)
        if derivative is None:
            return []
        for count in dict.fromkeys(min(count, TILE) for count in (*rows, TILE)):
            for costs, known in measures:
                options += _of_candidate(derivative, machine, count, forward, tiles, costs, known)
    return options


def _of_candidate(
    derivative: Derivative,
    machine: Machine,
    rows: int,
    forward: Sequence[Choice],
    tiles: Sequence[int],
    costs: Costs,
    known: AlikeForms,
) -> list[Option]:
    """The options of one order of contraction, axis orders chosen for a number of rows."""
    sizes = sizes_at(derivative.network, 1)
    overhead = machine.autograd_us + ACCUMULATE_US * len(derivative.gradients)
    again = _program(derivative, rows, (), costs, known)
    backward = predictor(again, machine, sizes)
    options = [
        Option(choice.predictor, backward, (choice.tile, tile), (), derivative, overhead)
        for choice in forward
        for tile in backward.tiles(tiles)
    ]
    outputs = [output for output, _ in derivative.seeds]
    joint = _program(derivative, rows, outputs, costs, known)
    for with_rows in (False, True):
        parted = _parted(joint, len(outputs), with_rows)
        if not parted.saved:
            continue
        first = predictor(parted.forward, machine, sizes)
        second = predictor(parted.backward, machine, sizes)
        for tile in (tile for tile in first.tiles(tiles) if tile in second.tiles(tiles)):
            options.append(Option(first, second, (tile, tile), parted.saved, derivative, overhead))
    return options


def sliced_options(
    network: Network,
    machine: Machine,
    found: Sequence[Candidate],
    forward: Sequence[Choice],
    peak: Callable[[Program], int],
    limit: int,
) -> list[Option]:
    """Ways to train that compute again, sliced as far as it takes for the backward program's peak to meet a limit."""
    options: list[Option] = []
    for candidate in found:
        derivative = differentiate(network, candidate.operations)
        if derivative is None:
            return []
        backward = predictor(_sliced(derivative, machine, peak, limit), machine, sizes_at(derivative.network, 1))
        overhead = machine.autograd_us + ACCUMULATE_US * len(derivative.gradients)
        options += [
            Option(choice.predictor, backward, (choice.tile, tile), (), derivative, overhead)
            for choice in forward
            for tile in backward.tiles((*SMALL_TILES, *TILES))
        ]
    return options


def _sliced(derivative: Derivative, machine: Machine, peak: Callable[[Program], int], limit: int) -> Program:
    """The backward program for a row at a time, sliced."""
    network, costs, known = _network(derivative, ()), Timed(machine), AlikeForms()
    steps = sliced(
        network,
        needed(network),
        sizes_at(network, 1),
        lambda steps: peak(_program(derivative, 1, (), costs, known, steps)),
        limit,
    )
    return _program(derivative, 1, (), costs, known, steps)


def _network(derivative: Derivative, outputs: Iterable[str]) -> Network:
    """The network whose outputs are the gradients, behind some others."""
    wanted = (*outputs, *(value for _, value in derivative.gradients))
    return derivative.network.model_copy(update={"outputs": wanted})


def _program(
    derivative: Derivative,
    rows: int,
    outputs: Iterable[str],
    costs: Costs,
    known: AlikeForms,
    order: Sliced | None = None,
) -> Program:
    """The gradients, behind some outputs, as one program; gradients are called after their tensors."""
    network = _network(derivative, outputs)
    tensors = {value: tensor for tensor, value in derivative.gradients}
    order = order or Sliced(tuple(needed(network)), ())
    steps = costed(network, list(order.operations), sizes_at(network, rows), 4)
    schedule = Schedule(rows=rows, steps=steps, outputs=network.outputs, slices=order.slices)
    program = lower(network, schedule, costs, known)
    results = tuple(
        result.model_copy(update={"name": tensors.get(result.name, result.name)}) for result in program.results
    )
    return program.model_copy(update={"results": results})


@dataclass(frozen=True, slots=True)
class Parted:
    """A joint program as a forward one, whose further results are the saved arrays, and a backward one."""

    forward: Program
    backward: Program
    saved: tuple[str, ...]


def _parted(joint: Program, outputs: int, with_rows: bool) -> Parted:
    """Cuts a program behind its first results. `with_rows` says that arrays with rows may be saved.

    Arrays that are only rearranged are made again from what they show, which is saved in their place.
    """
    table = {instruction.name: instruction for instruction in joint.instructions}
    first, rest = joint.results[:outputs], joint.results[outputs:]
    ahead = _living(table, [result.array for result in first])
    back: set[str] = set()
    saved: dict[str, None] = {}
    waiting = [result.array for result in rest]
    while waiting:
        name = waiting.pop()
        if name in back or name in saved:
            continue
        instruction = table[name]
        computed = not isinstance(instruction, (Read, *REARRANGING))
        if name in ahead and computed and (with_rows or not has_rows(instruction.shape)):
            saved[name] = None
            continue
        back.add(name)
        waiting.extend(sources(instruction))
    kept = tuple(sorted((name for name in table if name in saved), key=lambda name: has_rows(table[name].shape)))
    used = _living(table, [*ahead, *kept])
    forward = joint.model_copy(
        update={
            "instructions": tuple(i for i in joint.instructions if i.name in used),
            "results": (
                *first,
                *(Result(name=name, array=name, shape=table[name].shape, batched=False) for name in kept),
            ),
        }
    )
    reads = tuple(_read(table[name]) for name in kept)
    backward = joint.model_copy(
        update={"instructions": (*reads, *(i for i in joint.instructions if i.name in back)), "results": rest}
    )
    return Parted(forward, backward, kept)


def _read(instruction: AnyInstruction) -> Read:
    """A saved array, read as a tensor of its name."""
    common = {"name": instruction.name, "shape": instruction.shape, "legs": instruction.legs}
    return Read.model_validate(
        common | {"complex": instruction.complex, "span": instruction.span, "tensor": instruction.name}
    )


def _living(table: Mapping[str, AnyInstruction], wanted: Iterable[str]) -> set[str]:
    """The arrays that the wanted ones are made from, themselves included."""
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(sources(table[name]))
    return found
