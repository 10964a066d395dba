"""In what order the axis orders of steps are decided."""

from tests.small_networks import small_network
from tncc.ir.network import sizes_at
from tncc.planning.agenda import Agenda
from tncc.planning.flow import Flow, flow
from tncc.planning.schedule import plan_schedule

NETWORK = small_network(
    {"i": 8, "j": 9, "k": 10},
    [
        ("h", "... j", "x * A"),
        ("n", "...", "h * h"),
        ("y", "... k", "h * B"),
        ("z", "...", "n * n"),
    ],
    outputs="y z",
    inputs={"x": "... i"},
    parameters={"A": "i j", "B": "j k"},
)
"""`h` is read by two steps, of which the later one has the larger result."""


def parts() -> tuple[Agenda, Flow, list[str]]:
    """The agenda of the network, and its steps by name."""
    schedule = plan_schedule(NETWORK, 4)
    extents = {index.name: index.size for index in NETWORK.indices} | {"...": "rows"}
    facts = flow(schedule, extents, sizes_at(NETWORK, 4))
    return Agenda(schedule, facts), facts, [step.operation.name for step in schedule.steps]


def test_the_order_is_chosen_with_the_reader_that_makes_most() -> None:
    _, facts, names = parts()
    assert names[facts.reader["h"]] == "y"
    assert "n" not in facts.reader, "the same step reads it twice"


def test_who_borrows_waits_until_others_are_done() -> None:
    agenda, _, names = parts()
    asked = []
    while (number := agenda.next()) is not None:
        asked.append(names[number])
        agenda.done(names[number])
        if names[number] == "y":
            agenda.settled("y")
            agenda.settled("h")
    assert asked == ["h", "y", "n", "z"]


def test_a_step_is_asked_for_once_whatever_is_settled_when() -> None:
    agenda, _, names = parts()
    asked = []
    while (number := agenda.next()) is not None:
        asked.append(names[number])
        agenda.settled("h")
        agenda.settled("n")
        agenda.done(names[number])
    assert sorted(asked) == ["h", "n", "y", "z"]
