"""Finds in which order to contract a network: nothing else decides as much about what the network costs.

This is the only file that knows cotengra. Every search is seeded and counted, never timed, so that a network has one
order whatever the run, the hash seed or the load of the machine.
"""

import functools
import heapq
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cotengra import ContractionTree  # type: ignore[import-untyped]
from cotengra.pathfinders.path_basic import (  # type: ignore[import-untyped]
    OptimalOptimizer,
    optimize_optimal,
    optimize_random_greedy_track_flops,
)

Steps = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Search:
    """How much effort goes into an order. All are counts but the two temperatures.

    - outer_limit: up to this many tensors the order is the best of all, outer products included.
    - connected_limit: a connected network with no more connected sub-networks than this gets the best order without
      outer products; the time grows as the square of this number.
    - trials: random-greedy orders, each annealed; survivors: how many of these are annealed again, for longer.
    - sweeps: passes over all steps in a first annealing; tiny, huge and easy networks get fewer.
    - hot, cold: first and last temperature, in units of the mean log2 size of an index.
    - reconfigurations: subtrees of a surviving order that are replaced by their optimum.
    - seed: of all random choices.
    """

    outer_limit: int = 8
    connected_limit: int = 700
    trials: int = 8
    survivors: int = 2
    sweeps: int = 1500
    hot: float = 0.6
    cold: float = 0.1
    reconfigurations: int = 256
    seed: int = 0


DEFAULT = Search()


def contraction_order(
    inputs: Sequence[Sequence[int]],
    output: Sequence[int],
    sizes: Mapping[int, int],
    *,
    search: Search = DEFAULT,
) -> tuple[tuple[int, int], ...]:
    """The pairs in which to contract a network of n tensors so that it takes few FLOPs, in SSA form.

    `inputs` holds each tensor's index ids (once each; none is a scalar), `output` the ids that are kept, `sizes` the
    size of each id. An id on three or more tensors, or on two and in the output, is a hyperedge. Tensors are named
    0 … n-1, and step s of the n-1 steps names its result n+s. The FLOPs of a step are the product of the sizes of all
    indices on its two operands; an index on one tensor only and not in the output counts as summed out beforehand.

    Raises ValueError for an empty network, a repeated id on one tensor or in the output, an id without a positive
    size, and an output id that is on no tensor.
    """
    _check(inputs, output, sizes)
    network = _network(inputs, output, sizes)
    if len(inputs) <= search.outer_limit:
        return tuple(_ordered(_best_of_all(network)))
    return tuple(_ordered(_order_of_parts(network, _parts(network.tensors), search)))


def _check(inputs: Sequence[Sequence[int]], output: Sequence[int], sizes: Mapping[int, int]) -> None:
    if not inputs:
        raise ValueError("a network without tensors has no contraction order")
    for indices in (*inputs, output):
        if len(set(indices)) < len(indices):
            raise ValueError(f"an index is repeated in {tuple(indices)}")
    present = {index for indices in inputs for index in indices}
    for index in sorted(present.union(output)):
        if index not in present:
            raise ValueError(f"output index {index} is on no tensor")
        if sizes.get(index, 0) < 1:
            raise ValueError(f"index {index} has no positive size")


@dataclass(frozen=True, slots=True)
class _Network:
    """Sets of indices are integers, bit b being index b: set operations on them are what annealing is made of."""

    tensors: tuple[int, ...]
    kept: int
    sized: tuple[tuple[int, int], ...]  # size, set of the indices of that size

    def volume(self, indices: int) -> int:
        return math.prod(size ** (indices & members).bit_count() for size, members in self.sized)

    def for_cotengra(self) -> tuple[list[tuple[int, ...]], tuple[int, ...], dict[int, int]]:
        """Index ids stay integers: sets of them, unlike sets of str, iterate alike under every hash seed."""
        sizes = {index: size for size, members in self.sized for index in _members(members)}
        return [tuple(_members(tensor)) for tensor in self.tensors], tuple(_members(self.kept)), sizes


