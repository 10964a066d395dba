"""Takes one operation apart into steps of at most two operands: products by an order, sums smallest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tncc.ir.cost import elements
from tncc.ir.network import BATCH, Assembly, Contraction, Function, Group, Operation, Sum, Term, View, legs, single_axes
from tncc.planning.names import Names

Order = Callable[[Sequence[Sequence[int]], Sequence[int], Mapping[int, int]], tuple[tuple[int, int], ...]]
"""Inputs as lists of index numbers, the output's, and sizes; gives pairs in SSA form."""


@dataclass(frozen=True, slots=True)
class Splitter:
    """What taking operations apart needs to know: an order, planned sizes, merged indices by part, and fresh names."""

    order: Order
    sizes: Mapping[str, int]
    merged: Mapping[str, str]
    names: Names

    def split(self, operation: Operation) -> list[Operation]:
        """The steps of an operation, the last one with its name and axes."""
        match operation:
            case Contraction():
                return self._split_product(operation)
            case Sum():
                return self._split_sum(operation)
            case Function() | Assembly():
                return [operation]

    def _split_product(self, operation: Contraction) -> list[Operation]:
        if not operation.operands:
            return [operation]
        steps: list[Contraction] = []
        views = self._sum_private(operation, steps)
        self._contract(operation, views, steps)
        if operation.scale != 1.0:
            self._insert_scale(operation, views, steps)
        if not steps:
            return [operation]
        last = steps[-1]
        steps[-1] = last.model_copy(update={"name": operation.name, "axes": operation.axes})
        return list(steps)

    def _sum_private(self, operation: Contraction, steps: list[Contraction]) -> list[View]:
        """Sums over an index that only one operand carries come first, as steps of their own."""
        kept = set(legs(operation.axes))
        carriers: dict[str, int] = {}
        for view in operation.operands:
            for name in view.indices:
                carriers[name] = carriers.get(name, 0) + 1
        views = []
        for view in operation.operands:
            left = tuple(name for name in view.indices if name in kept or carriers[name] > 1)
            if len(left) == len(view.indices):
                views.append(view)
                continue
            steps.append(self._step(operation, (view,), left))
            views.append(whole(steps[-1]))
        return views

    def _contract(self, operation: Contraction, views: list[View], steps: list[Contraction]) -> None:
        """One step for each pair of the contraction order; `views` grows by their results."""
        numbers: dict[str, int] = {}
        sizes: dict[int, int] = {}

        def numbered(names: Sequence[str]) -> list[int]:
            found = []
            for leg in dict.fromkeys(self.merged.get(name, name) for name in names):
                number = numbers.setdefault(leg, len(numbers))
                sizes[number] = self.sizes[leg]
                found.append(number)
            return found

        kept = set(legs(operation.axes))
        inputs = [numbered(view.indices) for view in views]
        pairs = self.order(inputs, numbered(legs(operation.axes)), sizes) if len(views) > 1 else ()
        uses: dict[str, int] = {}
        for view in views:
            for name in view.indices:
                uses[name] = uses.get(name, 0) + 1
        for one, other in pairs:
            pair = (views[one], views[other])
            joined = dict.fromkeys((*pair[0].indices, *pair[1].indices))
            shared = set(pair[0].indices) & set(pair[1].indices)
            left = tuple(name for name in joined if name in kept or uses[name] - (name in shared) > 1)
            for name in shared:
                uses[name] -= 1
            steps.append(self._step(operation, pair, left))
            views.append(whole(steps[-1]))

    def _insert_scale(self, operation: Contraction, views: list[View], steps: list[Contraction]) -> None:
        """Scales whatever is smallest among the operands and results of the product, which is linear in each.

        A product of one operand that is neither summed nor joined becomes a step that only scales.
        """
        sizes = [elements(view.indices, self.sizes) for view in views]
        place = min(range(len(views)), key=lambda number: (sizes[number], -number))
        target = views[place]
        maker = next((number for number, step in enumerate(steps) if step.name == target.value), -1)
        scaled = self._step(operation, (target,), target.indices).model_copy(update={"scale": operation.scale})
        reader = next((n for n in range(maker + 1, len(steps)) if target in steps[n].operands), len(steps))
        if reader < len(steps):
            first, *rest = steps[reader].operands
            operands = (whole(scaled), *rest) if first == target else (first, whole(scaled))
            steps[reader] = steps[reader].model_copy(update={"operands": operands})
        steps.insert(reader, scaled)

    def _step(self, operation: Contraction, views: tuple[View, ...], indices: tuple[str, ...]) -> Contraction:
        name = self.names.fresh(operation.name)
        return Contraction(name=name, operands=views, axes=temporary_axes(indices), span=operation.span)

    def _split_sum(self, operation: Sum) -> list[Operation]:
        """Scales first, then adds the smallest terms first, so that broadcasting comes late.

        A partial sum whose terms are all subtracted is held with its sign turned until the end.
        """
        steps: list[Operation] = []
        terms = [self._unit_term(operation, term, steps) for term in operation.terms]
        terms.sort(key=lambda term: elements(term.operand.indices, self.sizes))
        total = terms[0]
        for term in terms[1:]:
            turned = total.coefficient < 0 and term.coefficient < 0
            pair = (Term(operand=total.operand), Term(operand=term.operand)) if turned else (total, term)
            if pair[0].coefficient < 0:
                pair = (pair[1], pair[0])
            indices = tuple(dict.fromkeys((*total.operand.indices, *term.operand.indices)))
            name = self.names.fresh(operation.name)
            axes = temporary_axes(indices)
            steps.append(Sum(name=name, terms=pair, axes=axes, span=operation.span))
            view = View(value=name, axes=axes)
            total = Term(operand=view, coefficient=-1.0 if turned else 1.0)
        if total.coefficient < 0 or len(terms) == 1:
            source = operation.name
            operands = (total.operand,)
            steps.append(
                Contraction(
                    name=source, operands=operands, axes=operation.axes, scale=total.coefficient, span=operation.span
                )
            )
        last = steps[-1]
        steps[-1] = last.model_copy(update={"name": operation.name, "axes": operation.axes})
        return steps

    def _unit_term(self, operation: Sum, term: Term, steps: list[Operation]) -> Term:
        """The term with coefficient 1 or -1, after a step that scales it where it had another."""
        if abs(term.coefficient) == 1.0 or len(operation.terms) == 1:
            return term
        indices = term.operand.indices
        name = self.names.fresh(operation.name)
        axes = temporary_axes(indices)
        steps.append(
            Contraction(name=name, operands=(term.operand,), axes=axes, scale=term.coefficient, span=operation.span)
        )
        return Term(operand=View(value=name, axes=axes))


def temporary_axes(indices: tuple[str, ...]) -> tuple[Group, ...]:
    """One axis for each index, the leading axes first, where every value has them."""
    rest = tuple(index for index in indices if index != BATCH)
    return single_axes(rest if len(rest) == len(indices) else (BATCH, *rest))


def whole(step: Contraction) -> View:
    """A step's result under its own names."""
    return View(value=step.name, axes=step.axes)
