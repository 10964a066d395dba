"""Terms to operations: which indices each product keeps and which it sums (language.md, idea 2)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from tncc.diagnostics import axis_kinds as kinds
from tncc.diagnostics.diagnostic import Failure, Label
from tncc.diagnostics.size_kinds import ValueTooLarge
from tncc.diagnostics.span import Span
from tncc.elaborate.draft import Draft
from tncc.elaborate.terms import Apply, Leaf, Product, Scalar, Sum, Term, carried, is_zero, product
from tncc.elaborate.vocabulary import OVER_REMOVING
from tncc.ir.network import BATCH, Contraction, Function, Group, View, legs, single_axes
from tncc.ir.network import Sum as SumOperation
from tncc.ir.network import Term as SumTerm

NOT_COMPLEX = frozenset({"relu", "gelu", "silu", "softmax", "layernorm", "max"})
"""Functions that order or normalise, and so mean nothing for complex values."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What decides over a term's indices: those kept, those asked for by name, those that factors outside carry."""

    keep: frozenset[str]
    named: frozenset[str]
    outside: Mapping[str, Span] = field(default_factory=dict)


@dataclass(slots=True)
class Lowering:
    """Lowers the right-hand side of one stage, `target`, whose result has the axes `axes`."""

    draft: Draft
    target: str
    axes: tuple[Group, ...]
    span: Span

    def stage(self, term: Term, left: dict[str, Span]) -> None:
        """Write the operations of a stage; `left` are the indices of its left-hand side with their places."""
        self._check_left(term, left)
        scope = Scope(frozenset(left), frozenset(left))
        if isinstance(term, Sum) and len(term.terms) > 1:
            self._sum(term, scope, 1, final=True)
        else:
            self._product(product([term], 1.0, term.span), scope, 1, final=True)

    def _check_left(self, term: Term, left: dict[str, Span]) -> None:
        offered = carried(term)
        for name, span in left.items():
            if name not in offered:
                if name == BATCH:
                    hint = "leave out `...`, or use an input that has it"
                else:
                    hint = f"multiply with a tensor that carries `{name}`, or leave it out"
                raise Failure(kinds.IndexNotCarried(span, self.target, name, hint))
        if BATCH in offered and BATCH not in left:
            label = Label(offered[BATCH], "`...` comes in here")
            raise Failure(kinds.EllipsisLost(self.span, self.target, _bringer(term), labels=(label,)))

    # --- the three shapes of a term -------------------------------------------------------------------------------

    def lower(self, term: Term, scope: Scope, terms: int) -> View:
        """A view of the term's value, which carries only indices that the scope keeps."""
        if isinstance(term, Sum) and len(term.terms) > 1:
            return self._sum(term, scope, terms, final=False)
        return self._product(product([term], 1.0, term.span), scope, terms, final=False)

    def _product(self, term: Product, scope: Scope, terms: int, *, final: bool) -> View:
        if not math.isfinite(term.scale):
            raise Failure(ValueTooLarge(term.span, 308, "decimal digits, which a float can hold"))
        offers = [carried(factor) for factor in term.factors]
        self._check_joined(term, offers, scope)
        carriers: dict[str, list[Span]] = {}
        for offer in offers:
            for name, span in offer.items():
                carriers.setdefault(name, []).append(span)
        if final and len(term.factors) == 1 and term.scale == 1 and isinstance(only := term.factors[0], Apply):
            result = self._apply(only, scope, self.axes)
            if result is not None:
                return result
        operands = [
            self._factor(factor, _elsewhere(offer, carriers), scope)
            for factor, offer in zip(term.factors, offers, strict=True)
        ]
        present = dict.fromkeys(name for view in operands for name in view.indices)
        kept = tuple(name for name in present if name in scope.keep)
        self._propose(term, operands, [name for name in present if name not in scope.keep], terms)
        if not final and term.scale == 1 and len(operands) == 1 and _is_plain(operands[0], kept):
            return operands[0]
        name, axes = self._result(kept, final)
        self.draft.add_operation(
            Contraction(name=name, operands=tuple(operands), axes=axes, scale=term.scale, span=term.span)
        )
        return View(value=name, axes=axes)

    def _factor(self, factor: Term, shared: dict[str, Span], scope: Scope) -> View:
        """One factor of a product; `shared` are those of its indices that another factor carries too, and where."""
        if isinstance(factor, Leaf):
            return factor.view
        inner = scope if not shared else Scope(scope.keep | frozenset(shared), scope.named, {**scope.outside, **shared})
        if isinstance(factor, Apply):
            view = self._apply(factor, inner, None)
            assert view is not None
            return view
        return self.lower(factor, inner, 1)

    def _check_joined(self, term: Product, offers: list[dict[str, Span]], scope: Scope) -> None:
        seen: dict[str, Span] = {}
        for offer in offers:
            for name, span in offer.items():
                if name in seen and name in scope.outside and name not in scope.named:
                    places = (seen[name], "carried here"), (span, "and here"), (scope.outside[name], "and outside here")
                    labels = tuple(Label(place, text) for place, text in places)
                    raise Failure(kinds.AmbiguousIndex(term.span, name, labels=labels))
                seen.setdefault(name, span)

    def _sum(self, term: Sum, scope: Scope, terms: int, *, final: bool) -> View:
        alive = max(sum(not is_zero(part) for part in term.terms), 1)
        summands: list[SumTerm] = []
        for part in term.terms:
            bare = Product(part.factors, abs(part.scale) if part.factors else part.scale, part.span)
            sign = -1.0 if part.factors and part.scale < 0 else 1.0
            summands.append(SumTerm(operand=self._product(bare, scope, terms * alive, final=False), coefficient=sign))
        present = tuple(dict.fromkeys(name for entry in summands for name in entry.operand.indices))
        name, axes = self._result(present, final)
        self.draft.add_operation(SumOperation(name=name, terms=tuple(summands), axes=axes, span=term.span))
        return View(value=name, axes=axes)

    def _apply(self, term: Apply, scope: Scope, final: tuple[Group, ...] | None) -> View | None:
        """Lower a function. With `final` axes, None is returned where its result needs a product behind it."""
        over = frozenset(term.over)
        offered = carried(term.argument)
        for name in term.over:
            if name not in offered:
                raise Failure(kinds.FunctionIndexMissing(term.span, term.function, name))
        removed = over if term.function in OVER_REMOVING else frozenset()
        expected = {name for name in offered if name in scope.keep | over} - removed
        if final is not None and expected != set(legs(final)):
            return None
        inner = Scope(scope.keep | over, scope.named | over, scope.outside)
        operand = self.lower(term.argument, inner, 1)
        operand = self._without_diagonal(operand, term.span)
        if term.function in NOT_COMPLEX and operand.value in self.draft.complex_names:
            raise Failure(kinds.ComplexNotAllowed(term.span, term.function))
        kept = tuple(name for name in operand.indices if name not in removed)
        name, axes = self._result(kept, final is not None)
        self.draft.add_operation(
            Function(name=name, function=term.function, operand=operand, over=term.over, axes=axes, span=term.span)
        )
        return View(value=name, axes=axes)

    def _without_diagonal(self, operand: View, span: Span) -> View:
        """The operand of a function as a value of its own where it is a slice or a diagonal of another."""
        if _is_plain(operand, operand.indices):
            return operand
        name, axes = self.draft.temporary(self.target), single_axes(operand.indices)
        self.draft.add_operation(Contraction(name=name, operands=(operand,), axes=axes, span=span))
        return View(value=name, axes=axes)

    # --- what they share ------------------------------------------------------------------------------------------

    def _result(self, kept: tuple[str, ...], final: bool) -> tuple[str, tuple[Group, ...]]:
        if final:
            return self.target, self.axes
        ordered = tuple(sorted(kept, key=lambda name: name != BATCH))
        return self.draft.temporary(self.target), single_axes(ordered)

    def _propose(self, term: Product, operands: list[View], summed: list[str], terms: int) -> None:
        """Ask each `auto` tensor of a product for the deviation that gives it variance 1/terms (language.md).

        sigma = (product of the summed sizes * terms) ** (-1/2m), m counting each use of an auto tensor.
        """
        tensors = [factor.tensor for factor in term.factors if isinstance(factor, Leaf) and factor.tensor is not None]
        auto = [tensor.name for tensor in tensors if tensor.init.kind == "auto" and tensor.role != "input"]
        if not auto:
            return
        tied: dict[str, str] = {}
        for factor in term.factors:
            if isinstance(factor, Leaf) and factor.tensor is not None and factor.tensor.role == "copy":
                _tie(tied, factor.view.indices, frozenset(summed))
        classes = {_root(tied, name) for name in summed} & set(summed)
        log_sizes = math.fsum(math.log(self.draft.indices[name].size) for name in sorted(classes))
        for name in auto:
            self.draft.log_stds.setdefault(name, []).append(-(log_sizes + math.log(terms)) / (2 * len(auto)))


