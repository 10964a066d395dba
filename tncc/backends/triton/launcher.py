"""The function that runs a program: buffers, one launch for each kernel, and torch for what no kernel does."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tncc.backends.extents import extent_code
from tncc.backends.literals import groups_text, place_text, tuple_code
from tncc.backends.naming import printable
from tncc.backends.statements import Operand, Text
from tncc.backends.torch.functions import MOST_NEEDS, REST, Printed, Scope, returning
from tncc.backends.torch.plan import Plan
from tncc.backends.triton.partition import Kernel, unused_arrays
from tncc.backends.triton.source import Source, Sources
from tncc.backends.triton.tiles import Tiling
from tncc.backends.wrapping import INDENT, bracketed, comment, statement
from tncc.ir.program import AnyInstruction, Program, Read, Reshape, Stack, sources

TWICE = INDENT * 2


@dataclass(slots=True)
class Launcher:
    """Writes one function; `needs` says that each result is wanted only if an argument says so, as gradients are."""

    plan: Plan
    name: str
    program: Program
    kernels: tuple[Kernel, ...]
    kernel_sources: Sources
    doc: str
    needs: bool = False
    scope: Scope = field(init=False)
    table: dict[str, AnyInstruction] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def printed(self) -> Printed:
        """The function."""
        self.scope = Scope(self.plan)
        self.table = {instruction.name: instruction for instruction in self.program.instructions}
        reads = self.reading()
        conditions = self.conditions()
        lines: list[str] = []
        before = ""
        last = unused_arrays(self.kernels)
        kept = {result.array for result in self.program.results}
        for place, kernel in enumerate(self.kernels):
            condition = conditions.get(kernel.target, "")
            if condition and condition != before:
                lines.append(f"{TWICE}if {condition}:")
            before = condition
            indent = TWICE + INDENT if condition else TWICE
            lines += self.launch(kernel, indent)
            gone = [name for name, end in last.items() if end == place and name in self.variables and name not in kept]
            gone = [self.variables[name] for name in gone if not isinstance(self.table[name], Read)]
            if gone and place + 1 < len(self.kernels):
                lines.append(f"{indent}{' = '.join(gone)} = None")
        head = [f"{INDENT}with _device_of({reads[0] if reads else 'like'}):"]
        head += [f"{TWICE}{name} = {name}.contiguous()" for name in reads]
        return self.scope.finished(self.name, self.doc, [*(head if lines else []), *lines, *self.ending()])

    def reading(self) -> list[str]:
        """The tensors that are arguments, by what they are called."""
        used = {name for kernel in self.kernels for name in read_by(kernel, self.table)}
        used |= {result.array for result in self.program.results}
        found = []
        for instruction in self.program.instructions:
            if (
                isinstance(instruction, Read)
                and instruction.tensor not in self.plan.copies
                and instruction.name in used
            ):
                name = self.scope.argument("tensor", instruction.tensor, instruction.tensor)
                self.variables[instruction.name] = name
                found.append(name)
        return list(dict.fromkeys(found))

    def conditions(self) -> dict[str, str]:
        """When each buffer is needed at all, where results may not be wanted."""
        if not self.needs:
            return {}
        wanted: dict[str, set[str]] = {}
        for result in self.program.results:
            wanted.setdefault(result.array, set()).add(self.group(result.name))
        for kernel in reversed(self.kernels):
            for name in read_by(kernel, self.table):
                wanted.setdefault(name, set()).update(wanted.get(kernel.target, ()))
        order = list(dict.fromkeys(self.group(result.name) for result in self.program.results))
        names = {name: self.scope.argument("need", name, f"need_{name}") for name in order}
        return {
            array: " or ".join(names[name] for name in order if name in results) for array, results in wanted.items()
        }

    def group(self, result: str) -> str:
        """The result, or `REST` for one of many that are no inputs' gradients."""
        inputs = {tensor.name for tensor in self.plan.network.inputs}
        return result if len(self.program.results) <= MOST_NEEDS or result in inputs else REST

    def launch(self, kernel: Kernel, indent: str) -> list[str]:
        """The lines of one kernel."""
        instruction = self.table[kernel.target]
        remark = printable(f"{instruction.name}{legs_text(instruction)}{place_text(instruction.span)}")
        lines = comment(remark, indent)
        if kernel.outside is not None:
            return [*lines, *self.by_torch(kernel.outside, indent)]
        tiling = kernel.tiling
        assert tiling is not None
        expression = tiling.expression
        names = {name: self.wish(name) for name in (*expression.buffers, expression.target)}
        source = self.kernel_sources.source(tiling, names, remark)
        like = self.like
        if kernel.target not in self.variables or not isinstance(instruction, Stack):
            lines += self.allocated(kernel, instruction, tiling, like, indent)
        variable = self.variables[kernel.target]
        target = variable
        if tiling.shares > 1:
            lines += self.sharing(tiling, source, variable, like, indent)
            target = "parts"
        inputs = [self.variables[name] for name in expression.buffers]
        symbols = [self.scope.symbols[key] for key in source.symbols]
        numbers = [*symbols, *(["span"] if tiling.shares > 1 else [])]
        numbers += [f"{symbols[0]}.bit_length()"] if symbols else []
        opening = f"{indent}{source.name}[{self.grid(tiling, source)}]("
        lines += bracketed(opening, [*inputs, target, *numbers], ")", indent)
        if tiling.shares > 1:
            lines += [f"{indent}{variable} = parts.sum(0).to({like}.dtype)"]
        return lines

    def wish(self, name: str) -> str:
        """What an array is called in a kernel."""
        instruction = self.table[name]
        return instruction.tensor if isinstance(instruction, Read) else name

    @property
    def like(self) -> str:
        """A tensor of the type and on the device of all of them."""
        reads = [
            self.variables[i.name] for i in self.table.values() if i.name in self.variables and isinstance(i, Read)
        ]
        return reads[0] if reads else "like"

    def allocated(
        self, kernel: Kernel, instruction: AnyInstruction, tiling: Tiling, like: str, indent: str
    ) -> list[str]:
        """The buffer that a kernel writes; the parts of a stack have one, zero where no part is."""
        name = self.variables[kernel.target] = self.scope.names.claim(kernel.target)
        if tiling.shares > 1:
            return []
        shape = tuple_code([extent_code(extent, self.scope.symbols) for extent in instruction.shape])
        full = not isinstance(instruction, Stack) or len(instruction.positions) == instruction.shape[instruction.axis]
        return statement(f"{name} = ", f"{like}.new_{'empty' if full else 'zeros'}({shape})", indent)

    def sharing(self, tiling: Tiling, source: Source, variable: str, like: str, indent: str) -> list[str]:
        """The buffer of the parts of sums over rows, in single precision; they are added up in a fixed order."""
        atom = tiling.summed_rows
        assert atom is not None
        extent = extent_code(tiling.expression.sizes[atom], self.scope.symbols)
        most = max((configuration.block for configuration in source.configurations), default=1)
        most = most if source.tuned == atom else tiling.blocks[atom]
        instruction = self.table[tiling.expression.target]
        shape = [extent_code(size, self.scope.symbols) for size in instruction.shape]
        return [
            f"{indent}span = triton.cdiv(triton.cdiv({extent}, {tiling.shares}), {most}) * {most}",
            f"{indent}shares = triton.cdiv({extent}, span)",
            *statement("parts = ", f"{like}.new_empty({tuple_code(['shares', *shape])}, dtype=torch.float32)", indent),
        ]

    def grid(self, tiling: Tiling, source: Source) -> str:
        """How many programs there are."""
        factors: list[str] = []
        known = 1
        tuned = False
        for atom in tiling.expression.outer:
            size = tiling.expression.sizes[atom]
            if isinstance(size, int):
                known *= tiling.count(atom)
                continue
            extent = extent_code(size, self.scope.symbols)
            block = str(tiling.blocks[atom])
            if atom == source.tuned:
                block, tuned = 'meta["BLOCK"]', True
            factors.append(extent if block == "1" else f"triton.cdiv({extent}, {block})")
        factors += ["shares"] if tiling.shares > 1 else []
        factors += [str(known)] if known > 1 or not factors else []
        code = f"({' * '.join(factors)},)"
        return f"lambda meta: {code}" if tuned else code

    def by_torch(self, instruction: AnyInstruction, indent: str) -> list[str]:
        """An instruction that is left to torch: what it works over is too large for a chip."""
        read = [self.operand(name) for name in sources(instruction)]
        text = self.plan.dialect.expression(instruction, read, self.scope.symbols)
        name = self.variables[instruction.name] = self.scope.names.claim(instruction.name)
        return statement(f"{name} = ", f"{text.tight}.contiguous()", indent)

    def operand(self, name: str) -> Operand:
        """An array as torch code: a variable, or a view of one."""
        instruction = self.table[name]
        if name in self.variables:
            return Operand(Text(self.variables[name]), instruction, self.variables[name])
        read = [self.operand(source) for source in sources(instruction)]
        if isinstance(instruction, Reshape) and instruction.shape == read[0].made_by.shape:
            return Operand(read[0].text, instruction, read[0].base)
        text = self.plan.dialect.expression(instruction, read, self.scope.symbols)
        return Operand(text, instruction, read[0].base if read else text.tight)

    def ending(self) -> list[str]:
        """The results, None for a gradient that nobody wants."""
        results: Sequence[str] = [self.result(result.array) for result in self.program.results]
        if self.needs:
            names = [self.scope.argument("need", self.group(r.name), "") for r in self.program.results]
            results = [f"{code} if {need} else None" for code, need in zip(results, names, strict=True)]
        return returning(results)

    def result(self, array: str) -> str:
        """The code of a result; a tensor that is one itself is not given away."""
        is_tensor = isinstance(self.table[array], Read) and self.table[array].name not in self.made
        return f"{self.variables[array]}.clone()" if is_tensor else self.variables[array]

    @property
    def made(self) -> set[str]:
        """What kernels write."""
        return {kernel.target for kernel in self.kernels}


def read_by(kernel: Kernel, table: dict[str, AnyInstruction]) -> tuple[str, ...]:
    """The buffers that a kernel reads; those of torch's own work are behind views."""
    if kernel.tiling is not None:
        return kernel.tiling.expression.buffers
    assert kernel.outside is not None
    found: list[str] = []
    waiting = list(sources(kernel.outside))
    while waiting:
        name = waiting.pop()
        found.append(name)
        waiting += sources(table[name])
    return tuple(found)


def legs_text(instruction: AnyInstruction) -> str:
    """The indices behind an array's axes, where they are known."""
    return groups_text(instruction.legs) if instruction.legs else ""
