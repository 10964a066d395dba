"""The contraction order: valid for any hypergraph, the cheapest where that can be checked, and always the same."""

import functools
import itertools
import math
import os
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tncc.planning.order import DEFAULT, Search, contraction_order

Network = tuple[list[tuple[int, ...]], tuple[int, ...], dict[int, int]]

QUICK = Search(trials=3, sweeps=40, reconfigurations=8)


@st.composite
def networks(draw: st.DrawFn, most: int) -> Network:
    """Random hypergraphs: scalars, equal tensors, unconnected parts, indices of size one or on one tensor."""
    count = draw(st.integers(1, most))
    owners = draw(st.lists(st.sets(st.integers(0, count - 1), min_size=1), max_size=10))
    inputs = [tuple(index for index, tensors in enumerate(owners) if tensor in tensors) for tensor in range(count)]
    output = tuple(index for index in range(len(owners)) if draw(st.booleans()))
    return inputs, output, {index: draw(st.integers(1, 5)) for index in range(len(owners))}


def from_pairs(pairs: list[tuple[int, int]], count: int, size: int) -> Network:
    inputs = [tuple(index for index, pair in enumerate(pairs) if tensor in pair) for tensor in range(count)]
    return inputs, (), dict.fromkeys(range(len(pairs)), size)


def chain(count: int, size: int) -> Network:
    return from_pairs(list(itertools.pairwise(range(count))), count, size)


def complete(count: int, size: int) -> Network:
    return from_pairs(list(itertools.combinations(range(count), 2)), count, size)


def grid(rows: int, columns: int, size: int) -> Network:
    right = [(r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)]
    down = [(r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)]
    return from_pairs(right + down, rows * columns, size)


def open_legs(network: Network, tensors: frozenset[int]) -> frozenset[int]:
    """The indices that some of the tensors carry, and that others or the output carry too."""
    inputs, output, _ = network
    outside = {index for tensor, indices in enumerate(inputs) if tensor not in tensors for index in indices}
    return frozenset(i for tensor in tensors for i in inputs[tensor] if i in outside or i in output)


def step_flops(network: Network, a: frozenset[int], b: frozenset[int]) -> int:
    return math.prod(network[2][index] for index in open_legs(network, a) | open_legs(network, b))


def flops(network: Network, order: tuple[tuple[int, int], ...]) -> int:
    """Also checks that the order is one: each tensor and each result is used once, the last result holds everything."""
    count = len(network[0])
    assert len(order) == count - 1
    tensors = {tensor: frozenset((tensor,)) for tensor in range(count)}
    total = 0
    for step, (a, b) in enumerate(order):
        left, right = tensors.pop(a), tensors.pop(b)
        total += step_flops(network, left, right)
        tensors[count + step] = left | right
    assert list(tensors.values()) == [frozenset(range(count))]
    return total


def fewest_flops(network: Network) -> int:
    """Over all binary trees, by trying each way to part each set of tensors in two."""

    @functools.cache
    def fewest(tensors: frozenset[int]) -> int:
        if len(tensors) == 1:
            return 0
        first, *rest = sorted(tensors)
        parts = (frozenset((first, *some)) for k in range(len(rest)) for some in itertools.combinations(rest, k))
        return min(fewest(a) + fewest(tensors - a) + step_flops(network, a, tensors - a) for a in parts)

    return fewest(frozenset(range(len(network[0]))))


@given(networks(most=16))
@settings(deadline=None, max_examples=150)
def test_every_tensor_is_contracted_once(network: Network) -> None:
    flops(network, contraction_order(*network, search=QUICK))


@given(networks(most=6))
@settings(deadline=None, max_examples=150)
def test_up_to_six_tensors_no_tree_is_cheaper(network: Network) -> None:
    assert flops(network, contraction_order(*network)) == fewest_flops(network)


@pytest.mark.parametrize("network", [grid(3, 3, 3), complete(9, 2), chain(10, 4)], ids=["grid", "complete", "chain"])
def test_nine_tensors_no_tree_is_cheaper(network: Network) -> None:
    assert flops(network, contraction_order(*network)) == fewest_flops(network)


@pytest.mark.parametrize("count", [20, 100, 500])
def test_a_chain_is_contracted_from_its_ends(count: int) -> None:
    """Each step absorbs one matrix into a vector, and the last multiplies two vectors."""
    least = (count - 2) * 16 + 4
    assert flops(chain(count, 4), contraction_order(*chain(count, 4))) <= 1.1 * least


def test_a_grid_costs_no_more_than_a_sweep_over_its_rows() -> None:
    """The bound contracts site after site, row by row: the boundary never exceeds one row and a bond."""
    by_rows = tuple((0 if site == 1 else 35 + site - 1, site) for site in range(1, 36))
    network = grid(6, 6, 2)
    assert flops(network, contraction_order(*network)) < flops(network, by_rows)


