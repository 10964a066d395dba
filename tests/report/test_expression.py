import pytest

from tests.ir.hand_built import add, apply, contract
from tncc.ir.network import Operation
from tncc.report.expression import expression


@pytest.mark.parametrize(
    ("operation", "written"),
    [
        (
            contract("y", "... i[1] o[0] r[1]", "x: ... (i[0] i[1])", "A: i[0] o[0] r[1]"),
            "... i[0] i[1], i[0] o[0] r[1] -> ... i[1] o[0] r[1]",
        ),
        (contract("y", "", "a: i", "b: i"), "i, i -> ()"),
        (contract("y", "i", "a:", "b: i"), "(), i -> i"),
        (contract("y", "... f", "x: ... #3 f"), "... 3 f -> ... f"),
        (contract("y", "a", "T: a a"), "a a -> a"),
        (contract("y", "a", "T: a", scale=0.25), "0.25 * a -> a"),
        (contract("y", "", scale=2.0), "2 -> ()"),
        (add("y", "a b", "s: a b", "t: b", coefficients=(1, -1)), "a b - b -> a b"),
        (add("y", "a", "s: a", "t: a", coefficients=(-1, 0.5)), "- a + 0.5 * a -> a"),
        (apply("y", "... a", "gelu", "x: ... a"), "gelu(... a) -> ... a"),
        (apply("y", "...", "mean", "x: ... a b", over="a b"), "mean[a, b](... a b) -> ..."),
    ],
)
def test_a_step_is_written_with_its_indices(operation: Operation, written: str) -> None:
    assert expression(operation) == written
