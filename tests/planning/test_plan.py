"""The planner: plans as values, what inference keeps, and memory limits that hold."""

import math
from dataclasses import replace
from functools import cache

import pytest

from tests.closeness import assert_agree
from tests.interpret import interpret
from tests.oracle import draw, evaluate
from tests.small_networks import small_network, tensor_train
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.planning_kinds import OutOfMemory
from tncc.ir.network import sizes_at
from tncc.ir.phases import constant_arrays
from tncc.ir.plan import Figures, Plan
from tncc.ir.program import Program
from tncc.machines import builtin_machine
from tncc.planning.memory import footprint, kept_bytes, peak_bytes, saved_bytes
from tncc.planning.plan import FREEZES, Freeze, Planner, serving

ROWS = (1, 32, 1024)

TRAIN = tensor_train((8, 8), (8, 8), 4)

BLOCK = small_network(
    {"i": 12, "j": 16, "r": 3, "s": 3},
    [
        ("l", "... i", "layernorm<i> x"),
        ("h", "... j", "l * A * B"),
        ("g", "... j", "gelu<> h"),
        ("u", "... i", "g * C * D"),
        ("y", "... i", "x + u"),
    ],
    inputs={"x": "... i"},
    parameters={"A": "i r", "B": "r j", "C": "j s", "D": "s i"},
)

NETWORKS = {"train": TRAIN, "block": BLOCK}


@cache
def planner(name: str, memory: int | None = None, rows: tuple[int, ...] = ROWS) -> Planner:
    return Planner(NETWORKS[name], builtin_machine(), rows, memory)


@cache
def figures(name: str, memory: int | None = None) -> tuple[Figures, ...]:
    return tuple(planner(name, memory).figures(rows) for rows in ROWS)


def forward_programs(plan: Plan) -> list[Program]:
    """All programs that only compute the outputs."""
    variants = (*plan.inference, *plan.forward)
    return [plan.straight, *(variant.program for variant in variants)]


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("freeze", FREEZES)
def test_plans_are_the_same_after_a_trip_through_json(name: str, freeze: Freeze) -> None:
    plan = planner(name).plan(freeze)
    assert Plan.model_validate_json(plan.model_dump_json()) == plan
    assert hash(plan) == hash(planner(name).plan(freeze))


@pytest.mark.parametrize("name", NETWORKS)
def test_planning_again_gives_the_same_plan(name: str) -> None:
    assert Planner(NETWORKS[name], builtin_machine(), ROWS).plan() == planner(name).plan()


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("memory", [None, 40_000])
def test_every_program_has_the_oracles_value(name: str, memory: int | None) -> None:
    network = NETWORKS[name]
    tensors = draw(network, lead=(5,))
    expected = evaluate(network, tensors)
    rows = ROWS if memory is None else (1, 32)
    for freeze in FREEZES:
        for program in forward_programs(planner(name, memory, rows).plan(freeze)):
            assert_agree(interpret(program, network, tensors), expected)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_kind_of_program_serves_from_one_row_on(name: str) -> None:
    plan = planner(name).plan()
    assert plan.planned == ROWS
    assert plan.straight.tile == 0
    for part in (plan.inference, plan.forward, plan.training):
        rows = [variant.rows for variant in part]
        assert rows[0] == 1
        assert rows == sorted(set(rows))
    assert planner(name).thresholds() == tuple(sorted(set(planner(name).thresholds())))


@pytest.mark.parametrize("name", NETWORKS)
def test_keeping_nothing_is_the_forward_pass(name: str) -> None:
    assert planner(name).inference("off") == planner(name).forward
    assert planner(name).plan("off").inference == ()
    assert planner(name).plan("off").forward == planner(name).plan("time").forward
    assert planner(name).figures(32, "off").kept_bytes == 0
    assert planner(name).figures(32, "off").inference_us == planner(name).figures(32, "off").predicted_us


@pytest.mark.parametrize("name", NETWORKS)
def test_little_memory_keeps_no_more_than_the_tensors_take(name: str) -> None:
    network = NETWORKS[name]
    stored = [tensor for tensor in network.tensors if tensor.role != "input"]
    allowed = 4 * sum(math.prod(axis.size for axis in tensor.axes) for tensor in stored)
    for variant in planner(name).plan("memory").inference:
        kept = constant_arrays(variant.program.instructions, {tensor.name for tensor in stored})
        assert kept_bytes(variant.program, kept) <= allowed
    assert all(planner(name).figures(rows, "memory").kept_bytes <= allowed for rows in ROWS)


def test_the_fastest_inference_keeps_the_matrix() -> None:
    many = planner("train").figures(1024)
    assert many.kept_bytes == 4 * 64 * 64
    assert many.inference_us < many.predicted_us


