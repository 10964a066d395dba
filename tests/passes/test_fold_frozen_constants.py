"""Products of constants are taken out, unless they grow."""

from collections.abc import Mapping

from tests.small_networks import small_network
from tncc.ir.dump import operation_line
from tncc.passes.fold_frozen_constants import fold_frozen_constants

SIZES = {"a": 4, "b": 4, "i": 4, "j": 4, "k": 4, "l": 4}


def folded(
    result: str, expression: str, frozen: Mapping[str, str], parameters: Mapping[str, str] | None = None
) -> list[str]:
    """The operations after the pass."""
    network = small_network(
        SIZES, [("y", result, expression)], inputs={"x": "i"}, parameters=parameters or {}, frozen=frozen
    )
    return [operation_line(operation) for operation in fold_frozen_constants(network).operations]


def test_two_matrices() -> None:
    lines = folded("a", "3 * P * x * Q", frozen={"P": "i j", "Q": "j a"})
    assert lines == ["y:1[i, a] = P[i, j] * Q[j, a]", "y[a] = 3.0 * y:1[i, a] * x[i]"]


def test_no_fold_where_the_product_grows() -> None:
    lines = folded("a b k", "x * P * Q", frozen={"P": "i j a", "Q": "j k b"})
    assert lines == ["y[a, b, k] = x[i] * P[i, j, a] * Q[j, k, b]"]


def test_index_carried_by_others_stays_open() -> None:
    lines = folded("a", "x * P * Q * R", frozen={"P": "i j", "Q": "j a"}, parameters={"R": "j"})
    assert lines == ["y[a] = x[i] * P[i, j] * Q[j, a] * R[j]"]


def test_ring_of_constants_closes() -> None:
    frozen = {"P": "i j", "Q": "j k", "R": "k l", "S": "l i"}
    lines = folded("", "x{a} * P * Q * R * S", frozen=frozen)
    assert lines == ["y:1[] = P[i, j] * Q[j, k] * R[k, l] * S[l, i]", "y[] = x[a] * y:1[]"]


def test_constants_of_constants() -> None:
    network = small_network(
        SIZES,
        [("p", "i j", "tanh<> P"), ("y", "a", "x * p * Q")],
        inputs={"x": "i"},
        frozen={"P": "i j", "Q": "j a"},
    )
    lines = [operation_line(operation) for operation in fold_frozen_constants(network).operations]
    assert lines[1:] == ["y:1[i, a] = p[i, j] * Q[j, a]", "y[a] = x[i] * y:1[i, a]"]


def test_what_is_constant_altogether_stays_whole() -> None:
    assert folded("i", "P * Q * R", frozen={"P": "i j", "Q": "j k", "R": "k"}) == ["y[i] = P[i, j] * Q[j, k] * R[k]"]
