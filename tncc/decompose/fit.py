"""A whole affine network from a matrix and a vector: its terms, frozen parts, bond sizes from an error, the outcome."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch

from tncc.decompose.alternating import Problem
from tncc.decompose.contracting import Named
from tncc.decompose.descending import search as descend_from_starts
from tncc.decompose.form import Factor, Form, Term
from tncc.decompose.joint import Joint, Part, Unknown
from tncc.decompose.metric import Scaling, as_metric, scalings, with_ridge
from tncc.decompose.norms import energy, frobenius, rounding
from tncc.decompose.outcome import Fit, Fitted, are_tied, common, parts_of
from tncc.decompose.products import Product
from tncc.decompose.result import BondError, Decomposition
from tncc.decompose.search import Effort, by_cuts, by_search, refine, tree_of
from tncc.decompose.sequential import Edge, Found, Ranks
from tncc.decompose.shape import Tree
from tncc.decompose.terms import affine_form, refused
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.weight_kinds import ErrorNotMet, NoPlaceForBias
from tncc.ir.network import Network

Stored = Callable[[str], torch.Tensor]
"""The stored tensor of a name; only frozen ones are asked for."""

WEIGHTED_SWEEPS = 10
"""Sweeps that follow a start by singular values where the metric is no product."""


HALVINGS = 6
"""How often less of an error is allowed, where the metric that sizes are chosen in is not quite the one asked for."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: a relative error instead of given sizes (where singular values say so), second moments of the
    inputs, sweeps of least squares other than what suits the graph, and a relative error at which these may stop."""

    error: float | None = None
    covariance: torch.Tensor | None = None
    sweeps: int | None = None
    enough: float | None = None


def fit(
    network: Network, stored: Stored, weight: torch.Tensor, bias: torch.Tensor | None, wish: Wish, effort: Effort
) -> Fit:
    """The tensors with which an affine network comes closest to a weight and a bias.

    `weight` is (out_features, in_features), contiguous, finite, in the precision that is worked in, and is only read;
    no bias means zero. Raises Failure for a network that this is not defined for, or an error that can't be met.
    """
    form = affine_form(network)
    maker = _Fitter(network, form, stored, wish, effort)
    return maker.fit(weight, bias)


@dataclass(slots=True)
class _Fitter:
    network: Network
    form: Form
    stored: Stored
    wish: Wish
    effort: Effort
    ridged: torch.Tensor | None = None
    limit: float = 0.0
    """The norm of an error of the matrix that least squares may stop at."""

    def _is_free(self, factor: Factor) -> bool:
        return self._role(factor) == "parameter"

    def _role(self, factor: Factor) -> str:
        return next(tensor.role for tensor in self.network.tensors if tensor.name == factor.tensor)

    def _products(self, terms: Iterable[Term], like: torch.Tensor) -> tuple[list[Product], list[Product]]:
        """The products with tensors to be found, and those without."""
        made = []
        for term in terms:
            held = [None if self._is_free(f) else self.stored(f.tensor).to(like) for f in term.factors]
            made.append(Product.of(term, held))
        free = [one for one in made if any(tensor is None for tensor in one.fixed)]
        return free, [one for one in made if one not in free]

    def fit(self, weight: torch.Tensor, bias: torch.Tensor | None) -> Fit:
        """Both parts of the map."""
        free, held = self._products(self.form.linear, weight)
        if not free:
            raise refused(self.network, "all tensors of its matrix are frozen", "leave one of them to be trained")
        rest = _without(weight, held)
        self.limit = 0.0 if self.wish.enough is None else self.wish.enough * self._norm(weight)
        constant = self._constant(weight, bias)
        if common(free, constant.free):
            fitted, vector = self._jointly((free, rest), (constant.free, constant.rest))
        else:
            fitted = self._matrix(free, rest)
            plain = _Fitter(self.network, self.form, self.stored, Wish(), self.effort)
            vector = plain._matrix(constant.free, constant.rest) if constant.free else []
        left = _left(fitted, rest)
        norm = frobenius(weight)
        error = frobenius(left) / norm if norm > 0 else frobenius(left)
        result = self._result(fitted, error, weight, left)
        reached = error if result.weighted_error is None else result.weighted_error
        if self.wish.error is not None and reached > self.wish.error * (1 + 1e-6) + rounding(weight):
            raise self._not_met(f"with all bonds that can be chosen it comes to {reached:.3g}")
        missing = frobenius(_left(vector, constant.rest)) / (constant.size or 1.0)
        chosen = self._chosen(fitted)
        parts = [part for one in (*fitted, *vector) for part in parts_of(one)]
        return Fit(parts, chosen, result.model_copy(update={"bias_error": missing, "sizes": chosen}))

    def _chosen(self, fitted: Sequence[Fitted]) -> dict[str, int]:
        """The sizes of bonds where an error was to choose them."""
        if self.wish.error is None:
            return {}
        kinds = {index.name: index.kind for index in self.network.indices}
        sizes = {self.form.sizes.origin(name): size for one in fitted for name, size in one.sizes.items()}
        return {name: size for name, size in sizes.items() if kinds.get(name) == "bond"}

    def _not_met(self, reason: str) -> Failure:
        hint = "allow a larger error, or declare a network that can take the weight"
        return Failure(ErrorNotMet(self.network.span, self.network.name, self.wish.error or 0.0, reason, hint))

    def _matrix(self, products: Sequence[Product], rest: torch.Tensor) -> list[Fitted]:
        """The products whose sum comes closest to a matrix, which is only read."""
        if self._is_joint(products, rest):
            return self._jointly((products, rest))[0]
        if len(products) == 1:
            return [self._one(products[0], rest)]
        left = rest.clone()
        fitted = []
        for product in products:
            fitted.append(self._one(product, left))
            product.add(left, fitted[-1].tensors, -1.0)
        return self._alternated(fitted, left)

    def _alternated(self, fitted: list[Fitted], left: torch.Tensor) -> list[Fitted]:
        """One product after the other made better beside the others, until a round gains little."""
        rounds = 50 if self.wish.sweeps is None else self.wish.sweeps
        for number in range(rounds):
            self.effort.watch("least squares over all terms", number, rounds)
            before = frobenius(left)
            for one in fitted:
                one.product.add(left, one.tensors, 1.0)
                problem, _ = self._problem(one.product, left)
                tensors = _doubled(one.tensors)
                refine(problem, tensors, math.inf, Effort(sweeps=1))
                one.tensors, one.searched = [Named(t.legs, t.value.to(left.dtype)) for t in tensors], True
                one.product.add(left, one.tensors, -1.0)
                one.sweeps += 1
            small = self.limit > 0 and self._norm(left) <= self.limit
            if small or before - frobenius(left) <= self.effort.tolerance * before:
                break
        return fitted

    def _one(self, product: Product, rest: torch.Tensor) -> Fitted:
        """The tensors of one product."""
        tree = tree_of(product)
        metric = self._metric(product, rest)
        found_scalings, whole = scalings(metric, product) if metric is not None else ([], True)
        if tree is None:
            problem, plain = self._problem(product, rest)
            lost = 0.0 if problem.metric is not None else self._unreachable(product, rest, plain)
            effort = replace(self.effort, goal=max(0.0, self.limit**2 - lost) / product.term.scale**2)
            tensors, _, sweeps = by_search(product, problem, plain, effort)
            values = [Named(one.legs, one.value.to(rest.dtype)) for one in tensors]
            return Fitted(product, values, searched=True, sweeps=sweeps)
        sweeps = self.wish.sweeps if self.wish.sweeps is not None else (0 if whole else WEIGHTED_SWEEPS)
        for halvings in range(1 if whole else HALVINGS):
            found = self._cut(product, tree, rest, found_scalings, 0.5**halvings)
            fitted = Fitted(product, found.tensors, found.sizes, found.lost, tree)
            if sweeps:
                self._refined(fitted, rest, sweeps)
            if (
                self.wish.error is None
                or whole
                or self._norm(_left([fitted], rest)) <= self.wish.error * self._norm(rest)
            ):
                break
        return fitted

    def _cut(self, product: Product, tree: Tree, rest: torch.Tensor, scaled: Sequence[Scaling], share: float) -> Found:
        """Tensors by singular values; where an error is wished for, of sizes for that share of its square."""
        kinds = {index.name: index.kind for index in self.network.indices}
        sizes = {name: product.sizes[name] for names in tree.bonds.values() for name in names}
        target = product.target(rest)
        if self.wish.error is None:
            return by_cuts(product, tree, target, scaled, Ranks(sizes), self.effort)
        origin = self.form.sizes.origin
        free = frozenset(name for name in sizes if kinds.get(origin(name)) == "bond")
        norm, scale = self._norm(rest), abs(product.term.scale)
        budget = share * (self.wish.error * norm / scale) ** 2 - self._unreachable(product, rest, target) / scale**2
        if budget < 0:
            raise self._not_met("more than that of the weight is where the network is zero or constant")
        return by_cuts(product, tree, target, scaled, Ranks(sizes, free, budget), self.effort)

    def _norm(self, matrix: torch.Tensor) -> float:
        if self.wish.covariance is None:
            return frobenius(matrix)
        return math.sqrt(max(0.0, energy(matrix, self._covariance(matrix))))

    def _unreachable(self, product: Product, rest: torch.Tensor, target: Named) -> float:
        """The squared norm of what no tensors can give."""
        part = product.part(rest).value
        if part.numel() == rest.numel() == target.value.numel():
            return 0.0
        repeats = part.numel() / max(1, target.value.numel())
        return max(0.0, frobenius(rest) ** 2 - repeats * (frobenius(target.value) * product.term.scale) ** 2)

    def _refined(self, fitted: Fitted, rest: torch.Tensor, sweeps: int) -> None:
        problem, _ = self._problem(fitted.product, rest)
        tensors = _doubled(fitted.tensors)
        effort = Effort(sweeps=sweeps, tolerance=self.effort.tolerance, watch=self.effort.watch)
        _, fitted.sweeps = refine(problem, tensors, math.inf, effort)
        fitted.tensors = [Named(one.legs, one.value.to(rest.dtype)) for one in tensors]
        fitted.searched = True

    def _covariance(self, like: torch.Tensor) -> torch.Tensor:
        assert self.wish.covariance is not None
        if self.ridged is None:
            self.ridged = with_ridge(self.wish.covariance.to(torch.promote_types(like.dtype, torch.float64)))
        return self.ridged

    def _metric(self, product: Product, rest: torch.Tensor) -> Named | None:
        if self.wish.covariance is None or product.term.source is None:
            return None
        return as_metric(self._covariance(rest), product)

    def _problem(self, product: Product, rest: torch.Tensor) -> tuple[Problem, Named]:
        """What least squares are to solve, in double precision, and the plain target."""
        matrix = rest.to(torch.promote_types(rest.dtype, torch.float64))
        free = tuple(one is None for one in product.fixed)
        plain = product.target(matrix)
        metric = self._metric(product, rest)
        if metric is None:
            return Problem(plain, frobenius(plain.value) ** 2, free), plain
        image = matrix @ self._covariance(rest)
        whole = float((image * matrix.conj()).sum().real) / abs(product.term.scale) ** 2
        return Problem(product.target(image), whole, free, metric, rest.dtype), plain

    def _constant(self, weight: torch.Tensor, bias: torch.Tensor | None) -> "_Constant":
        """The constant part beside the bias; no bias means zero."""
        wanted = weight.new_zeros(self.form.out_features, 1) if bias is None else bias.reshape(-1, 1)
        free, held = self._products(self.form.constant, wanted)
        rest, size = _without(wanted, held), frobenius(wanted)
        if bias is not None and not free and frobenius(rest) > 1e-5 * max(size, frobenius(rest)):
            reason = "its constant part is frozen" if held else "every term of its output has the input in it"
            raise Failure(NoPlaceForBias(self.network.span, self.network.name, reason))
        return _Constant(free, rest, size)

    def _is_joint(self, products: Sequence[Product], like: torch.Tensor) -> bool:
        """Whether no tensor can be found by itself: one stands more than once, or is real beside complex ones."""
        real = {tensor.name for tensor in self.network.tensors if not tensor.complex}
        mixed = like.is_complex() and any(factor.tensor in real for one in products for factor in one.free)
        return mixed or are_tied([factor for one in products for factor in one.free])

    def _jointly(self, *sides: tuple[Sequence[Product], torch.Tensor]) -> list[list[Fitted]]:
        """The products of the matrix, and of the constant part if it is given too, with one value for each tensor."""
        like = sides[0][1]
        double = torch.promote_types(like.dtype, torch.float64)
        parts: list[Part] = []
        for products, rest in sides:
            root = None
            if self.wish.covariance is not None and not parts:
                root = torch.linalg.cholesky(self._covariance(rest))
            parts.append(Part(tuple(one.held_in(double) for one in products), rest.to(double), root))
        names = {factor.tensor for part in parts for one in part.products for factor in one.free}
        unknowns = tuple(
            Unknown(tensor.name, tuple(axis.size for axis in tensor.axes), tensor.complex)
            for tensor in self.network.tensors
            if tensor.name in names
        )
        effort = replace(self.effort, goal=self.limit**2)
        values, steps = descend_from_starts(Joint(unknowns, tuple(parts)), effort)
        fitted = [[Fitted.of_values(one, values, like.dtype) for one in products] for products, _ in sides]
        fitted[0][0].sweeps = steps
        return fitted

    def _result(
        self, fitted: Sequence[Fitted], error: float, weight: torch.Tensor, left: torch.Tensor
    ) -> Decomposition:
        """What came of it; `left` is the matrix that is left."""
        searched = any(one.searched for one in fitted)
        method: Literal["sequential", "alternating"] = "alternating" if searched else "sequential"
        norm = self._norm(weight)
        bonds: dict[str, BondError] = {}
        total = 0.0
        for one in fitted:
            for edge, lost in one.lost.items():
                relative = math.sqrt(lost) * abs(one.product.term.scale) / norm if norm > 0 else 0.0
                total += relative**2
                bonds |= {name: BondError(size=size, error=relative) for name, size in self._edge(one, edge)}
        unreachable = sum(self._missing(one, weight) for one in fitted) if not searched else 0.0
        bound = math.sqrt(total + unreachable) if len(fitted) == 1 and fitted[0].tree is not None else None
        weighted = None
        if self.wish.covariance is not None:
            covariance = self._covariance(left)
            weighted = math.sqrt(max(0.0, energy(left, covariance))) / norm if norm > 0 else 0.0
        rows, columns = weight.shape
        return Decomposition(
            method=method, error=error, bonds=bonds, bound=bound, weighted_error=weighted,
            sweeps=sum(one.sweeps for one in fitted), shape=(rows, columns),
        )  # fmt: skip

    def _missing(self, one: Fitted, weight: torch.Tensor) -> float:
        if self.wish.covariance is not None:
            return 0.0
        norm = frobenius(weight)
        return self._unreachable(one.product, weight, one.product.target(weight)) / norm**2 if norm > 0 else 0.0

    def _edge(self, one: Fitted, edge: Edge) -> list[tuple[str, int]]:
        assert one.tree is not None
        names = one.tree.bonds[edge]
        if names:
            return [(self.form.sizes.origin(name), one.sizes[name]) for name in names]
        parts = [one.product.term.factors[node].tensor for node in sorted(edge)]
        return [(" * ".join(parts), 1)]


@dataclass(frozen=True, slots=True)
class _Constant:
    """Products of the constant part, what they should sum to, and the norm of the bias."""

    free: list[Product]
    rest: torch.Tensor
    size: float


def _left(fitted: Sequence[Fitted], rest: torch.Tensor) -> torch.Tensor:
    """What products leave of a matrix."""
    left = rest.clone()
    for one in fitted:
        one.product.add(left, one.tensors, -1.0)
    return left


def _without(matrix: torch.Tensor, products: Sequence[Product]) -> torch.Tensor:
    """A matrix less what frozen tensors give; the same one where there are none."""
    if not products:
        return matrix
    left = matrix.clone()
    for product in products:
        product.add(left, [one for one in product.fixed if one is not None], -1.0)
    return left


def _doubled(tensors: Sequence[Named]) -> list[Named]:
    return [Named(t.legs, t.value.to(torch.promote_types(t.value.dtype, torch.float64))) for t in tensors]
