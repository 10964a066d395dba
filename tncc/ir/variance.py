"""The scale that a network's output has at initialization, worked out from its structure with no sampling."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from itertools import product
from math import isfinite, prod, sqrt

from tncc.ir.gaussian import Moments, complex_magnitude, function_moments
from tncc.ir.moments import Monomial, Use, correlation, multiply
from tncc.ir.network import (
    Assembly,
    Contraction,
    Function,
    Group,
    Initializer,
    Network,
    Operation,
    Sum,
    Tensor,
    View,
    complex_values,
    legs,
    sizes_at,
)

MONOMIALS = 256
"""How many products a value may be written out as (a factor whose mean is not zero doubles their number)."""

CORRELATED = 64
"""How many products of one value may be correlated with each other."""

ROUNDING = 1e-12

Polynomial = tuple[Monomial, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What has been found out so far; a value without a prediction has no moments here."""

    sizes: dict[str, int]
    tensors: dict[str, Tensor]
    complex: frozenset[str]
    moments: dict[str, Moments] = field(default_factory=dict)
    polynomials: dict[str, tuple[tuple[Group, ...], Polynomial]] = field(default_factory=dict)


def output_std(network: Network) -> float | None:
    """The root mean square of the first output at initialization, for input of independent entries N(0, 1).

    Exact for a product of independent tensors and for sums of such products; the entries of an intermediate stage
    are taken to be independent, and normal where a nonlinear function is applied to them. Complex entries count by
    their magnitude. None where the network has no such number: behind a reciprocal or logarithm of something random,
    or where it passes the range of a float.
    """
    known = _Known(sizes_at(network, 1), {tensor.name: tensor for tensor in network.tensors}, complex_values(network))
    for tensor in network.tensors:
        _remember(known, tensor.name, _tensor_moments(tensor))
    for operation in network.operations:
        _remember(known, operation.name, _predict(operation, known))
    found = known.moments.get(network.outputs[0])
    return None if found is None else sqrt(found.second)


def _remember(known: _Known, name: str, moments: Moments | None) -> None:
    if moments is not None:
        known.moments[name] = moments


def _tensor_moments(tensor: Tensor) -> Moments | None:
    if tensor.role == "input":
        return Moments(0.0, 1.0)
    if _is_delta(tensor):
        density = _density(tensor)
        return Moments(density, density - density * density)
    init, shape = tensor.init, [axis.size for axis in tensor.axes]
    match init.kind:
        case "zeros":
            return Moments(0.0, 0.0)
        case "ones":
            return Moments(1.0, 0.0)
        case "uniform":
            low, high = init.arguments
            return Moments((low + high) / 2.0, (high - low) ** 2 / 12.0)
        case "orthogonal":
            rows = int(init.arguments[0]) if init.arguments else 1
            return Moments(0.0, 1.0 / max(prod(shape[:rows]), prod(shape[rows:])))
        case _:
            return _normal_moments(init)


def _normal_moments(init: Initializer) -> Moments | None:
    std = init.arguments[0] if init.kind == "normal" and init.arguments else init.std
    return None if std is None else Moments(0.0, std * std)


def _is_delta(tensor: Tensor) -> bool:
    return tensor.role == "copy" or tensor.init.kind in ("copy", "eye")


def _density(tensor: Tensor) -> float:
    """The share of ones in a delta tensor."""
    shape = [axis.size for axis in tensor.axes]
    return min(shape, default=1) / prod(shape)


def _predict(operation: Operation, known: _Known) -> Moments | None:
    try:
        polynomial = _polynomial(operation, known)
        if polynomial is None:
            return _function(operation, known) if isinstance(operation, Function) else None
        if not isinstance(operation, Sum):
            known.polynomials[operation.name] = (operation.axes, polynomial)
        return _polynomial_moments(polynomial, frozenset(legs(operation.axes)))
    except OverflowError:
        return None


def _polynomial(operation: Operation, known: _Known) -> Polynomial | None:
    """What is linear in each of its operands, as a sum of products of random tensors."""
    match operation:
        case Contraction():
            return _expand([_parts(view, known) for view in operation.operands], operation.scale)
        case Sum():
            terms = [_expand([_substitute(term.operand, known)], term.coefficient) for term in operation.terms]
            found = [term for term in terms if term is not None]
            return tuple(one for term in found for one in term) if len(found) == len(terms) else None
        case Function(function="sum"):
            return _expand([_substitute(operation.operand, known)], 1.0)
        case Function(function="mean"):
            size = prod(known.sizes[name] for name in operation.over)
            return _expand([_substitute(operation.operand, known)], 1.0 / size)
        case Function() | Assembly():
            return None


