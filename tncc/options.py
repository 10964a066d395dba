"""What commands have in common: the arguments and options that several of them take."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class MessageFormat(StrEnum):
    """How diagnostics are printed."""

    text = "text"
    json = "json"


class ReportFormat(StrEnum):
    """What a report is printed as."""

    text = "text"
    json = "json"
    markdown = "markdown"


class Freeze(StrEnum):
    """What inference keeps: whatever is fastest, no more than the tensors take, or nothing."""

    time = "time"
    memory = "memory"
    off = "off"


class KernelType(StrEnum):
    """The numbers that a C file computes with; bfloat16 ones are stored so, and computed with in single precision."""

    float32 = "float32"
    float64 = "float64"
    bfloat16 = "bfloat16"


File = Annotated[str, typer.Argument(metavar="FILE", help="A path, `-` for standard input, or `std.mpo`.")]
Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Paths, `-` for standard input, or `std.mpo`.")]
NetworkOption = Annotated[str | None, typer.Option("-n", "--network", help="The network; the last one by default.")]
Parameters = Annotated[
    list[str] | None,
    typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A parameter or a bond's size: `-p chi=4`."),
]
Batch = Annotated[str, typer.Option("--batch", metavar="1,32,1024", help="Row counts that the plan should be good at.")]
MachineFile = Annotated[
    str | None,
    typer.Option("--machine", metavar="FILE", help="The machine to plan for, as `tncc calibrate -o` wrote it."),
]
Memory = Annotated[
    str | None, typer.Option("--memory", metavar="64MiB", help="The most that arrays made on the way may take.")
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="PATH", help="Where to write; printed if absent.")
]
Messages = Annotated[MessageFormat, typer.Option("--message-format", help="How diagnostics are printed.")]
