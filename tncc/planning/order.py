"""Finds in which order to contract a network: nothing else decides as much about what the network costs.

This is the only file that knows cotengra. Every search is seeded and counted, never timed, so that a network has one
order whatever the run, the hash seed or the load of the machine.
"""

import functools
import heapq
import importlib
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tncc.planning.annealing import Tree, anneal
from tncc.planning.hypergraph import Hypergraph, Steps, each_index, hypergraph_of, union


def _cotengra() -> Any:
    """Imported when an order is first wanted: it brings NumPy, which checking a program does without."""
    return importlib.import_module("cotengra")


def _pathfinders() -> Any:
    return importlib.import_module("cotengra.pathfinders.path_basic")


@dataclass(frozen=True, slots=True)
class Search:
    """How much effort goes into an order. All are counts (trials and survivors from one) but the two temperatures.

    - outer_limit: up to this many tensors the order is the best of all, outer products included.
    - connected_limit: a connected network with no more connected sub-networks than this gets the best order without
      outer products, or a better one with them; the time grows as the square of this number.
    - trials: random-greedy orders, each annealed; survivors: how many of these are annealed again, for longer.
    - sweeps: passes over all steps in a first annealing; tiny, huge and easy networks get fewer.
    - hot, cold: first and last temperature, in units of the mean log2 size of an index.
    - reconfigurations: subtrees of a surviving order that are replaced by their optimum; small networks get fewer.
    - seed: of all random choices.
    """

    outer_limit: int = 8
    connected_limit: int = 700
    trials: int = 8
    survivors: int = 2
    sweeps: int = 1500
    hot: float = 0.6
    cold: float = 0.1
    reconfigurations: int = 64
    seed: int = 0


DEFAULT = Search()


Aim = Literal["flops", "combo-64"]
"""What an order has few of: FLOPs, or FLOPs and numbers written, of which one counts for 64 FLOPs."""


def contraction_order(
    inputs: Sequence[Sequence[int]],
    output: Sequence[int],
    sizes: Mapping[int, int],
    *,
    search: Search = DEFAULT,
    aim: Aim = "flops",
) -> tuple[tuple[int, int], ...]:
    """The pairs in which to contract a network of n tensors so that it takes few FLOPs, in SSA form.

    Another aim than FLOPs is followed only in networks so small that the best order is found.

    `inputs` holds each tensor's index ids (each once; a scalar has none), `output` the ids that are kept, `sizes` the
    size of each id. An id on three or more tensors, or on two and in the output, is a hyperedge. Tensors are named
    0 … n-1, and step s of the n-1 steps names its result n+s. The FLOPs of a step are the product of the sizes of all
    indices on its two operands; an index on one tensor only and not in the output counts as summed out beforehand.

    Raises ValueError for an empty network, an id repeated on one tensor or in the output, an id without a positive
    size, and an output id that is on no tensor.
    """
    _check(inputs, output, sizes)
    network = hypergraph_of(inputs, output, sizes)
    if len(inputs) <= search.outer_limit:
        steps = _best_of_all(network, aim)
    else:
        steps = _order_of_parts(network, _parts(network.tensors), search)
    return tuple((min(step), max(step)) for step in steps)


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


def _parts(tensors: Sequence[int]) -> list[list[int]]:
    """The connected parts, each as its tensors' positions."""
    parent = list(range(len(tensors)))

    def root(tensor: int) -> int:
        while parent[tensor] != tensor:
            parent[tensor] = tensor = parent[parent[tensor]]
        return tensor

    first_with: dict[int, int] = {}
    for tensor, indices in enumerate(tensors):
        for index in each_index(indices):
            parent[root(tensor)] = root(first_with.setdefault(index, tensor))
    parts: dict[int, list[int]] = {}
    for tensor in range(len(tensors)):
        parts.setdefault(root(tensor), []).append(tensor)
    return list(parts.values())


