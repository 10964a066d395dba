"""Elaborates programs given as text, and runs them through the oracle on random tensors."""

from collections.abc import Mapping

import numpy as np

from tests.oracle import evaluate
from tncc.diagnostics.diagnostic import Diagnostic
from tncc.diagnostics.span import NOWHERE, Span
from tncc.elaborate.elaborate import Elaborator
from tncc.elaborate.imports import Files
from tncc.ir.network import Network
from tncc.ir.verify import verify
from tncc.reading import read_import, standard_networks, text_program

Arrays = dict[str, np.ndarray]


def elaborate(
    text: str, wanted: str | None = None, bonds: Mapping[str, int] | None = None, **values: object
) -> tuple[Network | None, list[Diagnostic]]:
    """The network (the last one of the program by default), and all diagnostics."""
    files = Files(read_import, standard_networks)
    elaborator = Elaborator(files)
    networks = files.load(*text_program(text))
    network = None
    if networks:
        definition = networks[wanted] if wanted else list(networks.values())[-1]
        given = {name: (value, Span(f"-p {name}", 0, 0, 0, 0)) for name, value in values.items()}
        network = elaborator.network(definition, given, bonds or {}, NOWHERE)
    return network, [*files.diagnostics, *elaborator.diagnostics]


def network_of(text: str, **options: object) -> Network:
    """The network of a program that has no errors, verified."""
    network, diagnostics = elaborate(text, **options)  # type: ignore[arg-type]
    assert network is not None, [diagnostic.message for diagnostic in diagnostics]
    verify(network)
    return network


def codes(text: str, **options: object) -> list[str]:
    """The codes of all diagnostics of a program, in order."""
    _, diagnostics = elaborate(text, **options)  # type: ignore[arg-type]
    return [diagnostic.code for diagnostic in diagnostics]


def random_tensors(network: Network, batch: tuple[int, ...] = (3,), **dynamic: int) -> Arrays:
    """A random array for each tensor; `dynamic` gives the sizes of dynamic indices."""
    rng = np.random.default_rng(0)
    tensors: Arrays = {}
    for tensor in network.tensors:
        shape: tuple[int, ...] = ()
        for axis in tensor.axes:
            if axis.indices == ("...",):
                shape += batch
            elif axis.dynamic:
                sizes = {index.name: index.size for index in network.indices} | dynamic
                shape += (int(np.prod([sizes[name] for name in axis.indices])),)
            else:
                shape += (axis.size,)
        if tensor.role != "copy":
            tensors[tensor.name] = rng.standard_normal(shape)
    return tensors


def run(network: Network, tensors: Arrays) -> np.ndarray:
    """The value of the only output."""
    (value,) = evaluate(network, tensors).values()
    return value
