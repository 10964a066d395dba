"""A network's part of a run of the suite: its cells with a number of threads, in a process of its own."""

import argparse
import os
import resource
import sys
import time
import warnings

from rich.console import Console

from benchmarks.suite.choice import chosen_peers, chosen_rows
from benchmarks.suite.kept import Kept, keep, kept
from benchmarks.suite.measure import OURS, Cell, Mode, cells, subject
from benchmarks.suite.networks import CASES
from benchmarks.suite.timing import Effort

MODES: tuple[Mode, ...] = ("forward", "training")

MEMORY_SHARE = 0.7
"""The share of the machine's memory that the suite may take."""


def measure(name: str, threads: int, asked: argparse.Namespace) -> None:
    """Measure a network's cells that are not in the file yet, say a line about each, and keep it."""
    spare_the_machine()
    warnings.filterwarnings("ignore")  # the libraries have many, about themselves
    console, load = console_for_output(), os.getloadavg()[0]
    (case,) = (case for case in CASES if case.name == name)
    done = {(one.cell.rows, one.cell.mode) for one in kept(asked.cells) if _place(one.cell) == (name, threads)}
    rows = [count for count in chosen_rows(asked) if not {(count, mode) for mode in MODES} <= done]
    if not rows:
        return
    effort = Effort(rounds=5, seconds=0.2) if asked.quick else Effort()
    start = time.perf_counter()
    one = subject(case)
    console.print(f"{name}: compiled in {time.perf_counter() - start:.1f} s", highlight=False)
    for count in rows:
        modes = [mode for mode in MODES if (count, mode) not in done]
        for cell in cells(one, (count,), threads, chosen_peers(asked), effort, modes):
            keep(Kept(cell, time.perf_counter() - start, load), asked.cells)
            others = ", ".join(f"{name} {us / cell.us[OURS]:.2f}" for name, us in cell.us.items() if name != OURS)
            place = f"{cell.rows:5} rows, {cell.mode:8}, {threads} thread{'s' * (threads > 1)}"
            console.print(f"  {place}: {cell.us[OURS]:.0f} µs; as multiples of it: {others}", highlight=False)
            start = time.perf_counter()


def _place(cell: Cell) -> tuple[str, int]:
    return cell.case, cell.threads


def console_for_output() -> Console:
    """A terminal as wide as it is; lines of 120 characters in a file."""
    return Console(width=None if sys.stdout.isatty() else 120)


def spare_the_machine() -> None:
    """A library that asks for more memory than there is fails by itself, and takes nobody with it."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (int(MEMORY_SHARE * pages * size),) * 2)
