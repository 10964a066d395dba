"""Alternating least squares: one tensor at a time is made the best that it can be while the others are held.

Each step solves (N + λ) A = B + λ A₀ with a tiny λ, which is a proximal step (Li, Kindermann and Navasca 2013): the
error never grows, and loops with redundant bonds, whose N are singular, need no special care. N and B are contracted
from the network itself; legs of the tensor that only the matrix has are right-hand sides of the same N.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from tncc.decompose.contracting import Named, seen
from tncc.decompose.normal import Factored, Inverse, System, applied, contract_into, solved

DAMPING = 1e-12
"""λ beside the mean eigenvalue of N."""

DIRECT = 1536
"""The largest block of N that is made and factorized; beyond, steps of conjugate gradients do, which only apply N."""

DAMPED = 1e-6
"""What is added to a preconditioner, beside its mean eigenvalue."""

STEPS = 12
"""Steps of conjugate gradients for one tensor at most."""

ENOUGH = 0.05
"""How small, beside the first, a residual is that conjugate gradients stop at."""

ROUNDING = torch.finfo(torch.float64).eps ** 2
"""How small, beside the whole, a squared error is that there is nothing to gain of."""

MISTAKE = 1e-3
"""By how much more than everything steps may seem to gain before they are taken to have gone astray."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Minimise ‖(T - ∏ tensors) C^½‖² over the free tensors.

    `target` is T C (T where there is no metric), `energy` ‖T C^½‖². `metric` is C with the legs of the columns, and
    again with a prime on those that differ on its other side. Steps of conjugate gradients are made in the `precision`,
    and what they start from and come to is told in that of the tensors, which it is without one.
    """

    target: Named
    energy: float
    free: tuple[bool, ...]
    metric: Named | None = None
    precision: torch.dtype | None = None

    def metrics(self, precision: torch.dtype) -> tuple[Named, ...]:
        """The metric, if there is one, in a precision."""
        return () if self.metric is None else (Named(self.metric.legs, self.metric.value.to(precision)),)

    def diagonals(self) -> tuple[Named, ...]:
        """The metric's diagonal, if there is a metric: no leg of it is primed."""
        if self.metric is None:
            return ()
        legs = tuple(name.removesuffix("'") for name in self.metric.legs)
        return (seen(self.metric.value.contiguous(), legs, self.metric.value.shape),)


def sweep(problem: Problem, tensors: list[Named], left: float = math.inf) -> float:
    """Make each free tensor in turn the best one, in place; returns the squared error that is left.

    `left` is the squared error before; what rounding alone would change for the worse stays as it is.
    """
    for node, free in enumerate(problem.free):
        if free:
            found, after = best(problem, tensors, node)
            if after <= left:
                tensors[node], left = found, after
    return left


def best(problem: Problem, tensors: Sequence[Named], node: int) -> tuple[Named, float]:
    """The best tensor for one node while all others are held, and the squared error with it."""
    legs, before = tensors[node].legs, tensors[node].value
    others = [one for place, one in enumerate(tensors) if place != node]
    wanted = contract_into([problem.target, *(one.conj() for one in others)], legs, tensors[node])
    system = System.of(problem.target.legs, problem.metrics(before.dtype), tensors, node)
    if not _is_direct(problem, system):
        return _stepped(problem, tensors, node, wanted, system.apply(before))
    # The change is solved for, so that what is right already stays so to the last digit.
    blocks = [Factored.of(block, DAMPING) for block in system.blocks()]
    residual = wanted - applied(blocks, tensors[node])
    after = Named(legs, before + solved(blocks, Named(legs, residual)))
    return after, _left(problem, wanted, after.value, applied(blocks, after))


def _left(problem: Problem, wanted: torch.Tensor, value: torch.Tensor, image: torch.Tensor) -> float:
    """The squared error with a tensor of which N makes this image."""
    return max(0.0, problem.energy - 2 * _inner(wanted, value) + _inner(image, value))


def _is_direct(problem: Problem, system: System) -> bool:
    """Whether N is factorized: where that is less work than steps, if these have a preconditioner that makes few do."""
    if any(system.size(block) > DIRECT for block in system.blocks()):
        return False
    return problem.metric is None or system.direct_work() <= STEPS * system.step_work()


def _stepped(
    problem: Problem, tensors: Sequence[Named], node: int, wanted: torch.Tensor, image: torch.Tensor
) -> tuple[Named, float]:
    """A better tensor by steps of conjugate gradients from where it is, and the squared error with it."""
    legs, before = tensors[node].legs, tensors[node].value
    left = _left(problem, wanted, before, image)
    residual = wanted - image
    change, pushed = _descended(problem, tensors, node, residual)
    gained = 2 * _inner(residual, change) - _inner(pushed, change)
    if not 0 < gained <= left * (1 + MISTAKE):
        return tensors[node], left
    # Beyond its digits the gain says nothing of what is left.
    digits = 8 * torch.finfo(problem.precision or before.dtype).eps
    return Named(legs, before + change), max(left - gained, digits * left)


def _descended(
    problem: Problem, tensors: Sequence[Named], node: int, residual: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The change that a few steps make to a tensor whose N leaves this residual, and N times the change.

    They work in the precision of the problem, whatever that of the residual is.
    """
    legs, like = tensors[node].legs, residual
    precision = problem.precision or like.dtype
    lowered = [Named(one.legs, one.value.to(precision)) for one in tensors]
    system = System.of(problem.target.legs, problem.metrics(precision), lowered, node)
    blocks = _preconditioner(problem, tensors, node, precision)
    residual = residual.to(precision)
    found, image = torch.zeros_like(residual), torch.zeros_like(residual)
    direction = applied(blocks, Named(legs, residual))
    energy = first = _inner(residual, direction)
    for _ in range(STEPS):
        if energy <= max(first * ENOUGH**2, ROUNDING * problem.energy):
            break
        forward = system.apply(direction)
        curvature = _inner(direction, forward)
        if curvature <= 0:
            break
        step = energy / curvature
        found, image = found + step * direction, image + step * forward
        residual = residual - step * forward
        conditioned = applied(blocks, Named(legs, residual))
        before, energy = energy, _inner(residual, conditioned)
        direction = conditioned + (energy / before) * direction
    return found.to(like.dtype), image.to(like.dtype)


def _preconditioner(problem: Problem, tensors: Sequence[Named], node: int, precision: torch.dtype) -> list[Inverse]:
    """What N would be if the metric were its diagonal, inverted as far as its blocks are small."""
    nearly = System.of(problem.target.legs, problem.diagonals(), tensors, node)
    made = [Inverse.of(block, DAMPED, precision) for block in nearly.blocks() if nearly.size(block) <= DIRECT]
    return [one for one in made if one is not None]


def _inner(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((one.conj() * other).sum().real)
