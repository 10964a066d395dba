"""Training: what is saved and what is computed again, by values, by bytes, and by what PyTorch really allocates."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings

from tests.autograd import by_autograd
from tests.closeness import assert_agree, is_tame
from tests.interpret import step
from tests.oracle import Array, draw, evaluate, leading, run_time_sizes, stored
from tests.planning.trivial_order import left_to_right
from tests.random_networks import networks
from tests.small_networks import small_network, tensor_train
from tncc.ir.extent import extent_at
from tncc.ir.network import BATCH, Network, sizes_at
from tncc.ir.phases import has_rows, phases
from tncc.ir.plan import Training
from tncc.ir.program import AnyInstruction, Loop, Program, Read
from tncc.machines import builtin_machine
from tncc.planning.candidates import candidates
from tncc.planning.memory import footprint, saved_bytes
from tncc.planning.plan import Planner, serving
from tncc.planning.training import SAVED, Option, sliced_options, training_options
from tncc.planning.variants import Programs

MACHINE = builtin_machine()

TRAIN = tensor_train((3, 4), (4, 3), 5)

BLOCK = small_network(
    {"i": 5, "j": 6, "r": 2},
    [
        ("l", "... i", "layernorm<i> x"),
        ("h", "... j", "l * A * B"),
        ("g", "... j", "gelu<> h"),
        ("s", "... j", "softmax<j> g"),
        ("y", "... i", "s * C"),
        ("z", "...", "g * b"),
    ],
    outputs="y z",
    inputs={"x": "... i"},
    parameters={"A": "i r", "B": "r j", "C": "j i", "b": "j"},
)

FROZEN = small_network(
    {"i": 3, "j": 3, "k": 3, "o": 4},
    [("c", "k o", "exp<> F"), ("w", "j o", "tanh<> A"), ("y", "... o", "x * D * w * c * v"), ("u", "... o", "y + b")],
    outputs="u y",
    inputs={"x": "... i", "v": "... k"},
    parameters={"A": "j o", "b": "o"},
    frozen={"F": "k o"},
    copies={"D": "i j k"},
)

PICKED = small_network(
    {"i": 3, "j": 4},
    [("h", "... j", "x{... 0 j} * A * z"), ("y", "... j", "tanh<> h")],
    inputs={"x": "... i j", "z": "... j"},
    parameters={"A": "j"},
)

NETWORKS = {"train": TRAIN, "block": BLOCK, "frozen": FROZEN, "picked": PICKED}


def options_of(network: Network, rows: tuple[int, ...] = (1, 32)) -> list[Option]:
    """Every way to train a network that is considered."""
    found = candidates(network, MACHINE, rows, False, left_to_right)
    forward = Programs(network, MACHINE).choices(found, rows, (), ())
    return training_options(network, MACHINE, found, rows, forward, (16,))


def run(program: Program, values: Mapping[str, Array], sizes: Mapping[str, int]) -> list[tuple[str, Array]]:
    """The results of a program that reads these tensors and no others; an output may be saved under its name too."""
    arrays: dict[str, Array] = {}
    extend(arrays, program.instructions, values, sizes)
    return [(result.name, arrays[result.array]) for result in program.results]


def assert_trains(network: Network, training: Training, tensors: Mapping[str, Array]) -> None:
    """The forward program gives outputs and what is saved, the backward program autograd's gradients from these."""
    lead = leading(network, tensors)
    values = {tensor.name: stored(tensor, tensors, lead) for tensor in network.tensors}
    sizes = run_time_sizes(network, values, math.prod(lead))
    expected = evaluate(network, tensors)
    made = run(training.forward, values, sizes)
    assert [name for name, _ in made] == [*network.outputs, *training.saved]
    count = len(network.outputs)
    assert_agree({name: array.reshape(expected[name].shape) for name, array in made[:count]}, expected)
    generator = np.random.default_rng(3)
    seeds = {f"{name}'": generator.standard_normal(array.shape) for name, array in made[:count]}
    assert set(training.seeds) == set(seeds)
    found = dict(run(training.backward, {**values, **seeds, **ones(training, sizes), **dict(made[count:])}, sizes))
    gradients = by_autograd(network, tensors, seeds)
    assert not found.keys() & set(training.missing)
    assert not any(np.any(gradients[name]) for name in gradients.keys() - found.keys() - set(training.missing))
    shaped = {name: array.reshape(gradients[name].shape) for name, array in found.items()}
    assert_agree(shaped, {name: gradients[name] for name in found})