@pytest.mark.parametrize("name", NETWORKS)
def test_figures_are_those_of_the_programs_that_serve(name: str) -> None:
    made, network = planner(name), NETWORKS[name]
    for rows, found in zip(ROWS, figures(name), strict=True):
        sizes = sizes_at(network, rows)
        plan = made.plan()
        forward = [variant for variant in plan.forward if variant.rows <= rows][-1].program
        training = [part for part in plan.training if part.rows <= rows][-1]
        assert found.peak_bytes == peak_bytes(forward, sizes)
        entered = sum(4 * rows * math.prod(axis.size for axis in tensor.axes[1:]) for tensor in network.inputs)
        assert found.saved_bytes == entered + saved_bytes(training.forward, training.saved, sizes)
        assert found.training_peak_bytes is not None
        backward = footprint(training.backward, sizes) + saved_bytes(training.forward, training.saved, sizes)
        assert found.training_peak_bytes == max(footprint(training.forward, sizes), backward)
        assert 0 < found.inference_us <= found.predicted_us * 1.3
        assert found.training_us is not None
        assert found.training_us > found.predicted_us
        assert serving(made.forward, rows).us(rows) == found.predicted_us


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("share", [1.0, 0.7])
def test_a_limit_is_kept_at_all_rows_given(name: str, share: float) -> None:
    peaks = [max(found.peak_bytes, found.training_peak_bytes or 0) for found in figures(name)]
    limit = int(share * max(peaks))
    limited = planner(name, limit)
    for rows in ROWS:
        found = limited.figures(rows)
        assert found.peak_bytes <= limit
        assert found.training_peak_bytes is not None
        assert found.training_peak_bytes <= limit
        inference = serving(limited.inference("time"), rows)
        used = footprint(inference.program, sizes_at(NETWORKS[name], rows), 4, inference.predictor.kept)
        assert found.kept_bytes + used <= limit


def test_peaks_are_those_of_the_choice_asked_about() -> None:
    made = planner("train", 2**20)
    for choice in made.programs.choices(made.worked, ROWS, made.stored):
        again = replace(choice)
        kept = again.kept_bytes(4)
        for rows in ROWS:
            used = footprint(again.program, sizes_at(TRAIN, rows), 4, again.predictor.kept)
            assert made.peak(again, rows) == kept + used


def test_bytes_are_those_of_the_elements() -> None:
    single, double = (Planner(BLOCK, builtin_machine(), ROWS, 2**30, size).figures(32) for size in (4, 8))
    for name in ("peak_bytes", "saved_bytes", "training_peak_bytes", "kept_bytes"):
        assert getattr(double, name) == 2 * getattr(single, name), name


def impossible(name: str, part: str) -> OutOfMemory:
    """What is said where no program gets by."""
    made = planner(name, 100)
    with pytest.raises(Failure) as failure:
        made.inference("time") if part == "inference" else getattr(made, part)
    assert isinstance(failure.value.diagnostic, OutOfMemory)
    return failure.value.diagnostic


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("part", ["forward", "inference"])
def test_an_impossible_limit_names_the_least_that_is_possible(name: str, part: str) -> None:
    told = impossible(name, part)
    assert (told.limit, told.network) == (100, "Small")
    results = 4 * max(ROWS) * (64 if name == "train" else 12)
    assert told.least >= results

    assert planner(name, told.least).plan()
    with pytest.raises(Failure):
        planner(name, told.least - 1).plan()


@pytest.mark.parametrize("name", NETWORKS)
def test_a_whole_plan_is_possible_with_the_least_that_each_part_needs(name: str) -> None:
    limit = 100
    for _ in range(5):
        try:
            plan = planner(name, limit).plan()
            break
        except Failure as failure:
            assert isinstance(failure.diagnostic, OutOfMemory)
            assert failure.diagnostic.least > limit
            limit = failure.diagnostic.least
    else:
        pytest.fail("no limit that is said to do does")
    assert plan.training
    serves = [variant for variant in plan.forward if variant.rows <= max(ROWS)][-1]
    assert serves.program.tile > 0
    assert peak_bytes(serves.program, sizes_at(NETWORKS[name], max(ROWS))) <= limit


def test_networks_that_autograd_trains_have_no_training_programs() -> None:
    network = small_network(
        {"i": 3, "j": 2},
        [("h", "... j", "x * A"), ("y", "...", "max<j> h")],
        inputs={"x": "... i"},
        parameters={"A": "i j"},
    )
    made = Planner(network, builtin_machine(), ROWS)
    assert made.plan().training == ()
    found = made.figures(32)
    assert (found.saved_bytes, found.training_peak_bytes, found.training_us) == (None, None, None)


def test_a_network_of_constants_has_a_plan() -> None:
    network = small_network({"i": 3}, [("y", "i", "exp<> F")], frozen={"F": "i"})
    plan = Planner(network, builtin_machine(), ROWS).plan()
    assert_agree(interpret(plan.straight, network, draw(network)), evaluate(network, draw(network)))


def test_a_network_without_rows_has_one_program_of_each_kind() -> None:
    network = small_network({"i": 3, "o": 2}, [("y", "o", "x * A")], inputs={"x": "i"}, parameters={"A": "i o"})
    plan = Planner(network.model_copy(update={"batched": False}), builtin_machine(), ROWS).plan()
    assert [len(part) for part in (plan.inference, plan.forward, plan.training)] == [1, 1, 1]
    assert all(program.tile == 0 for program in forward_programs(plan))


def test_the_order_of_row_counts_does_not_matter_to_the_straight_program() -> None:
    made = [Planner(TRAIN, builtin_machine(), rows).middle for rows in ((1, 32, 1024), (1024, 1, 32))]
    assert made == [32, 32]
