"""The standard library against hand-written einsums, and what every one of its files promises."""

import re
from importlib import resources
from math import prod, sqrt

import numpy as np
import pytest
import torch

import tncc
from tests.formula import assert_follows, by_oracle, compiled_once, root_mean_square, stored_tensors
from tests.std.cases import CLASSIFIERS, LINEAR, Case
from tncc.diagnostics.source import Source
from tncc.syntax import tree
from tncc.syntax.format import format_source
from tncc.syntax.parser import parse

FILES = sorted(entry.name for entry in resources.files("tncc.std").iterdir() if entry.name.endswith(".tn"))

NETWORKS = {
    "block_term": "BlockTerm", "btt": "BTT", "cp": "CP", "dense": "Dense", "hierarchical": "Hierarchical",
    "kronecker": "Kronecker", "low_rank": "LowRank", "mera": "MERA", "mpo": "MPO", "mps": "MPS", "peps": "PEPS",
    "ring": "Ring", "tree": "Tree", "tucker": "Tucker",
}  # fmt: skip

SCREEN = 45
"""How many lines a file of the standard library may have."""

SMALL = {"mps": {"sites": 4}, "tree": {"levels": 2}, "peps": {"rows": 2, "cols": 2}, "mera": {"levels": 2}}
"""Values that keep planning short where only names and shapes matter."""

LINEAR_FILES = sorted({case.file for case in LINEAR})


def declaration(name: str) -> tuple[str, tree.Network]:
    """A file's text and the network that it declares, which has to be the only one."""
    text = resources.files("tncc.std").joinpath(name).read_text(encoding="utf-8")
    parsed = parse(Source(name, text))
    assert not parsed.diagnostics
    (network,) = parsed.module.items
    assert isinstance(network, tree.Network)
    return text, network


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", LINEAR + CLASSIFIERS, ids=lambda case: case.name)
def test_agrees_with_the_einsum_written_by_hand(case: Case) -> None:
    compiled = compiled_once(case.file, **case.values)
    shape = (prod(case.shape),) if case in LINEAR else case.shape
    x = np.random.default_rng(7).standard_normal((3, *shape))
    assert_follows(compiled, case.formula, x)
    assert sum(parameter.numel() for parameter in compiled.module().parameters()) == case.count
    assert compiled.report().parameter_count == case.count


def test_btt_with_square_legs_at_rank_one_is_monarch() -> None:
    """Block-diagonal, transposed, block-diagonal, transposed back (Dao and others, 2022, definition 3.1)."""
    b = 3
    compiled = tncc.compile("std.btt", ins=(b, b), outs=(b, b), chi=1, use_bias=False, batch=(3,))
    stored = stored_tensors(compiled)
    x = np.random.default_rng(0).standard_normal((2, b * b))
    right, left = stored["A.0"].reshape(b, b, b), stored["A.1"].reshape(b, b, b)
    shuffled = np.zeros((b * b, b * b))
    for p in range(b):
        for q in range(b):
            shuffled[q * b + p, p * b + q] = 1.0
    first, second = np.zeros((b * b, b * b)), np.zeros((b * b, b * b))
    for block in range(b):
        place = slice(block * b, (block + 1) * b)
        first[place, place] = right[:, :, block]  # block q maps the inputs p to the outputs u
        second[place, place] = left[block]  # block u maps q to the outputs v
    monarch = second @ shuffled.T @ first @ shuffled
    np.testing.assert_allclose(by_oracle(compiled, x, stored), x @ monarch.T, atol=1e-12)


def test_dense_and_low_rank_store_what_torch_linear_stores() -> None:
    x = torch.randn(5, 6)
    linear = torch.nn.Linear(6, 4)
    dense = tncc.compile("std.dense", ins=(2, 3), outs=(4,)).module()
    dense.load_state_dict(linear.state_dict())
    torch.testing.assert_close(dense(x), linear(x))
    narrow, wide = torch.nn.Linear(6, 2, bias=False), torch.nn.Linear(2, 4)
    pair = tncc.compile("std.low_rank", ins=(2, 3), outs=(4,), rank=2).module()
    pair.load_state_dict({"down": narrow.weight, "up": wide.weight, "bias": wide.bias})
    torch.testing.assert_close(pair(x), wide(narrow(x)))


