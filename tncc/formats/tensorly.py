"""Factorized weights of tensorly-torch: its tensors' names and axes, and which of a layer's tensors are the same.

A weight of (out_features, in_features) with tensorized shape ((o₀, …), (i₀, …)) is stored as
BlockTT `factors.factor_k` (r, oₖ, iₖ, r'), TT (r, size, r') and CP (size, rank) with a factor for each o and then for
each i, CP `weights` (rank,), Tucker `core` (a rank for each o, then each i) and factors (size, rank).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from tncc.decompose.contracting import Named
from tncc.decompose.form import Factor, Form, Term
from tncc.decompose.products import Product, write
from tncc.decompose.terms import affine_form
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.weight_kinds import NoMatch
from tncc.layers.layer import Layer

State = Mapping[str, torch.Tensor]

KINDS = ("BlockTT", "TT", "CP", "Tucker")
"""The factorizations that are known, by tensorly-torch's names."""


@dataclass(frozen=True, slots=True)
class Node:
    """A tensor of a factorized weight: its key, and its axes: `o0` and `i0` are sizes of rows and columns."""

    key: str
    legs: tuple[str, ...]


@torch.no_grad()
def from_tensorly_(layer: Layer, state: State) -> Layer:
    """Give a layer the tensors of a tensorly-torch weight, in place; returns the layer.

    `state` is the `state_dict()` of a factorized tensor, or of a `FactorizedLinear`, whose bias is taken as well. The
    layer's network must be the same product of tensors; bonds of other sizes take those of the weight, as
    `Layer.rebuild_` says. Raises CompileError (TN409), the layer being left as it was.
    """
    try:
        form, term = _only_term(layer)
        tensors = {key.removeprefix("weight."): value.detach() for key, value in state.items()}
        bias = tensors.pop("bias", None)
        nodes = _nodes(layer, tensors, len(term.out.legs))
        match = _matched(layer, term, nodes)
        values, found = _values(layer, term, match, tensors)
        sizes = _resized(layer, form, term, match, found)
        constant = _constant(layer, form, bias)
    except Failure as failure:
        raise compile_error([failure.diagnostic]) from None
    if sizes:
        layer.rebuild_(sizes)
    _, term = _only_term(layer)
    for factor, value in zip(term.factors, values, strict=True):
        write(_stored(layer, factor), factor, value)
    for factor, value in constant:
        write(_stored(layer, factor), factor, value)
    return layer


@torch.no_grad()
def to_tensorly(layer: Layer, kind: str) -> dict[str, torch.Tensor]:
    """The state of a tensorly-torch weight of that kind ("BlockTT", "TT", "CP" or "Tucker") that equals the layer's.

    Keys are those of a factorized tensor, such as `factors.factor_0`. Raises CompileError (TN409) where the layer's
    network is no such product.
    """
    try:
        if kind not in KINDS:
            raise _no_match(layer, f"there is no factorization `{kind}`", f"the known ones are {', '.join(KINDS)}")
        _, term = _only_term(layer)
        nodes = _layout(kind, len(term.out.legs), len(term.source.legs) if term.source else 0)
        match = _matched(layer, term, nodes)
        return _state(layer, term, match, nodes)
    except Failure as failure:
        raise compile_error([failure.diagnostic]) from None


def _no_match(layer: Layer, reason: str, hint: str | None = None) -> Failure:
    return Failure(NoMatch(layer.network.span, layer.network.name, reason, hint))


def _only_term(layer: Layer) -> tuple[Form, Term]:
    form = affine_form(layer.network, units=True)
    if len(form.linear) != 1:
        raise _no_match(layer, f"its matrix is a sum of {len(form.linear)} products")
    return form, form.linear[0]


def _stored(layer: Layer, factor: Factor) -> torch.Tensor:
    return layer.stored(next(tensor for tensor in layer.network.tensors if tensor.name == factor.tensor))


