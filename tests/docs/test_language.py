"""The language reference: every program in it computes what it should, or is refused where it says so."""

import re
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import torch

import tncc
from tests.oracle import draw, evaluate
from tncc.driver import check

TEXT = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")

FENCED = re.compile(r"^```tn(?P<tag> [^\n]*)?\n(?P<program>.*?)^```$", re.MULTILINE | re.DOTALL)

BLOCKS = [
    (TEXT.count("\n", 0, found.start()) + 2, (found["tag"] or "").strip(), found["program"])
    for found in FENCED.finditer(TEXT)
]
"""Line, tag (`wrong`, `rules`, or the name of the file that others use) and text of each fenced program."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds the files that programs of the reference use."""
    for _, tag, program in BLOCKS:
        if tag.endswith(".tn"):
            (tmp_path / tag).write_text(program, encoding="utf-8")
    return tmp_path


def lines(*tags: str) -> list[int]:
    return [line for line, tag, _ in BLOCKS if tag in tags or (tag.endswith(".tn") and "" in tags)]


def program_at(line: int) -> str:
    return next(program for start, _, program in BLOCKS if start == line)


@pytest.mark.parametrize("line", lines(""))
def test_program_computes_what_the_oracle_does(line: int, folder: Path) -> None:
    path = folder / "program.tn"
    path.write_text(program_at(line), encoding="utf-8")
    compiled = tncc.compile(path, batch=(3,))
    assert not compiled.warnings
    network = compiled.network
    values = draw(network)
    module = compiled.module(dtype=torch.float64)
    stored = [tensor for tensor in network.tensors if tensor.role in ("parameter", "frozen")]
    module.load_state_dict({".".join(tensor.path): torch.from_numpy(values[tensor.name]) for tensor in stored})
    found = module(*(torch.from_numpy(values[tensor.name]) for tensor in network.inputs))
    expected = evaluate(network, values)
    outputs = found if isinstance(found, tuple) else (found,)
    for name, output in zip(network.outputs, outputs, strict=True):
        np.testing.assert_allclose(output.detach().numpy(), expected[name], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("line", lines("wrong"))
def test_wrong_program_is_refused(line: int, folder: Path) -> None:
    path = folder / "program.tn"
    path.write_text(program_at(line), encoding="utf-8")
    with pytest.raises(tncc.CompileError) as refused:
        tncc.compile(path)
    assert len(refused.value.diagnostics) == 1


@pytest.mark.parametrize("line", lines("rules"))
def test_rules_are_right(line: int, folder: Path) -> None:
    path = folder / "rules.tn"
    path.write_text(program_at(line), encoding="utf-8")
    assert check(str(path))[0] == []


def test_all_programs_are_whole() -> None:
    assert len(BLOCKS) > 25
    for _, _, program in BLOCKS:
        assert program.startswith(("network ", "use ", "## "))


def test_standard_library_is_listed() -> None:
    files = [entry.name for entry in resources.files("tncc.std").iterdir() if entry.name.endswith(".tn")]
    section = TEXT[TEXT.index("## The standard library") :]
    listed = [name.lower() for name in re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)]
    assert sorted(name.removesuffix(".tn").replace("_", "") for name in files) == sorted(listed)


def test_links_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", TEXT, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= anchors
