"""What bond taps cost where they are off: a layer against the same one without all that it can do at its bonds.

Training steps (forward, backward, SGD) and calls in eval() run in one process on equal weights and data, in pairs whose
order turns: without bonds, the layer, and without bonds once more. The ratio of the two runs of the same class is the
noise that the layer's ratio is held against. Without kernels what knows nothing of bonds is the generated class; with
`--kernels auto`, which runs C kernels wherever a layer does, it is the layer's class without that one mixin. What taps
and hooks cost where they are on stands below.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from machine import describe
from torch import nn

import tncc
from tncc.layers.bonds import Bonds
from tncc.loading import instantiate
from tncc.planning_options import KernelChoice

ROWS = (1, 32, 256)
"""Rows of a call."""


def layers(chi: int, kernels: KernelChoice) -> tuple[nn.Module, nn.Module, nn.Module]:
    """The layer, and two instances of a class without bonds, all with the same weights."""
    compiled = tncc.compile("std.mpo", ins=(8, 8, 8), outs=(8, 8, 8), chi=chi, batch=ROWS)
    layer = compiled.module(kernels=kernels)
    generated = instantiate(compiled.source(), compiled.network.name)
    made = generated if kernels == "torch" else without_bonds(type(layer))
    plain, again = made(), made()
    for other in (plain, again):
        other.load_state_dict(layer.state_dict())
    return layer, plain, again


def without_bonds(made: type[nn.Module]) -> type[nn.Module]:
    """The class of a layer with kernels without what it can do at its bonds."""
    bases = tuple(base for base in made.__bases__ if base is not Bonds)
    names = {name: value for name, value in vars(made).items() if name not in ("__dict__", "__weakref__")}
    return type(made.__name__, bases, names)


def training_step(module: nn.Module, x: torch.Tensor, target: torch.Tensor) -> Callable[[], object]:
    """One step of gradient descent, so small that weights hardly move."""
    optimizer = torch.optim.SGD(module.parameters(), lr=1e-9)

    def step() -> None:
        optimizer.zero_grad()
        (module(x) - target).square().mean().backward()
        optimizer.step()

    return step


def eval_call(module: nn.Module, x: torch.Tensor) -> Callable[[], object]:
    """One call without gradients."""

    def call() -> None:
        with torch.no_grad():
            module(x)

    return call


def seconds(call: Callable[[], object], repeats: int) -> float:
    """The mean processor time of some calls: one thread computes, and what else the machine does is no matter."""
    start = time.process_time()
    for _ in range(repeats):
        call()
    return (time.process_time() - start) / repeats


def compared(calls: dict[str, Callable[[], object]], blocks: int, repeats: int) -> dict[str, list[float]]:
    """Times of several calls, block by block, each block in another order."""
    for call in calls.values():
        seconds(call, repeats)
    times: dict[str, list[float]] = {name: [] for name in calls}
    names = list(calls)
    for number in range(blocks):
        turned = names[number % len(names) :] + names[: number % len(names)]
        for name in turned if number % 2 else reversed(turned):
            times[name].append(seconds(calls[name], repeats))
    return times


def ratio(times: dict[str, list[float]], one: str, other: str) -> tuple[float, float]:
    """The median ratio of two calls, block by block, and half its interquartile range."""
    found = [a / b for a, b in zip(times[one], times[other], strict=True)]
    low, _, high = statistics.quantiles(found, n=4)
    return statistics.median(found), (high - low) / 2


def measure(mode: str, rows: int, chi: int, blocks: int, kernels: KernelChoice) -> bool:
    """Prints one line; whether the layer's ratio is within the noise of 1."""
    layer, plain, again = layers(chi, kernels)
    x, target = torch.randn(rows, 512), torch.randn(rows, 512)
    modules = {"plain": plain, "layer": layer, "again": again}
    if mode == "training":
        calls = {name: training_step(module, x, target) for name, module in modules.items()}
    else:
        calls = {name: eval_call(module.eval(), x) for name, module in modules.items()}
    repeats = max(1, int(0.02 / seconds(calls["plain"], 20)))
    times = compared(calls, blocks, repeats)
    middle, spread = ratio(times, "layer", "plain")
    same, noise = ratio(times, "again", "plain")
    extra = 1e6 * (statistics.median(times["layer"]) - statistics.median(times["plain"]))
    within = abs(middle - 1) <= max(noise, abs(same - 1), 0.01)
    base = 1e6 * statistics.median(times["plain"])
    print(
        f"{mode:8} {rows:5} rows, chi {chi:2}: {base:8.1f} µs without, layer / without {middle:.3f} ± {spread:.3f} "
        f"({extra:+.1f} µs), without / without {same:.3f} ± {noise:.3f}{'' if within else '  NOT WITHIN NOISE'}",
        flush=True,
    )
    return within


def measure_on(rows: int, chi: int, blocks: int, kernels: KernelChoice) -> None:
    """Prints what a training step takes with taps and hooks on."""
    off, tapped, hooked = (layers(chi, kernels)[0] for _ in range(3))
    x, target = torch.randn(rows, 512), torch.randn(rows, 512)
    hooked.hook_("r[1]", lambda activation: activation)

    def read(module: nn.Module) -> Callable[..., torch.Tensor]:
        return lambda x: module(x, taps=["r[1]"])[0]

    class Tapped(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = tapped
            self.read = read(tapped)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.read(x)

    calls = {
        "off": training_step(off, x, target),
        "tapped": training_step(Tapped(), x, target),
        "hooked": training_step(hooked, x, target),
    }
    repeats = max(1, int(0.02 / seconds(calls["off"], 5)))
    times = {name: 1e6 * statistics.median(found) for name, found in compared(calls, blocks, repeats).items()}
    print(
        f"on       {rows:5} rows, chi {chi:2}: {times['off']:8.1f} µs a training step with taps off, "
        f"{times['tapped']:.1f} µs with a tap, {times['hooked']:.1f} µs with a hook",
        flush=True,
    )


def main() -> None:
    """Prints a line for each case; exits with 1 where taps that are off cost more than the noise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=41)
    parser.add_argument("--chi", type=int, default=8)
    parser.add_argument("--kernels", choices=("torch", "auto"), default="torch")
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(describe("torch", "numpy"))
    rest = (given.chi, given.blocks, given.kernels)
    fine = [measure(mode, rows, *rest) for mode in ("training", "eval") for rows in ROWS]
    for rows in ROWS:
        measure_on(rows, *rest)
    raise SystemExit(0 if all(fine) else 1)


if __name__ == "__main__":
    main()
