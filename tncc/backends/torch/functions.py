"""Programs as functions of a generated module: tensors in, results out, whole or tile by tile."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tncc.backends.extents import extent_code
from tncc.backends.instructions import Code, fused, living, operands, simplified, unbound
from tncc.backends.literals import tuple_code
from tncc.backends.naming import Names
from tncc.backends.statements import Body, Text
from tncc.backends.torch.dialect import LIKE
from tncc.backends.torch.folding import fold
from tncc.backends.torch.plan import Plan
from tncc.backends.wrapping import INDENT, WIDTH, bracketed, statement
from tncc.ir.extent import symbol
from tncc.ir.network import BATCH
from tncc.ir.phases import Phases, phases
from tncc.ir.program import ROWS, AnyInstruction, Dim, Matmul, Program, Read, Reshape

Kind = Literal["tensor", "array", "symbol", "need", "like", "pieces"]
Key = tuple[Kind, str]


MOST_NEEDS = 8
"""Of up to so many gradients each is computed only if it is needed itself."""

REST = "others"
"""What stands for all gradients that are not told apart."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A function as printed: what its arguments are, in order; `constants` is the one that computes its arrays."""

    name: str
    arguments: tuple[Key, ...]
    lines: tuple[str, ...]
    kept: tuple[str, ...] = ()
    constants: "Printed | None" = None


@dataclass(slots=True)
class Scope:
    """The names of one function. What is asked for becomes an argument, or a variable of `local`."""

    plan: Plan
    names: Names = field(init=False)
    given: dict[Key, str] = field(default_factory=dict)
    symbols: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = self.plan.names()
        dynamic = [(symbol(i.name), i.name) for i in self.plan.network.indices if i.dynamic]
        self.symbols = {key: self.names.claim(name) for key, name in ((ROWS, "rows"), *dynamic)}
        self.symbols[BATCH] = self.symbols[ROWS]

    def argument(self, kind: Kind, key: str, wanted: str) -> str:
        """The identifier of an argument, which is claimed when it is first asked for."""
        if (kind, key) not in self.given:
            known = {"like": LIKE, "symbol": self.symbols.get(key, "")}
            self.given[kind, key] = known.get(kind) or self.names.claim(wanted)
        return self.given[kind, key]

    def read(self, instructions: Iterable[AnyInstruction], known: Iterable[str] = ()) -> dict[str, Text]:
        """The code of what instructions read but do not make, nor `known` has; copies are made on the spot."""
        copies = self.plan.copies
        found: dict[str, Text] = {}
        own = set(known)
        for instruction in instructions:
            own.add(instruction.name)
            if isinstance(instruction, Read) and instruction.tensor not in copies:
                found[instruction.name] = Text(self.argument("tensor", instruction.tensor, instruction.tensor))
            for name in operands(instruction):
                if name not in own:
                    found[name] = Text(self.argument("array", name, name))
        return found

    def finished(self, name: str, doc: str, lines: Sequence[str], rows: str = "") -> Printed:
        """The function around its lines, with what these mention as further arguments; `rows` may compute the rows."""
        code = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        words = set(_words(code))
        head = []
        if LIKE in words:
            self.argument("like", "", LIKE)
        for key, identifier in self.symbols.items():
            if key == BATCH or identifier not in words:
                continue
            if key == ROWS and rows:
                head.append(f"{INDENT}{identifier} = {rows}")
            else:
                self.given["symbol", key] = identifier
        opening = bracketed(f"def {name}(", list(self.given.values()), "):", "")
        quoted = [f'{INDENT}"""{doc}"""']
        return Printed(name, tuple(self.given), (*opening, *quoted, *head, *lines))


