"""Steps of least squares beside numpy's, and conjugate gradients beside factorizations."""

import itertools
import math

import numpy as np
import pytest
import torch

from tests.decompose.products import (
    GRAPHS,
    Graph,
    jacobian,
    numbers,
    problem_of,
    squared_error,
    tensors_of,
    whole_metric,
)
from tncc.decompose import alternating
from tncc.decompose.alternating import Problem, best, sweep
from tncc.decompose.contracting import Named

CASES = [(graph, node) for graph in GRAPHS.values() for node in range(len(graph.tensors))]


def lowest(graph: Graph, problem: Problem, tensors: list[Named], node: int) -> float:
    """The least squared error that one tensor can reach, by numpy."""
    root = np.linalg.cholesky(whole_metric(graph)).T
    moments = whole_metric(graph)
    target = np.linalg.solve(moments, problem.target.value.numpy().reshape(-1))
    matrix = root @ jacobian(graph, tensors, node)
    found = np.linalg.lstsq(matrix, root @ target, rcond=None)[0]
    return float(np.sum((root @ target - matrix @ found) ** 2))


@pytest.mark.parametrize(("graph", "node"), CASES)
def test_a_step_reaches_the_least_error(graph: Graph, node: int) -> None:
    problem, tensors = problem_of(graph), tensors_of(graph)
    expected = lowest(graph, problem, tensors, node)
    tensors[node], left = best(problem, tensors, node)
    assert left == pytest.approx(expected, rel=1e-6)
    assert squared_error(graph, problem, tensors) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("graph", "node"), CASES)
def test_conjugate_gradients_reach_it_too(graph: Graph, node: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem, tensors = problem_of(graph), tensors_of(graph)
    expected = lowest(graph, problem, tensors, node)
    monkeypatch.setattr(alternating, "_is_direct", lambda problem, system: False)
    monkeypatch.setattr(alternating, "STEPS", 200)
    monkeypatch.setattr(alternating, "ENOUGH", 1e-9)
    tensors[node], left = best(problem, tensors, node)
    assert left == pytest.approx(expected, rel=1e-5)
    assert squared_error(graph, problem, tensors) == pytest.approx(left, rel=1e-9)


@pytest.mark.parametrize("name", ["chain", "btt", "ring"])
def test_steps_in_single_precision_end_where_double_precision_does(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = GRAPHS[name]
    problem = problem_of(graph)
    single = Problem(problem.target, problem.energy, problem.free, problem.metric, torch.float32)
    reached = []
    monkeypatch.setattr(alternating, "_is_direct", lambda problem, system: False)
    for one in (problem, single):
        tensors, left = tensors_of(graph), math.inf
        for _ in range(100):
            left = sweep(one, tensors, left)
        assert all(tensor.value.dtype == torch.float64 for tensor in tensors)
        assert left == pytest.approx(squared_error(graph, problem, tensors), rel=1e-5)
        reached.append(left)
    assert reached[1] == pytest.approx(reached[0], rel=1e-3)


def test_a_matrix_that_can_be_met_is_met_beyond_single_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left is told in double precision, so that steps in single precision go on to its digits."""
    graph = GRAPHS["btt"]
    problem, there = problem_of(graph), tensors_of(graph)
    zero = Named(problem.target.legs, torch.zeros_like(problem.target.value))
    energy = squared_error(graph, Problem(zero, 0.0, problem.free, problem.metric), there)
    moments = whole_metric(graph)
    product = jacobian(graph, there, 0) @ there[0].value.numpy().reshape(-1)
    image = torch.from_numpy(moments @ product).reshape(problem.target.value.shape)
    target = Named(problem.target.legs, image)
    reachable = Problem(target, energy, problem.free, problem.metric, torch.float32)
    tensors = [Named(one.legs, one.value + 0.1 * numbers(list(one.value.shape), 3, torch.float64)) for one in there]
    monkeypatch.setattr(alternating, "_is_direct", lambda problem, system: False)
    left = math.inf
    for _ in range(300):
        left = sweep(reachable, tensors, left)
    assert math.sqrt(squared_error(graph, reachable, tensors) / energy) < 1e-8


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize("graph", GRAPHS.values(), ids=list(GRAPHS))
def test_sweeps_never_make_it_worse(graph: Graph, direct: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alternating, "_is_direct", lambda problem, system: direct)
    for dtype in (torch.float64, torch.complex128):
        problem, tensors = problem_of(graph, dtype), tensors_of(graph, dtype)
        errors = [squared_error(graph, problem, tensors, dtype)]
        for _ in range(5):
            sweep(problem, tensors, errors[-1])
            errors.append(squared_error(graph, problem, tensors, dtype))
        floor = 1e-12 * problem.energy  # squares of errors have half of the digits
        assert all(later <= earlier * (1 + 1e-9) + floor for earlier, later in itertools.pairwise(errors))
        assert errors[-1] < errors[0]
