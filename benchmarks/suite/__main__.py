"""Runs the suite: `python -m benchmarks.suite`, from the repository's folder.

Every network at every row count, forward in `eval()` and forward + backward, ours and every peer in one process and
in turn, medians, single precision. Prints the figures and writes all of it as Markdown.
"""

import argparse
import os
import resource
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from rich.console import Console

from benchmarks.machine import describe
from benchmarks.suite.figures import DENSE
from benchmarks.suite.krowch import tensorkrowch
from benchmarks.suite.measure import OURS, Cell, Subject, cells, subject
from benchmarks.suite.networks import CASES, QUICK, ROWS, Case
from benchmarks.suite.peers import Peer, compiled_chain, cotengra_expression, dense, factorized, tednet, torch_einsum
from benchmarks.suite.table import left_out, markdown, sheets, show, summary
from benchmarks.suite.timing import Effort

PEERS = (
    Peer(DENSE, "dense", dense),
    Peer("FactorizedLinear factorized", "library", factorized("factorized")),
    Peer("FactorizedLinear reconstructed", "library", factorized("reconstructed")),
    Peer("TedNet", "library", tednet),
    Peer("TensorKrowch", "library", tensorkrowch),
    Peer("torch.einsum", "library", torch_einsum),
    Peer("cotengra", "library", cotengra_expression),
    Peer("chain, torch.compile", "compiled", compiled_chain),
)
PACKAGES = ("torch", "numpy", "tensorly", "tensorly-torch", "tednet", "tensorkrowch", "opt_einsum", "cotengra")
RESULTS = Path(__file__).parents[1] / "results.md"


def numbers(text: str) -> tuple[int, ...]:
    """Whole numbers, separated by commas."""
    return tuple(int(part) for part in text.split(","))


def options() -> argparse.Namespace:
    """What is asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suite", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few networks and row counts, short samples, one thread")
    parser.add_argument("--threads", type=numbers, help="numbers of threads, 1,2 where nothing is said")
    parser.add_argument("--cases", help="only networks whose name holds one of these texts, separated by commas")
    parser.add_argument("--rows", type=numbers, help=f"row counts, {','.join(map(str, ROWS))} where nothing is said")
    parser.add_argument("--no-compile", action="store_true", help="leave out torch.compile, which takes long")
    parser.add_argument("--no-peers", action="store_true", help="only ours and nn.Linear")
    parser.add_argument("--output", type=Path, default=RESULTS, help="the file that the results are written to")
    return parser.parse_args()


def chosen_cases(asked: argparse.Namespace) -> list[Case]:
    """The networks to measure."""
    if asked.cases is not None:
        return [case for case in CASES if any(part in case.name for part in asked.cases.split(","))]
    return [case for case in CASES if not asked.quick or case.name in QUICK]


def chosen_peers(asked: argparse.Namespace) -> list[Peer]:
    """The peers to hold ours against."""
    some = [peer for peer in PEERS if peer.role != "library" or not asked.no_peers]
    return [peer for peer in some if peer.role != "compiled" or not (asked.no_compile or asked.no_peers or asked.quick)]


def run(asked: argparse.Namespace, peers: list[Peer], console: Console) -> Iterator[Cell]:
    """Measure cell by cell, and say a line about each."""
    rows = asked.rows or ((1, 32, 256) if asked.quick else ROWS)
    effort = Effort(rounds=5, seconds=0.2) if asked.quick else Effort()
    for case in chosen_cases(asked):
        start = time.perf_counter()
        one: Subject = subject(case)
        console.print(f"{case.name}: compiled in {time.perf_counter() - start:.1f} s", highlight=False)
        for threads in asked.threads or ((1,) if asked.quick else (1, 2)):
            for cell in cells(one, rows, threads, peers, effort, ("forward", "training")):
                others = ", ".join(f"{name} {us / cell.us[OURS]:.2f}" for name, us in cell.us.items() if name != OURS)
                place = f"{cell.rows:5} rows, {cell.mode:8}, {threads} thread{'s' * (threads > 1)}"
                console.print(f"  {place}: {cell.us[OURS]:.0f} µs; as multiples of it: {others}", highlight=False)
                yield cell


def main() -> None:
    """Measure, print the figures, and write the results."""
    spare_the_machine()
    asked, console = options(), Console(width=None if sys.stdout.isatty() else 120)
    warnings.filterwarnings("ignore")  # the libraries have many, about themselves
    peers = chosen_peers(asked)
    start, load = time.perf_counter(), os.getloadavg()[0]
    libraries = [peer.name for peer in peers if peer.role == "library"]
    found: list[Cell] = []
    for cell in run(asked, peers, console):
        if found and found[-1].case != cell.case:
            write(found, asked, peers, (time.perf_counter() - start) / 60, load)  # what a crash leaves is kept
        found.append(cell)
    if not found:
        raise SystemExit("no network's name holds that text")
    for sheet in summary(found, libraries):
        show(console, sheet)
    for line in left_out(found):
        console.print(f"left out: {line}", highlight=False, markup=False)
    write(found, asked, peers, (time.perf_counter() - start) / 60, load)


def write(found: Sequence[Cell], asked: argparse.Namespace, peers: Sequence[Peer], minutes: float, load: float) -> None:
    """Write the cells measured so far, and the figures that follow from them."""
    libraries = [peer.name for peer in peers if peer.role == "library"]
    peak = {
        count: median(cell.peak for cell in found if cell.threads == count) / 1e9
        for count in sorted({cell.threads for cell in found})
    }
    rates = ", ".join(f"{rate:.0f} GFLOP/s with {count} thread{'s' * (count > 1)}" for count, rate in peak.items())
    run_line = (
        f"{describe(*PACKAGES)}. A 2048³ matrix product ran at {rates}. The suite took {minutes:.0f} minutes; the load "
        f"of the machine just before was {load:.1f}, and anything much above 0 spoils figures with two threads."
    )
    every = sheets(found, [peer.name for peer in peers], libraries)
    text = markdown([run_line, NOTE], [*summary(found, libraries), *every], left_out(found))
    asked.output.write_text(text, encoding="utf-8")


def spare_the_machine() -> None:
    """A library that asks for more memory than there is fails by itself, and takes nobody with it."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (int(MEMORY_SHARE * pages * size),) * 2)


MEMORY_SHARE = 0.7
"""The share of the machine's memory that the suite may take."""

NOTE = """\
"tncc" is a module as it comes, with C kernels where they are predicted to be faster; "PyTorch plan" and "C kernel" are
modules made with `kernels="torch"` and `kernels="c"`.
Single precision; every number is the median of samples taken in turn with those of all others in one process.
Means are geometric. A library's time is that of the fastest of FactorizedLinear, TedNet, TensorKrowch, torch.einsum
and cotengra's expression, each with our weights and found to compute the same within 1e-3; dense and compiled chain
are not counted among them. "FLOPs at peak" is the time that the fewest FLOPs of any order would take at the rate of a
2048³ matrix product timed in turn with the others, steps on weights alone left out. Saved bytes are of what forward
keeps for backward, each storage once, parameters and buffers left out. Prediction is by the machine profile in use,
and only for its number of threads."""


if __name__ == "__main__":
    main()
