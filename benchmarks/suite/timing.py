"""Times of several callables in one process, in turn, and the large matrix product that sets the peak among them."""

import gc
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import torch

T = TypeVar("T")

SAMPLE = 0.002
"""A sample repeats a call for at least so many seconds, or is one call."""

LONG = 2.0
"""A call of so many seconds is not repeated: what warming up adds does not show."""

WARM = 3
"""The calls behind the first one, of which the fastest says how often a sample calls."""

SIDE = 2048
"""The sides of the matrices whose product sets the peak."""

PRODUCT_FLOPS = 2 * SIDE**3
"""The FLOPs of that product."""


@dataclass(frozen=True)
class Effort:
    """The samples that are taken of each callable, and the seconds after which there are no more of it."""

    rounds: int = 15
    seconds: float = 1.0


def medians(calls: Mapping[str, Callable[[], object]], effort: Effort) -> dict[str, float]:
    """The median microseconds of a call of each, sampled in turn so that all meet the same disturbances.

    Calls that run out of memory are left out.
    """
    with quiet():
        found = {name: seconds for name, call in calls.items() if (seconds := _first(call)) is not None}
        # A call that takes a second or more has been sampled enough.
        plans = {name: _plan(seconds, effort) for name, seconds in found.items()}
        samples: dict[str, list[float]] = {name: [] for name in found}
        # Each round has another order: whoever comes behind the large product finds the caches full of it.
        order = random.Random(len(calls))
        for number in range(effort.rounds):
            for name in order.sample(list(found), len(found)):
                repeats, rounds = plans[name]
                # Fewer samples are spread over all rounds, so that they meet what the others meet.
                if number * rounds % effort.rounds < rounds:
                    samples[name].append(_sample(calls[name], repeats))
    return {name: 1e6 * statistics.median(taken or [found[name]]) for name, taken in samples.items()}


def _first(call: Callable[[], object]) -> float | None:
    """The seconds of the fastest of some calls behind one that warms up, or of that one where it takes long.

    None where the memory does not last.
    """
    return affordable(lambda: _warmed(call))


def _warmed(call: Callable[[], object]) -> float:
    seconds = _sample(call, 1)
    # Whoever is called first wakes what all others find awake, so that a single call says little of the next ones.
    return seconds if seconds > LONG else min(_sample(call, 1) for _ in range(WARM))


def affordable(made: Callable[[], T]) -> T | None:
    """What a function gives; None where the memory does not last."""
    try:
        return made()
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "allocate" not in str(error):
            raise
        gc.collect()
        return None


def _plan(seconds: float, effort: Effort) -> tuple[int, int]:
    """How often a sample calls, and how many samples there are."""
    repeats = max(1, int(SAMPLE / max(seconds, 1e-7)) + 1)
    return repeats, min(effort.rounds, int(effort.seconds / max(repeats * seconds, SAMPLE)))


def _sample(call: Callable[[], object], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


@contextmanager
def quiet() -> Iterator[None]:
    """No garbage collection in between."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def large_product() -> Callable[[], object]:
    """A product of square matrices, to be timed in turn with all others: a rate from another time may be another."""
    left, right = torch.randn(SIDE, SIDE), torch.randn(SIDE, SIDE)
    return lambda: torch.mm(left, right)
