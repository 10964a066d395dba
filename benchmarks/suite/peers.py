"""What the compiled modules are held against: each peer has our weights, or says why it can't."""

import contextlib
import importlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Literal

import torch
from torch import nn

from benchmarks.suite.equation import Equation, Unsupported, cores
from benchmarks.suite.networks import Case
from benchmarks.suite.pairwise import PairwiseChain, largest_bytes
from tncc.ir.network import BATCH

LIMIT = 2**31
"""Peers that work from left to right are left out where one of their arrays would take more bytes than this."""

FACTORS = 40
"""More than so many factors are not given to `torch.compile`."""


@dataclass(frozen=True)
class Setting:
    """What a peer is built for: a case and its equation, our weights by name, the rows, and an example input."""

    case: Case
    equation: Equation
    weights: Mapping[str, torch.Tensor]
    example: torch.Tensor
    training: bool

    @property
    def rows(self) -> int:
        """The number of rows that it will be called with."""
        return self.example.shape[0]

    @cached_property
    def cores(self) -> dict[str, torch.Tensor]:
        """The equation's cores, an axis for each index; a copy."""
        return cores(self.case, self.equation, self.weights)

    def core_list(self, letter: str) -> list[torch.Tensor]:
        """The stored members of a family of tensors, in order."""
        return [tensor for name, tensor in self.weights.items() if name.startswith(f"{letter}[")]

    def train(self) -> list[torch.Tensor]:
        """The cores of a matrix product operator as (left, in, out, right), both ends with a bond of 1."""
        first, *rest = self.core_list("A")
        *rest, last = (first[None], *rest)
        return [*rest, last[..., None]]

    def shapes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The legs of the input and of the output."""
        return self.case.values["ins"], self.case.values["outs"]  # type: ignore[return-value]

    def check_chain(self) -> None:
        """Raises Unsupported where the chain from left to right takes too much memory."""
        size = largest_bytes(self.equation, self.rows)
        if size > LIMIT:
            raise Unsupported(f"an array of {size / 2**30:.1f} GiB between two steps")


@dataclass(frozen=True)
class Peer:
    """A name, what it counts as, and how it is built; building raises Unsupported."""

    name: str
    role: Literal["dense", "library", "compiled"]
    build: Callable[[Setting], nn.Module]


def package(name: str) -> ModuleType:
    """A package that need not be there; raises Unsupported where it is not, or does not import."""
    try:
        return importlib.import_module(name)
    except Exception as error:  # an old package may fail in any way with newer ones
        raise Unsupported(f"`{name}` does not import: {type(error).__name__}") from None


def dense(setting: Setting) -> nn.Module:
    """`nn.Linear`, of the same shape."""
    if setting.case.kind == "umps":
        raise Unsupported("the network is not linear in its input")
    return nn.Linear(setting.example.shape[1], setting.equation.output_shape[0], bias=False)


def factorized(implementation: str) -> Callable[[Setting], nn.Module]:
    """tensorly-torch's `FactorizedLinear`."""

    def build(setting: Setting) -> nn.Module:
        kinds = {"mpo": "BlockTT", "tucker": "Tucker", "cp": "CP"}
        if setting.case.kind not in kinds:
            raise Unsupported("no such factorization")
        layers = package("tltorch.factorized_layers")
        ins, outs = setting.shapes()
        rank, tensors = _tensorly_tensors(setting, len(ins))
        layer = layers.FactorizedLinear(
            ins, outs, bias=False, factorization=kinds[setting.case.kind], rank=rank, implementation=implementation
        )
        parameters = list(layer.parameters())
        with torch.no_grad():
            for parameter, tensor in zip(parameters, tensors, strict=True):
                parameter.copy_(tensor)
        return layer

    return build


def _tensorly_tensors(setting: Setting, ins: int) -> tuple[object, list[torch.Tensor]]:
    """Ranks, and our cores as its parameters lie: the legs of the output come before those of the input."""
    if setting.case.kind == "mpo":
        tensors = [core.transpose(1, 2) for core in setting.train()]
        return (*(core.shape[0] for core in tensors), 1), tensors
    if setting.case.kind == "cp":
        tensors = [*setting.core_list("B"), *setting.core_list("A")]
        return tensors[0].shape[1], [torch.ones(tensors[0].shape[1]), *tensors]
    core = setting.weights["G"]
    core = core.permute(*range(ins, core.ndim), *range(ins))
    factors = [*(v.T for v in setting.core_list("V")), *setting.core_list("U")]
    return tuple(core.shape), [core, *factors]


