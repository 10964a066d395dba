from math import exp, inf, pi, sqrt

import numpy as np
import pytest

from tests.oracle import FUNCTIONS
from tncc.ir.gaussian import Moments, complex_magnitude, function_moments


def moments(function: str, mean: float, variance: float, size: int = 1) -> Moments:
    found = function_moments(function, Moments(mean, variance), size)
    assert found is not None
    return found


def test_moments_that_are_known_in_closed_form() -> None:
    assert moments("relu", 0.0, 4.0).second == pytest.approx(2.0, rel=1e-4)
    assert moments("relu", 0.0, 4.0).mean == pytest.approx(2.0 / sqrt(2.0 * pi), rel=1e-4)
    assert moments("exp", 0.5, 0.25).mean == pytest.approx(exp(0.5 + 0.125), rel=1e-9)
    assert moments("cos", 0.0, 1.0).mean == pytest.approx(exp(-0.5), rel=1e-9)
    assert moments("abs", 0.0, 9.0).second == pytest.approx(9.0, rel=1e-9)
    assert moments("max", 0.0, 1.0, size=2).mean == pytest.approx(1.0 / sqrt(pi), rel=1e-9)
    assert moments("layernorm", 3.0, 2.0, size=50).second == pytest.approx(1.0, rel=1e-4)
    assert moments("layernorm", 3.0, 2.0, size=1) == Moments(0.0, 0.0)


@pytest.mark.parametrize("function", ["gelu", "silu", "tanh", "sigmoid", "sin"])
@pytest.mark.parametrize(("mean", "variance"), [(0.0, 1.0), (-0.7, 2.5)])
def test_elementwise_functions_agree_with_sampling(function: str, mean: float, variance: float) -> None:
    samples = mean + sqrt(variance) * np.random.default_rng(7).standard_normal(200_000)
    values = FUNCTIONS[function](samples, ())
    found = moments(function, mean, variance)
    assert found.mean == pytest.approx(float(np.mean(values)), abs=0.01)
    assert found.second == pytest.approx(float(np.mean(values**2)), rel=0.02)


@pytest.mark.parametrize("variance", [0.0, 0.3, 1.0, 4.0, 400.0])
def test_softmax_has_the_mean_square_of_sampled_ones(variance: float) -> None:
    logits = sqrt(variance) * np.random.default_rng(3).standard_normal((20_000, 64))
    powers = np.exp(logits)
    values = powers / powers.sum(axis=1, keepdims=True)
    found = moments("softmax", 0.0, variance, size=64)
    assert found.mean == pytest.approx(1 / 64)
    assert found.second == pytest.approx(float(np.mean(values**2)), rel=0.02)


def test_what_a_normal_distribution_has_no_moments_under() -> None:
    for function in ("log", "sqrt", "reciprocal"):
        assert function_moments(function, Moments(1.0, 0.5), 1) is None
    assert function_moments("sqrt", Moments(4.0, 0.0), 1) == Moments(2.0, 0.0)
    assert function_moments("log", Moments(-1.0, 0.0), 1) is None
    assert function_moments("reciprocal", Moments(0.0, 0.0), 1) is None
    assert function_moments("exp", Moments(0.0, 1e6), 1) is None
    assert function_moments("exp", Moments(0.0, inf), 1) is None


def test_the_magnitude_of_complex_entries() -> None:
    draws = np.random.default_rng(5).standard_normal((2, 200_000)) * sqrt(1.5)
    found = complex_magnitude(Moments(0.0, 3.0))
    assert found is not None
    assert found.second == pytest.approx(3.0)
    assert found.mean == pytest.approx(float(np.mean(np.hypot(*draws))), rel=0.01)
    assert complex_magnitude(Moments(1.0, 3.0)) is None
