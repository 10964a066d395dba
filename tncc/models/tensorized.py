"""A model after its layers became networks: what was done, and the ways back."""

import copy
from collections.abc import Mapping
from os import PathLike
from typing import Any

import torch
from torch import nn

from tncc.diagnostics.diagnostic import CompileError, Diagnostic
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.rule_kinds import NotTensorized
from tncc.diagnostics.span import Span
from tncc.layers.layer import Layer
from tncc.models.building import Built, Tensorized
from tncc.models.checkpoint import Saved, write_checkpoint
from tncc.models.exchange import exchange, holds
from tncc.models.places import Place
from tncc.models.table import Replacements
from tncc.rule_files import RuleFile


class TensorizedModel:
    """The model with the networks in it (`model`, the object that was given), and a `table` of what became of what.

    `warnings` are what is odd about the rules. The originals are kept for `undo`, until `release` lets go of them.
    """

    def __init__(self, model: nn.Module, rules: RuleFile, built: tuple[Built, ...], warnings: tuple[Diagnostic, ...]):
        self.model = model
        self.rules = rules
        self.warnings = warnings
        self.table = Replacements(entry.row for entry in built)
        self._built = built
        self._originals: dict[str, nn.Module] | None = {entry.place.path: entry.place.layer for entry in built}
        self._shells = {entry.place.path: _shell(entry.place.layer) for entry in built}
        self._over: str | None = None

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """What the model returns."""
        return self.model(*arguments, **named)

    def __rich__(self) -> Replacements:
        return self.table

    @property
    def modules(self) -> Mapping[str, Tensorized]:
        """What stands in the place of each layer, by its path."""
        return {entry.place.path: entry.module for entry in self._built}

    @property
    def layers(self) -> Mapping[str, Layer]:
        """The compiled network of each layer, by its path."""
        return {path: module.layer for path, module in self.modules.items()}

    @property
    def originals(self) -> Mapping[str, nn.Module]:
        """The layers that were replaced, by their paths; raises CompileError where they were let go of."""
        if self._originals is None:
            raise _refused("`undo`", "the originals were released", "load the model anew")
        return self._originals

    def undo(self) -> nn.Module:
        """Put the very same modules back that were there before; returns the model. Raises CompileError."""
        self._check("`undo`")
        originals = self.originals
        exchange([(entry.place, originals[entry.place.path]) for entry in self._built])
        self._over = "it was undone"
        return self.model

    @torch.no_grad()
    def merge_(self) -> nn.Module:
        """Put dense layers back, of the original classes, with the networks' weights; returns the model.

        Raises CompileError.
        """
        self._check("`merge_`")
        exchange([(entry.place, _dense(self._shells[entry.place.path], entry.module)) for entry in self._built])
        self._over = "it was merged"
        self._originals = None
        return self.model

    def release(self) -> None:
        """Let go of the original layers, whose memory is free then unless somebody else holds them."""
        self._check("`release`")
        self._originals = None
        self._built = tuple(
            Built(Place(entry.place.kind, self._shells[entry.place.path], entry.place.paths, entry.place.holders),
                  entry.rule, entry.module, entry.row)
            for entry in self._built
        )  # fmt: skip

    def save(self, path: str | PathLike[str]) -> None:
        """Write the model's tensors, the rule file and the compiled code to a folder, which `tncc.load` reads.

        A folder that `save` wrote before is replaced as a whole; anything else that stands at the path is refused.
        Raises CompileError.
        """
        self._check("`save`")
        write_checkpoint(path, Saved(self.model, self.rules, self._built))

    def _check(self, what: str) -> None:
        """Raise CompileError unless the model holds what was put into it."""
        if self._over is not None:
            raise _refused(what, self._over, "tensorize the model again")
        for entry in self._built:
            if not holds(entry.place, entry.module):
                reason = f"another module stands at `{entry.place.path}` by now"
                raise _refused(what, reason, "put back what `tensorize` put there")


def _shell(layer: nn.Module) -> nn.Module:
    """A copy of a layer without its numbers."""
    empty = {
        id(parameter): nn.Parameter(torch.empty_like(parameter, device="meta"), requires_grad=parameter.requires_grad)
        for parameter in layer.parameters()
    }
    return copy.deepcopy(layer, empty)


def _dense(shell: nn.Module, module: Tensorized) -> nn.Module:
    """A layer of the original class with the weight and bias that a network comes to."""
    dense = copy.deepcopy(shell)
    trained = any(parameter.requires_grad for parameter in module.parameters())
    values = {"weight": module.weight, "bias": getattr(module, "bias", None)}
    for name, value in values.items():
        if value is None:
            continue
        old = dense._parameters.get(name)
        grad = trained if old is None else old.requires_grad
        dense._parameters[name] = nn.Parameter(value.detach().clone().contiguous(), requires_grad=grad)
    dense.train(module.training)
    return dense


def _refused(what: str, reason: str, hint: str) -> CompileError:
    return compile_error([NotTensorized(Span("model", 0, 0, 0, 0), what, reason, hint)])
