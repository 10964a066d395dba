"""Holds the FLOPs of `contraction_order` against those of cotengra's own presets, on graphs that anyone can make again.

Run `python benchmarks/path_quality.py [--quick | --large]`: a minute, a quarter of an hour, an hour.
"""

import argparse
import math
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cotengra
import networkx as nx
from cotengra.presets import AutoHQOptimizer, AutoOptimizer
from machine import describe

from tncc.planning.order import contraction_order

TARGET = 1.1


@dataclass(frozen=True)
class Instance:
    """A network with a tensor for each node of a graph and an index of size `bond` for each edge.

    Every `legs_every`-th tensor has an open leg of size 2 besides; with 0 none has.
    """

    name: str
    graph: Callable[[], "nx.Graph[Any]"]
    bond: int
    legs_every: int = 0

    def network(self) -> tuple[list[tuple[int, ...]], tuple[int, ...], dict[int, int]]:
        graph = nx.convert_node_labels_to_integers(self.graph(), ordering="sorted")
        inputs: list[list[int]] = [[] for _ in range(graph.number_of_nodes())]
        edges = sorted((min(edge), max(edge)) for edge in graph.edges)
        sizes = dict.fromkeys(range(len(edges)), self.bond)
        for index, edge in enumerate(edges):
            for tensor in edge:
                inputs[tensor].append(index)
        output = []
        for tensor in range(0, len(inputs), self.legs_every) if self.legs_every else ():
            output.append(len(sizes))
            inputs[tensor].append(len(sizes))
            sizes[len(sizes)] = 2
        return [tuple(indices) for indices in inputs], tuple(output), sizes


def grid(*shape: int) -> Callable[[], "nx.Graph[Any]"]:
    return lambda: nx.grid_graph(shape)


def regular(count: int, seed: int) -> Callable[[], "nx.Graph[Any]"]:
    return lambda: nx.random_regular_graph(3, count, seed=seed)


def tree(count: int, seed: int) -> Callable[[], "nx.Graph[Any]"]:
    return lambda: nx.random_labeled_tree(count, seed=seed)


QUICK = (
    Instance("grid 8x8", grid(8, 8), 2),
    Instance("3-regular 50", regular(50, 50), 2),
    Instance("tree 50", tree(50, 50), 2),
    Instance("tree 100 open", tree(100, 100), 2, 10),
)
FULL = (
    *QUICK,
    Instance("grid 10x10", grid(10, 10), 4),
    Instance("grid 10x10 open", grid(10, 10), 2, 10),
    Instance("grid 16x16", grid(16, 16), 2),
    Instance("grid 4x4x4", grid(4, 4, 4), 4),
    Instance("3-regular 100", regular(100, 100), 4),
    Instance("3-regular 100 open", regular(100, 7), 2, 10),
    Instance("tree 200", tree(200, 200), 4),
    Instance("tree 300 open", tree(300, 300), 4, 30),
    Instance("tree 500", tree(500, 500), 2),
)
LARGE = (
    *FULL,
    Instance("grid 5x5x5", grid(5, 5, 5), 2),
    Instance("grid 20x25", grid(20, 25), 2),
    Instance("3-regular 200", regular(200, 200), 2),
    Instance("3-regular 300", regular(300, 300), 2),
    Instance("3-regular 500", regular(500, 500), 2),
)


def presets() -> Iterator[tuple[str, Callable[..., "cotengra.ContractionTree"]]]:
    """Each anew, for they learn from one network to the next; in one process, as our own search is."""
    yield "auto", AutoOptimizer(parallel=False, cache=False).search
    yield "auto-hq", AutoHQOptimizer(parallel=False, cache=False).search
    yield "hyper-128", cotengra.HyperOptimizer(max_repeats=128, parallel=False).search


def flops(instance: Instance, order: tuple[tuple[int, int], ...]) -> int:
    """The sum over all steps of the product of the sizes of all indices on the two operands: multiply-adds.

    An index leaves with the step after which neither the output nor any operand to come carries it.
    """
    inputs, output, sizes = instance.network()
    operands: dict[int, set[int]] = {tensor: set(indices) for tensor, indices in enumerate(inputs)}
    carriers = {index: sum(index in indices for indices in (*inputs, output)) for index in sizes}
    total = 0
    for step, (a, b) in enumerate(order):
        left, right = operands.pop(a), operands.pop(b)
        total += math.prod(sizes[index] for index in left | right)
        for index in left & right:
            carriers[index] -= 1
        operands[len(inputs) + step] = {index for index in left | right if carriers[index] > 1}
    return total


def measure(instance: Instance) -> tuple[dict[str, int], dict[str, float]]:
    """FLOPs and seconds of each way to find an order."""
    inputs, output, sizes = instance.network()
    start = time.perf_counter()
    found = {"ours": contraction_order(inputs, output, sizes)}
    seconds = {"ours": time.perf_counter() - start}
    symbols = {index: cotengra.get_symbol(index) for index in sizes}
    terms = [tuple(symbols[index] for index in indices) for indices in inputs]
    kept = tuple(symbols[index] for index in output)
    for name, search in presets():
        start = time.perf_counter()
        found[name] = search(terms, kept, {symbols[index]: size for index, size in sizes.items()}).get_ssa_path()
        seconds[name] = time.perf_counter() - start
    return {name: flops(instance, order) for name, order in found.items()}, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="four small networks only")
    extent.add_argument("--large", action="store_true", help="also lattices and 3-regular graphs of up to 500 tensors")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", module="cotengra")
    # cotengra's partitioners start a pool of processes for their own little searches even under `parallel=False`
    cotengra.parallel._IS_WORKER = True
    print(describe("cotengra", "networkx", "kahypar", "optuna", "cmaes", "cotengrust"))
    print("FLOPs: over all steps, the product of the sizes of all indices on the two operands; F is their log10")
    print("seconds: of the wall clock, in the order of the columns of F")
    names = ["ours", "auto", "auto-hq", "hyper-128"]
    print(f"{'instance':20} {'n':>4} bond | F: {' '.join(f'{name:>9}' for name in names)} | ours/best | seconds")
    ratios = []
    for instance in QUICK if arguments.quick else LARGE if arguments.large else FULL:
        found, seconds = measure(instance)
        ratios.append(found["ours"] / min(count for name, count in found.items() if name != "ours"))
        logs = " ".join(f"{math.log10(count):9.3f}" for count in found.values())
        times = " ".join(f"{second:6.1f}" for second in seconds.values())
        count = len(instance.network()[0])
        print(f"{instance.name:20} {count:4} {instance.bond:4} |    {logs} | {ratios[-1]:9.3f} | {times}", flush=True)
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    print(f"geometric mean of ours/best: {mean:.3f} (target: at most {TARGET}), worst {max(ratios):.3f}")


if __name__ == "__main__":
    main()
