"""One option for each layer, at least total value within a total cost: the multiple-choice knapsack.

Costs and values are both to be small: parameters and loss, or the other way round. The relaxation in which a layer may
be a mixture of two options is solved exactly by its convex hull, the steepest steps being taken first (Sinha and
Zoltners 1979); its value bounds all choices from below. What it leaves of the budget is then filled by exchanges.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

CLOSE = 1e-4
"""The gap to the bound, beside the value, at which no better choice is looked for."""

ROUNDS = 400
"""Exchanges at most."""

DOWN = 12
"""How many cheaper options of a layer are looked at in an exchange of two."""


@dataclass(frozen=True, slots=True)
class Option:
    """What one option of a layer costs, and its value; both are to be small."""

    cost: float
    value: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The number of the option chosen for each layer; no choice within the budget has a value below `bound`."""

    picks: tuple[int, ...]
    cost: float
    value: float
    bound: float


@dataclass(frozen=True, slots=True)
class _Step:
    """From one point of a layer's hull to the next: dearer, and of less value."""

    layer: int
    place: int
    cost: float
    gain: float


def choose(layers: Sequence[Sequence[Option]], limit: float) -> Choice | None:
    """The options whose values sum to least while their costs sum to at most `limit`; None where there are none.

    The value is at most that of the best choice and one step on a layer's hull more, and `bound` says how near it is.
    """
    fronts = [_front(options) for options in layers]
    hulls = [_hull(options, front) for options, front in zip(layers, fronts, strict=True)]
    picks = [hull[0] for hull in hulls]
    if _cost(layers, picks) > limit:
        return None
    bound = _climb(layers, hulls, picks, limit)
    for _ in range(ROUNDS):
        value = _value(layers, picks)
        if value - bound <= CLOSE * value or not _exchange(layers, fronts, picks, limit):
            break
    value = _value(layers, picks)
    return Choice(tuple(picks), _cost(layers, picks), value, min(bound, value))


def _cost(layers: Sequence[Sequence[Option]], picks: Sequence[int]) -> float:
    return fsum(options[pick].cost for options, pick in zip(layers, picks, strict=True))


def _value(layers: Sequence[Sequence[Option]], picks: Sequence[int]) -> float:
    return fsum(options[pick].value for options, pick in zip(layers, picks, strict=True))


def _front(options: Sequence[Option]) -> list[int]:
    """The options that no other one is as good as in both respects, from the cheapest to the best."""
    found: list[int] = []
    for number in sorted(range(len(options)), key=lambda number: (options[number].cost, options[number].value, number)):
        if not found or options[number].value < options[found[-1]].value:
            found.append(number)
    return found


def _hull(options: Sequence[Option], front: Sequence[int]) -> list[int]:
    """The options on the lower convex hull of a front."""
    found: list[int] = []
    for number in front:
        while len(found) > 1 and not _convex(options[found[-2]], options[found[-1]], options[number]):
            found.pop()
        found.append(number)
    return found


def _convex(one: Option, middle: Option, other: Option) -> bool:
    """Whether the middle one lies below the line from the one to the other."""
    return (one.value - middle.value) * (other.cost - middle.cost) > (middle.value - other.value) * (
        middle.cost - one.cost
    )


def _climb(layers: Sequence[Sequence[Option]], hulls: Sequence[list[int]], picks: list[int], limit: float) -> float:
    """Take all steps that fit, steepest first, in place; the value of the relaxation."""
    steps: list[_Step] = []
    for layer, (options, hull) in enumerate(zip(layers, hulls, strict=True)):
        for place, (one, other) in enumerate(pairwise(hull), 1):
            cost, gain = options[other].cost - options[one].cost, options[one].value - options[other].value
            steps.append(_Step(layer, place, cost, gain))
    # On one hull slopes only fall, so that a layer's steps come in their order; equal ones are kept in it by `place`.
    steps.sort(key=lambda step: (-step.gain / step.cost, step.layer, step.place))
    bound: float | None = None
    closed: set[int] = set()
    for step in steps:
        if step.layer in closed:
            continue
        before = picks[step.layer]
        picks[step.layer] = hulls[step.layer][step.place]
        if _cost(layers, picks) <= limit:
            continue
        picks[step.layer] = before
        closed.add(step.layer)
        if bound is None:
            share = (limit - _cost(layers, picks)) / step.cost
            bound = _value(layers, picks) - share * step.gain
    return _value(layers, picks) if bound is None else bound


def _exchange(layers: Sequence[Sequence[Option]], fronts: Sequence[list[int]], picks: list[int], limit: float) -> bool:
    """Make the best improvement that changes one layer, or lets one pay for another; whether there was one."""
    slack = limit - _cost(layers, picks)
    costs = [[options[number].cost for number in front] for options, front in zip(layers, fronts, strict=True)]
    best: tuple[float, dict[int, int]] = (0.0, {})
    for paying, (options, front) in enumerate(zip(layers, fronts, strict=True)):
        now = options[picks[paying]]
        last = bisect_right(costs[paying], now.cost) - 1
        for place in (None, *range(last - 1, max(-1, last - 1 - DOWN), -1)):
            freed, lost, change = slack, 0.0, {}
            if place is not None:
                cheaper = options[front[place]]
                freed, lost = slack + now.cost - cheaper.cost, cheaper.value - now.value
                change = {paying: front[place]}
            elif paying:
                continue  # what the slack alone pays for is the same for all
            for layer, choice in enumerate(fronts):
                if layer in change:
                    continue
                held = layers[layer][picks[layer]]
                better = choice[bisect_right(costs[layer], held.cost + freed) - 1]
                gain = held.value - layers[layer][better].value - lost
                if gain > best[0]:
                    best = gain, {**change, layer: better}
    before = list(picks)
    for layer, number in best[1].items():
        picks[layer] = number
    # Sums of floating-point numbers may differ in the last digit from what was reckoned with.
    if best[1] and _cost(layers, picks) <= limit and _value(layers, picks) < _value(layers, before):
        return True
    picks[:] = before
    return False
