"""The normal equations of one tensor, and their blocks, beside matrices that numpy makes of the whole product."""

import numpy as np
import pytest
import torch

from tests.decompose.products import GRAPHS, SIZES, Graph, jacobian, numbers, problem_of, tensors_of, whole_metric
from tncc.decompose.contracting import Named
from tncc.decompose.normal import Factored, Inverse, System, applied, solved

DTYPES = (torch.float64, torch.complex128)
CASES = [(graph, node) for graph in GRAPHS.values() for node in range(len(graph.tensors))]


def system_of(graph: Graph, node: int, dtype: torch.dtype) -> System:
    problem = problem_of(graph, dtype)
    return System.of(problem.target.legs, problem.metrics(dtype), tensors_of(graph, dtype), node)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("graph", "node"), CASES)
def test_the_system_and_its_blocks_are_the_normal_matrix(graph: Graph, node: int, dtype: torch.dtype) -> None:
    tensors, system = tensors_of(graph, dtype), system_of(graph, node, dtype)
    matrix = jacobian(graph, tensors, node)
    normal = matrix.conj().T @ whole_metric(graph, dtype) @ matrix
    value = numbers(list(tensors[node].value.shape), 5, dtype)
    expected = (normal @ value.numpy().reshape(-1)).reshape(value.shape)
    np.testing.assert_allclose(system.apply(value).numpy(), expected, atol=1e-10)
    blocks = [Factored.of(block, 0.0) for block in system.blocks()]
    named = Named(tensors[node].legs, value)
    np.testing.assert_allclose(applied(blocks, named).numpy(), expected, atol=1e-10)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["chain", "btt", "tucker", "apart"])
def test_blocks_are_solved_and_inverted(name: str, dtype: torch.dtype) -> None:
    graph = GRAPHS[name]
    tensors, system = tensors_of(graph, dtype), system_of(graph, 0, dtype)
    value = Named(tensors[0].legs, numbers(list(tensors[0].value.shape), 5, dtype))
    factored = [Factored.of(block, 0.0) for block in system.blocks()]
    there = Named(value.legs, applied(factored, value))
    torch.testing.assert_close(solved(factored, there), value.value, rtol=1e-7, atol=1e-7)
    inverses = [Inverse.of(block, 0.0, dtype) for block in system.blocks()]
    found = applied([one for one in inverses if one is not None], there)
    torch.testing.assert_close(found, value.value, rtol=1e-7, atol=1e-7)


def test_parts_that_share_nothing_are_blocks_of_their_own() -> None:
    """A core between orthogonal factors is as small to solve for as these are."""
    graph = Graph(("RS", "Ro", "Sp"), "")
    tensors = tensors_of(graph)
    system = System.of(("o", "p"), (), tensors, 0)
    assert sorted(block.coupled for block in system.blocks()) == [("R",), ("S",)]
    assert [system.size(block) for block in system.blocks()] == [SIZES["R"], SIZES["S"]]
    first, second = (one.value.T.numpy() for one in tensors[1:])
    value = numbers([2, 3], 5, torch.float64)
    expected = np.kron(first.T @ first, second.T @ second) @ value.numpy().reshape(-1)
    factored = [Factored.of(block, 0.0) for block in system.blocks()]
    found = applied(factored, Named(("R", "S"), value)).numpy().reshape(-1)
    first, second = (one.value.numpy() for one in tensors[1:])
    expected = np.kron(first @ first.T, second @ second.T) @ value.numpy().reshape(-1)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_work_counts_products() -> None:
    tensors = tensors_of(Graph(("RS", "Ro", "Sp"), ""))
    system = System.of(("o", "p"), (), tensors, 0)
    # Each block sums over o or p; then 2 and 3 rows are factorized, and solved for the 6 numbers of the tensor.
    made = 2 * 2 * 3 + 3 * 3 * 2
    assert system.direct_work() == pytest.approx(made + (2**3 + 3**3) / 6 + 6 * (2 + 3))
    assert system.step_work() > 0


def test_a_block_that_is_not_positive_has_no_inverse() -> None:
    graph = Graph(("Ro", "Rp"), "")
    tensors = [tensors_of(graph)[0], Named(("R", "p"), torch.zeros(2, 2, dtype=torch.float64))]
    (block,) = System.of(("o", "p"), (), tensors, 0).blocks()
    assert Inverse.of(block, 0.0, torch.float64) is None
    zero = Named(("R", "o"), torch.zeros(2, 3, dtype=torch.float64))
    assert not Factored.of(block, 0.0).solve(zero).value.any()
