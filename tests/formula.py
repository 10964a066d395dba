"""Holds a compiled network of one input against a formula written by hand, in every way in which it can be run."""

import math
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from os import PathLike
from typing import Any, TypeAlias

import numpy as np
import torch

import tncc
from tests.oracle import Array, evaluate


@dataclass(frozen=True)
class Library:
    """What a formula may use of NumPy or PyTorch, so that one formula gives values as well as gradients."""

    einsum: Callable[..., Any]
    exp: Callable[[Any], Any]
    erf: Callable[[Any], Any]


# Without a bound on intermediates of its own, NumPy's greedy search takes any large product in one loop.
NUMPY = Library(partial(np.einsum, optimize=("greedy", 1e18)), np.exp, np.vectorize(math.erf, otypes=[np.float64]))
TORCH = Library(torch.einsum, torch.exp, torch.erf)

Formula: TypeAlias = Callable[[Library, Any, Mapping[str, Any]], Any]
"""The output from a library, the input and the stored tensors by their names in `state_dict()`."""


@cache
def compiled_once(file: str | PathLike[str], **values: Hashable) -> tncc.Compiled:
    """The network planned for few rows, shared by all tests that ask for the same one."""
    return tncc.compile(file, batch=(4,), **values)


def stored_tensors(compiled: tncc.Compiled, seed: int = 0) -> dict[str, Array]:
    """Random values for all stored tensors, by their names in `state_dict()`: `auto` ones at their own scale."""
    generator = np.random.default_rng(seed)
    return {
        ".".join(tensor.path): generator.normal(0, tensor.init.std or 1.0, [axis.size for axis in tensor.axes])
        for tensor in compiled.network.tensors
        if tensor.role in ("parameter", "frozen")
    }


def root_mean_square(compiled: tncc.Compiled, x: Callable[[], torch.Tensor], seeds: int = 64) -> float:
    """That of the output over many initializations, each with an input of its own."""
    module = compiled.module()
    squares = []
    with one_thread(), torch.no_grad():
        for seed in range(seeds):
            torch.manual_seed(seed)
            module.reset_parameters()
            squares.append(module(x()).square().mean().item())
    return math.sqrt(sum(squares) / seeds)


@contextmanager
def one_thread() -> Iterator[None]:
    """PyTorch without its thread pool, which costs small products far more than it saves."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def assert_follows(compiled: tncc.Compiled, formula: Formula, x: Array, seed: int = 0) -> None:
    """The oracle, the NumPy target and the PyTorch module give the formula's value; the module also its gradients."""
    stored = stored_tensors(compiled, seed)
    expected = formula(NUMPY, x, stored)
    for found in (by_oracle(compiled, x, stored), by_numpy_target(compiled, x, stored)):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())
    assert_torch_follows(compiled, formula, x, stored)


def by_oracle(compiled: tncc.Compiled, x: Array, stored: Mapping[str, Array]) -> Array:
    """The output of the elaborated network, by the oracle."""
    network = compiled.network
    by_path = {".".join(tensor.path): tensor.name for tensor in network.tensors}
    values = {by_path[path]: array for path, array in stored.items()} | {network.inputs[0].name: x}
    return evaluate(network, values)[network.outputs[0]]


def by_numpy_target(compiled: tncc.Compiled, x: Array, stored: Mapping[str, Array]) -> Array:
    """The output of the generated NumPy script."""
    scope: dict[str, Any] = {"__name__": "generated"}
    exec(compiled.source(target="numpy"), scope)
    output: Array = scope[compiled.network.name](x, stored)
    return output


def assert_torch_follows(compiled: tncc.Compiled, formula: Formula, x: Array, stored: Mapping[str, Array]) -> None:
    """The module's output and all its gradients are those of the formula under autograd."""
    module = compiled.module(dtype=torch.float64)
    module.load_state_dict({name: torch.from_numpy(array) for name, array in stored.items()})
    mine = torch.from_numpy(x).requires_grad_()
    theirs = torch.from_numpy(x).clone().requires_grad_()
    copies = {name: torch.from_numpy(array).clone().requires_grad_() for name, array in stored.items()}
    output, expected = module(mine), formula(TORCH, theirs, copies)
    torch.testing.assert_close(output, expected, rtol=1e-9, atol=1e-9 * float(expected.detach().abs().max()))
    towards = torch.randn(expected.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    output.backward(towards)
    expected.backward(towards)
    pairs = [(mine.grad, theirs.grad), *((p.grad, copies[name].grad) for name, p in module.named_parameters())]
    for found, wanted in pairs:
        assert wanted is not None
        torch.testing.assert_close(found, wanted, rtol=1e-8, atol=1e-8 * float(wanted.abs().max()))
