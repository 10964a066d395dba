"""The networks of the suite, each compiled from a standard-library file or from a text of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import tncc
from tncc.driver import Compiled

EXAMPLES = Path(__file__).parents[2] / "examples" / "networks"

ROWS = (1, 8, 32, 256, 2048)
"""The row counts that every network is compiled for and measured at."""

UNIFORM_MPS = """
network UMPS(n: int = 64, chi: int = 8, classes: int = 10) {
  index f[k in 0..n]: 2
  index c: classes
  bond  r[k in 1..n]: chi
  input  x[..., n, 2]
  tensor First[f[0], r[1]]
  tensor Core[chi, 2, chi]
  tensor Last[r[n-1], f[n-1], c]
  output y[..., c] = x[..., 0, f[0]] * First
    * prod(k in 1..n-1: x[..., k, f[k]] * Core[r[k], f[k], r[k+1]]) * x[..., n-1, f[n-1]] * Last
}
"""

TWO_CORE_BTT = """
network BTT(a: int = 32, b: int = 32, c: int = 32, d: int = 32, chi: int = 2) {
  index p: a;  index q: b;  index u: c;  index v: d
  bond  s: chi
  input  x[..., (p q)]
  tensor L[q, p, u, s]
  tensor R[u, q, s, v]
  output y[..., (u v)] = x * L * R
}
"""


@dataclass(frozen=True)
class Core:
    """How a core of a plain form is had from one of the compiled form: its axes permuted."""

    source: str
    order: tuple[int, ...]


@dataclass(frozen=True)
class PlainForm:
    """The same map written without copy tensors, for peers that take an einsum equation."""

    text: str
    values: Mapping[str, object]
    cores: Mapping[str, Core]


@dataclass(frozen=True)
class Case:
    """A network: its kind, a file of the standard library or a text, and the values of its parameters."""

    name: str
    kind: str
    program: str
    values: Mapping[str, object] = field(default_factory=dict)
    plain: PlainForm | None = None

    def compiled(self, rows: tuple[int, ...] = ROWS) -> Compiled:
        """The network as compiled for the row counts."""
        return _compiled(self.program, self.values, rows)

    def equation_source(self, compiled: Compiled) -> Compiled:
        """The form that the einsum equation is derived from."""
        return compiled if self.plain is None else _compiled(self.plain.text, self.plain.values, ROWS)


def _compiled(program: str, values: Mapping[str, object], rows: tuple[int, ...]) -> Compiled:
    make = tncc.compile_text if "\n" in program else tncc.compile
    return make(program, batch=rows, **values)


def _linear(name: str, kind: str, ins: tuple[int, ...], outs: tuple[int, ...], **values: int) -> Case:
    return Case(name, kind, f"std.{kind}", {"ins": ins, "outs": outs, **values, "use_bias": False})


def _btt(chi: int) -> Case:
    """`A[0]` lies as (u, p, q, s) and `A[1]` as (s, u, v, q)."""
    cores = {"L": Core("A[0]", (2, 1, 0, 3)), "R": Core("A[1]", (1, 3, 0, 2))}
    base = _linear(f"BTT 32·32→32·32 χ{chi}", "btt", (32, 32), (32, 32), chi=chi)
    return Case(base.name, base.kind, base.program, base.values, PlainForm(TWO_CORE_BTT, {"chi": chi}, cores))


def _cases() -> tuple[Case, ...]:
    uneven, cube = ((8, 8, 12), (12, 16, 16)), ((16,) * 3, (16,) * 3)
    return (
        _linear("MPO 4⁵→4⁵ χ8", "mpo", (4,) * 5, (4,) * 5, chi=8),
        *(_linear(f"MPO 8·8·12→12·16·16 χ{chi}", "mpo", *uneven, chi=chi) for chi in (16, 64)),
        *(_linear(f"MPO 16³→16³ χ{chi}", "mpo", *cube, chi=chi) for chi in (4, 16)),
        *(_linear(f"MPO 32²→32² χ{chi}", "mpo", (32, 32), (32, 32), chi=chi) for chi in (8, 32)),
        *(_linear(f"MPO 40²→80² χ{chi}", "mpo", (40, 40), (80, 80), chi=chi) for chi in (64, 256)),
        _linear("Tucker 8·8·12→12·16·16 rank 6", "tucker", *uneven, rank=6),
        *(_linear(f"CP 16³→16³ rank {rank}", "cp", *cube, rank=rank) for rank in (32, 128)),
        _linear("Ring 4·8·8·4→8·8·8·8 χ6", "ring", (4, 8, 8, 4), (8, 8, 8, 8), chi=6),
        *map(_btt, (1, 4)),
        Case("Tree 3 levels, leaves of 3", "tree", str(EXAMPLES / "tree.tn"), {"levels": 3, "leaf": 3}),
        Case("Uniform MPS, 64 sites of 2", "umps", UNIFORM_MPS),
    )


CASES = _cases()
QUICK = ("MPO 4⁵→4⁵ χ8", "MPO 16³→16³ χ4", "CP 16³→16³ rank 32", "BTT 32·32→32·32 χ1", "Tree 3 levels, leaves of 3")
"""The cases that a quick run is content with."""
