"""TensorKrowch: its matrix product state as it is, other networks node by node with its operations."""

from typing import Any

import torch
from torch import nn

from benchmarks.suite.equation import Unsupported
from benchmarks.suite.pairwise import chain
from benchmarks.suite.peers import Setting, package
from tncc.ir.network import BATCH


def tensorkrowch(setting: Setting) -> nn.Module:
    """A network of TensorKrowch, traced for inference or training as its tutorial says."""
    tk = package("tensorkrowch")
    makers = {"umps": _matrix_product_state}
    network = makers.get(setting.case.kind, _custom)(tk, setting)
    # `train()` and `eval()` choose how it stores tensors, which a trace must come after.
    network.train(setting.training)
    example = setting.example.detach()
    network.trace(_data(setting, example))
    return Traced(network, setting)


def _data(setting: Setting, x: torch.Tensor) -> Any:
    """Vectors for each site, or one tensor for the only data node."""
    if setting.case.kind == "umps":
        return x
    return [x.reshape(setting.equation.shape(setting.equation.operands[0], x.shape[0]))]


class Traced(nn.Module):
    """A network of TensorKrowch as a layer."""

    def __init__(self, network: nn.Module, setting: Setting) -> None:
        super().__init__()
        self.network, self.setting = network, setting

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found = self.network(_data(self.setting, x))
        return found.reshape(x.shape[0], *self.setting.equation.output_shape)

    def train(self, mode: bool = True) -> "Traced":
        """Nothing: another mode would undo the trace."""
        return self


def _matrix_product_state(tk: Any, setting: Setting) -> nn.Module:
    """Its layer has an output node of its own, so that the last site only passes its leg and its bond on to that."""
    first, core, last = (setting.weights[name] for name in ("First", "Core", "Last"))
    chi, features, classes = last.shape
    passing = torch.eye(chi * features).reshape(chi, features, chi * features)
    sites = setting.example.shape[1]
    tensors = [first, *[core] * (sites - 2), passing, last.reshape(chi * features, classes)]
    tensors = [tensor.clone() for tensor in tensors]
    return tk.models.MPSLayer(tensors=tensors, out_position=sites)


def _custom(tk: Any, setting: Setting) -> nn.Module:
    """A node for each factor, an edge for each index, contracted from left to right."""
    found = setting.equation
    if not found.is_graph():
        raise Unsupported("an index on three tensors is no edge")
    setting.check_chain()
    names = {name: f"leg{number}" for number, name in enumerate(found.sizes)} | {BATCH: "batch"}

    class Network(tk.TensorNetwork):
        def __init__(self) -> None:
            super().__init__()
            self.cores = []
            for operand in found.operands[1:]:
                axes = [names[index] for index in operand.indices]
                tensor = setting.cores[operand.name]
                self.cores.append(tk.ParamNode(axes_names=axes, tensor=tensor, network=self, name="core"))
            shape = found.shape(found.operands[0], 1)
            axes = [names[index] for index in found.operands[0].indices]
            self.vector = tk.Node(shape=shape, axes_names=axes, network=self, data=True, name="vector")
            _connect([self.vector, *self.cores], [operand.indices for operand in found.operands], names)

        def set_data_nodes(self) -> None:
            """There from the beginning."""

        def contract(self) -> Any:
            result = self.vector
            for number, _, _ in chain(found):
                result = result @ self.cores[number - 1]
            axes = [names[index] for index in found.output]
            return result if list(result.axes_names) == axes else result.permute(axes)

    return Network()


def _connect(nodes: list[Any], terms: list[tuple[str, ...]], names: dict[str, str]) -> None:
    """An edge for each index that two nodes carry."""
    ends: dict[str, list[Any]] = {}
    for node, term in zip(nodes, terms, strict=True):
        for index in term:
            ends.setdefault(index, []).append(node[names[index]])
    for found in ends.values():
        if len(found) == 2:
            found[0] ^ found[1]
