"""What a decomposition is made of: products with their tensors, and the values that stored tensors take from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch

from tncc.decompose.contracting import Named, seen
from tncc.decompose.form import Factor
from tncc.decompose.products import Product, read
from tncc.decompose.result import Decomposition
from tncc.decompose.sequential import Edge
from tncc.decompose.shape import Tree


@dataclass(frozen=True, slots=True)
class Part:
    """The value found for one use of a stored tensor."""

    factor: Factor
    value: Named


@dataclass(slots=True)
class Fit:
    """What was found: values, the sizes of bonds that were chosen, and how good it is."""

    parts: list[Part]
    bonds: dict[str, int]
    result: Decomposition


@dataclass(slots=True)
class Fitted:
    """One product with its tensors; `values` are the whole stored tensors where several uses have one value."""

    product: Product
    tensors: list[Named]
    sizes: dict[str, int] = field(default_factory=dict)
    lost: dict[Edge, float] = field(default_factory=dict)
    tree: Tree | None = None
    searched: bool = False
    sweeps: int = 0
    values: Mapping[str, torch.Tensor] | None = None

    @classmethod
    def of_values(cls, product: Product, values: Mapping[str, torch.Tensor], dtype: torch.dtype) -> "Fitted":
        """A product whose factors, which are in some precision, are uses of stored tensors."""
        tensors = [
            read(values[factor.tensor].to(dtype), factor, legs) if held is None else held
            for factor, legs, held in zip(product.term.factors, product.legs, product.fixed, strict=True)
        ]
        return cls(product, tensors, searched=True, values=values)


def parts_of(one: Fitted) -> list[Part]:
    """The values of the factors that are free, whose sizes may be new."""
    found = []
    for factor, value, held in zip(one.product.term.factors, one.tensors, one.product.fixed, strict=True):
        if held is not None:
            continue
        if one.values is not None:
            value = seen(one.values[factor.tensor].contiguous(), factor.legs, factor.shape)
        found.append(Part(_resized(factor, one.sizes), value))
    return found


def _resized(factor: Factor, sizes: Mapping[str, int]) -> Factor:
    pairs = zip(factor.legs, factor.shape, strict=True)
    return replace(factor, shape=tuple(sizes.get(leg, size) if isinstance(leg, str) else size for leg, size in pairs))


def are_tied(factors: Sequence[Factor]) -> bool:
    """Whether a tensor stands more than once, so that a sum of products is of higher degree in it."""
    return any(_overlap(factor, other) for place, factor in enumerate(factors) for other in factors[:place])


def common(some: Sequence[Product], others: Sequence[Product]) -> bool:
    """Whether a tensor stands in products on both sides."""
    return any(_overlap(one, other) for product in some for one in product.free for p in others for other in p.free)


def _overlap(one: Factor, other: Factor) -> bool:
    """Whether two uses read the same numbers of one tensor: not where they pick different positions of an axis."""
    if one.tensor != other.tensor:
        return False
    if one.shape != other.shape:
        return True
    pairs = zip(one.legs, other.legs, strict=True)
    return not any(isinstance(a, int) and isinstance(b, int) and a != b for a, b in pairs)
