"""Trains the tensorized classifier of digits.tn beside a dense one and a low-rank one with as many parameters.

Run it with `make demo`, or `python examples/digits/train.py --epochs 30 --chi 4`. The data are scikit-learn's
handwritten digits, which ship with that package: 1,797 images of 8 × 8 pixels.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

import tncc

PROGRAM = os.path.relpath(Path(__file__).with_name("digits.tn"))
BATCH = 64
WIDTHS = (64, 512, 256, 10)


@dataclass(frozen=True)
class Data:
    """Images as rows of 64 pixels in [0, 1], and their digits."""

    train_images: torch.Tensor
    train_labels: torch.Tensor
    test_images: torch.Tensor
    test_labels: torch.Tensor


@dataclass(frozen=True)
class Outcome:
    """What one model reached, and what it took; FLOPs are those of one forward pass over one image."""

    name: str
    accuracy: float
    parameters: int
    flops: int
    seconds: float
    forward_us: float


def load_data() -> Data:
    """The digits, a fifth of them kept back for testing, each digit in the same share."""
    images, labels = load_digits(return_X_y=True)
    split = train_test_split(images / 16.0, labels, test_size=0.2, random_state=0, stratify=labels)
    train_images, test_images, train_labels, test_labels = split
    return Data(
        torch.tensor(train_images, dtype=torch.float32),
        torch.tensor(train_labels),
        torch.tensor(test_images, dtype=torch.float32),
        torch.tensor(test_labels),
    )


def dense_model() -> nn.Module:
    """The same network with each tensorized layer replaced by `nn.Linear`."""
    first, second, third = (nn.Linear(a, b) for a, b in pairwise(WIDTHS))
    return nn.Sequential(first, nn.GELU(), second, nn.GELU(), third)


def low_rank_model(chi: int) -> nn.Module:
    """The same network with each tensorized layer replaced by a low-rank pair of as many parameters."""
    factors = (((4, 4, 4), (8, 8, 8)), ((8, 8, 8), (4, 8, 8)))
    layers: list[nn.Module] = []
    for (ins, outs), features in zip(factors, pairwise(WIDTHS), strict=False):
        pair = tncc.compile("std.mpo", ins=ins, outs=outs, chi=chi).report(batch=(1,)).low_rank
        assert pair is not None
        down = nn.Linear(features[0], pair.rank, bias=False)
        layers += [nn.Sequential(down, nn.Linear(pair.rank, features[1])), nn.GELU()]
    return nn.Sequential(*layers, nn.Linear(*WIDTHS[-2:]))


def linear_flops(model: nn.Module) -> int:
    """Multiplies and adds of the linear layers of a model for one image, biases and GELUs included."""
    linears = [module for module in model.modules() if isinstance(module, nn.Linear)]
    products = sum(2 * layer.in_features * layer.out_features for layer in linears)
    biases = sum(layer.out_features for layer in linears if layer.bias is not None)
    return products + biases + sum(WIDTHS[1:-1])


def train(name: str, model: nn.Module, flops: int, data: Data, epochs: int, progress: Progress) -> Outcome:
    """Train a model with AdamW under a cosine schedule, and measure it."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    generator = torch.Generator().manual_seed(0)
    bar = progress.add_task(name, total=epochs, loss=float("nan"))
    start = time.perf_counter()
    for _ in range(epochs):
        for rows in torch.randperm(len(data.train_images), generator=generator).split(BATCH):
            loss = nn.functional.cross_entropy(model(data.train_images[rows]), data.train_labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
        progress.update(bar, advance=1, loss=loss.item())
    seconds = time.perf_counter() - start
    model.eval()
    with torch.no_grad():
        right = (model(data.test_images).argmax(-1) == data.test_labels).float().mean().item()
        forward = median_time(lambda: model(data.test_images[:BATCH]))
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return Outcome(name, right, parameters, flops, seconds, forward * 1e6)


def median_time(call: Callable[[], object], repeats: int = 50) -> float:
    """The median of some timed calls, in seconds, behind a few that are not counted."""
    times = []
    for repeat in range(repeats + 5):
        start = time.perf_counter()
        call()
        if repeat >= 5:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def show(outcomes: list[Outcome], console: Console) -> None:
    """The comparison as a table."""
    table = Table(title=f"Handwritten digits: 360 test images, forward timed on {BATCH}", title_justify="left")
    for heading in ("model", "test accuracy", "parameters", "FLOPs / image", "training", "forward"):
        table.add_column(heading, justify="left" if heading == "model" else "right")
    for outcome in outcomes:
        table.add_row(
            outcome.name, f"{outcome.accuracy:.1%}", f"{outcome.parameters:,}", f"{outcome.flops:,}",
            f"{outcome.seconds:.1f} s", f"{outcome.forward_us:.0f} µs",
        )  # fmt: skip
    console.print(table)


def main() -> None:
    """Train all three, compare them, and close with the cost report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--chi", type=int, default=4)
    options = parser.parse_args()
    torch.set_num_threads(1)  # layers this small only lose by sharing their work
    console = Console()
    data = load_data()
    compiled = tncc.compile(PROGRAM, batch=(1, BATCH, 1024), chi=options.chi)
    report = compiled.report()
    torch.manual_seed(0)
    dense, low_rank = dense_model(), low_rank_model(options.chi)
    models = [
        ("tensorized", compiled.module(), report.plans[0].flops),
        ("dense", dense, linear_flops(dense)),
        ("low rank", low_rank, linear_flops(low_rank)),
    ]
    columns = (TextColumn("{task.description:>10}"), BarColumn(), TextColumn("loss {task.fields[loss]:.4f}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        outcomes = [train(*model, data, options.epochs, progress) for model in models]
    show(outcomes, console)
    share = outcomes[0].parameters / outcomes[1].parameters
    console.print(f"The tensorized model has {share:.1%} of the dense model's parameters.\n")
    console.print(report.text(width=min(console.width, 100)), markup=False, highlight=False)


if __name__ == "__main__":
    main()
