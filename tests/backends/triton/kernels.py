"""Generated modules with kernels, run by Triton's interpreter, which needs no GPU."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import tncc
from tests.autograd import by_autograd
from tests.backends.generated import executed
from tests.oracle import Array, draw, evaluate
from tncc.backends.naming import top_level_name
from tncc.ir.network import Network

EXAMPLES = Path(__file__).parents[3] / "examples" / "networks"

TWO_SITES = ("std.mpo", {"ins": (4, 6), "outs": (5, 3), "chi": 3})
SAMPLES: Mapping[str, tuple[str, dict[str, object]]] = {
    "two_sites": TWO_SITES,
    "three_sites": ("std.mpo", {"ins": (4, 3, 5), "outs": (3, 4, 2), "chi": 3}),
    "ring": ("ring.tn", {"ins": (2, 3, 4), "outs": (3, 2, 2), "chi": 3}),
    "cp": ("cp.tn", {"ins": (2, 3, 4), "outs": (3, 2, 2), "rank": 3}),
    "btt": ("btt.tn", {"a": 4, "b": 6, "c": 5, "d": 3}),
    "tucker": ("std.tucker", {"ins": (4, 5), "outs": (3, 2), "rank": 2}),
    "tree": ("tree.tn", {"levels": 2, "leaf": 2, "chi": 3, "classes": 3}),
    "mps": ("mps_classifier.tn", {"n": 4, "chi": 3, "classes": 3}),
    "peps": ("peps.tn", {"rows": 2, "cols": 2}),
}
"""Networks by name: a file and its parameters."""


def compiled(name: str, **more: object) -> tncc.driver.Compiled:
    """A sample, compiled."""
    file, values = SAMPLES[name]
    path = file if file.startswith("std.") else EXAMPLES / file
    return tncc.compile(path, batch=(32,), **(values | more))


def namespace(source: str, torch_alone: bool = False) -> dict[str, Any]:
    """The names of a generated file; unless asked for, its torch program raises instead of hiding that kernels fail."""
    names = executed(source)
    if not torch_alone:

        def straight(*arguments: object) -> None:
            pytest.fail("the kernels were not used")

        names["_straight"] = straight
    return names


def module_of(
    network: Network, source: str, values: Mapping[str, Array], dtype: torch.dtype, torch_alone: bool = False
) -> torch.nn.Module:
    """The module with these tensors."""
    module = namespace(source, torch_alone)[top_level_name(network.name)](dtype=dtype)
    stored = [tensor for tensor in network.tensors if tensor.role in ("parameter", "frozen")]
    module.load_state_dict({".".join(t.path): torch.tensor(np.asarray(values[t.name]), dtype=dtype) for t in stored})
    return module


def tensors_of(network: Network, values: Mapping[str, Array], dtype: torch.dtype) -> list[torch.Tensor]:
    """The inputs, in order, with gradients wanted."""
    return [torch.tensor(np.asarray(values[t.name]), dtype=dtype).requires_grad_() for t in network.inputs]


def agree(found: torch.Tensor, expected: Array, tolerance: float) -> None:
    """Equality relative to the largest element."""
    scale = 1 + np.abs(expected).max(initial=0)
    assert tuple(found.shape) == expected.shape
    np.testing.assert_allclose(found.detach().double().numpy(), expected, rtol=0, atol=tolerance * scale)


def check(
    network: Network,
    source: str,
    lead: tuple[int, ...],
    dtype: torch.dtype = torch.float32,
    tolerance: float = 1e-5,
    torch_alone: bool = False,
) -> None:
    """Holds outputs and all gradients of a module against the oracle in double precision."""
    values = draw(network, lead=lead)
    module = module_of(network, source, values, dtype, torch_alone)
    inputs = tensors_of(network, values, dtype)
    expected = evaluate(network, values)
    with torch.no_grad():
        for name, result in zip(network.outputs, several(module(*inputs)), strict=True):
            agree(result, expected[name], tolerance)
    results = several(module(*inputs))
    generator = np.random.default_rng(1)
    seeds = {f"{name}'": generator.standard_normal(expected[name].shape) for name in network.outputs}
    used = [(r, torch.tensor(seeds[f"{n}'"], dtype=dtype)) for n, r in zip(network.outputs, results, strict=True)]
    used = [(result, seed) for result, seed in used if result.requires_grad]
    if not used:
        return
    parameters = dict(module.named_parameters())
    wanted = {t.name: parameters[".".join(t.path)] for t in network.tensors if t.role == "parameter"}
    wanted |= {tensor.name: value for tensor, value in zip(network.inputs, inputs, strict=True)}
    outputs, given = zip(*used, strict=True)
    found = torch.autograd.grad(outputs, list(wanted.values()), given, allow_unused=True, materialize_grads=True)
    reference = by_autograd(network, values, seeds)
    for name, gradient in zip(wanted, found, strict=True):
        agree(gradient, reference[name], 10 * tolerance)


def several(results: Any) -> tuple[torch.Tensor, ...]:
    """The results of a module as a tuple."""
    return results if isinstance(results, tuple) else (results,)
