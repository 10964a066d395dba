"""Which sizes of bonds to try: a path from all bonds of size 1 to the largest of use, thinned out to some rungs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log

Sizes = dict[str, int]
Count = Callable[[Mapping[str, int]], int]
"""The parameters of a network with its bonds of some sizes."""

GROWTH = 0.06
"""How much a bond grows at a time, beside its size; by one at least."""

FINE = 32
"""Up to this size a single bond takes all sizes; beyond, each is `CLOSENESS` larger than the one before."""

CLOSENESS = 0.03


def single_ladder(name: str, most: int) -> list[Sizes]:
    """The sizes of the only bond there is, for which rungs cost nothing."""
    sizes = list(range(1, min(most, FINE) + 1))
    while sizes[-1] < most:
        sizes.append(min(most, max(sizes[-1] + 1, int(sizes[-1] * (1 + CLOSENESS)))))
    return [{name: size} for size in sizes]


def tree_ladder(tails: Mapping[str, Sequence[float]], count: Count, rungs: int) -> list[Sizes]:
    """Sizes of several bonds, each rung the next one of a greedy path.

    `tails` are the squares of what each bond leaves out at sizes 0, 1, …; their sum bounds the squared error (Oseledets
    2011, theorem 2.2; Grasedyck 2010, theorem 3.11). On the path always that bond grows which lowers the sum most for
    each parameter that it adds.
    """
    sizes = dict.fromkeys(tails, 1)
    path = [dict(sizes)]
    counts = [count(sizes)]
    while grown := _next(sizes, tails, count, counts[-1]):
        sizes |= grown
        path.append(dict(sizes))
        counts.append(count(sizes))
    return [path[place] for place in _spread(counts, rungs)]


def scaled_ladder(declared: Mapping[str, int], count: Count, dense: int, rungs: int) -> list[Sizes]:
    """Sizes in the proportions in which they are declared, up to as many parameters as the dense layer has."""
    top = max(declared.values(), default=1)
    path: list[Sizes] = []
    counts: list[int] = []
    for step in range(1, 2**20):
        sizes = {name: max(1, round(size * step / top)) for name, size in declared.items()}
        if path and count(sizes) > dense:
            break
        path.append(sizes)
        counts.append(count(sizes))
        if counts[-1] == counts[0] and step > top:
            break  # no size changes anything
    return [path[place] for place in _spread(counts, rungs)]


def _next(sizes: Mapping[str, int], tails: Mapping[str, Sequence[float]], count: Count, now: int) -> Sizes | None:
    """The bond that is to grow, with its new size; None where none is of use any more."""
    best: tuple[float, Sizes] | None = None
    for name, left in tails.items():
        most = len(left) - 1
        if sizes[name] >= most:
            continue
        size = min(most, sizes[name] + max(1, int(GROWTH * sizes[name])))
        gain = left[sizes[name]] - left[size]
        more = max(1, count({**sizes, name: size}) - now)
        if best is None or gain / more > best[0]:
            best = gain / more, {name: size}
    return None if best is None else best[1]


def _spread(counts: Sequence[int], rungs: int) -> Iterable[int]:
    """Places on a path whose counts are evenly far apart as ratios, both ends among them."""
    if len(counts) <= rungs:
        return range(len(counts))
    low, high = log(max(1, counts[0])), log(max(1, counts[-1]))
    wanted = [low + (high - low) * step / (rungs - 1) for step in range(rungs)]
    places = {
        min(range(len(counts)), key=lambda place: (abs(log(max(1, counts[place])) - mark), place)) for mark in wanted
    }
    return sorted(places | {0, len(counts) - 1})
