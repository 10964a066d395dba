"""The oracle itself, against plain einsum with letters."""

import numpy as np

from tests.oracle import draw, evaluate
from tests.small_networks import small_network, tensor_train


def test_tensor_train_matrix() -> None:
    network = tensor_train((2, 3), (4, 5), 3)
    tensors = draw(network, lead=(2, 7))
    x = tensors["x"].reshape(2, 7, 2, 3)
    expected = np.einsum("abij,ioc,cjp->abop", x, tensors["A0"], tensors["A1"]).reshape(2, 7, 20) + tensors["b"]
    np.testing.assert_allclose(evaluate(network, tensors)["y"], expected)


def test_no_leading_axes() -> None:
    network = small_network({"i": 3, "o": 2}, [("y", "... o", "x * A")], inputs={"x": "... i"}, parameters={"A": "i o"})
    tensors = draw(network, lead=())
    np.testing.assert_allclose(evaluate(network, tensors)["y"], tensors["x"] @ tensors["A"])


def test_diagonals_picks_and_copies() -> None:
    network = small_network(
        {"i": 3, "j": 3, "k": 3},
        [("y", "i k", "2 * A{i i 1} * B{i j} * D{j k i}")],
        parameters={"A": "i j k", "B": "i j"},
        copies={"D": "i j k"},
    )
    tensors = draw(network)
    diagonal = np.einsum("ii->i", tensors["A"][:, :, 1]) * np.einsum("ii->i", tensors["B"])
    np.testing.assert_allclose(evaluate(network, tensors)["y"], 2 * np.diag(diagonal))


def test_more_indices_than_letters() -> None:
    count = 200
    bonds = {f"r{site}": 2 for site in range(1, count)}
    cores = {
        f"A{site}": " ".join(name for name in (f"r{site}", f"r{site + 1}") if name in bonds) for site in range(count)
    }
    network = small_network(bonds, [("y", "", " * ".join(cores))], parameters=cores)
    tensors = draw(network)
    value = tensors["A0"]
    for site in range(1, count):
        value = value @ tensors[f"A{site}"]
    np.testing.assert_allclose(evaluate(network, tensors)["y"], value)


def test_functions_and_dynamic_sizes() -> None:
    network = small_network(
        {"q": 0, "t": 0, "d": 4},
        [("s", "... q t", "0.5 * x * x{... t d}"), ("y", "... t q", "softmax<t> s")],
        inputs={"x": "... q d"},
    )
    network = network.model_copy(
        update={"bindings": (*network.bindings, network.bindings[0].model_copy(update={"index": "t"}))}
    )
    tensors = draw(network, lead=(2,), dynamic={"q": 3, "t": 3})
    scores = 0.5 * np.einsum("bqd,btd->bqt", tensors["x"], tensors["x"])
    weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    np.testing.assert_allclose(evaluate(network, tensors)["y"], weights.transpose(0, 2, 1))
