"""How long a kernel takes to build with nothing in the cache: its C file written, and compiled into a library.

Run by `python -m benchmarks.build_time` from the repository's folder. Planning is timed by itself.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.machine import describe
from benchmarks.suite.networks import CASES
from tncc.kernels.compiler import build, find_compiler
from tncc.planning.kernels import saving_training

BOUND_S = 3.0
"""The seconds that building one kernel may take."""

Some = TypeVar("Some")


def timed(make: Callable[[], Some]) -> tuple[float, Some]:
    """The seconds that something takes, and what it makes."""
    start = time.perf_counter()
    made = make()
    return time.perf_counter() - start, made


def main() -> None:
    """Print the seconds of every network of the suite, and whether they meet the bound."""
    compiler = find_compiler()
    print(f"{describe('torch', 'numpy')}; {compiler.version.splitlines()[0]}, {' '.join(compiler.flags)}")
    print(f"{'network':36s} {'plan':>7s} {'write':>7s} {'compile':>8s} {'lines':>7s}")
    found = []
    for case in CASES:
        compiled = case.compiled()
        planning = timed(compiled.kernel_plan)[0]
        planning += timed(lambda planner=compiled.kernel_planner: saving_training(planner))[0]
        writing, files = timed(compiled.c_files)
        with tempfile.TemporaryDirectory() as folder:
            code = Path(folder) / "kernel.c"
            code.write_text(files.code, encoding="ascii")
            building, _ = timed(lambda code=code: build(compiler, code, code.with_suffix(".so")))
        found.append(writing + building)
        print(f"{case.name:36s} {planning:6.2f}s {writing:6.2f}s {building:7.2f}s {files.code.count(chr(10)):7,d}")
    late = sum(seconds > BOUND_S for seconds in found)
    print(
        f"geometric mean {statistics.geometric_mean(found):.2f} s, median {statistics.median(found):.2f} s, "
        f"most {max(found):.2f} s; {late} of {len(found)} above {BOUND_S:g} s"
    )


if __name__ == "__main__":
    main()
