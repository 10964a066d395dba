"""What is worth saying in a plain sentence: no gain over the dense layer, legs and bonds to no purpose, odd scales."""

from collections import Counter
from decimal import Decimal

from tncc.ir.network import Function, Network, legs, views
from tncc.report.fields import Dense, Plan
from tncc.report.figures import count, listing, plural, significant
from tncc.report.find_bonds import find_oversized_bonds

MOST_OF_A_KIND = 20

USUAL_STD = (0.5, 2.0)
"""Between these the output's scale at initialization is taken to be meant."""


def find_warnings(
    network: Network, plans: tuple[Plan, ...], dense: Dense | None, parameter_count: int, output_std: float | None
) -> tuple[str, ...]:
    """The warnings, as sentences, names in backticks."""
    return (
        *_against_dense(plans, dense, parameter_count),
        *_scale(output_std),
        *_capped(_lone_indices(network), "indices are carried by one tensor only"),
        *_capped(_oversized(network), "bonds are larger than can be used"),
        *_capped(_without_effect(network), "tensors have no effect on any output"),
    )


def _against_dense(plans: tuple[Plan, ...], dense: Dense | None, parameter_count: int) -> list[str]:
    if dense is None:
        return []
    found = []
    # A network of the same parameters and FLOPs is a dense layer, and need not be told that it does not beat one.
    least = 1 if parameter_count == dense.parameter_count else 0
    beaten = [(plan, flops) for plan, flops in zip(plans, dense.flops, strict=True) if plan.flops >= flops + least]
    if beaten:
        numbers = [count(plan.rows) for plan, _ in beaten]
        rows = plural(beaten[0][0].rows, "row") if len(beaten) == 1 else f"{listing(numbers)} rows"
        times = list(dict.fromkeys(_times(plan.flops, flops) for plan, flops in beaten))
        takes = "one found takes" if len(times) == 1 else "ones found take"
        found.append(f"At {rows} no order beats the dense layer: the best {takes} {listing(times)} times its FLOPs.")
    if parameter_count > dense.parameter_count:
        excess = _times(parameter_count, dense.parameter_count)
        found.append(f"The network has {excess} times the parameters of the dense layer.")
    return found


def _times(number: int, other: int) -> str:
    return significant(Decimal(number) / Decimal(other))


def _scale(output_std: float | None) -> list[str]:
    low, high = USUAL_STD
    if output_std is None or low <= output_std <= high:
        return []
    if output_std == 0.0:
        return ["The output is zero at initialization."]
    predicted = significant(Decimal(output_std))
    return [
        f"The output's standard deviation at initialization is predicted to be {predicted} for unit-variance input."
    ]


def _lone_indices(network: Network) -> list[str]:
    """An index that stands once in the whole network, and so is summed with nothing to match it."""
    carriers: Counter[str] = Counter()
    named: set[str] = set()
    tensors = {}
    for operation in network.operations:
        named.update(legs(operation.axes), operation.over if isinstance(operation, Function) else ())
        for view in views(operation):
            for axis in view.axes:
                carriers.update(() if isinstance(axis, int) else axis)
            tensors.update(dict.fromkeys(view.indices, view.value))
    lone = [index.name for index in network.indices if carriers[index.name] == 1 and index.name not in named]
    return [f"Only `{tensors[name]}` carries `{name}`, which is therefore summed by itself." for name in lone]


def _oversized(network: Network) -> list[str]:
    return [
        f"Bond `{one.bond}` has size {count(one.size)}, of which `{one.tensor}` and what hangs on it can use only "
        f"{count(one.usable)}."
        for one in find_oversized_bonds(network)
    ]


def _without_effect(network: Network) -> list[str]:
    needed = set(network.outputs)
    for operation in reversed(network.operations):
        if operation.name in needed:
            needed.update(view.value for view in views(operation))
    idle = [tensor.name for tensor in network.tensors if tensor.role != "copy" and tensor.name not in needed]
    return [f"`{name}` has no effect on any output." for name in idle]


def _capped(sentences: list[str], others: str) -> list[str]:
    rest = len(sentences) - MOST_OF_A_KIND
    return [*sentences[:MOST_OF_A_KIND], f"{count(rest)} more {others}."] if rest > 0 else sentences
