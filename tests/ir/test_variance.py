"""The prediction against sampling: the root mean square over many initializations, by the plain evaluator."""

from math import prod, sqrt

import numpy as np
import pytest

from tests.ir.hand_built import Sizes, add, apply, auto, contract, mpo, normal
from tests.oracle import Array, delta, evaluate
from tncc.ir.network import BATCH, Initializer, Network, Tensor
from tncc.ir.variance import output_std

SEEDS = 1024


def initialized(tensor: Tensor, generator: np.random.Generator) -> Array:
    """A tensor as it starts; an input of four rows."""
    shape = tuple(4 if axis.indices == (BATCH,) else axis.size for axis in tensor.axes)
    init = tensor.init
    if tensor.role == "input":
        return generator.standard_normal(shape)
    match init.kind:
        case "zeros":
            return np.zeros(shape)
        case "ones":
            return np.ones(shape)
        case "eye" | "copy":
            return delta(shape)
        case "uniform":
            low, high = init.arguments
            return np.asarray(generator.uniform(low, high, shape))
        case "orthogonal":
            flat = (shape[0], prod(shape[1:]))
            factor = np.linalg.qr(generator.standard_normal((max(flat), min(flat))))[0]
            return np.asarray(factor if flat[0] >= flat[1] else factor.T).reshape(shape)
    std = init.arguments[0] if init.std is None else init.std
    if tensor.complex:
        parts = generator.standard_normal((2, *shape)) * std / sqrt(2.0)
        return np.asarray(parts[0] + 1j * parts[1])
    return np.asarray(std * generator.standard_normal(shape))


def sampled(network: Network, seeds: int = SEEDS) -> float:
    """The root mean square of the first output, over seeds, rows and entries."""
    total = 0.0
    for seed in range(seeds):
        generator = np.random.default_rng(seed)
        tensors = {tensor.name: initialized(tensor, generator) for tensor in network.tensors}
        total += float(np.mean(np.abs(evaluate(network, tensors)[network.outputs[0]]) ** 2))
    return sqrt(total / seeds)


def residual(init: Initializer | str) -> Network:
    sizes = Sizes(d=5, e=5)
    return sizes.network(
        [sizes.input("... d"), sizes.tensor("A", "d e", init)],
        [contract("y:1", "... e", "x: ... d", "A: d e"), add("y", "... e", "x: ... e", "y:1: ... e")],
    )


def tucker() -> Network:
    sizes = Sizes(i=4, j=3, o=5, s=3, t=2, u=4)
    return sizes.network(
        [
            sizes.input("... (i j)"),
            sizes.tensor("U", "i s", normal(0.7)),
            sizes.tensor("W", "j t", "orthogonal"),
            sizes.tensor("G", "s t u", normal(0.5)),
            sizes.tensor("V", "u o", Initializer(kind="uniform", arguments=(-1.0, 1.0))),
        ],
        [contract("y", "... o", "x: ... (i j)", "U: i s", "W: j t", "G: s t u", "V: u o", scale=0.5)],
    )


def cp() -> Network:
    sizes = Sizes(i=4, j=3, o=3, p=2, r=6)
    factors = [sizes.tensor(name, f"{leg} r", auto(0.6)) for name, leg in zip("ABCD", "ijop", strict=True)]
    return sizes.network(
        [sizes.input("... (i j)"), *factors],
        [contract("y", "... (o p)", "x: ... (i j)", "A: i r", "B: j r", "C: o r", "D: p r")],
    )


def ring() -> Network:
    sizes = Sizes(i=3, j=4, o=3, p=2, r=3, s=2)
    return sizes.network(
        [
            sizes.input("... (i j)"),
            sizes.tensor("A", "r i o s", auto(0.5)),
            sizes.tensor("B", "s j p r", auto(0.5)),
        ],
        [contract("y", "... (o p)", "x: ... (i j)", "A: r i o s", "B: s j p r")],
    )


