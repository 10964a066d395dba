"""Networks that the tests of back ends use."""

from collections.abc import Mapping
from typing import Any

from tests.small_networks import small_network, tensor_train
from tncc.ir.network import Initializer, Network

TRAIN = tensor_train((4, 4), (3, 5), 2)
"""An affine map of 16 features to 15."""

ATTENTION = small_network(
    {"d": 4, "k": 3, "q": 0, "t": 0},
    [
        ("Q", "... q k", "x * A"),
        ("K", "... t k", "x{... t d} * B"),
        ("w", "... q t", "0.5 * Q * K"),
        ("s", "... q t", "softmax<t> w"),
        ("y", "... q d", "s * x{... t d}"),
    ],
    inputs={"x": "... q d"},
    parameters={"A": "d k", "B": "d k"},
)
ATTENTION = ATTENTION.model_copy(
    update={"bindings": (*ATTENTION.bindings, ATTENTION.bindings[0].model_copy(update={"index": "t"}))}
)

TWO_INPUTS = small_network(
    {"i": 3, "j": 4, "k": 2},
    [("y", "... k", "x * z * A"), ("v", "... i j", "x * z")],
    outputs="y v",
    inputs={"x": "... i", "z": "... j"},
    parameters={"A": "i j k"},
)

UNBATCHED = small_network(
    {"i": 3, "j": 4}, [("y", "j", "x * A")], inputs={"x": "i"}, parameters={"A": "i j"}
).model_copy(update={"batched": False})

FROZEN = small_network(
    {"i": 3, "j": 4, "k": 5, "o": 2},
    [("c", "i k", "F * G"), ("e", "i k", "exp<> c"), ("y", "... o", "x * e * A")],
    inputs={"x": "... i"},
    parameters={"A": "k o"},
    frozen={"F": "i j", "G": "j k"},
)
"""What follows from `F` and `G` alone is computed once."""

WITH_COPY = small_network(
    {"i": 3, "j": 3, "k": 3},
    [("y", "... k", "x * D * A")],
    inputs={"x": "... i"},
    parameters={"A": "j k"},
    copies={"D": "i j k"},
)


def changed(network: Network, **tensors: Mapping[str, Any]) -> Network:
    """The network with other fields of some tensors; `init` may be a kind and its arguments."""
    found = []
    for tensor in network.tensors:
        update = dict(tensors.get(tensor.name, {}))
        if isinstance(update.get("init"), tuple):
            kind, *arguments = update["init"]
            update["init"] = Initializer(kind=kind, arguments=tuple(arguments))
        found.append(tensor.model_copy(update=update))
    return network.model_copy(update={"tensors": tuple(found)})


COMPLEX = changed(TRAIN, A0={"complex": True})
"""A tensor train with one complex core."""
