"""Measures the machine: what library calls, products, traffic and copies cost in PyTorch, for the planner to go by.

Every probe is timed in several passes far apart and its shortest time kept: other work on the machine can only
lengthen a time, and it seldom lasts for all passes.
"""

import math
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, product
from pathlib import Path
from statistics import fmean, median
from typing import Any, TypeAlias

import torch

from tncc.ir.machine import Level, Machine, PermuteLevel, Table
from tncc.planning.time_model import MEMORY_FACTOR, SINGLE

Call: TypeAlias = Callable[[], object]
Key: TypeAlias = tuple[str | int, ...]
Operand: TypeAlias = Callable[..., torch.Tensor]
Watch: TypeAlias = Callable[[str, int, int], None]

LEAST_US = 0.02
"""The shortest time that is told from the cost of a call: smaller differences are noise."""

TINY = 4
"""The side of the matrices on which calls cost next to nothing but the call."""

LINE = 16
"""Elements in a cache line."""

SLIGHTLY_MORE = 1.0625
"""How much larger the arrays are that tell whether memory of a round size is reused: allocators have round limits."""

CROWDED = (16, 4, 4096)
"""The axes of an array whose transposed copy finds its elements in few sets of a cache."""

FUNCTION_ELEMENTS = 2**16
"""What transcendental functions are timed on: enough to forget the call, and within reach."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What is measured: sizes of tables in elements, working sets in bytes, and the time for it."""

    extents: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64, 256, 1024)
    batched_extents: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64, 256)
    batched_elements: int = 2**18
    cache_bytes: tuple[int, ...] = (2**16, 2**18, 2**20, 2**22, 2**24, 2**25)
    permute_bytes: tuple[int, ...] = (2**19, 2**23, 2**26)
    array_bytes: tuple[int, ...] = (2**20, 2**22, 2**23, 2**24, 2**25, 2**26)
    runs: tuple[int, ...] = (1, 2, 4, 16, 64, 256)
    passes: int = 6
    shots: int = 3
    shot_seconds: float = 0.0007


FULL = Effort()

QUICK = Effort(
    extents=(1, 8, 64), batched_extents=(1, 16), batched_elements=2**12, cache_bytes=(2**16, 2**18),
    permute_bytes=(2**16, 2**18), array_bytes=(2**16, 2**18), runs=(1, 16), passes=1, shots=1, shot_seconds=0.0001,
)  # fmt: skip
"""Just enough to have a number everywhere, in a second."""


def calibrate(watch: Watch, effort: Effort = FULL) -> Machine:
    """Measure this machine with as many threads as PyTorch uses, in half a minute; `watch` is told of the progress."""
    with torch.no_grad():
        probes = dict(_probes(effort, _pool(effort)))
        times: dict[Key, list[float]] = {key: [] for key in probes}
        total = effort.passes * len(probes)
        for done, (_, (key, prepare)) in enumerate(product(range(effort.passes), probes.items())):
            watch("measuring this machine", done, total)
            times[key].append(_shortest_us(prepare(), effort))
    # By luck the heap has room for an array that is too large to be reused as a rule: there the usual time counts.
    best = {key: median(found) if key[0] == "new" else min(found) for key, found in times.items()}
    return _machine(effort, best)


