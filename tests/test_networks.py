"""The example networks as they stand, against einsums written out by hand, forward and backward."""

from collections.abc import Mapping
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import tncc
from tests.formula import Formula, Library, assert_follows, compiled_once, root_mean_square

NETWORKS = Path(__file__).parents[1] / "examples" / "networks"

Stored = Mapping[str, Any]


def attention(lib: Library, x: Any, p: Stored) -> Any:
    queries = lib.einsum("zqd,ds,sgk->zgqk", x, p["Qa"], p["Qb"])
    keys = lib.einsum("ztd,du,ugk->zgtk", x, p["Ka"], p["Kb"])
    scores = lib.exp(lib.einsum("zgqk,zgtk->zgqt", queries, keys) / sqrt(32 // 4))
    weights = scores / lib.einsum("zgqt->zgq", scores)[..., None]
    return lib.einsum("zgqt,ztd,dgk,gke->zqe", weights, x, p["V"], p["O"])


def btt(lib: Library, x: Any, p: Stored) -> Any:
    return lib.einsum("zpq,qpus,uqsv->zuv", x.reshape(-1, 16, 32), p["L"], p["R"]).reshape(-1, 512)


def cp(lib: Library, x: Any, p: Stored) -> Any:
    factors = [p[name] for name in ("A.0", "A.1", "A.2", "B.0", "B.1", "B.2")]
    return lib.einsum("zabc,ar,br,cr,Ar,Br,Cr->zABC", x.reshape(-1, 8, 8, 8), *factors).reshape(-1, 512)


def mpo(lib: Library, x: Any, p: Stored) -> Any:
    cores = [p[name] for name in ("A.0", "A.1", "A.2")]
    return lib.einsum("zabc,aAr,rbBs,scC->zABC", x.reshape(-1, 8, 8, 12), *cores).reshape(-1, 3072) + p["bias"]


def mlp_block(lib: Library, x: Any, p: Stored) -> Any:
    centred = x - x.mean(-1)[:, None]
    normal = centred / ((centred * centred).mean(-1)[:, None] + 1e-5) ** 0.5
    up = [p[f"up.A.{k}"] for k in range(3)]
    down = [p[f"down.A.{k}"] for k in range(3)]
    wide = lib.einsum("zabc,aAr,rbBs,scC->zABC", (normal * p["gain"]).reshape(-1, 4, 4, 4), *up)
    wide = wide.reshape(-1, 256) + p["up.bias"]
    wide = 0.5 * wide * (1 + lib.erf(wide / sqrt(2)))
    narrow = lib.einsum("zabc,aAr,rbBs,scC->zABC", wide.reshape(-1, 4, 8, 8), *down)
    return x + narrow.reshape(-1, 64) + p["down.bias"]


def mps_classifier(lib: Library, x: Any, p: Stored) -> Any:
    state = lib.einsum("zf,fr->zr", x[:, 0], p["First"])
    for k in range(1, 15):
        state = lib.einsum("zr,zf,rfs->zs", state, x[:, k], p["Core"])
    return lib.einsum("zr,zf,rfc->zc", state, x[:, 15], p["Last"])


def peps(lib: Library, x: Any, p: Stored) -> Any:
    equation = (
        "zabcdefghi,"
        "jla,jkmb,knc,"  # T[0,0], T[0,1], T[0,2]; bonds j k across, l m n down
        "olrd,opmseC,pntf,"  # T[1,0], Centre, T[1,2]; bonds o p across, r s t down
        "urg,uvsh,vti"  # T[2,0], T[2,1], T[2,2]; bonds u v across
        "->zC"
    )
    cores = ("T.0.0", "T.0.1", "T.0.2", "T.1.0", "Centre", "T.1.2", "T.2.0", "T.2.1", "T.2.2")
    return lib.einsum(equation, x.reshape(-1, *(2,) * 9), *(p[name] for name in cores))


def ring(lib: Library, x: Any, p: Stored) -> Any:
    cores = [p[name] for name in ("A.0", "A.1", "A.2")]
    return lib.einsum("zabc,raAs,sbBt,tcCr->zABC", x.reshape(-1, 4, 8, 4), *cores).reshape(-1, 256)


def tree(lib: Library, x: Any, p: Stored) -> Any:
    equation = "zabcdefgh,iab,jcd,kef,lgh,mij,nkl,mnC->zC"
    cores = ("Leaf.0", "Leaf.1", "Leaf.2", "Leaf.3", "Node.1.0", "Node.1.1", "Root")
    return lib.einsum(equation, x.reshape(-1, *(3,) * 8), *(p[name] for name in cores))


def tucker(lib: Library, x: Any, p: Stored) -> Any:
    factors = [p[name] for name in ("U.0", "U.1", "G", "V.0", "V.1")]
    return lib.einsum("zab,as,bt,stuv,uA,vB->zAB", x.reshape(-1, 8, 8), *factors).reshape(-1, 60)


def uneven(lib: Library, x: Any, p: Stored) -> Any:
    cores = [p[name] for name in ("First", "Mid.1", "Mid.2", "Mid.3", "Last")]
    rows = lib.einsum("zabc,Ar,raBs,sbCt,tcDu,uE->zABCDE", x.reshape(-1, 4, 6, 5), *cores)
    return rows.reshape(-1, 144)


FORMULAS: dict[str, tuple[Formula, tuple[int, ...]]] = {
    "attention": (attention, (5, 32)),
    "btt": (btt, (512,)),
    "cp": (cp, (512,)),
    "mlp_block": (mlp_block, (64,)),
    "mpo": (mpo, (768,)),
    "mps_classifier": (mps_classifier, (16, 2)),
    "peps": (peps, (2**9,)),
    "ring": (ring, (128,)),
    "tree": (tree, (3**8,)),
    "tucker": (tucker, (64,)),
    "uneven": (uneven, (120,)),
}
"""For each example its formula at the default parameters, and the shape of one row of its input."""

COUNTS = {
    "attention": 2 * (32 * 6 + 6 * 32) + 2 * 32 * 32,
    "btt": 16 * 32 * 32 * 2 + 32 * 32 * 2 * 16,
    "cp": 12 * 6 * 8,
    "mlp_block": 64 + 2 * (16 * 8 + 8 * 32 * 8 + 8 * 32) + 256 + 64,
    "mpo": 8 * 12 * 16 + 16 * 8 * 16 * 16 + 16 * 12 * 16 + 3072,
    "mps_classifier": 2 * 6 + 6 * 2 * 6 + 6 * 2 * 10,
    "peps": 4 * 2**3 + 4 * 2**4 + 2**5 * 4,
    "ring": 25 * 3 * 32,
    "tree": 4 * 4 * 10 + 2 * 4**3 + 4 * 4 * 9,
    "tucker": 4 * (8 + 8 + 6 + 10) + 4**4,
    "uneven": 2 * 6 + 6 * 4 * 3 * 6 + 6 * 6 * 4 * 6 + 6 * 5 * 3 * 6 + 6 * 2,
}

LINEAR = ("btt", "cp", "mpo", "peps", "ring", "tree", "tucker", "uneven")
"""The examples that are linear maps of one input."""


def test_every_example_has_a_formula() -> None:
    assert sorted(path.stem for path in NETWORKS.glob("*.tn")) == sorted(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
def test_agrees_with_the_einsum_written_by_hand(name: str) -> None:
    formula, shape = FORMULAS[name]
    compiled = compiled_once(NETWORKS / f"{name}.tn")
    assert not compiled.warnings
    assert_follows(compiled, formula, np.random.default_rng(3).standard_normal((3, *shape)))


@pytest.mark.parametrize("name", FORMULAS)
def test_parameter_count(name: str) -> None:
    compiled = compiled_once(NETWORKS / f"{name}.tn")
    assert compiled.report().parameter_count == COUNTS[name]
    assert sum(parameter.numel() for parameter in compiled.module().parameters()) == COUNTS[name]


@pytest.mark.parametrize("name", LINEAR)
def test_output_has_the_variance_of_the_input(name: str) -> None:
    compiled = compiled_once(NETWORKS / f"{name}.tn")
    shape = FORMULAS[name][1]
    assert 0.8 <= root_mean_square(compiled, lambda: torch.randn(4, *shape)) <= 1.25


def test_row_counts_change_nothing_but_the_plan() -> None:
    x = torch.randn(7, 768, dtype=torch.float64)
    modules = [tncc.compile(NETWORKS / "mpo.tn", batch=(rows,)).module(dtype=torch.float64) for rows in (1, 4096)]
    modules[1].load_state_dict(modules[0].state_dict())
    torch.testing.assert_close(modules[0](x), modules[1](x))


def test_mlp_block_has_submodules_of_its_own() -> None:
    keys = set(tncc.compile(NETWORKS / "mlp_block.tn").module().state_dict())
    assert keys == {"gain", *(f"{layer}.{key}" for layer in ("up", "down") for key in ("A.0", "A.1", "A.2", "bias"))}
