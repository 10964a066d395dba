"""What `tncc inspect` says: the bonds of a network or of all layers of a model, what they carry, what of it is used."""

from collections.abc import Sequence
from decimal import Decimal

from tncc.report.document import Cell, Column, Section
from tncc.report.fields import Fields
from tncc.report.figures import count, shortened, significant
from tncc.report.markdown import render_markdown
from tncc.report.terminal import render_text

LONGEST_NAME = 40
LONGEST_PATH = 60
MOST_TENSORS = 4

COLUMNS = (
    Column("bond"),
    Column("between"),
    *(Column(title, number=True) for title in ("size", "largest", "smallest", "entropy", "effective rank", "used")),
)

SHOWN = ("bond", "size", "largest", "effective rank", "used")
LAYER_COLUMNS = (Column("layer"), *(column for column in COLUMNS if column.title in SHOWN))
"""A table of a whole model has no room beside the paths of its layers for more."""


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
        notes = (size, *_notes(self.threshold, self.bonds, "Largest and smallest are singular values"))
        return (Section(title, columns=COLUMNS, rows=tuple(map(_row, self.bonds)), notes=notes),)


class LayerInspection(Fields):
    """A layer of a model: where it stands, what it stands for, and the bonds of its network."""

    path: str
    layer: str
    inspection: Inspection


class ModelInspection(Fields):
    """All networks of a tensorized model with their tensors as they are."""

    model: str
    threshold: float
    layers: tuple[LayerInspection, ...]

    def text(self, width: int = 100, colour: bool = False) -> str:
        """A table for a terminal."""
        return render_text(self._sections(), width, colour)

    def markdown(self) -> str:
        """The same as Markdown."""
        return render_markdown(self._sections())

    def _sections(self) -> tuple[Section, ...]:
        title = f"bonds in {self.model}"
        total = sum(one.inspection.parameter_count for one in self.layers)
        size = f"The networks of {count(len(self.layers))} layers have {count(total)} parameters."
        bonds = [bond for one in self.layers for bond in one.inspection.bonds]
        if not bonds:
            return (Section(title, notes=(size, "None of them has bonds.")),)
        rows = tuple(row for one in self.layers for row in _layer_rows(one))
        return (
            Section(
                title,
                columns=LAYER_COLUMNS,
                rows=rows,
                notes=(size, *_notes(self.threshold, bonds, "Largest is a singular value")),
            ),
        )


def _notes(threshold: float, bonds: Sequence[BondFields], values: str) -> list[str]:
    """What the figures mean."""
    share = significant(Decimal(f"{threshold:.3g}"))
    notes = [
        f"{values}; the effective rank is the exponential of the entropy.",
        f"Used counts the singular values above {share} times the largest.",
    ]
    if any(bond.singular_values is None for bond in bonds):
        notes.append("Bonds without figures do not divide a tree of tensors in two: they have no singular values.")
    return notes


def _layer_rows(one: LayerInspection) -> list[tuple[Cell, ...]]:
    """A row for each bond, or one for a network that has none; the path stands in the first."""
    path = Cell(shortened(one.path, LONGEST_PATH), code=True)
    if not one.inspection.bonds:
        return [(path, *(Cell("–", tone="faint") for _ in SHOWN))]
    rows = []
    for place, bond in enumerate(one.inspection.bonds):
        cells = zip(COLUMNS, _row(bond), strict=True)
        rows.append((path if place == 0 else Cell(""), *(cell for column, cell in cells if column.title in SHOWN)))
    return rows


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
