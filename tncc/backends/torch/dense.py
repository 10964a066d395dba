"""The method that gives a linear map's matrix."""

import math

from tncc.backends.entrance import is_batched, own_axes
from tncc.backends.tensors import stored_tensors
from tncc.backends.torch.dialect import LIKE
from tncc.backends.torch.plan import Plan
from tncc.backends.torch.state import Reader
from tncc.backends.wrapping import INDENT

TWICE = INDENT * 2


def dense_lines(plan: Plan) -> list[str]:
    """`to_dense`, or nothing where the numbers of features are not known or there is more than one output.

    It evaluates the network at all unit vectors and at zero, whose value is the constant part.
    """
    network, results = plan.network, plan.programs.straight.results
    if len(network.inputs) != 1 or len(results) != 1:
        return []
    source = network.inputs[0]
    axes = own_axes(source)
    if any(axis.dynamic for axis in axes) or not all(isinstance(extent, int) for extent in results[0].shape):
        return []
    features = math.prod(axis.size for axis in axes)
    shape = ", ".join(str(extent) for extent in (features + 1, *(axis.size for axis in axes)))
    reader = Reader(plan.names(), TWICE)
    options = ""
    if stored_tensors(network) and plan.like is not None:
        reader.lines.append(f"{TWICE}{LIKE} = {reader.code(plan.like)}")
        options = f", {plan.dialect.options(source.complex)}"
    calls = "self.forward(probes)" if is_batched(source) else "torch.stack([self.forward(probe) for probe in probes])"
    return [
        "",
        f"{INDENT}def to_dense(self) -> torch.Tensor:",
        f'{TWICE}"""The matrix (output features, input features) of the map without its constant part."""',
        *reader.lines,
        f"{TWICE}probes = torch.eye({features + 1}, {features}{options}).reshape({shape})",
        f"{TWICE}values = {calls}",
        f"{TWICE}values = values.reshape({features + 1}, -1)",
        f"{TWICE}return (values[:-1] - values[-1]).T",
    ]
