"""What a plan from a file may not say, whatever it was made of."""

from typing import Any

import pytest

from tests.backends import samples
from tests.backends.emitted import plan_of
from tests.small_networks import small_network
from tncc.ir.plan import Plan
from tncc.ir.program import Loop, Permute, Program, Read, Reshape, Slot, Stack, Total
from tncc.ir.verify_program import Unfit, verify_plan, verify_program

NETWORKS = [samples.TRAIN, samples.ATTENTION, samples.TWO_INPUTS, samples.UNBATCHED, samples.FROZEN, samples.WITH_COPY]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_plans_that_were_made_fit(network: Any) -> None:
    verify_plan(Plan.model_validate_json(plan_of(network).model_dump_json()), network)


def changed(kind: type[Any], **fields: Any) -> Plan:
    """A plan whose first instruction of a kind is another one."""
    plan = plan_of(samples.ATTENTION)
    instructions = list(plan.straight.instructions)
    place = next(number for number, instruction in enumerate(instructions) if isinstance(instruction, kind))
    instructions[place] = instructions[place].model_copy(update=fields)
    straight = plan.straight.model_copy(update={"instructions": tuple(instructions)})
    return plan.model_copy(update={"straight": straight})


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        (Read, {"tensor": "secret"}, "reads the tensor `secret`"),
        (Read, {"shape": ("__import__",)}, "an extent that the network does not know"),
        (Reshape, {"source": "nowhere"}, "made of arrays that are not there"),
        (Permute, {"order": (0, 0)}, "made in a way that there is not"),
    ],
)
def test_programs_that_read_what_is_not_there(kind: type[Any], fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unfit, match=reason):
        verify_plan(changed(kind, **fields), samples.ATTENTION)


def test_tiles_of_programs_that_need_all_rows_before() -> None:
    network = small_network({"i": 3}, [("s", "i", "x"), ("y", "... i", "x * s")], inputs={"x": "... i"})
    plan = plan_of(network)
    assert all(not variant.program.tile for variant in plan.forward)
    verify_plan(plan, network)
    tiled = plan.straight.model_copy(update={"tile": 2})
    with pytest.raises(Unfit, match="more than one pass"):
        verify_plan(plan.model_copy(update={"straight": tiled}), network)


@pytest.mark.parametrize(
    "fields",
    [{"axis": 3}, {"positions": (1, 0)}, {"positions": (0, 7)}, {"positions": (0,)}, {"parts": ()}],
)
def test_stacks_of_what_does_not_fit(fields: dict[str, Any]) -> None:
    parts = (Read(name="a", shape=(2, 3), tensor="a"), Read(name="b", shape=(2, 3), tensor="b"))
    stack = Stack(name="s", shape=(2, 4, 3), parts=("a", "b"), axis=1, positions=(0, 2))
    network = small_network({"i": 2, "j": 3}, [("y", "i j", "a + b")], inputs={"a": "i j", "b": "i j"})
    verify_program(Program(rows=1, instructions=(*parts, stack), results=()), network, {"a", "b"})
    with pytest.raises(Unfit, match="in a way that there is not"):
        wrong = stack.model_copy(update=fields)
        verify_program(Program(rows=1, instructions=(*parts, wrong), results=()), network, {"a", "b"})


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"count": 0}, "in a way that there is not"),
        ({"axis": 2}, "in a way that there is not"),
        ({"slots": (Slot(name="p", source="a"),)}, "in a way that there is not"),
        ({"slots": (Slot(name="p", source="a", axis=5),)}, "in a way that there is not"),
        ({"slots": (Slot(name="q", source="a", axis=0),)}, "made of arrays that are not there"),
        ({"result": "p"}, "does not make what it gives"),
        ({"result": "nowhere"}, "does not make what it gives"),
        ({"body": (Read(name="t", shape=(), tensor="a"),)}, "reads the tensor `a`"),
    ],
)
def test_loops_that_do_not_fit(fields: dict[str, Any], reason: str) -> None:
    read = Read(name="a", shape=(4, 3), tensor="a")
    body = (Total(name="t", shape=(3,), source="p", axes=(0,)),)
    slots = (Slot(name="p", source="a", axis=0),)
    loop = Loop(name="y", shape=(3,), count=2, slots=slots, body=body, result="t")
    network = small_network({"i": 4, "j": 3}, [("y", "j", "a")], inputs={"a": "i j"})
    verify_program(Program(rows=1, instructions=(read, loop), results=()), network, {"a"})
    with pytest.raises(Unfit, match=reason):
        wrong = loop.model_copy(update=fields)
        verify_program(Program(rows=1, instructions=(read, wrong), results=()), network, {"a"})


def test_plans_of_other_networks_and_with_variants_out_of_order() -> None:
    plan = plan_of(samples.TRAIN)
    with pytest.raises(Unfit):
        verify_plan(plan, samples.FROZEN)
    with pytest.raises(Unfit, match="not in order"):
        verify_plan(plan.model_copy(update={"forward": plan.forward[::-1]}), samples.TRAIN)
    with pytest.raises(Unfit, match="no program for the forward pass"):
        verify_plan(plan.model_copy(update={"forward": ()}), samples.TRAIN)
    twice = plan.straight.model_copy(update={"instructions": plan.straight.instructions * 2})
    with pytest.raises(Unfit, match="made twice"):
        verify_plan(plan.model_copy(update={"straight": twice}), samples.TRAIN)
