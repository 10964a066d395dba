"""Brackets to axes: which indices a slot names, and whether a value can be used under them."""

from collections.abc import Mapping
from dataclasses import dataclass

from tncc.diagnostics import axis_kinds as kinds
from tncc.diagnostics import size_kinds
from tncc.diagnostics.diagnostic import Diagnostic, Failure, Label
from tncc.diagnostics.span import Span
from tncc.elaborate import limits
from tncc.elaborate.draft import Draft, Extent
from tncc.elaborate.symbols import Family, IndexFamily, Stored, StoredAxis, T
from tncc.elaborate.values import Values, integer
from tncc.ir.network import BATCH, Group, Index, View
from tncc.syntax import tree

Named = Group | int
"""What a slot says of an axis: a group of indices, or a number (a position at use, a bare size in a declaration)."""


@dataclass(slots=True)
class AxisReader:
    """Reads the brackets of one network; `families` are its indices, `values` the compile-time names in scope."""

    draft: Draft
    families: Mapping[str, IndexFamily]
    values: Values

    def slots(self, brackets: tree.Brackets) -> list[tuple[Named, Span]]:
        """What each axis is called, in order; legs that are not there are left out, `s[*]` is one axis a member."""
        named: list[tuple[Named, Span]] = []
        for slot in brackets.slots:
            for name in self._slot(slot):
                named.append((name, slot.span))
        for name, span in named[1:]:
            if name == (BATCH,):
                hint = "write it first in the brackets"
                raise Failure(kinds.EllipsisMisplaced(span, "must come first: it stands for the leading axes", hint))
        return named

    def _slot(self, slot: tree.Slot) -> list[Named]:
        match slot:
            case tree.Ellipsis():
                self.draft.use_batch(slot.span)
                return [(BATCH,)]
            case tree.Group():
                return [self._group(list(slot.items), slot.span)]
            case tree.Parenthesis():
                return [self._parenthesis(slot)]
            case tree.Reference() if slot.name.text in self.families:
                return [(index.name,) for index in self.indices(slot)]
            case tree.Every() | tree.Slice() | tree.Binder():
                raise Failure(kinds.WrongFunctionUse(slot.span, "this slot", "is not an axis"))
            case _:
                return [integer(slot, self.values, "an axis")]

    def _parenthesis(self, slot: tree.Parenthesis) -> Named:
        inner = slot.value
        if isinstance(inner, tree.Parenthesis):
            return self._parenthesis(inner)
        if isinstance(inner, tree.Reference) and inner.name.text in self.families:
            return self._group([inner], slot.span)
        return integer(inner, self.values, "an axis")

    def _group(self, items: list[tree.Reference | tree.Integer], span: Span) -> Named:
        """A composite: all its parts indices, or all bare sizes."""
        group: list[str] = []
        bare = 1
        numbers = 0
        for item in items:
            if isinstance(item, tree.Reference) and item.name.text in self.families:
                group += [index.name for index in self.indices(item)]
                continue
            bare *= integer(item, self.values, "a part of a group")
            numbers += 1
        if numbers and numbers < len(items):
            hint = "declare an index for each part"
            raise Failure(kinds.WrongAttributes(span, "a group mixes indices and bare sizes", hint))
        if sum(self.draft.indices[name].dynamic for name in group) > 1:
            hint = "at most one index of a group may be dynamic"
            raise Failure(kinds.DynamicNotAllowed(span, "a second index of one group", hint))
        return bare if numbers else tuple(group)

    def indices(self, node: tree.Reference) -> list[Index]:
        """The indices that a reference stands for: one, none (an open leg out of range), or all that `*` selects."""
        family = self.families[node.name.text]
        if len(node.parts) > 1:
            raise Failure(kinds.WrongSubscripts(node.span, family.name, "one pair of brackets", len(node.parts)))
        slots = node.parts[0].slots if node.parts else ()
        pattern = subscripts(family, slots, self.values, node.span)
        if None in pattern:
            self.values.work.spend(1 + len(family.members), node.span)
            return [index for _, index in family.select(pattern)]
        exact = tuple(part for part in pattern if part is not None)
        found = family.member(exact, node.span)
        return [] if found is None else [found]

    # --- declaring ------------------------------------------------------------------------------------------------

    def declared(self, brackets: tree.Brackets | None, name: str, span: Span) -> tuple[StoredAxis, ...]:
        """The axes of a declaration: indices with their sizes, or bare sizes."""
        axes: list[StoredAxis] = []
        for named, place in self.slots(brackets) if brackets else ():
            if isinstance(named, int):
                if named < 1:
                    raise Failure(size_kinds.SizeNotPositive(place, f"axis {len(axes) + 1} of `{name}`", named))
                axes.append(StoredAxis((), named, place, bare=True))
            else:
                dynamic = self.draft.dynamic_in(named) is not None
                axes.append(StoredAxis(named, self.draft.size(named), place, dynamic))
            if axes[-1].size >= limits.AXIS:
                hint = "make its parts smaller, or give the sites an axis of their own: `x[..., n, 2]`, say"
                raise Failure(size_kinds.AxisTooLarge(place, f"axis {len(axes)} of `{name}`", hint))
        return tuple(axes)

    # --- using ----------------------------------------------------------------------------------------------------

    def use(self, stored: Stored, brackets: tree.Brackets | None, span: Span, shown: str) -> View:
        """A value under the names that its brackets give it, or under its declared ones."""
        self.values.work.spend(20 + 10 * len(stored.axes), span)
        if brackets is None:
            if any(axis.bare and axis.size != 1 for axis in stored.axes):
                raise Failure(kinds.UnnamedAxes(span, shown, labels=(_declared(stored),)))
            return View(value=stored.name, axes=tuple(axis.group for axis in stored.axes))
        return self.fit(stored, self.slots(brackets), brackets.span, shown)

    def fit(self, stored: Stored, named: list[tuple[Named, Span]], span: Span, shown: str) -> View:
        """A value under given names, one for each stored axis; raises Failure where they do not fit."""
        if len(named) != len(stored.axes):
            raise Failure(self._wrong_count(stored, named, span, shown))
        for position, (axis, (name, place)) in enumerate(zip(stored.axes, named, strict=True)):
            self._fit_axis(stored, position, axis, name, place, shown)
        return View(value=stored.name, axes=tuple(name for name, _ in named))

    def _wrong_count(
        self, stored: Stored, named: list[tuple[Named, Span]], span: Span, shown: str
    ) -> kinds.WrongNumberOfAxes:
        count = len(stored.axes)
        expected = f"{count} ax" + ("is" if count == 1 else "es")
        hint = None
        if stored.axes and stored.axes[0].group == (BATCH,) and (not named or named[0][0] != (BATCH,)):
            hint = "begin with `...`, which is the first of them"
        verb = "is named here" if len(named) == 1 else "are named here"
        return kinds.WrongNumberOfAxes(span, shown, expected, len(named), verb, hint, labels=(_declared(stored),))

    def _fit_axis(self, stored: Stored, position: int, axis: StoredAxis, name: Named, span: Span, shown: str) -> None:
        batch = axis.group == (BATCH,)
        if batch or name == (BATCH,):
            if not (batch and name == (BATCH,)):
                reason = "has to stand for the leading axes of" if batch else "cannot name an axis of"
                hint = "write `...` here" if batch else "name the axis by an index"
                raise Failure(kinds.EllipsisMisplaced(span, f"{reason} `{shown}`", hint, labels=(_declared(stored),)))
            return
        if isinstance(name, int):
            if name < 0 or (not axis.dynamic and name >= axis.size):
                label = Label(axis.span, f"declared with size {axis.size} here")
                raise Failure(kinds.PickOutOfRange(span, name, position + 1, shown, axis.size, labels=(label,)))
            return
        if axis.dynamic or self.draft.dynamic_in(name):
            self._fit_dynamic(stored, position, axis, name, span, shown)
            return
        found = self.draft.size(name)
        if found != axis.size:
            raise Failure(self._mismatch(position, axis, name, found, span, shown))

    def _mismatch(self, position: int, axis: StoredAxis, name: Group, found: int, span: Span, shown: str) -> Diagnostic:
        labels = [Label(axis.span, f"declared with size {axis.size} here")]
        labels += [
            Label(self.draft.indices[part].span, f"`{part}` has size {self.draft.indices[part].size}")
            for part in name[:4]
        ]
        given = f"({' '.join(name)})" if len(name) != 1 else name[0]
        if len(name) == 1:
            return kinds.SizeMismatch(span, position + 1, shown, axis.size, given, found, labels=tuple(labels))
        return kinds.CompositeMismatch(span, position + 1, shown, axis.size, given, found, labels=tuple(labels))

    def _fit_dynamic(
        self, stored: Stored, position: int, axis: StoredAxis, name: Group, span: Span, shown: str
    ) -> None:
        index = self.draft.dynamic_in(name)
        if index is None or not axis.dynamic:
            one, other = ("dynamic", "static") if axis.dynamic else ("static", "dynamic")
            given = f"({' '.join(name)})" if len(name) != 1 else name[0]
            labels = [Label(axis.span, "declared here")]
            labels += [Label(self.draft.indices[part].span, f"`{part}` is declared here") for part in name[:4]]
            raise Failure(kinds.DynamicMismatch(span, position + 1, shown, one, given, other, labels=tuple(labels)))
        extent = self.extent(stored, position, axis)
        if extent is not None:
            self.draft.bind(index, extent.scaled(1, self.draft.static_size(name)))

    def extent(self, stored: Stored, position: int, axis: StoredAxis) -> Extent | None:
        """The run-time size of a stored axis: an input's own, or what its dynamic index is bound to."""
        if stored.tensor is not None and stored.tensor.role == "input":
            return Extent(stored.name, position - len(stored.axes))
        index = self.draft.dynamic_in(axis.group)
        if index is None or index not in self.draft.extents:
            return None
        return self.draft.extents[index].scaled(self.draft.static_size(axis.group), 1)


