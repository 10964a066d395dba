"""Steps freed of where they stand: steps alike print as the same function, which is compiled once.

What a step's function does depends on extents and strides alone. Where its arrays begin is left to whoever calls it,
and loops are numbered as they are nested.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tncc.backends.c.access import View
from tncc.backends.c.fusing import SUM
from tncc.backends.c.steps import Expression, Fill, Joint, Load, Map, Pack, Product, Repeat, Step, with_loads
from tncc.backends.c.storage import touched
from tncc.ir.extent import factors
from tncc.ir.program import Dim


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an operand begins: a buffer, and how far into it as the sum of some products."""

    buffer: str
    offset: tuple[Dim, ...] = ()


def anchored(step: Step) -> tuple[Step, dict[str, Anchor]]:
    """The step with a buffer of its own for each place at which an operand begins, and where these are.

    The buffer that is written comes first. Steps that are repeated for parts of an index begin elsewhere each time, and
    stay as they are.
    """
    if isinstance(step, Repeat):
        return step, {name: Anchor(name) for name in touched(step)}
    names: dict[Anchor, str] = {}

    def at(one: Load | View) -> str:
        return names.setdefault(Anchor(one.buffer, one.offset), f"{one.buffer} at {' + '.join(map(str, one.offset))}")

    freed = _freed(step, at)
    places = {name: anchor for anchor, name in names.items()}
    return freed, {name: places.get(name, Anchor(name)) for name in touched(freed)}


def _freed(step: Product | Pack | Map | Joint | Fill, at: Callable[[Load | View], str]) -> Step:
    """The step with all offsets gone; `at` names the buffer that an operand begins with."""

    def view(one: View) -> View:
        return replace(one, buffer=at(one), offset=())

    def load(one: Load) -> Load:
        return one if one.buffer == SUM else replace(one, buffer=at(one), offset=())

    def value(one: Expression) -> Expression:
        return with_loads(one, load)

    match step:
        case Product(finish=None):
            return replace(step, out=view(step.out), left=view(step.left), right=view(step.right))
        case Product(finish=finish):
            done = None if finish is None else replace(finish, out=load(finish.out), value=value(finish.value))
            return replace(step, left=view(step.left), right=view(step.right), finish=done)
        case Pack():
            return replace(step, source=view(step.source))
        case Map():
            return nested(replace(step, out=load(step.out), value=value(step.value)))
        case Joint():
            return replace(step, out=load(step.out), source=load(step.source))
        case Fill():
            return replace(step, out=view(step.out))


def nested(step: Map) -> Map:
    """The step with its loops in the order in which they are nested: the one with the least stride comes last."""
    order = sorted(range(len(step.extents)), key=lambda number: -_weight(step.out.strides[number]))
    within = [*order, *range(len(step.extents), len(step.extents) + len(step.sums))]

    def ordered(one: Load, places: Sequence[int]) -> Load:
        return replace(one, strides=tuple(one.strides[place] for place in places))

    return replace(
        step,
        out=ordered(step.out, order),
        extents=tuple(step.extents[place] for place in order),
        value=with_loads(step.value, lambda one: ordered(one, within)),
    )


def _weight(stride: Dim) -> float:
    count, symbols = factors(stride)
    return count * 1e6 ** len(symbols)
