"""Chooses the axis order of every intermediate result, over whole trees of steps at once.

Bottom-up dynamic programming: each step keeps the few cheapest orders in which its result can come, each with the
form of the step and the orders of the operands behind it. A result stays open until the step decides that its order
is chosen together with; its other readers take it as it has been settled by then. So steps are looked at in an order
in which as few results as possible have to be settled before that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from tncc.ir.cost import REDUCTIONS, elements, summed_indices
from tncc.ir.network import Assembly, Function, Group, Operation, Sum, View, legs, views
from tncc.ir.schedule import Schedule
from tncc.planning.agenda import Agenda
from tncc.planning.alike_forms import AlikeForms, renamed_form
from tncc.planning.flow import Flow, names_in, renamed
from tncc.planning.forms import Form, Joint, lies, only
from tncc.planning.movement import BY_THUMB, LANES, Costs
from tncc.planning.sight import seen_order

WIDTH = 4
"""The orders that are kept for each result."""

NARROW = 2
"""The same for a schedule of more than `MANY` steps."""

MANY = 1000

ALONG_LAST = frozenset({"softmax", "layernorm"})
"""Functions that are faster over the last axes."""


@dataclass(frozen=True, slots=True)
class Option:
    """One order in which a step's result can come: its cost with all that is open behind it, and how it comes about.

    The form is that of a product alike, under the names of that one's indices.
    """

    step: int
    order: Group
    cost: float
    form: Form | None = None
    behind: "tuple[Option, ...]" = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """An order in which an operand can be read, at a cost that is still open; settled ones cost nothing more."""

    order: Group
    cost: float
    behind: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """By the number of a step: the order in which its result comes, and the form of a product of two operands."""

    orders: Mapping[int, Group]
    forms: Mapping[int, Form]


@dataclass(slots=True)
class Chooser:
    """The options of open results, the orders of settled ones, and what has been chosen so far."""

    schedule: Schedule
    flow: Flow
    sizes: Mapping[str, int]
    width: int
    costs: Costs
    alike: AlikeForms
    agenda: Agenda = field(init=False)
    axes: dict[str, tuple[Group, ...]] = field(default_factory=dict)
    open: dict[str, list[Option]] = field(default_factory=dict)
    settled: dict[str, Group] = field(default_factory=dict)
    forms: dict[int, Form] = field(default_factory=dict)
    orders: dict[int, Group] = field(default_factory=dict)
    names: dict[int, tuple[Group, Group]] = field(default_factory=dict)
    """For each product, what its indices are called in the forms of its options, and what they are called in it."""

    def __post_init__(self) -> None:
        self.agenda = Agenda(self.schedule, self.flow)

    def choose(self) -> Choice:
        """The order of every step's result, and the form of every product of two operands."""
        while (number := self.agenda.next()) is not None:
            for name in self.agenda.borrowed[number]:
                self.close(name)
            operation = self.schedule.steps[number].operation
            best: dict[Group, Option] = {}
            for option in self.options(number, operation):
                if option.order not in best or option.cost < best[option.order].cost:
                    best[option.order] = option
            self.keep(operation, list(best.values()))
            self.agenda.done(operation.name)
        return Choice(self.orders, self.forms)

    def close(self, name: str) -> None:
        """Settles a result that may be open, with whatever open result has been made from it."""
        while name not in self.settled:
            above = self.schedule.steps[self.flow.reader[name]].operation.name
            if above not in self.open:
                best = min(self.open[name], key=lambda option: option.cost)
                self.settle(name, best, best.order)
            else:
                name = above

    def keep(self, operation: Operation, found: list[Option]) -> None:
        """Prunes the options of a result that stays open, settles the others on the cheapest."""
        name = operation.name
        self.axes[name] = operation.axes
        declared = legs(operation.axes)
        size = elements(declared, self.sizes)
        if name in self.flow.declared:
            best = min(
                found,
                key=lambda option: (
                    option.cost
                    + (0.0 if option.order == declared else self.costs.permute(option.order, declared, self.sizes))
                ),
            )
            self.settle(name, best, declared)
        elif name not in self.flow.reader:
            best = min(found, key=lambda option: option.cost)
            self.settle(name, best, best.order)
        else:
            reader = self.flow.reader[name]
            joint = self.flow.joints.get(reader)
            if joint is not None and len(found) > 1:
                view = next(view for view in views(self.schedule.steps[reader].operation) if view.value == name)
                names = names_in(operation.axes, view)
                ranked = [
                    (option.cost + pressure(tuple([names[index] for index in option.order]), joint, size), option)
                    for option in found
                ]
                found = [option for _, option in sorted(ranked, key=lambda pair: pair[0])]
            self.open[name] = found[: self.width]

    def settle(self, name: str, option: Option, order: Group) -> None:
        """Takes an option and all that is behind it."""
        waiting = [option]
        while waiting:
            taken = waiting.pop()
            made = self.schedule.steps[taken.step].operation.name
            self.open.pop(made, None)
            self.settled[made] = order if made == name else taken.order
            self.agenda.settled(made)
            self.orders[taken.step] = taken.order
            if taken.form is not None:
                self.forms[taken.step] = renamed_form(taken.form, *self.names[taken.step])
            waiting.extend(taken.behind)

    def seen(self, view: View) -> list[Seen]:
        """The orders in which a view can be read."""
        name = view.value
        if name in self.open:
            names = names_in(self.axes[name], view)
            return [
                Seen(tuple([names[index] for index in option.order]), option.cost, (option,))
                for option in self.open[name]
            ]
        if name in self.settled and name not in self.flow.declared:
            return [Seen(renamed(self.settled[name], self.axes[name], view), 0.0, ())]
        return [Seen(seen_order(view), 0.0, ())]

    def options(self, number: int, operation: Operation) -> Iterator[Option]:
        """The orders in which a step's result can come."""
        operands = [self.seen(view) for view in views(operation)]
        if number in self.flow.joints:
            yield from self.product_options(number, operands, self.flow.joints[number])
        elif isinstance(operation, Sum) and len(operands) == 2:
            yield from self.sum_options(number, operands)
        elif isinstance(operation, Assembly):
            yield self.assembly_option(number, operation, operands)
        elif not operands:
            yield Option(number, (), 0.0)
        else:
            gone = frozenset(summed_indices(operation))
            if isinstance(operation, Function) and operation.function in REDUCTIONS:
                gone = frozenset(operation.over)
            for seen in operands[0]:
                order = tuple(index for index in seen.order if index not in gone)
                yield Option(number, order, seen.cost + self.stride_cost(operation, seen.order), None, seen.behind)

    def assembly_option(self, number: int, operation: Assembly, operands: list[list[Seen]]) -> Option:
        """The declared order: a part that comes in another one is read against it."""
        result = legs(operation.axes)
        cost = 0.0
        behind: tuple[Option, ...] = ()
        for found in operands:
            own = only(result, frozenset(found[0].order))
            strided = self.costs.stride(elements(own, self.sizes))
            costs = [seen.cost + (0.0 if seen.order == own else strided) for seen in found]
            best = min(range(len(found)), key=costs.__getitem__)
            cost += costs[best]
            behind += found[best].behind
        return Option(number, result, cost, None, behind)

    def stride_cost(self, operation: Operation, order: Group) -> float:
        """What a function costs that works along axes that aren't the last."""
        if not isinstance(operation, Function) or operation.function not in ALONG_LAST:
            return 0.0
        last = order[len(order) - len(operation.over) :]
        return 0.0 if set(last) == set(operation.over) else self.costs.stride(elements(order, self.sizes))

    def product_options(self, number: int, operands: list[list[Seen]], joint: Joint) -> Iterator[Option]:
        """The best forms of the product, on every pair of orders of its operands."""
        orders = [seen.order for seen in operands[0]], [seen.order for seen in operands[1]]
        names = tuple(dict.fromkeys((*orders[0][0], *orders[1][0])))
        ways = self.alike.of(names, orders, joint)
        self.names[number] = ways.names, names
        for (first, second), best in zip(product(*operands), ways.best, strict=True):
            cost = first.cost + second.cost
            behind = first.behind + second.behind
            for places, form in best:
                yield Option(number, tuple([names[place] for place in places]), cost + form.cost, form, behind)

    def sum_options(self, number: int, operands: list[list[Seen]]) -> Iterator[Option]:
        """The order of either term, the other one being read against its own order where they differ."""
        for one in operands[0]:
            for other in operands[1]:
                for kept, second in ((one, other), (other, one)):
                    order = kept.order + tuple(index for index in second.order if index not in kept.order)
                    agrees = only(order, frozenset(second.order)) == second.order
                    strided = 0.0 if agrees else self.costs.stride(elements(second.order, self.sizes))
                    yield Option(number, order, one.cost + other.cost + strided, None, one.behind + other.behind)