def _members(indices: int) -> Iterator[int]:
    while indices:
        lowest = indices & -indices
        yield lowest.bit_length() - 1
        indices ^= lowest


def _network(inputs: Sequence[Sequence[int]], output: Sequence[int], sizes: Mapping[int, int]) -> _Network:
    """The indices that decide costs: larger than one, and on two tensors or in the output."""
    count = Counter(index for indices in (*inputs, output) for index in indices)
    bits = {index: bit for bit, index in enumerate(i for i, times in count.items() if times > 1 and sizes[i] > 1)}

    def as_set(indices: Sequence[int]) -> int:
        return sum(1 << bits[index] for index in indices if index in bits)

    sized: dict[int, int] = {}
    for index, bit in bits.items():
        sized[sizes[index]] = sized.get(sizes[index], 0) | 1 << bit
    return _Network(tuple(map(as_set, inputs)), as_set(output), tuple(sized.items()))


def _parts(tensors: Sequence[int]) -> list[list[int]]:
    """The positions of the tensors, by connected part."""
    parent = list(range(len(tensors)))

    def root(tensor: int) -> int:
        while parent[tensor] != tensor:
            parent[tensor] = tensor = parent[parent[tensor]]
        return tensor

    first_with: dict[int, int] = {}
    for tensor, indices in enumerate(tensors):
        for index in _members(indices):
            parent[root(tensor)] = root(first_with.setdefault(index, tensor))
    parts: dict[int, list[int]] = {}
    for tensor in range(len(tensors)):
        parts.setdefault(root(tensor), []).append(tensor)
    return list(parts.values())


def _order_of_parts(network: _Network, parts: list[list[int]], search: Search) -> Steps:
    """Contracts each connected part by itself, then multiplies the results together, the smallest first."""
    count = len(network.tensors)
    names = list(range(count))
    steps: Steps = []

    def contract(a: int, b: int) -> int:
        steps.append((a, b))
        return count + len(steps) - 1

    def contract_part(part: list[int]) -> int:
        local = [names[tensor] for tensor in part]
        for a, b in _order_of_part(_part(network, part), search):
            local.append(contract(local[a], local[b]))
        return local[-1]

    def result(part: list[int]) -> int:
        return network.volume(_union(network.tensors[tensor] for tensor in part) & network.kept)

    numbers = [contract_part(part) for part in parts if result(part) == 1]
    arrays = [part for part in parts if result(part) > 1]
    if numbers and arrays:
        # a factor may go in anywhere; the cheapest place is the smallest tensor around, which may well be an operand
        thinnest = min((t for part in arrays for t in part), key=lambda tensor: network.volume(network.tensors[tensor]))
        if network.volume(network.tensors[thinnest]) < min(map(result, arrays)):
            names[thinnest] = contract(functools.reduce(contract, numbers), thinnest)
            numbers = []
    queue = [(1, name) for name in numbers] + [(result(part), contract_part(part)) for part in arrays]
    heapq.heapify(queue)
    while len(queue) > 1:
        (volume_a, a), (volume_b, b) = heapq.heappop(queue), heapq.heappop(queue)
        heapq.heappush(queue, (volume_a * volume_b, contract(a, b)))
    return steps


def _union(sets: Iterator[int]) -> int:
    return functools.reduce(int.__or__, sets, 0)


def _part(network: _Network, part: list[int]) -> _Network:
    """One connected part, without the indices on all of its tensors: these multiply the cost of any order alike."""
    tensors = [network.tensors[tensor] for tensor in part]
    relevant = _union(iter(tensors)) & ~functools.reduce(int.__and__, tensors)
    sized = tuple((size, members & relevant) for size, members in network.sized if members & relevant)
    return _Network(tuple(tensor & relevant for tensor in tensors), network.kept & relevant, sized)


