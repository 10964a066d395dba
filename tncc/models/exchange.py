"""Puts modules into a model in the place of others: all of them or none."""

from collections.abc import Sequence

from torch import nn

from tncc.models.places import Place


def exchange(changes: Sequence[tuple[Place, nn.Module]]) -> None:
    """Put a module at every place, under every name that the model has for it."""
    before = [(holder, name, holder._modules[name]) for place, _ in changes for holder, name in place.holders]
    try:
        for place, module in changes:
            for holder, name in place.holders:
                holder._modules[name] = module
    except BaseException:
        for holder, name, old in before:
            holder._modules[name] = old
        raise


def holds(place: Place, module: nn.Module) -> bool:
    """Whether a module stands at all names of a place."""
    return all(holder._modules.get(name) is module for holder, name in place.holders)
