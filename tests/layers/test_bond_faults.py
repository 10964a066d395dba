"""What users do wrong at bonds gets a diagnostic with the numbers, and leaves the layer as it was."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import tncc
from tests.diagnostics.outside import BOND_KINDS
from tncc.cli import main

pytestmark = pytest.mark.usefixtures("quick_plans")

PAIR = """
network Pair() {
  index i: 4; index o: 4; bond r: 3; bond s: 2
  input x[..., i]
  tensor A[i, r]
  tensor B[r, s]
  tensor C[s, o]
  output y[..., o] = x * A * B * C
}"""

MADE: dict[str, Any] = {}


def layer(text: str = PAIR, **values: Any) -> Any:
    """A fresh layer; what it was compiled to is kept."""
    key = f"{text}{values}"
    if key not in MADE:
        compile = tncc.compile if text.startswith("std.") else tncc.compile_text
        MADE[key] = compile(text, batch=(2,), **values)
    return MADE[key].module(dtype=torch.float64)


def edited(*changes: tuple[str, str]) -> Any:
    text = PAIR
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return layer(text)


def refused(made: Any, call: Callable[[Any], object], code: str, *shown: str) -> None:
    """The call fails with one diagnostic, and shapes, values and results are those before."""
    before = {name: tensor.clone() for name, tensor in made.state_dict().items()}
    kind, sizes = type(made), made.network
    with pytest.raises(tncc.CompileError) as error:
        call(made)
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.code == code
    for text in shown:
        assert text in str(error.value)
    assert type(made) is kind and made.network is sizes
    torch.testing.assert_close(made.state_dict(), before, equal_nan=True)


X = torch.randn(3, 4, dtype=torch.float64)

CASES: list[tuple[str, Callable[[Any], object], tuple[str, ...]]] = [
    ("TN420", lambda m: m.canonical_("q"), ("no bond `q`", "the bonds are `r`, `s`", "canonical_('q')")),
    ("TN420", lambda m: m.truncate_("R", size=1), ("no bond `R`", "rename to `r`")),
    ("TN420", lambda m: m(X, taps=["i"]), ("`i` is an index",)),
    ("TN420", lambda m: m.hook_("rr", torch.relu), ("rename to `r`",)),
    ("TN420", lambda m: m.grow_("r[1]", 9), ("no bond `r[1]`",)),
    ("TN423", lambda m: m.truncate_("r"), ("size 3", "give either")),
    ("TN423", lambda m: m.truncate_("r", size=2, error=0.1), ("give either",)),
    ("TN423", lambda m: m.truncate_("r", size=4), ("`4` is no size to cut down to for `r`, which has size 3", "grow_")),
    ("TN423", lambda m: m.truncate_("r", size=0), ("from 1 to 3",)),
    ("TN423", lambda m: m.truncate_("r", size=2.0), ("`2.0`",)),
    ("TN423", lambda m: m.truncate_("r", error=1.0), ("from 0 to 1",)),
    ("TN423", lambda m: m.truncate_("r", error=float("nan")), ("`nan`",)),
    ("TN423", lambda m: m.truncate_("r", error="1%"), ("`1%`",)),
    ("TN423", lambda m: m.grow_("r", 2), ("from 3 on", "truncate_")),
    ("TN423", lambda m: m.grow_("r", True), ("`True`",)),
    ("TN428", lambda m: hooked(m, lambda value: value.sum()), ("shape ()", "shape (3, 3)")),
    ("TN428", lambda m: hooked(m, lambda value: "no"), ("`str`",)),
    ("TN428", lambda m: hooked(m, lambda value: value.float()), ("`float32`", "`float64`")),
    ("TN428", lambda m: hooked(m, lambda value: value.long()), ("`int64`",)),
    ("TN428", lambda m: hooked(m, lambda value: value.to("meta")), ("`meta`", "`cpu`")),
    ("TN423", lambda m: m.grow_("r", 2**70), ("numbers then",)),
]


def hooked(made: Any, function: Any) -> None:
    with made.hook_("r", function):
        made(X)


@pytest.mark.parametrize(("code", "call", "shown"), CASES)
def test_what_is_asked_for(code: str, call: Callable[[Any], object], shown: tuple[str, ...]) -> None:
    refused(layer(), call, code, *shown)


def test_no_tree() -> None:
    ring = layer("std.ring", ins=(2, 2), outs=(2, 2), chi=2)
    refused(ring, lambda m: m.canonical_("r[1]"), "TN421", "closes a loop")
    refused(ring, lambda m: m.truncate_("r[0]", size=1), "TN421", "closes a loop")
    cp = layer("std.cp", ins=(2, 2), outs=(2, 2), rank=3)
    refused(cp, lambda m: m.canonical_("r"), "TN421", "joins `A[0]`, `A[1]`, `B[0]`")
    shared = edited(("A * B * C", "A * B * C + x * A * D"), ("tensor B[r, s]", "tensor B[r, s]\n  tensor D[r, o]"))
    refused(shared, lambda m: m.canonical_("s"), "TN421", "`A` is used outside of the product too")
    refused(shared, lambda m: m.canonical_("r"), "TN421", "joined in different ways in")
    frozen = edited(("tensor C[s, o]", "tensor C[s, o] frozen"))
    refused(frozen, lambda m: m.canonical_("r"), "TN421", "`C` is frozen")
    staged = edited(("output", "h[..., s] = tanh(x * A * B)\n  output"), ("= x * A * B * C", "= h * C"))
    refused(staged, lambda m: m.canonical_("s"), "TN421", "not two stored tensors", "tree: `r`")
    kept = edited(("output y[..., o] =", "output y[..., o, r] ="))
    refused(kept, lambda m: m.canonical_("r"), "TN421", "is kept in the result")
    twice = layer("network N() { index i: 2; bond r: 2; bond s: 2\n input x[..., i]\n tensor A[i, r]\n tensor B[2, 2]\n"
                  "output y[...] = x * A * B[r, s] * B[s, 0] }")  # fmt: skip
    refused(twice, lambda m: m.canonical_("r"), "TN421", "`B` stands several times")
    part = edited(("tensor B[r, s]", "tensor B[r, s, 3]"), ("A * B * C", "A * B[r, s, 1] * C"))
    refused(part, lambda m: m.canonical_("r"), "TN421", "only a part of `B`")
    mixed = edited(("tensor B[r, s]", "tensor B[r, s] complex"))
    refused(mixed, lambda m: m.truncate_("r", size=1), "TN421", "`C` is real and `B` is complex")
    assert set(mixed.spectrum()) == {"r", "s"} and mixed.grow_("r", 4).A.shape == (4, 4)
    delta = edited(("bond s: 2", "bond s: 3"), ("tensor B[r, s]", "tensor B[r, s] copy"))
    refused(delta, lambda m: m.canonical_("r"), "TN421", "copy tensor")


def test_no_other_size() -> None:
    frozen = edited(("tensor C[s, o]", "tensor C[s, o] frozen"))
    refused(frozen, lambda m: m.grow_("s", 5), "TN422", "`C` is frozen")
    kept = edited(("output y[..., o] =", "output y[..., o, r] ="))
    refused(kept, lambda m: m.grow_("r", 5), "TN422", "the output `y` has it")
    for function in ("softmax[s]", "log"):
        over = edited(("output", f"h[..., s] = {function}(x * A * B)\n  output"), ("= x * A * B * C", "= h * C"))
        refused(over, lambda m: m.grow_("s", 5), "TN422")
    given = edited(("input x[..., i]", "input x[..., i]\n  input z[s]"), ("B * C", "B * C * z"))
    refused(given, lambda m: m.grow_("s", 5), "TN422", "`z` is an input")
    alone = edited(("A * B * C", "x[..., s] * C"), ("x[..., i]", "x[..., s]"), ("= x *", "="))
    refused(alone, lambda m: m.grow_("s", 5), "TN422")
    diagonal = edited(("tensor B[r, s]", "tensor B[3, 3, s]"), ("A * B * C", "A * B[r, r, s] * C"))
    refused(diagonal, lambda m: m.grow_("r", 5), "TN422", "several axes")
    written = edited(("tensor B[r, s]", "tensor B[3, s]"), ("A * B * C", "A * B[r, s] * C"))
    before = written.state_dict()
    with pytest.raises(tncc.CompileError):
        written.grow_("r", 5)
    torch.testing.assert_close(written.state_dict(), before)


def test_no_values() -> None:
    made = layer()
    with torch.no_grad():
        made.B[0, 0] = float("nan")
    for call in (lambda m: m.spectrum(), lambda m: m.canonical_("r"), lambda m: m.truncate_("s", size=1),
                 lambda m: m.grow_("r", 5)):  # fmt: skip
        refused(made, call, "TN424", "`B` holds NaN or infinity")
    with pytest.raises(tncc.CompileError, match="meta device"):
        layer().to("meta").spectrum()
    parametrized = layer()
    torch.nn.utils.parametrize.register_parametrization(parametrized, "A", torch.nn.Identity())
    with pytest.raises(tncc.CompileError, match="remove its parametrization"):
        parametrized.truncate_("r", size=1)
    assert set(parametrized.spectrum()) == {"r", "s"}


def test_no_usable_state() -> None:
    made = layer()
    optimizer = torch.optim.LBFGS(made.parameters(), max_iter=3)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = made(X).square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    refused(made, lambda m: m.grow_("r", 4, optimizer=optimizer), "TN425", "such as Adam")
    refused(made, lambda m: m.truncate_("r", size=1, optimizer=optimizer), "TN425")
    # Past steps of all parameters are kept with the first, here one that does not change.
    aside = torch.nn.Parameter(torch.ones(2, dtype=torch.float64))
    optimizer = torch.optim.LBFGS([aside, *made.parameters()], max_iter=3)
    optimizer.step(closure)
    refused(made, lambda m: m.grow_("r", 4, optimizer=optimizer), "TN425", "of several parameters")
    factored = torch.optim.Adafactor(made.parameters())
    made(X).sum().backward()
    factored.step()
    refused(made, lambda m: m.grow_("r", 4, optimizer=factored), "TN425", "row_var")


def test_no_activation() -> None:
    stage = edited(("output", "W[i, s] = A * B\n  output"), ("= x * A * B * C", "= x * W * C"))
    refused(stage, lambda m: m(X, taps=["r"]), "TN426", "no input comes into `W`")
    refused(stage, lambda m: m.bond_axes("r"), "TN426")
    kept = edited(("output y[..., o] =", "output y[..., o, r] ="))
    refused(kept, lambda m: m.hook_("r", torch.relu), "TN426", "no product of two tensors sums over it")
    twice = edited(("A * B * C", "A * B * C + x * A * D"), ("tensor B[r, s]", "tensor B[r, s]\n  tensor D[r, o]"))
    refused(twice, lambda m: m(X, taps=["r"]), "TN426", "both sum over it", "bond of its own")
    assert set(twice(X, taps=["s"])[1]) == {"s"}


def test_hooks_apart() -> None:
    tucker = layer("std.tucker", ins=(2, 2), outs=(2, 2), rank=2)
    tucker.hook_("s[0]", torch.relu)
    refused(tucker, lambda m: m.hook_("s[1]", torch.relu), "TN427", "neither lies behind the other")
    tucker.hook_("t[0]", torch.relu)
    assert tucker(X, taps=["s[1]", "t[0]"])[0].shape == (3, 4)


def test_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["tncc", "inspect", str(tmp_path / "none.safetensors")])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1 and "TN429" in capsys.readouterr().err


def test_every_kind_is_caused_here() -> None:
    assert set(re.findall(r"TN4\d\d", Path(__file__).read_text(encoding="utf-8"))) >= BOND_KINDS
