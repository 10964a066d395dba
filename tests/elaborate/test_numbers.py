"""Numbers known at compile time where tensors stand, and products and sums of nothing."""

import numpy as np
import pytest

from tests.elaborate.run import codes, network_of, random_tensors, run


@pytest.mark.parametrize(
    ("right", "factor"),
    [
        ("A * exp(0)", 1.0),
        ("2 * exp(1) * A", 2 * np.e),
        ("A * (1 + exp(2))", 1 + np.exp(2)),
        ("A / (1 + exp(2))", 1 / (1 + np.exp(2))),
        ("A * tanh(1 + exp(-2)) * sqrt(4)", 2 * np.tanh(1 + np.exp(-2))),
        ("A * sqrt(exp(2))", np.e),
        ("A * sum(k in 0..3: exp(k))", 1 + np.e + np.e**2),
        ("A * (exp(1) if n > 2 else 3)", np.e),
        ("-A * (n // 2)", -1.0),
        ("A * ins[0] * len(ins) * max(1, 2) * (2, 3)[0] / 2**3", 2.0),
        ("A * prod(k in 0..0: B[k])", 1.0),
        ("A * sum(k in 0..0: B[k])", 0.0),
        ("A + sum(k in 0..0: B[k])", 1.0),
        ("A * B[*]", 1.0),
    ],
)
def test_a_tensor_times_a_number(right: str, factor: float) -> None:
    network = network_of(
        "network N(n: int = 3, ins: ints = (2, 3)) { index i: 2\n tensor A[i]; tensor B[k in 0..0][i]\n"
        f" output y[i] = {right} }}"
    )
    tensors = random_tensors(network)
    np.testing.assert_allclose(run(network, tensors), factor * tensors["A"])


@pytest.mark.parametrize(
    ("right", "value"),
    [("exp(1) - 1", np.e - 1), ("2 * relu(-1)", 0.0), ("sum(k in 0..0: B[k])", 0.0), ("prod(k in 0..0: B[k])", 1.0)],
)
def test_a_network_of_numbers_alone(right: str, value: float) -> None:
    network = network_of(f"network N() {{ index i: 2\n tensor B[k in 0..0][i]\n output y = {right} }}")
    np.testing.assert_allclose(run(network, {}), value)


@pytest.mark.parametrize(
    ("right", "code"),
    [
        ("relu()", "TN129"),
        ("relu(1, 2)", "TN129"),
        ("A * softmax[i](3)", "TN151"),
        ("A * mean[i](2)", "TN151"),
        ("A * log(0)", "TN130"),
        ("A * exp(1000)", "TN130"),
        ("A / (exp(1) - exp(1))", "TN123"),
        ("A * true", "TN120"),
        ("A * n ** 0.5 ** 99", "TN120"),
    ],
)
def test_a_number_that_is_none(right: str, code: str) -> None:
    assert code in codes(f'network N(n: str = "n") {{ index i: 2\n tensor A[i]\n output y[i] = {right} }}')
