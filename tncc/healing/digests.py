"""Digests of tensors, batches and models: what tells one run from another."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn


class Digest(Protocol):
    """What hashlib makes."""

    def update(self, data: Any, /) -> None:
        """Take more bytes."""


def digest_of_tensors(tensors: Mapping[str, torch.Tensor]) -> str:
    """The SHA-256 of named tensors: names, types, shapes and numbers."""
    digest = sha256()
    add_value(digest, dict(tensors))
    return digest.hexdigest()


def state_digest(model: nn.Module, without: Mapping[str, torch.Tensor]) -> str:
    """The SHA-256 of a model's state but for some tensors, under whatever names it has them."""
    left_out = {id(tensor) for tensor in without.values()}
    state = model.state_dict(keep_vars=True)
    return digest_of_tensors(
        {name: value for name, value in state.items() if isinstance(value, torch.Tensor) and id(value) not in left_out}
    )


def add_value(digest: Digest, value: Any) -> None:
    """Add what a batch is made of; of anything but tensors, arrays, containers and plain values, only the type."""
    digest.update(f"{type(value).__name__};".encode())
    if isinstance(value, torch.Tensor):
        _add_tensor(digest, value)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        digest.update(f"{value.dtype.str}{value.shape};".encode())
        digest.update(value.tobytes())
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            add_value(digest, key)
            add_value(digest, entry)
    elif isinstance(value, tuple | list):
        for entry in value:
            add_value(digest, entry)
    elif isinstance(value, str | bytes | int | float | bool | None):
        digest.update(f"{value!r};".encode())


def _add_tensor(digest: Digest, tensor: torch.Tensor) -> None:
    digest.update(f"{tensor.dtype}{tuple(tensor.shape)};".encode())
    if tensor.is_meta:
        return
    plain = tensor.detach().to_dense() if tensor.layout is not torch.strided else tensor.detach()
    flat = plain.cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
    if flat.numel():
        digest.update(flat.view(torch.uint8).numpy())
