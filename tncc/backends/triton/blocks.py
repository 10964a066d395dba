"""Blocks in the text of a kernel: where the positions of atoms stand, and how a block gets from one shape to another.

A block's axes are groups of atoms. Atoms of which a block has one position only are no axes, but numbers in addresses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TypeAlias

from tncc.backends.extents import extent_code
from tncc.backends.literals import tuple_code
from tncc.backends.naming import Names
from tncc.backends.triton.expression import Strides
from tncc.backends.triton.tiles import Tiling
from tncc.backends.wrapping import INDENT, WIDTH, assignment
from tncc.ir.program import Dim

Groups: TypeAlias = tuple[tuple[int, ...], ...]

LONGEST_INSIDE = 56
"""Addresses of more characters than this are no arguments, but have a line of their own."""

BLOCK = "BLOCK"
"""The block size that is tuned, that of the rows."""


@dataclass(slots=True)
class Scope:
    """The body of a kernel, or of one of its loops; `known` has the variables of what has been computed there."""

    parent: "Scope | None" = None
    atom: int | None = None
    lines: list[str] = field(default_factory=list)
    known: dict[object, str] = field(default_factory=dict)

    @property
    def indent(self) -> str:
        """How far its lines are set in."""
        return INDENT if self.parent is None else self.parent.indent + INDENT

    def home(self, atoms: frozenset[int] | Sequence[int]) -> "Scope":
        """The outermost scope in which all of some atoms have their positions."""
        here = self
        while here.parent is not None and here.atom not in atoms:
            here = here.parent
        return here

    def put(self, target: str, code: str) -> str:
        """Adds an assignment."""
        self.lines += assignment(target, code, self.indent)
        return target


def pointer(base: str, terms: Sequence[str], names: Names, scope: Scope) -> str:
    """The addresses at a position behind a pointer; long positions get a variable."""
    code = f"{base} + ({' + '.join(terms)})" if len(terms) > 1 else f"{base} + {terms[0]}" if terms else base
    if len(code) <= LONGEST_INSIDE:
        return code
    return f"{base} + {joined(names.claim(f'{base}_at'), terms, '+', scope)}"


def joined(name: str, terms: Sequence[str], operator: str, scope: Scope) -> str:
    """A variable for terms with an operator between them, one a line where they don't fit on one."""
    line = f"{scope.indent}{name} = {f' {operator} '.join(terms)}"
    if len(line) <= WIDTH:
        scope.lines.append(line)
    else:
        inner = scope.indent + INDENT
        middle = [f"{inner}{f' {operator} '.join(terms)}"]
        if len(middle[0]) > WIDTH:
            middle = [f"{inner}{terms[0]}", *(f"{inner}{operator} {term}" for term in terms[1:])]
        scope.lines += [f"{scope.indent}{name} = (", *middle, f"{scope.indent})"]
    return name


def flat(groups: Groups) -> tuple[int, ...]:
    """All atoms, in order."""
    return tuple(atom for group in groups for atom in group)


def within(groups: Groups, atoms: frozenset[int]) -> Groups:
    """The groups without what is not among some atoms, and without those that are empty then."""
    kept = (tuple(atom for atom in group if atom in atoms) for group in groups)
    return tuple(group for group in kept if group)