def _order_of_part(part: _Network, search: Search) -> Steps:
    count = len(part.tensors)
    if count <= search.outer_limit:
        return _best_of_all(part)
    start = _random_greedy(part, 0, search.seed)
    if not _has_few_connected(part.tensors, search.connected_limit):
        return _search(part, start, search)
    terms, kept, sizes = part.for_cotengra()
    # a bound that is known to be met spares cotengra its rounds of doubling a bound that is too small
    bound = max(2, _Tree(part, start).flops())
    return _binary(optimize_optimal(terms, kept, sizes, minimize="flops", cost_cap=bound, use_ssa=True), count)


def _best_of_all(network: _Network) -> Steps:
    count = len(network.tensors)
    if count <= 2:
        return [(0, 1)][: count - 1]
    terms, kept, sizes = network.for_cotengra()
    # cotengra treats unconnected parts one by one; an index common to all tensors makes one part of them
    common = max(sizes, default=-1) + 1
    terms = [(*term, common) for term in terms]
    found = optimize_optimal(
        terms, kept, {**sizes, common: 2}, minimize="flops", search_outer=True, simplify=False, use_ssa=True
    )
    return _binary(found, count)


def _binary(path: Sequence[Sequence[int]], count: int) -> Steps:
    """Cotengra names the result of summing out an index of one tensor as a step too; here it has no name."""
    names, steps = list(range(count)), Steps()
    for operands in path:
        if len(operands) == 1:
            names.append(names[operands[0]])
            continue
        steps.append((names[operands[0]], names[operands[1]]))
        names.append(count + len(steps) - 1)
    return steps


def _ordered(steps: Steps) -> Steps:
    return [(min(step), max(step)) for step in steps]


def _has_few_connected(tensors: Sequence[int], limit: int) -> bool:
    """Whether the network has at most `limit` connected sub-networks, which is what the optimum's search grows with."""
    count = len(tensors)
    if count * (count + 1) // 2 > limit:  # a chain has as many, and nothing connected has fewer
        return False
    neighbours = [sum(1 << b for b in range(count) if b != a and tensors[a] & tensors[b]) for a in range(count)]
    found = {1 << tensor for tensor in range(count)}
    grown = list(found)
    while grown and len(found) <= limit:
        subset = grown.pop()
        around = _union(neighbours[tensor] for tensor in _members(subset)) & ~subset
        larger = {subset | 1 << tensor for tensor in _members(around)} - found
        found |= larger
        grown.extend(larger)
    return len(found) <= limit


def _random_greedy(network: _Network, trial: int, seed: int) -> Steps:
    """Trial 0 is plain greedy; the others weigh sizes and perturb scores by what they draw."""
    terms, kept, sizes = network.for_cotengra()
    costs, temperatures = ((0.5, 3.0), (0.001, 0.3)) if trial else (1.0, 0.0)
    path, _ = optimize_random_greedy_track_flops(
        terms, kept, sizes, costmod=costs, temperature=temperatures, seed=seed + trial, use_ssa=True
    )
    return _binary(path, len(terms))


class _Tree:
    """A contraction tree that annealing changes in place: node v < n is a tensor, the last node is the result."""

    __slots__ = ("cost", "left", "legs", "network", "right")

    def __init__(self, network: _Network, steps: Steps) -> None:
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

    def copy(self) -> "_Tree":
        twin = object.__new__(_Tree)
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
        """Depth first, so that few intermediates live at once."""
        count = len(self.network.tensors)
        names: dict[int, int] = {tensor: tensor for tensor in range(count)}
        steps: Steps = []
        stack = [len(self.left) - 1]
        while stack:
            a, b = self.left[stack[-1]], self.right[stack[-1]]
            waiting = [child for child in (b, a) if child not in names]
            if waiting:
                stack.extend(waiting)
                continue
            steps.append((names[a], names[b]))
            names[stack.pop()] = count + len(steps) - 1
        return steps


def _log2_volume(network: _Network) -> Callable[[int], float]:
    weights = [(math.log2(size), members) for size, members in network.sized]
    if len(weights) == 1:
        ((weight, _),) = weights
        return lambda indices: weight * indices.bit_count()
    return lambda indices: sum([weight * (indices & members).bit_count() for weight, members in weights])


