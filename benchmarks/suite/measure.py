"""One cell of the suite: ours and all peers at one row count, forward or forward and backward."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

import torch
from torch import nn

from benchmarks.suite.equation import Equation, Unsupported, equation, weights
from benchmarks.suite.floor import Empty, training_flops
from benchmarks.suite.networks import ROWS, Case
from benchmarks.suite.peers import Peer, Setting
from benchmarks.suite.timing import PRODUCT_FLOPS, Effort, affordable, large_product, medians
from tncc.driver import Compiled
from tncc.ir.linearity import linear_map
from tncc.planning_options import KernelChoice
from tncc.report.model import Report

Mode = Literal["forward", "training"]
"""In `eval()` with gradients off; or forward and backward in training, with the input's gradient."""

OURS = "tncc"
"""A module as it comes: C kernels where they are predicted to be faster."""

PLAN = "tncc, PyTorch plan"
KERNEL = "tncc, C kernel"
KINDS: tuple[KernelChoice, ...] = ("auto", "torch", "c")
PRODUCT = "2048³ product"
EMPTY = "empty layer"
CLOSE = 1e-3
MANY = 2**20
"""A row count at which what depends on weights only costs nothing beside the rest."""


@dataclass(frozen=True)
class Cell:
    """Microseconds by name, bytes saved for the backward pass by name, and who is missing for what reason.

    `predicted_us` is None where there is no prediction for so many threads; `peak_us` is the time of the fewest FLOPs
    at the rate of the large matrix product, `floor_us` that of those of both passes beside what a step of a layer takes
    that computes nothing.
    """

    case: str
    rows: int
    mode: Mode
    threads: int
    us: Mapping[str, float]
    saved: Mapping[str, int]
    missing: Mapping[str, str]
    predicted_us: float | None
    peak_us: float
    peak: float
    floor_us: float | None = None

    @property
    def label(self) -> str:
        """The place in the suite."""
        return f"{self.case}, {self.rows} rows"


@dataclass(frozen=True)
class Subject:
    """A case as compiled, with what all its cells share."""

    case: Case
    compiled: Compiled
    module: nn.Module
    plan: nn.Module
    kernel: nn.Module
    equation: Equation


def subject(case: Case) -> Subject:
    """Compile a case for all row counts."""
    compiled = case.compiled(ROWS)
    module, plan, kernel = (compiled.module(dtype=torch.float32, kernels=kind) for kind in KINDS)
    for other in (plan, kernel):
        other.load_state_dict(module.state_dict())
    return Subject(case, compiled, module, plan, kernel, equation(case, compiled))


def cells(
    one: Subject, rows: Sequence[int], threads: int, peers: Sequence[Peer], effort: Effort, modes: Sequence[Mode]
) -> Iterator[Cell]:
    """All cells of a case with a number of threads."""
    torch.set_num_threads(threads)
    for count in rows:
        for mode in modes:
            yield _cell(one, count, mode, threads, peers, effort)


def _cell(one: Subject, rows: int, mode: Mode, threads: int, peers: Sequence[Peer], effort: Effort) -> Cell:
    training = mode == "training"
    example = torch.randn(rows, *(axis.size for axis in one.compiled.network.inputs[0].axes[1:]))
    setting = Setting(one.case, one.equation, weights(one.compiled, one.module), example, training)
    modules, missing = _built(one, setting, peers)
    make = _step if training else _call
    calls = {name: make(module, example, one.equation.output_shape) for name, module in modules.items()}
    calls[PRODUCT] = large_product()
    if training:
        calls[EMPTY] = make(Empty(one.module, one.equation.output_shape), example, one.equation.output_shape)
    with torch.set_grad_enabled(training):
        us = medians(calls, effort)
    peak = 1e6 * PRODUCT_FLOPS / us.pop(PRODUCT)
    floor = us.pop(EMPTY) + 1e6 * training_flops(one.compiled, rows) / peak if training else None
    missing |= {name: "runs out of memory" for name in modules if name not in us}
    counted = {name: affordable(partial(saved_bytes, modules[name], example)) for name in us} if training else {}
    saved = {name: count for name, count in counted.items() if count is not None}
    return Cell(
        one.case.name, rows, mode, threads, us, saved, missing, _predicted(one.compiled, rows, mode, threads),
        1e6 * fewest_flops(one.compiled, rows) / peak, peak, floor,
    )  # fmt: skip


