"""Warnings: what was declared and is not used, or is summed over one tensor alone."""

from tncc.diagnostics.axis_kinds import LonelyIndex, UnusedName
from tncc.diagnostics.diagnostic import Diagnostic
from tncc.elaborate.declarations import Declarations
from tncc.ir.network import Network, legs, views


def loose_ends(network: Network, declared: Declarations) -> list[Diagnostic]:
    """What a reader of the program would want to be told of, though it has a meaning."""
    carriers: dict[str, list[str]] = {}
    results: set[str] = set()
    read: set[str] = set()
    for operation in network.operations:
        results |= set(legs(operation.axes))
        for view in views(operation):
            read.add(view.value)
            for name in view.indices:
                carriers.setdefault(name, []).append(view.value)
    return [*_unused(network, declared, carriers, results, read), *_lonely(declared, carriers, results)]


def _unused(
    network: Network, declared: Declarations, carriers: dict[str, list[str]], results: set[str], read: set[str]
) -> list[Diagnostic]:
    on_tensors = {name for tensor in network.tensors for axis in tensor.axes for name in axis.indices}
    used = on_tensors | results | set(carriers)
    found: list[Diagnostic] = []
    for indices in declared.indices.values():
        names = [index.name for index in indices.members.values()]
        if names and not any(name in used for name in names):
            found.append(UnusedName(indices.span, indices.kind, indices.name))
    for family in declared.tensors.values():
        values = [stored.name for stored in family.members.values()]
        if values and family.kind != "output" and not any(name in read for name in values):
            found.append(UnusedName(family.span, family.kind, family.name))
    return found


def _lonely(declared: Declarations, carriers: dict[str, list[str]], results: set[str]) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for family in declared.indices.values():
        alone = [
            index
            for index in family.members.values()
            if len(carriers.get(index.name, ())) == 1 and index.name not in results
        ]
        # One warning for a family: its members share their fault with their declaration.
        found += [LonelyIndex(index.span, carriers[index.name][0], index.kind, index.name) for index in alone[:1]]
    return found