def ones(training: Training, sizes: Mapping[str, int]) -> dict[str, Array]:
    """The vectors of ones that a backward program reads."""
    return {
        i.tensor: np.ones([extent_at(extent, sizes) for extent in i.shape])
        for i in training.backward.instructions
        if isinstance(i, Read) and i.tensor in training.copies
    }


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("rows", [1, 7])
def test_every_option_trains(name: str, rows: int) -> None:
    network = NETWORKS[name]
    options = options_of(network)
    assert options
    for training in dict.fromkeys(option.programs(rows) for option in options):
        assert training.rows == rows
        assert_trains(network, training, draw(network, lead=(rows,)))


@pytest.mark.parametrize("name", NETWORKS)
def test_sliced_options_train_with_less(name: str) -> None:
    network, sizes = NETWORKS[name], sizes_at(NETWORKS[name], 3)
    found = candidates(network, MACHINE, (3,), False, left_to_right)
    forward = Programs(network, MACHINE).choices(found, (3,), (), ())[:1]

    def peak(program: Program) -> int:
        return footprint(program, sizes)

    whole, parts = (
        [option.backward.program for option in sliced_options(network, MACHINE, found, forward, peak, limit)]
        for limit in (10**9, 0)
    )
    assert min(map(peak, parts)) <= min(map(peak, whole))
    assert not any(isinstance(i, Loop) for program in whole for i in program.instructions)
    for option in sliced_options(network, MACHINE, found, forward, peak, 0):
        assert_trains(network, option.programs(1), draw(network, lead=(3,)))


@settings(max_examples=25, deadline=None)
@given(networks())
def test_sliced_options_train_random_networks(network: Network) -> None:
    found = candidates(network, MACHINE, (3,), False, left_to_right)[:1]
    forward = Programs(network, MACHINE).choices(found, (3,), (), ())[:1]
    sizes = sizes_at(network, 3)
    tensors = draw(network, lead=(3,))
    assume(is_tame(network, tensors))
    options = sliced_options(network, MACHINE, found, forward, lambda program: footprint(program, sizes), 0)
    for training in dict.fromkeys(option.programs(1) for option in options[:1]):
        assert_trains(network, training, tensors)


Pieces = list[Array]
"""What is saved with rows: an array for each tile."""


def run_tiled(
    program: Program, values: Mapping[str, Array], pieces: Mapping[str, Pieces], sizes: Mapping[str, int]
) -> list[tuple[str, Array | Pieces]]:
    """The results of a program run phase by phase, a tile of rows at a time, `pieces` read tile by tile as saved."""
    parts = phases(program)
    arrays: dict[str, Array] = {}
    extend(arrays, parts.once, values, sizes)
    whole = {result.array for result in program.results if result.batched}
    rowed = {i.tensor for i in parts.each if isinstance(i, Read)}
    made: dict[str, Pieces] = {i.name: [] for i in parts.each}
    for number, start in enumerate(range(0, sizes[BATCH], program.tile)):
        count = min(program.tile, sizes[BATCH] - start)
        tile = {name: array[start : start + count] if name in rowed else array for name, array in values.items()}
        tile |= {name: some[number] for name, some in pieces.items()}
        found = dict(arrays)
        extend(found, parts.each, tile, {**sizes, BATCH: count})
        for name, some in made.items():
            some.append(found[name])
    arrays |= {name: np.sum(made[name], axis=0) for name in parts.totals}
    arrays |= {name: np.concatenate(made[name]) for name in whole}
    extend(arrays, parts.last, values, sizes)
    return [(r.name, arrays[r.array] if r.array in arrays else made[r.array]) for r in program.results]


def extend(
    arrays: dict[str, Array],
    instructions: Sequence[AnyInstruction],
    values: Mapping[str, Array],
    sizes: Mapping[str, int],
) -> None:
    """Runs some instructions on the arrays that are there."""
    for instruction in instructions:
        shape = tuple(extent_at(extent, sizes) for extent in instruction.shape)
        array = values[instruction.tensor] if isinstance(instruction, Read) else step(instruction, shape, arrays, sizes)
        assert array.shape == shape
        arrays[instruction.name] = array


def assert_tiles_agree(network: Network, option: Option, tensors: Mapping[str, Array]) -> None:
    """Outputs and gradients are the same tile by tile as at once."""
    lead = leading(network, tensors)
    values = {tensor.name: stored(tensor, tensors, lead) for tensor in network.tensors}
    sizes = run_time_sizes(network, values, math.prod(lead))
    training = option.programs(1)
    count = len(network.outputs)
    made = run(training.forward, values, sizes)
    tiled = run_tiled(training.forward.model_copy(update={"tile": 3}), values, {}, sizes)
    assert_agree(whole(tiled[:count]), dict(made[:count]))
    generator = np.random.default_rng(3)
    values |= {f"{name}'": generator.standard_normal(array.shape) for name, array in made[:count]}
    values |= ones(training, sizes)
    pieces = {name: found for name, found in tiled[count:] if isinstance(found, list)}
    apart = values | whole(tiled[count:])
    found = run_tiled(training.backward.model_copy(update={"tile": 3}), apart, pieces, sizes)
    assert_agree(whole(found), dict(run(training.backward, values | dict(made[count:]), sizes)))


