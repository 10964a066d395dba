"""Measures a compiled module beside what was predicted for it, and beside the dense layer that it stands for."""

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from tncc.driver import Compiled
from tncc.ir.linearity import linear_map
from tncc.report.timings import Mode, Timing, Timings
from tncc.watching import Watch, unwatched

Times = tuple[float, float | None, float | None]
"""Microseconds of the PyTorch plan, of a layer with kernels, and of the dense layer; None for one that there is not."""

Modules = tuple[torch.nn.Module, torch.nn.Module | None, torch.nn.Module | None]
"""What they are the times of."""

ROUNDS = 7
"""Each time is the median of so many samples."""

SAMPLE_SECONDS = 0.01
"""A sample repeats what it measures for at least so long."""


def measured(compiled: Compiled, watch: Watch = unwatched) -> Timings:
    """Times of a module in `eval()`, with gradients off, and in training, at the row counts that it was compiled for.

    Inputs and tensors are random, in single precision, on the CPU with torch's present number of threads.
    """
    report = compiled.report()
    plain = compiled.module(dtype=torch.float32, kernels="torch")
    layer = compiled.module(dtype=torch.float32)
    kernels = layer if getattr(layer, "_engines", None) else None
    found = []
    for number, plan in enumerate(report.plans):
        watch(f"measuring {plan.rows:,} rows", number, len(report.plans))
        inputs = random_inputs(compiled, plan.rows)
        modules: Modules = (plain, kernels, dense_layer(compiled))
        found += [
            timing(plan.rows, "eval", plan.inference_us, inference_us(switched(modules, False), inputs)),
            timing(plan.rows, "forward", plan.predicted_us, inference_us(switched(modules, True), inputs)),
            timing(plan.rows, "training", plan.training_us, training_us(switched(modules, True), inputs)),
        ]
    return Timings(
        network=report.network, file=report.file, machine=compiled.options.machine.name,
        threads=torch.get_num_threads(), timings=tuple(found),
    )  # fmt: skip


def switched(modules: Modules, training: bool) -> Modules:
    """The modules in training or not."""
    for module in modules:
        if module is not None:
            module.train(training)
    return modules


def random_inputs(compiled: Compiled, rows: int) -> list[torch.Tensor]:
    """Normally distributed inputs, leading axes as one of so many rows, dynamic axes at their planned sizes."""
    found = []
    for tensor in compiled.network.inputs:
        shape = [rows if axis.indices == ("...",) else axis.size for axis in tensor.axes]
        found.append(torch.randn(shape, dtype=torch.complex64 if tensor.complex else torch.float32))
    return found


def dense_layer(compiled: Compiled) -> torch.nn.Linear | None:
    """The dense layer that the network stands for, if it does."""
    found = linear_map(compiled.network)
    if found is None or found.in_features * found.out_features > 2**28:
        return None
    return torch.nn.Linear(found.in_features, found.out_features, bias=found.affine)


def timing(rows: int, mode: Mode, predicted: float | None, times: Times) -> Timing:
    """One line of the table."""
    ours, layer, dense = (None if time is None else _digits(time) for time in times)
    assert ours is not None
    return Timing(rows=rows, mode=mode, predicted_us=predicted, measured_us=ours, layer_us=layer, dense_us=dense)


def inference_us(modules: Modules, inputs: list[torch.Tensor]) -> Times:
    """A call with gradients off."""
    with torch.no_grad():
        flat = inputs[0].reshape(inputs[0].shape[0], -1) if modules[2] is not None else inputs[0]
        first, second, dense = modules
        return alternating(
            lambda: first(*inputs),
            None if second is None else lambda: second(*inputs),
            None if dense is None else lambda: dense(flat),
        )


def training_us(modules: Modules, inputs: list[torch.Tensor]) -> Times:
    """A forward and a backward pass, with gradients of the inputs too."""
    leaves = [tensor.clone().requires_grad_() for tensor in inputs]
    results = modules[0](*leaves)
    results = results if isinstance(results, tuple) else (results,)
    seeds = [torch.randn_like(result) for result in results]

    def step(module: torch.nn.Module) -> Callable[[], object]:
        def run() -> None:
            clear(module, leaves)
            found = module(*leaves)
            torch.autograd.backward(found if isinstance(found, tuple) else (found,), seeds)

        return run

    def dense_step(dense: torch.nn.Module) -> Callable[[], object]:
        def run() -> None:
            clear(dense, leaves)
            flat = leaves[0].reshape(leaves[0].shape[0], -1)
            torch.autograd.backward(dense(flat), seeds[0].reshape(len(seeds[0]), -1))

        return run

    first, second, dense = modules
    return alternating(
        step(first), None if second is None else step(second), None if dense is None else dense_step(dense)
    )


def clear(module: torch.nn.Module, leaves: list[torch.Tensor]) -> None:
    """Forgets all gradients."""
    module.zero_grad(set_to_none=True)
    for leaf in leaves:
        leaf.grad = None


def alternating(
    ours: Callable[[], object], layer: Callable[[], object] | None, dense: Callable[[], object] | None
) -> Times:
    """The medians of things measured in turn, so that all meet the same disturbances."""
    calls = (ours, layer, dense)
    with _quiet():
        repeats = [0 if call is None else calls_for_sample(call) for call in calls]
        samples: list[list[float]] = [[], [], []]
        for _ in range(ROUNDS):
            for place, (call, count) in enumerate(zip(calls, repeats, strict=True)):
                if call is not None:
                    samples[place].append(sampled(call, count))
    others = [statistics.median(taken) if taken else None for taken in samples[1:]]
    return statistics.median(samples[0]), others[0], others[1]


def calls_for_sample(call: Callable[[], object]) -> int:
    """How many calls make a sample, after two to warm up."""
    call()
    start = time.perf_counter()
    call()
    return max(1, math.ceil(SAMPLE_SECONDS / max(time.perf_counter() - start, 1e-6)))


def sampled(call: Callable[[], object], count: int) -> float:
    """Microseconds of one of so many calls."""
    start = time.perf_counter()
    for _ in range(count):
        call()
    return 1e6 * (time.perf_counter() - start) / count


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing but what is measured: no garbage collection in between."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _digits(value: float) -> float:
    return float(f"{value:.4g}")
