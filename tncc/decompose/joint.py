"""All tensors of a network as one vector, and what it makes of the matrix, where one of them stands more than once.

The matrix is then no multilinear function of its tensors but a polynomial of higher degree, so that no tensor can be
made the best one by itself. Its derivative is still a sum of products: each use in turn is replaced by the change. Real
tensors beside complex ones are found in this way as well: their best value is no solution of complex equations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

import torch

from tncc.decompose.contracting import Named, contract, seen
from tncc.decompose.form import Factor
from tncc.decompose.normal import contract_into
from tncc.decompose.products import Product, read

MANY = "#"
"""The leg of changes that are looked at side by side; no index is called so."""

Values = Mapping[str, torch.Tensor]
"""Stored tensors by their names."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A stored tensor that is looked for."""

    name: str
    shape: tuple[int, ...]
    is_complex: bool = False

    @property
    def numbers(self) -> int:
        """How many real numbers it holds."""
        return prod(self.shape) * (2 if self.is_complex else 1)


@dataclass(frozen=True, slots=True)
class Part:
    """Products beside the matrix (rows, columns) that their sum should be; errors are measured times `root`."""

    products: tuple[Product, ...]
    target: torch.Tensor
    root: torch.Tensor | None = None

    def weighed(self, matrix: torch.Tensor) -> torch.Tensor:
        """A matrix, or many of them, times the root."""
        return matrix if self.root is None else matrix @ self.root


@dataclass(frozen=True, slots=True)
class Joint:
    """Minimise the sum over all parts of ‖(T - Σ products) root‖² over the unknowns, which are one real vector."""

    unknowns: tuple[Unknown, ...]
    parts: tuple[Part, ...]

    @property
    def numbers(self) -> int:
        """How long the vector is."""
        return sum(one.numbers for one in self.unknowns)

    @property
    def like(self) -> torch.Tensor:
        """A tensor of the type that is worked in."""
        return self.parts[0].target

    @property
    def residuals(self) -> int:
        """How many real numbers the error is made of."""
        return sum(part.target.numel() for part in self.parts) * (2 if self.like.is_complex() else 1)

    def values(self, vector: torch.Tensor) -> dict[str, torch.Tensor]:
        """The tensors in a vector (…, numbers), each with the leading axes that this has, in the type worked in."""
        found = {}
        pieces = torch.split(vector, [one.numbers for one in self.unknowns], -1)
        for one, piece in zip(self.unknowns, pieces, strict=True):
            found[one.name] = self._shaped(one, piece)
        return found

    def _shaped(self, one: Unknown, piece: torch.Tensor) -> torch.Tensor:
        leading = piece.shape[:-1]
        if one.is_complex:
            return torch.view_as_complex(piece.reshape(*leading, *one.shape, 2).contiguous())
        return piece.reshape(*leading, *one.shape).to(self.like)

    def residual(self, vector: torch.Tensor) -> torch.Tensor:
        """The error, as one real vector."""
        values = self.values(vector)
        return self._flat([part.target - image[0] for part, image in self._images(values)])[0]

    def size(self, vector: torch.Tensor) -> float:
        """The norm of what the tensors in a vector make."""
        found = self._flat([image[0] for _, image in self._images(self.values(vector))])
        return float(torch.linalg.vector_norm(found))

    def _images(self, values: Values) -> list[tuple[Part, torch.Tensor]]:
        found = []
        for part in self.parts:
            image = part.target.new_zeros(1, *part.target.shape)
            for product in part.products:
                first, *others = _factors(product, values)
                add(product, image, [Named((MANY, *first.legs), first.value[None]), *others])
            found.append((part, image))
        return found

    def _flat(self, matrices: Sequence[torch.Tensor]) -> torch.Tensor:
        """A matrix or several for each part, as one row of real numbers for each."""
        rows = []
        for part, matrix in zip(self.parts, matrices, strict=True):
            flat = part.weighed(matrix).reshape(matrix.shape[0] if matrix.ndim == 3 else 1, -1)
            rows.append(torch.view_as_real(flat.contiguous()).flatten(1) if flat.is_complex() else flat)
        return torch.cat(rows, 1)

    def forward(self, values: Values, changes: Values) -> torch.Tensor:
        """How what the tensors make moves with each of many changes: (many, residuals).

        `changes` holds some of the tensors, with a leading axis of as many.
        """
        count = len(next(iter(changes.values())))
        images = []
        for part in self.parts:
            image = part.target.new_zeros(count, *part.target.shape)
            for product in part.products:
                tensors = _factors(product, values)
                for place, factor in _free(product):
                    if factor.tensor in changes:
                        moved = read(changes[factor.tensor], _many(factor, count), (MANY, *product.legs[place]))
                        add(product, image, [*tensors[:place], moved, *tensors[place + 1 :]])
            images.append(image)
        return self._flat(images)

    def jacobian(self, vector: torch.Tensor) -> torch.Tensor:
        """How what the tensors make moves with each number of the vector: (numbers, residuals)."""
        values, rows = self.values(vector), []
        for one in self.unknowns:
            units = torch.eye(one.numbers, dtype=vector.dtype, device=vector.device)
            rows.append(self.forward(values, {one.name: self._shaped(one, units)}))
        return torch.cat(rows)

    def backward(self, values: Values, error: torch.Tensor) -> torch.Tensor:
        """The transpose of `forward`: an error, as one real vector, onto the numbers of the vector."""
        found = {one.name: self.like.new_zeros(one.shape) for one in self.unknowns}
        for part, matrix in self._matrices(error):
            for product in part.products:
                wanted, tensors = product.part(matrix), _factors(product, values)
                for place, factor in _free(product):
                    others = [one.conj() for one in (*tensors[:place], *tensors[place + 1 :])]
                    legs = product.legs[place]
                    value = contract_into([wanted, *others], legs, tensors[place]) * product.term.scale
                    spread(found[factor.tensor], factor, Named(legs, value))
        rows = []
        for one in self.unknowns:
            value = found[one.name].reshape(-1)
            rows.append(torch.view_as_real(value).reshape(-1) if one.is_complex else value.real)
        return torch.cat(rows)

    def _matrices(self, error: torch.Tensor) -> list[tuple[Part, torch.Tensor]]:
        """An error as the matrices that it is the weighed error of, times the root once more."""
        found, start = [], 0
        for part in self.parts:
            shape, pair = part.target.shape, 2 if self.like.is_complex() else 1
            flat = error[start : start + pair * part.target.numel()]
            start += len(flat)
            matrix = torch.view_as_complex(flat.reshape(*shape, 2)) if pair == 2 else flat.reshape(shape)
            found.append((part, matrix.contiguous() if part.root is None else matrix @ part.root.mH))
        return found


