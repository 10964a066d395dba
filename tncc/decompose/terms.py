"""What an affine network is as a matrix: a sum of products of its tensors, every stage written out in place.

h[..., a] = x * A;  y[..., o] = 2 * h * B + b      →      W = 2 A[i, a] B[a, o],  constant part b[o]
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from tncc.decompose.form import (
    Factor,
    Form,
    Leg,
    Renaming,
    Sizes,
    Term,
    covered,
    refinement,
    sources,
    substituted,
)
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.span import Span
from tncc.diagnostics.weight_kinds import NotDecomposable
from tncc.ir.linearity import linear_map
from tncc.ir.network import BATCH, Contraction, Function, Group, Network, Operation, Sum, Tensor, View, views

LIMIT = 64
"""How many products a network may be a sum of."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value as a sum of terms, each with the same rows; `axes` says which of these make up each axis."""

    axes: tuple[Group, ...]
    terms: tuple[Term, ...]


def affine_form(network: Network, units: bool = False) -> Form:
    """The sum of products that a network's matrix and its constant part are.

    Indices of size 1 that join nothing become positions, unless `units` says that they are to be kept.
    Raises Failure (TN401) where the network is not affine in its one input, or not a polynomial in its tensors.
    """
    found = linear_map(network)
    if found is None:
        reason = "it is not an affine map of one input with sizes that are known"
        raise refused(network, reason, "decompose networks that only multiply and add")
    maker = Maker(network)
    terms = [maker.without_copies(term) for term in maker.expand(network.outputs[0]).terms if term.scale != 0]
    if not units:
        terms = [maker.without_units(term) for term in terms]
    linear = tuple(term for term in terms if term.source is not None)
    constant = tuple(term for term in terms if term.source is None)
    return Form(found.in_features, found.out_features, linear, constant, maker.table)


def refused(network: Network, reason: str, hint: str, span: Span | None = None) -> Failure:
    """What is raised for a network that no matrix can be decomposed into."""
    return Failure(NotDecomposable(span or network.span, network.name, reason, hint))


