"""What a function makes of the moments of its operand, taken to be normally distributed: by quadrature."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import cos, erf, exp, fsum, isfinite, log, pi, sin, sqrt, tanh

REACH = 9.0
"""How many standard deviations the quadrature goes out on either side."""

POINTS = 1801
"""Nodes of the trapezoidal rule, odd so that the mean (where `relu` and `abs` have their kink) is one of them."""

COARSE = 180
"""Intervals of the rule where an integral is double."""

MOST_SPREAD = 400.0
"""Logits of a larger variance leave one winner, as those of this one do."""

LAYERNORM_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class Moments:
    """The mean of a value's entries and the mean square of what is left of them without it."""

    mean: float
    variance: float

    @property
    def second(self) -> float:
        """The mean square."""
        return self.mean * self.mean + self.variance


def _sigmoid(value: float) -> float:
    return 0.5 * (1.0 + tanh(0.5 * value))


def _gelu(value: float) -> float:
    return 0.5 * value * (1.0 + erf(value / sqrt(2.0)))


def _reciprocal(value: float) -> float:
    return 1.0 / value


EVERYWHERE: Mapping[str, Callable[[float], float]] = {
    "relu": lambda value: max(value, 0.0),
    "gelu": _gelu,
    "silu": lambda value: value * _sigmoid(value),
    "tanh": tanh,
    "sigmoid": _sigmoid,
    "exp": exp,
    "abs": abs,
    "sin": sin,
    "cos": cos,
}
"""Elementwise functions that every real number has a value under."""

SOMEWHERE: Mapping[str, Callable[[float], float]] = {"log": log, "sqrt": sqrt, "reciprocal": _reciprocal}
"""Those that a normal distribution has no moments under; a constant may have a value."""


def function_moments(function: str, operand: Moments, size: int) -> Moments | None:
    """The moments of `function` of independent normal entries, `size` of them together where it works over indices.

    None where the function has none: `log`, `sqrt` and the reciprocal of a value that varies, and what overflows.
    """
    try:
        found = _moments(function, operand, size)
    except (OverflowError, ValueError, ZeroDivisionError):
        return None
    return found if found is not None and isfinite(found.second) else None


def _moments(function: str, operand: Moments, size: int) -> Moments | None:
    match function:
        case "softmax":
            return _softmax(operand, size)
        case "layernorm":
            variance = operand.variance * (size - 1) / size
            return Moments(0.0, variance / (variance + LAYERNORM_EPSILON))
        case "max":
            return _maximum(operand, size)
    if function in SOMEWHERE:
        return Moments(SOMEWHERE[function](operand.mean), 0.0) if operand.variance == 0.0 else None
    return _elementwise(EVERYWHERE[function], operand)


def complex_magnitude(operand: Moments) -> Moments | None:
    """The moments of `abs` of circular complex normal entries (a Rayleigh distribution); None with another mean."""
    if operand.mean != 0.0:
        return None
    mean = sqrt(pi * operand.variance) / 2.0
    return Moments(mean, operand.variance - mean * mean)


def _softmax(operand: Moments, size: int) -> Moments:
    """Of logits z: from 1/s² = ∫ t exp(-ts) dt, with s the sum of their powers and t = exp(u),
    E p² = ∫ exp(2u) E[exp(2z - t exp(z))] E[exp(-t exp(z))]^(n-1) du."""
    mean = 1.0 / size
    std = sqrt(min(operand.variance, MOST_SPREAD))
    if size == 1 or std == 0.0:
        return Moments(mean, 0.0)
    coarse = 2.0 * REACH / COARSE
    powers = [(coarse * _density(node), exp(std * node)) for node in _grid(-REACH, REACH, COARSE)]
    low, high = -log(size) - REACH * std - 6.0, REACH * std + 4.0
    second = 0.0
    for exponent in _grid(low, high, 2 * COARSE):
        scale = exp(exponent)
        damped = [(weight * exp(-scale * power), power) for weight, power in powers]
        others = min(fsum(weight for weight, _ in damped), 1.0) ** (size - 1)
        second += others * fsum(weight * (scale * power) ** 2 for weight, power in damped if weight)
    return Moments(mean, max(second * (high - low) / (2 * COARSE) - mean * mean, 0.0))


def _grid(low: float, high: float, count: int) -> list[float]:
    return [low + (high - low) * number / count for number in range(count + 1)]


def _elementwise(function: Callable[[float], float], operand: Moments) -> Moments:
    if operand.variance == 0.0:
        return Moments(function(operand.mean), 0.0)
    return _under_density(function, operand, _density)


def _maximum(operand: Moments, size: int) -> Moments:
    if operand.variance == 0.0:
        return operand

    def density(node: float) -> float:
        below = 0.5 * (1.0 + erf(node / sqrt(2.0)))
        return size * _density(node) * below ** (size - 1)

    return _under_density(float, operand, density)


def _under_density(function: Callable[[float], float], operand: Moments, density: Callable[[float], float]) -> Moments:
    """The moments of `function(mean + std * z)` with `z` of that density, which vanishes beyond `REACH`."""
    std = sqrt(operand.variance)
    step = 2.0 * REACH / (POINTS - 1)
    nodes = [(number - POINTS // 2) * step for number in range(POINTS)]
    weighted = [(step * density(node), function(operand.mean + std * node)) for node in nodes]
    mean = fsum(weight * value for weight, value in weighted)
    return Moments(mean, fsum(weight * (value - mean) ** 2 for weight, value in weighted))


def _density(node: float) -> float:
    return exp(-0.5 * node * node) / sqrt(2.0 * pi)
