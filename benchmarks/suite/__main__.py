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
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from rich.console import Console

from benchmarks.machine import describe
from benchmarks.suite.figures import DENSE
from benchmarks.suite.kept import Kept, keep, kept
from benchmarks.suite.krowch import tensorkrowch
from benchmarks.suite.measure import OURS, Cell, Mode, cells, subject
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
CELLS = Path(__file__).parents[2] / "build" / "suite.jsonl"
MODES: tuple[Mode, ...] = ("forward", "training")


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
    parser.add_argument("--resume", action="store_true", help="go on with what an earlier run has not measured")
    parser.add_argument("--cells", type=Path, default=CELLS, help="the file in which every measured cell is kept")
    parser.add_argument("--output", type=Path, default=RESULTS, help="the file that the results are written to")
    return parser.parse_args()


def chosen_cases(asked: argparse.Namespace) -> list[Case]:
    """The networks to measure."""
    if asked.cases is not None:
        return [case for case in CASES if any(part in case.name for part in asked.cases.split(","))]
    return [case for case in CASES if not asked.quick or case.name in QUICK]


def chosen_rows(asked: argparse.Namespace) -> tuple[int, ...]:
    """The row counts to measure."""
    return tuple(asked.rows or ((1, 32, 256) if asked.quick else ROWS))


def chosen_threads(asked: argparse.Namespace) -> tuple[int, ...]:
    """The numbers of threads to measure with."""
    return tuple(asked.threads or ((1,) if asked.quick else (1, 2)))


def chosen_peers(asked: argparse.Namespace) -> list[Peer]:
    """The peers to hold ours against."""
    some = [peer for peer in PEERS if peer.role != "library" or not asked.no_peers]
    return [peer for peer in some if peer.role != "compiled" or not (asked.no_compile or asked.no_peers or asked.quick)]


def measure(name: str, threads: int, asked: argparse.Namespace) -> None:
    """Measure a network's cells that are not in the file yet, say a line about each, and keep it."""
    spare_the_machine()
    warnings.filterwarnings("ignore")  # the libraries have many, about themselves
    console, load = _console(), os.getloadavg()[0]
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


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 120)


def main() -> None:
    """Measure, print the figures, and write the results.

    Every network has a process of its own: what libraries do not give back, or a crash, is then felt by no other.
    """
    asked = options()
    asked.cells.parent.mkdir(parents=True, exist_ok=True)
    if not asked.resume:
        asked.cells.unlink(missing_ok=True)
    names = [case.name for case in chosen_cases(asked)]
    if not names:
        raise SystemExit("no network's name holds that text")
    for name in names:
        for threads in chosen_threads(asked):
            part = get_context("spawn").Process(target=measure, args=(name, threads, asked))
            part.start()
            part.join()
            if part.exitcode:
                print(f"{name} with {threads} threads ended early, with exit code {part.exitcode}", file=sys.stderr)
        write(asked)
    report(asked)


def report(asked: argparse.Namespace) -> None:
    """Print the figures."""
    console, found = _console(), [one.cell for one in kept(asked.cells)]
    for sheet in summary(found, libraries(asked)):
        show(console, sheet)
    for line in left_out(found):
        console.print(f"left out: {line}", highlight=False, markup=False)


def libraries(asked: argparse.Namespace) -> list[str]:
    """The peers that figures are of."""
    return [peer.name for peer in chosen_peers(asked) if peer.role == "library"]


def write(asked: argparse.Namespace) -> None:
    """Write the cells measured so far, and the figures that follow from them."""
    records = kept(asked.cells)
    found = [one.cell for one in records]
    if not found:
        return
    peak = {
        count: median(cell.peak for cell in found if cell.threads == count) / 1e9
        for count in sorted({cell.threads for cell in found})
    }
    rates = ", ".join(f"{rate:.0f} GFLOP/s with {count} thread{'s' * (count > 1)}" for count, rate in peak.items())
    run_line = (
        f"{describe(*PACKAGES)}. A 2048³ matrix product ran at {rates}. The suite took "
        f"{sum(one.seconds for one in records) / 60:.0f} minutes; the load of the machine just before was "
        f"{records[0].load:.1f}, and anything much above 0 spoils figures with two threads."
    )
    every = sheets(found, [peer.name for peer in chosen_peers(asked)], libraries(asked))
    text = markdown([run_line, NOTE], [*summary(found, libraries(asked)), *every], left_out(found))
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
