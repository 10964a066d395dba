"""The text of one kernel: nodes become blocks, sums over more than a block become loops, as far out as they can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from tncc.backends.literals import number as literal
from tncc.backends.naming import Names
from tncc.backends.triton.arithmetic import ZERO_AT_ZERO, applied
from tncc.backends.triton.blocks import Blocks, Groups, Scope, flat, pointer, within
from tncc.backends.triton.expression import Dot, Fold, Load, Map, Number, Same, children
from tncc.backends.triton.tiles import Tiling
from tncc.backends.wrapping import INDENT, statement


@dataclass(slots=True)
class Body:
    """Writes the body of a kernel; `pointers` are the parameters by buffer, `out` that of what is stored."""

    tiling: Tiling
    blocks: Blocks
    names: Names
    pointers: Mapping[str, str]
    out: str
    shared_sum: bool
    clean: list[frozenset[int]] = field(default_factory=list)
    sums: dict[tuple[int, int], tuple[str, Groups]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """All statements."""
        top = Scope()
        self.find_clean()
        self.open_grid(top)
        expression = self.tiling.expression
        last = len(expression.nodes) - 1
        groups = self.natural(last)
        value = self.value(last, groups, top)
        where = self.blocks.affine(expression.strides, expression.offsets, groups, top)
        if self.shared_sum:
            size = prod(self.tiling.extents[atom] for atom in expression.outer)
            where = [*where, f"share * {size}" if size > 1 else "share"]
        mask = self.blocks.mask(frozenset(flat(groups)), groups, top)
        address = pointer(self.out, where, self.names, top)
        arguments = [address, value, *([f"mask={mask}"] if mask else [])]
        top.lines += statement("", f"tl.store({', '.join(arguments)})", INDENT)
        return top.lines

    def open_grid(self, top: Scope) -> None:
        """Which blocks of the result a program makes; rows change most slowly, so that tensors stay in the cache."""
        sizes = self.tiling.expression.sizes
        outer = [atom for atom in self.tiling.expression.outer if self.tiling.count(atom) > 1 or self.dynamic(atom)]
        fast = [atom for atom in reversed(outer) if isinstance(sizes[atom], int)]
        slow = [atom for atom in reversed(outer) if not isinstance(sizes[atom], int)]
        order = fast + slow
        if order or self.shared_sum:
            top.put("program", "tl.program_id(0)")
        for place, atom in enumerate(order):
            is_last = place + 1 == len(order) and not self.shared_sum
            block, count = self.blocks.size((atom,)), self.count(atom)
            code = "program" if is_last else f"program % {self.blocks.parenthesized(count)}"
            if block != "1":
                code = f"{code} * {self.blocks.parenthesized(block)}"
            self.blocks.starts[atom] = top.put(self.names.claim(f"{self.blocks.name(atom)}_start"), code)
            if not is_last:
                top.put("program", f"program // {self.blocks.parenthesized(count)}")
        if self.shared_sum:
            top.put("share", "program")

    def dynamic(self, atom: int) -> bool:
        """Whether an extent is known at run time only."""
        return not isinstance(self.tiling.expression.sizes[atom], int)

    def count(self, atom: int) -> str:
        """The number of blocks of an atom."""
        if self.dynamic(atom):
            return f"tl.cdiv({self.blocks.extent(atom)}, {self.blocks.size((atom,))})"
        return str(self.tiling.count(atom))

    def find_clean(self) -> None:
        """By node, the atoms beyond whose end a block is zero."""
        free = self.tiling.expression.free
        for number, node in enumerate(self.tiling.expression.nodes):
            below = children(node)
            kept = [
                atom
                for atom in free[number]
                if any(atom in free[child] for child in below)
                and all(atom in self.clean[child] for child in below if atom in free[child])
            ]
            zero = isinstance(node, Dot | Fold) or (isinstance(node, Map) and node.function in ("mul", *ZERO_AT_ZERO))
            if isinstance(node, Load):
                kept = list(free[number])
            elif isinstance(node, Map) and node.function in ("add", "sub"):
                kept = [atom for atom in kept if all(atom in free[child] for child in below)]
            elif not zero:
                kept = []
            self.clean.append(frozenset(kept))

    def wide(self, number: int) -> frozenset[int]:
        """The atoms that are axes of a node's block, or parts of them."""
        return frozenset(self.tiling.wide(self.tiling.expression.free[number]))

    def ordered(self, atoms: frozenset[int], wish: Sequence[int] = ()) -> tuple[int, ...]:
        """Atoms in the order of a wish, then in that of the result."""
        order = [*wish, *self.tiling.expression.outer, *self.tiling.expression.inner]
        return tuple(atom for atom in dict.fromkeys(order) if atom in atoms)

    def natural(self, number: int) -> Groups:
        """The grouping that costs least: that of the product at the bottom, else one axis for everything."""
        outer = frozenset(self.tiling.wide(self.tiling.expression.outer))
        folded = self.ordered(outer & self.tiling.expression.whole)
        if folded:
            rest = self.ordered(outer - set(folded))
            return (rest, folded) if rest else (folded,)
        place = number
        while place >= 0:
            node = self.tiling.expression.nodes[place]
            if isinstance(node, Dot) and self.tiling.is_product[place] and self.wide(place) == outer:
                return self.sides(node, ())
            if not isinstance(node, Map | Same):
                break
            alike = [child for child in children(node) if self.wide(child) == outer and self.is_sum(child)]
            if not alike:
                break
            place = alike[0]
        return (self.ordered(outer),) if outer else ()

    def is_sum(self, number: int) -> bool:
        """Whether there is a product in a node."""
        node = self.tiling.expression.nodes[number]
        return isinstance(node, Dot) or (isinstance(node, Map | Same) and any(map(self.is_sum, children(node))))

    def sides(self, node: Dot, wish: Sequence[int]) -> Groups:
        """The rows and the columns of a product of matrices."""
        left, right = self.wide(node.left), self.wide(node.right)
        return self.ordered(left - right, wish), self.ordered(right - left, wish)

    def value(self, number: int, groups: Groups, scope: Scope, raw: bool = False) -> str:
        """A node's block with some groups as axes, those that it lacks being of one position.

        `raw` asks for it in the type of the tensors, as an operand of `tl.dot`; else it is in single precision.
        """
        expression = self.tiling.expression
        node = expression.nodes[number]
        if isinstance(node, Number):
            return literal(node.value)
        home = scope.home(expression.free[number])
        key = (number, groups, raw)
        if key not in home.known:
            home.known[key] = self.made(number, groups, home, raw)
        return home.known[key]

    def made(self, number: int, groups: Groups, home: Scope, raw: bool) -> str:
        """A new variable for a node's block."""
        node = self.tiling.expression.nodes[number]
        if isinstance(node, Load):
            if raw:
                return self.load(number, node, groups, home)
            code = self.value(number, groups, home, raw=True)
            return home.put(self.names.claim("h"), f"{code}.to(tl.float32)")
        if raw:
            code = self.value(number, groups, home)
            return home.put(self.names.claim("h"), f"{code}.to({self.element})")
        match node:
            case Map():
                operands = [self.value(child, groups, home) for child in node.operands]
                code = applied(node.function, operands, node.factor)
                if all(isinstance(self.tiling.expression.nodes[child], Number) for child in node.operands):
                    code = f"tl.full((), {code}, tl.float32)"
                return home.put(self.names.claim("h"), code)
            case Same():
                return self.same(node, groups, home)
            case Dot() | Fold():
                name, has = self.summed(number, node, groups, home)
                code = self.blocks.arranged(name, has, groups, self.wide(number))
                return code if code == name else home.put(self.names.claim("h"), code)
            case _:
                raise TypeError(f"no block is made of {node}")

    def summed(self, number: int, node: Dot | Fold, groups: Groups, home: Scope) -> tuple[str, Groups]:
        """The variable of a sum, which is made once, and the grouping in which it is."""
        key = (id(home), number)
        if key not in self.sums:
            if isinstance(node, Dot):
                self.sums[key] = self.dot(number, node, groups, home)
            else:
                self.sums[key] = self.fold(number, node, groups, home)
        return self.sums[key]

    @property
    def element(self) -> str:
        """The type of the tensors."""
        return f"{next(iter(self.pointers.values()))}.dtype.element_ty"

    def load(self, number: int, node: Load, groups: Groups, home: Scope) -> str:
        """A block read from memory, zero beyond the end."""
        atoms = self.wide(number)
        shown: Groups = tuple(group if any(atom in atoms for atom in group) else () for group in groups)
        shown = shown if atoms else ()
        # Where an array has only some atoms of a group, its addresses repeat along it.
        base = self.pointers[node.buffer]
        address = pointer(base, self.blocks.affine(node.strides, node.offsets, shown, home), self.names, home)
        mask = self.blocks.mask(atoms, shown, home)
        code = f"tl.load({address}, mask={mask}, other=0.0)" if mask else f"tl.load({address})"
        return home.put(self.names.claim(f"{base}_block"), code)

    def same(self, node: Same, groups: Groups, home: Scope) -> str:
        """The operand where positions are equal."""
        operand = self.value(node.operand, groups, home)
        first, *others = (
            " + ".join(self.blocks.affine(strides, (offset,) if offset else (), groups, home)) or "0"
            for strides, offset in node.positions
        )
        tests = " & ".join(f"({first} == {other})" for other in others)
        return home.put(self.names.claim("h"), f"tl.where({tests}, {operand}, 0.0)")

    def masked(self, number: int, code: str, groups: Groups, atoms: Sequence[int], scope: Scope, fill: str) -> str:
        """A block with something harmless beyond the ends of some atoms."""
        if fill == "0.0":
            atoms = [atom for atom in atoms if atom not in self.clean[number]]
        mask = self.blocks.mask(frozenset(atoms) & self.tiling.expression.free[number], groups, scope)
        return f"tl.where({mask}, {code}, {fill})" if mask else code

    def loops(self, atoms: Sequence[int], scope: Scope) -> Scope:
        """Scopes for loops over the blocks of some atoms, the innermost one."""
        for atom in atoms:
            if self.tiling.count(atom) > 1 or self.dynamic(atom):
                scope = Scope(scope, atom)
                self.blocks.starts[atom] = self.blocks.name(atom)
        return scope

    def close(self, scope: Scope, outside: Scope) -> None:
        """Puts the loops down, from the innermost one to that just inside of a scope."""
        while scope is not outside:
            parent, atom = scope.parent, scope.atom
            assert parent is not None and atom is not None
            first, last = "0", self.blocks.extent(atom)
            if self.shared_sum and atom == self.tiling.summed_rows:
                first, last = "share * span", f"tl.minimum({last}, share * span + span)"
            steps = [first, last, self.blocks.size((atom,))]
            if steps[0] == "0" and steps[2] == "1":
                steps = [last]
            parent.lines += [f"{parent.indent}for {self.blocks.name(atom)} in range({', '.join(steps)}):", *scope.lines]
            scope = parent

    def dot(self, number: int, node: Dot, groups: Groups, home: Scope) -> tuple[str, Groups]:
        """A product summed, and the grouping that it comes in."""
        is_product = self.tiling.is_product[number]
        summed = self.tiling.wide(node.summed)
        left, right = node.left, node.right
        if is_product:
            has = self.sides(node, flat(groups))
            wanted = within(groups, self.wide(number))
            if wanted and set(wanted[0]) <= set(has[1]):
                left, right, has = right, left, (has[1], has[0])
        else:
            has = within(groups, self.wide(number))
        inner = self.loops(node.summed, home)
        total = ""
        if inner is not home:
            zero = f"tl.zeros({self.blocks.shape(has)}, tl.float32)" if has else "tl.full((), 0.0, tl.float32)"
            total = home.put(self.names.claim("total"), zero)
        if is_product:
            depth = self.ordered(frozenset(summed), self.ordered(self.wide(left)))
            one = self.operand(left, (has[0], depth), summed, inner)
            other = self.operand(right, (depth, has[1]), summed, inner)
            start = f", {total}" if total else ""
            code = f'tl.dot({one}, {other}{start}, input_precision="ieee")'
            name = inner.put(total or self.names.claim("h"), code)
        else:
            name = self.summed_product(number, (left, right), has, summed, inner, total)
        self.close(inner, home)
        return name, has

    def operand(self, number: int, groups: Groups, summed: Sequence[int], scope: Scope) -> str:
        """An operand of a product of matrices."""
        return self.safe(number, self.value(number, groups, scope, raw=True), groups, summed, scope)

    def safe(self, number: int, code: str, groups: Groups, summed: Sequence[int], scope: Scope) -> str:
        """A block that is zero beyond the ends of what it is summed over."""
        masked = self.masked(number, code, groups, summed, scope, "0.0")
        return code if masked == code else scope.put(self.names.claim("h"), masked)

    def summed_product(
        self, number: int, operands: tuple[int, int], has: Groups, summed: Sequence[int], scope: Scope, total: str
    ) -> str:
        """An elementwise product, and its sum over a last axis."""
        depth = tuple(summed)
        groups: Groups = (*has, depth) if depth else has
        codes = []
        for child in operands:
            codes.append(self.safe(child, self.value(child, groups, scope), groups, summed, scope))
        code = f"{codes[0]} * {codes[1]}"
        if depth:
            code = f"tl.sum({code}, {len(has)})"
        return scope.put(total, f"{total} + {code}") if total else scope.put(self.names.claim("h"), code)

    def fold(self, number: int, node: Fold, groups: Groups, home: Scope) -> tuple[str, Groups]:
        """A sum or a maximum, and the grouping that it comes in."""
        has = within(groups, self.wide(number))
        depth = self.tiling.wide(node.over)
        inner = home if node.shared else self.loops(node.over, home)
        is_max = node.function == "max"
        total = ""
        if inner is not home:
            start = 'float("-inf")' if is_max else "0.0"
            total = home.put(self.names.claim("total"), f"tl.full({self.blocks.shape(has)}, {start}, tl.float32)")
        inside: Groups = (*has, depth) if depth else has
        code = self.value(node.operand, inside, inner)
        code = self.masked(node.operand, code, inside, depth, inner, 'float("-inf")' if is_max else "0.0")
        if depth:
            code = f"tl.{node.function}({code}, {len(has)})"
        if not total:
            name = home.put(self.names.claim("h"), code)
        elif is_max:
            name = inner.put(total, f"tl.maximum({total}, {code}, propagate_nan=tl.PropagateNan.ALL)")
        else:
            name = inner.put(total, f"{total} + {code}")
        self.close(inner, home)
        return name, has
