"""The functions of a C file: which programs serve which of them, from how many rows on, and how long they take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tncc.backends.c.kernel import Kernel, kernel
from tncc.backends.c.naming import Caller
from tncc.backends.c.saving import Order, restoring, saved_shapes, saving, ways
from tncc.backends.c.state import Unsupported
from tncc.backends.c.symbols import with_one_name
from tncc.ir.extent import extent_at, factors, product
from tncc.ir.network import BATCH, sizes_at
from tncc.ir.plan import Plan, Training
from tncc.ir.program import Dim, Program

PAYING = 1.1
"""How much faster saving has to be predicted to be: of 51 measured steps, those that were gained 1.1 in the middle, and
lost 0.02 at worst."""

ROOM = 2**20
"""The numbers that are saved in memory that the process has; more may come fresh from the system, page by page."""

FRESH = 2.5
"""Cycles for each further number."""


COUNTED = 2**31 - 1
"""The numbers of an array that is not too long for its positions to be ints in C."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One function for callers: what it does, the kernels that serve it, and whether it takes packed weights.

    `kind` is what its name ends with.
    """

    name: str
    kind: str
    kernels: tuple["Serving", ...]
    kept: bool

    @property
    def backward(self) -> bool:
        """Whether it gives gradients."""
        return self.kind in ("backward", "backward_saved")

    @property
    def saves(self) -> bool:
        """Whether it writes or reads what is saved between the passes."""
        return self.kind in ("forward_saving", "backward_saved")


@dataclass(frozen=True, slots=True)
class Serving:
    """A kernel that serves from a number of rows on, what its function is called, and its seeds, output by output.

    `planned` is the number of rows that it is laid out for.
    `saved` are the arrays that are saved between the passes, with their shapes, and `numbers` how many numbers these
    hold, whatever the rows, and for each row.
    """

    rows: int
    planned: int
    name: str
    kernel: Kernel
    seeds: tuple[str, ...]
    saved: Mapping[str, tuple[Dim, ...]]
    numbers: tuple[int, int]

    def saved_numbers(self, rows: int) -> int:
        """The numbers that are saved for so many rows."""
        return self.numbers[0] + self.numbers[1] * rows


def entries(plan: Plan, who: Caller, widened: bool = False, saved: Sequence[Training] = ()) -> list[Entry]:
    """The functions: forward with packed weights, forward from the weights as they are, and backward.

    With programs that save, also forward with saving, and backward from what was saved.
    """
    inputs = tuple(tensor.name for tensor in who.network.inputs)
    copies = tuple(tensor.name for tensor in who.network.tensors if tensor.role == "copy")
    served = [Served(one.rows, one.program, inputs, copies) for one in plan.forward]
    packed = [Served(one.rows, one.program, inputs, copies) for one in plan.inference] or served

    def entry(kind: str, kernels: Sequence[Serving], kept: bool = False) -> Entry:
        return Entry(f"{who.stem}_{kind}", kind, tuple(kernels), kept)

    def serving(kind: str, number: int, one: Served, following: Sequence[int], kept: bool = False) -> Serving:
        return _serving(kind, number, one, following, kept, plan, who, widened)

    def servings(kind: str, served: Sequence[Served], kept: bool = False) -> list[Serving]:
        rows = [one.rows for one in served]
        return [serving(kind, number, one, rows[number + 1 :], kept) for number, one in enumerate(served)]

    found = [entry("forward", servings("forward", packed, True), True), entry("apply", servings("apply", served))]
    trained = [
        Served(one.rows, one.backward, (*inputs, *one.seeds), (*copies, *one.copies), one.seeds)
        for one in plan.training
        if not one.saved and not one.missing
    ]
    if not trained or len(trained) != len(plan.training):
        return found
    found.append(entry("backward", servings("backward", trained)))
    each = [ways(one, who.network) for one in saved]
    if saved and all(each) and not any(one.missing for one in saved):
        rows = [one.rows for one in saved]
        best = []
        for number, (one, orders) in enumerate(zip(saved, each, strict=True)):
            pairs = [_saved(one, order, inputs, copies) for order in orders]
            kernels = [
                tuple(
                    serving(kind, number, side, rows[number + 1 :])
                    for kind, side in zip(("forward_saving", "backward_saved"), pair, strict=True)
                )
                for pair in pairs
            ]
            best.append(min(kernels, key=_cycles))
        found.append(entry("forward_saving", [pair[0] for pair in best]))
        found.append(entry("backward_saved", [pair[1] for pair in best]))
    return found


def _saved(
    one: Training, way: Mapping[str, Order], inputs: tuple[str, ...], copies: tuple[str, ...]
) -> tuple["Served", "Served"]:
    """The programs of both passes with what is saved between them in some order."""
    own = saved_shapes(way)
    ahead = Served(one.rows, saving(one, way), inputs, copies, (), own)
    given = (*inputs, *one.seeds, *own)
    return ahead, Served(one.rows, restoring(one, way), given, (*copies, *one.copies), one.seeds, own)


def _cycles(pair: Sequence[Serving]) -> float:
    """What both passes take for as many rows as they are laid out for."""
    return sum(one.kernel.cycles.at(one.planned) for one in pair)


@dataclass(frozen=True, slots=True)
class Served:
    """A program that serves from a number of rows on, the tensors that come with a call, and the copy tensors.

    `saved` are the arrays that it writes or reads between the passes, with their shapes.
    """

    rows: int
    program: Program
    inputs: tuple[str, ...]
    deltas: tuple[str, ...]
    seeds: tuple[str, ...] = ()
    saved: Mapping[str, tuple[Dim, ...]] = field(default_factory=dict)


def _serving(
    kind: str, number: int, one: Served, following: Sequence[int], kept: bool, plan: Plan, who: Caller, widened: bool
) -> Serving:
    """The kernel of a program, laid out for the most rows that it serves; others serve from the `following` ones on."""
    most = max(one.rows, *plan.planned)
    sizes = sizes_at(who.network, min(following[0] - 1, most) if following else most)
    program = with_one_name(one.program, who.network)
    made = kernel(program, sizes, one.inputs, one.deltas, kept, widened, one.saved)
    if longest(made) > COUNTED:
        raise Unsupported(f"it has arrays of more than {COUNTED:,} numbers")
    least, more = (_numbers(one.saved, dict(sizes) | {BATCH: rows}) for rows in (0, 1))
    name = f"{who.stem}_{kind}{number}"
    return Serving(one.rows, sizes[BATCH], name, made, one.seeds, one.saved, (least, more - least))


def longest(one: Kernel) -> int:
    """The most numbers, run-time sizes being 1, in an array of the caller's, or in memory that the kernel lays out."""
    shapes = [*one.arguments.values(), *(result.shape for result in one.results)]
    regions = [*one.sizes.values(), (*one.sizes.get("scratch", ()), *one.sizes.get("total", ()))]
    laid_out = [sum(factors(term)[0] for term in terms) for terms in regions]
    return max(*laid_out, *(factors(product(*shape))[0] for shape in shapes), 0)


