"""How values flow between the steps of a schedule: who reads them, whose order is free, when an index is summed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tncc.ir.cost import elements, summed_indices
from tncc.ir.network import Contraction, Group, View, legs, views
from tncc.ir.program import Dim
from tncc.ir.schedule import Schedule
from tncc.planning.forms import Joint
from tncc.planning.movement import BY_THUMB, Costs
from tncc.planning.sight import renaming


@dataclass(frozen=True, slots=True)
class Flow:
    """What is known about the results of all steps before any order is chosen.

    `reader` is the step whose order a result's order is chosen together with: of those that read it, the one with the
    largest result. `declared` holds the results that must lie in their declared order, the others are free.
    """

    reader: Mapping[str, int]
    declared: frozenset[str]
    joints: Mapping[int, Joint]


def flow(schedule: Schedule, extents: Mapping[str, Dim], sizes: Mapping[str, int], costs: Costs = BY_THUMB) -> Flow:
    """Who reads what. Outputs, and values that are read as more than a renaming, keep their declared order."""
    axes = {step.operation.name: step.operation.axes for step in schedule.steps}
    readers: dict[str, list[int]] = {name: [] for name in axes}
    declared = set(schedule.outputs)
    for number, step in enumerate(schedule.steps):
        for view in views(step.operation):
            if view.value in axes:
                readers[view.value].append(number)
                if renaming(axes[view.value], view, extents) is None:
                    declared.add(view.value)
    reader = {}
    for name, found in readers.items():
        if found and name not in declared:
            largest = max(found, key=lambda number: elements(legs(schedule.steps[number].operation.axes), sizes))
            if found.count(largest) == 1:
                reader[name] = largest
    return Flow(reader, frozenset(declared), joints(schedule, reader, sizes, costs))


def joints(schedule: Schedule, reader: Mapping[str, int], sizes: Mapping[str, int], costs: Costs) -> dict[int, Joint]:
    """The classes of indices of every product of two operands, and how its result's indices rank."""
    found: dict[int, Joint] = {}
    ends: dict[str, int] = {}
    goals: dict[int, dict[str, int]] = {}
    for number in range(len(schedule.steps) - 1, -1, -1):
        operation = schedule.steps[number].operation
        result = legs(operation.axes)
        following = reader.get(operation.name)
        if following is None:
            goals[number] = {index: place for place, index in enumerate(result)}
        else:
            goals[number] = goals[following]
        if not isinstance(operation, Contraction):
            continue
        summed = summed_indices(operation)
        if len(operation.operands) == 2:
            shared = set(operation.operands[0].indices).intersection(operation.operands[1].indices)
            late, soon = ranks(result, ends, goals[number])
            batch = frozenset(shared.intersection(result))
            found[number] = Joint(batch, frozenset(summed), sizes, late, soon, costs)
        ends.update(dict.fromkeys(summed, number))
    return found


def ranks(
    result: Group, ends: Mapping[str, int], goal: Mapping[str, int]
) -> tuple[dict[str, tuple[float, int]], dict[str, tuple[float, int]]]:
    """Sort keys for a result's indices: summed last first, and summed soon first; those kept as in the final result."""
    late: dict[str, tuple[float, int]] = {}
    soon: dict[str, tuple[float, int]] = {}
    for index in result:
        end = ends.get(index, math.inf)
        place = goal.get(index, len(goal))
        late[index] = (-end, place)
        soon[index] = (end, place)
    return late, soon


def renamed(order: Group, axes: tuple[Group, ...], view: View) -> Group:
    """An order under the names that a view gives its indices, one for one."""
    names = names_in(axes, view)
    return tuple([names[index] for index in order])


def names_in(axes: tuple[Group, ...], view: View) -> dict[str, str]:
    """What a view calls the indices of a value."""
    names: dict[str, str] = {}
    for group, seen in zip(axes, view.axes, strict=True):
        if not isinstance(seen, int):
            names.update(zip(group, seen, strict=True))
    return names