def _order_of_parts(network: Hypergraph, parts: list[list[int]], search: Search) -> Steps:
    """Contracts each connected part by itself, then multiplies the results together, the smallest first."""
    steps: Steps = []
    names = list(range(len(network.tensors)))

    def contract(a: int, b: int) -> int:
        steps.append((a, b))
        return len(network.tensors) + len(steps) - 1

    def contract_part(part: list[int]) -> int:
        local = [names[tensor] for tensor in part]
        for a, b in _order_of_part(_part(network, part), search):
            local.append(contract(local[a], local[b]))
        return local[-1]

    results = [network.volume(union(network.tensors[tensor] for tensor in part) & network.kept) for part in parts]
    numbers = [contract_part(part) for part, result in zip(parts, results, strict=True) if result == 1]
    arrays = [(result, part) for part, result in zip(parts, results, strict=True) if result > 1]
    if numbers and arrays:
        # a factor may go in anywhere, and a tensor is often smaller than every result
        volume, thinnest = min((network.volume(network.tensors[tensor]), tensor) for _, p in arrays for tensor in p)
        if volume < min(result for result, _ in arrays):
            names[thinnest] = contract(functools.reduce(contract, numbers), thinnest)
            numbers = []
    queue = [(1, name) for name in numbers] + [(result, contract_part(part)) for result, part in arrays]
    heapq.heapify(queue)
    while len(queue) > 1:
        (volume_a, a), (volume_b, b) = heapq.heappop(queue), heapq.heappop(queue)
        heapq.heappush(queue, (volume_a * volume_b, contract(a, b)))
    return steps


def _part(network: Hypergraph, part: list[int]) -> Hypergraph:
    """One connected part without the indices on all of its tensors: these multiply the cost of any order alike."""
    tensors = [network.tensors[tensor] for tensor in part]
    relevant = union(tensors) & ~functools.reduce(int.__and__, tensors)
    sized = tuple((size, members & relevant) for size, members in network.sized if members & relevant)
    return Hypergraph(tuple(tensor & relevant for tensor in tensors), network.kept & relevant, sized)


def _order_of_part(part: Hypergraph, search: Search) -> Steps:
    if len(part.tensors) <= search.outer_limit:
        return _best_of_all(part, "flops")
    # where plain greedy overflows, annealing gets by with any start
    start = Tree(part, _random_greedy(part, 0, search.seed, math.inf) or _left_to_right(len(part.tensors)))
    if not _has_few_connected(part.tensors, search.connected_limit):
        return _search(part, start, search)
    terms, kept, sizes = part.for_cotengra()
    # a bound known to be met spares cotengra the rounds of doubling one that is too small
    path = _pathfinders().optimize_optimal(terms, kept, sizes, minimize="flops", cost_cap=start.flops(), use_ssa=True)
    tree = Tree(part, _binary(path, len(terms)))
    outer = anneal(tree, _sweeps(part, tree.flops(), search), (search.hot, search.cold), random.Random(search.seed))
    return min(tree, outer, key=Tree.flops).steps()


def _left_to_right(count: int) -> Steps:
    return [(count + step - 1 if step else 0, step + 1) for step in range(count - 1)]


def _best_of_all(network: Hypergraph, aim: Aim) -> Steps:
    any_order = _left_to_right(len(network.tensors))
    if len(any_order) < 2:
        return any_order
    terms, kept, sizes = network.for_cotengra()
    # cotengra orders unconnected parts one by one; an index common to all tensors leaves it only one part
    common = max(sizes, default=-1) + 1
    terms, sizes = [(*term, common) for term in terms], {**sizes, common: 2}
    bound = 2 * Tree(network, any_order).flops()
    path = _pathfinders().optimize_optimal(
        terms, kept, sizes, minimize=aim, cost_cap=bound, search_outer=True, simplify=False, use_ssa=True
    )
    return _binary(path, len(terms))


def _binary(path: Sequence[Sequence[int]], count: int) -> Steps:
    """Drops the steps of one operand, by which cotengra says that it sums an index out."""
    names, steps = list(range(count)), Steps()
    for operands in path:
        if len(operands) == 1:
            names.append(names[operands[0]])
            continue
        steps.append((names[operands[0]], names[operands[1]]))
        names.append(count + len(steps) - 1)
    return steps


