"""What `tncc inspect` says: the bonds of a model, what they carry, and how much of them is used."""

from decimal import Decimal

from tncc.report.document import Cell, Column, Section
from tncc.report.fields import Fields
from tncc.report.figures import count, shortened, significant
from tncc.report.markdown import render_markdown
from tncc.report.terminal import render_text

LONGEST_NAME = 40
MOST_TENSORS = 4

COLUMNS = (
    Column("bond"),
    Column("between"),
    *(Column(title, number=True) for title in ("size", "largest", "smallest", "entropy", "effective rank", "used")),
)


class BondFields(Fields):
    """A bond, and its singular values where it divides a tree of stored tensors in two; null where it does not.

    `entropy` is in nats, `effective_rank` its exponential, and `rank` counts the singular values that are larger than
    the threshold times the largest.
    """

    name: str
    size: int
    tensors: tuple[str, ...]
    singular_values: tuple[float, ...] | None = None
    entropy: float | None = None
    effective_rank: float | None = None
    rank: int | None = None


class Inspection(Fields):
    """All bonds of a network with its tensors as they are."""

    network: str
    file: str
    model: str
    parameter_count: int
    threshold: float
    bonds: tuple[BondFields, ...]

    def text(self, width: int = 100, colour: bool = False) -> str:
        """A table for a terminal."""
        return render_text(self._sections(), width, colour)

    def markdown(self) -> str:
        """The same as Markdown."""
        return render_markdown(self._sections())

    def _sections(self) -> tuple[Section, ...]:
        title = f"bonds of {self.network}" + (f" in {self.model}" if self.model else "")
        size = f"The model has {count(self.parameter_count)} parameters."
        if not self.bonds:
            return (Section(title, notes=(size, "The network has no bonds.")),)
        share = significant(Decimal(f"{self.threshold:.3g}"))
        notes = [
            size,
            "Largest and smallest are singular values; the effective rank is the exponential of the entropy.",
            f"Used counts the singular values above {share} times the largest.",
        ]
        if any(bond.singular_values is None for bond in self.bonds):
            notes.append("Bonds without figures do not divide a tree of tensors in two: they have no singular values.")
        return (Section(title, columns=COLUMNS, rows=tuple(map(_row, self.bonds)), notes=tuple(notes)),)


def _row(bond: BondFields) -> tuple[Cell, ...]:
    names = [shortened(name, LONGEST_NAME) for name in bond.tensors]
    rest = len(names) - MOST_TENSORS
    shown = ", ".join(names[:MOST_TENSORS]) + (f" and {rest:,} more" if rest > 0 else "")
    head = (Cell(shortened(bond.name, LONGEST_NAME), code=True), Cell(shown), Cell(count(bond.size)))
    values = bond.singular_values
    if values is None or bond.entropy is None or bond.effective_rank is None or bond.rank is None:
        return (*head, *(Cell("–", tone="faint") for _ in range(5)))
    return (
        *head,
        Cell(_figure(max(values))),
        Cell(_figure(min(values))),
        Cell(_figure(bond.entropy)),
        Cell(_figure(bond.effective_rank), tone="strong"),
        Cell(count(bond.rank)),
    )


def _figure(value: float) -> str:
    return significant(Decimal(f"{value:.3g}"))
