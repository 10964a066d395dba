"""Plans for kernels of our own: the same planner on a machine on which calls and copies cost next to nothing."""

from dataclasses import dataclass
from itertools import pairwise

from tncc.ir.machine import Machine, PermuteLevel, Table
from tncc.ir.network import Network
from tncc.ir.plan import Plan, Training, Variant
from tncc.planning.plan import Freeze, Planner
from tncc.planning.time_model import SINGLE, bandwidth
from tncc.planning.training import ACCUMULATE_US

AHEAD = 1.2
"""How much faster than the library's best product a kernel's tiles run: their panels are packed once, and their sizes
known when they are compiled. Measured on Zen 4, 117 against 90 GFLOP/s."""

LANES = 16
"""The columns that one vector holds."""

ENTERING = 2.5
"""What entering and leaving a tile costs, in sums: a tile with as many sums runs at half the rate."""

CALL_US = 0.05
"""A step's loops, and its function."""

PLAINLY = 0.5
"""Elementwise loops and what packs operands run at about half of the bandwidth that the library's loops reach."""

COPY_GBPS = 60.0
"""Most copies are not done at all: steps read their operands as they lie."""

LONGEST = 500
"""Instructions of a backward pass from which on there is no other one that saves: the file would be twice as long, and
take twice as long to build, for a tenth of a step."""

DOUBT = 1.0
"""A chain of products needs no benefit of the doubt: there are no calls to pay for."""


def kernel_machine(machine: Machine) -> Machine:
    """The machine as kernels see it."""
    best = AHEAD * max(rate for plane in machine.single for row in plane for rate in row)
    return machine.model_copy(
        update={
            "name": f"{machine.name}, kernels",
            "caches": tuple(level.model_copy(update={"gbps": level.gbps * PLAINLY}) for level in machine.caches),
            "call_us": CALL_US,
            "view_us": 1e-6,
            "single": _table(machine, machine.extents, best),
            "batched": _table(machine, machine.batched_extents, best),
            "permute": tuple(
                PermuteLevel(bytes=level.bytes, gbps=tuple(COPY_GBPS for _ in level.gbps)) for level in machine.permute
            ),
            "crowded_gbps": COPY_GBPS,
            "fresh_bytes": 2**61,
        }
    )


def _table(machine: Machine, extents: tuple[int, ...], best: float) -> Table:
    """GFLOP/s of products whose operands come from the caches that they fit into: few rows only stream the weights."""
    return tuple(tuple(tuple(_rate(machine, m, n, k, best) for k in extents) for n in extents) for m in extents)


def _rate(machine: Machine, m: int, n: int, k: int, best: float) -> float:
    computing = 2 * m * n * k / (best * _filled(max(m, n)) * k / (k + ENTERING))
    moved = SINGLE * (m * k + k * n + m * n)
    return 2 * m * n * k / max(computing, moved / bandwidth(machine, moved))


def _filled(columns: int) -> float:
    """The share of the vectors that columns fill."""
    return columns / (-(-columns // LANES) * LANES)


def kernel_planner(network: Network, machine: Machine, rows: tuple[int, ...]) -> Planner:
    """Plans for kernels, which compute again in the backward pass what they need."""
    return Planner(network, kernel_machine(machine), rows, doubt=DOUBT, may_keep=False)


def kernel_plan(planner: Planner, freeze: Freeze = "time") -> Plan:
    """The plan without tiles, which kernels choose themselves, and without variants that are then alike."""
    plan = planner.plan(freeze)
    return plan.model_copy(
        update={
            "inference": _untiled(plan.inference),
            "forward": _untiled(plan.forward),
            "training": _untrained(plan.training),
        }
    )


def saving_training(planner: Planner) -> tuple[Training, ...]:
    """The programs for training that save what pays; none where nothing does, or where kernels would grow too long."""
    found = _untrained(planner.saving)
    short = all(len(one.backward.instructions) <= LONGEST for one in found)
    return found if short and any(one.saved for one in found) else ()


def _untiled(variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
    plain = [
        one.model_copy(update={"program": one.program.model_copy(update={"tile": 0, "rows": 1})}) for one in variants
    ]
    return (*plain[:1], *(two for one, two in pairwise(plain) if one.program != two.program))


def _untrained(variants: tuple[Training, ...]) -> tuple[Training, ...]:
    plain = [
        one.model_copy(update={"backward": one.backward.model_copy(update={"tile": 0, "rows": 1})}) for one in variants
    ]
    found = [
        *plain[:1],
        *(two for one, two in pairwise(plain) if (one.backward, one.saved) != (two.backward, two.saved)),
    ]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class KernelUs:
    """The predicted microseconds of inference and of both passes of a training step, and whether these save."""

    forward: float
    apply: float
    backward: float
    saving: bool


def cycles_us(machine: Machine, cycles: float) -> float:
    """The microseconds of a kernel's cycles, in which tiles do a multiply-add for each lane and cycle."""
    best = AHEAD * max(rate for plane in machine.single for row in plane for rate in row)
    return cycles * 2 * LANES / (1e3 * best)


def training_overhead_us(machine: Machine, gradients: int) -> float:
    """What autograd adds to a training step with so many gradients."""
    return machine.autograd_us + ACCUMULATE_US * gradients