def btt() -> Network:
    sizes = Sizes(p=3, q=4, u=2, v=3, s=2)
    return sizes.network(
        [sizes.input("... (p q)"), sizes.tensor("L", "q p u s", auto(0.5)), sizes.tensor("R", "u q s v", auto(0.4))],
        [contract("y", "... (u v)", "x: ... (p q)", "L: q p u s", "R: u q s v")],
    )


def gain() -> Network:
    sizes = Sizes(i=6, o=4)
    return sizes.network(
        [sizes.input("... i"), sizes.tensor("g", "i", "ones"), sizes.tensor("A", "i o", auto(0.4))],
        [contract("y", "... o", "x: ... i", "g: i", "A: i o")],
    )


def two_stages() -> Network:
    sizes = Sizes(i=4, h=5, o=3)
    return sizes.network(
        [
            sizes.input("... i"),
            sizes.tensor("A", "i h", auto(0.5)),
            sizes.tensor("b", "h", "ones"),
            sizes.tensor("B", "h o", auto(0.7)),
        ],
        [
            contract("h:1", "... h", "x: ... i", "A: i h"),
            add("h", "... h", "h:1: ... h", "b: h", coefficients=(2.0, -0.5)),
            contract("y", "... o", "h: ... h", "B: h o"),
        ],
    )


def untied() -> Network:
    """An index that only factors of ones and the input carry, and one that nothing random carries."""
    sizes = Sizes(i=4, j=3, o=2)
    return sizes.network(
        [sizes.input("... i"), sizes.tensor("g", "i j", "ones"), sizes.tensor("b", "j o", "ones")],
        [contract("y", "... o", "x: ... i", "g: i j", "b: j o")],
    )


def uniform() -> Network:
    sizes = Sizes(i=4, h=3, o=2)
    positive = Initializer(kind="uniform", arguments=(0.0, 1.0))
    return sizes.network(
        [sizes.input("... i"), sizes.tensor("A", "i h", positive), sizes.tensor("B", "h o", positive)],
        [contract("y", "... o", "x: ... i", "A: i h", "B: h o")],
    )


def copies() -> Network:
    """A copy tensor that joins three legs, and a rectangular identity."""
    sizes = Sizes(i=4, a=4, b=4, c=4, o=6)
    return sizes.network(
        [
            sizes.input("... i"),
            sizes.tensor("A", "i a", auto(0.5)),
            sizes.tensor("D", "a b c", "copy", role="copy"),
            sizes.tensor("g", "b", "ones"),
            sizes.tensor("E", "c o", "eye"),
        ],
        [contract("y", "... o", "x: ... i", "A: i a", "D: a b c", "g: b", "E: c o")],
    )


def shared() -> Network:
    """One matrix applied twice: pairings other than that with its own double matter."""
    sizes = Sizes(a=3, b=3, c=3)
    return sizes.network(
        [sizes.input("... a"), sizes.tensor("A", "a b", normal(0.6))],
        [contract("y", "... c", "x: ... a", "A: a b", "A: b c")],
    )


def complex_pair() -> Network:
    sizes = Sizes(i=4, h=3, o=3)
    return sizes.network(
        [
            sizes.input("... i"),
            sizes.tensor("A", "i h", normal(0.5), complex=True),
            sizes.tensor("B", "h o", normal(1.0)),
        ],
        [contract("y", "... o", "x: ... i", "A: i h", "B: h o")],
    )


def averaged() -> Network:
    sizes = Sizes(i=4, h=5, o=3)
    return sizes.network(
        [sizes.input("... i"), sizes.tensor("A", "i h", normal(1.0)), sizes.tensor("B", "i o", normal(1.0))],
        [
            contract("y:1", "... i h", "x: ... i", "A: i h"),
            apply("m", "... i", "mean", "y:1: ... i h", over="h"),
            contract("y", "... o", "m: ... i", "B: i o"),
        ],
    )


def bilinear() -> Network:
    """Slices of one input, multiplied."""
    sizes = Sizes(n=2, f=3, g=3, o=4)
    return sizes.network(
        [sizes.input("... n f"), sizes.tensor("A", "f g o", normal(0.3))],
        [contract("y", "... o", "x: ... #0 f", "x: ... #1 g", "A: f g o")],
    )


