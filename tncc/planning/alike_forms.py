"""The best forms of products, found once for all products that are alike but for the names of their indices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from tncc.ir.network import BATCH, Group
from tncc.planning.forms import Axes, Form, Joint, forms

Best = tuple[tuple[tuple[int, ...], Form], ...]
"""The cheapest form for each order of the result, which is given by the places of the indices among some names."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The best forms for each pair of orders of the operands, under the names that indices have in them."""

    names: Group
    best: tuple[Best, ...]


@dataclass(slots=True)
class AlikeForms:
    """The forms that have been found, for one measure of costs."""

    known: dict[tuple[object, ...], Ways] = field(default_factory=dict)

    def of(self, names: Group, orders: tuple[Sequence[Group], Sequence[Group]], joint: Joint) -> Ways:
        """The forms of a product for the orders of its operands; `names` holds the indices of both, each once."""
        place = {index: number for number, index in enumerate(names)}
        kinds = tuple([(i in joint.batch, i in joint.summed, joint.sizes[i], i == BATCH) for i in names])
        late, soon = (_ranked(names, order) for order in (joint.late, joint.soon))
        numbered = tuple([tuple([tuple([place[index] for index in order]) for order in found]) for found in orders])
        key = (numbered, kinds, late, soon)
        if key not in self.known:
            self.known[key] = Ways(names, tuple(_best(*pair, joint, place) for pair in product(*orders)))
        return self.known[key]


def _ranked(names: Group, keys: Mapping[str, tuple[float, int]]) -> tuple[int, ...]:
    """The rank of each index by its key, equal ones alike; those without one come first."""
    found = [keys.get(index, (-float("inf"), -1)) for index in names]
    rank = {key: number for number, key in enumerate(sorted(set(found)))}
    return tuple([rank[key] for key in found])


def _best(first: Group, second: Group, joint: Joint, place: Mapping[str, int]) -> Best:
    best: dict[Group, Form] = {}
    for form in forms(first, second, joint):
        order = form.order
        if order not in best or form.cost < best[order].cost:
            best[order] = form
    return tuple((tuple(place[index] for index in order), form) for order, form in best.items())


def renamed_form(form: Form, before: Group, after: Group) -> Form:
    """A form with other names of its indices."""
    if before == after:
        return form
    names = dict(zip(before, after, strict=True))

    def axes(groups: Iterable[Group]) -> Axes:
        return tuple(tuple(names[index] for index in group) for group in groups)

    return replace(form, first=axes(form.first), second=axes(form.second), out=axes(form.out), wide=axes(form.wide))
