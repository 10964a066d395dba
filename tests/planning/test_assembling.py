"""Gradients of what is read as positions and diagonals: put where they were read, by one stack an axis."""

from collections.abc import Mapping

import numpy as np
import pytest

from tests.autograd import by_autograd
from tests.backends.emitted import source_of
from tests.backends.generated import arguments_of, module_of, results_of
from tests.closeness import assert_agree
from tests.interpret import interpret
from tests.oracle import Array, draw, evaluate
from tests.planning.test_gradients import ROWS, assert_gradients, derivative_of, seeds_for, stepwise
from tests.planning.trivial_order import in_pairs
from tests.small_networks import small_network
from tncc.diagnostics.diagnostic import InternalError
from tncc.ir.cost import flops
from tncc.ir.dump import dump_network, dump_program
from tncc.ir.network import Assembly, Contraction, Group, Network, Placed, View, sizes_at
from tncc.ir.program import Program, Stack
from tncc.ir.schedule import Schedule
from tncc.ir.verify import verify
from tncc.planning.gradients import Derivative
from tncc.planning.layout import lower
from tncc.planning.schedule import costed, needed

SITES = 64


def uniform_chain(sites: int) -> Network:
    """A uniform matrix product state: every site reads one position of the input, and the same core."""
    sizes = (
        {f"f{k}": 2 for k in range(sites)}
        | {f"r{k}": 3 for k in range(1, sites)}
        | {"n": sites, "r": 3, "s": 3, "f": 2}
    )
    cores = " * ".join(f"x{{... {k} f{k}}} * A{{r{k} f{k} r{k + 1}}}" for k in range(1, sites - 1))
    text = f"x{{... 0 f0}} * B{{f0 r1}} * {cores} * x{{... {sites - 1} f{sites - 1}}} * B{{f{sites - 1} r{sites - 1}}}"
    return small_network(sizes, [("y", "...", text)], inputs={"x": "... n f"}, parameters={"A": "r f s", "B": "f r"})


def program_of(derivative: Derivative) -> Program:
    """The gradients as array instructions."""
    network = derivative.network
    steps = costed(network, needed(network), sizes_at(network, ROWS), 4)
    return lower(network, Schedule(rows=ROWS, steps=steps, outputs=network.outputs))


def stacks_of(derivative: Derivative) -> list[Stack]:
    """The stacks among the instructions."""
    return [instruction for instruction in program_of(derivative).instructions if isinstance(instruction, Stack)]


def test_many_positions_of_one_axis_are_one_assembly_and_one_stack() -> None:
    derivative = assert_gradients(stepwise(uniform_chain(SITES), in_pairs))
    assert not derivative.missing
    (assembly,) = (o for o in derivative.network.operations if isinstance(o, Assembly))
    assert len(assembly.parts) == SITES
    (stack,) = stacks_of(derivative)
    assert (stack.axis, stack.positions) == (1, tuple(range(SITES)))
    backward = source_of(uniform_chain(5)).split("def _backward_0(")[1].split("\ndef ")[0]
    assert backward.count("torch.stack(") == 1
    assert "_placed" not in backward


@pytest.mark.parametrize("order", ["i k j", "k (i j)", "(i k) j"])
def test_parts_lie_as_the_value_does_whatever_their_order(order: str) -> None:
    network = small_network(
        {"i": 3, "j": 2, "k": 4, "n": 3},
        [("h", f"... n {order}", "x * A"), ("y", "...", "h{... 0 ORDER} * h{... 2 ORDER} * B".replace("ORDER", order))],
        inputs={"x": "... i"},
        parameters={"A": "n j k", "B": "i j k"},
    )
    assert_gradients(network)