def pressure(order: Group, joint: Joint, size: int) -> float:
    """What the reader will at least have to pay for an order, as far as this operand goes: for pruning only."""
    if not joint.summed:
        return 0.0
    places = [place for place, index in enumerate(order) if index in joint.summed]
    start, end = places[0], places[-1] + 1
    batch = only(order, joint.batch)
    if end - start != len(places):
        return joint.costs.copy(size)
    if batch:
        free = tuple(index for index in order if index not in joint.batch and index not in joint.summed)
        return 0.0 if lies(order, batch, free, order[start:end]) else joint.costs.copy(size)
    if start == 0 or end == len(order):
        return 0.0
    sizes = [joint.extent(part) for part in (order[:start], order[end:], order[start:end])]
    return min(joint.costs.matmul(sizes[0], sizes[1], LANES, sizes[2]), joint.costs.copy(size))


def choose_orders(
    schedule: Schedule,
    flow: Flow,
    sizes: Mapping[str, int],
    costs: Costs = BY_THUMB,
    known: AlikeForms | None = None,
) -> Choice:
    """The axis order of every result and the form of every product, cheapest by some measure.

    `known` are forms that have been found by the same measure.
    """
    width = NARROW if len(schedule.steps) > MANY else WIDTH
    return Chooser(schedule, flow, sizes, width, costs, known or AlikeForms()).choose()
