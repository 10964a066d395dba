"""What rules fill in, for layers of various shapes."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tncc.elaborate.rule_values import Shape, even_factors, rule_values
from tncc.elaborate.scope import Work
from tncc.ir.network import Value
from tncc.planning_options import planning_options
from tncc.rule_files import read_rule_file

NETWORKS = """use std.mpo: MPO
use std.btt: BTT

network Bare(ins: ints, outs: ints) {
  index i[k in 0..len(ins)]: ins[k]
  index o[k in 0..len(outs)]: outs[k]
  input x[..., (i[*])]
  tensor A[(o[*]), (i[*])]
  output y[..., (o[*])] = x * A
}

network Own(sites: int, error: float, ins: int = 2) {
  index i: ins * sites
  input x[..., i]
  output y[..., i] = error * x
}

"""

WIDE = Shape(384, 1536, True)


@pytest.fixture
def given_by(tmp_path: Path):
    def values(rule: str, shape: Shape = WIDE) -> dict[str, Value]:
        path = tmp_path / "rules.tn"
        path.write_text(f'{NETWORKS}tensorize R {{ "**": {rule} }}\n')
        (only,) = read_rule_file(str(path), None, planning_options()).block.rules
        assert only.definition is not None
        return {name: value for name, (value, _) in rule_values(only, only.definition, shape, Work()).given.items()}

    return values


@pytest.mark.parametrize(
    ("rule", "ins", "outs"),
    [
        ("MPO()", (6, 8, 8), (8, 12, 16)),
        ("MPO(sites = 2)", (16, 24), (32, 48)),
        ("MPO(outs = (2, 768))", (16, 24), (2, 768)),
        ("MPO(ins = factor(in_features, 4))", (4, 4, 4, 6), (4, 6, 8, 8)),
        ("MPO(ins = (384,), outs = (out_features,))", (384,), (1536,)),
        ("BTT()", (16, 24), (32, 48)),
        ("Bare()", (16, 24), (32, 48)),
        ("Bare(sites = 1)", (384,), (1536,)),
    ],
)  # fmt: skip
def test_factors(given_by, rule: str, ins: tuple[int, ...], outs: tuple[int, ...]) -> None:
    found = given_by(rule)
    assert (found["ins"], found["outs"]) == (ins, outs)


def test_the_bias_is_that_of_the_layer(given_by) -> None:
    assert given_by("MPO()")["use_bias"] is True
    assert given_by("MPO()", Shape(4, 4, False))["use_bias"] is False
    assert given_by("MPO(use_bias = true)", Shape(4, 4, False))["use_bias"] is True
    assert "use_bias" not in given_by("Bare()")


def test_settings_are_parameters_where_the_network_has_them(given_by) -> None:
    assert given_by("Own(sites = 4, error = 2)") == {"sites": 4, "error": 2}


def test_arguments_may_use_features(given_by) -> None:
    assert given_by("MPO(chi = min(in_features, out_features) // 3)")["chi"] == 128


def test_padding_looks_for_even_factors(given_by) -> None:
    assert given_by("MPO(pad = true)", Shape(30522, 384, False))["ins"] == even_factors(30522, 3)
    assert given_by("MPO(pad = true)")["ins"] == (6, 8, 8)


@given(st.integers(1, 100_000), st.integers(1, 5))
def test_even_factors(features: int, sites: int) -> None:
    found = even_factors(features, sites)
    assert len(found) == sites
    assert math.prod(found) >= features
    assert max(found) <= 2 * min(found)
    assert math.prod(found) <= max(2 * features, 2**sites)
