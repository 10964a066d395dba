"""What healing came to, layer by layer: as values, and as a table for people."""

from pydantic import BaseModel, ConfigDict
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table


class HealedLayer(BaseModel):
    """A layer's relative error ‖y - t‖ / ‖t‖ over all batches; null where no data reaches the layer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    before: float | None
    after: float | None


class Healing(BaseModel):
    """The layers in the model's order, the steps that were taken, and the mean joint loss where there was such a phase.

    `steps` are those that each layer was trained locally.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: tuple[HealedLayer, ...]
    steps: int
    joint_steps: int
    joint_before: float | None
    joint_after: float | None

    def text(self) -> str:
        """The table as text."""
        console = Console(width=120, no_color=True)
        with console.capture() as capture:
            console.print(self)
        return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(box=None, pad_edge=False)
        table.add_column("path", overflow="fold", min_width=20)
        table.add_column("error before", justify="right", no_wrap=True)
        table.add_column("after", justify="right", no_wrap=True)
        for row in self.layers:
            shown = ("not reached" if value is None else f"{value:.4f}" for value in (row.before, row.after))
            table.add_row(row.path, *shown)
        yield table
        yield f"{self.steps:,} local steps" + (f", {self.joint_steps:,} joint steps" if self.joint_steps else "")
        if self.joint_before is not None and self.joint_after is not None:
            yield f"joint loss {self.joint_before:.4g} before its phase, {self.joint_after:.4g} after"
