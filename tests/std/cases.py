"""The standard library's networks at small sizes, each as one einsum written out by hand, with its parameter count.

Capitals are output legs, `z` is the row; letters from `r` on are mostly bonds. An operand `x.1.2` is the feature vector
of that site.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from tests.formula import Library


@dataclass(frozen=True)
class Case:
    """A network with values for its parameters, the shape of one row of `x` as the equation sees it, the equation."""

    file: str
    values: Mapping[str, object]
    shape: tuple[int, ...]
    equation: str
    operands: tuple[str, ...]
    count: int

    @property
    def name(self) -> str:
        return f"{self.file}-{'-'.join(str(value) for value in self.values.values())}".replace(" ", "")

    def formula(self, library: Library, x: Any, stored: Mapping[str, Any]) -> Any:
        """The output for the input as the module takes it."""
        rows = x.reshape((x.shape[0], *self.shape))
        arrays = [_operand(name, rows, stored) for name in self.operands]
        result = library.einsum(self.equation, *arrays).reshape((x.shape[0], -1))
        return result + stored["bias"] if "bias" in stored else result


def _operand(name: str, rows: Any, stored: Mapping[str, Any]) -> Any:
    if name == "x":
        return rows
    if name.startswith("x."):
        return rows[(slice(None), *(int(part) for part in name.split(".")[1:]))]
    return stored[name]


def linear(
    file: str, ins: tuple[int, ...], outs: tuple[int, ...], equation: str, operands: str, count: int, **values: object
) -> Case:
    """A linear layer; `count` leaves out the bias."""
    biased = prod(outs) if values.get("use_bias", True) else 0
    shape = (prod(ins),) if equation.startswith("zi,") else ins
    return Case(
        file, {"ins": ins, "outs": outs, **values}, shape, equation, ("x", *operands.split()), count + biased
    )  # fmt: skip


def classifier(
    file: str, grid: tuple[int, ...], leaf: int, equation: str, operands: str, count: int, **values: object
) -> Case:
    """A classifier of feature vectors; the operands begin with those of all sites, in order."""
    places = [""]
    for size in grid:
        places = [f"{place}.{position}" for place in places for position in range(size)]
    vectors = tuple(f"x{place}" for place in places)
    return Case(
        file, {"leaf": leaf, **values}, (*grid, leaf), equation, (*vectors, *operands.split()), count
    )  # fmt: skip


LINEAR = (
    linear("std.dense", (2, 3), (4,), "zi,oi->zo", "weight", 24),
    linear("std.dense", (5,), (2, 2, 3), "zi,oi->zo", "weight", 60, use_bias=False),
    linear("std.low_rank", (3, 4), (2, 5), "zi,ri,or->zo", "down up", 3 * (12 + 10), rank=3),
    linear("std.low_rank", (2,), (3, 4), "zi,ri,or->zo", "down up", 2 * (2 + 12), rank=100, use_bias=False),
    linear("std.mpo", (3,), (4,), "za,aA->zA", "A.0", 12, chi=5),
    linear("std.mpo", (2, 3), (3, 2), "zab,aAr,rbB->zAB", "A.0 A.1", 2 * 3 * 4 + 4 * 3 * 2, chi=4),
    linear(
        "std.mpo", (2, 3, 2, 2), (2, 1, 3, 2), "zabcd,aAr,rbBs,scCt,tdD->zABCD", "A.0 A.1 A.2 A.3",
        2 * 2 * 4 + 4 * 3 * 1 * 5 + 5 * 2 * 3 * 4 + 4 * 2 * 2, chi=5, use_bias=False,
    ),
    linear("std.ring", (2, 3), (3, 2), "zab,raAs,sbBr->zAB", "A.0 A.1", 9 * (6 + 6), chi=3),
    linear(
        "std.ring", (2, 3, 2), (1, 2, 4), "zabc,raAs,sbBt,tcCr->zABC", "A.0 A.1 A.2", 4 * (2 + 6 + 8), chi=2,
        use_bias=False,
    ),
    linear("std.tucker", (3, 4), (5,), "zab,ar,bs,rst,tA->zA", "U.0 U.1 G V.0", 8 + 2 * (3 + 4 + 5), rank=2),
    linear(
        "std.tucker", (2,), (3, 4), "za,ar,rst,sA,tB->zAB", "U.0 G V.0 V.1", 2 * 3 * 4 + 2 * 2 + 3 * 3 + 4 * 4,
        rank=9, use_bias=False,
    ),
    linear("std.cp", (3, 4), (2, 5), "zab,ar,br,Ar,Br->zAB", "A.0 A.1 B.0 B.1", 6 * (3 + 4 + 2 + 5), rank=6),
    linear("std.cp", (2,), (3,), "za,ar,Ar->zA", "A.0 B.0", 2 * (2 + 3), rank=50, use_bias=False),
    linear("std.kronecker", (2, 3), (3, 2), "zab,rAa,rBb->zAB", "A.0 A.1", 6 + 6),
    linear("std.kronecker", (2, 2), (1, 2), "zab,rAa,rBb->zAB", "A.0 A.1", 2 * (2 + 4), rank=9),
    linear(
        "std.kronecker", (2, 3, 2), (2, 2, 3), "zabc,rAa,rBb,rCc->zABC", "A.0 A.1 A.2", 3 * (4 + 6 + 6), rank=3,
        use_bias=False,
    ),
    linear("std.btt", (3,), (4,), "za,Aa->zA", "A.0", 12, chi=2),
    linear("std.btt", (2, 3), (3, 4), "zab,Aabr,rABb->zAB", "A.0 A.1", 3 * 2 * 3 * 2 + 2 * 3 * 4 * 3, chi=9),
    linear(
        "std.btt", (2, 3, 2), (3, 2, 2), "zabc,Aabcr,rABbcs,sABCc->zABC", "A.0 A.1 A.2",
        3 * 2 * 3 * 2 * 2 + 2 * 3 * 2 * 3 * 2 * 2 + 2 * 3 * 2 * 2 * 2, chi=3, use_bias=False,
    ),
    linear("std.hierarchical", (3,), (4,), "za,aA->zA", "Leaf.0", 12, chi=5),
    linear("std.hierarchical", (2, 3), (3, 2), "zab,raA,sbB,rs->zAB", "Leaf.0 Leaf.1 Node.1", 24 + 24 + 16, chi=4),
    linear(
        "std.hierarchical", (2, 2, 3), (2, 1, 2), "zabc,raA,sbB,tcC,ur,ust->zABC",
        "Leaf.0 Leaf.1 Leaf.2 Node.1 Node.2", 4 * 4 + 2 * 2 + 5 * 6 + 4 * 4 + 4 * 2 * 5, chi=5, use_bias=False,
    ),
    linear(
        "std.hierarchical", (2, 2, 2, 2, 2), (1, 2, 1, 2, 1), "zabcde,saA,tbB,ucC,vdD,weE,pq,prs,qtu,rvw->zABCDE",
        "Leaf.0 Leaf.1 Leaf.2 Leaf.3 Leaf.4 Node.1 Node.2 Node.3 Node.4",
        2 * 2 + 3 * 4 + 2 * 2 + 3 * 4 + 2 * 2 + 3 * 3 + 3 * 3 * 2 + 3 * 3 * 2 + 3 * 3 * 2, chi=3,
    ),
    linear(
        "std.block_term", (2, 3), (3, 2), "zab,naAr,nbBs,nrs->zAB", "A.0 A.1 G", 2 * (9 + 6 * 3 + 6 * 3), blocks=2,
        rank=3,
    ),
    linear(
        "std.block_term", (2, 2, 3), (2, 3, 1), "zabc,naAr,nbBs,ncCt,nrst->zABC", "A.0 A.1 A.2 G",
        3 * (8 + 4 * 2 + 6 * 2 + 3 * 2), blocks=3, rank=2, use_bias=False,
    ),
)  # fmt: skip

CLASSIFIERS = (
    classifier("std.mps", (2,), 3, "za,zb,ar,rbc->zc", "A.0 Centre", 3 * 3 + 3 * 3 * 4, sites=2, chi=9, classes=4),
    classifier(
        "std.mps", (5,), 2, "za,zb,zd,ze,zf,ar,rbs,sdtc,teu,uf->zc", "A.0 A.1 Centre A.3 A.4",
        2 * 2 + 2 * 2 * 3 + 3 * 2 * 3 * 3 + 3 * 2 * 2 + 2 * 2, sites=5, chi=3, classes=3,
    ),
    classifier("std.tree", (2,), 3, "za,zb,abc->zc", "Root", 3 * 3 * 2, levels=1, chi=4, classes=2),
    classifier(
        "std.tree", (4,), 2, "za,zb,zd,ze,rab,sde,rsc->zc", "Node.1.0 Node.1.1 Root", 2 * 3 * 2 * 2 + 3 * 3 * 4,
        levels=2, chi=3, classes=4,
    ),
    classifier(
        "std.tree", (8,), 2, "za,zb,zd,ze,zf,zg,zh,zi,jab,kde,lfg,mhi,njk,olm,noc->zc",
        "Node.2.0 Node.2.1 Node.2.2 Node.2.3 Node.1.0 Node.1.1 Root", 4 * 4 * 2 * 2 + 2 * 5 * 4 * 4 + 5 * 5 * 2,
        levels=3, chi=5, classes=2,
    ),
    classifier(
        "std.peps", (2, 2), 3, "za,zb,zd,ze,rsa,rtb,usd,utec->zc", "T.0.0 T.0.1 T.1.0 Centre",
        3 * (2 * 2 * 3) + 2 * 2 * 3 * 2, rows=2, cols=2, chi=2, classes=2,
    ),
    classifier(
        "std.peps", (1, 3), 2, "za,zb,zd,ra,rsbc,sd->zc", "T.0.0 Centre T.0.2", 3 * 2 + 3 * 3 * 2 * 2 + 3 * 2,
        rows=1, cols=3, chi=3, classes=2,
    ),
    classifier(
        "std.peps", (3, 2), 2, "za,zb,zd,ze,zf,zg,rua,rvb,suwd,svyec,twf,tyg->zc",
        "T.0.0 T.0.1 T.1.0 Centre T.2.0 T.2.1", 4 * 2 * 2 * 2 + 2**3 * 2 + 2**3 * 2 * 3, rows=3, cols=2, chi=2,
        classes=3,
    ),
    classifier(
        "std.mera", (4,), 2, "za,zb,zd,ze,ijbd,klea,lim,jkn,mnc->zc",
        "U.0.0 U.0.1 W.0.0 W.0.1 Top", 2 * 2**4 + 2 * 2**2 * 3 + 3**2 * 2,
        levels=2, chi=3, classes=2,
    ),
    classifier(
        "std.mera", (8,), 2,
        "za,zb,zd,ze,zf,zg,zh,zi,BDbd,EFef,GHgh,IAia,ABj,DEk,FGl,HIm,KLkl,MJmj,JKn,LMo,noc->zc",
        "U.0.0 U.0.1 U.0.2 U.0.3 "
        "W.0.0 W.0.1 W.0.2 W.0.3 "
        "U.1.0 U.1.1 W.1.0 W.1.1 Top",
        4 * (2**4 + 2**2 * 3) + 2 * (3**4 + 3**2 * 3) + 3**2 * 2, levels=3, chi=3, classes=2,
    ),
)  # fmt: skip
