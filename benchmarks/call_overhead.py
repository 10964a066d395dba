"""A call of a generated module against a hand-written one of the same order: tensor train 64 -> 64, batch 8.

Both run in one process, alternating in blocks; medians of the blocks, and the median of their ratios. The bound is 1.2.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from machine import describe
from torch import nn

import tncc

PROGRAM = """
network TT(ins: ints = (8, 8), outs: ints = (8, 8), chi: int = 4) {
  let n = len(ins)
  index i[k in 0..n]: ins[k]
  index o[k in 0..n]: outs[k]
  bond r[k in 1..n] open: chi
  input x[..., (i[*])]
  tensor A[k in 0..n][r[k], i[k], o[k], r[k+1]]
  output y[..., (o[*])] = x * A[*]
}
"""


class TwoSites(nn.Module):
    """What a person would write for two cores, in the order that the plan has as well: the last core first."""

    def __init__(self, first: torch.Tensor, second: torch.Tensor) -> None:
        super().__init__()
        self.first, self.second = nn.Parameter(first.clone()), nn.Parameter(second.clone())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.shape[0]
        h = torch.mm(x.reshape(rows * 8, 8), self.second.transpose(0, 1).reshape(8, 32))  # (rows i0), (r1 o1)
        y = torch.matmul(self.first.transpose(0, 1).reshape(8, 32), h.reshape(rows, 32, 8))  # rows, o0, o1
        return y.reshape(rows, 64)


class ThreeSites(nn.Module):
    """The same for three cores of 4 × 4: the last two cores are joined first."""

    def __init__(self, *cores: torch.Tensor) -> None:
        super().__init__()
        self.first, self.second, self.third = (nn.Parameter(core.clone()) for core in cores)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.shape[0]
        g = torch.mm(self.second.reshape(64, 4), self.third.reshape(4, 16))  # (r1 i1 o1), (i2 o2)
        g = g.reshape(4, 4, 4, 4, 4).permute(1, 3, 0, 2, 4).reshape(16, 64)  # (i1 i2), (r1 o1 o2)
        h = torch.mm(x.reshape(rows * 4, 16), g)  # (rows i0), (r1 o1 o2)
        y = torch.matmul(self.first.transpose(0, 1).reshape(4, 16), h.reshape(rows, 16, 16))  # rows, o0, (o1 o2)
        return y.reshape(rows, 64)


def block(call: Callable[[], object], repeats: int) -> float:
    """Microseconds for one call, over a block of them."""
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats * 1e6


def compare(name: str, ours: nn.Module, hand: nn.Module, blocks: int) -> None:
    """Print medians and the ratio for inference and for training."""
    x = torch.randn(8, 64)
    assert torch.allclose(ours(x), hand(x), atol=1e-4), "the two do not compute the same"

    def step(module: nn.Module) -> Callable[[], object]:
        return lambda: module(x).sum().backward()

    def forward(module: nn.Module) -> Callable[[], object]:
        return lambda: module(x)

    for mode, make in (("forward, no grad", forward), ("forward, grad", forward), ("forward + backward", step)):
        with torch.set_grad_enabled(mode != "forward, no grad"):
            calls = make(ours), make(hand)
            [block(call, 200) for call in calls]
            timed = [tuple(block(call, 200) for call in calls) for _ in range(blocks)]
        mine, theirs = (statistics.median(side) for side in zip(*timed, strict=True))
        ratio = statistics.median(a / b for a, b in timed)
        print(f"{name:12} {mode:18} {mine:6.1f} µs, by hand {theirs:6.1f} µs, ratio {ratio:.2f}   bound 1.2")


def main() -> None:
    """Compare two and three sites."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=41)
    blocks = parser.parse_args().blocks
    torch.set_num_threads(1)
    print(describe("torch"))
    for ins, name, kind in (((8, 8), "two sites", TwoSites), ((4, 4, 4), "three sites", ThreeSites)):
        ours = tncc.compile_text(PROGRAM, batch=(8,), ins=ins, outs=ins).module()
        cores = [core.detach() for core in ours.parameters()]
        compare(name, ours, kind(*cores), blocks)


if __name__ == "__main__":
    main()
