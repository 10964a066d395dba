"""How long `tncc check` takes from a cold start, against importing what it cannot do without.

Processes are started in turn, A B A B …; the ratio is that of each pair, its median is what counts. The bound is 3.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

from machine import describe

PROGRAM = Path(__file__).parents[1] / "examples" / "networks" / "mpo.tn"
CHECK = [sys.executable, "-m", "tncc", "check", str(PROGRAM)]
IMPORTS = [sys.executable, "-c", "import lark, pydantic, networkx"]
LOADED = (
    "import sys; from tncc.cli import main; sys.argv = ['tncc', 'check', sys.argv[1]]\n"
    "try: main()\n"
    "except SystemExit: pass\n"
    "print(sorted({'torch', 'numpy'} & set(sys.modules)))"
)


def seconds(command: list[str]) -> float:
    """The wall time of one process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Print both medians and the median ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=15)
    pairs = parser.parse_args().pairs
    seconds(CHECK), seconds(IMPORTS)
    timed = [(seconds(CHECK), seconds(IMPORTS)) for _ in range(pairs)]
    checks, imports = (statistics.median(side) for side in zip(*timed, strict=True))
    ratio = statistics.median(check / base for check, base in timed)
    loaded = subprocess.run([sys.executable, "-c", LOADED, str(PROGRAM)], check=True, capture_output=True, text=True)
    print(describe("lark", "pydantic", "networkx"))
    print(f"tncc check mpo.tn            {checks * 1e3:6.0f} ms   median of {pairs}")
    print(f"import lark, pydantic, networkx {imports * 1e3:3.0f} ms")
    print(f"ratio, pair by pair           {ratio:5.2f}      bound 3")
    print(f"torch and numpy loaded by it: {loaded.stdout.strip()}")


if __name__ == "__main__":
    main()
