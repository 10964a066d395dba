"""Tensors for one product: by singular values where its graph is a tree, else by least squares from several starts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product as positions
from math import prod

import torch

from tncc.decompose.alternating import Problem, sweep
from tncc.decompose.contracting import Named, contract
from tncc.decompose.metric import Scaling
from tncc.decompose.products import Product
from tncc.decompose.sequential import Found, Ranks, decompose_tree
from tncc.decompose.shape import Tree, as_tree, cuts
from tncc.watching import Watch, unwatched

TRIAL = 10
"""Sweeps that each start gets before the best one goes on."""

SLICES = 512
"""How many slices of cut indices are fitted one after the other for a first start."""

NOISE = 0.1
"""The standard deviation of what a start does not know, beside that of what it does."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long least squares go on: `sweeps` at most, from `restarts` starts, until one gains less than `tolerance`,
    or the squared error is no more than the `goal`."""

    seed: int = 0
    restarts: int = 3
    sweeps: int = 200
    tolerance: float = 1e-5
    watch: Watch = unwatched
    goal: float = 0.0


def tree_of(product: Product) -> Tree | None:
    """The tree that a product is, if all its tensors are free."""
    if any(one is not None for one in product.fixed):
        return None
    return as_tree(product.legs, frozenset(product.visible))


def by_cuts(
    product: Product, tree: Tree, target: Named, scalings: Sequence[Scaling], ranks: Ranks, effort: Effort
) -> Found:
    """Tensors by sequential singular value decompositions, of the target in the metric that the scalings are."""
    for scaling in scalings:
        target = scaling.apply(target, scaling.root)
    found = decompose_tree(target, tree, ranks, effort.seed, effort.watch)
    for scaling in scalings:
        scaled = scaling.apply(found.tensors[scaling.node], scaling.inverse)
        order = tree.legs[scaling.node]
        found.tensors[scaling.node] = Named(order, scaled.ordered(order))
    return found


def by_search(product: Product, problem: Problem, plain: Named, effort: Effort) -> tuple[list[Named], float, int]:
    """Tensors by least squares: the best of some starts, their squared error, and the sweeps made for them.

    `plain` is what the product should be, without a metric.
    """
    best: tuple[float, list[Named]] | None = None
    trials = min(TRIAL, effort.sweeps)
    for attempt in range(max(1, effort.restarts)):
        tensors = start(product, plain, effort.seed, attempt)
        left = math.inf
        for number in range(trials):
            effort.watch(f"least squares, start {attempt + 1}", number, trials)
            left = sweep(problem, tensors, left)
        if best is None or left < best[0]:
            best = left, tensors
        if best[0] <= effort.goal:
            break
    assert best is not None
    left, tensors = best
    left, more = refine(problem, tensors, left, replace(effort, sweeps=effort.sweeps - trials))
    return tensors, left, trials + more


def refine(problem: Problem, tensors: list[Named], left: float, effort: Effort) -> tuple[float, int]:
    """Sweeps, in place, until they gain little; the squared error that is left, and how many there were.

    Before each sweep the tensors go further the way that they went in the last one; where that does not lower the
    error they come back, and the next step is shorter (a line search as in Bro 1998, with trust in place of a rule).
    """
    step, done, last = 1.0, 0, list(tensors)
    while done < effort.sweeps and left > effort.goal:
        effort.watch("least squares", done, effort.sweeps)
        before, current = left, list(tensors)
        ahead = [_further(new, old, step) for new, old in zip(current, last, strict=True)]
        after = sweep(problem, ahead) if done > 1 else math.inf
        done += 1
        if after < before:
            step, left, tensors[:] = step * 1.5, after, ahead
        else:
            step = max(0.5, step / 2)
            left = sweep(problem, tensors, before)
        last = current
        # Gains are told by the norm, whose squares lose half of the digits.
        if math.sqrt(before) - math.sqrt(left) <= effort.tolerance * math.sqrt(left) or left <= 1e-28 * problem.energy:
            break
    return left, done


def _further(new: Named, old: Named, step: float) -> Named:
    return Named(new.legs, new.value + step * (new.value - old.value))


def start(product: Product, target: Named, seed: int, attempt: int) -> list[Named]:
    """Tensors to start from: the first time the matrix' own, later on random ones."""
    generator = torch.Generator(device="cpu").manual_seed(seed + 7919 * attempt)
    sizes = product.sizes
    if attempt == 0 and all(one is None for one in product.fixed):
        cut = cuts(product.legs, frozenset(product.visible), sizes)
        left = tuple(tuple(name for name in legs if name not in cut) for legs in product.legs)
        tree = as_tree(left, frozenset(product.visible))
        if tree is not None:
            return _from_slices(product, target, tree, cut, generator)
    tensors = [
        _noise(legs, sizes, generator, target.value) if one is None else Named(one.legs, one.value.to(target.value))
        for legs, one in zip(product.legs, product.fixed, strict=True)
    ]
    return _scaled(product, target, tensors)


