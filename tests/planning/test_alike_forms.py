"""Forms of products that are alike are those that are found for each by itself, under its own names."""

from collections.abc import Iterator, Sequence
from itertools import permutations, product

import pytest

from tncc.machines import builtin_machine
from tncc.planning.alike_forms import AlikeForms, renamed_form
from tncc.planning.forms import Form, Joint, forms
from tncc.planning.movement import BY_THUMB, Costs, Timed

SIZES = {"a": 8, "b": 2, "c": 8, "d": 3}
OTHER = {"a": "p", "b": "q", "c": "r", "d": "s"}


def joint(costs: Costs, names: dict[str, str], turned: bool = False) -> Joint:
    """A product over `c` of arrays with `a b c` and `b c d`, `b` being in both and in the result."""
    ends = {"a": (-3.0, 0), "b": (-2.0, 1), "d": (-2.0, 1) if not turned else (-4.0, 1)}
    late = {names[index]: key for index, key in ends.items()}
    soon = {names[index]: (-end, place) for index, (end, place) in ends.items()}
    sizes = {names[index]: size for index, size in SIZES.items()}
    return Joint(frozenset({names["b"]}), frozenset({names["c"]}), sizes, late, soon, costs)


def cheapest(first: tuple[str, ...], second: tuple[str, ...], one: Joint) -> dict[tuple[str, ...], Form]:
    best: dict[tuple[str, ...], Form] = {}
    for form in forms(first, second, one):
        if form.order not in best or form.cost < best[form.order].cost:
            best[form.order] = form
    return best


def found(
    known: AlikeForms, orders: tuple[Sequence[tuple[str, ...]], Sequence[tuple[str, ...]]], one: Joint
) -> Iterator[dict[tuple[str, ...], Form]]:
    names = tuple(dict.fromkeys((*orders[0][0], *orders[1][0])))
    ways = known.of(names, orders, one)
    for best in ways.best:
        yield {tuple(names[place] for place in places): renamed_form(form, ways.names, names) for places, form in best}


@pytest.mark.parametrize("costs", [BY_THUMB, Timed(builtin_machine())], ids=["thumb", "timed"])
def test_alike_products_have_the_forms_that_each_would_have(costs: Costs) -> None:
    known = AlikeForms()
    plain = {name: name for name in SIZES}
    for names in (plain, OTHER):
        for turned in (False, True):
            one = joint(costs, names, turned)
            orders = (
                list(permutations([names[i] for i in "abc"])),
                list(permutations([names[i] for i in "bcd"])),
            )
            wanted = [cheapest(*pair, one) for pair in product(*orders)]
            assert list(found(known, orders, one)) == wanted
    assert len(known.known) == 2, "other names make no other product, another rank of the indices does"


def test_sizes_tell_products_apart() -> None:
    known = AlikeForms()
    one = joint(BY_THUMB, {name: name for name in SIZES})
    orders = [("a", "b", "c")], [("b", "c", "d")]
    list(found(known, orders, one))
    larger = Joint(one.batch, one.summed, {**one.sizes, "a": 9}, one.late, one.soon, one.costs)
    list(found(known, orders, larger))
    assert len(known.known) == 2
