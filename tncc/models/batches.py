"""How a batch of data goes into a model."""

from collections.abc import Mapping
from typing import Any

from torch import nn


def run_on(model: nn.Module, batch: Any) -> Any:
    """What a model returns for a batch, which is a dict, a tuple or list of arguments, or the only one."""
    if isinstance(batch, Mapping):
        return model(**batch)
    if isinstance(batch, tuple | list):
        return model(*batch)
    return model(batch)