def _pool(effort: Effort) -> Operand:
    """Hands out operands of given shapes, one behind the other at cache lines, in memory filled once."""
    product_bytes = 3 * SINGLE * effort.extents[-1] ** 2
    copied_bytes = max(*effort.permute_bytes, 2 * SINGLE * math.prod(CROWDED))
    largest = max(_streams(effort)[-1], copied_bytes, 2 * effort.array_bytes[-1], product_bytes)
    numbers = torch.rand(largest // SINGLE + 4 * LINE, generator=torch.Generator(), dtype=torch.float32)

    def operand(*shape: int, behind: int = 0) -> torch.Tensor:
        start = -(-behind // LINE) * LINE
        return numbers[start : start + math.prod(shape)].view(shape)

    return operand


def _probes(effort: Effort, operand: Operand) -> Iterator[tuple[Key, Callable[[], Call]]]:
    """Everything that is timed, by the name under which its time is kept; operands are made when their turn comes."""
    yield from _call_probes(operand)
    for m, n, k in product(effort.extents, repeat=3):
        yield ("single", m, n, k), partial(_product_call, operand, (), m, n, k)
    for m, n, k in product(effort.batched_extents, repeat=3):
        batch = _matrices(effort, m, n, k)
        yield ("batched", m, n, k), partial(_product_call, operand, (batch,), m, n, k)
    for size in _streams(effort):
        yield ("stream", size), partial(_addition_call, operand, size // (3 * SINGLE))
    for size, run in product(effort.permute_bytes, effort.runs):
        yield ("permute", size, run), partial(_permute_call, operand, _permute_shape(size, run))
    yield ("crowded", "permute"), partial(_crowded_call, operand)
    for size in effort.array_bytes:
        elements = int(size * SLIGHTLY_MORE) // SINGLE
        yield ("new", size), partial(partial, torch.full, (elements,), 1.0, dtype=torch.float32)
        yield ("old", size), partial(_filling_call, operand, elements)


def _call_probes(operand: Operand) -> Iterator[tuple[Key, Callable[[], Call]]]:
    tiny, other = operand(TINY, TINY), operand(TINY, TINY, behind=TINY**2)
    many = operand(FUNCTION_ELEMENTS)
    leaf = tiny.clone().requires_grad_()
    calls: dict[Key, Call] = {
        ("call", "mm"): partial(torch.mm, tiny, other),
        ("call", "add"): partial(torch.add, tiny, other),
        ("call", "mul"): partial(torch.mul, tiny, other),
        ("view", "reshape"): partial(tiny.reshape, TINY**2),
        ("view", "permute"): partial(tiny.permute, 1, 0),
        ("view", "transpose"): partial(tiny.transpose, 0, 1),
        ("function", "exp"): partial(torch.exp, many),
        ("function", "tanh"): partial(torch.tanh, many),
        ("function", "gelu"): partial(torch.nn.functional.gelu, many),
        ("autograd", "function"): partial(_forward_and_backward, leaf, _Doubled.apply),
    }
    for key, call in calls.items():
        yield key, partial(_itself, call)


def _itself(call: Call) -> Call:
    return call


def _product_call(operand: Operand, batch: tuple[int, ...], m: int, n: int, k: int) -> Call:
    left = operand(*batch, m, k)
    right = operand(*batch, k, n, behind=left.numel())
    return partial(torch.bmm if batch else torch.mm, left, right)


def _addition_call(operand: Operand, elements: int) -> Call:
    left, right, result = (operand(elements, behind=place * (elements + LINE)) for place in range(3))
    return partial(torch.add, left, right, out=result)


def _permute_call(operand: Operand, shape: tuple[int, ...]) -> Call:
    permuted = operand(*shape).permute(2, 1, 0, 3)
    return partial(operand(*permuted.shape, behind=permuted.numel()).copy_, permuted)


def _crowded_call(operand: Operand) -> Call:
    """A transposed matrix whose columns lie a power of two apart, in two axes so that it is not seen to be one."""
    turned = operand(*CROWDED).permute(2, 0, 1)
    return partial(operand(*turned.shape, behind=turned.numel()).copy_, turned)


def _filling_call(operand: Operand, elements: int) -> Call:
    return partial(operand(elements).fill_, 1.0)


def _permute_shape(size: int, run: int) -> tuple[int, int, int, int]:
    """Three axes to turn round, so that no special case for transposed matrices is measured, and one that stays.

    An odd number of rows does not let all elements of a column fall into the same few lines of a cache.
    """
    side = max(2, math.isqrt(size // (2 * SINGLE * 3 * run))) | 1
    return side, 3, side, run


def _matrices(effort: Effort, m: int, n: int, k: int) -> int:
    """How many products a batched one consists of: enough to time, and few enough to stay near."""
    return max(16, min(4096, effort.batched_elements // (m * k + k * n + m * n)))


class _Doubled(torch.autograd.Function):
    """As little as a Python function with a backward of its own can do."""

    @staticmethod
    def forward(context: Any, x: torch.Tensor) -> torch.Tensor:
        return x * 2.0

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> torch.Tensor:
        return gradients[0] * 2.0


def _forward_and_backward(leaf: torch.Tensor, function: Callable[[torch.Tensor], torch.Tensor]) -> object:
    with torch.enable_grad():
        return torch.autograd.grad(function(leaf), leaf, leaf)


def _shortest_us(call: Call, effort: Effort) -> float:
    """The microseconds of a call: the shortest of some shots of as many calls as fill the time of a shot."""
    call()  # into the caches, and the library's own preparations
    count = max(1, min(10_000, int(effort.shot_seconds / max(_seconds(call, 1), 1e-7))))
    return min(_seconds(call, count) for _ in range(effort.shots)) / count * 1e6


def _seconds(call: Call, count: int) -> float:
    start = time.perf_counter_ns()
    for _ in range(count):
        call()
    return (time.perf_counter_ns() - start) / 1e9


def _machine(effort: Effort, best: dict[Key, float]) -> Machine:
    """Times in microseconds to costs and rates."""
    # The quickest call, so that what slower ones take longer counts as their work.
    call_us = min(_of_kind(best, "call"))
    work = {key: max(us - call_us, LEAST_US) for key, us in best.items()}
    fresh_bytes, fresh_gbps = _fresh(effort, work)
    autograd_us = best["autograd", "function"] - 2 * call_us  # each pass has a product in it
    return Machine(
        name=_processor(),
        threads=torch.get_num_threads(),
        call_us=_rounded(call_us),
        view_us=_rounded(fmean(_of_kind(best, "view"))),
        autograd_us=_rounded(max(autograd_us, LEAST_US)),
        function_ns=_rounded(fmean(_of_kind(work, "function")) * 1e3 / FUNCTION_ELEMENTS),
        fresh_bytes=fresh_bytes,
        fresh_gbps=_rounded(fresh_gbps),
        caches=_levels(effort, work),
        runs=effort.runs,
        permute=tuple(_permute_level(effort, size, work) for size in effort.permute_bytes),
        crowded_gbps=_rounded(2 * SINGLE * math.prod(CROWDED) / work["crowded", "permute"] / 1e3),
        extents=effort.extents,
        single=_table(effort.extents, lambda m, n, k: 2 * m * n * k / work["single", m, n, k]),
        batched_extents=effort.batched_extents,
        batched=_table(
            effort.batched_extents,
            lambda m, n, k: 2 * _matrices(effort, m, n, k) * m * n * k / work["batched", m, n, k],
        ),
    )


def _table(extents: Sequence[int], flops_a_us: Callable[[int, int, int], float]) -> Table:
    """GFLOP/s by extents."""
    return tuple(tuple(tuple(_rounded(flops_a_us(m, n, k) / 1e3) for k in extents) for n in extents) for m in extents)


def _levels(effort: Effort, work: dict[Key, float]) -> tuple[Level, ...]:
    """Bandwidths from the nearest cache to main memory; what is farther away is never faster, whatever noise says."""
    rates = [size / work["stream", size] / 1e3 for size in _streams(effort)]
    falling = reversed(list(accumulate(reversed(rates), max)))
    return tuple(
        Level(bytes=size, gbps=_rounded(rate)) for size, rate in zip((*effort.cache_bytes, None), falling, strict=True)
    )


def _streams(effort: Effort) -> tuple[int, ...]:
    """The working sets that traffic is timed on; the last lies in main memory."""
    return *effort.cache_bytes, MEMORY_FACTOR * effort.cache_bytes[-1]


def _fresh(effort: Effort, work: dict[Key, float]) -> tuple[int, float]:
    """The size from which on a new array takes longer than one that is there, and the GB/s of its memory."""
    extra_us = {size: max(work["new", size] - work["old", size], LEAST_US) for size in effort.array_bytes}
    largest = effort.array_bytes[-1]
    slow = extra_us[largest] / largest
    reused = [size for size in effort.array_bytes if extra_us[size] / size < slow / 2]
    fresh = [size for size in effort.array_bytes if size > max(reused, default=0)]
    return fresh[0], SLIGHTLY_MORE / slow / 1e3


def _permute_level(effort: Effort, size: int, work: dict[Key, float]) -> PermuteLevel:
    """Rates of permuting copies. Runs of two elements may be slower than single ones, which are a loop of their own."""
    moved = [2 * SINGLE * math.prod(_permute_shape(size, run)) for run in effort.runs]
    rates = (count / work["permute", size, run] / 1e3 for count, run in zip(moved, effort.runs, strict=True))
    return PermuteLevel(bytes=size, gbps=tuple(map(_rounded, rates)))


def _of_kind(times: dict[Key, float], kind: str) -> list[float]:
    return [us for key, us in times.items() if key[0] == kind]


def _rounded(number: float) -> float:
    """Three significant digits: the fourth is another one in the next run."""
    return float(f"{number:.3g}")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return (models[0] if models else platform.processor() or platform.machine() or "unknown processor")[:200]