def _nodes(layer: Layer, state: State, rows: int) -> list[Node]:
    """The nodes of a weight by its keys, in their order."""
    factors = sorted((key for key in state if re.fullmatch(r"factors\.factor_\d+", key)), key=_number)
    orders = {state[key].ndim for key in factors}
    kind = (
        "Tucker"
        if "core" in state
        else "CP"
        if "weights" in state
        else {3: "TT", 4: "BlockTT"}.get(max(orders, default=0))
    )
    known = {*factors, "core", "weights"}
    if kind is None or not factors or len(orders) != 1 or not known.issuperset(state):
        names = ", ".join(f"`{name}`" for name in sorted(state)[:6])
        raise _no_match(layer, f"no factorization has the tensors {names}", "give the `state_dict()` of a weight")
    count = len(factors)
    nodes = _layout(kind, *((count, count) if kind == "BlockTT" else (rows, count - rows)))
    for node in nodes:
        if node.key not in state or state[node.key].ndim != len(node.legs):
            raise _no_match(layer, f"`{node.key}` is not what a {kind} factorization has there")
    return nodes


def _number(key: str) -> int:
    return int(key.rsplit("_", 1)[1])


def _layout(kind: str, rows: int, columns: int) -> list[Node]:
    """The nodes of a kind of weight; `b0` and so on are bonds, `end0` and `end1` axes of size 1."""
    visible = [*(f"o{place}" for place in range(rows)), *(f"i{place}" for place in range(columns))]
    count = rows if kind == "BlockTT" else len(visible)
    key = [f"factors.factor_{place}" for place in range(count)]
    bonds = ["end0", *(f"b{place}" for place in range(1, count)), "end1"]
    match kind:
        case "BlockTT":
            return [Node(key[k], (bonds[k], f"o{k}", f"i{k}", bonds[k + 1])) for k in range(count)]
        case "TT":
            return [Node(key[k], (bonds[k], visible[k], bonds[k + 1])) for k in range(count)]
        case "CP":
            return [Node("weights", ("b0",)), *(Node(key[k], (visible[k], "b0")) for k in range(count))]
        case _:
            core = Node("core", tuple(f"b{k}" for k in range(count)))
            return [core, *(Node(key[k], (visible[k], f"b{k}")) for k in range(count))]


@dataclass(frozen=True, slots=True)
class Match:
    """For each factor of a term its node, and for each of the factors' indices the leg that it is."""

    nodes: tuple[Node, ...]
    legs: dict[str, str]


def _matched(layer: Layer, term: Term, nodes: Sequence[Node]) -> Match:
    """Which of the layer's tensors and indices are which of the weight's: those with the same rows and columns."""
    assert term.source is not None
    legs = {str(name): f"o{place}" for place, name in enumerate(term.out.legs)}
    legs |= {str(name): f"i{place}" for place, name in enumerate(term.source.legs)}
    mine = [frozenset(legs[name] for name in factor.names if name in legs) for factor in term.factors]
    theirs = {frozenset(leg for leg in node.legs if leg[0] in "oi"): node for node in nodes if node.key != "weights"}
    if len(set(mine)) != len(mine) or set(mine) != set(theirs):
        raise _no_match(layer, "its tensors do not carry the same rows and columns as those of the weight")
    found = [theirs[own] for own in mine]
    ours = _joins([factor.names for factor in term.factors], set(legs))
    others = _joins([node.legs for node in found], {leg for node in nodes for leg in node.legs if leg[0] in "oie"})
    if len(set(ours.values())) != len(ours) or set(ours.values()) != set(others.values()):
        raise _no_match(layer, "its bonds do not join the same tensors as those of the weight")
    by_place = {places: leg for leg, places in others.items()}
    return Match(tuple(found), legs | {name: by_place[places] for name, places in ours.items()})


def _joins(tensors: Sequence[Sequence[str]], visible: set[str]) -> dict[str, tuple[int, ...]]:
    """The places of the tensors that each summed index joins."""
    names = dict.fromkeys(name for legs in tensors for name in legs if name not in visible)
    return {name: tuple(place for place, legs in enumerate(tensors) if name in legs) for name in names}