@dataclass(slots=True)
class Printer:
    """Prints one program as the function `name`.

    `constant` names the stored tensors that count as never changing, `views` says that even views of these are kept,
    and `needs` that each result is wanted only if an argument says so, as gradients are. `pieces` are the tensors that
    come tile by tile, as they were saved.
    """

    plan: Plan
    name: str
    program: Program
    constant: Collection[str]
    doc: str
    views: bool = False
    needs: bool = False
    pieces: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    table: dict[str, AnyInstruction] = field(default_factory=dict)

    def printed(self) -> Printed:
        """The function, behind that of its constants and that of one tile."""
        wanted = list(dict.fromkeys(result.array for result in self.program.results))
        instructions = simplified(self.program.instructions, wanted)
        folding = fold(instructions, wanted, self.constant, self.plan.copies, self.views)
        self.table = {instruction.name: instruction for instruction in instructions}
        self.kept = folding.kept
        parts = phases(self.program.model_copy(update={"instructions": folding.each}))
        wanted_each = [*(r.array for r in self.program.results if r.batched), *parts.totals]
        reads = [i.tensor for i in living(parts.each, wanted_each) if isinstance(i, Read)]
        rowed = any(name not in self.pieces for name in reads)
        main = self.in_tiles(parts) if self.program.tile and rowed else self.at_once(folding.each)
        if not folding.kept:
            return main
        constants = self.constants(folding.once, folding.kept, self.turned(folding.each) if self.views else ())
        lines = (*constants.lines, "", "", *main.lines)
        return Printed(main.name, main.arguments, lines, folding.kept, constants)

    def constants(
        self, instructions: Sequence[AnyInstruction], kept: tuple[str, ...], turned: Collection[str]
    ) -> Printed:
        """The function that computes what is kept, the `turned` matrices column by column."""
        scope = Scope(self.plan)
        body = self.body(scope, scope.read(instructions), frozenset(), {})
        lines, results = body.write(list(instructions), kept, INDENT)
        results = [
            f"{code}.T.contiguous().T" if name in turned else code for name, code in zip(kept, results, strict=True)
        ]
        ending = returning(results)
        doc = f"What `{self.name}` takes that is the same in every call."
        return scope.finished(f"{self.name}_constants", doc, [*lines, *ending])

    def turned(self, instructions: Sequence[AnyInstruction]) -> set[str]:
        """A kept matrix that is all the work of a call: it is stored by columns, as `nn.Linear` stores its weight."""
        products = [instruction for instruction in instructions if isinstance(instruction, Matmul)]
        if len(products) != 1 or len(products[0].shape) != 2 or products[0].right not in self.kept:
            return set()
        return {products[0].right}

    def at_once(self, instructions: Sequence[AnyInstruction]) -> Printed:
        """The function that computes all rows at once."""
        scope = Scope(self.plan)
        body = self.body(scope, scope.read(instructions), frozenset(), self.conditions(scope))
        lines, results = body.write(
            unbound(fused(instructions), self.table), [r.array for r in self.program.results], INDENT
        )
        return scope.finished(self.name, self.doc, [*lines, *self.ending(results, body, scope)])

    def in_tiles(self, parts: Phases) -> Printed:
        """The function that does what is done once, and calls that of a tile."""
        rowed = list(dict.fromkeys(result.array for result in self.program.results if result.batched))
        apart = self.apart(parts)
        tile = self.tile(parts, rowed, apart)
        scope = Scope(self.plan)
        made = {instruction.name for instruction in parts.once}
        late = [result.array for result in self.program.results if not result.batched and result.array not in apart]
        handed = [key for kind, key in tile.arguments if kind == "array" and key not in self.kept]
        needed = [name for name in (*(n for i in parts.last for n in operands(i)), *late) if name in made]
        body = self.body(scope, scope.read(parts.once), frozenset((*handed, *needed)), {})
        lines, found = body.write(unbound(parts.once, self.table), [*handed, *needed], INDENT)
        code: dict[Key, str] = {("array", name): text for name, text in zip(handed, found, strict=False)}
        joined = (*rowed, *parts.totals)
        targets = [scope.names.claim(name) for name in joined]
        apart_name = [f"*{scope.names.claim('saved')}"] if apart else []
        lines += self.tiles_call(scope, tile, parts, code, [*targets, *apart_name], len(apart))
        given = scope.read(parts.last, [*made, *joined])
        body.variables |= given | {name: Text(target) for name, target in zip(joined, targets, strict=True)}
        body.table |= self.table
        body.conditions = self.conditions(scope)
        more, totals = body.write(unbound(parts.last, self.table), late, INDENT)
        remaining = iter(totals)
        results = [
            closed(body.variables[result.array].code, result.shape, scope.symbols)
            if result.batched
            else next(remaining)
            for result in self.program.results
            if result.array not in apart
        ]
        results += apart_name
        printed = scope.finished(self.name, self.doc, [*lines, *more, *self.ending(results, body, scope)])
        return Printed(printed.name, printed.arguments, (*tile.lines, "", "", *printed.lines))

    def apart(self, parts: Phases) -> list[str]:
        """The results with rows that are not put together, but handed on tile by tile: what is saved."""
        made = {instruction.name for instruction in parts.each}
        return [
            r.array for r in self.program.results if not r.batched and r.array in made and r.array not in parts.totals
        ]

    def tiles_call(
        self,
        scope: Scope,
        tile: Printed,
        parts: Phases,
        code: Mapping[Key, str],
        targets: Sequence[str],
        apart: int,
    ) -> list[str]:
        """The call that runs a function tile by tile: what is split first, then pieces, then what every tile takes."""
        split: list[str] = []
        fixed: list[str] = []
        reads = {i.tensor for i in parts.each if isinstance(i, Read)}
        pieces = False
        for kind, key in tile.arguments:
            if kind == "tensor" and key in self.pieces:
                pieces = True
                continue
            text = code.get((kind, key)) or scope.argument(kind, key, self.wish(kind, key))
            (split if kind == "tensor" and key in reads else fixed).append(text)
        rowed = len(targets) - len(parts.totals) - (apart > 0)
        arguments = [tile.name, str(self.program.tile), tuple_code(split), tuple_code(fixed), str(rowed)]
        if apart or pieces:
            arguments.append(str(apart))
        if pieces:
            arguments.append(scope.argument("pieces", "", "pieces"))
        left = f"({targets[0]},)" if len(targets) == 1 else ", ".join(targets)
        return statement(f"{left} = ", f"_by_tiles({', '.join(arguments)})", INDENT)

    def tile(self, parts: Phases, rowed: Sequence[str], apart: Sequence[str]) -> Printed:
        """The function that computes one tile of rows; results come with the axes they have before they are joined."""
        wanted = [*(self.opened(name) for name in rowed), *parts.totals, *apart]
        instructions = living(parts.each, wanted)
        scope = Scope(self.plan)
        # What is split comes first among the arguments, then what comes in pieces.
        reads = [instruction.tensor for instruction in instructions if isinstance(instruction, Read)]
        for tensor in sorted(
            reads, key=lambda name: (name in self.pieces, self.pieces.index(name) if name in self.pieces else 0)
        ):
            scope.argument("tensor", tensor, tensor)
        given = scope.read(instructions)
        conditions = self.conditions(scope)
        body = self.body(scope, given, frozenset(), conditions)
        lines, results = body.write(unbound(fused(instructions), self.table), wanted, INDENT)
        if self.needs:
            results = [
                self.if_needed(code, conditions[name], scope, lines)
                for name, code in zip((*rowed, *parts.totals), results, strict=True)
            ]
        first = next(i for i in instructions if isinstance(i, Read) and i.tensor not in self.pieces)
        rows = f"{scope.argument('tensor', first.tensor, first.tensor)}.shape[0]"
        ending = returning(results)
        return scope.finished(f"{self.name}_tile", f"One tile of `{self.name}`.", [*lines, *ending], rows)

    def if_needed(self, code: str, condition: str, scope: Scope, lines: list[str]) -> str:
        """A result where it is needed, else None; a long condition gets a line of its own."""
        if " or " in condition:
            needed = scope.names.claim("needed")
            lines += statement(f"{needed} = ", f"any(({', '.join(condition.split(' or '))}))", INDENT)
            condition = needed
        return f"({code}) if {condition} else None"

    def body(self, scope: Scope, given: dict[str, Text], pinned: frozenset[str], conditions: Mapping[str, str]) -> Body:
        """A writer of statements in a scope."""
        table: dict[str, Code] = {name: self.table[name] for name in given}
        stages = frozenset(o.name for o in self.plan.network.operations if ":" not in o.name)
        return Body(
            self.plan.dialect, scope.names, scope.symbols, given, stages, table, pinned, conditions, not self.needs
        )

    def opened(self, name: str) -> str:
        """The array of which a result is only a joining of axes behind the rows, so that it is written but once."""
        made_by = self.table[name]
        if isinstance(made_by, Reshape) and self.table[made_by.source].shape[:1] == (ROWS,) == made_by.shape[:1]:
            return made_by.source
        return name

    def wish(self, kind: Kind, key: str) -> str:
        """What an argument would best be called."""
        return f"need_{key}" if kind == "need" else key

    def conditions(self, scope: Scope) -> dict[str, str]:
        """By array, when it is needed, where some results may not be wanted.

        Conditions grow with the number of results, so that many of them are told apart as inputs and others only.
        """
        if not self.needs:
            return {}
        wanted: dict[str, set[str]] = {}
        for result in self.program.results:
            wanted.setdefault(result.array, set()).add(self.group(result.name))
        for instruction in reversed(self.table.values()):
            for name in operands(instruction):
                wanted.setdefault(name, set()).update(wanted.get(instruction.name, ()))
        order = list(dict.fromkeys(self.group(result.name) for result in self.program.results))
        names = {name: scope.argument("need", name, self.wish("need", name)) for name in order}
        return {
            array: " or ".join(names[name] for name in order if name in results) for array, results in wanted.items()
        }

    def group(self, result: str) -> str:
        """The result, or `REST` for one of many that are no inputs' gradients."""
        inputs = {tensor.name for tensor in self.plan.network.inputs}
        return result if len(self.program.results) <= MOST_NEEDS or result in inputs else REST

    def ending(self, results: list[str], body: Body, scope: Scope) -> list[str]:
        """The return statement: a gradient that nobody needs is None, and what is kept is not given away."""
        if self.needs:
            names = [scope.argument("need", self.group(result.name), "") for result in self.program.results]
            results = [f"({code}) if {need} else None" for code, need in zip(results, names, strict=True)]
            return returning(results)
        kept = set(self.kept)
        for number, result in enumerate(self.program.results):
            if not kept.isdisjoint(body.bases(result.array)):
                results[number] += ".clone()"
        return returning(results)


def returning(results: Sequence[str]) -> list[str]:
    """The return of a tuple, each item on a line of its own where they don't fit on one."""
    line = f"{INDENT}return {tuple_code(results)}"
    if len(line) <= WIDTH:
        return [line]
    inner = INDENT * 2
    return [f"{INDENT}return (", *(line for code in results for line in statement("", code, inner, ",")), f"{INDENT})"]


def closed(target: str, shape: tuple[Dim, ...], symbols: Mapping[str, str]) -> str:
    """A result put together from tiles in its declared shape: a view, since it was written row by row."""
    extents = ", ".join((f"{target}.shape[0]", *(extent_code(extent, symbols) for extent in shape)))
    return f"{target}.reshape({extents})"


def _words(code: str) -> list[str]:
    """The identifiers in a piece of code, without the names of attributes."""
    return re.findall(r"(?<![\w.])[^\W\d]\w*", code)