def tednet(setting: Setting) -> nn.Module:
    """TedNet's tensor train and CP; its ring and its Tucker-2 are other networks."""
    kind = setting.case.kind
    if kind not in ("mpo", "cp"):
        other = {"ring": "its ring has a core for each leg", "tucker": "its Tucker-2 has no factor for each leg"}
        raise Unsupported(other.get(kind, "no such network"))
    if kind == "mpo":
        setting.check_chain()
    library = package("tednet.tnn.tensor_train" if kind == "mpo" else "tednet.tnn.cp")
    ins, outs = map(list, setting.shapes())
    with contextlib.redirect_stdout(io.StringIO()):  # it prints how much it compresses
        if kind == "mpo":
            layer = library.TTLinear(ins, outs, [core.shape[0] for core in setting.train()[1:]], bias=False)
        else:
            layer = library.CPLinear(ins, outs, setting.weights["A[0]"].shape[1], bias=False)
    (_fill_train if kind == "mpo" else _fill_cp)(setting, layer)
    return layer


def _fill_train(setting: Setting, layer: nn.Module) -> None:
    """Its cores lie as (in, out, left, right)."""
    for parameter, core in zip(layer.parameters(), setting.train(), strict=True):
        parameter.data.copy_(core.permute(1, 2, 0, 3).reshape(parameter.shape))


def _fill_cp(setting: Setting, layer: nn.Module) -> None:
    """It holds a vector for each term and leg."""
    for leg, factor in enumerate((*setting.core_list("A"), *setting.core_list("B"))):
        for term in range(factor.shape[1]):
            getattr(layer, f"node{leg}_block{term}").data.copy_(factor[:, term])


class EinsumLayer(nn.Module):
    """One call of a contraction for all factors."""

    def __init__(self, setting: Setting, contract: Callable[..., torch.Tensor]) -> None:
        super().__init__()
        self.found, self.contract, self.names = setting.equation, contract, list(setting.cores)
        self.cores = nn.ParameterList(setting.cores.values())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        arrays = self.found.arrays(x, dict(zip(self.names, self.cores, strict=True)))
        return self.contract(*arrays).reshape(x.shape[0], *self.found.output_shape)


def torch_einsum(setting: Setting) -> nn.Module:
    """`torch.einsum`, which takes its order from opt_einsum where that is installed."""
    package("opt_einsum")
    text = setting.equation.text()
    return EinsumLayer(setting, lambda *arrays: torch.einsum(text, *arrays))


def cotengra_expression(setting: Setting) -> nn.Module:
    """cotengra's expression for these rows, its order found beforehand."""
    library = package("cotengra")
    found = setting.equation
    numbers = {name: library.get_symbol(n) for n, name in enumerate(found.sizes)}
    terms = [tuple(numbers[name] for name in operand.indices) for operand in found.operands]
    sizes = {numbers[name]: size for name, size in {**found.sizes, BATCH: setting.rows}.items()}
    output = tuple(numbers[name] for name in found.output)
    optimizer = library.presets.AutoOptimizer(parallel=False, cache=False)
    path = optimizer.search(terms, output, sizes).get_path()
    expression = library.array_contract_expression(terms, output, sizes, optimize=path)
    return EinsumLayer(setting, expression)


def compiled_chain(setting: Setting) -> nn.Module:
    """The chain from left to right under `torch.compile`, for these rows."""
    setting.check_chain()
    if len(setting.equation.operands) > FACTORS:
        raise Unsupported(f"{len(setting.equation.operands)} factors take minutes to compile")
    torch._dynamo.reset()  # it gives up on a function that has been compiled for many shapes
    return torch.compile(PairwiseChain(setting.equation, setting.cores), dynamic=False)  # type: ignore[return-value]
