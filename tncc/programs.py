"""From the text of a program to what is wrong with it, or to the network that is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tncc.compiling import compiling
from tncc.diagnostics.diagnostic import Diagnostic, Failure, in_order
from tncc.diagnostics.name_kinds import NoNetwork, UnknownNetwork
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.source import Source
from tncc.diagnostics.span import NOWHERE, Span
from tncc.elaborate.definition import Definition
from tncc.elaborate.elaborate import Elaborator
from tncc.elaborate.imports import Files
from tncc.elaborate.nearest import rename_hint
from tncc.elaborate.parameters import has_all_defaults
from tncc.elaborate.rule_networks import check_rules
from tncc.ir.network import Network
from tncc.planning_options import option
from tncc.reading import read_import, read_program, standard_networks


@dataclass(frozen=True)
class Origin:
    """What a network was elaborated from: a file's key and text, the name asked for, parameters, sizes of bonds."""

    key: str
    source: Source
    wanted: str | None
    values: Mapping[str, object] = field(default_factory=dict)
    bonds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Elaborated:
    """A network with the warnings about it, and the texts that they and its spans point into."""

    network: Network
    warnings: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]


def check(name: str) -> tuple[list[Diagnostic], Mapping[str, Source]]:
    """Everything that is wrong with a file, and the texts that its diagnostics point into.

    Names are checked in every network; sizes where all parameters have values, and in rules where they do not depend on
    the layers of a model.
    """
    files = Files(read_import, standard_networks)
    try:
        key, source = read_program(name)
    except Failure as failure:
        return [failure.diagnostic], {}
    elaborator = Elaborator(files)
    with compiling():
        networks = files.load(key, source)
        for definition in networks.values():
            if has_all_defaults(definition.node):
                elaborator.network(definition, {}, {}, NOWHERE)
        blocks = files.rules.get(key, {})
        for block in blocks.values():
            check_rules(block, elaborator)
    found = in_order([*files.diagnostics, *elaborator.diagnostics], files.sources)
    if not networks and not blocks and not found:
        found.append(NoNetwork(Span(source.name, 0, 0, 0, 0), source.name))
    return found, files.sources


def elaborated(origin: Origin) -> Elaborated:
    """The network that is wanted (the last one of the program, if none is); raises CompileError."""
    files = Files(read_import, standard_networks)
    elaborator = Elaborator(files)
    with compiling():
        definition = _chosen(files, origin.key, origin.source, origin.wanted)
        given = {name: (value, option(f"-p {name}")) for name, value in origin.values.items()}
        network = elaborator.network(definition, given, origin.bonds, NOWHERE)
    found = in_order([*files.diagnostics, *elaborator.diagnostics], files.sources)
    if network is None or any(diagnostic.severity == "error" for diagnostic in files.diagnostics):
        raise compile_error(found, files.sources)
    return Elaborated(network, tuple(found), files.sources)


def _chosen(files: Files, key: str, source: Source, wanted: str | None) -> Definition:
    networks = files.load(key, source)
    if wanted is None and networks:
        return list(networks.values())[-1]
    if wanted in networks:
        return networks[wanted]
    if not files.diagnostics:
        place = Span(source.name, 0, 0, 0, 0)
        names = ", ".join(networks)
        hint = rename_hint(wanted or "", networks) or (f"the file declares {names}" if names else None)
        missing = (
            UnknownNetwork(place, wanted, hint) if wanted is not None and networks else NoNetwork(place, source.name)
        )
        files.diagnostics.append(missing)
    raise compile_error(files.diagnostics, files.sources)