def _expand(factors: list[Polynomial | None], scale: float) -> Polynomial | None:
    """`scale` times the product of sums, multiplied out; None where a factor is unknown or the result too long."""
    found = [factor for factor in factors if factor is not None]
    if len(found) < len(factors):
        return None
    count = 1
    for factor in found:
        count *= len(factor)
        if count > MONOMIALS:
            return None
    return tuple(multiply((Monomial(scale), *chosen)) for chosen in product(*found))


def _parts(view: View, known: _Known) -> Polynomial | None:
    """A view as its mean, a constant, and what is random about it; a delta tensor as the indices it identifies."""
    sizes = {name: known.sizes[name] for name in view.indices}
    tensor = known.tensors.get(view.value)
    groups = [axis for axis in view.axes if not isinstance(axis, int)]
    if tensor is not None and _is_delta(tensor) and _same_grouping(view, groups, known):
        return (Monomial(identified=tuple(zip(*groups, strict=True)), sizes=sizes),)
    moments = known.moments.get(view.value)
    if moments is None:
        return None
    parts = []
    if moments.mean != 0.0:
        parts.append(Monomial(moments.mean, sizes=sizes))
    if moments.variance != 0.0:
        names = tuple(name for group in groups for name in group)
        use = Use(_key(view, known), names, moments.variance, view.value in known.complex)
        parts.append(Monomial(uses=(use,), sizes=sizes))
    return tuple(parts)


def _same_grouping(view: View, groups: list[Group], known: _Known) -> bool:
    """Whether the axes of a delta tensor can be identified index by index."""
    if len(groups) < len(view.axes):
        return False
    patterns = {tuple(known.sizes[name] for name in group) for group in groups}
    return len(patterns) <= 1 or all(len(group) == 1 for group in groups)


def _key(view: View, known: _Known) -> Hashable:
    """Uses with the same key are the same random entries, leg by leg; different slices are independent."""
    axes = tuple(axis if isinstance(axis, int) else tuple(known.sizes[name] for name in axis) for axis in view.axes)
    return (view.value, axes)


def _substitute(view: View, known: _Known) -> Polynomial | None:
    """A view of a product as that product under the view's names, so that terms with factors in common correlate."""
    if view.value not in known.polynomials:
        return _parts(view, known)
    axes, polynomial = known.polynomials[view.value]
    names: dict[str, str] = {}
    for stored, used in zip(axes, view.axes, strict=True):
        if isinstance(used, int) or [known.sizes[name] for name in stored] != [known.sizes[name] for name in used]:
            return _parts(view, known)
        names.update(zip(stored, used, strict=True))
    return tuple(_rename(monomial, names, view.value) for monomial in polynomial)


def _rename(monomial: Monomial, names: dict[str, str], prefix: str) -> Monomial:
    """The same product; indices that it sums get names that nothing else has."""
    new = {name: names.get(name, f"{prefix}/{name}") for name in monomial.sizes}
    uses = tuple(replace(use, legs=tuple(new[leg] for leg in use.legs)) for use in monomial.uses)
    identified = tuple(tuple(new[name] for name in group) for group in monomial.identified)
    return Monomial(monomial.coefficient, uses, identified, {new[name]: size for name, size in monomial.sizes.items()})


def _polynomial_moments(polynomial: Polynomial, kept: frozenset[str]) -> Moments | None:
    alike: dict[frozenset[Hashable], list[Monomial]] = {}
    for monomial in polynomial:
        alike.setdefault(monomial.signature, []).append(monomial)
    second = 0.0
    for monomials in alike.values():
        if len(monomials) > CORRELATED:
            return None
        second += sum(correlation(left, right, kept) for left, right in product(monomials, monomials))
    mean = sum(correlation(monomial, Monomial(), kept) for monomial in alike.get(frozenset(), []))
    variance = second - mean * mean
    if not isfinite(variance):
        return None
    return Moments(mean, variance if variance > ROUNDING * second else 0.0)


def _function(operation: Function, known: _Known) -> Moments | None:
    operand = known.moments.get(operation.operand.value)
    if operand is None:
        return None
    if operation.operand.value in known.complex:
        return complex_magnitude(operand) if operation.function == "abs" else None
    return function_moments(operation.function, operand, prod(known.sizes[name] for name in operation.over))