NETWORKS = {
    "mpo": mpo(),
    "zero bias": mpo(bias=True),
    "tucker": tucker(),
    "cp": cp(),
    "ring": ring(),
    "btt": btt(),
    "gain": gain(),
    "residual": residual(auto(0.3)),
    "identity residual": residual("eye"),
    "two stages": two_stages(),
    "untied": untied(),
    "uniform": uniform(),
    "copies": copies(),
    "shared": shared(),
    "complex": complex_pair(),
    "averaged": averaged(),
    "bilinear": bilinear(),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_prediction_is_what_sampling_finds(name: str) -> None:
    predicted = output_std(NETWORKS[name])
    assert predicted is not None
    assert predicted == pytest.approx(sampled(NETWORKS[name]), rel=0.05)


def test_values_known_in_closed_form() -> None:
    assert output_std(mpo()) == pytest.approx(1.0)
    assert output_std(residual("eye")) == pytest.approx(2.0)
    assert output_std(residual("zeros")) == pytest.approx(1.0)
    assert output_std(untied()) == pytest.approx(sqrt(4 * 9))


def activated(function: str, over: str = "") -> Network:
    sizes = Sizes(i=16, h=32, o=8)
    return sizes.network(
        [sizes.input("... i"), sizes.tensor("A", "i h", normal(0.25)), sizes.tensor("B", "h o", normal(0.2))],
        [
            contract("h:1", "... h", "x: ... i", "A: i h"),
            apply("h", "... h", function, "h:1: ... h", over=over),
            contract("y", "... o", "h: ... h", "B: h o"),
        ],
    )


@pytest.mark.parametrize(
    ("function", "over"), [("relu", ""), ("gelu", ""), ("tanh", ""), ("softmax", "h"), ("layernorm", "h")]
)
def test_nonlinear_stages_are_predicted_closely(function: str, over: str) -> None:
    network = activated(function, over)
    predicted = output_std(network)
    assert predicted is not None
    assert predicted == pytest.approx(sampled(network), rel=0.1)


def test_there_is_no_prediction_behind_a_reciprocal_or_logarithm_of_something_random() -> None:
    assert output_std(activated("reciprocal")) is None
    assert output_std(activated("log")) is None


def test_a_parameter_without_a_standard_deviation_has_no_prediction_unless_zeros_meet_it() -> None:
    sizes = Sizes(i=3, o=2)
    tensors = [sizes.input("... i"), sizes.tensor("A", "i o", "auto")]
    assert output_std(sizes.network(tensors, [contract("y", "... o", "x: ... i", "A: i o")])) is None


def chain(length: int, init: Initializer, chi: int = 2) -> Network:
    sizes = Sizes({f"r[{site}]": chi for site in range(length + 1)})
    cores = [sizes.tensor(f"A[{site}]", f"r[{site}] r[{site + 1}]", init) for site in range(length)]
    views = [f"A[{site}]: r[{site}] r[{site + 1}]" for site in range(length)]
    return sizes.network([sizes.input("... r[0]"), *cores], [contract("y", f"... r[{length}]", "x: ... r[0]", *views)])


def test_long_chains_neither_overflow_nor_recurse() -> None:
    assert output_std(chain(5000, auto(2.0**-0.5))) == pytest.approx(1.0)
    assert output_std(chain(5000, auto(2.0))) is None
    assert output_std(chain(40, Initializer(kind="uniform", arguments=(0.0, 1.0)))) is None


def test_a_tensor_used_very_often_is_paired_with_its_own_double() -> None:
    sizes = Sizes({f"r[{site}]": 64 for site in range(13)})
    views = [f"A: r[{site}] r[{site + 1}]" for site in range(12)]
    network = sizes.network(
        [sizes.input("... r[0]"), sizes.tensor("A", "r[0] r[1]", normal(1 / 8))],
        [contract("y", "... r[12]", "x: ... r[0]", *views)],
    )
    assert output_std(network) == pytest.approx(1.0)