def _built(one: Subject, setting: Setting, peers: Sequence[Peer]) -> tuple[dict[str, nn.Module], dict[str, str]]:
    """Ours, and every peer that can be built and computes the same; and why the others are left out."""
    ours = {OURS: one.module, PLAN: one.plan, KERNEL: one.kernel}
    modules, missing = {name: module.train(setting.training) for name, module in ours.items()}, {}
    with torch.no_grad():
        expected = one.plan(setting.example)
    for module in modules.values():
        _check(module, setting, expected)
    for peer in peers:
        try:
            module = affordable(partial(peer.build, setting))
            if module is None:
                raise Unsupported("runs out of memory")
            module.train(setting.training)
            if peer.role != "dense":
                _check(module, setting, expected)
        except Unsupported as reason:
            missing[peer.name] = str(reason)
        else:
            modules[peer.name] = module
    return modules, missing


def _check(module: nn.Module, setting: Setting, expected: torch.Tensor) -> None:
    """Raises Unsupported for a peer that fails, or that computes something else."""
    # As it will be called: a traced network and a compiled one belong to one mode.
    example = setting.example.clone().requires_grad_(setting.training)
    try:
        with torch.set_grad_enabled(setting.training):
            found = module(example)
        if setting.training:
            found.sum().backward()  # what is compiled or traced at the first step is so now
    except Exception as error:  # whatever a library raises, the others are measured
        raise Unsupported(f"fails with {type(error).__name__}: {str(error).splitlines()[0][:80]}") from error
    error = (found.detach() - expected).abs().max() / expected.abs().max()
    if not error < CLOSE:
        raise Unsupported(f"DISAGREES with ours by {error:.1e}")


def _call(module: nn.Module, example: torch.Tensor, shape: tuple[int, ...]) -> Callable[[], object]:
    return lambda: module(example)


def _step(module: nn.Module, example: torch.Tensor, shape: tuple[int, ...]) -> Callable[[], object]:
    """A forward and a backward pass with fresh gradients of the input and of all parameters."""
    leaf = example.clone().requires_grad_()
    leaves = [leaf, *module.parameters()]
    seed = torch.randn(example.shape[0], *shape)

    def step() -> None:
        for tensor in leaves:
            tensor.grad = None
        module(leaf).backward(seed)

    return step


def saved_bytes(module: nn.Module, example: torch.Tensor) -> int:
    """What a forward pass keeps for the backward pass, each storage once; parameters and buffers are there anyway."""
    own = {tensor.untyped_storage().data_ptr() for tensor in (*module.parameters(), *module.buffers())}
    # Holding the tensors keeps their addresses from being used again.
    kept: dict[int, torch.Tensor] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    leaf = example.clone().requires_grad_()
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = module(leaf)
    del result  # what it keeps is in `kept` by now
    return sum(tensor.untyped_storage().nbytes() for place, tensor in kept.items() if place not in own)


def _predicted(compiled: Compiled, rows: int, mode: Mode, threads: int) -> float | None:
    """The predicted microseconds, where the machine profile is one for so many threads."""
    if compiled.options.machine.threads != threads:
        return None
    (plan,) = (plan for plan in _report(compiled, ROWS if rows in ROWS else (rows,)).plans if plan.rows == rows)
    return plan.inference_us if mode == "forward" else plan.training_us


@cache
def _report(compiled: Compiled, rows: tuple[int, ...]) -> Report:
    """Made once: a report plans anew."""
    return compiled.report(batch=rows)


def fewest_flops(compiled: Compiled, rows: int) -> float:
    """The fewest FLOPs of any order at a row count, without steps on weights alone, or those of the dense matrix.

    A step's FLOPs are proportional to the rows that it carries, so that an order found for other rows counts too.
    """
    found = []
    for planned in dict.fromkeys((rows, *ROWS, MANY)):
        (plan,) = _report(compiled, (planned,)).plans
        found.append(sum(step.flops for step in plan.steps if "..." in step.expression) * rows / planned)
    shape = linear_map(compiled.network)
    dense = math.inf if shape is None else 2 * shape.in_features * shape.out_features * rows
    # The cores contracted first are the dense matrix, whatever order the planner prefers.
    return min(*found, dense)