def _numbers(shapes: Mapping[str, tuple[Dim, ...]], sizes: Mapping[str, int]) -> int:
    """The numbers in some arrays."""
    return sum(extent_at(product(*shape), sizes) for shape in shapes.values())


def serving_of(found: Sequence[Entry], kind: str, rows: int) -> Serving | None:
    """What serves so many rows of the function of a kind; None where there is no such function."""
    kernels = [one for entry in found if entry.kind == kind for one in entry.kernels if one.rows <= rows]
    return kernels[-1] if kernels else None


def cycles_of(found: Sequence[Entry], kind: str, rows: int) -> float:
    """About how many cycles the function of a kind takes; 0 where there is none."""
    one = serving_of(found, kind, rows)
    return 0.0 if one is None else one.kernel.cycles.at(rows)


def pays(found: Sequence[Entry], rows: int) -> bool:
    """Whether a training step of so many rows is predicted to be so much faster with saving that it is worth it."""
    one = serving_of(found, "forward_saving", rows)
    fresh = 0.0 if one is None else FRESH * max(0, one.saved_numbers(rows) - ROOM)
    again = sum(cycles_of(found, kind, rows) for kind in ("apply", "backward"))
    saved = sum(cycles_of(found, kind, rows) for kind in ("forward_saving", "backward_saved"))
    return again >= PAYING * (saved + fresh)
