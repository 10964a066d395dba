"""A weight and a bias as they are given, checked and made ready: on the layer's device, finite, padded if asked."""

from dataclasses import dataclass

import torch

from tncc.decompose.metric import RIDGE
from tncc.decompose.moments import positive
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.span import NOWHERE
from tncc.diagnostics.weight_kinds import NoPlaceForBias, NotFinite, WrongShape, WrongType
from tncc.ir.linearity import LinearMap
from tncc.ir.network import Network

LARGEST = 1e140
"""Numbers whose squares, and sums of these, are finite in double precision."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a layer is to be made from, and what it is called in diagnostics."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    covariance: torch.Tensor | None
    shape: tuple[int, int]


def ready(
    network: Network,
    found: LinearMap,
    like: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None,
    covariance: torch.Tensor | None,
    pad: bool,
) -> Given:
    """The weight (out_features, in_features) in single or double precision, whichever the layer or it has more of.

    With `pad`, a smaller weight is continued by zeros at the end of its rows and columns, the bias likewise, and the
    inputs that are not there have no covariance with anything. Raises Failure.
    """
    name = network.name
    wanted = (found.out_features, found.in_features)
    weight = _number(name, "the weight", weight, like)
    _check_shape(name, weight, wanted, pad)
    rows, columns = weight.shape
    if bias is not None:
        bias = _number(name, "the bias", bias, like)
        _check_length(name, "the bias", bias, rows)
    if covariance is not None:
        covariance = _number(name, "the covariance", covariance, like)
        covariance = _moments(name, covariance, columns)
    dtype = _precision(weight, like)
    padded = (wanted[0] - rows, wanted[1] - columns)
    weight = _padded(weight.to(dtype), (0, padded[1], 0, padded[0]))
    bias = None if bias is None else _padded(bias.to(dtype), (0, padded[0]))
    if covariance is not None:
        covariance = _padded(covariance, (0, padded[1]) * covariance.ndim)
    return Given(weight.contiguous(), bias, covariance, (rows, columns))


def _moments(name: str, covariance: torch.Tensor, columns: int) -> torch.Tensor:
    if tuple(covariance.shape) not in ((columns,), (columns, columns)):
        hint = "give the second moments of the inputs, or a vector of them"
        needed = f"({columns}, {columns}) or ({columns},)"
        raise Failure(WrongShape(NOWHERE, name, "the covariance", _shape(covariance), needed, hint))
    return positive(name, covariance, RIDGE)


def _precision(weight: torch.Tensor, like: torch.Tensor) -> torch.dtype:
    dtype = torch.promote_types(weight.dtype, torch.float32)
    if like.dtype in (torch.float64, torch.complex128):
        dtype = torch.promote_types(dtype, torch.float64)
    return torch.promote_types(dtype, torch.complex64) if like.is_complex() else dtype


def _padded(value: torch.Tensor, widths: tuple[int, ...]) -> torch.Tensor:
    return torch.nn.functional.pad(value, widths) if any(widths) else value


def _number(name: str, what: str, value: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """A tensor of finite floating-point numbers on the layer's device, without its history."""
    if not isinstance(value, torch.Tensor):
        hint = "give a `torch.Tensor`"
        raise Failure(WrongType(NOWHERE, name, what, f"`{type(value).__name__}`", "a floating-point tensor", hint))
    if not value.is_floating_point() and not value.is_complex():
        hint = "convert it with `.float()`" if not value.is_quantized else "dequantize it first"
        raise Failure(WrongType(NOWHERE, name, what, f"`{_kind(value)}`", "a floating-point type", hint))
    if value.is_complex() and not like.is_complex():
        hint = "declare a tensor of the network `complex`, or give a real weight"
        raise Failure(WrongType(NOWHERE, name, what, f"`{_kind(value)}`", "a real type", hint))
    if value.is_meta:
        raise Failure(WrongType(NOWHERE, name, what, "without numbers (`meta`)", "one that holds them"))
    value = value.detach().to_dense() if value.layout != torch.strided else value.detach()
    value = value.to(like.device)
    if value.element_size() == 1:  # the types of eight bits can be converted, and nothing else
        value = value.float()
    # A sum is finite only if all are; it may overflow without any of them being at fault, so these are counted then.
    if value.numel() and not bool(torch.isfinite(value.sum())):
        bad = torch.nonzero(~torch.isfinite(value))
        if len(bad):
            place = "[" + ", ".join(str(int(number)) for number in bad[0]) + "]"
            raise Failure(NotFinite(NOWHERE, name, what, len(bad), value.numel(), place))
    largest = float(value.abs().max()) if value.element_size() > 4 and value.numel() else 0.0
    if largest > LARGEST:
        found, wanted = f"`{_kind(value)}` with numbers up to {largest:.3g}", f"one of numbers up to {LARGEST:.0g}"
        raise Failure(WrongType(NOWHERE, name, what, found, wanted, "scale it down: their squares are infinite"))
    return value


def _kind(value: torch.Tensor) -> str:
    return str(value.dtype).removeprefix("torch.")


def _check_shape(name: str, weight: torch.Tensor, wanted: tuple[int, int], pad: bool) -> None:
    shape = tuple(weight.shape)
    if shape == wanted:
        return
    hint: str | None = "give it as `nn.Linear` has it: (out_features, in_features)"
    smaller = len(shape) == 2 and 0 < shape[0] <= wanted[0] and 0 < shape[1] <= wanted[1]
    if smaller and pad:
        return
    if shape == wanted[::-1]:
        hint = "transpose it: a weight is (out_features, in_features)"
    elif smaller:
        hint = "let it be padded with zeros (`pad=True`, `--pad`), or choose sizes of the network that multiply to it"
    elif len(shape) == 2:
        hint = "choose sizes of the network whose products are at least these"
    needed = f"({wanted[0]}, {wanted[1]})" + (" or less" if pad else "")
    raise Failure(WrongShape(NOWHERE, name, "the weight", _shape(weight), needed, hint))


def _check_length(name: str, what: str, value: torch.Tensor, length: int) -> None:
    if tuple(value.shape) != (length,):
        hint = "give one number for each row of the weight"
        raise Failure(WrongShape(NOWHERE, name, what, _shape(value), f"({length},)", hint))


def _shape(value: torch.Tensor) -> str:
    return "(" + ", ".join(str(extent) for extent in value.shape) + ("," if value.ndim == 1 else "") + ")"


def checked_for_bias(name: str, bias: torch.Tensor | None, has_constant: bool) -> torch.Tensor | None:
    """The bias, or None where the network has no constant part and the bias is all zeros; raises Failure."""
    if bias is None or has_constant:
        return bias
    if bool((bias != 0).any()):
        raise Failure(NoPlaceForBias(NOWHERE, name, "every term of its output has the input in it"))
    return None