CASES: Mapping[str, tuple[Mapping[str, int], list[tuple[str, str, str]], str, str]] = {
    "some positions": ({"i": 5, "j": 2}, [("y", "... j", "x{... 3 j} * A{1 j} * A{4 j}")], "... i j", "i j"),
    "all positions": (
        {"i": 2, "j": 3},
        [("y", "... j", "x{... 1 j} * x{... 0 j} * A{1 j} * A{0 j}")],
        "... i j",
        "i j",
    ),
    "one position twice": ({"i": 3, "j": 2}, [("y", "... j", "x{... 1 j} * x{... 1 j} * A{1 j}")], "... i j", "i j"),
    "a position and the whole": ({"i": 3, "j": 2}, [("y", "... i", "x * A * x{... 1 j}")], "... i j", "i j"),
    "positions of two axes": (
        {"i": 3, "j": 2, "k": 2},
        [("y", "... k", "x{... 1 0 k} * x{... 2 1 k} * A{0 j k} * A{i 1 k} * A{2 1 k}")],
        "... i j k",
        "i j k",
    ),
    "a scalar": ({"i": 3, "j": 2}, [("y", "...", "x{... 2 1} * A{0 0}")], "... i j", "i j"),
    "positions of a composite axis": ({"i": 3, "j": 2}, [("y", "...", "x{... 4} * A{5} * A{2}")], "... (i j)", "(i j)"),
    "positions and other groupings": (
        {"i": 2, "j": 3, "k": 6, "n": 2},
        [("y", "... k", "x{... 0 k} * x{... 1 (i j)} * A{0 (j i)} * A{1 k}")],
        "... n (i j)",
        "n (j i)",
    ),
    "a position of a result": (
        {"i": 3, "j": 2},
        [("h", "... i j", "x * A"), ("g", "... j", "softmax<j> h{... 1 j}"), ("y", "... j", "g * h{... 2 j}")],
        "... i j",
        "i j",
    ),
    "a function of a position": ({"i": 3, "j": 2}, [("y", "... j", "layernorm<j> x{... 1 j}")], "... i j", "i"),
    "a sum with a position": (
        {"i": 3, "j": 2},
        [("h", "... i j", "x + 2 x{... 1 j} + -1 A{0 j}"), ("y", "... i j", "h * h")],
        "... i j",
        "i j",
    ),
    "what is constant along a position": ({"i": 3, "j": 2}, [("y", "...", "x{... 1 j}")], "... i j", ""),
    "a diagonal": ({"i": 3, "j": 3}, [("y", "... i", "x{... i i} * A{i i} * A{j i}")], "... i j", "i j"),
    "a trace": ({"i": 3, "j": 3}, [("y", "...", "x{... i i} * A{j j}")], "... i j", "i j"),
    "a diagonal of three axes": (
        {"i": 2, "j": 2, "k": 2},
        [("y", "... i", "x{... i i i} * A{i i i}")],
        "... i j k",
        "i j k",
    ),
    "a diagonal within an axis": ({"i": 2, "j": 2}, [("y", "... i", "x{... (i i)} * A{(i i)}")], "... (i j)", "(i j)"),
    "a diagonal across groupings": (
        {"i": 2, "j": 3, "k": 6},
        [("y", "... i", "x{... (i j) i} * A{(i j) i} * A{k i}")],
        "... k i",
        "k i",
    ),
    "a diagonal and a position": (
        {"i": 2, "j": 2, "k": 3},
        [("y", "... i", "x{... i 1 i} * A{i 2 i} * A{i k j}")],
        "... i k j",
        "i k j",
    ),
    "a function of a diagonal": ({"i": 3, "j": 3}, [("y", "... i", "softmax<i> x{... i i}")], "... i j", "i"),
}


@pytest.mark.parametrize("case", CASES)
def test_positions_and_diagonals(case: str) -> None:
    sizes, operations, x, parameter = CASES[case]
    text = " ".join(expression for _, _, expression in operations)
    network = small_network(sizes, operations, inputs={"x": x}, parameters={"A": parameter} if "A" in text else {})
    verify(network)
    derivative = assert_gradients(network)
    assert not derivative.missing


def test_indices_that_a_declaration_repeats() -> None:
    network = small_network(
        {"i": 3, "j": 3}, [("y", "... j", "x * A{i j} * A")], inputs={"x": "... i"}, parameters={"A": "i i"}
    )
    assert_gradients(network)


def test_a_position_of_an_axis_whose_size_is_known_at_run_time_only() -> None:
    network = small_network(
        {"q": 0, "i": 2}, [("h", "... i", "x{... 1 i}"), ("y", "... q", "h * x")], inputs={"x": "... q i"}
    )
    derivative = assert_gradients(network, tensors=draw(network, lead=(ROWS,), dynamic={"q": 5}))
    (stack,) = stacks_of(derivative)
    assert (stack.shape, stack.positions) == (("rows", "q", 2), (1,))


@pytest.mark.parametrize("function", ["sum", "mean"])
def test_reductions_over_sizes_that_are_known_at_run_time_only(function: str) -> None:
    network = small_network(
        {"q": 0, "i": 2, "j": 3},
        [("m", "... i", f"{function}<q j> x"), ("y", "... i", "m * m")],
        inputs={"x": "... q j i"},
    )
    assert_gradients(network, tensors=draw(network, lead=(ROWS,), dynamic={"q": 5}))


