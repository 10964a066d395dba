"""Random networks as kernels can compute them: with real tensors, and sizes that are known."""

from hypothesis import strategies as st

from tests.random_networks import networks
from tncc.ir.network import Network, complex_values


def with_known_sizes(network: Network) -> Network:
    """The network with the planned size of each run-time index as its size."""
    tensors = [
        tensor.model_copy(update={"axes": tuple(axis.model_copy(update={"dynamic": False}) for axis in tensor.axes)})
        for tensor in network.tensors
    ]
    indices = [index.model_copy(update={"dynamic": False}) for index in network.indices]
    return network.model_copy(update={"tensors": tuple(tensors), "indices": tuple(indices), "bindings": ()})


def static_networks() -> st.SearchStrategy[Network]:
    """Random networks without complex numbers and run-time sizes."""
    return networks().filter(lambda network: not complex_values(network)).map(with_known_sizes)
