"""Instructions → lines of Python: views written into what reads them, names that die used again, a comment for each."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tncc.backends.extents import extent_code
from tncc.backends.instructions import VIEWS, Code, Part, Unbind, operands, simplified
from tncc.backends.literals import groups_text, place_text, tuple_code
from tncc.backends.naming import Names, identifier, printable
from tncc.backends.wrapping import INDENT, assignment, bracketed, comment, split_items, statement
from tncc.ir.extent import factors
from tncc.ir.program import AnyInstruction, Constant, Loop, Permute, Read, Reshape, part_shape

LONGEST_SHAPE = 160
"""A comment gives the shape of an array in at most about so many characters."""

WORTH_FREEING = 2**14
"""Arrays of so many elements are given back as soon as nobody needs them."""

LONGEST_INSIDE = 64
"""A view that takes more characters than this gets a line of its own."""


@dataclass(frozen=True, slots=True)
class Text:
    """An expression; one that is `loose` needs parentheses beside an operator or a dot."""

    code: str
    loose: bool = False

    @property
    def tight(self) -> str:
        """The expression as something that an operator or a dot can stand beside."""
        return f"({self.code})" if self.loose else self.code


@dataclass(frozen=True, slots=True)
class Operand:
    """An operand as it is written, the instruction that made it, and the variable at its bottom."""

    text: Text
    made_by: Code
    base: str


class Dialect(Protocol):
    """How one array library writes an instruction."""

    def expression(self, instruction: Code, read: Sequence[Operand], symbols: Mapping[str, str]) -> Text:
        """The instruction as an expression on its operands; `symbols` has the identifiers of run-time extents."""
        ...


@dataclass(slots=True)
class Body:
    """Writes the statements of one function.

    `variables` has the code of the arrays that are there before, and `table` what made them; `stages` are the arrays
    that keep names of their own; `pinned` ones are never written inside another expression. `conditions` says for some
    arrays when they are needed at all, and `long_results` whether a result may be an expression of any length.
    """

    dialect: Dialect
    names: Names
    symbols: Mapping[str, str]
    variables: dict[str, Text]
    stages: frozenset[str]
    table: dict[str, Code] = field(default_factory=dict)
    pinned: frozenset[str] = frozenset()
    conditions: Mapping[str, str] = field(default_factory=dict)
    long_results: bool = True
    inside: set[str] = field(default_factory=set)
    spare: list[str] = field(default_factory=list)
    temporaries: set[str] = field(default_factory=set)

    def write(self, instructions: Sequence[Code], wanted: Sequence[str], indent: str) -> tuple[list[str], list[str]]:
        """The lines that compute the wanted arrays, and the expressions of these to return."""
        given = frozenset(self.variables)
        self.table |= {instruction.name: instruction for instruction in instructions}
        own = [instruction for instruction in instructions if instruction.name not in given]
        self.choose_inside(own, wanted, given)
        statements = [instruction for instruction in own if instruction.name not in self.inside]
        reads = [sorted({base for name in operands(root) for base in self.bases(name)}) for root in statements]
        last = {name: number for number, names in enumerate(reads) for name in names}
        last |= {base: len(statements) for name in wanted for base in self.bases(name)}
        lines: list[str] = []
        condition = ""
        for number, root in enumerate(statements):
            dying = [name for name in reads[number] if last[name] == number and name not in given]
            before, condition = (
                condition,
                self.conditions.get(root.source if isinstance(root, Unbind) else root.name, ""),
            )
            if condition and condition != before:
                lines.append(f"{indent}if {condition}:")
            inner = indent + INDENT if condition else indent
            lines += self.lines(root, dying, number + 1 == len(statements), inner)
        return lines, [self.rendered(name).text.code for name in wanted]

    def choose_inside(self, instructions: Sequence[Code], wanted: Sequence[str], given: frozenset[str]) -> None:
        """Which arrays are written inside the expressions that read them."""
        uses = Counter(name for instruction in instructions for name in operands(instruction))
        uses.update(wanted)
        before = self.variables
        self.variables = dict(before)
        for instruction in instructions:
            name = instruction.name
            self.inside.add(name)
            free = isinstance(instruction, Part | Constant)
            view = isinstance(instruction, VIEWS) and uses[name] == 1 and not self.frees(instruction, given)
            whole = name in wanted and self.long_results
            inline = view and (whole or len(self.rendered(name).text.code) <= LONGEST_INSIDE)
            if name in self.pinned or not (free or inline):
                self.inside.remove(name)
                self.variables[name] = Text(identifier(name) if name in self.stages else "h_00")
        self.variables = dict(before)

    def frees(self, instruction: Code, given: frozenset[str]) -> bool:
        """Whether an array may be copied by a reshape and given back then, which takes a statement of its own."""
        if not isinstance(instruction, Reshape):
            return False
        source = self.table[instruction.source]
        if not isinstance(source, Permute) or source.name not in self.inside:
            return False
        return given.isdisjoint(self.bases(source.name))

    def bases(self, name: str) -> list[str]:
        """The variables that the expression for an array reads."""
        if name not in self.inside:
            return [name]
        return [base for operand in operands(self.table[name]) for base in self.bases(operand)]

    def rendered(self, name: str) -> Operand:
        """An array as an operand: a variable, or what is written in its place."""
        made_by = self.table[name]
        if name not in self.inside:
            text = self.variables[name]
            return Operand(text, made_by, text.tight)
        text, read = self.expression(made_by)
        return Operand(text, made_by, read[0].base if read else text.tight)

    def expression(self, instruction: Code) -> tuple[Text, list[Operand]]:
        """An instruction as an expression, and its operands."""
        read = [self.rendered(operand) for operand in operands(instruction)]
        if isinstance(instruction, Reshape) and instruction.shape == read[0].made_by.shape:
            return read[0].text, read
        return self.dialect.expression(instruction, read, self.symbols), read

    def lines(self, root: Code, dying: list[str], is_last: bool, indent: str) -> list[str]:
        """A statement with its comment, and the arrays that nobody needs after it given back."""
        text = "" if isinstance(root, Loop) else self.expression(root)[0].code
        ending = [self.variables[name].code for name in dying]
        # A loop reads its operands again and again, so that it can't write over them.
        target = self.target(root, [] if isinstance(root, Loop) else ending)
        made = self.loop(root, target, indent) if isinstance(root, Loop) else assignment(target, text, indent)
        self.variables[root.name] = Text(target)
        lost = [self.variables[name].code for name in dying if _large(self.table[name])]
        lost = [name for name in lost if name != target]
        freed = [f"{indent}del {', '.join(lost)}"] if lost and not is_last else []
        return [*comment(remark(root), indent), *made, *freed]

    def loop(self, root: Loop, target: str, indent: str) -> list[str]:
        """A `for` over the parts, which are added up or put in place; what each makes on the way is given back."""
        inner = indent + INDENT
        cut: list[tuple[str, str]] = []
        variables: dict[str, Text] = {}
        table: dict[str, AnyInstruction] = {}
        for slot in root.slots:
            outside = self.table[slot.source]
            shape, own = outside.shape, part_shape(outside.shape, slot.axis, root.count)
            table[slot.name] = Read(name=slot.name, shape=own, tensor=slot.name, complex=outside.complex)
            source = self.rendered(slot.source).text
            variables[slot.name] = source
            if slot.axis is not None:
                part = self.names.claim("part")
                variables[slot.name] = Text(part)
                size = shape[slot.axis]
                assert isinstance(size, int)
                cut.append((part, f"{source.tight}.split({size // root.count}, {slot.axis})"))
        body = Body(self.dialect, self.names, self.symbols, variables, frozenset(), dict(table))
        lines, (result,) = body.write(simplified(root.body, [root.result], table), [root.result], inner)
        value = result if result.isidentifier() else self.names.claim("value")
        lines += [] if value == result else assignment(value, result, inner)
        number = self.names.claim("number") if root.axis is not None else ""
        parts = ", ".join(name for name, _ in cut)
        several = f"zip({', '.join(code for _, code in cut)}, strict=True)" if len(cut) > 1 else cut[0][1]
        if number:
            lines += self.placing(root, (target, value, number), inner)
            parts, several = f"{number}, ({parts})" if len(cut) > 1 else f"{number}, {parts}", f"enumerate({several})"
        else:
            lines += [
                f"{inner}if {target} is None:", f"{inner}{INDENT}{target} = _accumulator({value})",
                f"{inner}else:", f"{inner}{INDENT}{target} += {value}",
            ]  # fmt: skip
        # Some of them may have been given back before.
        lines.append(f"{inner}{' = '.join(dict.fromkeys((*sorted(body.temporaries), value)))} = None")
        opening = several.index("(") + 1
        head = bracketed(f"{indent}for {parts} in {several[:opening]}", split_items(several[opening:-1]), "):", indent)
        return [f"{indent}{target} = None", *head, *lines, f"{indent}del {', '.join(name for name, _ in cut)}"]

    def placing(self, root: Loop, names: tuple[str, str, str], indent: str) -> list[str]:
        """The lines that put one part's result where it belongs among the others."""
        target, value, number = names
        size = root.shape[root.axis or 0]
        assert isinstance(size, int)
        step = size // root.count
        shape = tuple_code([extent_code(extent, self.symbols) for extent in root.shape])
        return [
            f"{indent}if {target} is None:",
            *statement(f"{INDENT}{target} = ", f"{value}.new_empty({shape})", indent),
            f"{indent}{target}.narrow({root.axis}, {step} * {number}, {step}).copy_({value})",
        ]

    def target(self, root: Code, ending: list[str]) -> str:
        """The variable to write: a stage's own, else one whose array ends here, else one that is free."""
        spare = [name for name in ending if name in self.temporaries]
        if root.name in self.stages:
            self.spare += spare
            return self.names.claim(root.name)
        if not spare:
            spare = [self.spare.pop(0) if self.spare else self.names.claim(f"h{len(self.temporaries) or ''}")]
            self.temporaries.add(spare[0])
        self.spare += spare[1:]
        return spare[0]


def remark(root: Code) -> str:
    """`y:1[..., (r[1] i[1])]: (rows, 96), mpo.tn:15`."""
    if isinstance(root, Unbind):
        return printable(f"every position of {root.source}{place_text(root.span)}")
    axes = groups_text(root.legs) if root.legs else ""
    return printable(f"{root.name}{axes}: {shortened(tuple_code(root.shape))}{place_text(root.span)}")


def shortened(text: str) -> str:
    """The text without its middle where it is long: an array may have as many axes as the network has indices."""
    return text if len(text) <= LONGEST_SHAPE else f"{text[: LONGEST_SHAPE // 2]} … {text[-LONGEST_SHAPE // 2 :]}"


def _large(instruction: Code) -> bool:
    """Whether an array grows with the data, or is large whatever the data, so that it is worth giving back early."""
    parts = [factors(extent) for extent in instruction.shape]
    return any(symbols for _, symbols in parts) or math.prod(number for number, _ in parts) >= WORTH_FREEING
