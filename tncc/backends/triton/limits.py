"""What cannot be written as Triton kernels, told before anything is."""

from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.triton_kinds import NoComplexKernels, NoDynamicKernels
from tncc.ir.network import Network, complex_values


def check_limits(network: Network) -> None:
    """Raises Failure for complex numbers and for sizes that are known at run time only."""
    found = complex_values(network)
    for tensor in network.tensors:
        if tensor.name in found:
            raise Failure(NoComplexKernels(tensor.span, tensor.name))
    for index in network.indices:
        if index.dynamic:
            raise Failure(NoDynamicKernels(index.span, index.name))
