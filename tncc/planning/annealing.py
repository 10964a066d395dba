"""Simulated annealing of contraction trees: local moves, taken by how they change the FLOPs of the two steps."""

import math
import random
from collections.abc import Callable

from tncc.planning.hypergraph import Hypergraph, Steps


class Tree:
    """A contraction tree that annealing changes in place: node v < n is a tensor, the last node is the result."""

    __slots__ = ("cost", "left", "legs", "network", "right")

    def __init__(self, network: Hypergraph, steps: Steps) -> None:
        count = len(network.tensors)
        self.network = network
        self.left = [-1] * count + [a for a, _ in steps]
        self.right = [-1] * count + [b for _, b in steps]
        below = list(network.tensors)
        for a, b in steps:
            below.append(below[a] | below[b])
        beside = [network.kept] * len(below)
        for node in range(len(below) - 1, count - 1, -1):
            a, b = self.left[node], self.right[node]
            beside[a], beside[b] = beside[node] | below[b], beside[node] | below[a]
        self.legs = [inner & outer for inner, outer in zip(below, beside, strict=True)]
        weigh = _log2_volume(network)
        self.cost = [-math.inf] * count + [weigh(self.legs[a] | self.legs[b]) for a, b in steps]

    def copy(self) -> "Tree":
        twin = object.__new__(Tree)
        twin.network = self.network
        twin.left, twin.right = self.left.copy(), self.right.copy()
        twin.legs, twin.cost = self.legs.copy(), self.cost.copy()
        return twin

    def log2_flops(self) -> float:
        most = max(self.cost)
        return most + math.log2(sum([2.0 ** (cost - most) for cost in self.cost]))

    def flops(self) -> int:
        count, legs = len(self.network.tensors), self.legs
        pairs = zip(self.left[count:], self.right[count:], strict=True)
        return sum(self.network.volume(legs[a] | legs[b]) for a, b in pairs)

    def steps(self) -> Steps:
        """Depth first, so that few intermediates wait at a time."""
        names = {tensor: tensor for tensor in range(len(self.network.tensors))}
        steps: Steps = []
        stack = [len(self.left) - 1]
        while stack:
            a, b = self.left[stack[-1]], self.right[stack[-1]]
            missing = [child for child in (b, a) if child not in names]
            if not missing:
                steps.append((names[a], names[b]))
                names[stack.pop()] = len(self.network.tensors) + len(steps) - 1
            stack.extend(missing)
        return steps


KNOWN = 2**16
"""The sets of indices whose sizes are remembered: the same moves are offered sweep after sweep."""


class _Volumes(dict[int, float]):
    """The log2 size of an array with some indices of several sizes."""

    def __init__(self, weights: list[tuple[float, int]]) -> None:
        super().__init__()
        self.weights = weights

    def __missing__(self, indices: int) -> float:
        if len(self) >= KNOWN:
            self.clear()
        found = self[indices] = sum([weight * (indices & members).bit_count() for weight, members in self.weights])
        return found


def _log2_volume(network: Hypergraph) -> Callable[[int], float]:
    weights = [(math.log2(size), members) for size, members in network.sized]
    if len(weights) == 1:
        ((weight, _),) = weights
        return lambda indices: weight * indices.bit_count()
    return _Volumes(weights).__getitem__


def anneal(tree: Tree, sweeps: int, temperatures: tuple[float, float], rng: random.Random) -> Tree:
    """The best tree seen while the temperature falls geometrically; the method is that of arXiv:2108.05665."""
    hot, cold = temperatures
    tree = tree.copy()
    best, least = tree.copy(), tree.log2_flops()
    sized, weigh = tree.network.sized, _log2_volume(tree.network)
    indices = sum(members.bit_count() for _, members in sized)
    unit = sum(weigh(members) for _, members in sized) / max(1, indices)
    for sweep in range(sweeps):
        fraction = sweep / max(1, sweeps - 1)
        _sweep(tree, weigh, unit * hot ** (1 - fraction) * cold**fraction, rng)
        total = tree.log2_flops()
        if total < least:
            best, least = tree.copy(), total
    return best


def _sweep(tree: Tree, weigh: Callable[[int], float], temperature: float, rng: random.Random) -> None:
    """Offers each node the move ((a b) c) → ((a c) b), judged by the log2 FLOPs of the two steps that it changes."""
    left, right, legs, cost = tree.left, tree.right, tree.legs, tree.cost
    count, draw, log2 = len(tree.network.tensors), rng.random, math.log2
    for node in range(count, len(left)):
        inner, c = left[node], right[node]
        if inner < count or (c >= count and draw() < 0.5):
            inner, c = c, inner
            if inner < count:
                continue
        a, b = left[inner], right[inner]
        if draw() < 0.5:
            a, b = b, a
        pair = legs[a] | legs[c]
        # an index of the pair stays open if b carries it, or if it is open above the node
        opened = pair & (legs[b] | legs[node])
        new_inner, new_outer = weigh(pair), weigh(opened | legs[b])
        old_inner, old_outer = cost[inner], cost[node]
        if new_inner < new_outer:
            more, less = new_outer, new_inner
        else:
            more, less = new_inner, new_outer
        if old_inner < old_outer:
            most, least = old_outer, old_inner
        else:
            most, least = old_inner, old_outer
        # the sum is no more than twice its larger part
        if more + 1.0 <= most or (more == most and less <= least):
            better = True
        else:
            new, old = more + log2(1.0 + 2.0 ** (less - more)), most + log2(1.0 + 2.0 ** (least - most))
            better = new <= old or draw() < math.exp((old - new) / temperature)
        if better:
            left[inner], right[inner], left[node], right[node] = a, c, inner, b
            legs[inner], cost[inner], cost[node] = opened, new_inner, new_outer