def test_layer_normalisation_over_a_size_that_is_known_at_run_time_only() -> None:
    network = small_network(
        {"q": 0, "i": 2}, [("m", "... q i", "layernorm<q i> x"), ("y", "... q", "m * A")],
        inputs={"x": "... q i"}, parameters={"A": "i"},
    )  # fmt: skip
    assert_gradients(network, tensors=draw(network, lead=(ROWS,), dynamic={"q": 5}))


def test_a_term_repeated_along_a_size_that_is_known_at_run_time_only() -> None:
    network = small_network(
        {"q": 0, "i": 2}, [("h", "... q i", "x + b"), ("y", "... i", "h")],
        inputs={"x": "... q i"}, parameters={"b": "i"},
    )  # fmt: skip
    assert_gradients(network, tensors=draw(network, lead=(ROWS,), dynamic={"q": 5}))


@pytest.mark.parametrize("lead", [(), (0,), (1,), (2, 3)])
def test_modules_train_through_positions(lead: tuple[int, ...]) -> None:
    network = uniform_chain(5)
    values = draw(network, lead=lead)
    module = module_of(network, values)
    (x,) = arguments_of(network, values)
    x.requires_grad_()
    (y,) = results_of(network, module(x)).values()
    assert y.shape == lead
    seeds = seeds_for(network, derivative_of(network), values)
    module(x).backward(x.new_tensor(seeds["y'"]))
    expected = by_autograd(network, values, seeds)
    found = {name: parameter.grad for name, parameter in module.named_parameters()} | {"x": x.grad}
    arrays: dict[str, Array] = {name: np.asarray(gradient) for name, gradient in found.items()}
    assert_agree(arrays, expected)


PARTS = small_network(
    {"i": 3, "j": 2}, [("a", "... j", "x{... 0 j}")], outputs="a", inputs={"x": "... i j"}, parameters={"b": "j"}
)


def with_assembly(*parts: tuple[str, tuple[Group | int, ...], tuple[Group | int, ...]]) -> Network:
    """A network with an assembly of parts, each a value, its axes and its place."""
    placed = tuple(Placed(operand=View(value=name, axes=axes), place=place) for name, axes, place in parts)
    assembly = Assembly(name="z", parts=placed, axes=(("...",), ("i",), ("j",)))
    return PARTS.model_copy(update={"operations": (*PARTS.operations, assembly), "outputs": ("z",)})


ALL = ("...",), ("j",)


def test_an_assembly_adds_parts_and_repeats_them() -> None:
    at, along = (("...",), 2, ("j",)), (("...",), ("i",), ("j",))
    network = with_assembly(("a", ALL, at), ("b", (("j",),), at), ("b", (("j",),), along))
    verify(network)
    values = draw(network, lead=(2,))
    expected = np.zeros((2, 3, 2)) + values["b"]
    expected[:, 2] += values["x"][:, 0] + values["b"]
    assert_agree(evaluate(network, values), {"z": expected})
    assert flops(network.operations[-1], sizes_at(network, 2)) == 2 * 2 + 2 + 2
    text = "z[..., i, j] = a[..., j] at [..., 2, j] + b[j] at [..., 2, j] + b[j] at [..., i, j]"
    assert text in dump_network(network)
    program = program_of(Derivative(network, (), (), ()))
    assert_agree(interpret(program, network, values), {"z": expected})
    assert "at (2) of axis 1" in dump_program(program)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ((("...",), 3, ("j",)), "at 3 of axis 1"),
        ((("...",), -1, ("j",)), "at -1 of axis 1"),
        ((0, 1, ("j",)), "at 0 of axis 0"),
        ((("...",), ("j",), ("j",)), "along other indices"),
        ((("...",), ("j",)), "2 axes"),
        ((("...",), 0, 0), "no place for the index `j`"),
    ],
)
def test_an_assembly_whose_parts_do_not_fit_is_invalid(place: tuple[Group | int, ...], message: str) -> None:
    with pytest.raises(InternalError, match=message):
        verify(with_assembly(("a", ALL, place)))


def test_an_assembly_has_parts() -> None:
    with pytest.raises(InternalError, match="without parts"):
        verify(with_assembly())


def test_what_is_no_assembly_carries_all_its_indices() -> None:
    wide = Contraction(name="w", operands=(View(value="b", axes=(("j",),)),), axes=(("i",), ("j",)))
    with pytest.raises(InternalError, match="which no operand carries"):
        verify(PARTS.model_copy(update={"operations": (*PARTS.operations, wide)}))