def _has_few_connected(tensors: Sequence[int], limit: int) -> bool:
    """Whether at most `limit` sub-networks are connected: the search for the optimum grows with their number."""
    count = len(tensors)
    if count * (count + 1) // 2 > limit:  # a chain has as many, and nothing connected has fewer
        return False
    neighbours = [union(1 << b for b in range(count) if b != a and tensors[a] & tensors[b]) for a in range(count)]
    found = {1 << tensor for tensor in range(count)}
    grown = list(found)
    while grown and len(found) <= limit:
        subset = grown.pop()
        around = union(neighbours[tensor] for tensor in each_index(subset)) & ~subset
        larger = {subset | 1 << tensor for tensor in each_index(around)} - found
        found |= larger
        grown.extend(larger)
    return len(found) <= limit


def _random_greedy(network: Hypergraph, trial: int, seed: int, limit: float) -> Steps | None:
    """Trial 0 is plain greedy, the others draw how to weigh sizes and perturb scores; None where one takes too long."""
    terms, kept, sizes = network.for_cotengra()
    rng = random.Random(seed + trial)
    processor = _pathfinders().ContractionProcessor(terms, kept, sizes, track_flops=True, flops_limit=limit)
    processor.simplify()
    weight, temperature = (rng.uniform(0.5, 3.0), 0.001 * 300 ** rng.random()) if trial else (1.0, 0.0)
    try:
        finished = processor.optimize_greedy(costmod=weight, temperature=temperature, seed=rng)
    except OverflowError:  # its scores are floats
        return None
    if not finished:
        return None
    processor.optimize_remaining_by_size()
    return _binary(processor.ssa_path, len(terms))


def _search(network: Hypergraph, start: Tree, search: Search) -> Steps:
    """Anneals random-greedy orders, then the best of them again and for longer, and reconfigures what survives."""
    rng = random.Random(search.seed)
    trials = max(2, int(search.trials * min(1.0, 500 / len(network.tensors), _ease(network))))
    limit = 1000 * start.flops()
    others = [_random_greedy(network, trial, search.seed, limit) for trial in range(1, trials)]
    trees = [start, *(Tree(network, steps) if steps else start for steps in others)]
    sweeps = _sweeps(network, min(tree.flops() for tree in trees), search)
    trees += [anneal(tree, sweeps, (search.hot, search.cold), rng) for tree in trees]
    trees = sorted(trees, key=Tree.log2_flops)[: search.survivors]
    trees += [anneal(tree, 3 * sweeps, (search.hot, search.cold), rng) for tree in trees]
    trees = sorted(trees, key=Tree.log2_flops)[: search.survivors]
    trees += [_reconfigured(tree, search) for tree in trees]
    return min(trees, key=Tree.flops).steps()


def _ease(network: Hypergraph) -> float:
    """Below 1 on dense networks, where cotengra gets slow: it goes through each index of each tensor's neighbours."""
    return 30_000 / (1 + sum(tensor.bit_count() ** 2 for tensor in network.tensors))


def _sweeps(network: Hypergraph, flops: int, search: Search) -> int:
    """Fewer where there is little to find, where a sweep takes long, and where an order is known that does few FLOPs
    for each number that it reads: then the contraction is cheap, whatever the optimum."""
    count = len(network.tensors)
    read = sum(map(network.volume, network.tensors))
    sweeps = min(search.sweeps, count**2 // 2, int(search.sweeps * (400 / count) ** 1.75), 30 * flops // read)
    return max(4, 2 * sweeps // (1 + len(network.sized)))


def _reconfigured(tree: Tree, search: Search) -> Tree:
    """Its costliest subtrees of six replaced by their optimum without outer products, which may be a loss."""
    terms, kept, sizes = tree.network.for_cotengra()
    found = _cotengra().ContractionTree.from_path(terms, kept, sizes, ssa_path=tree.steps())
    found.subtree_reconfigure_(
        subtree_size=6,
        maxiter=int(search.reconfigurations * min(1.0, len(terms) / 200, _ease(tree.network))),
        seed=search.seed,
        minimize="flops",
        optimize=_pathfinders().OptimalOptimizer(minimize="flops", accel=False),
    )
    return Tree(tree.network, list(found.get_ssa_path()))
