"""The second moments of a layer's inputs as the measure of its error: ‖(W - W') C^½‖.

Where all columns belong to one tensor, or to several in a product of moments, the square root can be put into the
matrix before it is decomposed and taken out of the tensors again. Elsewhere this gives the alternating least squares
with the whole of C a good start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import torch

from tncc.decompose.contracting import Named, contract, seen
from tncc.decompose.normal import primed
from tncc.decompose.products import Product
from tncc.decompose.shape import Legs

RIDGE = 1e-6
"""What is added to each input's second moment, beside their mean, so that dead inputs keep some of their weights."""

ROUNDS = 3
"""How often moments of the parts of a product are fitted, each to the others."""


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

    Legs of one node are taken together.
    """
    columns = [name for name in metric.legs if primed(name) in metric.legs]
    carriers = {name: [node for node, legs in enumerate(product.legs) if name in legs] for name in columns}
    groups: list[tuple[int, tuple[str, ...]]] = []
    for node in range(len(product.legs)):
        own = tuple(name for name in columns if carriers[name] == [node])
        groups += [(node, own)] if own else []
    shared = [name for name in columns if len(carriers[name]) > 1]
    groups += [(carriers[name][0], (name,)) for name in shared]
    moments = _moments(metric, [legs for _, legs in groups], frozenset(shared))
    found = [_scaling(node, legs, one) for (node, legs), one in zip(groups, moments, strict=True)]
    whole = len(groups) == 1 and not shared and len(metric.legs) == 2 * len(columns)
    return found, whole


def _moments(metric: Named, parts: Sequence[Legs], diagonal: frozenset[str]) -> list[torch.Tensor]:
    """Moments for each part of the legs, vectors for the diagonal ones, whose product is the likeliest for a metric.

    One after the other they are what the metric is on their legs with the others' inverses at theirs: the "flip-flop"
    of Dutilleul (1999), "The MLE algorithm for the matrix normal distribution", for any number of parts.
    """
    legs = tuple(_once(name) if _once(name) in diagonal else name for name in metric.legs)
    metric = seen(metric.value.contiguous(), legs, metric.value.shape)
    sizes = dict(zip(metric.legs, metric.value.shape, strict=True))
    whole = prod(size for name, size in sizes.items() if name == _once(name))
    found: list[torch.Tensor] = []
    inverses: dict[Legs, Named] = {}
    for part in parts:
        inverses[part] = _on(part, _identity(part, sizes, diagonal, metric.value), sizes)
    for _ in range(ROUNDS if len(parts) > 1 else 1):
        found = []
        for part in parts:
            others = [one for other, one in inverses.items() if other != part]
            size = prod(sizes[name] for name in part)
            kept = part if part[0] in diagonal else (*(primed(name) for name in part), *part)
            value = contract([metric, *others], kept) * (size / whole)
            found.append(value if part[0] in diagonal else value.reshape(size, size))
            inverses[part] = _on(part, 1 / found[-1] if found[-1].ndim == 1 else torch.linalg.inv(found[-1]), sizes)
    return found


def _once(name: str) -> str:
    return name.removesuffix("'")


def _identity(part: Legs, sizes: Mapping[str, int], diagonal: frozenset[str], like: torch.Tensor) -> torch.Tensor:
    size = prod(sizes[name] for name in part)
    return like.new_ones(size) if part[0] in diagonal else torch.eye(size, dtype=like.dtype, device=like.device)


def _on(part: Legs, value: torch.Tensor, sizes: Mapping[str, int]) -> Named:
    """A vector, or a matrix of own legs and primed ones, with its legs apart."""
    if value.ndim == 1:
        return Named(part, value)
    shape = [sizes[name] for name in part]
    return Named((*part, *(primed(name) for name in part)), value.reshape(*shape, *shape))


def _scaling(node: int, legs: Legs, moments: torch.Tensor) -> Scaling:
    if moments.ndim == 1:
        root = moments.real.sqrt()
        return Scaling(node, legs, root, 1 / root)
    values, vectors = torch.linalg.eigh(moments)
    root = values.clamp_min(torch.finfo(values.dtype).tiny).sqrt()
    return Scaling(node, legs, (vectors * root) @ vectors.mH, (vectors / root) @ vectors.mH)
