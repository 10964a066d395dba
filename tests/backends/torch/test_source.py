"""Generated code is a product: formatted, commented, free of what it does not need, and the same on every run."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.backends import samples
from tests.backends.emitted import plan_of, source_of
from tests.random_networks import networks
from tests.small_networks import small_network, tensor_train
from tncc.backends.torch.module import emit_torch
from tncc.backends.wrapping import WIDTH
from tncc.diagnostics.span import Span
from tncc.ir.network import Network

PYTHON = ("numpy", "torch")
"""The targets that take any network and give Python; the others have tests of their own."""

LONGEST = 120
"""A line is broken inside its last brackets only, and so may pass the width that is aimed at."""

SAMPLES = [
    samples.TRAIN, samples.ATTENTION, samples.TWO_INPUTS, samples.UNBATCHED, samples.FROZEN, samples.WITH_COPY,
    samples.COMPLEX, samples.changed(samples.TRAIN, A0={"init": ("orthogonal",)}, A1={"init": ("uniform", -1.0, 1.0)}),
]  # fmt: skip


def ruff(arguments: list[str], directory: Path) -> str:
    """What ruff has to say of the files in a directory."""
    command = [sys.executable, "-m", "ruff", *arguments, "--isolated", "--line-length", str(WIDTH), str(directory)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout + found.stderr if found.returncode else ""


@pytest.mark.parametrize("target", PYTHON)
def test_a_linter_and_a_formatter_have_nothing_to_add(target: str, tmp_path: Path) -> None:
    for number, network in enumerate(SAMPLES):
        (tmp_path / f"sample{number}.py").write_text(source_of(network, target, linear=True))
    assert ruff(["check", "--select", "E,F,W,I,B,C4,UP,SIM,RUF"], tmp_path) == ""
    assert ruff(["format", "--check"], tmp_path) == ""


@settings(max_examples=40, deadline=None)
@given(networks())
def test_no_name_is_unused_and_no_line_too_long(network: Network) -> None:
    for target in PYTHON:
        source = source_of(network, target)
        assert max(len(line) for line in source.splitlines()) <= LONGEST
        for function in ast.walk(ast.parse(source)):
            if isinstance(function, ast.FunctionDef) and function.name in ("forward", "Random"):
                written = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
                read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
                assert written <= read


@pytest.mark.parametrize("network", SAMPLES)
def test_it_imports_torch_and_nothing_else_that_is_not_python(network: Network) -> None:
    source = source_of(network)
    imports = {
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imports <= {"torch", "math", "contextlib"}
    assert "einsum" not in source


def test_steps_say_their_shapes_legs_and_lines() -> None:
    span = Span("some/where/net.tn", 7, 3, 7, 9)
    operations = tuple(o.model_copy(update={"span": span}) for o in tensor_train((4, 4), (3, 5), 2).operations)
    source = source_of(samples.TRAIN.model_copy(update={"operations": operations}))
    steps = [line.strip() for line in source.splitlines() if "net.tn:7" in line]
    assert len(steps) >= 3
    assert all(line.startswith("# ") for line in steps)
    assert any("[" in line and "(" in line and "rows" in line for line in steps)


def test_the_header_names_file_values_version_and_rows() -> None:
    network = samples.TRAIN.model_copy(update={"values": (("ins", (4, 4)), ("chi", 2), ("bias", True), ("one", (1,)))})
    docstring = ast.get_docstring(ast.parse(emit_torch(network, plan_of(network), "1.2.3")))
    assert docstring == (
        "Small, compiled from small.tn by tncc 1.2.3.\n\n"
        "Parameters: ins=(4, 4), chi=2, bias=true, one=(1,).\n"
        "Planned for 8 rows (the product of all leading axes)."
    )


def test_results_that_die_are_given_back() -> None:
    network = small_network(
        {"i": 4},
        [("a", "... i", "sin<> x"), ("b", "... i", "a + x"), ("c", "... i", "cos<> b"), ("y", "... i", "c + x")],
        inputs={"x": "... i"},
    )
    source = source_of(network)
    assert "del a\n" in source and "del b\n" in source and "del x" not in source


def test_what_is_done_twice_is_done_once() -> None:
    network = small_network(
        {"i": 4, "j": 4, "k": 4},
        [("a", "... k", "x * A * A{j k}"), ("b", "... k", "x{... i} * A * A{j k}"), ("y", "... k", "a + b")],
        inputs={"x": "... i"},
        parameters={"A": "i j"},
    )
    straight = source_of(network).split("def _straight(")[1].split("\ndef ")[0]
    assert straight.count("torch.mm(") == 2


def test_the_length_of_the_code_is_in_proportion_to_the_number_of_tensors() -> None:
    source = source_of(tensor_train((2,) * 60, (1,) * 60, 2))
    longer = source_of(tensor_train((2,) * 120, (1,) * 120, 2))
    compile(longer, "s", "exec")
    program, twice = (text.split("def _inference_0")[0] for text in (source, longer))
    assert len(twice) < 2.5 * len(program)
    assert len(longer) < 4 * len(source)


def test_the_same_network_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "from tests.backends import samples\n"
        "from tests.backends.emitted import source_of\n"
        "networks = (samples.ATTENTION, samples.FROZEN, samples.TWO_INPUTS)\n"
        "print([source_of(n, target, True) for n in networks for target in ('torch', 'numpy')])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