def test_networks_without_a_choice() -> None:
    assert contraction_order([()], (), {}) == ()
    assert contraction_order([(7, 8)], (8,), {7: 2, 8: 3}) == ()
    assert contraction_order([(7, 8), (8,)], (7,), {7: 2, 8: 3}) == ((0, 1),)
    assert contraction_order([(), ()], (), {}) == ((0, 1),)


@pytest.mark.parametrize(
    "network",
    [
        ([()] * 20, (), {}),
        ([(0, 1)] * 20, (), {0: 3, 1: 2}),
        ([(0,)] * 20, (0,), {0: 3}),
        ([(tensor,) for tensor in range(20)], tuple(range(20)), dict.fromkeys(range(20), 2)),
        ([(tensor, 100) for tensor in range(20)], (100,), dict.fromkeys([*range(20), 100], 2)),
        ([(tensor // 2,) for tensor in range(40)], (), dict.fromkeys(range(20), 1)),
        ([(tensor // 2, 50) for tensor in range(40)], (50,), dict.fromkeys([*range(20), 50], 3)),
        ([*chain(20, 3)[0], (), (), (500, 501), (501,)], (500,), {**chain(20, 3)[2], 500: 2, 501: 3}),
        complete(14, 2),
        complete(12, 10**60),
    ],
    ids=["scalar", "equal", "batch", "outer", "private", "size one", "batched pair", "parts", "dense", "vast"],
)
def test_unusual_networks_have_an_order(network: Network) -> None:
    flops(network, contraction_order(*network, search=QUICK))


def test_a_factor_goes_to_the_smallest_tensor() -> None:
    """Eight matrices in a row make a 64 × 64 matrix; the number is to be multiplied into a tensor of two elements."""
    inputs, _, sizes = chain(9, 64)
    inputs[0], inputs[-1] = (20, *inputs[0]), (*inputs[-1], 21)
    inputs += [(), (21, 22), (22,)]
    network = inputs, (20, 21), {**sizes, 20: 64, 21: 64, 22: 2}
    order = contraction_order(*network)
    number = next(step for step in order if 9 in step)
    assert number == (9, 11)
    flops(network, order)


def test_only_the_order_of_appearance_names_an_index() -> None:
    inputs, output, sizes = grid(5, 5, 2)
    renamed = [tuple(1000 - 7 * index for index in indices) for indices in inputs]
    other_sizes = {1000 - 7 * index: size for index, size in reversed(sizes.items())}
    assert contraction_order(inputs, output, sizes) == contraction_order(renamed, output, other_sizes)


def test_the_global_random_state_is_neither_read_nor_changed() -> None:
    random.seed(1)
    first = contraction_order(*grid(5, 6, 2))
    drawn = random.random()
    random.seed(2)
    assert contraction_order(*grid(5, 6, 2)) == first
    random.seed(1)
    assert random.random() == drawn


def test_the_seed_is_the_callers() -> None:
    orders = {contraction_order(*grid(6, 6, 2), search=Search(sweeps=5, seed=seed)) for seed in range(4)}
    assert len(orders) > 1
    assert contraction_order(*grid(4, 4, 2), search=DEFAULT) == contraction_order(*grid(4, 4, 2))


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_every_hash_seed_gives_the_same_order() -> None:
    code = """
import random
from tncc.planning.order import Search, contraction_order
draw = random.Random(3)
for count, indices, degree in ((8, 12, 2), (18, 20, 3), (40, 60, 2), (60, 40, 4)):
    owners = [draw.sample(range(count), degree) for _ in range(indices)]
    inputs = [tuple(i for i, tensors in enumerate(owners) if tensor in tensors) for tensor in range(count)]
    sizes = {i: 2 + i % 3 for i in range(indices)}
    print(contraction_order(inputs, range(0, indices, 9), sizes, search=Search(sweeps=100)))
"""
    assert len({run(code, PYTHONHASHSEED=seed) for seed in ("0", "1", "77")}) == 1


def test_planning_does_not_import_torch() -> None:
    assert run("import sys, tncc.planning.order; print('torch' in sys.modules)").strip() == "False"


@pytest.mark.parametrize(
    ("inputs", "output", "sizes", "message"),
    [
        ([], (), {}, "without tensors"),
        ([(0, 0)], (), {0: 2}, "repeated"),
        ([(0,)], (0, 0), {0: 2}, "repeated"),
        ([(0,)], (1,), {0: 2, 1: 2}, "on no tensor"),
        ([(0,), (0, 1)], (), {0: 2}, "no positive size"),
        ([(0,)], (), {0: 0}, "no positive size"),
    ],
)
def test_what_is_no_network_is_refused(
    inputs: list[tuple[int, ...]], output: tuple[int, ...], sizes: dict[int, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        contraction_order(inputs, output, sizes)
