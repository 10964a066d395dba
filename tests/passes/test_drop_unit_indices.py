"""Indices of size 1 go."""

from tests.small_networks import small_network
from tncc.ir.dump import operation_line
from tncc.passes.drop_unit_indices import drop_unit_indices

SIZES = {"a": 2, "u": 1, "w": 1, "c": 3}


def test_views_and_results_lose_them() -> None:
    network = small_network(
        SIZES,
        [("h", "a u", "x * B{w w}"), ("y", "(u c)", "h * A")],
        inputs={"x": "a u"},
        parameters={"A": "a c u", "B": "u w"},
    )
    lines = [operation_line(operation) for operation in drop_unit_indices(network).operations]
    assert lines == ["h[a, ()] = x[a, ()] * B[(), ()]", "y[c] = h[a, ()] * A[a, c, ()]"]


def test_function_keeps_what_it_works_over() -> None:
    network = small_network(SIZES, [("y", "a u w", "softmax<u> x")], inputs={"x": "a u w"})
    assert operation_line(drop_unit_indices(network).operations[0]) == "y[a, u, ()] = softmax[u](x[a, u, ()])"


def test_nothing_to_do() -> None:
    network = small_network({"a": 2, "q": 0}, [("y", "... a", "x")], inputs={"x": "... q a"})
    assert drop_unit_indices(network) is network
