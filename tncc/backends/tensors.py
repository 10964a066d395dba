"""The tensors that a network's state holds, as every back end sees them."""

from tncc.backends.header import axes_text
from tncc.backends.literals import groups_text, place_text
from tncc.backends.naming import printable
from tncc.ir.network import Network, Tensor


def stored_tensors(network: Network) -> list[Tensor]:
    """The tensors that are in the state, in the order of their declaration."""
    return [tensor for tensor in network.tensors if tensor.role in ("parameter", "frozen")]


def standard_deviation(tensor: Tensor) -> float:
    """The standard deviation of a tensor that starts normally distributed; 1 where it is part of nothing."""
    if tensor.init.kind == "normal" and tensor.init.arguments:
        return float(tensor.init.arguments[0])
    return 1.0 if tensor.init.std is None else tensor.init.std


def tensor_remark(tensor: Tensor) -> str:
    """`A[0][r[0], i[0]]: (8, 12), mpo.tn:12`."""
    legs = groups_text([axis.indices or (str(axis.size),) for axis in tensor.axes])
    kind = ", frozen" if tensor.role == "frozen" else ""
    return printable(f"{tensor.name}{legs}: {axes_text(tensor.axes)}{kind}{place_text(tensor.span)}")
