"""Training: what is saved and what is computed again, by values, by bytes, and by what PyTorch really allocates."""

import gc
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import accumulate

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings

from tests.closeness import assert_agree, is_tame
from tests.interpret import step
from tests.oracle import Array, draw, evaluate, leading, run_time_sizes, stored
from tests.planning.test_gradients import by_autograd
from tests.planning.trivial_order import left_to_right
from tests.random_networks import networks
from tests.small_networks import small_network, tensor_train
from tncc.driver import Compiled, compile_text
from tncc.ir.extent import extent_at
from tncc.ir.network import BATCH, Network, sizes_at
from tncc.ir.phases import has_rows, phases
from tncc.ir.plan import Training
from tncc.ir.program import AnyInstruction, Program, Read
from tncc.machines import builtin_machine
from tncc.planning.candidates import candidates
from tncc.planning.memory import footprint, saved_bytes
from tncc.planning.plan import Planner, serving
from tncc.planning.training import SAVED, Option, training_options
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


TENSOR_TRAIN = """network Train(chi: int = 12) {
  index i[k in 0..2]: 16
  index o[k in 0..2]: 16
  bond r: chi
  input x[..., (i[*])]
  tensor A[i[0], o[0], r]
  tensor B[r, i[1], o[1]]
  tensor b[(o[*])]
  output y[..., (o[*])] = x * A * B + b
}
"""

TUCKER = """network Tucker() {
  index i: 24
  index j: 12
  index o: 16
  bond p: 6
  bond q: 5
  bond s: 7
  input x[..., i, j]
  tensor U[i, p]
  tensor V[j, q]
  tensor W[o, s]
  tensor G[p, q, s]
  output y[..., o] = x * U * V * G * W
}
"""

NONLINEAR = """network Block() {
  index i: 64
  index h: 96
  bond r: 8
  bond s: 8
  input x[..., i]
  tensor A[i, r]
  tensor B[r, h]
  tensor b[h]
  tensor C[h, s]
  tensor D[s, i]
  n[..., i] = layernorm[i](x)
  u[..., h] = gelu(n * A * B + b)
  output y[..., i] = x + u * C * D
}
"""

TEXTS = {"train": TENSOR_TRAIN, "tucker": TUCKER, "nonlinear": NONLINEAR}
ROWS = (1, 64, 300)


@cache
def compiled(name: str) -> Compiled:
    return compile_text(TEXTS[name], batch=ROWS)


def arguments(one: Compiled, rows: int, gradients: bool) -> list[torch.Tensor]:
    """Random inputs in single precision."""
    shapes = [(rows, *(axis.size for axis in tensor.axes[1:])) for tensor in one.network.inputs]
    return [torch.randn(shape, requires_grad=gradients) for shape in shapes]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("gradients", [False, True], ids=["parameters", "inputs too"])
def test_saved_bytes_are_those_that_autograd_keeps(name: str, rows: int, gradients: bool) -> None:
    module = compiled(name).module(dtype=torch.float32).train()
    ours = {parameter.untyped_storage().data_ptr() for parameter in module.parameters()}
    kept: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in ours:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = module(*arguments(compiled(name), rows, gradients))
    (plan,) = compiled(name).report([rows] if rows not in ROWS else None).plans[ROWS.index(rows) :][:1]
    assert plan.saved_bytes is not None
    assert sum(kept.values()) == pytest.approx(plan.saved_bytes, rel=0.1)
    assert result.requires_grad


def allocation_peak(call: Callable[[], object]) -> int:
    """The most bytes that a call has allocated at once, its result included."""
    call()
    gc.collect()
    activities = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=activities, profile_memory=True, acc_events=True) as profile:
        result = call()
    del result
    results = profile.profiler.kineto_results
    events = [(event.start_ns(), event.nbytes()) for event in results.events() if event.name() == "[memory]"]
    return max(accumulate(size for _, size in sorted(events, key=lambda event: event[0])), default=0)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("rows", [64, 300])
def test_the_peak_of_a_forward_pass_is_what_is_allocated(name: str, rows: int) -> None:
    module = compiled(name).module(dtype=torch.float32).train()
    inputs = arguments(compiled(name), rows, False)
    with torch.no_grad():
        peak = allocation_peak(lambda: module(*inputs))
    assert peak == pytest.approx(compiled(name).report().plans[ROWS.index(rows)].peak_bytes, rel=0.1)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("rows", [64, 300])
def test_the_peak_of_training_is_what_is_allocated(name: str, rows: int) -> None:
    module = compiled(name).module(dtype=torch.float32).train()
    leaves = [*arguments(compiled(name), rows, True), *module.parameters()]
    inputs = leaves[: len(compiled(name).network.inputs)]
    seed = torch.randn_like(module(*inputs))

    def train() -> object:
        result = module(*inputs)
        # The result is the caller's, who may let it go; only its graph is needed from here on.
        result.untyped_storage().resize_(0)
        return torch.autograd.grad(result, leaves, seed)

    planned = compiled(name).report().plans[ROWS.index(rows)].training_peak_bytes
    assert allocation_peak(train) == pytest.approx(planned, rel=0.1)
