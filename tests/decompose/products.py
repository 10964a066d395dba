"""Products of random tensors with named legs, and their normal equations by numpy."""

from dataclasses import dataclass
from math import prod

import numpy as np
import torch

from tests.oracle import Array
from tncc.decompose.alternating import Problem
from tncc.decompose.contracting import Named, contract
from tncc.decompose.normal import primed


@dataclass(frozen=True)
class Graph:
    """Legs of tensors, of which small letters are the matrix' own, and those that are columns."""

    tensors: tuple[str, ...]
    columns: str

    @property
    def visible(self) -> tuple[str, ...]:
        """The legs of the matrix, rows first."""
        found = sorted({name for legs in self.tensors for name in legs if name.islower()})
        return tuple(sorted(found, key=lambda name: name in self.columns))


SIZES = {"i": 3, "j": 2, "k": 2, "o": 3, "p": 2, "R": 2, "S": 3, "T": 2}

GRAPHS = {
    "chain": Graph(("ioR", "RjpS", "Sk"), "ijk"),
    "ring": Graph(("iRoS", "SjT", "TpR"), "ij"),
    "tucker": Graph(("iR", "jS", "RST", "To"), "ij"),
    "btt": Graph(("oijR", "Ropj"), "ij"),
    "cp": Graph(("iR", "jR", "oR", "pR"), "ij"),
    "apart": Graph(("iR", "Ro", "jS", "Sp"), "ij"),
    "repeated": Graph(("iR", "Rio"), "i"),
}


def numbers(shape: list[int], seed: int, dtype: torch.dtype) -> torch.Tensor:
    """Normally distributed, complex ones too."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def tensors_of(graph: Graph, dtype: torch.dtype = torch.float64) -> list[Named]:
    """A random tensor for each node."""
    return [
        Named(tuple(legs), numbers([SIZES[name] for name in legs], place, dtype))
        for place, legs in enumerate(graph.tensors)
    ]


def moments_of(graph: Graph, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    """A positive matrix on all columns that is no product."""
    size = prod(SIZES[name] for name in graph.columns)
    data = numbers([2 * size, size], 99, dtype) * torch.logspace(0, -1, size, dtype=torch.float64)
    return data.mH @ data / len(data)


def problem_of(graph: Graph, dtype: torch.dtype = torch.float64) -> Problem:
    """A random matrix under these moments."""
    moments, shape = moments_of(graph, dtype), [SIZES[name] for name in graph.visible]
    columns = [SIZES[name] for name in graph.columns]
    target = numbers(shape, 7, dtype)
    image = (target.reshape(-1, len(moments)) @ moments).reshape(shape)
    metric = Named((*(primed(name) for name in graph.columns), *graph.columns), moments.reshape(*columns, *columns))
    energy = float((image * target.conj()).sum().real)
    return Problem(Named(graph.visible, image), energy, tuple(True for _ in graph.tensors), metric)


def jacobian(graph: Graph, tensors: list[Named], node: int) -> Array:
    """The matrix that takes one tensor's numbers to the product of all: (product, tensor)."""
    shape = tensors[node].value.shape
    script = ",".join(legs for legs in graph.tensors) + "->" + "".join(graph.visible)
    others = [one.value.numpy() for one in tensors]
    columns = []
    for unit in np.eye(shape.numel()):
        others[node] = unit.reshape(shape)
        columns.append(np.einsum(script, *others).reshape(-1))
    return np.stack(columns, axis=1)


def whole_metric(graph: Graph, dtype: torch.dtype = torch.float64) -> Array:
    """The moments on the whole matrix, flattened row by row: errors are e Cᵀ e* with e as a vector."""
    moments = moments_of(graph, dtype).numpy()
    rows = prod(SIZES[name] for name in graph.visible if name not in graph.columns)
    return np.kron(np.eye(rows), moments.T)


def squared_error(graph: Graph, problem: Problem, tensors: list[Named], dtype: torch.dtype = torch.float64) -> float:
    """‖(T - ∏ tensors) C^½‖² by numpy."""
    moments = moments_of(graph, dtype).numpy()
    target = problem.target.value.numpy().reshape(-1, len(moments)) @ np.linalg.inv(moments)
    left = target - contract(tensors, graph.visible).numpy().reshape(-1, len(moments))
    return float(np.trace(left @ moments @ left.conj().T).real)
