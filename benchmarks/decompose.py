"""A matrix into a tensor train beside the peers: time, error and peak memory, in one run on the same numbers.

Each peer's own function makes the cores from the same matrix, laid out as it takes it, at the same rank. They run in
turn, in one process with one thread; times are medians. Memory is the peak of resident memory, the matrix
included, over what a fresh process holds before, in the matrix's bytes; the bound for 4096×4096 at three sites is 6.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from machine import describe
from rich.console import Console
from rich.table import Table

import tncc


@dataclass(frozen=True)
class Case:
    """A matrix and the train that it becomes."""

    outs: tuple[int, ...]
    ins: tuple[int, ...]
    chi: int
    dtype: torch.dtype = torch.float32

    @property
    def name(self) -> str:
        rows, columns = math.prod(self.outs), math.prod(self.ins)
        kind = str(self.dtype).removeprefix("torch.")
        return f"{rows} × {columns}, {len(self.ins)} sites, χ = {self.chi}, {kind}"


CASES = (
    Case((8, 8, 8), (8, 8, 8), 16),
    Case((12, 8, 8), (8, 6, 8), 32),
    Case((32, 32), (32, 32), 64),
    Case((8, 8, 8), (8, 8, 8), 16, torch.float64),
    Case((4, 4, 4, 8), (4, 4, 8, 4), 24, torch.float64),
    Case((16, 16, 16), (16, 16, 16), 64),
)

Cores = Sequence[torch.Tensor]


def matrix(case: Case) -> torch.Tensor:
    """A matrix with the falling singular values of trained weights: a power law and noise."""
    generator = torch.Generator().manual_seed(0)
    rows, columns = math.prod(case.outs), math.prod(case.ins)
    inner = min(rows, columns, 512)
    left = torch.randn(rows, inner, generator=generator) * torch.arange(1, inner + 1) ** -0.7
    noise = 0.02 * torch.randn(rows, columns, generator=generator)
    return (left @ torch.randn(inner, columns, generator=generator) / inner**0.5 + noise).to(case.dtype)


def interleaved(case: Case, weight: torch.Tensor) -> torch.Tensor:
    """The matrix as a tensor of one input and one output axis a site, in turn."""
    count = len(case.ins)
    order = [axis for site in range(count) for axis in (count + site, site)]
    return weight.reshape(*case.outs, *case.ins).permute(order).contiguous()


def with_tncc(case: Case) -> Callable[[torch.Tensor], float]:
    """Ours, which measures its own error on the way; that takes time, and is counted."""
    compiled = tncc.compile("std.mpo", batch=(1,), ins=case.ins, outs=case.outs, chi=case.chi, use_bias=False)
    layer = compiled.module(dtype=case.dtype)
    return lambda weight: layer.from_dense_(weight, progress=False).error


def with_tensorly(case: Case) -> Callable[[torch.Tensor], Cores]:
    """TensorLy's TT-SVD of a matrix, on PyTorch."""
    import tensorly
    from tensorly.decomposition import tensor_train_matrix

    tensorly.set_backend("pytorch")
    shape = (*case.ins, *case.outs)
    order = [*range(len(case.outs), len(shape)), *range(len(case.outs))]
    ranks = [1, *[case.chi] * (len(case.ins) - 1), 1]

    def run(weight: torch.Tensor) -> Cores:
        return tuple(tensor_train_matrix(weight.reshape(*case.outs, *case.ins).permute(order), ranks))

    return run


def with_tltorch(case: Case) -> Callable[[torch.Tensor], Cores]:
    """tensorly-torch's block tensor train from a matrix."""
    from tltorch import TensorizedTensor

    def run(weight: torch.Tensor) -> Cores:
        found = TensorizedTensor.from_matrix(weight, case.outs, case.ins, rank=case.chi, factorization="BlockTT")
        return tuple(core.transpose(1, 2) for core in found.factors)

    return run


def with_tensorkrowch(case: Case) -> Callable[[torch.Tensor], Cores]:
    """TensorKrowch's matrix to matrix product operator, its cores brought to (left, in, out, right)."""
    from tensorkrowch.decompositions import mat_to_mpo

    def run(weight: torch.Tensor) -> Cores:
        first, *middle, last = mat_to_mpo(interleaved(case, weight), rank=case.chi)
        cores = [first.permute(0, 2, 1)[None], *(core.permute(0, 1, 3, 2) for core in middle), last[..., None]]
        return tuple(cores)

    return run


