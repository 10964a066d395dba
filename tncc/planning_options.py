"""What plans and modules are made by, besides the network: as asked for on the command line or in Python, checked."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path
from typing import Literal, get_args

from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import BadOption
from tncc.diagnostics.span import Span
from tncc.elaborate.nearest import rename_hint
from tncc.ir.machine import Machine
from tncc.machines import load_machine

KernelChoice = Literal["auto", "c", "torch"]
"""What runs inside a module."""

BATCH = (1, 32, 1024)
"""The row counts that a plan is made for where none are given."""

ROWS_LIMIT = 2**48
"""The largest row count that can be planned for."""


@dataclass(frozen=True)
class Options:
    """What plans are made by, besides the network: row counts, a machine, and the memory allowed in bytes."""

    batch: tuple[int, ...] = BATCH
    machine: Machine = field(default_factory=load_machine)
    memory: int | None = None
    plan: Path | None = None


def planning_options(
    batch: Sequence[int] = BATCH,
    memory: int | str | None = None,
    machine: str | PathLike[str] | Machine | None = None,
    plan: str | PathLike[str] | None = None,
) -> Options:
    """What plans are made by, checked; raises CompileError for what makes no sense."""
    profile = machine if isinstance(machine, Machine) else load_machine(None if machine is None else fspath(machine))
    path = None if plan is None else Path(fspath(plan))
    return Options(checked_batch(batch), profile, None if memory is None else checked_memory(memory), path)


def checked_batch(batch: Sequence[int]) -> tuple[int, ...]:
    """Row counts to plan for, each once, in the order given; raises CompileError for what is no row count."""
    rows: list[int] = []
    for count in batch:
        whole = isinstance(count, int) and not isinstance(count, bool)
        if not whole or not 1 <= count < ROWS_LIMIT:
            text = f"`{count}` is not a number of rows to plan for"
            raise compile_error([BadOption(option("--batch"), text, "give whole numbers from 1 on, `1,32,1024` say")])
        rows.append(count)
    if not rows:
        raise compile_error([BadOption(option("--batch"), "no row counts are given", "give one, `32` say")])
    return tuple(dict.fromkeys(rows))


MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?", re.IGNORECASE)
"""A number of bytes with a unit: `64MiB`, `2GB`, `4096`."""


def checked_memory(memory: int | str) -> int:
    """Bytes from a number or a text such as `64MiB`; raises CompileError for anything else."""
    found = MEMORY.fullmatch(str(memory).strip()) if not isinstance(memory, bool) else None
    size = 0
    if found is not None:
        size = int(float(found[1]) * (1024 if found[3] else 1000) ** " KMGT".index(found[2].upper() or " "))
    if not 1 <= size < 2**62:
        text = f"`{memory}` is not an amount of memory"
        raise compile_error([BadOption(option("--memory"), text, "give bytes from 1 on, `64MiB` say")])
    return size


def kernel_choice(asked: str | None) -> KernelChoice:
    """What runs inside a module: as asked, else as the environment says, else `auto`; raises CompileError."""
    place = "kernels" if asked is not None else "TNCC_KERNELS"
    name = asked if asked is not None else os.environ.get("TNCC_KERNELS") or "auto"
    for choice in get_args(KernelChoice):
        if name == choice:
            found: KernelChoice = choice
            return found
    hint = rename_hint(str(name), get_args(KernelChoice)) or f"choose one of {', '.join(get_args(KernelChoice))}"
    raise compile_error([BadOption(option(place), f"`{name}` is nothing that a module can run", hint)])


def option(name: str) -> Span:
    """The place of what was given on the command line or in Python, and stands in no file."""
    return Span(name, 0, 0, 0, 0)