# --- what every file promises -----------------------------------------------------------------------------------------


def test_all_topologies_are_there() -> None:
    assert [name.removesuffix(".tn") for name in FILES] == sorted(NETWORKS)


@pytest.mark.parametrize("name", FILES)
def test_file_is_a_documented_screenful_with_a_default_for_every_parameter(name: str) -> None:
    text, network = declaration(name)
    assert network.name.text == NETWORKS[name.removesuffix(".tn")]
    assert format_source(Source(name, text)) == text
    assert len(text.splitlines()) <= SCREEN
    assert max(len(line) for line in text.splitlines()) <= 120
    assert network.parameters is not None
    assert all(parameter.default is not None for parameter in network.parameters.items)
    comment = re.match(r"(##[^\n]*\n)+(?=network )", text)
    assert comment is not None
    assert "Parameters: " in comment[0]
    assert re.search(r"\((19|20)\d\d\), \"", comment[0])  # the paper, with its year
    for parameter in network.parameters.items:
        assert f"`{parameter.name.text}`" in comment[0]


@pytest.mark.parametrize("name", FILES)
def test_defaults_compile_and_document_the_generated_class(name: str) -> None:
    compiled = compiled_once(f"std.{name.removesuffix('.tn')}")
    assert not compiled.warnings
    assert compiled.network.doc
    module = compiled.module()
    assert type(module).__doc__ is not None
    (source,) = compiled.network.inputs
    assert torch.isfinite(module(torch.randn(2, *(axis.size for axis in source.axes[1:])))).all()


@pytest.mark.parametrize("name", FILES)
def test_file_can_be_used_as_a_layer(name: str) -> None:
    stem = name.removesuffix(".tn")
    alone = compiled_once(f"std.{stem}", **SMALL.get(stem, {}))
    (source,) = alone.network.inputs
    sizes = [axis.size for axis in source.axes[1:]]
    legs = ", ".join(f"a{position}" for position in range(len(sizes)))
    indices = "; ".join(f"index a{position}: {size}" for position, size in enumerate(sizes))
    inner = alone.module()
    arguments = ", ".join(f"{key} = {value}" for key, value in SMALL.get(stem, {}).items())
    x = torch.randn(2, *sizes)
    text = f"""
        use std.{stem}: {NETWORKS[stem]} as Inner
        network Outer {{
          {indices}
          index b: {inner(x).shape[-1]}
          input x[..., {legs}]
          layer inner = Inner({arguments})
          output y[..., b] = inner(x)
        }}
    """
    outer = tncc.compile_text(text, batch=(4,)).module()
    outer.load_state_dict({f"inner.{key}": value for key, value in inner.state_dict().items()})
    torch.testing.assert_close(outer(x), inner(x))


def test_large_sizes_stay_within_the_limits() -> None:
    assert len(tncc.compile("std.mps", sites=3000, leaf=300).network.tensors) == 3001
    assert len(tncc.compile("std.tree", levels=10, leaf=300).network.tensors) == 1024
    assert len(tncc.compile("std.mera", levels=8, leaf=300).network.tensors) == 510


# --- initialization ---------------------------------------------------------------------------------------------------

SIZES: dict[str, tuple[dict[str, object], ...]] = {
    "std.dense": ({"ins": (24,), "outs": (7,)},),
    "std.low_rank": ({"ins": (24,), "outs": (32,), "rank": 12}, {"ins": (9, 9), "outs": (5, 5), "rank": 25}),
    "std.mpo": ({"ins": (4, 6), "outs": (6, 4), "chi": 6}, {"ins": (4,) * 5, "outs": (4,) * 5, "chi": 16}),
    "std.ring": ({"ins": (4, 6), "outs": (6, 4), "chi": 6}, {"ins": (4,) * 4, "outs": (4,) * 4, "chi": 8}),
    "std.tucker": ({"ins": (9, 9), "outs": (16,), "rank": 6}, {"ins": (5, 5, 5), "outs": (5, 5), "rank": 4}),
    "std.cp": ({"ins": (12,), "outs": (12,), "rank": 12}, {"ins": (12, 8), "outs": (8, 12), "rank": 64}),
    "std.kronecker": ({"ins": (8, 8), "outs": (8, 8), "rank": 4}, {"ins": (6, 6, 6), "outs": (6, 6, 6), "rank": 8}),
    "std.btt": ({"ins": (8, 8), "outs": (8, 8), "chi": 1}, {"ins": (4, 4, 4), "outs": (4, 4, 4), "chi": 4}),
    "std.hierarchical": ({"ins": (8, 8), "outs": (8, 8), "chi": 12}, {"ins": (4,) * 5, "outs": (4,) * 5, "chi": 12}),
    "std.block_term": (
        {"ins": (8, 8), "outs": (8, 8), "blocks": 4, "rank": 6},
        {"ins": (4, 4, 4), "outs": (4, 4, 4), "blocks": 6, "rank": 6},
    ),
}
"""For each linear layer one size or two beside its defaults."""