def whole(results: Sequence[tuple[str, Array | Pieces]]) -> dict[str, Array]:
    """The results that are no pieces."""
    return {name: found for name, found in results if not isinstance(found, list)}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("rows", [1, 3, 8])
def test_tiles_add_up_to_the_whole(name: str, rows: int) -> None:
    network = NETWORKS[name]
    for option in options_of(network):
        if any(option.tiles):
            assert_tiles_agree(network, option, draw(network, lead=(rows,)))


@settings(max_examples=40, deadline=None)
@given(networks())
def test_every_option_trains_random_networks(network: Network) -> None:
    tensors = draw(network, lead=(7,))
    assume(is_tame(network, tensors))
    options = options_of(network)
    assume(options)
    for training in dict.fromkeys(option.programs(1) for option in options):
        assert_trains(network, training, tensors)
    for option in options:
        if any(option.tiles):
            assert_tiles_agree(network, option, tensors)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_backward_program_reads_tensors_seeds_and_what_is_saved(name: str) -> None:
    network = NETWORKS[name]
    for option in options_of(network):
        training = option.programs(1)
        read = {i.tensor for i in training.backward.instructions if isinstance(i, Read)}
        known = {tensor.name for tensor in network.tensors}
        assert read <= known.union(training.seeds, training.saved, training.copies)
        assert read >= set(training.saved)
        assert {i.tensor for i in training.forward.instructions if isinstance(i, Read)} <= known
        made = {i.name for i in training.forward.instructions if not isinstance(i, Read)}
        assert made >= set(training.saved)
        gradients = [result.name for result in training.backward.results]
        assert gradients == [t.name for t in network.tensors if t.name in gradients]
        assert all(t.role in ("input", "parameter") for t in network.tensors if t.name in gradients)
        assert set(training.missing) <= {tensor.name for tensor in network.inputs} - set(gradients)


@pytest.mark.parametrize("name", NETWORKS)
def test_options_save_nothing_what_has_no_rows_or_all(name: str) -> None:
    kinds = set()
    for option in options_of(NETWORKS[name]):
        shapes = {i.name: i.shape for i in option.forward.program.instructions}
        rowed = [has_rows(shapes[array]) for array in option.saved]
        kinds.add("nothing" if not rowed else "rows" if any(rowed) else "weights")
        if any(rowed):
            assert option.tiles[0] == option.tiles[1]
    assert {"nothing", "rows"} <= kinds
    assert any(one.tiles[1] == 16 for one in options_of(NETWORKS[name]))


@pytest.mark.parametrize("name", NETWORKS)
def test_what_an_option_costs(name: str) -> None:
    network = NETWORKS[name]
    for option in options_of(network):
        for rows in (1, 32, 500):
            sizes = sizes_at(network, rows)
            training = option.programs(1)
            parts = option.forward.us(rows, option.tiles[0]), option.backward.us(rows, option.tiles[1])
            assert option.us(rows) == pytest.approx(option.overhead + sum(parts))
            assert option.overhead >= MACHINE.autograd_us
            assert option.compared_us(rows) == option.us(rows) * (SAVED if option.saved else 1.0)
            extra = saved_bytes(training.forward, training.saved, sizes)
            assert option.extra_bytes(sizes) == extra
            passes = footprint(training.forward, sizes), extra + footprint(training.backward, sizes)
            assert option.peak(sizes) == max(passes)
            assert option.peak(sizes, 8) == 2 * option.peak(sizes)


def test_networks_that_autograd_trains_have_no_options() -> None:
    network = small_network({"i": 3}, [("y", "...", "max<i> x")], inputs={"x": "... i"})
    assert options_of(network) == []


def test_no_more_is_saved_than_autograd_would_unless_memory_is_allowed() -> None:
    network = small_network(
        {"i": 2, "j": 64, "k": 64},
        [("h", "... j", "x * A"), ("g", "... j", "gelu<> h"), ("f", "... k", "g * B"), ("y", "... k", "gelu<> f")],
        inputs={"x": "... i"},
        parameters={"A": "i j", "B": "j k"},
    )
    rows = (32, 256)
    made = Planner(network, MACHINE, rows)
    for count in rows:
        assert serving(made.training, count).extra_bytes(sizes_at(network, count)) <= 4 * count * (64 + 64 + 64)
    tight = Planner(network, MACHINE, rows, 4 * 256 * (64 + 64 + 2))
    for count in rows:
        option = serving(tight.training, count)
        assert option.peak(sizes_at(network, count)) <= 4 * 256 * (64 + 64 + 2)
