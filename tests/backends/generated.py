"""Generated code run for tests."""

import hashlib
import linecache
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn

from tests.backends.emitted import source_of
from tests.oracle import Array
from tncc.backends.naming import top_level_name
from tncc.ir.network import Network


def executed(source: str) -> dict[str, Any]:
    """The names that generated code defines; its module and lines are where tracebacks and compilers look for them."""
    name = f"generated_{hashlib.sha256(source.encode()).hexdigest()}"
    module = sys.modules[name] = ModuleType(name)
    linecache.cache[f"<{name}>"] = (len(source), None, source.splitlines(keepends=True), f"<{name}>")
    exec(compile(source, f"<{name}>", "exec"), module.__dict__)
    return module.__dict__


def class_of(network: Network, linear: bool = False) -> Any:
    """The generated class."""
    return executed(source_of(network, linear=linear))[top_level_name(network.name)]


def function_of(network: Network) -> Any:
    """The generated NumPy function."""
    return executed(source_of(network, "numpy"))[top_level_name(network.name)]


def module_of(network: Network, values: Mapping[str, Array] | None = None, **options: Any) -> Any:
    """A generated module, in double precision unless told otherwise, with these tensors by name."""
    module = class_of(network, linear=options.pop("linear", False))(**{"dtype": torch.float64} | options)
    if values is not None:
        load(module, network, values)
    return module


def load(module: nn.Module, network: Network, values: Mapping[str, Array]) -> None:
    """Gives a module its tensors."""
    module.load_state_dict(state_of(network, values))


def state_of(network: Network, values: Mapping[str, Array]) -> dict[str, torch.Tensor]:
    """Tensors by the names of `state_dict()`."""
    stored = [tensor for tensor in network.tensors if tensor.role in ("parameter", "frozen")]
    return {".".join(tensor.path): torch.from_numpy(np.asarray(values[tensor.name])) for tensor in stored}


def arguments_of(network: Network, values: Mapping[str, Array]) -> list[torch.Tensor]:
    """The inputs, in order."""
    return [torch.from_numpy(np.asarray(values[tensor.name])) for tensor in network.inputs]


def results_of(network: Network, results: Any) -> dict[str, Array]:
    """What a module or a function returned, by output."""
    found = results if isinstance(results, tuple) else (results,)
    arrays = [value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value) for value in found]
    return dict(zip(network.outputs, arrays, strict=True))