def _free(product: Product) -> list[tuple[int, Factor]]:
    pairs = zip(product.term.factors, product.fixed, strict=True)
    return [(place, factor) for place, (factor, held) in enumerate(pairs) if held is None]


def _factors(product: Product, values: Values) -> list[Named]:
    """All factors of a product, those that are looked for from their stored tensors."""
    return [
        read(values[factor.tensor], factor, legs) if held is None else held
        for factor, legs, held in zip(product.term.factors, product.legs, product.fixed, strict=True)
    ]


def _many(factor: Factor, count: int) -> Factor:
    return replace(factor, legs=(MANY, *factor.legs), shape=(count, *factor.shape))


def add(product: Product, matrices: torch.Tensor, tensors: Sequence[Named]) -> None:
    """Add the products of these tensors, one of which has the leg of many, to as many matrices in place."""
    term = product.term
    legs = (MANY, *term.out.legs, *(term.source.legs if term.source else ()))
    shape = (len(matrices), *term.out.shape, *(term.source.shape if term.source else ()))
    part = seen(matrices, legs, shape)
    value = contract(tensors, [name for name in part.legs if name == MANY or name in product.visible])
    for axis, name in enumerate(part.legs):
        if name != MANY and name not in product.visible:
            value = value.unsqueeze(axis)
    part.value.add_(value, alpha=term.scale)


def spread(tensor: torch.Tensor, factor: Factor, value: Named) -> None:
    """Add what a factor's value moves by to a contiguous stored tensor, along all that the factor alone sums."""
    named = seen(tensor, factor.legs, factor.shape)
    found = value.ordered([name for name in named.legs if name in value.legs])
    for axis, name in enumerate(named.legs):
        if name not in value.legs:
            found = found.unsqueeze(axis)
    named.value.add_(found)
