"""Microseconds of one library call's work on a measured machine, the cost of the call itself left out.

Rates are interpolated between the measured sizes on logarithmic scales, and stay what they are at the nearest one
outside of them. Plans are searched with these functions, so they are plain arithmetic on floats.
"""

import math
from bisect import bisect_right
from functools import lru_cache

from tncc.ir.machine import Machine, Table

SINGLE = 4
"""Bytes of an element: profiles are measured in single precision."""

PRODUCT_CALLS = 1.5
"""A matrix product in calls: libraries look at shapes and strides longer than elementwise work takes to start."""

TOTAL_CALLS = 2.0
"""A sum over some axes in calls."""

COPY_CALLS = 1.7
"""A copy into another order in calls."""

MANY = 16
"""The number of matrices from which on a product counts as batched altogether."""

MEMORY_FACTOR = 4
"""How much larger than the largest cached working set one is that counts as lying in main memory altogether."""


def matmul_us(machine: Machine, batch: int, m: int, n: int, k: int, working_set_bytes: int) -> float:
    """The time of `batch` products of (m, k) by (k, n): at the rate of the shape, and their traffic where that is far.

    A measured rate has the traffic of its own operands in it. So the bandwidth is looked at only for working sets
    larger than those of the measurement: then the operands come from farther away than they did there, and libraries
    bring them near, packed, before they compute with them. The result is
    a new array, see `fresh_us`.
    """
    flops = 2 * m * n * k
    alone = flops / (1e3 * _rate(machine.single, machine.extents, m, n, k)) if batch < MANY else 0.0
    among = flops / (1e3 * _rate(machine.batched, machine.batched_extents, m, n, k)) if batch > 1 else 0.0
    computing = batch * _between(alone, among, math.log2(max(batch, 1)) / math.log2(MANY))
    fresh = fresh_us(machine, SINGLE * batch * m * n)
    if working_set_bytes <= measured_bytes(machine):
        return computing + fresh
    moved = SINGLE * batch * (m * k + k * n + m * n)
    return computing + stream_us(machine, moved, working_set_bytes) + fresh


def stream_us(machine: Machine, bytes_moved: float, working_set_bytes: float, new_bytes: float = 0.0) -> float:
    """The time of elementwise work that reads and writes so many bytes, of which `new_bytes` are a new array."""
    return bytes_moved / (1e3 * bandwidth(machine, working_set_bytes)) + fresh_us(machine, new_bytes)


def permute_us(machine: Machine, bytes_moved: float, run: int, working_set_bytes: float) -> float:
    """The time of a copy into a new array with another order of axes; `run` elements lie together on both sides.

    As many bytes are written as read, `bytes_moved` counts both.
    """
    low, high, weight = _place(machine.runs, run)
    rates = [_between(level.gbps[low], level.gbps[high], weight) for level in machine.permute]
    near, far, distance = _place(tuple([level.bytes for level in machine.permute]), working_set_bytes)
    return bytes_moved / (1e3 * _between(rates[near], rates[far], distance)) + fresh_us(machine, bytes_moved / 2)


def function_us(machine: Machine, elements: int) -> float:
    """The time of a transcendental function of so many elements, the result being a new array."""
    return elements * machine.function_ns / 1e3 + fresh_us(machine, SINGLE * elements)


def fresh_us(machine: Machine, array_bytes: float) -> float:
    """What a new array of that size costs for its memory: nothing, until the allocator no longer reuses such sizes.

    (glibc returns whatever has 32 MiB or more to the operating system, and asks for it again the next time.)
    """
    return array_bytes / (1e3 * machine.fresh_gbps) if array_bytes >= machine.fresh_bytes else 0.0


def bandwidth(machine: Machine, working_set_bytes: float) -> float:
    """GB/s, bytes read and written together, on a working set of this size."""
    sizes = [level.bytes for level in machine.caches if level.bytes is not None]
    sizes.append(MEMORY_FACTOR * sizes[-1] if sizes else 1)
    low, high, weight = _place(tuple(sizes), working_set_bytes)
    return _between(machine.caches[low].gbps, machine.caches[high].gbps, weight)


def measured_bytes(machine: Machine) -> int:
    """The largest working set of a measured product."""
    return 3 * SINGLE * machine.extents[-1] ** 2


def _rate(table: Table, grid: tuple[int, ...], m: int, n: int, k: int) -> float:
    """GFLOP/s of a shape: interpolated along each of the three extents."""
    m_low, m_high, m_weight = _place(grid, m)
    n_low, n_high, n_weight = _place(grid, n)
    k_low, k_high, k_weight = _place(grid, k)
    below, above = (
        _between(
            _between(plane[n_low][k_low], plane[n_low][k_high], k_weight),
            _between(plane[n_high][k_low], plane[n_high][k_high], k_weight),
            n_weight,
        )
        for plane in (table[m_low], table[m_high])
    )
    return _between(below, above, m_weight)


def _between(low: float, high: float, weight: float) -> float:
    """The weighted geometric mean; only the one that counts is looked at where the other weighs nothing."""
    if weight <= 0 or low == high:
        return low
    if weight >= 1:
        return high
    return float(low * (high / low) ** weight)


@lru_cache(maxsize=2**16)
def _place(grid: tuple[int, ...], size: float) -> tuple[int, int, float]:
    """The positions on a grid around a size, and the weight of the upper one on a logarithmic scale."""
    above = bisect_right(grid, size)
    if above in (0, len(grid)):
        nearest = max(above - 1, 0)
        return nearest, nearest, 0.0
    low, high = grid[above - 1], grid[above]
    return above - 1, above, math.log(size / low) / math.log(high / low)
