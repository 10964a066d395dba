"""Steps fused: elementwise work into the elementwise work or the product before it, so that it needs no array between.

`h = gelu(x · A + b)` is one step: what the product's tile has summed up is added to and applied while it is at hand.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from tncc.backends.c.functions import CALLED, function_cycles, functions_in
from tncc.backends.c.steps import Expression, Index, Load, Map, Product, Step, loads, with_loads
from tncc.backends.c.storage import touched
from tncc.ir.extent import product
from tncc.ir.program import Dim

SUM = ""
"""The buffer of a load that stands for what a tile has summed up."""


def fused(steps: Sequence[Step], private: Collection[str]) -> tuple[Step, ...]:
    """The steps with fewer arrays between them; `private` names those that nobody else reads."""
    found: list[Step] = []
    uses = Counter(name for step in steps for name in set(touched(step)))
    for step in steps:
        new: Step = step
        while isinstance(new, Map) and (pair := _joined(found, new, private, uses)) is not None:
            place, new = pair
            del found[place]
        found.append(new)
    return tuple(found)


def _joined(
    before: Sequence[Step], step: Map, private: Collection[str], uses: Counter[str]
) -> tuple[int, Map | Product] | None:
    """A step before that makes an operand of this one alone, its place, and both as one."""
    if _is_called(step.value):
        return None
    for load in loads(step.value):
        if load.buffer not in private or uses[load.buffer] != 2 or load.buffer == step.out.buffer:
            continue
        if any(other.buffer == load.buffer and other != load for other in loads(step.value)):
            continue  # read in another order, too: another part of it, say
        for place, one in enumerate(before):
            if next(iter(touched(one))) != load.buffer:
                continue
            if isinstance(one, Map):
                joined: Map | Product | None = _maps(one, step, load)
            else:
                joined = _finished(one, step, load) if isinstance(one, Product) else None
            if joined is not None:
                return place, joined
    return None


def _is_called(value: Expression) -> bool:
    """Whether an expression calls the C library, beside which nothing is done in vectors."""
    return not CALLED.isdisjoint(functions_in(value))


def _maps(first: Map, second: Map, load: Load) -> Map | None:
    """Two elementwise steps as one, where the loops of the second are those of the first, each element read once."""
    if first.sums or first.accumulate or load.offset or first.out.offset or list(loads(second.value)).count(load) != 1:
        return None
    if _is_called(first.value) or (second.sums and function_cycles(first.value)):
        return None  # these are done number by number, functions in vectors
    extents = (*second.extents, *second.sums)
    places = []
    for extent, stride in zip(extents, load.strides, strict=True):
        pairs = zip(first.extents, first.out.strides, strict=True)
        match = [number for number, pair in enumerate(pairs) if pair == (extent, stride)]
        if stride == 0 or len(match) != 1:
            return None
        places.append(match[0])
    if sorted(places) != list(range(len(first.extents))):
        return None

    def moved(one: Load) -> Load:
        return replace(one, strides=tuple(one.strides[place] for place in places))

    value = with_loads(first.value, moved)
    return replace(second, value=with_loads(second.value, lambda one: value if one == load else one))


def _finished(first: Product, second: Map, load: Load) -> Product | None:
    """A product whose tiles go on with one more elementwise step; None where its loops are cut otherwise."""
    if second.sums or second.accumulate or first.accumulate or len(first.sums) > 2:
        return None
    made = first.out if first.finish is None else first.finish.out
    if load.offset or made.offset or (first.finish is not None and list(loads(second.value)).count(load) != 1):
        return None
    indices = _indices(first)
    loops = list(zip(second.extents, load.strides, strict=True))
    if _size(index.extent for index in indices) != _size(second.extents):
        return None
    parts = [_parts(index, loops) for index in indices]
    operands = [second.out, *(one for one in loads(second.value) if one != load)]
    if any(part is None for part in parts) or not all(_even(one, parts, second.extents) for one in operands):
        return None
    if first.columns > 1 and any(_strides(one, parts)[-1] not in (0, 1) for one in operands):
        return None  # writing number by number costs more than another pass
    summed = Load(SUM, (), ()) if first.finish is None else first.finish.value

    def moved(one: Load) -> Expression:
        return summed if one == load else replace(one, strides=_strides(one, parts))

    out = replace(second.out, strides=_strides(second.out, parts))
    finish = Map(out, tuple(index.extent for index in indices), with_loads(second.value, moved))
    return replace(first, finish=finish, comment=f"{first.comment}, {second.comment}")


def _indices(step: Product) -> tuple[Index, ...]:
    """The loops of what a product writes, the columns last."""
    indices = (*step.outer, step.tile, step.inner, Index(step.columns, 0, 0, step.lanes))
    if step.finish is None:
        return indices
    return tuple(replace(one, out=stride) for one, stride in zip(indices, step.finish.out.strides, strict=True))


Parts = tuple[tuple[int, int], ...]
"""The loops that an index runs along, innermost first, each with how many of its positions are one of the index."""


def _size(extents: "Iterator[Dim] | Sequence[Dim]") -> Dim:
    return product(*extents)


def _parts(index: Index, loops: Sequence[tuple[Dim, Dim]]) -> Parts | None:
    """The loops that a product's index runs along; none where it has one position only."""
    if index.extent == 1:
        return ()
    for number, (extent, stride) in enumerate(loops):
        if (extent, stride) == (index.extent, index.out):
            return ((number, 1),)
    if not isinstance(index.extent, int) or not isinstance(index.out, int):
        return None
    known = [(n, e, s) for n, (e, s) in enumerate(loops) if isinstance(e, int) and isinstance(s, int) and s]
    for number, extent, stride in known:
        times, rest = divmod(index.out, stride)
        if not rest and times and times * index.extent <= extent and extent % (times * index.extent) == 0:
            return ((number, times),)
    found: list[tuple[int, int]] = []
    stride, left = index.out, index.extent
    while left > 1:
        following = next(((n, e) for n, e, s in known if s == stride and left % e == 0 and e > 1), None)
        if following is None:
            return None
        found.append((following[0], 1))
        stride, left = stride * following[1], left // following[1]
    return tuple(found)


def _even(load: Load, parts: Sequence[Parts | None], extents: Sequence[Dim]) -> bool:
    """Whether an operand lies evenly along every index that runs along several loops."""
    for part in parts:
        for (inner, _), (outer, _) in zip(part or (), (part or ())[1:], strict=False):
            if load.strides[outer] != product(load.strides[inner], extents[inner]):
                return False
    return True


def _strides(load: Load, parts: Sequence[Parts | None]) -> tuple[Dim, ...]:
    return tuple(product(load.strides[part[0][0]], part[0][1]) if part else 0 for part in parts)