@pytest.mark.parametrize(
    ("file", "values"),
    [(file, values) for file in LINEAR_FILES for values in ({}, *SIZES[file])],
    ids=lambda part: part if isinstance(part, str) else "-".join(map(str, part.values())).replace(" ", "") or "default",
)
def test_output_has_the_variance_of_the_input(file: str, values: dict[str, object]) -> None:
    compiled = compiled_once(file, **values)
    (source,) = compiled.network.inputs
    assert 0.8 <= root_mean_square(compiled, lambda: torch.randn(8, source.axes[-1].size)) <= 1.25


def test_mera_starts_with_orthogonal_disentanglers_and_isometries() -> None:
    module = compiled_once("std.mera", leaf=2, levels=3, chi=3, classes=2).module(dtype=torch.float64)
    for name, parameter in module.named_parameters():
        if name == "Top":
            continue
        matrix = parameter.detach().flatten(0, 1).flatten(1)
        torch.testing.assert_close(matrix.T @ matrix, torch.eye(matrix.shape[1], dtype=torch.float64))


def test_mera_keeps_the_scale_of_features_of_mean_square_one() -> None:
    compiled = compiled_once("std.mera", leaf=2, levels=3, chi=3, classes=2)

    def features() -> torch.Tensor:
        angles = torch.rand(8, 8) * 3.2
        return sqrt(2) * torch.stack([angles.cos(), angles.sin()], dim=-1)

    assert 0.8 <= root_mean_square(compiled, features) <= 1.25


# --- sizes that do not fit --------------------------------------------------------------------------------------------

CHAINED = ("mpo", "ring", "btt", "hierarchical", "mps", "tree", "peps", "mera")
RANKED = ("low_rank", "tucker", "cp", "kronecker", "block_term")
PAIRED = ("mpo", "ring", "kronecker", "btt", "hierarchical", "block_term")

REFUSED: list[tuple[str, dict[str, object], str]] = [
    *((f"std.{name}", {"ins": (2, 3), "outs": (2, 3, 4)}, "`outs` needs as many sizes as `ins`") for name in PAIRED),
    *((f"std.{name}", {"ins": (), "outs": ()}, "`ins`") for name in ("dense", "low_rank", "tucker", "cp", *PAIRED)),
    *((f"std.{name}", {"chi": 0}, "`chi`") for name in CHAINED),
    *((f"std.{name}", {"rank": -1}, "`rank`") for name in RANKED),
    ("std.block_term", {"blocks": 0}, "`blocks`"),
    ("std.ring", {"ins": (4,), "outs": (4,)}, "at least two sizes"),
    ("std.mps", {"sites": 1}, "`sites` must be at least 2"),
    ("std.tree", {"levels": 0}, "`levels` must be at least 1"),
    ("std.mera", {"levels": 1}, "`levels` must be at least 2"),
    ("std.peps", {"rows": 1, "cols": 1}, "at least two sites"),
    ("std.mps", {"classes": 0}, "`classes`"),
    ("std.tree", {"leaf": 0}, "`leaf`"),
]


@pytest.mark.parametrize(("file", "values", "words"), REFUSED)
def test_sizes_that_do_not_fit_are_refused(file: str, values: dict[str, object], words: str) -> None:
    with pytest.raises(tncc.CompileError) as refused:
        tncc.compile(file, **values)
    (diagnostic,) = refused.value.diagnostics
    assert diagnostic.code == "TN128"
    assert words in diagnostic.message
    assert words in str(refused.value)
