"""What the names of one network stand for while it is being written out."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tncc.diagnostics import axis_kinds
from tncc.diagnostics.diagnostic import Failure, Label
from tncc.diagnostics.span import Span
from tncc.elaborate.nearest import rename_hint
from tncc.elaborate.numbers import show
from tncc.elaborate.scope import Scope
from tncc.elaborate.values import Values, positions
from tncc.ir.network import Group, Index, Network, Tensor
from tncc.syntax import tree

T = TypeVar("T")
Subscripts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoredAxis:
    """One axis of a value as it is stored: its default group (none where `bare`), its planned size, where declared."""

    group: Group
    size: int
    span: Span
    dynamic: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """A value that equations can use: a tensor, an input, or a stage that is computed already."""

    name: str
    axes: tuple[StoredAxis, ...]
    span: Span
    tensor: Tensor | None = None


@dataclass(frozen=True, slots=True)
class LayerInstance:
    """A sub-network with parameters of its own: its network, and the prefix that its names have here."""

    name: str
    network: Network
    span: Span


@dataclass(slots=True)
class Family(Generic[T]):
    """A name's members by subscripts; a name that is no family has the one member `()`."""

    name: str
    kind: str
    span: Span
    indexed: bool
    ends: str = ""
    binders: tuple[tree.Binder, ...] = ()
    values: Values = field(default_factory=Scope)
    members: dict[Subscripts, T] = field(default_factory=dict)

    def width(self) -> int:
        """How many subscripts a member has."""
        return len(self.binders) or len(next(iter(self.members), (0,)))

    def member(self, subscripts: Subscripts, span: Span) -> T | None:
        """The member with these subscripts; None for an `open` leg out of range; raises Failure where there is none."""
        if subscripts in self.members:
            return self.members[subscripts]
        if self.ends == "open":
            return None
        if self.ends == "ring" and (wrapped := self._wrap(subscripts)) in self.members:
            return self.members[wrapped]
        label = Label(self.span, f"the {self.kind} is declared here")
        shown = member_name(self.name, subscripts)
        raise Failure(axis_kinds.SubscriptOutOfRange(span, self.name, shown, self._range_hint(), labels=(label,)))

    def _wrap(self, subscripts: Subscripts) -> Subscripts:
        scope = self.values.copy()
        wrapped: list[int] = []
        for binder, subscript in zip(self.binders, subscripts, strict=False):
            valid = positions(binder.range, scope, "what a binder runs over")
            if not valid:
                return subscripts
            wrapped.append(valid[(subscript - valid[0]) % len(valid)])
            scope[binder.name.text] = wrapped[-1]
        return tuple(wrapped)

    def _range_hint(self) -> str:
        if not self.members:
            return "the family is empty with these values"
        first, last = member_name(self.name, min(self.members)), member_name(self.name, max(self.members))
        return f"use one of `{first}` to `{last}`" if len(self.members) > 1 else f"use `{first}`, its only member"

    def select(self, pattern: tuple[int | None, ...]) -> list[tuple[Subscripts, T]]:
        """The members whose subscripts agree with a pattern (None agrees with all), in lexicographic order."""
        if all(part is None for part in pattern) and len(pattern) == 1:
            return sorted(self.members.items(), key=lambda entry: entry[0])
        return sorted(
            (
                (subscripts, member)
                for subscripts, member in self.members.items()
                if len(subscripts) == len(pattern)
                and all(want is None or want == have for want, have in zip(pattern, subscripts, strict=True))
            ),
            key=lambda entry: entry[0],
        )


def member_name(name: str, subscripts: Subscripts) -> str:
    """How a member is called: `r[1]`, `h[0,2]`, or the plain name."""
    return f"{name}[{','.join(show(subscript) for subscript in subscripts)}]" if subscripts else name


def override_hint(name: str, known: list[str]) -> str | None:
    """The help for a bond size that belongs to no bond."""
    return rename_hint(name, known) or (f"the bonds are {', '.join(known[:8])}" if known else None)


IndexFamily = Family[Index]
TensorFamily = Family[Stored]
LayerFamily = Family[LayerInstance]