PEERS: dict[str, Callable[[Case], Callable[[torch.Tensor], object]]] = {
    "tncc": with_tncc, "tensorly": with_tensorly, "tensorly-torch": with_tltorch, "tensorkrowch": with_tensorkrowch,
}  # fmt: skip


def error_of(case: Case, weight: torch.Tensor, found: object) -> float:
    """The relative error: as reported, or of cores (left, in, out, right)."""
    if isinstance(found, float):
        return found
    assert isinstance(found, tuple)
    whole = found[0].detach().double()
    for core in found[1:]:
        whole = torch.tensordot(whole, core.detach().double(), dims=1)
    whole = whole.squeeze(0).squeeze(-1)
    wanted = interleaved(case, weight).double()
    return float((whole - wanted).norm() / wanted.norm())


def measured(case: Case, repeats: int) -> dict[str, tuple[float, float]]:
    """Median seconds and relative error of each that is installed, run in turn."""
    weight = matrix(case)
    runs: dict[str, Callable[[torch.Tensor], object]] = {}
    for name, make in PEERS.items():
        try:
            runs[name] = make(case)
        except ImportError:
            continue
    errors = {name: error_of(case, weight, run(weight)) for name, run in runs.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            start = time.perf_counter()
            run(weight)
            times[name].append(time.perf_counter() - start)
    return {name: (statistics.median(times[name]), errors[name]) for name in runs}


def peak_of(name: str, case: Case, path: str) -> float:
    """Peak memory of one decomposition, the matrix included, in the matrix's bytes.

    The matrix comes from a file, since making it takes more memory than most decompositions.
    """
    small = Case((2,) * len(case.outs), (2,) * len(case.ins), 2, case.dtype)
    PEERS[name](small)(matrix(small))  # libraries are loaded there, and their buffers made
    run = PEERS[name](case)
    before = resident("VmRSS")
    weight = torch.empty(math.prod(case.outs), math.prod(case.ins), dtype=case.dtype)
    with open(path, "rb", buffering=0) as stream:
        stream.readinto(memoryview(weight.numpy()).cast("B"))
    run(weight)
    return (resident("VmHWM") - before) / (weight.numel() * weight.element_size())


def resident(field: str) -> int:
    """Bytes of memory that the process has now (VmRSS), or had at most (VmHWM); Linux only.

    What `resource` calls the maximum starts with that of the process that started this one.
    """
    with open("/proc/self/status") as stream:
        return next(int(line.split()[1]) * 1024 for line in stream if line.startswith(field))


def peaks(number: int, names: Sequence[str]) -> dict[str, float]:
    """`peak_of` in a process for each."""
    found = {}
    with tempfile.NamedTemporaryFile() as stream:
        stream.write(memoryview(matrix(CASES[number]).numpy()).cast("B"))
        stream.flush()
        for name in names:
            words = [sys.executable, __file__, "--peak", name, "--case", str(number), "--file", stream.name]
            found[name] = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    return found


def large(case: Case) -> bool:
    """Whether what the matrix takes tells from what the libraries take."""
    return math.prod(case.outs) * math.prod(case.ins) >= 2**22


def main() -> None:
    """Print a table, or one figure for the process that asked for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--case", type=int, default=None)
    parser.add_argument("--peak", choices=PEERS, default=None)
    parser.add_argument("--file", default=None)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    if arguments.peak:
        print(json.dumps(peak_of(arguments.peak, CASES[arguments.case], arguments.file)))
        return
    console = Console(width=120)
    console.print(describe("torch", "tensorly", "tensorly-torch", "tensorkrowch"), highlight=False)
    table = Table(box=None, pad_edge=False)
    for heading in ("matrix", "by", "time", "beside tncc", "relative error", "peak / matrix"):
        table.add_column(heading, justify="left" if heading in ("matrix", "by") else "right")
    for number, case in enumerate(CASES):
        if arguments.case not in (None, number):
            continue
        found = measured(case, arguments.repeats)
        memory = peaks(number, list(found)) if large(case) else {}
        base = found["tncc"][0]
        for name, (seconds, error) in found.items():
            title = case.name if name == "tncc" else ""
            figures = (f"{seconds * 1e3:.1f} ms", f"{seconds / base:.2f}x", f"{error:.6f}")
            peak = f"{memory[name]:.1f}" if name in memory else ""
            table.add_row(title, name, *figures, peak)
    console.print(table)


if __name__ == "__main__":
    main()