def _declared(stored: Stored) -> Label:
    return Label(stored.span, "declared here")


def wrong_subscripts(family: Family[T], found: int, span: Span) -> kinds.WrongSubscripts:
    """The diagnostic for a use of a family, or of another name, with as many subscripts as it does not take."""
    width = family.width() if family.indexed else 0
    expected = "no subscripts" if width == 0 else f"{width} subscript" + ("s" if width > 1 else "")
    name, hint = family.name, None
    if width == 0:
        hint = f"write `{name}`"
    elif not found:
        hint = f"write `{name}[*]` for all its members, or `{name}[{', '.join('0' * width)}]` for one"
    label = Label(family.span, f"the {family.kind} is declared here")
    return kinds.WrongSubscripts(
        span, name, expected, found or "none", "is" if found == 1 else "are", hint, labels=(label,)
    )


def subscripts(family: Family[T], slots: tuple[tree.Slot, ...], values: Values, span: Span) -> tuple[int | None, ...]:
    """The subscripts at a use, None for `*`; raises Failure where a family lacks them or another name has them."""
    if not family.indexed and not slots:
        return ()
    lone = len(slots) == 1 and isinstance(slots[0], tree.Every)
    if not family.indexed or not slots or (len(slots) != family.width() and not lone):
        raise Failure(wrong_subscripts(family, len(slots), span))
    name = family.name
    pattern: list[int | None] = []
    for slot in slots:
        if isinstance(slot, tree.Every):
            pattern.append(None)
        elif isinstance(slot, tree.Ellipsis | tree.Slice | tree.Binder | tree.Group):
            raise Failure(
                kinds.WrongSubscripts(slot.span, name, "a number or `*` as a subscript", 1, "something else is")
            )
        else:
            pattern.append(checked_subscript(integer(slot, values, "a subscript"), slot.span))
    return tuple(pattern)


def checked_subscript(value: int, span: Span) -> int:
    """A subscript, which is written into names and so must not have thousands of digits; raises Failure."""
    if abs(value) >= limits.AXIS:
        raise Failure(size_kinds.ValueTooLarge(span, limits.AXIS.bit_length() - 1, "bits"))
    return value
