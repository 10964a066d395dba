"""Runs the suite: `python -m benchmarks.suite`, from the repository's folder.

Every network at every row count, forward in `eval()` and forward + backward, ours and every peer in one process and
in turn, medians, single precision. Prints the figures and writes all of it as Markdown.
"""

import argparse
import sys
from multiprocessing import get_context
from statistics import median

from benchmarks.machine import describe
from benchmarks.suite.choice import chosen_cases, chosen_peers, chosen_threads, libraries, options
from benchmarks.suite.kept import kept
from benchmarks.suite.part import console_for_output, measure
from benchmarks.suite.table import left_out, markdown, sheets, show, summary

PACKAGES = ("torch", "numpy", "tensorly", "tensorly-torch", "tednet", "tensorkrowch", "opt_einsum", "cotengra")


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
    console, found = console_for_output(), [one.cell for one in kept(asked.cells)]
    for sheet in summary(found, libraries(asked)):
        show(console, sheet)
    for line in left_out(found):
        console.print(f"left out: {line}", highlight=False, markup=False)


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


NOTE = """\
"tncc" is a module as it comes, with C kernels where they are predicted to be faster; "PyTorch plan" and "C kernel" are
modules made with `kernels="torch"` and `kernels="c"`.
Single precision; every number is the median of samples taken in turn with those of all others in one process.
Means are geometric. A library's time is that of the fastest of FactorizedLinear, TedNet, TensorKrowch, torch.einsum
and cotengra's expression, each with our weights and found to compute the same within 1e-3; dense and compiled chain
are not counted among them. "FLOPs at peak" is the time that the fewest FLOPs of any order would take at the rate of a
2048³ matrix product timed in turn with the others, steps on weights alone left out. "Floor" is that of the products of
both passes of any program that kernels are chosen from, with nothing computed again, and a step of a layer that
computes nothing, timed with the others: what a step would take if nothing else took time. Saved bytes are of what
forward keeps for backward, each storage once, parameters and buffers left out. Prediction is by the machine profile in
use, and only for its number of threads."""


if __name__ == "__main__":
    main()
