"""The right-hand side of an equation with its names resolved: products, sums and functions of views."""

import math
from dataclasses import dataclass
from typing import TypeAlias

from tncc.diagnostics.span import Span
from tncc.elaborate.vocabulary import OVER_REMOVING
from tncc.ir.network import Tensor, View


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number known at compile time."""

    value: float
    span: Span


@dataclass(frozen=True, slots=True)
class Leaf:
    """One use of a value; `tensor` where it is a declared one."""

    view: View
    span: Span
    tensor: Tensor | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """An Einstein product times `scale`; no factor is itself a product."""

    factors: "tuple[Term, ...]"
    scale: float
    span: Span


@dataclass(frozen=True, slots=True)
class Sum:
    """Summands, each contracted by itself; none is itself a sum at the same place."""

    terms: "tuple[Product, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of a term, over the indices named in its brackets."""

    function: str
    argument: "Term"
    over: tuple[str, ...]
    span: Span


Term: TypeAlias = Scalar | Leaf | Product | Sum | Apply


def carried(term: Term) -> dict[str, Span]:
    """The indices that a term can carry, each with the first place that brings it, in order of appearance."""
    match term:
        case Scalar():
            return {}
        case Leaf():
            return dict.fromkeys(term.view.indices, term.span)
        case Product():
            parts = term.factors
        case Sum():
            parts = term.terms
        case Apply():
            inner = carried(term.argument)
            if term.function in OVER_REMOVING:
                inner = {name: span for name, span in inner.items() if name not in term.over}
            return inner
    found: dict[str, Span] = {}
    for part in parts:
        for name, span in carried(part).items():
            found.setdefault(name, span)
    return found


def product(factors: list[Term], scale: float, span: Span) -> Product:
    """A product with bare products inside it dissolved, and numbers gathered into its scale."""
    flat: list[Term] = []
    for factor in factors:
        match factor:
            case Scalar():
                scale *= factor.value
            case Product():
                scale *= factor.scale
                flat += factor.factors
            case Sum() if not factor.terms:
                scale = 0.0
            case Sum() if len(factor.terms) == 1:
                scale *= factor.terms[0].scale
                flat += factor.terms[0].factors
            case _:
                flat.append(factor)
    return Product(tuple(flat), scale, span)


def constant(term: Term) -> float | None:
    """The value of a term in which no tensor stands; None for all others."""
    match term:
        case Scalar():
            return term.value
        case Product():
            values = [constant(factor) for factor in term.factors]
            return None if None in values else math.prod(value for value in values if value is not None) * term.scale
        case Sum():
            values = [constant(part) for part in term.terms]
            return None if None in values else math.fsum(value for value in values if value is not None)
        case _:
            return None


def is_zero(term: Term) -> bool:
    """Whether a term is zero throughout when training starts."""
    match term:
        case Scalar():
            return term.value == 0
        case Leaf():
            return term.tensor is not None and term.tensor.init.kind == "zeros"
        case Product():
            return term.scale == 0 or any(is_zero(factor) for factor in term.factors)
        case Sum():
            return all(is_zero(part) for part in term.terms)
        case Apply():
            return False