@dataclass(slots=True)
class Blocks:
    """Writes positions, masks and changes of shape; `tuned` is the atom whose block size is a parameter."""

    tiling: Tiling
    names: Names
    symbols: Mapping[str, str]
    tuned: int | None
    starts: dict[int, str] = field(default_factory=dict)
    limits: dict[int, str] = field(default_factory=dict)
    variables: dict[int, str] = field(default_factory=dict)

    def size(self, atoms: Sequence[int]) -> str:
        """The number of positions of a group in a block."""
        number = prod(self.tiling.blocks[atom] for atom in atoms if atom != self.tuned)
        if self.tuned in atoms:
            return BLOCK if number == 1 else f"{BLOCK} * {number}"
        return str(number)

    def shape(self, groups: Groups) -> str:
        """A shape, with 1 for a group without atoms."""
        return tuple_code([self.size(group) for group in groups])

    def extent(self, atom: int) -> str:
        """The extent of an atom."""
        return extent_code(self.tiling.expression.sizes[atom], self.symbols)

    def is_cut(self, atom: int) -> bool:
        """Whether a block may have positions beyond the end."""
        block = self.tiling.blocks[atom]
        dynamic = not isinstance(self.tiling.expression.sizes[atom], int)
        return block > 1 and (dynamic or self.tiling.extents[atom] % block != 0)

    def name(self, atom: int) -> str:
        """What the positions of an atom are called."""
        if atom not in self.variables:
            self.variables[atom] = self.names.claim(self.tiling.expression.labels[atom] or "k")
        return self.variables[atom]

    def position(self, atom: int, group: Sequence[int], scope: Scope) -> str:
        """The positions of an atom along a group that holds it, or the one position that it has."""
        key = ("position", atom, tuple(group) if self.tiling.blocks[atom] > 1 else ())
        home = scope.home((atom,))
        if key not in home.known:
            home.known[key] = self.made_position(atom, group, home)
        return home.known[key]

    def made_position(self, atom: int, group: Sequence[int], home: Scope) -> str:
        """The variable of positions."""
        start = self.starts.get(atom, "")
        dynamic = not isinstance(self.tiling.expression.sizes[atom], int)
        if self.tiling.blocks[atom] == 1:
            if not dynamic:
                return start or "0"
            return home.put(self.names.claim(f"{self.name(atom)}_at"), f"{start}.to(tl.int64)")
        after = group[list(group).index(atom) + 1 :]
        lanes = f"tl.arange(0, {self.size(group)})"
        if after:
            lanes += f" // {self.parenthesized(self.size(after))}"
        if group[0] != atom:
            lanes += f" % {self.parenthesized(self.size((atom,)))}"
        code = f"{start} + {lanes}" if start else lanes
        if dynamic:
            code = f"({code}).to(tl.int64)"
        return home.put(self.names.claim(f"{self.name(atom)}_at"), code)

    def parenthesized(self, code: str) -> str:
        """A product in parentheses."""
        return f"({code})" if " " in code else code

    def along(self, code: str, place: int, count: int) -> str:
        """A vector as one axis of a block of several."""
        if count < 2:
            return code
        return f"{code}[{', '.join(':' if axis == place else 'None' for axis in range(count))}]"

    def affine(self, strides: Strides, offsets: Sequence[Dim], groups: Groups, scope: Scope) -> list[str]:
        """An affine position as a block whose axes are some groups: what is to be added up."""
        terms = []
        places = {atom: place for place, group in enumerate(groups) for atom in group}
        for atom, stride in strides:
            place = places.get(atom)
            group = groups[place] if place is not None else ()
            code = self.position(atom, group, scope)
            if code == "0":
                continue
            code = self.along(code, place, len(groups)) if place is not None else code
            step = extent_code(stride, self.symbols)
            terms.append(code if step == "1" else f"{code} * {step}")
        terms += [extent_code(offset, self.symbols) for offset in offsets]
        return terms

    def mask(self, atoms: frozenset[int], groups: Groups, scope: Scope) -> str:
        """Which elements are inside of the array as far as some atoms go; empty where all are."""
        tests = []
        for place, group in enumerate(groups):
            for atom in group:
                if atom in atoms and self.is_cut(atom):
                    inside = f"{self.position(atom, group, scope)} < {self.limits.get(atom) or self.extent(atom)}"
                    tests.append(self.along(f"({inside})", place, len(groups)))
        code = " & ".join(tests)
        if len(code) <= LONGEST_INSIDE:
            return code
        return joined(self.names.claim("inside"), tests, "&", scope)

    def arranged(self, code: str, has: Groups, wanted: Groups, atoms: frozenset[int]) -> str:
        """A block of one grouping in another, in which groups without its atoms are axes of one position."""
        if not has:
            return code
        order = flat(within(wanted, atoms))
        singles: Groups = tuple((atom,) for atom in flat(has))
        now = has
        if flat(has) != order:
            if now != singles:
                code = f"tl.reshape({code}, {self.shape(singles)})"
            turned = tuple(flat(has).index(atom) for atom in order)
            code = f"tl.permute({code}, {tuple_code(turned)})"
            now = tuple((atom,) for atom in order)
        mixed = any(0 < sum(atom in atoms for atom in group) < len(group) for group in wanted)
        if mixed:
            return self.repeated(code, wanted, atoms)
        target: Groups = tuple(group if group and group[0] in atoms else () for group in wanted)
        return code if target == now else f"tl.reshape({code}, {self.shape(target)})"

    def repeated(self, code: str, wanted: Groups, atoms: frozenset[int]) -> str:
        """A block repeated along the atoms that it lacks in groups of which it has others."""
        apart: list[tuple[int, ...]] = []
        full: list[tuple[int, ...]] = []
        for group in wanted:
            if not any(atom in atoms for atom in group):
                apart.append(())
                full.append(())
                continue
            apart += [(atom,) if atom in atoms else () for atom in group]
            full += [(atom,) for atom in group]
        code = f"tl.broadcast_to(tl.reshape({code}, {self.shape(tuple(apart))}), {self.shape(tuple(full))})"
        target: Groups = tuple(group if any(atom in atoms for atom in group) else () for group in wanted)
        return code if target == tuple(full) else f"tl.reshape({code}, {self.shape(target)})"
