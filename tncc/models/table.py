"""What a model's rules did, layer by layer: as values, and as a table for people."""

from pydantic import BaseModel, ConfigDict
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table

from tncc.ir.network import Value


class Replacement(BaseModel):
    """One layer: `share` is parameters after to before, FLOPs are those of one row, `relative_error` of the weight.

    FLOPs are counted at the largest number of rows that plans are made for, weights being contracted anew.
    `relative_error` is null where the network started anew. An embedding looks rows up before, with no FLOPs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    layer: str
    network: str
    values: tuple[tuple[str, Value], ...]
    in_features: int
    out_features: int
    parameters_before: int
    parameters_after: int
    flops_before: float
    flops_after: float
    relative_error: float | None

    @property
    def share(self) -> float:
        """Parameters after to parameters before."""
        return self.parameters_after / self.parameters_before


class Replacements(tuple[Replacement, ...]):
    """All layers that were replaced, in the model's order; rich prints it as a table."""

    @property
    def parameters_before(self) -> int:
        """The parameters of the layers as they were."""
        return sum(row.parameters_before for row in self)

    @property
    def parameters_after(self) -> int:
        """The parameters of what they became."""
        return sum(row.parameters_after for row in self)

    def text(self) -> str:
        """The table as text."""
        console = Console(width=160, no_color=True)
        with console.capture() as capture:
            console.print(self)
        return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._table()

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, show_footer=True)
        before, after = self.parameters_before, self.parameters_after
        table.add_column("path", "all", overflow="fold", min_width=20)
        table.add_column("layer", no_wrap=True)
        table.add_column("network", overflow="fold", min_width=16)
        table.add_column("parameters", f"{before:,}", justify="right", no_wrap=True)
        table.add_column("after", f"{after:,}", justify="right", no_wrap=True)
        table.add_column("share", f"{after / before:.1%}" if before else "", justify="right", no_wrap=True)
        table.add_column("FLOPs a row", f"{sum(row.flops_before for row in self):,.0f}", justify="right", no_wrap=True)
        table.add_column("after", f"{sum(row.flops_after for row in self):,.0f}", justify="right", no_wrap=True)
        table.add_column("error", justify="right", no_wrap=True)
        for row in self:
            table.add_row(
                row.path, f"{row.layer} {row.in_features}→{row.out_features}", row.network,
                f"{row.parameters_before:,}", f"{row.parameters_after:,}", f"{row.share:.1%}",
                f"{row.flops_before:,.0f}", f"{row.flops_after:,.0f}",
                "" if row.relative_error is None else f"{row.relative_error:.4f}",
            )  # fmt: skip
        return table
