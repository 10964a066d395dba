"""The networks that the tests of the report share."""

from tests.ir.hand_built import Sizes, add, apply, at, auto, contract
from tests.report.hand_planned import left_to_right
from tncc.ir.network import Network
from tncc.ir.plan import Figures
from tncc.report.build import build_report
from tncc.report.model import Report

PEAK = 12345


def three_sites(chi: int = 16) -> Network:
    """A matrix product operator 8·8·12 -> 12·16·16 with a bias."""
    sizes = Sizes({"i[0]": 8, "i[1]": 8, "i[2]": 12, "o[0]": 12, "o[1]": 16, "o[2]": 16, "r[1]": chi, "r[2]": chi})
    std = (768 * chi * chi) ** (-1 / 6)
    tensors = [
        sizes.input("... (i[0] i[1] i[2])"),
        sizes.tensor("A[0]", "i[0] o[0] r[1]", auto(std)),
        sizes.tensor("A[1]", "r[1] i[1] o[1] r[2]", auto(std)),
        sizes.tensor("A[2]", "r[2] i[2] o[2]", auto(std)),
        sizes.tensor("bias", "(o[0] o[1] o[2])"),
    ]
    cores = ["A[0]: i[0] o[0] r[1]", "A[1]: r[1] i[1] o[1] r[2]", "A[2]: r[2] i[2] o[2]"]
    result = "... (o[0] o[1] o[2])"
    return sizes.network(
        tensors,
        [
            contract("y:1", result, "x: ... (i[0] i[1] i[2])", *cores, span=at(14)),
            add("y", result, f"y:1: {result}", "bias: (o[0] o[1] o[2])", span=at(14)),
        ],
        bonds="r[1] r[2]",
        values=(("ins", (8, 8, 12)), ("outs", (12, 16, 16)), ("chi", chi)),
        name="MPO",
        file="mpo.tn",
    )


def feed_forward() -> Network:
    """A block with a nonlinearity, a residual, an index summed by itself, and a tensor that nothing uses."""
    sizes = Sizes(d=64, h=256, r=8, q=3)
    return sizes.network(
        [
            sizes.input("... d"),
            sizes.tensor("gain", "d", "ones", role="frozen"),
            sizes.tensor("up.A[0]", "d r", auto(0.2)),
            sizes.tensor("up.A[1]", "r h q", auto(0.3)),
            sizes.tensor("down", "h d", auto(0.06)),
            sizes.tensor("idle", "h", auto(1.0)),
        ],
        [
            apply("z:1", "... d", "layernorm", "x: ... d", over="d", span=at(9)),
            contract("z", "... d", "z:1: ... d", "gain: d", span=at(9)),
            contract("a:1", "... h", "z: ... d", "up.A[0]: d r", "up.A[1]: r h q", span=at(10)),
            apply("a", "... h", "gelu", "a:1: ... h", span=at(10)),
            contract("y:1", "... d", "a: ... h", "down: h d"),
            add("y", "... d", "x: ... d", "y:1: ... d", coefficients=(1.0, -1.0), span=at(11)),
        ],
        bonds="r",
        values=(("depth", 1), ("widths", (64,)), ("name", "a|b"), ("shift", True)),
        name="FeedForward",
        file="block.tn",
    )


def report_on(network: Network, rows: tuple[int, ...] = (1, 32, 1024)) -> Report:
    schedules = tuple(left_to_right(network, one) for one in rows)
    return build_report(network, schedules, tuple(figures(one) for one in rows), (8,))


def figures(rows: int) -> Figures:
    """Figures in proportion to the rows; there is a plan for training below 1,000 of them."""
    trained = rows < 1000
    return Figures(
        peak_bytes=PEAK * rows,
        saved_bytes=3072 * rows if trained else None,
        training_peak_bytes=2 * PEAK * rows if trained else None,
        kept_bytes=9_437_184,
        predicted_us=12.3456 * rows,
        inference_us=6.78901 * rows,
        training_us=40.5 * rows if trained else None,
        variant=int(rows >= 8),
    )
