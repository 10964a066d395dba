"""Sizes of bonds from an error where no singular values say them: the least with which least squares come as close.

All bonds grow together in the proportions in which they are declared, the largest to 1, 2, 4, … until the error is met
or the tensors have as many numbers as a dense layer. The least size is then found by halving, and each bond by itself
is made as small as it can be beside the others, that one first which saves most.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

import torch

from tncc.decompose.fit import Stored, Wish, fit
from tncc.decompose.free_bonds import bond_groups
from tncc.decompose.norms import rounding
from tncc.decompose.outcome import Fit, are_tied
from tncc.decompose.products import Product
from tncc.decompose.search import Effort, tree_of
from tncc.decompose.terms import affine_form
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.weight_kinds import ErrorNotMet
from tncc.ir.network import Network
from tncc.watching import Watch

Resized = Callable[[Mapping[str, int]], Network]
"""The network with some bonds of other sizes."""

Bonds = tuple[str, ...]
"""Bonds that have one size."""

VISIBLE = 2
"""What bonds of size 1 are taken for while the graph is looked at, where they could not be told from none."""


def fit_within(
    network: Network, resized: Resized, stored: Stored, weight: torch.Tensor, bias: torch.Tensor | None, wish: Wish,
    effort: Effort,
) -> Fit:  # fmt: skip
    """What `fit` finds, with sizes of bonds chosen in any network where the wish has an error; raises Failure."""
    if wish.error is None:
        return fit(network, stored, weight, bias, wish, effort)
    declared = {index.name: index.size for index in network.indices}
    bonds = bond_groups(network)
    small = {name: VISIBLE for group in bonds for name in group if declared[name] < VISIBLE}
    if is_sequential(resized(small) if small else network):
        return fit(network, stored, weight, bias, wish, effort)
    return _Sizing(network, resized, stored, weight, bias, wish, effort).smallest(bonds)


def is_sequential(network: Network) -> bool:
    """Whether singular values alone choose sizes: the matrix is one tree of trained tensors, none of which is shared.

    Raises Failure for a network that is no affine map.
    """
    form = affine_form(network)
    trained = {tensor.name for tensor in network.tensors if tensor.role == "parameter"}
    # A real tensor beside complex ones is not found by singular values either.
    numbers = {tensor.name for tensor in network.tensors if tensor.complex} or trained
    terms = [term for term in form.linear if any(factor.tensor in trained for factor in term.factors)]
    if len(terms) != 1 or any(factor.tensor not in trained & numbers for factor in terms[0].factors):
        return False
    every = [factor for term in (*terms, *form.constant) for factor in term.factors if factor.tensor in trained]
    product = Product.of(terms[0], [None] * len(terms[0].factors))
    return not are_tied(every) and tree_of(product) is not None


@dataclass(frozen=True, slots=True)
class _Trial:
    """Sizes that were tried, and what came of them."""

    sizes: dict[str, int]
    fit: Fit
    met: bool

    @property
    def error(self) -> float:
        """The relative error, under the covariance if there is one."""
        result = self.fit.result
        return result.error if result.weighted_error is None else result.weighted_error


@dataclass(slots=True)
class _Sizing:
    network: Network
    resized: Resized
    stored: Stored
    weight: torch.Tensor
    bias: torch.Tensor | None
    wish: Wish
    effort: Effort
    least: float = float("inf")

    def smallest(self, bonds: Sequence[Bonds]) -> Fit:
        """The outcome with the least sizes that were found to do; raises Failure where none do."""
        found = self._together(bonds)
        whole = self._count(found.sizes)
        saved = {group: whole - self._count(_with(found.sizes, group, 1)) for group in bonds}
        for group in sorted(bonds, key=lambda group: -saved[group]):
            found = self._alone(found, group)
        result = found.fit.result.model_copy(update={"sizes": found.sizes})
        return Fit(found.fit.parts, found.sizes, result)

    def _together(self, bonds: Sequence[Bonds]) -> _Trial:
        """The least sizes in proportion that do."""
        top = self._top(bonds)
        size = failed = 0
        while size < top:
            size = min(top, max(1, 2 * size))
            trial = self._tried(self._scaled(bonds, size))
            if trial.met:
                return self._between(trial, failed, size, lambda size: self._scaled(bonds, size))
            failed = size
        where = f"with bonds of up to {top}, where it has as many numbers as the dense layer"
        reason = f"the least error found is {self.least:.3g}, {where if bonds else 'with no bond to choose'}"
        hint = "allow a larger error, or declare a network that can take the weight"
        raise Failure(ErrorNotMet(self.network.span, self.network.name, self.wish.error or 0.0, reason, hint))

    def _scaled(self, bonds: Sequence[Bonds], size: int) -> dict[str, int]:
        """Sizes in proportion to those declared, of which the largest is given."""
        declared = {index.name: index.size for index in self.network.indices}
        most = max((declared[name] for group in bonds for name in group), default=1)
        return {name: max(1, round(declared[name] * size / most)) for group in bonds for name in group}

    def _alone(self, found: _Trial, group: Bonds) -> _Trial:
        """The least size that does for bonds of one size beside the others; one less is tried first."""
        size = found.sizes[group[0]]
        if size == 1:
            return found
        lower = self._tried(_with(found.sizes, group, size - 1))
        if not lower.met:
            return found
        return self._between(lower, 0, size - 1, lambda size: _with(found.sizes, group, size))

    def _between(self, met: _Trial, failed: int, size: int, sizes: Callable[[int], dict[str, int]]) -> _Trial:
        """By halving, the least size above one that has failed."""
        while size - failed > 1:
            middle = (size + failed) // 2
            trial = self._tried(sizes(middle))
            if trial.met:
                met, size = trial, middle
            else:
                failed = middle
        return met

    def _top(self, bonds: Sequence[Bonds]) -> int:
        """The most that the largest bond can be with no more numbers than a dense layer; 1 at least."""
        if not bonds:
            return 1
        fine, over = 1, 2
        while self._count(self._scaled(bonds, over)) <= self._dense:
            fine, over = over, 2 * over
        while over - fine > 1:
            middle = (fine + over) // 2
            if self._count(self._scaled(bonds, middle)) <= self._dense:
                fine = middle
            else:
                over = middle
        return fine

    @property
    def _dense(self) -> int:
        bias = self.weight.shape[0] if affine_form(self.network).constant else 0
        return self.weight.numel() + bias

    def _count(self, sizes: Mapping[str, int]) -> int:
        """The numbers of all trained tensors."""
        declared = {index.name: index.size for index in self.network.indices}
        count = 0
        for tensor in self.network.tensors:
            if tensor.role == "parameter":
                names = [name for axis in tensor.axes for name in axis.indices if name in sizes]
                whole = prod(axis.size for axis in tensor.axes)
                count += whole // prod(declared[name] for name in names) * prod(sizes[name] for name in names)
        return count

    def _tried(self, sizes: dict[str, int]) -> _Trial:
        """What least squares come to with these sizes."""
        assert self.wish.error is not None
        network = self.resized(sizes) if sizes else self.network
        wish = replace(self.wish, error=None, enough=self.wish.error)
        effort = replace(self.effort, watch=_named(self.effort.watch, sizes))
        found = fit(network, self.stored, self.weight, self.bias, wish, effort)
        trial = _Trial(sizes, found, met=False)
        limit = self.wish.error * (1 + 1e-6) + rounding(self.weight)
        self.least = min(self.least, trial.error)
        return replace(trial, met=trial.error <= limit)


def _with(sizes: Mapping[str, int], group: Bonds, size: int) -> dict[str, int]:
    return {**sizes, **dict.fromkeys(group, size)}


def _named(watch: Watch, sizes: Mapping[str, int]) -> Watch:
    some = sorted(set(sizes.values()))
    label = "-".join(str(size) for size in dict.fromkeys((some[0], some[-1]))) if some else ""

    def told(what: str, done: int, total: int) -> None:
        watch(f"bonds of size {label}: {what}" if label else what, done, total)

    return told
