"""Programs compute what their networks say, with as little copying as can be."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.closeness import assert_agree, is_tame
from tests.interpret import interpret
from tests.oracle import draw, evaluate
from tests.planning.trivial_order import in_pairs, left_to_right
from tests.random_networks import networks
from tests.small_networks import small_network, tensor_train
from tncc.ir.network import Network, sizes_at
from tncc.ir.program import AnyInstruction, Matmul, Permute, Program, Read, Reshape, sources
from tncc.passes import run_passes
from tncc.planning import movement
from tncc.planning.layout import lower
from tncc.planning.memory import copied_elements
from tncc.planning.pairwise import Order
from tncc.planning.schedule import plan_schedule


def program_of(network: Network, rows: int = 32, order: Order = left_to_right) -> Program:
    """A program, checked against the oracle."""
    program = lower(network, plan_schedule(network, rows, order=order))
    tensors = draw(network, lead=(3,))
    assert_agree(interpret(program, network, tensors), evaluate(network, tensors))
    return program


def written(program: Program, kind: type[AnyInstruction]) -> list[str]:
    """The names of the arrays that instructions of a kind write."""
    return [instruction.name for instruction in program.instructions if isinstance(instruction, kind)]


@settings(max_examples=250, deadline=None)
@given(networks(), st.sampled_from([1, 7, 64]), st.sampled_from([left_to_right, in_pairs]), st.booleans())
def test_programs_of_random_networks_equal_the_oracle(network: Network, rows: int, order: Order, plain: bool) -> None:
    tensors = draw(network, lead=(2, 2), dynamic={"q": 2, "t": 2})
    assume(is_tame(network, tensors))
    rewritten = network if plain else run_passes(network)
    program = lower(rewritten, plan_schedule(rewritten, rows, order=order))
    assert_agree(interpret(program, network, tensors), evaluate(network, tensors))
    names = [instruction.name for instruction in program.instructions]
    assert len(set(names)) == len(names)
    shapes = {instruction.name: instruction.shape for instruction in program.instructions}
    for instruction in program.instructions:
        if isinstance(instruction, Reshape):
            assert shapes[instruction.source] != instruction.shape
        if isinstance(instruction, Permute):
            assert list(instruction.order) != sorted(instruction.order)


@settings(max_examples=150, deadline=None)
@given(network=networks(), order=st.sampled_from([left_to_right, in_pairs]))
def test_programs_of_matmuls_only_equal_the_oracle(network: Network, order: Order) -> None:
    """In small sizes elementwise products are cheaper; here they are made so dear that nobody takes them."""
    tensors = draw(network, lead=(3,))
    assume(is_tame(network, tensors))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(movement, "ELEMENTWISE", 1e12)
        program = lower(network, plan_schedule(network, 7, order=order))
    assert_agree(interpret(program, network, tensors), evaluate(network, tensors))


@settings(max_examples=50, deadline=None)
@given(networks(), st.sampled_from([(), (0,), (1,)]))
def test_programs_run_without_rows_and_without_a_batch(network: Network, lead: tuple[int, ...]) -> None:
    reduces = any(getattr(operation, "over", ()) for operation in network.operations)
    if reduces and 0 in lead:
        return
    tensors = draw(network, lead=lead)
    assume(is_tame(network, tensors))
    program = lower(network, plan_schedule(network, 32, order=left_to_right))
    assert_agree(interpret(program, network, tensors), evaluate(network, tensors))


@pytest.mark.parametrize("rows", [1, 32, 1024])
def test_wide_tensor_train_copies_nothing_but_ends(rows: int) -> None:
    network = tensor_train((16, 16, 16), (16, 16, 16), 4)
    program = program_of(network, rows)
    ends = 2 * 16**3 * rows
    assert copied_elements(program, sizes_at(network, rows)) <= ends


def test_two_site_tensor_train_copies_nothing() -> None:
    network = tensor_train((32, 32), (32, 32), 8)
    program = program_of(network, rows=32)
    assert copied_elements(program, sizes_at(network, 32)) == 0


def test_dense_layer_is_one_matmul() -> None:
    network = small_network(
        {"i": 64, "o": 32}, [("y", "... o", "x * A")], inputs={"x": "... i"}, parameters={"A": "i o"}
    )
    program = program_of(network)
    assert [type(instruction) for instruction in program.instructions] == [Read, Read, Matmul]


def test_views_of_one_tensor_are_shared() -> None:
    operations = [("h", "... j", "x * A"), ("y", "... k", "h * A{j k}")]
    network = small_network({"i": 4, "j": 4, "k": 4}, operations, inputs={"x": "... i"}, parameters={"A": "i j"})
    assert written(program_of(network), Read) == ["x", "A"]


def test_hyperedge_is_a_batch_axis() -> None:
    network = small_network(
        {"p": 16, "q": 32, "u": 32, "v": 16, "s": 2},
        [("y", "... (u v)", "x * L * R")],
        inputs={"x": "... (p q)"},
        parameters={"L": "q p u s", "R": "u q s v"},
    )
    program = program_of(network, rows=1024)
    matmuls = [instruction for instruction in program.instructions if isinstance(instruction, Matmul)]
    assert len(matmuls) == 2
    copied = copied_elements(program, sizes_at(network, 1024))
    assert copied <= 4 * 1024 * 1024


def test_dynamic_index_named_rows() -> None:
    network = small_network({"rows": 0, "d": 4}, [("y", "... (d rows)", "x")], inputs={"x": "... (rows d)"})
    program = program_of(network)
    assert program.results[0].shape == ("4*rows[]",)


def test_several_outputs_one_of_them_read_by_another() -> None:
    network = small_network(
        {"i": 4, "j": 5, "k": 6},
        [("h", "... (j i)", "x * A"), ("y", "... k", "h{... (j i)} * B")],
        outputs="h y",
        inputs={"x": "... i"},
        parameters={"A": "i j", "B": "i j k"},
    )
    program = program_of(network)
    assert [result.shape for result in program.results] == [(20,), (6,)]


def test_output_that_is_an_input() -> None:
    network = small_network({"i": 4, "j": 3}, [("y", "... j i", "x")], inputs={"x": "... i j"})
    program = program_of(network)
    assert [type(instruction) for instruction in program.instructions] == [Read, Permute]


def test_scalars() -> None:
    network = small_network({"i": 4}, [("y", "", "0.5 * v * v"), ("z", "", "2")], outputs="y z", inputs={"v": "i"})
    program = program_of(network)
    assert [result.shape for result in program.results] == [(), ()]


@settings(max_examples=40, deadline=None)
@given(networks())
def test_every_array_is_used(network: Network) -> None:
    program = lower(network, plan_schedule(network, 8, order=left_to_right))
    read = {name for instruction in program.instructions for name in sources(instruction)}
    read |= {result.array for result in program.results}
    assert {instruction.name for instruction in program.instructions} == read


def test_intermediate_read_under_other_names() -> None:
    network = small_network(
        {"i": 4, "j": 4, "k": 4, "l": 4},
        [("h", "... j k", "x * A"), ("y", "... l", "h{... l i} * B{i k} * C{k l}")],
        inputs={"x": "... i"},
        parameters={"A": "i j k", "B": "i k", "C": "k l"},
    )
    program_of(network)
