"""Least squares over all tensors at once, by damped Gauss-Newton steps from several starts.

The damping follows Nielsen (1999), "Damping parameter in Marquardt's method": it shrinks with how well the linear model
foretold what a step has gained, and grows until a step gains anything. So the error never grows.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from tncc.decompose.joint import Joint
from tncc.decompose.search import Effort

TRIAL = 40
"""Steps that each start gets before the best one goes on."""

DIRECT, TABLE = 1024, 2**22
"""The most unknown numbers, and the most numbers in all derivatives, for which these are written out."""

CONJUGATE, CLOSE = 60, 1e-3
"""Beyond, steps of conjugate gradients for one step at most, and how small a residual they stop at."""

FIRST = 1e-2
"""The damping at first, beside the mean eigenvalue of the normal matrix."""

LEAST, MOST = 1e-14, 1e12
"""Where damping ends: below, rounding decides; above, there is no way down."""

PATIENCE = 5
"""Steps one after the other that gain too little before it is over: flat places are often left again."""

EXACT = 1e-28
"""How small, beside the whole, a squared error is that nothing is left of."""

SCALINGS = 12
"""How often a start is scaled, until what it makes is as large as what is wanted."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a descent stands: the vector, its error and squared error, and the damping."""

    vector: torch.Tensor
    residual: torch.Tensor
    left: float
    damping: float = FIRST

    @classmethod
    def at(cls, problem: Joint, vector: torch.Tensor) -> "Place":
        """A place with the error that it has."""
        residual = problem.residual(vector)
        left = float(residual @ residual)
        return cls(vector, residual, left if math.isfinite(left) else math.inf)


def search(problem: Joint, effort: Effort) -> tuple[dict[str, torch.Tensor], int]:
    """The tensors that come closest, from the best of some starts, and how many steps were made for them."""
    whole = float(sum(part.weighed(part.target).abs().square().sum() for part in problem.parts))
    trials = min(TRIAL, effort.sweeps)
    found: tuple[Place, int] | None = None
    for attempt in range(max(1, effort.restarts)):
        label = f"least squares over all tensors, start {attempt + 1}"
        made = descend(problem, start(problem, effort.seed, attempt), whole, trials, effort, label)
        if found is None or made[0].left < found[0].left:
            found = made
        if found[0].left <= effort.goal:
            break
    assert found is not None
    last, more = descend(problem, found[0], whole, effort.sweeps - found[1], effort, "least squares over all tensors")
    values = problem.values(last.vector)
    real = {one.name: values[one.name].real for one in problem.unknowns if not one.is_complex}
    return {**values, **real}, found[1] + more


def start(problem: Joint, seed: int, attempt: int) -> Place:
    """Normally distributed numbers, scaled alike so that what they make is as large as what is wanted."""
    generator = torch.Generator(device="cpu").manual_seed(seed + 7919 * attempt)
    vector = torch.randn(problem.numbers, generator=generator, dtype=torch.float64).to(problem.like.device)
    zero = Place.at(problem, torch.zeros_like(vector))
    if zero.left == 0:
        return zero
    wanted = math.sqrt(zero.left)
    degree = max(sum(held is None for held in one.fixed) for part in problem.parts for one in part.products)
    for _ in range(SCALINGS):
        size = problem.size(vector)
        if not (size > 0 and math.isfinite(size)):
            break
        vector = vector * (wanted / size) ** (1 / degree)
    return Place.at(problem, vector)


def descend(problem: Joint, place: Place, whole: float, steps: int, effort: Effort, label: str) -> tuple[Place, int]:
    """At most so many steps down; where they end, and how many there were. `whole` is the square of what is wanted."""
    poor = done = 0
    while done < steps and poor < PATIENCE and place.left > max(EXACT * whole, effort.goal):
        effort.watch(label, done, steps)
        lower = _step(problem, place)
        done += 1
        if lower is None:
            break
        gain = math.sqrt(place.left) - math.sqrt(lower.left)
        poor = 0 if gain > effort.tolerance * math.sqrt(lower.left) else poor + 1
        place = lower
    return place, done


def _step(problem: Joint, place: Place) -> Place | None:
    """A place further down, or None where there is no way down that rounding does not hide."""
    solve, gradient, size = _linear(problem, place)
    damping, factor = place.damping, 2.0
    while damping <= MOST:
        change = solve(damping * size)
        tried = Place.at(problem, place.vector + change)
        # What (JᵀJ + μ) δ = g says that a step gains: δᵀ (g + μ δ).
        foretold = float(change @ (gradient + damping * size * change))
        if tried.left < place.left and foretold > 0:
            ratio = (place.left - tried.left) / foretold
            return replace(tried, damping=max(LEAST, damping * max(1 / 3, 1 - (2 * ratio - 1) ** 3)))
        damping, factor = damping * factor, factor * 2
    return None


def _linear(problem: Joint, place: Place) -> tuple[Callable[[float], torch.Tensor], torch.Tensor, float]:
    """What solves the damped normal equations at a place, their right side, and a mean eigenvalue of theirs."""
    if problem.numbers <= DIRECT and problem.numbers * problem.residuals <= TABLE:
        table = problem.jacobian(place.vector)
        normal, gradient = table @ table.T, table @ place.residual
        return lambda shift: _factorized(normal, gradient, shift), gradient, float(normal.diagonal().mean()) or 1.0
    values = problem.values(place.vector)
    gradient = problem.backward(values, place.residual)

    def apply(vector: torch.Tensor) -> torch.Tensor:
        moved = problem.forward(values, problem.values(vector[None]))
        return problem.backward(values, moved[0])

    length = float(gradient @ gradient)
    size = float(gradient @ apply(gradient)) / length if length > 0 else 1.0
    return lambda shift: _conjugate(apply, gradient, shift), gradient, size or 1.0


def _factorized(normal: torch.Tensor, gradient: torch.Tensor, shift: float) -> torch.Tensor:
    damped = normal.clone()
    damped.diagonal().add_(shift)
    triangle, failed = torch.linalg.cholesky_ex(damped)
    if bool(failed):
        return torch.zeros_like(gradient)
    return torch.cholesky_solve(gradient[:, None], triangle)[:, 0]


def _conjugate(apply: Callable[[torch.Tensor], torch.Tensor], gradient: torch.Tensor, shift: float) -> torch.Tensor:
    """Conjugate gradients for (N + shift) x = gradient, from zero: whatever they stop at is a way down."""
    found, residual, direction = torch.zeros_like(gradient), gradient, gradient
    energy = first = float(residual @ residual)
    for _ in range(CONJUGATE):
        if energy <= CLOSE**2 * first:
            break
        forward = apply(direction) + shift * direction
        length = energy / float(direction @ forward)
        found, residual = found + length * direction, residual - length * forward
        before, energy = energy, float(residual @ residual)
        direction = residual + (energy / before) * direction
    return found