def _noise(legs: Sequence[str], sizes: Mapping[str, int], generator: torch.Generator, like: torch.Tensor) -> Named:
    shape = [sizes[name] for name in legs]
    return Named(tuple(legs), torch.randn(shape, generator=generator, dtype=torch.float64).to(like))


def _scaled(product: Product, target: Named, tensors: list[Named]) -> list[Named]:
    """The same tensors, the free ones scaled alike so that the product has the norm of the target."""
    free = [place for place, one in enumerate(product.fixed) if one is None]
    norm = float(torch.linalg.vector_norm(contract(tensors, product.visible)))
    wanted = float(torch.linalg.vector_norm(target.value))
    scale = (wanted / norm) ** (1 / len(free)) if norm > 0 and wanted > 0 else 1.0
    for place in free:
        tensors[place] = Named(tensors[place].legs, tensors[place].value * scale)
    return tensors


def _from_slices(
    product: Product, target: Named, tree: Tree, cut: Sequence[str], generator: torch.Generator
) -> list[Named]:
    """Slice by slice of the cut indices, the tree that comes closest to what is left.

    Slices that share a tensor are not independent: then only the first one is fitted, and the others are noise.
    """
    sizes = product.sizes
    independent = all(name in legs for name in cut for legs in product.legs)
    count = prod(sizes[name] for name in cut)
    tensors = [Named(legs, target.value.new_zeros([sizes[name] for name in legs])) for legs in product.legs]
    ranks = Ranks({name: sizes[name] for names in tree.bonds.values() for name in names})
    left = Named(target.legs, target.value.clone())
    done = 0
    for place in positions(*(range(sizes[name]) for name in cut)):
        if done >= (SLICES if independent else 1):
            break
        where = dict(zip(cut, place, strict=True))
        found = decompose_tree(left, tree, ranks, done)
        for tensor, one in zip(tensors, _balanced(found.tensors), strict=True):
            tensor.value[tuple(where.get(name, slice(None)) for name in tensor.legs)] = one.value
        left.value.sub_(contract(found.tensors, left.legs))
        done += 1
    if done < count:
        for tensor in tensors:
            if set(cut) & set(tensor.legs):
                spread = NOISE * float(tensor.value.square().mean().sqrt() if not tensor.value.is_complex() else 1.0)
                noise = _noise(tensor.legs, sizes, generator, tensor.value).value * spread
                tensor.value.copy_(torch.where(tensor.value == 0, noise, tensor.value))
    return tensors


def _balanced(tensors: Sequence[Named]) -> list[Named]:
    """The same product with all norms alike."""
    norms = [float(torch.linalg.vector_norm(one.value)) for one in tensors]
    if not all(norm > 0 for norm in norms):
        return list(tensors)
    mean = prod(norm ** (1 / len(norms)) for norm in norms)
    return [Named(one.legs, one.value * (mean / norm)) for one, norm in zip(tensors, norms, strict=True)]
