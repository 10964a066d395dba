"""Alternating least squares: one tensor at a time is made the best that it can be while the others are held.

Each step solves (N + λ) A = B + λ A₀ with a tiny λ, which is a proximal step (Li, Kindermann and Navasca 2013): the
error never grows, and loops with redundant bonds, whose N are singular, need no special care. N and B are contracted
from the network itself; legs of the tensor that only the matrix has are right-hand sides of the same N.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import torch

from tncc.decompose.contracting import Named, contract

DAMPING = 1e-12
"""λ beside the mean eigenvalue of N."""

DIRECT = 1536
"""The largest N that is made and factorized; beyond, steps of conjugate gradients do, which only ever apply it."""

STEPS = 12
"""Steps of conjugate gradients for one tensor."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Minimise ‖(T - ∏ tensors) C^½‖² over the free tensors.

    `target` is T C (T where there is no metric), `energy` ‖T C^½‖². `metric` is C with the legs of the columns, and
    again with a prime on those that differ on its other side.
    """

    target: Named
    energy: float
    free: tuple[bool, ...]
    metric: Named | None = None


def primed(name: str) -> str:
    """The same leg on the other side of N."""
    return name + "'"


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
    legs = tensors[node].legs
    before = tensors[node].value
    others = [one for place, one in enumerate(tensors) if place != node]
    wanted = contract_into([problem.target, *(one.conj() for one in others)], legs, tensors[node])
    system = _System.of(problem, tensors, node)
    coupled = prod(before.shape[legs.index(name)] for name in system.coupled)
    solve = _solved if coupled <= DIRECT else _descended
    after = solve(system, wanted, before)
    image = system.apply(after)
    left = max(0.0, problem.energy - 2 * _inner(wanted, after) + _inner(image, after))
    return Named(legs, after), left


def contract_into(operands: Sequence[Named], legs: Sequence[str], like: Named) -> torch.Tensor:
    """`contract`, repeated along legs that none of the operands carries."""
    there = {name for one in operands for name in one.legs}
    value = contract(operands, [name for name in legs if name in there])
    for axis, name in enumerate(legs):
        if name not in there:
            value = value.unsqueeze(axis).expand(*value.shape[:axis], like.value.shape[axis], *value.shape[axis:])
    return value


@dataclass(frozen=True, slots=True)
class _System:
    """N of one node: a stack along its stacked legs, the identity on its single legs, a matrix on its coupled ones."""

    node: Named
    operands: tuple[Named, ...]
    stacked: tuple[str, ...]
    single: tuple[str, ...]
    coupled: tuple[str, ...]

    @classmethod
    def of(cls, problem: Problem, tensors: Sequence[Named], node: int) -> "_System":
        legs = tensors[node].legs
        visible, metric = set(problem.target.legs), problem.metric
        measured = {name for name in metric.legs if primed(name) in metric.legs} if metric is not None else set()
        shared = {name for place, one in enumerate(tensors) if place != node for name in one.legs}
        shared |= set(metric.legs) if metric is not None else set()
        coupled = tuple(name for name in legs if name not in visible or name in measured)
        stacked = tuple(name for name in legs if name not in coupled and name in shared)
        single = tuple(name for name in legs if name not in coupled and name not in shared)
        same = visible - measured
        operands: list[Named] = [] if metric is None else [metric]
        for place, one in enumerate(tensors):
            if place != node:
                operands.append(Named(tuple(name if name in same else primed(name) for name in one.legs), one.value))
                operands.append(one.conj())
        return cls(tensors[node], tuple(operands), stacked, single, coupled)

    def apply(self, value: torch.Tensor) -> torch.Tensor:
        """N A, legs as A has them."""
        legs = tuple(primed(name) if name in self.coupled else name for name in self.node.legs)
        return contract_into([Named(legs, value), *self.operands], self.node.legs, self.node)

    def matrix(self) -> torch.Tensor:
        """N as a stack of matrices: (stacked, coupled, coupled')."""
        sizes = dict(zip(self.node.legs, self.node.value.shape, strict=True))
        order = [*self.stacked, *self.coupled, *(primed(name) for name in self.coupled)]
        if not self.operands:
            value = self.node.value.new_ones(())
            return value.reshape(1, 1, 1)
        found = contract(self.operands, order)
        size = prod(sizes[name] for name in self.coupled)
        return found.reshape(-1, size, size)


def _solved(system: _System, wanted: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
    """The minimum itself, by a factorization of N."""
    order = [*system.stacked, *system.coupled, *system.single]
    matrix = system.matrix()
    scale = matrix.diagonal(dim1=-2, dim2=-1).real.mean(-1).clamp_min(torch.finfo(torch.float64).tiny)
    damping = (DAMPING * scale)[:, None, None]
    eye = torch.eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)
    legs = system.node.legs
    sides = []
    for value in (wanted, before):
        ordered = Named(legs, value).ordered(order)
        sides.append(ordered.reshape(matrix.shape[0], matrix.shape[-1], -1))
    shape = ordered.shape
    right, old = sides
    # The change is solved for, so that what is right already stays so to the last digit.
    system_matrix, wrong = matrix + damping * eye, right - matrix @ old
    triangle, failed = torch.linalg.cholesky_ex(system_matrix)
    if bool(failed.any()):
        change = torch.linalg.lstsq(system_matrix, wrong).solution
    else:
        change = torch.cholesky_solve(wrong, triangle)
    found = (old + change).reshape(shape)
    return Named(tuple(order), found).ordered(legs).contiguous()


def _descended(system: _System, wanted: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
    """A few steps of conjugate gradients from where the tensor is, each of which lowers the error."""
    found = before
    residual = wanted - system.apply(before)
    direction, energy = residual, _inner(residual, residual)
    for _ in range(STEPS):
        if energy == 0:
            break
        image = system.apply(direction)
        curvature = _inner(direction, image)
        if curvature <= 0:
            break
        step = energy / curvature
        found = found + step * direction
        residual = residual - step * image
        before_energy, energy = energy, _inner(residual, residual)
        direction = residual + (energy / before_energy) * direction
    return found


def _inner(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((one.conj() * other).sum().real)
