"""The second moments of a layer's inputs as the measure of its error: ‖(W - W') C^½‖.

Where all columns belong to one tensor, or to several in a product of moments, the square root can be put into the
matrix before it is decomposed and taken out of the tensors again. Elsewhere this gives the alternating least squares
with the whole of C a good start.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from tncc.decompose.alternating import primed
from tncc.decompose.contracting import Named, contract, seen
from tncc.decompose.products import Product

RIDGE = 1e-6
"""What is added to each input's second moment, beside their mean, so that dead inputs keep some of their weights."""


def with_ridge(covariance: torch.Tensor) -> torch.Tensor:
    """A matrix of second moments (columns, columns) that is positive definite; a vector is taken for the diagonal."""
    matrix = covariance if covariance.ndim == 2 else covariance.diag()
    matrix = (matrix + matrix.mH) / 2
    mean = matrix.diagonal().real.mean()
    ridge = RIDGE * mean if float(mean) > 0 else torch.ones_like(mean)
    return matrix + ridge * torch.eye(len(matrix), dtype=matrix.dtype, device=matrix.device)


def as_metric(covariance: torch.Tensor, product: Product) -> Named:
    """C with the legs of a product's columns: primed on the side of W, except where rows have the leg too."""
    source = product.term.source
    assert source is not None
    rows = product.term.out.names
    mine = tuple(leg if isinstance(leg, int) or leg in rows else primed(leg) for leg in source.legs)
    return seen(covariance.contiguous(), (*mine, *source.legs), (*source.shape, *source.shape))


@dataclass(frozen=True, slots=True)
class Scaling:
    """A square root of the moments of some legs that one node has alone, and its inverse: matrices, or for the legs
    that several nodes carry vectors, which any one of them can undo."""

    node: int
    legs: tuple[str, ...]
    root: torch.Tensor
    inverse: torch.Tensor

    def apply(self, value: Named, matrix: torch.Tensor) -> Named:
        """A tensor times a matrix or vector over these legs."""
        if matrix.ndim == 1:
            (leg,) = self.legs
            shape = [-1 if name == leg else 1 for name in value.legs]
            return Named(value.legs, value.value * matrix.reshape(shape).to(value.value))
        rest = [name for name in value.legs if name not in self.legs]
        ordered = value.ordered([*rest, *self.legs])
        flat = ordered.reshape(-1, len(matrix)) @ matrix.to(value.value)
        return Named((*rest, *self.legs), flat.reshape(ordered.shape))


def scalings(metric: Named, product: Product) -> tuple[list[Scaling], bool]:
    """Square roots for the columns' legs, and whether their product is all of the metric.

    Legs of one node are taken together; the moments of legs are those of C with all others traced out.
    """
    columns = [name for name in metric.legs if primed(name) in metric.legs]
    carriers = {name: [node for node, legs in enumerate(product.legs) if name in legs] for name in columns}
    groups: list[tuple[int, tuple[str, ...]]] = []
    for node in range(len(product.legs)):
        own = tuple(name for name in columns if carriers[name] == [node])
        groups += [(node, own)] if own else []
    shared = [name for name in columns if len(carriers[name]) > 1]
    groups += [(carriers[name][0], (name,)) for name in shared]
    found = [_scaling(metric, node, legs, legs[0] in shared) for node, legs in groups]
    whole = len(groups) == 1 and not shared and len(metric.legs) == 2 * len(columns)
    return found, whole


def _scaling(metric: Named, node: int, legs: Sequence[str], diagonal: bool) -> Scaling:
    mine = tuple(legs)
    primes = tuple(primed(name) for name in mine)
    # Naming both sides of the other legs alike takes the trace over them.
    renamed = tuple(name if name in primes else name.removesuffix("'") for name in metric.legs)
    shape = metric.value.shape
    traced = contract([seen(metric.value.contiguous(), renamed, shape)], [*primes, *mine])
    size = int(torch.tensor([traced.shape[axis] for axis in range(len(mine))]).prod())
    moments = traced.reshape(size, size)
    if diagonal:
        root = moments.diagonal().real.sqrt()
        return Scaling(node, mine, root, 1 / root)
    values, vectors = torch.linalg.eigh(moments)
    root = values.clamp_min(torch.finfo(values.dtype).tiny).sqrt()
    return Scaling(node, mine, (vectors * root) @ vectors.mH, (vectors / root) @ vectors.mH)
