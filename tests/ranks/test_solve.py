"""The choice among options, held against all choices there are."""

from itertools import product
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tncc.ranks.solve import Choice, Option, choose

OPTIONS = st.lists(st.builds(Option, st.integers(0, 40), st.integers(0, 1000)), min_size=1, max_size=5)
LAYERS = st.lists(OPTIONS, min_size=1, max_size=5)


def brute(layers: list[list[Option]], limit: float) -> float | None:
    """The least value of any choice within the limit."""
    values = [
        fsum(option.value for option in picked)
        for picked in product(*layers)
        if fsum(option.cost for option in picked) <= limit
    ]
    return min(values, default=None)


def largest_step(layers: list[list[Option]]) -> float:
    """The most that an option of one layer is worth more than another one."""
    return max(max(o.value for o in options) - min(o.value for o in options) for options in layers)


@settings(max_examples=300, deadline=None)
@given(LAYERS, st.integers(0, 150))
def test_a_choice_lies_between_the_bound_and_a_step_from_the_best(layers: list[list[Option]], limit: int) -> None:
    best, found = brute(layers, limit), choose(layers, limit)
    assert (best is None) == (found is None)
    if best is None or found is None:
        return
    picked = [options[pick] for options, pick in zip(layers, found.picks, strict=True)]
    assert found.cost == fsum(option.cost for option in picked) <= limit
    assert found.value == fsum(option.value for option in picked)
    assert found.bound <= best * (1 + 1e-12) + 1e-9
    assert best <= found.value <= best + largest_step(layers)


def curve(scale: float, rate: float, cost: int) -> list[Option]:
    """Losses that fall as singular values do."""
    return [Option(cost * rank, scale * rate**rank) for rank in range(1, 9)]


LOSSES = [curve(scale, rate, cost) for scale, rate, cost in ((1, 0.5, 7), (3, 0.7, 5), (0.5, 0.9, 11), (2, 0.6, 3))]


@pytest.mark.parametrize("limit", range(26, 209, 7))
def test_curves_of_layers_are_chosen_from_as_well_as_can_be(limit: int) -> None:
    best, found = brute(LOSSES, limit), choose(LOSSES, limit)
    assert best is not None and found is not None
    assert best <= found.value <= 1.02 * best
    assert found.bound <= best


@pytest.mark.parametrize("limit", [0.05, 0.1, 0.5, 1.0, 2.0, 4.0])
def test_costs_may_be_losses_and_values_parameters(limit: float) -> None:
    turned = [[Option(option.value, option.cost) for option in options] for options in LOSSES]
    best, found = brute(turned, limit), choose(turned, limit)
    assert (best is None) == (found is None)
    if best is not None and found is not None:
        assert found.cost <= limit
        assert found.bound <= best <= found.value <= 1.05 * best


def test_nothing_is_affordable() -> None:
    assert choose([[Option(3, 1)], [Option(4, 1)]], 6) is None
    assert choose([[Option(3, 1)], [Option(4, 2)]], 7) == Choice((0, 0), 7, 3, 3)


def test_options_off_the_hull_fill_what_is_left() -> None:
    # On the hull there are the first and the last option alone; the middle one is what fits.
    layer = [Option(0, 10), Option(6, 6), Option(10, 0)]
    assert choose([layer], 7) == Choice((1,), 6, 6, 3)
    # A layer goes down a step so that another one, whose step is larger, can go up.
    small, large = [Option(0, 3), Option(2, 0)], [Option(0, 7), Option(6, 0)]
    found = choose([small, large], 7)
    assert found is not None and found.picks == (0, 1)
