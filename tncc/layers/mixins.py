"""Makes the class of a layer: a generated class, and before it whatever layers can do."""

import inspect
import uuid
from typing import Any

from torch import nn

from tncc.layers.bonds import Bonds
from tncc.layers.dense import FromDense
from tncc.layers.kernels import Kernels
from tncc.layers.layer import CLASSES, Layer, Origin

MIXINS: tuple[type[Layer], ...] = (FromDense, Bonds, Layer)
"""What layers can do, one class a subject; a new one goes before `Layer`."""


def layer_class(origin: Origin, freeze: str, kernels: str, generated: type[nn.Module]) -> type[Layer]:
    """The subclass of a generated class and of all mixins; it goes by the same name, and knows its origin."""
    attributes: dict[str, Any] = {name: getattr(generated, name) for name in ("__module__", "__qualname__", "__doc__")}
    key = uuid.uuid4().hex
    attributes |= {
        "_origin": origin,
        "_freeze": freeze,
        "_kernels": kernels,
        "_engines": {},
        "_generated": generated,
        "_key": key,
    }
    mixins: tuple[type[Layer], ...] = MIXINS
    if kernels != "torch":
        mixins = (*MIXINS[:-1], Kernels, *MIXINS[-1:])
        attributes["forward"] = with_signature(generated)
    made: type[Layer] = type(generated.__name__, (*mixins, generated), attributes)
    CLASSES[key] = made
    return made


def with_signature(generated: type[nn.Module]) -> Any:
    """`Kernels.run` as a `forward` that names the inputs as the generated one does, for exporters and for people."""

    def forward(self: Kernels, *inputs: Any, **named: Any) -> Any:
        return self.run(*inputs, **named)

    forward.__doc__ = generated.forward.__doc__
    setattr(forward, "__signature__", inspect.signature(generated.forward))  # noqa: B010 (a function has no such field)
    return forward
