"""The gradient of a function's operand, from that of its result."""

import math
from collections.abc import Sequence
from typing import Protocol

from tncc.ir.network import Function, Group, Operation, Sum, Term, View, legs
from tncc.ir.slopes import SCALE
from tncc.planning.gradient_views import CannotDifferentiate, Shapes
from tncc.planning.names import Names
from tncc.planning.pairwise import temporary_axes

OF_RESULT = {
    "relu": "relu_slope",
    "tanh": "tanh_slope",
    "sigmoid": "sigmoid_slope",
    "sqrt": "sqrt_slope",
    "reciprocal": "reciprocal_slope",
}
"""Slopes that are computed from the function's result."""

OF_OPERAND = {
    "gelu": "gelu_slope",
    "silu": "silu_slope",
    "log": "reciprocal",
    "abs": "sign",
    "sin": "cos",
    "cos": "cos_slope",
}
"""Slopes that are computed from the function's operand."""


class Steps(Protocol):
    """Where gradient steps are collected."""

    names: Names
    shapes: Shapes
    steps: list[Operation]

    def product(self, stem: str, operands: tuple[View, ...], indices: Group, scale: float = 1.0) -> View:
        """A further contraction, and its result."""
        ...

    def repeated(self, gradient: View, indices: Group) -> View:
        """A value along further indices."""
        ...


def function_gradient(operation: Function, gradient: View, made: Steps) -> View:
    """The steps that a function adds; raises CannotDifferentiate for one whose gradient is not planned."""
    name, operand = operation.function, operation.operand
    result = View(value=operation.name, axes=operation.axes)
    match name:
        case "exp":
            return _times(operand, gradient, result, made)
        case "sum":
            return gradient
        case "mean":
            return _divided(operand, gradient, operation.over, made)
        case "softmax":
            return _softmax(operation, gradient, result, made)
        case "layernorm":
            return _layernorm(operation, gradient, result, made)
    if name in OF_RESULT:
        return _times(operand, gradient, _function(OF_RESULT[name], result, (), made), made)
    if name in OF_OPERAND:
        return _times(operand, gradient, _function(OF_OPERAND[name], operand, (), made), made)
    raise CannotDifferentiate


def _softmax(operation: Function, gradient: View, result: View, made: Steps) -> View:
    """x' = z (z' - Σ z z'), the sum over the function's indices."""
    operand = operation.operand
    outer = tuple(index for index in legs(operation.axes) if index not in operation.over)
    total = made.product(operand.value, (gradient, result), outer)
    return _times(operand, _difference(operand, gradient, total, made), result, made)


def _layernorm(operation: Function, gradient: View, result: View, made: Steps) -> View:
    """x' = s (z' - mean(z') - z mean(z z')), with s = 1 / sqrt(variance + ε) (Ba, Kiros and Hinton 2016)."""
    operand, over = operation.operand, operation.over
    outer = tuple(index for index in legs(operation.axes) if index not in over)
    scale = _function(SCALE, operand, over, made)
    along = [index for index in gradient.indices if index in over]
    centred = gradient
    if along:
        rest = tuple(index for index in gradient.indices if index not in over)
        mean = _divided(operand, made.product(operand.value, (gradient,), rest), along, made)
        centred = _difference(operand, gradient, mean, made)
    elif over:
        centred = made.product(operand.value, (gradient,), gradient.indices, 0.0)
    total = made.product(operand.value, (gradient, result), outer)
    share = _divided(operand, total, over, made)
    along_result = _times(operand, share, result, made)
    return _times(operand, _difference(operand, centred, along_result, made), scale, made)


def _times(operand: View, one: View, other: View, made: Steps) -> View:
    """The elementwise product, broadcast."""
    indices = tuple(dict.fromkeys((*other.indices, *one.indices)))
    return made.product(operand.value, (one, other), indices)


def _difference(operand: View, one: View, other: View, made: Steps) -> View:
    """The elementwise difference, broadcast."""
    axes = temporary_axes(tuple(dict.fromkeys((*one.indices, *other.indices))))
    name = made.names.fresh(f"{operand.value}'")
    made.steps.append(Sum(name=name, terms=(Term(operand=one), Term(operand=other, coefficient=-1.0)), axes=axes))
    return View(value=name, axes=axes)


def _function(name: str, operand: View, over: Group, made: Steps) -> View:
    """A function of a value."""
    axes = temporary_axes(tuple(index for index in operand.indices if index not in over))
    value = made.names.fresh(f"{operand.value}'")
    made.steps.append(Function(name=value, function=name, operand=operand, over=over, axes=axes))
    return View(value=value, axes=axes)


def _divided(operand: View, gradient: View, indices: Sequence[str], made: Steps) -> View:
    """A gradient divided by the number of elements along some indices, those of run-time size counted at run time."""
    static = [index for index in indices if made.shapes.is_static(index)]
    for index in indices:
        if index not in static:
            one = made.product(operand.value, (), ())
            count = made.product(operand.value, (made.repeated(one, (index,)),), ())
            gradient = _times(operand, gradient, _function("reciprocal", count, (), made), made)
    count_now = math.prod(made.shapes.static_size(index) for index in static)
    return gradient if count_now == 1 else made.product(operand.value, (gradient,), gradient.indices, 1.0 / count_now)
