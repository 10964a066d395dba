"""Makes the class of a layer: a generated class, and before it whatever layers can do."""

import uuid
from typing import Any

from torch import nn

from tncc.layers.bonds import Bonds
from tncc.layers.dense import FromDense
from tncc.layers.layer import CLASSES, Layer, Origin

MIXINS: tuple[type[Layer], ...] = (FromDense, Bonds, Layer)
"""What layers can do, one class a subject; a new one goes before `Layer`."""


def layer_class(origin: Origin, freeze: str, generated: type[nn.Module]) -> type[Layer]:
    """The subclass of a generated class and of all mixins; it goes by the same name, and knows its origin."""
    attributes: dict[str, Any] = {name: getattr(generated, name) for name in ("__module__", "__qualname__", "__doc__")}
    key = uuid.uuid4().hex
    attributes |= {"_origin": origin, "_freeze": freeze, "_generated": generated, "_key": key}
    made: type[Layer] = type(generated.__name__, (*MIXINS, generated), attributes)
    CLASSES[key] = made
    return made
