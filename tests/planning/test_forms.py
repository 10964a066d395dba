"""Every form of a product, chosen or not, gives the product."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interpret import step
from tests.oracle import Array as Values
from tncc.ir.program import Dim
from tncc.planning.arrays import Array, Writer
from tncc.planning.axis_order import Choice
from tncc.planning.forms import Form, Joint, forms
from tncc.planning.layout import Lowering
from tncc.planning.names import Names

SIZES = dict(zip("abcdefgh", (2, 3, 4, 5, 2, 3, 4, 2), strict=True))


def product_by(form: Form, first: str, second: str, arrays: dict[str, Values]) -> tuple[str, Values]:
    """The order of the result and the result, from operands in these orders."""
    extents: dict[str, Dim] = dict(SIZES)
    writer = Writer(extents, Names(["x", "y", "z"], "/"))
    lowering = Lowering(writer, {}, Choice({}, {}), frozenset())
    operands = [Array(name, tuple((index,) for index in order)) for name, order in (("x", first), ("y", second))]
    result = lowering.product("z", operands, form)
    for instruction in writer.instructions:
        shape = tuple(int(extent) for extent in instruction.shape)
        arrays[instruction.name] = step(instruction, shape, arrays)
        assert arrays[instruction.name].shape == shape
    order = "".join(result.order)
    return order, arrays[result.name].reshape([SIZES[index] for index in order])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["batch", "summed", "first", "second"]), max_size=7), st.data())
def test_every_form_gives_the_product(classes: list[str], data: st.DataObject) -> None:
    names = "abcdefgh"[: len(classes)]
    by_class = {kind: [n for n, k in zip(names, classes, strict=True) if k == kind] for kind in set(classes)}
    shared = [*by_class.get("batch", ()), *by_class.get("summed", ())]
    first = "".join(data.draw(st.permutations([*shared, *by_class.get("first", ())])))
    second = "".join(data.draw(st.permutations([*shared, *by_class.get("second", ())])))
    result = [name for name, kind in zip(names, classes, strict=True) if kind != "summed"]
    ends = dict(
        zip(result, data.draw(st.lists(st.integers(0, 3), min_size=len(result), max_size=len(result))), strict=True)
    )
    late = {name: (float(-ends[name]), place) for place, name in enumerate(result)}
    soon = {name: (float(ends[name]), place) for place, name in enumerate(result)}
    joint = Joint(frozenset(by_class.get("batch", ())), frozenset(by_class.get("summed", ())), SIZES, late, soon)
    generator = np.random.default_rng(0)
    x, y = (generator.standard_normal([SIZES[name] for name in order]) for order in (first, second))
    found = list(forms(tuple(first), tuple(second), joint))
    assert found
    for form in found:
        order, value = product_by(form, first, second, {"x": x, "y": y})
        assert sorted(order) == result
        np.testing.assert_allclose(value, np.einsum(f"{first},{second}->{order}", x, y), rtol=1e-9, atol=1e-9)
        assert form.cost >= 0


def kinds(first: str, second: str, batch: str, summed: str) -> set[str]:
    """The kinds of the forms of a product."""
    rest = dict.fromkeys(first + second, (0.0, 0))
    joint = Joint(frozenset(batch), frozenset(summed), SIZES, rest, rest)
    return {form.kind for form in forms(tuple(first), tuple(second), joint)}


def test_kinds() -> None:
    assert kinds("ab", "bc", "", "b") == {"matmul"}
    assert kinds("ab", "b", "", "b") == {"matmul", "dot"}
    assert kinds("ab", "bc", "b", "") == {"multiply"}
    assert kinds("abc", "adc", "", "ac") == {"matmul", "batched"}


def cheapest(first: str, second: str, batch: str, summed: str) -> Form:
    """The form with the least cost."""
    rest = dict.fromkeys(first + second, (0.0, 0))
    joint = Joint(frozenset(batch), frozenset(summed), dict.fromkeys(first + second, 64), rest, rest)
    return min(forms(tuple(first), tuple(second), joint), key=lambda form: form.cost)


def test_matrices_are_multiplied_as_they_lie() -> None:
    form = cheapest("ab", "bc", "", "b")
    assert (form.first, form.second, form.out) == ((("a",), ("b",)), (("b",), ("c",)), (("a",), ("c",)))


def test_inner_index_is_summed_as_it_lies() -> None:
    form = cheapest("abc", "bd", "", "b")
    assert form.out in ((("a",), ("d",), ("c",)), (("a",), ("c",), ("d",)))
    assert form.first in ((("a",), ("b",), ("c",)), (("a",), ("c",), ("b",)))


def test_batch_in_the_middle_is_a_view() -> None:
    form = cheapest("abc", "bcd", "b", "c")
    assert form.kind == "matmul"
    assert form.out[0] == ("b",)


def test_the_gradient_of_a_weight_is_a_batch_and_its_sum() -> None:
    form = cheapest("abc", "adc", "", "ac")
    assert form.kind == "batched"
    assert form.wide in ((("a",), ("b",), ("d",)), (("a",), ("d",), ("b",)))
    assert form.out == form.wide[1:]
    assert form.gone == (0,)
