"""What `tncc bench` says: times as measured, beside those predicted."""

from decimal import Decimal
from statistics import median
from typing import Literal, TypeAlias

from tncc.report.document import Cell, Column, Section
from tncc.report.fields import Fields
from tncc.report.figures import count, microseconds, percent_text, significant
from tncc.report.markdown import render_markdown
from tncc.report.terminal import render_text

COLUMNS = (
    Column("rows", number=True),
    Column("mode"),
    *(
        Column(title, number=True)
        for title in ("predicted", "measured", "ratio", "as it runs", "dense", "dense / ours")
    ),
)

FAR = 0.35
"""A prediction that is further off than this share is pointed out."""


Mode: TypeAlias = Literal["eval", "forward", "training"]


class Timing(Fields):
    """One mode at one number of rows.

    `predicted_us` and `measured_us` are those of the PyTorch plan, `layer_us` is what a layer takes as it is made,
    which may run C kernels. `predicted_us` is null for training without a plan, `layer_us` where there are no kernels,
    `dense_us` without a dense layer to compare with.
    """

    rows: int
    mode: Mode
    predicted_us: float | None
    measured_us: float
    layer_us: float | None = None
    dense_us: float | None


class Timings(Fields):
    """All times of a network's module; `machine` is the profile that predictions come from."""

    network: str
    file: str
    machine: str
    threads: int
    timings: tuple[Timing, ...]

    @property
    def median_error(self) -> float | None:
        """The median of how far predictions are off, as a share of what was measured; None without predictions."""
        errors = [abs(t.predicted_us / t.measured_us - 1) for t in self.timings if t.predicted_us is not None]
        return median(errors) if errors else None

    def text(self, width: int = 100, colour: bool = False) -> str:
        """A table for a terminal."""
        return render_text(self._sections(), width, colour)

    def markdown(self) -> str:
        """The same as Markdown."""
        return render_markdown(self._sections())

    def _sections(self) -> tuple[Section, ...]:
        threads = "one thread" if self.threads == 1 else f"{self.threads} threads"
        notes = [f"Measured in single precision with {threads}; predicted by the profile `{self.machine}`."]
        if any(timing.layer_us is not None for timing in self.timings):
            notes.append("Predicted and measured are the PyTorch plan; as it runs, a layer may use C kernels.")
        error = self.median_error
        if error is not None:
            notes.append(f"The ratio is predicted to measured; the median error is {percent_text(error)}.")
        rows = tuple(map(_row, self.timings))
        return (Section(f"times of {self.network}", columns=COLUMNS, rows=rows, notes=tuple(notes)),)


def _row(timing: Timing) -> tuple[Cell, ...]:
    predicted, dense, layer = timing.predicted_us, timing.dense_us, timing.layer_us
    best = timing.measured_us if layer is None else layer
    off = None if predicted is None else predicted / timing.measured_us
    return (
        Cell(count(timing.rows), tone="strong"),
        Cell({"eval": "eval()", "forward": "gradients off", "training": "forward + backward"}[timing.mode]),
        Cell("" if predicted is None else microseconds(predicted)),
        Cell(microseconds(timing.measured_us), tone="strong"),
        Cell("" if off is None else _times(off), tone="plain" if off is None or abs(off - 1) <= FAR else "strong"),
        Cell("" if layer is None else microseconds(layer), tone="strong"),
        Cell("" if dense is None else microseconds(dense)),
        Cell("" if dense is None else _times(dense / best)),
    )


def _times(value: float) -> str:
    return f"{significant(Decimal(f'{value:.3g}'))}x"
