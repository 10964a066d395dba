"""How long it takes to find the optimal order of 20 tensors, in a fresh process, counted from after the imports.

A chain of matrices, and a matrix product operator of 19 cores with its input (20 tensors), each as plain index lists
and as a network that is planned step by step. torch is not imported. Medians of some processes; the bound is 0.3 s.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from machine import describe

BOUND = 0.3
COUNT = 20

CHAIN = """
network Chain() {
  let n = 20
  bond r[k in 0..n+1]: 2 + (7 * k) % 11
  tensor A[k in 0..n][r[k], r[k+1]]
  output y[r[0], r[n]] = A[*]
}
"""
OPERATOR = """
network MPO() {
  let n = 19
  index i[k in 0..n]: 2
  index o[k in 0..n]: 2
  bond r[k in 1..n] open: 8
  input x[..., (i[*])]
  tensor A[k in 0..n][r[k], i[k], o[k], r[k+1]]
  output y[..., (o[*])] = x * A[*]
}
"""

Lists = tuple[list[list[int]], list[int], dict[int, int]]


def chain() -> Lists:
    """20 matrices of uneven sizes."""
    sizes = {index: 2 + (7 * index) % 11 for index in range(COUNT + 1)}
    return [[index, index + 1] for index in range(COUNT)], [0, COUNT], sizes


def operator() -> Lists:
    """19 cores with legs of 2 and bonds of 8, and the input of 32 rows."""
    count = COUNT - 1
    ins, outs, rows = range(100, 100 + count), range(200, 200 + count), 300
    cores = [[bond for bond in (k, k + 1) if 0 < bond < count] + [ins[k], outs[k]] for k in range(count)]
    sizes = dict.fromkeys(range(1, count), 8) | dict.fromkeys((*ins, *outs), 2) | {rows: 32}
    return [[rows, *ins], *cores], [rows, *outs], sizes


def measure() -> dict[str, float]:
    """Seconds of each search, the first of its process; orders come from index lists or from networks."""
    import cotengra.pathfinders.path_basic  # noqa: F401  loaded when an order is first wanted

    import tncc
    from tncc.planning.order import contraction_order
    from tncc.planning.schedule import plan_schedule

    def order(lists: Lists) -> Callable[[], object]:
        return lambda: contraction_order(*lists)

    def schedule(text: str) -> Callable[[], object]:
        network = tncc.compile_text(text, batch=(32,)).optimized
        return lambda: plan_schedule(network, 32)

    searches = {
        "chain, order": order(chain()),
        "MPO, order": order(operator()),
        "chain, schedule": schedule(CHAIN),
        "MPO, schedule": schedule(OPERATOR),
    }
    found = {name: _seconds(search) for name, search in searches.items()}
    assert "torch" not in sys.modules
    return found


def _seconds(search: Callable[[], object]) -> float:
    start = time.perf_counter()
    search()
    return time.perf_counter() - start


def main() -> None:
    """Print the median of each search over fresh processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(measure()))
        return
    command = [sys.executable, __file__, "--child"]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(asked.processes)]
    print(describe("cotengra", "numpy"))
    for name in runs[0]:
        seconds = statistics.median(run[name] for run in runs)
        verdict = "met" if seconds <= BOUND else "missed"
        print(f"{name:16} {1e3 * seconds:6.0f} ms   median of {len(runs)}, bound {1e3 * BOUND:.0f} ms: {verdict}")


if __name__ == "__main__":
    main()
