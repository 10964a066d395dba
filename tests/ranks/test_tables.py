"""What a plan says to people."""

from tncc.ranks.budget import read_budget
from tncc.ranks.curves import Curve, Rung
from tncc.ranks.plan import RankPlan, make_plan


def plan(parameters: str) -> RankPlan:
    """Two layers with three rungs each."""
    rungs = tuple(Rung(bonds={"r": size}, parameters=40 * size, error=1 / size) for size in (1, 2, 3))
    curves = [
        Curve(path=path, layer="Linear", network="LowRank", in_features=10, out_features=10, parameters_before=before,
              flops_before=200.0, method="singular values", rungs=rungs)
        for path, before in (("a.b", 100), ("a.c", 110))
    ]  # fmt: skip
    return make_plan("rules.tn", "Small", "weights", 1000, curves, read_budget(parameters, None, None))


def test_the_tables() -> None:
    assert (
        plan("80%").text(120)
        == """\
Ranks for Small in rules.tn, parameters 80%
 layer  network  sizes  parameters  share  error
 ───────────────────────────────────────────────
 a.b    LowRank  r = 2          80  80.0%  0.500
 a.c    LowRank  r = 2          80  72.7%  0.500
 all                           160  76.2%  0.500
  The whole model has 950 of 1,000 parameters then (95.0%).
  Errors are those of the weights, relative to them. That of all is the root of their mean square.
  The loss is 0.500; no choice of these sizes within the budget has less than 0.472.

Sensitivity of the layers
 layer  5%  10%  25%   50%    75%   100%  rungs
 ──────────────────────────────────────────────
 a.b     –    –    –  1.00   1.00  0.500      3
 a.c     –    –    –  1.00  0.500  0.500      3
  Each layer's least error at shares of its own parameters; – where its network has more.

The whole model
 share allowed  parameters  error
 ────────────────────────────────
           40%          80   1.00
           50%          80   1.00
           60%         120  0.791
           70%         120  0.791
           80%         160  0.500
           90%         160  0.500
          100%         200  0.425
  The least error within each share of the parameters.
"""
    )


def test_layers_that_grow_are_named() -> None:
    assert "2 layers would have more parameters than now" not in plan("80%").text()
    assert "1 layer would have more parameters than now: `keep` a.b." in plan("100%").text()
    assert plan("240").markdown().count("2 layers would have more parameters than now: `keep` a.b.") == 1
