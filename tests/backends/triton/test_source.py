"""What is generated: files to be read, self-contained, with the intermediate results where they belong."""

import ast
import builtins
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import tncc
from tests.backends import samples
from tests.backends.emitted import source_of
from tests.backends.test_names_and_texts import EVIL
from tests.backends.torch.test_source import ruff
from tests.backends.triton.kernels import check, compiled
from tests.backends.triton.test_values import GATED
from tests.conftest import Golden
from tncc.backends.naming import top_level_name
from tncc.diagnostics.span import Span
from tncc.driver import Compiled

pytest.importorskip("triton")

GOLDEN = Path(__file__).parent / "golden"


def two_sites(chi: int) -> Compiled:
    return tncc.compile("std.mpo", batch=(1024,), ins=(32, 32), outs=(32, 32), chi=chi)


EXAMPLES = {
    "two_sites": lambda: two_sites(16),
    "three_sites": lambda: compiled("three_sites"),
    "tree": lambda: compiled("tree"),
    "gated": lambda: tncc.compile_text(GATED, batch=(32,)),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_golden(name: str, golden: Golden) -> None:
    source = EXAMPLES[name]().source("triton")
    # A file is called by its path, which is another one in every clone.
    golden(GOLDEN / f"{name}.triton", re.sub(r"compiled from \S*/", "compiled from ", source, count=1))


@pytest.mark.parametrize("name", ["two_sites", "three_sites", "btt", "tree"])
def test_files_are_self_contained_and_the_same_on_every_run(name: str) -> None:
    source = compiled(name).source("triton")
    assert source == compiled(name).source("triton")
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {module.split(".")[0] for module in imported} <= {"torch", "triton", "contextlib", "math", "os"}
    # Documentation is the user's, and as wide as they wrote it.
    code = re.sub(r'"""(.|\n)*?"""', "", source)
    assert max(map(len, code.splitlines())) <= 100


def test_a_linter_and_a_formatter_have_nothing_to_add(tmp_path: Path) -> None:
    networks = (samples.TRAIN, samples.TWO_INPUTS, samples.UNBATCHED, samples.FROZEN, samples.WITH_COPY)
    for number, network in enumerate(networks):
        (tmp_path / f"sample{number}.py").write_text(source_of(network, "triton", linear=True))
    (tmp_path / "gated.py").write_text(EXAMPLES["gated"]().source("triton"))
    assert ruff(["check", "--select", "E,F,W,I,B,C4,UP,SIM,RUF"], tmp_path) == ""
    assert ruff(["format", "--check"], tmp_path) == ""


def functions(source: str) -> dict[str, str]:
    """The text of each function."""
    tree = ast.parse(source)
    return {node.name: ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_two_sites_loop_over_the_bond_and_store_nothing_on_the_way() -> None:
    found = functions(two_sites(16).source("triton"))
    forward = found["_forward"]
    (kernel,) = re.findall(r"_kernel_\d+", forward)
    assert forward.count("new_empty") == 1
    body = found[kernel]
    assert body.count("tl.dot") == 2 and body.count("tl.store") == 1
    assert re.search(r"for r_1 in range\((0, )?16(, \d+)?\)", body)


def test_too_large_a_fold_is_left_to_torch() -> None:
    text = """
    network Wide(n: int = 10000) {
      index i: n
      input x[..., i]
      tensor A[i]
      output y[..., i] = softmax[i](x * A)
    }
    """
    result = tncc.compile_text(text, batch=(4,))
    source = result.source("triton")
    assert "torch.softmax" in functions(source)["_forward"]
    check(result.network.model_copy(update={"values": ()}), source, (2,))


@pytest.mark.parametrize("name", ["triton", "_kernel_0", "rows", "program", "torch", "_configs", "_ready", "BLOCK"])
def test_a_network_and_its_tensors_may_be_called_like_what_the_file_uses(name: str) -> None:
    network = samples.TRAIN.model_copy(update={"name": name})
    check(network, source_of(network, "triton"), (3,))
    text = f"network N {{ index i: 3; index o: 2; input {name.strip('_')}[..., i]; tensor tl[i, o]\n"
    if name not in ("tl", "_kernel_0", "_configs", "_ready"):
        result = tncc.compile_text(f"{text} output y[..., o] = {name.strip('_')} * tl }}", batch=(8,))
        check(result.network, result.source("triton"), (3,))


@pytest.mark.parametrize("text", EVIL)
def test_texts_cannot_leave_the_comments_and_strings_that_they_are_in(text: str) -> None:
    span = Span(text, 3, 1, 3, 2)
    operations = [operation.model_copy(update={"span": span}) for operation in samples.TRAIN.operations]
    update = {"doc": text, "file": text, "values": ((text, text),), "operations": tuple(operations)}
    network = samples.TRAIN.model_copy(update=update)
    found = functions(source_of(network, "triton"))
    assert found == functions(source_of(samples.TRAIN, "triton"))


@pytest.mark.parametrize("name", EVIL)
def test_names_cannot_leave_identifiers(name: str) -> None:
    changed = samples.changed(samples.TRAIN, A0={"path": (name or "A",)})
    source = source_of(changed.model_copy(update={"name": name or "N"}), "triton")
    ast.parse(source)
    assert top_level_name(name or "N") in source


def test_a_file_says_what_to_install_where_triton_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = builtins.__import__

    def without(name: str, *arguments: Any) -> ModuleType:
        if name.split(".")[0] == "triton":
            raise ImportError(name)
        return usual(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="pip install triton"):
        exec(compile(source_of(samples.TRAIN, "triton"), "generated", "exec"), {"__name__": "generated"})
