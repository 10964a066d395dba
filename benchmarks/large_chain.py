"""Parse, elaborate and verify of generated chains of 1,000 to 5,000 tensors, and how that grows.

Two forms: every tensor declared by a statement of its own, and one family. The bounds are 5 s for 5,000 tensors and a
growth of at most 6 from 1,000 to 5,000.
"""

import statistics
import time

from machine import describe

import tncc
from tncc.ir.verify import verify


def written_out(count: int) -> str:
    """A chain in which each tensor is a statement."""
    tensors = "\n".join(f"  tensor A{k}[r[{k}], r[{k + 1}]]" for k in range(count))
    product = "\n    * ".join(f"A{k}" for k in range(count))
    bonds = f"  bond r[k in 0..{count + 1}]: 2"
    return f"network Chain() {{\n{bonds}\n{tensors}\n  output y[r[0], r[{count}]] = {product}\n}}\n"


def family(count: int) -> str:
    """A chain as one family, its bonds cut to what they can use."""
    return f"""network Chain(chi: int = 8) {{
  let ins = (2,) * {count}
  let n = len(ins)
  index i[k in 0..n]: ins[k]
  bond r[k in 1..n] open: min(chi, prod(ins[:k]), prod(ins[k:]))
  input x[..., n, 2]
  tensor A[k in 0..n][r[k], i[k], r[k+1]]
  output y[...] = prod(k in 0..n: x[..., k, i[k]] * A[k])
}}
"""


def seconds(text: str) -> float:
    """The time to parse, elaborate and verify a program."""
    start = time.perf_counter()
    verify(tncc.compile_text(text).network)
    return time.perf_counter() - start


def main() -> None:
    """Print medians of three, and the growth."""
    print(describe("lark", "pydantic"))
    seconds(family(10))
    for name, make in (("written out", written_out), ("family", family)):
        times = {count: statistics.median(seconds(make(count)) for _ in range(3)) for count in (1000, 2000, 5000)}
        shown = ", ".join(f"{count:,}: {value:.2f} s" for count, value in times.items())
        print(f"{name:12} {shown}; 5,000 over 1,000: {times[5000] / times[1000]:.2f}   bounds 5 s and 6")


if __name__ == "__main__":
    main()
