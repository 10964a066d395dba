"""How a layer's error depends on the sizes of its network's bonds, measured on its weight."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod, sqrt

import torch

from tncc.decompose.fit import Wish, fit
from tncc.decompose.free_bonds import bond_groups
from tncc.decompose.search import Effort
from tncc.decompose.tails import Tails, tails
from tncc.decompose.weights import Given, ready
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.render import compile_error
from tncc.driver import Compiled
from tncc.ir.linearity import LinearMap, linear_map
from tncc.ir.network import Network
from tncc.layers.layer import Layer
from tncc.models.building import flops, named, what_runs
from tncc.models.places import Place, shape_of, weight_of
from tncc.ranks.curves import Curve, Rung
from tncc.ranks.ladder import Sizes, scaled_ladder, single_ladder, tree_ladder
from tncc.rule_files import Made, Rule
from tncc.watching import Watch, unwatched

SWEEPS, WEIGHTED_SWEEPS = 40, 2
"""Least squares for a rung, from one start: fewer than for the tensors themselves, since only the curve is wanted."""

SMALLEST = 2
"""What bonds of size 1 are taken for while the graph is looked at, where they could not be told from none."""


@dataclass(slots=True)
class Measuring:
    """How it is measured: at most so many `rungs` with a decomposition each, and with `counted` their FLOPs as well."""

    rungs: int
    counted: bool
    watch: Watch = unwatched
    flops: dict[tuple[Network, str], float] = field(default_factory=dict)

    def curve(self, place: Place, rule: Rule, made: Made, covariance: torch.Tensor | None, importance: float) -> Curve:
        """The curve of a layer; raises CompileError for a weight or a network that it can't be measured with."""
        subject = _Subject(self, place, made, covariance)
        try:
            left = subject.tails
            rungs = subject.from_tails(left) if left is not None and left.exact else subject.decomposed(left)
        except Failure as failure:
            raise compile_error([named(failure.diagnostic, place, rule)]) from None
        shape = shape_of(place)
        dense = 2 * shape.in_features * shape.out_features + shape.out_features * shape.bias
        return Curve(
            path=place.path, layer=place.kind, network=made.compiled.network.name, in_features=shape.in_features,
            out_features=shape.out_features, importance=importance,
            parameters_before=sum(parameter.numel() for parameter in place.layer.parameters()),
            flops_before=0.0 if place.kind == "Embedding" else float(dense),
            method="singular values" if left is not None and left.exact else "decompositions",
            rungs=tuple(sorted(rungs, key=lambda rung: (rung.parameters, rung.error))),
        )  # fmt: skip


