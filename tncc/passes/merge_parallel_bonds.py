"""Indices that always appear together are one index as far as planning goes: a product of their sizes.

    y[a] = x[i, j] * A[a, i, j]     →     the same, and an index (i j) with the parts i and j

Views and results keep the parts; the merged index only stands in the table, where the planner finds it.
"""

import math
from collections.abc import Iterator
from typing import Literal

from tncc.ir.network import Function, Index, Network, legs, views


def merge_parallel_bonds(network: Network) -> Network:
    """Adds an index with `parts` for each set of static indices with the same places in all views and results."""
    over = {name for operation in network.operations if isinstance(operation, Function) for name in operation.over}
    merged = {part for index in network.indices for part in index.parts}
    fixed = {index.name for index in network.indices if not index.dynamic and index.kind != "batch" and not index.parts}
    places: dict[str, list[int]] = {name: [] for name in sorted(fixed - over - merged)}
    for number, names in enumerate(appearances(network)):
        for name in names:
            if name in places:
                places[name].append(number)
    diagonal = {name for name, found in places.items() if len(set(found)) != len(found)}
    alike: dict[tuple[int, ...], list[Index]] = {}
    for index in network.indices:
        if places.get(index.name) and index.name not in diagonal:
            alike.setdefault(tuple(places[index.name]), []).append(index)
    found = tuple(merged_index(parts) for parts in alike.values() if len(parts) > 1)
    return network.model_copy(update={"indices": (*network.indices, *found)}) if found else network


def appearances(network: Network) -> Iterator[list[str]]:
    """The indices of every view, repeated where a diagonal is taken, and of every result."""
    for operation in network.operations:
        for view in views(operation):
            yield [name for axis in view.axes if not isinstance(axis, int) for name in axis]
        yield list(legs(operation.axes))


def merged_index(parts: list[Index]) -> Index:
    """The index that stands for several."""
    kind: Literal["bond", "index"] = "bond" if all(part.kind == "bond" for part in parts) else "index"
    names = tuple(part.name for part in parts)
    size = math.prod(part.size for part in parts)
    return Index(name=f"({' '.join(names)})", size=size, kind=kind, parts=names, span=parts[0].span)