def _elsewhere(offer: dict[str, Span], carriers: dict[str, list[Span]]) -> dict[str, Span]:
    """Those indices of one factor that another carries as well, with a place where that is."""
    found: dict[str, Span] = {}
    for name, span in offer.items():
        if len(carriers[name]) > 1:
            first, second = carriers[name][:2]
            found[name] = second if first == span else first
    return found


def _is_plain(view: View, kept: tuple[str, ...]) -> bool:
    """Whether a view carries just these indices, each once, with nothing picked."""
    names = [name for axis in view.axes if not isinstance(axis, int) for name in axis]
    return len(names) == len(set(names)) == len(kept) and not any(isinstance(axis, int) for axis in view.axes)


def _root(tied: dict[str, str], name: str) -> str:
    while name in tied:
        name = tied[name]
    return name


def _tie(tied: dict[str, str], names: tuple[str, ...], summed: frozenset[str]) -> None:
    """Let indices that a copy tensor makes equal count as one, and not at all where one of them is kept."""
    roots = dict.fromkeys(_root(tied, name) for name in names)
    first = next((root for root in roots if root not in summed), next(iter(roots)))
    for root in roots:
        if root != first:
            tied[root] = first


def _bringer(term: Term) -> str:
    """The value in a term that carries the leading axes."""
    match term:
        case Leaf():
            return term.view.value
        case Product():
            return next(_bringer(factor) for factor in term.factors if BATCH in carried(factor))
        case Sum():
            return next(_bringer(part) for part in term.terms if BATCH in carried(part))
        case Apply():
            return _bringer(term.argument)
        case Scalar():
            return ""