@dataclass
class _Subject:
    """One layer's weight beside the network that is to approximate it."""

    measuring: Measuring
    place: Place
    made: Made
    covariance: torch.Tensor | None

    @cached_property
    def bonds(self) -> dict[str, int]:
        """The bonds whose sizes can be chosen, with the sizes that they are declared with."""
        network = self.made.compiled.network
        sizes = {index.name: index.size for index in network.indices}
        return {name: sizes[name] for group in bond_groups(network) for name in group}

    @cached_property
    def compiled(self) -> Compiled:
        """The network with all these bonds large enough to be seen."""
        grown = {name: SMALLEST for name, size in self.bonds.items() if size < SMALLEST}
        return self.made.compiled.with_bonds(grown) if grown else self.made.compiled

    @cached_property
    def given(self) -> Given:
        """The weight, checked and padded; raises Failure."""
        weight = weight_of(self.place)
        like = torch.empty(0, dtype=weight.dtype, device=weight.device)
        network = self.compiled.network
        return ready(network, self.linear, like, weight, None, self.covariance, self.made.pad)

    @cached_property
    def linear(self) -> LinearMap:
        """The map that the network is."""
        found = linear_map(self.compiled.network)
        assert found is not None
        return found

    @cached_property
    def module(self) -> Layer:
        """Where frozen tensors have their values from."""
        return self.compiled.module(dtype=torch.float64, kernels="torch")

    @cached_property
    def tails(self) -> Tails | None:
        """What the bonds leave out, where singular values say so; raises Failure."""
        return tails(self.compiled.network, self.given.weight, self.given.covariance) if self.bonds else None

    def stored(self, name: str) -> torch.Tensor:
        """A frozen tensor."""
        tensor = next(one for one in self.compiled.network.tensors if one.name == name)
        return self.module.stored(tensor).to(self.given.weight.device)

    def parameters(self, sizes: Mapping[str, int]) -> int:
        """What the module in the layer's place has, with its bonds of these sizes."""
        network = self.compiled.network
        declared = {index.name: index.size for index in network.indices}
        count = 0
        for tensor in network.tensors:
            if tensor.role == "parameter":
                changed = [name for axis in tensor.axes for name in axis.indices if name in sizes]
                whole = prod(axis.size for axis in tensor.axes)
                count += whole // prod(declared[name] for name in changed) * prod(sizes[name] for name in changed)
        shape = shape_of(self.place)
        return count + (shape.out_features if shape.bias and not self.linear.affine else 0)

    def from_tails(self, left: Tails) -> list[Rung]:
        """A rung for every size of the only bond, from one decomposition."""
        ((name, lost),) = left.bonds.items()
        ladder = single_ladder(name, len(lost) - 1)
        if self.measuring.counted:
            ladder = [ladder[round(place)] for place in _even(len(ladder), self.measuring.rungs)]
        return [self.rung(sizes, sqrt(max(0.0, lost[sizes[name]]))) for sizes in ladder]

    def decomposed(self, left: Tails | None) -> list[Rung]:
        """Rungs with a decomposition each, at sizes that singular values propose or that are in proportion."""
        found = []
        ladder = self.ladder(left)
        for number, sizes in enumerate(ladder):
            self.measuring.watch(f"measuring {self.place.path}", number, len(ladder))
            found.append(self.rung(sizes, self.error(sizes)))
        return found

    def ladder(self, left: Tails | None) -> list[Sizes]:
        """The sizes to try."""
        if not self.bonds:
            return [{}]
        if left is not None:
            return tree_ladder(left.bonds, self.parameters, self.measuring.rungs)
        dense = sum(parameter.numel() for parameter in self.place.layer.parameters())
        return scaled_ladder(self.bonds, self.parameters, dense, self.measuring.rungs)

    def error(self, sizes: Sizes) -> float:
        """The relative error that a decomposition comes to; raises Failure."""
        network = self.compiled.with_bonds(sizes).network if sizes else self.compiled.network
        sweeps = WEIGHTED_SWEEPS if self.covariance is not None and self.tails is not None else None
        wish, effort = Wish(covariance=self.given.covariance, sweeps=sweeps), Effort(restarts=1, sweeps=SWEEPS)
        result = fit(network, self.stored, self.given.weight, None, wish, effort).result
        return result.error if result.weighted_error is None else result.weighted_error

    def rung(self, sizes: Sizes, error: float) -> Rung:
        """A rung with what the network costs then."""
        return Rung(bonds=sizes, parameters=self.parameters(sizes), flops=self.flops(sizes), error=error)

    def flops(self, sizes: Sizes) -> float | None:
        """What one row costs, as `tensorize` has it in its table; None where FLOPs are not counted."""
        if not self.measuring.counted:
            return None
        compiled = self.compiled.with_bonds(sizes) if sizes else self.compiled
        key = (compiled.network, self.place.kind)
        if key not in self.measuring.flops:
            self.measuring.watch(f"counting FLOPs of {self.place.path}", 0, 1)
            self.measuring.flops[key] = flops(what_runs(compiled, self.place.kind), max(compiled.options.batch))
        shape = shape_of(self.place)
        return self.measuring.flops[key] + (shape.out_features if shape.bias and not self.linear.affine else 0)


def _even(length: int, wanted: int) -> list[float]:
    """Places evenly far apart, both ends among them."""
    if length <= wanted:
        return [float(place) for place in range(length)]
    return [place * (length - 1) / (wanted - 1) for place in range(wanted)]