class Maker:
    """Writes the operations of one network out."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.table = Sizes({index.name: index.size for index in network.indices} | {BATCH: 1})
        self.tensors: dict[str, Tensor] = {tensor.name: tensor for tensor in network.tensors}
        self.operations: dict[str, Operation] = {operation.name: operation for operation in network.operations}
        self.values: dict[str, Value] = {}

    def expand(self, name: str) -> Value:
        """The value of an operation, and of what it is made of, in their order."""
        for operation in self.network.operations:
            if operation.name not in self.values and self._wanted(operation.name, name):
                self.values[operation.name] = self._operation(operation)
        return self.values[name]

    def _wanted(self, name: str, output: str) -> bool:
        needed, waiting = {output}, [output]
        while waiting:
            for view in views(self.operations[waiting.pop()]):
                if view.value in self.operations and view.value not in needed:
                    needed.add(view.value)
                    waiting.append(view.value)
        return name in needed

    def _operation(self, operation: Operation) -> Value:
        match operation:
            case Contraction():
                return self._product(operation, operation.operands, operation.scale)
            case Sum():
                parts = [(self._product(operation, (term.operand,), term.coefficient)) for term in operation.terms]
                return Value(operation.axes, self._limited([term for part in parts for term in part.terms]))
            case Function() if operation.function in ("mean", "sum"):
                over = prod(self.table.sizes[name] for name in operation.over)
                scale = 1 / over if operation.function == "mean" else 1.0
                return self._product(operation, (operation.operand,), scale)
            case Function():
                reason = f"`{operation.function}` is applied to what its matrix follows from"
                raise refused(self.network, reason, "leave the function out", operation.span)
            case _:
                raise TypeError("an assembly is part of no network that was written by people")

    def _product(self, operation: Operation, operands: Sequence[View], scale: float) -> Value:
        carried = tuple(dict.fromkeys(name for view in operands for name in view.indices if name != BATCH))
        # What the views carry goes along as a factor, so that it stays right where indices are split.
        first = Factor("", carried, tuple(self.table.sizes[name] for name in carried))
        factors = (first, *(self._factor(view) for view in operands))
        waiting, done = [Term(scale, factors, None, self._out(operation.axes))], []
        while waiting:
            term = waiting.pop(0)
            stage = next((factor for factor in term.factors if factor.tensor in self.values), None)
            if stage is None:
                done.append(self._with_repeats(self._with_source(term)))
            else:
                waiting = [*self._inlined(term, stage), *waiting]
            self._limited([*waiting, *done])
        return Value(operation.axes, tuple(done))

    def _factor(self, view: View) -> Factor:
        """A view as a factor, whether of a tensor or of a stage."""
        legs: list[Leg] = []
        shape: list[int] = []
        for axis, extent in zip(view.axes, self._extents(view.value), strict=True):
            group: tuple[Leg, ...] = (axis,) if isinstance(axis, int) else axis
            for leg in group:
                if leg != BATCH:
                    legs.append(leg)
                    shape.append(extent if isinstance(leg, int) else self.table.sizes[leg])
        return Factor(view.value, tuple(legs), tuple(shape))

    def _extents(self, name: str) -> list[int]:
        if name in self.tensors:
            return [axis.size for axis in self.tensors[name].axes]
        return [prod(self.table.sizes[leg] for leg in group) for group in self.values[name].axes]

    def _with_source(self, term: Term) -> Term:
        """A term whose input is no longer among its factors."""
        inputs = [factor for factor in term.factors if factor.tensor and self.tensors[factor.tensor].role == "input"]
        others = tuple(factor for factor in term.factors if factor not in inputs)
        return replace(term, factors=others, source=inputs[0]) if inputs else term

    def _out(self, axes: Sequence[Group]) -> Factor:
        names = tuple(name for group in axes for name in group if name != BATCH)
        return Factor("", names, tuple(self.table.sizes[name] for name in names))

    def _limited(self, terms: list[Term]) -> tuple[Term, ...]:
        if len(terms) > LIMIT:
            raise refused(self.network, f"its matrix is a sum of more than {LIMIT} products", "write fewer sums")
        return tuple(terms)

    def _with_repeats(self, term: Term) -> Term:
        """Times the size of each summed index that only terms of a sum beside this one carry."""
        carried, *factors = term.factors
        there = set(term.out.names).union(*(factor.names for factor in (*factors, *sources(term))))
        gone = [name for name in carried.names if name not in there]
        scale = term.scale * prod(self.table.sizes[name] for name in gone)
        return replace(term, scale=scale, factors=tuple(factors))

    def _inlined(self, term: Term, stage: Factor) -> list[Term]:
        """A term with each of the terms of a stage in the stage's place."""
        found = []
        for one in self.values[stage.tensor].terms:
            inner = self._renamed_apart(one)
            mine = list(zip(inner.out.legs, inner.out.shape, strict=True))
            names = list(zip(stage.legs, stage.shape, strict=True))
            others = tuple(factor for factor in term.factors if factor is not stage)
            inner, outer = self._matched(inner, replace(term, factors=others), mine, names)
            factors = (*outer.factors, *inner.factors)
            source = inner.source or outer.source
            found.append(replace(outer, scale=term.scale * inner.scale, factors=factors, source=source))
        return found

    def _matched(
        self, inner: Term, term: Term, mine: list[tuple[Leg, int]], names: list[tuple[Leg, int]]
    ) -> tuple[Term, Term]:
        """Both terms with a stage's legs under common names: in parts where the two sides split an axis differently."""
        if [size for _, size in mine] == [size for _, size in names]:
            renamed: Renaming = {str(leg): (name,) for (leg, _), name in zip(mine, names, strict=True)}
            return substituted(inner, renamed), term
        # An index of size 1 has no part in it.
        inner = substituted(inner, {str(leg): ((0, 1),) for leg, size in mine if size == 1})
        term = substituted(term, {str(name): ((0, 1),) for name, size in names if size == 1})
        mine = [(leg, size) for leg, size in mine if size != 1]
        names = [(name, size) for name, size in names if size != 1]
        parts = refinement([size for _, size in mine], [size for _, size in names])
        if parts is None:
            shapes = " and ".join(" × ".join(str(size) for _, size in side) for side in (mine, names))
            reason = f"a stage of axes {shapes.partition(' and ')[0]} is read as {shapes.partition(' and ')[2]}"
            raise refused(self.network, reason, "split its axes in the same way on both sides")
        made: list[tuple[Leg, int]] = []
        mapping: Renaming = {}
        for name, size in names:
            group = self._parts(name, size, parts[len(made) : len(made) + covered(parts, len(made), size)])
            if isinstance(name, str):
                mapping[name] = group
            made += group
        position, split = 0, {}
        for leg, size in mine:
            count = covered(parts, position, size)
            split[str(leg)] = tuple(made[position : position + count])
            position += count
        return substituted(inner, split), substituted(term, mapping)

    def _parts(self, name: Leg, size: int, sizes: Sequence[int]) -> tuple[tuple[Leg, int], ...]:
        """An index, or a position, as the parts that an axis is split into."""
        if len(sizes) == 1:
            return ((name, size),)
        if isinstance(name, str):
            return tuple((self.table.fresh(name, part), part) for part in sizes)
        found: list[tuple[Leg, int]] = []
        for part in reversed(sizes):
            found.insert(0, (name % part, part))
            name //= part
        return tuple(found)

    def _renamed_apart(self, term: Term) -> Term:
        """A stage's term with new names for all its indices, so that the same sum can stand twice."""
        names = dict.fromkeys(name for factor in (*term.factors, *sources(term), term.out) for name in factor.names)
        mapping: Renaming = {}
        for name in names:
            size = self.table.sizes[name]
            mapping[name] = ((self.table.fresh(name, size), size),)
        return substituted(term, mapping)

    def without_copies(self, term: Term) -> Term:
        """A copy tensor says that its indices are one."""
        for factor in term.factors:
            if self.tensors[factor.tensor].role != "copy":
                continue
            term = replace(term, factors=tuple(other for other in term.factors if other is not factor))
            return self.without_copies(self._identified(term, factor))
        return term

    def _identified(self, term: Term, copy: Factor) -> Term:
        positions = {leg for leg in copy.legs if isinstance(leg, int)}
        sizes = {size for leg, size in zip(copy.legs, copy.shape, strict=True)}
        if len(sizes) > 1 or len(positions) > 1:
            reason = f"the copy tensor `{copy.tensor}` joins axes of different sizes or at different positions"
            raise refused(self.network, reason, "give its indices one size")
        (size,) = sizes
        names = copy.names
        target: Leg = next(iter(positions)) if positions else names[0]
        term = substituted(term, dict.fromkeys(names, ((target, size),)))
        there = set(term.visible).union(*(factor.names for factor in term.factors))
        if isinstance(target, str) and target not in there:
            return replace(term, scale=term.scale * size)
        return term

    def without_units(self, term: Term) -> Term:
        """An index of size 1 joins nothing, unless it is a bond of two tensors, which can be made larger."""
        kinds = {index.name: index.kind for index in self.network.indices}
        mapping: Renaming = {}
        for name in dict.fromkeys(name for f in (*term.factors, *sources(term), term.out) for name in f.names):
            carriers = sum(name in factor.names for factor in term.factors)
            bond = kinds.get(self.table.origin(name)) == "bond" and name not in term.visible and carriers == 2
            if self.table.sizes[name] == 1 and not bond:
                mapping[name] = ((0, 1),)
        return substituted(term, mapping)