def _values(layer: Layer, term: Term, match: Match, state: State) -> tuple[list[Named], dict[str, int]]:
    """The value of each factor under the layer's names, and the sizes of all its indices."""
    names = {leg: name for name, leg in match.legs.items()}
    values: list[Named] = []
    sizes: dict[str, int] = {}
    for place, (factor, node) in enumerate(zip(term.factors, match.nodes, strict=True)):
        value = state[node.key]
        ends = [axis for axis, leg in enumerate(node.legs) if leg.startswith("end")]
        if any(value.shape[axis] != 1 for axis in ends):
            raise _no_match(layer, f"the ends of `{node.key}` are joined, which makes a ring of the train")
        value = value.squeeze(ends)
        named = Named(tuple(names[leg] for leg in node.legs if not leg.startswith("end")), value)
        if place == 0:
            named = _weighted(named, names, state, term.scale)
        for name, size in zip(named.legs, value.shape, strict=True):
            if sizes.setdefault(name, size) != size:
                raise _no_match(layer, f"`{node.key}` has an axis of size {size}, and its neighbour {sizes[name]}")
        values.append(Named(factor.names, named.ordered(factor.names)))
    return values, sizes


def _resized(layer: Layer, form: Form, term: Term, match: Match, found: Mapping[str, int]) -> dict[str, int]:
    """The sizes of the bonds that are others in the weight."""
    sizes = Product.of(term, [None] * len(term.factors)).sizes
    bonds = {index.name for index in layer.network.indices if index.kind == "bond"}
    changed = {form.sizes.origin(name): size for name, size in found.items() if size != sizes[name]}
    for name, size in found.items():
        if size != sizes[name] and (match.legs[name][0] != "b" or form.sizes.origin(name) not in bonds):
            reason = f"the size of `{form.sizes.origin(name)}` is {size} there, and {sizes[name]} here"
            raise _no_match(layer, reason)
    return changed


def _weighted(value: Named, names: Mapping[str, str], state: State, scale: float) -> Named:
    """The first factor times the weights of the components, over the scale of the layer's product."""
    if "weights" in state:
        shape = [-1 if name == names["b0"] else 1 for name in value.legs]
        value = Named(value.legs, value.value * state["weights"].reshape(shape))
    return value if scale == 1 else Named(value.legs, value.value / scale)


def _constant(layer: Layer, form: Form, bias: torch.Tensor | None) -> list[tuple[Factor, Named]]:
    """What the tensor of the constant part is to be."""
    if not form.constant:
        if bias is not None and bool((bias != 0).any()):
            raise _no_match(layer, "the weight has a bias, and every term of the layer has the input in it")
        return []
    term = form.constant[0]
    if len(form.constant) > 1 or len(term.factors) > 1:
        raise _no_match(layer, "its constant part is no single tensor")
    if bias is None:
        bias = torch.zeros(form.out_features)
    if bias.numel() != form.out_features:
        raise _no_match(layer, f"the bias has {bias.numel()} numbers, and the layer {form.out_features} outputs")
    product = Product.of(term, [None])
    target = product.target(bias.reshape(-1, 1).contiguous())
    return [(term.factors[0], Named(product.legs[0], target.ordered(product.legs[0])))]


def _state(layer: Layer, term: Term, match: Match, nodes: Sequence[Node]) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = {}
    product = Product.of(term, [_stored(layer, factor) for factor in term.factors])
    for place, (named, node) in enumerate(zip(product.fixed, match.nodes, strict=True)):
        assert named is not None
        legs = {match.legs[name]: name for name in named.legs}
        value = named.ordered([legs[leg] for leg in node.legs if leg in legs])
        for axis, leg in enumerate(node.legs):
            if leg.startswith("end"):
                value = value.unsqueeze(axis)
        found[node.key] = (value * term.scale if place == 0 else value).contiguous().clone()
        if nodes[0].key == "weights":
            found["weights"] = value.new_ones(value.shape[-1])
    return {node.key: found[node.key] for node in nodes}
