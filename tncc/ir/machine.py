"""One machine as the planner sees it: what calls, products, traffic and copies cost at float32, as measured."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, TypeAlias

from pydantic import Field, model_validator

from tncc.ir.network import Record

Positive: TypeAlias = Annotated[float, Field(strict=True, ge=1e-6, le=1e9, allow_inf_nan=False)]
"""A measured cost or rate; the bounds are far outside of what any machine has, and keep predictions finite."""

Count: TypeAlias = Annotated[int, Field(strict=True, ge=1, lt=2**62)]
"""A number of elements, bytes or threads."""

Grid: TypeAlias = Annotated[tuple[Count, ...], Field(min_length=1, max_length=32)]
"""The sizes at which a table was measured, in ascending order."""

Table: TypeAlias = tuple[tuple[tuple[Positive, ...], ...], ...]
"""GFLOP/s of (m, k) by (k, n) products, `[m][n][k]` over a grid of extents."""


class Level(Record):
    """The bandwidth in GB/s, bytes read and written together, on a working set of so many bytes.

    `bytes` is None for main memory.
    """

    bytes: Count | None
    gbps: Positive


class PermuteLevel(Record):
    """GB/s of permuting copies on a working set of so many bytes, one for each of the machine's `runs`."""

    bytes: Count
    gbps: tuple[Positive, ...]


class Machine(Record):
    """Costs of float32 work with a fixed number of threads.

    `call_us` is a library call that computes next to nothing, `view_us` one that changes only a shape or strides,
    `autograd_us` a forward and a backward pass through a Python `autograd.Function`, their work left out,
    `function_ns` an element of a transcendental function. `single` and `batched` leave `call_us` out; a batched product
    takes the time of its batch of single ones at the rate in `batched`. `runs` are elements that lie together on both
    sides of a copy; `crowded_gbps` is the rate for single ones whose strides let them fall into few sets of the nearest
    cache.
    The memory of an array of `fresh_bytes` or more is not what another has left behind, but comes from the operating
    system page by page, at `fresh_gbps`.
    """

    name: Annotated[str, Field(max_length=200)]
    threads: Count
    call_us: Positive
    view_us: Positive
    autograd_us: Positive
    function_ns: Positive
    fresh_bytes: Count
    fresh_gbps: Positive
    caches: Annotated[tuple[Level, ...], Field(min_length=1, max_length=32)]
    runs: Grid
    permute: Annotated[tuple[PermuteLevel, ...], Field(min_length=1, max_length=32)]
    crowded_gbps: Positive
    extents: Grid
    single: Table
    batched_extents: Grid
    batched: Table

    @model_validator(mode="after")
    def _tables_fit_their_grids(self) -> "Machine":
        _check_ascending("extents", self.extents)
        _check_ascending("batched_extents", self.batched_extents)
        _check_ascending("runs", self.runs)
        _check_table("single", self.single, len(self.extents))
        _check_table("batched", self.batched, len(self.batched_extents))
        *cached, memory = self.caches
        finite = [level.bytes for level in cached if level.bytes is not None]
        if memory.bytes is not None or len(finite) != len(cached):
            raise ValueError("the last of `caches`, and no other, is main memory, without bytes")
        _check_ascending("caches", finite)
        _check_ascending("permute", [level.bytes for level in self.permute])
        if any(len(level.gbps) != len(self.runs) for level in self.permute):
            raise ValueError("`permute` needs a rate for each of `runs`")
        return self


def _check_ascending(name: str, sizes: Sequence[int]) -> None:
    if any(low >= high for low, high in pairwise(sizes)):
        raise ValueError(f"the sizes in `{name}` must ascend")


def _check_table(name: str, table: Table, extents: int) -> None:
    plane_sizes = {len(plane) for plane in table}
    row_sizes = {len(row) for plane in table for row in plane}
    if len(table) != extents or plane_sizes != {extents} or row_sizes != {extents}:
        raise ValueError(f"`{name}` must be {extents} by {extents} by {extents}, as its extents are")