def _search(network: _Network, start: Steps, search: Search) -> Steps:
    """Anneals random-greedy orders, the best of these again and for longer, and reconfigures the subtrees of those."""
    count = len(network.tensors)
    rng = random.Random(search.seed)
    trials = max(2, min(search.trials, search.trials * 500 // count))
    trees = [_Tree(network, start)]
    trees += [_Tree(network, _random_greedy(network, trial, search.seed)) for trial in range(1, trials)]
    sweeps = _sweeps(network, min(tree.flops() for tree in trees), search)
    trees += [_anneal(tree, sweeps, search, rng) for tree in trees]
    trees = sorted(trees, key=_Tree.log2_flops)[: search.survivors]
    trees += [_anneal(tree, 3 * sweeps, search, rng) for tree in trees]
    trees = sorted(trees, key=_Tree.log2_flops)[: search.survivors]
    trees += [_reconfigured(tree, search) for tree in trees]
    return min(trees, key=_Tree.flops).steps()


def _sweeps(network: _Network, flops: int, search: Search) -> int:
    """Fewer sweeps where there is little to find, where each takes long, and where the order hardly matters.

    The last is so when an order is known that does few FLOPs for each number that it reads: a chain, a tree.
    """
    count = len(network.tensors)
    read = sum(map(network.volume, network.tensors))
    sweeps = min(search.sweeps, 20 * count, search.sweeps * 500**2 // count**2, 50 * flops // read)
    return max(4, 4 * sweeps // max(4, len(network.sized)))


def _anneal(tree: _Tree, sweeps: int, search: Search, rng: random.Random) -> _Tree:
    """The best tree seen while the temperature falls geometrically; the moves are those of arXiv:2108.05665, sec. 4."""
    tree = tree.copy()
    best, least = tree.copy(), tree.log2_flops()
    sized = tree.network.sized
    indices = sum(members.bit_count() for _, members in sized)
    unit = sum(math.log2(size) * members.bit_count() for size, members in sized) / max(1, indices)
    weigh = _log2_volume(tree.network)
    for sweep in range(sweeps):
        fraction = sweep / max(1, sweeps - 1)
        _sweep(tree, weigh, unit * search.hot ** (1 - fraction) * search.cold**fraction, rng)
        total = tree.log2_flops()
        if total < least:
            best, least = tree.copy(), total
    return best


def _sweep(tree: _Tree, weigh: Callable[[int], float], temperature: float, rng: random.Random) -> None:
    """Offers each node the move ((a b) c) → ((a c) b), and takes it by its change of the log2 FLOPs of the two steps."""
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
        # an index of a or c is open above their pair if b carries it or if the node itself leaves it open
        opened = pair & (legs[b] | legs[node])
        new_inner, new_outer = weigh(pair), weigh(opened | legs[b])
        old_inner, old_outer = cost[inner], cost[node]
        gap_new, gap_old = abs(new_inner - new_outer), abs(old_inner - old_outer)
        new = max(new_inner, new_outer) + log2(1.0 + 2.0**-gap_new)
        rise = new - max(old_inner, old_outer) - log2(1.0 + 2.0**-gap_old)
        if rise <= 0.0 or draw() < math.exp(-rise / temperature):
            left[inner], right[inner], left[node], right[node] = a, c, inner, b
            legs[inner], cost[inner], cost[node] = opened, new_inner, new_outer


def _reconfigured(tree: _Tree, search: Search) -> _Tree:
    """Its costliest subtrees of eight replaced by their optimum without outer products, which may make it worse."""
    terms, kept, sizes = tree.network.for_cotengra()
    found = ContractionTree.from_path(terms, kept, sizes, ssa_path=tree.steps())
    found.subtree_reconfigure_(
        subtree_size=8,
        maxiter=search.reconfigurations,
        seed=search.seed,
        minimize="flops",
        optimize=OptimalOptimizer(minimize="flops", accel=False),
    )
    return _Tree(tree.network, list(found.get_ssa_path()))
