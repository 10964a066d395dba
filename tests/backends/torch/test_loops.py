"""Modules that compute part by part, since memory is short: the same values and gradients, and no more memory."""

from functools import cache

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

import tncc
from tests.allocation import allocation_peak
from tests.backends import emitted
from tests.backends.generated import arguments_of, executed, load, results_of
from tests.closeness import assert_agree, is_tame
from tests.oracle import draw, evaluate
from tests.planning.test_slicing import as_far_as_it_helps, program_of
from tests.random_networks import networks
from tncc.backends import TARGETS
from tncc.backends.naming import top_level_name
from tncc.diagnostics.planning_kinds import OutOfMemory
from tncc.driver import Compiled
from tncc.ir.network import Network
from tncc.ir.phases import in_one_pass, phases
from tncc.ir.plan import Plan, Variant
from tncc.ir.program import Loop
from tncc.ir.verify_program import verify_plan

SUMMED = """
network Wide {
  index i: 16; index part: 12; index o: 24; index value: 20; bond number: 40
  input x[..., (i part)]
  tensor A[i, o, number]
  tensor B[number, part, value]
  output y[..., (o value)] = x * A * B
}
"""

MIXED = """
network Mixed {
  index i: 8; index j: 8; index k: 16; index l: 16; bond r: 24; bond s: 24
  input x[..., (i j)]
  tensor A[i, k, r]
  tensor B[r, j, l, s]
  tensor C[s, l, k]
  output y[..., k] = x * A * B * C
}
"""

LIMITS = {
    "summed": (SUMMED, 180_000),
    "mixed": (MIXED, 400_000),
    "frozen": (
        SUMMED.replace("number]\n", "number] frozen\n").replace("value]\n  output", "value] frozen\n  output"),
        20_000,
    ),
}
ROWS = 3


@cache
def compiled(name: str, limited: bool) -> Compiled:
    """A network, with the memory that it takes or with less."""
    text, limit = LIMITS[name]
    return tncc.compile_text(text, batch=(1, ROWS), memory=limit if limited else None)


def width(name: str) -> int:
    """The size of the input."""
    return compiled(name, False).network.inputs[0].axes[-1].size


def module(name: str, limited: bool) -> nn.Module:
    """The module, with the same tensors in either case."""
    torch.manual_seed(0)
    return compiled(name, limited).module(dtype=torch.float64)


def loops(name: str, limited: bool) -> int:
    """The loops in a plan, of all its programs."""
    plan = compiled(name, limited).plan()
    programs = [variant.program for variant in (*plan.inference, *plan.forward)]
    programs += [program for one in plan.training for program in (one.forward, one.backward)]
    return sum(isinstance(i, Loop) for program in programs for i in program.instructions)


@pytest.mark.parametrize("name", LIMITS)
def test_only_short_memory_makes_loops(name: str) -> None:
    assert loops(name, limited=True) > 0
    assert loops(name, limited=False) == 0


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("rows", [(), (1,), (ROWS,), (2, 4)])
def test_values_and_gradients_are_the_same(name: str, rows: tuple[int, ...]) -> None:
    x = torch.randn(*rows, width(name), dtype=torch.float64, requires_grad=True)
    found = []
    for limited in (True, False):
        layer = module(name, limited)
        layer.eval()
        with torch.no_grad():
            kept = layer(x)
        layer.train()
        with torch.no_grad():
            free = layer(x)
        y = layer(x)
        gradients = torch.autograd.grad(y.square().sum(), [x, *layer.parameters()])
        found.append((kept, free, y, *gradients))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", LIMITS)
def test_no_more_is_allocated_than_is_allowed(name: str) -> None:
    layer = compiled(name, True).module(dtype=torch.float32).train()
    x = torch.randn(ROWS, width(name), requires_grad=True)
    seed = torch.randn_like(layer(x))

    def train() -> object:
        result = layer(x)
        result.untyped_storage().resize_(0)
        return torch.autograd.grad(result, [x, *layer.parameters()], seed)

    planned = compiled(name, True).report().plans[1]
    assert planned.training_peak_bytes is not None
    assert planned.training_peak_bytes <= LIMITS[name][1]
    assert allocation_peak(train) == pytest.approx(planned.training_peak_bytes, rel=0.1)
    with torch.no_grad():
        assert allocation_peak(lambda: layer(x)) == pytest.approx(planned.peak_bytes, rel=0.1)


def sliced_plan(network: Network) -> Plan:
    """A plan whose programs for gradients off are sliced as far as that helps, at once and in tiles."""
    program = program_of(network, as_far_as_it_helps(network, 3), 3)
    variants = [Variant(rows=1, program=program)]
    if in_one_pass(program) and phases(program).each:
        variants.append(Variant(rows=3, program=program.model_copy(update={"tile": 2})))
    straight = emitted.program_of(network)
    return Plan(planned=(3,), straight=straight, inference=tuple(variants), forward=tuple(variants), training=())


@settings(max_examples=40, deadline=None)
@given(networks(), st.sampled_from([(), (3,), (2, 0), (1, 2)]))
def test_loops_of_random_networks_equal_the_oracle(network: Network, lead: tuple[int, ...]) -> None:
    values = draw(network, lead=lead, dynamic={"q": 2, "t": 2})
    assume(is_tame(network, values))
    plan = sliced_plan(network)
    verify_plan(plan, network)
    layer = executed(TARGETS["torch"](network, plan, "1.2.3", False))[top_level_name(network.name)]
    made = layer(dtype=torch.float64)
    load(made, network, values)
    for training in (True, False):
        made.train(training)
        with torch.no_grad():
            results = made(*arguments_of(network, values))
        assert_agree(results_of(network, results), evaluate(network, values))


def test_sums_are_taken_in_single_precision_under_autocast() -> None:
    layer, exact = (compiled("frozen", limited).module(dtype=torch.float32) for limited in (True, False))
    exact.load_state_dict(layer.state_dict())
    x = torch.randn(ROWS, 16 * 12)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        found = layer.train()(x)
    with torch.no_grad():
        expected = exact(x)
    error = (found.float() - expected).abs().max() / expected.abs().max()
    assert error < 0.03


def test_a_plan_with_loops_can_be_kept() -> None:
    plan = compiled("summed", True).plan()
    again = type(plan).model_validate_json(plan.model_dump_json())
    assert again == plan


def test_the_least_memory_is_told_and_is_enough() -> None:
    with pytest.raises(tncc.CompileError) as caught:
        tncc.compile_text(MIXED, batch=(ROWS,), memory=1000).report()
    (told,) = caught.value.diagnostics
    assert isinstance(told, OutOfMemory)
    least = told.least
    assert least < LIMITS["mixed"][1]
    report = tncc.compile_text(MIXED, batch=(ROWS,), memory=least).report()
    assert max(report.plans[0].peak_bytes, report.plans[0].training_peak_bytes or 0) <= least
