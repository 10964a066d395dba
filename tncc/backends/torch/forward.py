"""The method `forward`: checks, leading axes made one, and the program that serves the rows and the mode."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tncc.backends.entrance import Entrance, entrance_lines, is_batched, own_axes
from tncc.backends.literals import tuple_code
from tncc.backends.naming import Names, quoted
from tncc.backends.tensors import stored_tensors
from tncc.backends.torch.functions import Key, Printed, Printer
from tncc.backends.torch.plan import STRAIGHT, Plan
from tncc.backends.torch.state import Reader
from tncc.backends.torch.training import Trained, printed_training
from tncc.backends.wrapping import INDENT, WIDTH, bracketed, statement
from tncc.ir.extent import symbol
from tncc.ir.network import BATCH
from tncc.ir.plan import Variant
from tncc.ir.program import ROWS

Option = TypeVar("Option")

TWICE = INDENT * 2
THRICE = INDENT * 3


@dataclass(frozen=True, slots=True)
class Functions:
    """All functions of a module; the numbers of those with constants are their places in `kept`."""

    straight: Printed
    inference: tuple[Printed, ...]
    forward: tuple[Printed, ...]
    training: tuple[Trained, ...]

    @property
    def all(self) -> list[Printed]:
        """Every function, in the order in which they are defined."""
        trained = [one for trained in self.training for one in (trained.forward, trained.backward)]
        return list(dict.fromkeys((self.straight, *self.inference, *self.forward, *trained)))

    @property
    def kept(self) -> list[Printed]:
        """Those with arguments that are kept between calls."""
        return [printed for printed in self.all if printed.constants is not None]


def printed_functions(plan: Plan) -> Functions:
    """The functions of all programs of a plan."""
    frozen = [tensor.name for tensor in plan.network.tensors if tensor.role == "frozen"]
    stored = [tensor.name for tensor in stored_tensors(plan.network)]
    programs = plan.programs
    straight = Printer(plan, STRAIGHT, programs.straight, frozen, "All rows at once, for whoever looks on.").printed()
    inference = printed_variants(plan, "_inference", programs.inference, stored, True)
    forward = printed_variants(plan, "_forward", programs.forward, frozen, False)
    return Functions(straight, inference, forward, printed_training(plan, frozen, straight))


def printed_variants(
    plan: Plan, stem: str, variants: Sequence[Variant], constant: Sequence[str], views: bool
) -> tuple[Printed, ...]:
    """A function for each variant, the same one wherever the same steps serve."""
    steps = [(variant.program.instructions, variant.program.tile) for variant in variants]
    made: dict[object, Printed] = {}
    for number, (variant, own) in enumerate(zip(variants, steps, strict=True)):
        if own not in made:
            served = [serves(variants, place) for place, other in enumerate(steps) if other == own]
            tile = f"{variant.program.tile} at a time" if variant.program.tile else "all at once"
            text = f"{' and '.join(served)}, {tile}."
            doc = text[0].upper() + text[1:]
            made[own] = Printer(plan, f"{stem}_{number}", variant.program, constant, doc, views).printed()
    return tuple(made[own] for own in steps)


def serves(variants: Sequence[Variant], number: int) -> str:
    """`1 to 7 rows`, `from 8 rows on`."""
    first = variants[number].rows
    if number + 1 < len(variants):
        return f"{first} to {variants[number + 1].rows - 1} rows"
    return f"from {first} row{'s' * (first != 1)} on"


@dataclass(slots=True)
class Writer:
    """Writes `forward`."""

    plan: Plan
    functions: Functions
    names: Names
    inputs: dict[str, str]
    symbols: dict[str, str]
    stored: dict[str, str]

    def lines(self) -> list[str]:
        """The method."""
        results = self.plan.programs.straight.results
        branches = self.dispatch()
        ending = self.ending()
        text = "\n".join([*branches, *ending])
        used = set(re.findall(r"\w+", text))
        needed = [key for key, name in self.symbols.items() if name in used and key != ROWS]
        entrance = Entrance(
            self.plan.network, self.inputs, self.symbols, "math.prod({batch})", "{name}.expand({shape})"
        )
        first = entrance_lines(entrance, needed, TWICE)
        rows = self.counting() if self.symbols[ROWS] in used else []
        return ["", *signature(self.inputs, len(results)), *first, *self.flattening(), *rows, *branches, *ending]

    def flattening(self) -> list[str]:
        """Inputs with their leading axes made one."""
        lines = []
        for tensor in self.plan.network.inputs:
            if is_batched(tensor):
                name, axes = self.inputs[tensor.name], own_axes(tensor)
                dynamic = any(axis.dynamic for axis in axes)
                extents = [f"*{name}.shape[-{len(axes)}:]"] if dynamic else [str(axis.size) for axis in axes]
                lines.append(f"{TWICE}if {name}.ndim != {len(axes) + 1}:")
                lines.append(f"{THRICE}{name} = {name}.reshape({', '.join(['-1', *extents])})")
        return lines

    def counting(self) -> list[str]:
        """The number of rows, once leading axes are one."""
        batched = next(tensor.name for tensor in self.plan.network.inputs if is_batched(tensor))
        return [f"{TWICE}{self.symbols[ROWS]} = {self.inputs[batched]}.shape[0]"]

    def dispatch(self) -> list[str]:
        """Which program runs."""
        functions = self.functions
        inputs = ", ".join(self.inputs.values())
        lines = [f"{TWICE}if torch.compiler.is_compiling() or _watched({inputs}):"]
        lines += [*self.reading(THRICE), *self.plain_call(functions.straight, THRICE, watched=True)]
        inference = self.plan.programs.inference
        lines.append(f"{TWICE}elif self.training or torch.is_grad_enabled():" if inference else f"{TWICE}else:")
        inner = THRICE + INDENT
        lines += self.reading(THRICE)
        differentiable = [*self.inputs.values(), *self.stored.values()]
        conditions = [f"{name}.requires_grad" for name in differentiable]
        lines += any_of("if torch.is_grad_enabled() and (", conditions, THRICE, "):")
        if any(printed.constants is not None for printed in functions.inference):
            lines.append(f"{inner}self._forget()")
        missing = [self.inputs[name] for one in self.plan.programs.training[:1] for name in one.missing]
        missing += [self.stored[tensor.name] for tensor in self.plan.network.tensors if tensor.role == "frozen"]
        if missing and functions.training:
            lines += any_of("if ", [f"{name}.requires_grad" for name in missing], inner, ":")
            lines += [*self.plain_call(functions.straight, inner + INDENT), f"{inner}else:"]
            inner += INDENT
        if functions.training:
            starts = [one.rows for one in self.plan.programs.training]
            lines += self.by_rows(starts, functions.training, self.training_call, inner)
        else:
            lines += self.plain_call(functions.straight, inner)
        lines += [f"{THRICE}else:", *self.variants(self.plan.programs.forward, functions.forward, THRICE + INDENT)]
        if not inference:
            return lines
        starts = [variant.rows for variant in inference]
        return [*lines, f"{TWICE}else:", *self.by_rows(starts, functions.inference, self.inference_call, THRICE)]

    def variants(self, variants: Sequence[Variant], printed: Sequence[Printed], indent: str) -> list[str]:
        """The call of the variant that serves the rows."""
        return self.by_rows([variant.rows for variant in variants], printed, self.plain_call, indent)

    def by_rows(
        self, starts: Sequence[int], options: Sequence[Option], call: Callable[[Option, str], list[str]], indent: str
    ) -> list[str]:
        """A choice between calls by the number of rows."""
        if len(options) == 1:
            return call(options[0], indent)
        if len(options) == 2:
            (first, *more), (second, *others) = (call(option, indent) for option in options)
            start = f"{indent}results = "
            choice = f"{first} if {self.symbols[ROWS]} < {starts[1]} else {second.removeprefix(start)}"
            if not more and not others and first.startswith(start) and len(choice) <= WIDTH:
                return [choice]
        lines = []
        for number, option in enumerate(options):
            if number + 1 < len(options):
                word = "elif" if number else "if"
                lines.append(f"{indent}{word} {self.symbols[ROWS]} < {starts[number + 1]}:")
            else:
                lines.append(f"{indent}else:")
            lines += call(option, indent + INDENT)
        return lines

    def reading(self, indent: str) -> list[str]:
        """The stored tensors in variables."""
        if not self.stored:
            return []
        targets = list(self.stored.values())
        left = f"({', '.join(targets)},)" if len(targets) == 1 else ", ".join(targets)
        line = f"{indent}{left} = self._tensors()"
        return [line] if len(line) <= WIDTH else bracketed(f"{indent}(", targets, ") = self._tensors()", indent)

    def inference_call(self, printed: Printed, indent: str) -> list[str]:
        """The call of a function whose tensors are all kept, but for those that are results as they are."""
        if any(kind == "tensor" and key in self.stored for kind, key in printed.arguments):
            return [*self.reading(indent), *self.plain_call(printed, indent)]
        return self.plain_call(printed, indent, reads=False)

    def plain_call(self, printed: Printed, indent: str, watched: bool = False, reads: bool = True) -> list[str]:
        """The call of a function, and of what has its constants."""
        lines = self.constants(printed, "kept", indent, watched, reads)
        code = self.codes(printed, "kept", reads)
        arguments = [code[argument] for argument in printed.arguments]
        return [*lines, *bracketed(f"{indent}results = {printed.name}(", arguments, ")", indent)]

    def like(self, reads: bool) -> str:
        """The tensor whose dtype and device new ones take, which has to be read first in inference."""
        like = self.plan.like
        if like is None:
            return "torch.empty(())"
        if like.name in self.inputs:
            return self.inputs[like.name]
        return self.stored[like.name] if reads else f"self._tensors()[{list(self.stored).index(like.name)}]"

    def constants(
        self, printed: Printed, target: str, indent: str, watched: bool = False, reads: bool = True
    ) -> list[str]:
        """The assignment of a function's constants; `reads` says that the stored tensors have been read."""
        if printed.constants is None:
            return []
        if watched:
            code = self.codes(printed, target)
            arguments = [code[argument] for argument in printed.constants.arguments]
            return bracketed(f"{indent}{target} = {printed.constants.name}(", arguments, ")", indent)
        number = str(self.functions.kept.index(printed))
        like = [self.like(reads)] if ("like", "") in printed.constants.arguments else []
        return [f"{indent}{target} = self._constants({', '.join([number, *like])})"]

    def codes(self, printed: Printed, kept: str, reads: bool = True) -> dict[Key, str]:
        """The code of everything that may be an argument."""
        code: dict[Key, str] = {("tensor", name): text for name, text in {**self.inputs, **self.stored}.items()}
        code |= {("symbol", key): name for key, name in self.symbols.items()}
        code |= {("array", name): f"{kept}[{number}]" for number, name in enumerate(printed.kept)}
        return code | {("like", ""): self.like(reads)}

    def training_call(self, trained: Trained, indent: str) -> list[str]:
        """The call of an autograd function."""
        lines = self.constants(trained.forward, "kept", indent)
        if trained.backward.constants is not None:
            lines += self.constants(trained.backward, "saved", indent)
        symbols = [self.symbols[key] for key in trained.symbols]
        first = [
            tuple_code(symbols) if symbols else "()",
            "kept" if trained.forward.constants is not None else "()",
            "saved" if trained.backward.constants is not None else "()",
        ]
        arguments = [*first, *self.inputs.values(), *self.stored.values()]
        return [*lines, *bracketed(f"{indent}results = {trained.name}.apply(", arguments, ")", indent)]

    def ending(self) -> list[str]:
        """The results as declared, behind the leading axes."""
        results = self.plan.programs.straight.results
        batch = self.symbols[BATCH]
        names = [self.names.claim(result.name) for result in results]
        left = f"({names[0]},)" if len(names) == 1 else ", ".join(names)
        lines = (
            statement(f"{left} = ", "results", TWICE)
            if len(left) < 80
            else bracketed(f"{TWICE}(", names, ") = results", TWICE)
        )
        batched = [name for name, result in zip(names, results, strict=True) if result.batched]
        if batched:
            lines.append(f"{TWICE}if len({batch}) != 1:")
            for name in batched:
                lines.append(f"{THRICE}{name} = {name}.reshape({batch} + {name}.shape[1:])")
        if len(names) == 1:
            return [*lines, f"{TWICE}return {names[0]}"]
        line = f"{TWICE}return {', '.join(names)}"
        return [*lines, *([line] if len(line) <= WIDTH else bracketed(f"{TWICE}return (", names, ")", TWICE))]


def forward_lines(plan: Plan, functions: Functions, writer: type[Writer] = Writer) -> list[str]:
    """The method `forward` as a writer has it, and the one that gathers the stored tensors."""
    names = plan.names()
    inputs = {tensor.name: names.claim(tensor.name) for tensor in plan.network.inputs}
    symbols = {BATCH: names.claim("batch"), ROWS: names.claim("rows")}
    symbols |= {symbol(i.name): names.claim(i.name) for i in plan.network.indices if i.dynamic}
    stored = {tensor.name: names.claim(tensor.name) for tensor in stored_tensors(plan.network)}
    return [*writer(plan, functions, names, inputs, symbols, stored).lines(), *tensors_lines(plan)]


def tensors_lines(plan: Plan) -> list[str]:
    """The method that gathers the stored tensors, read anew in each call, so that what replaces one is seen."""
    tensors = stored_tensors(plan.network)
    if not tensors:
        return []
    reader = Reader(plan.names(), TWICE)
    codes = [reader.code(tensor) for tensor in tensors]
    ending = [f"{TWICE}return ({codes[0]},)"] if len(codes) == 1 else bracketed(f"{TWICE}return (", codes, ")", TWICE)
    return ["", f"{INDENT}def _tensors(self):", f'{TWICE}"""All stored tensors."""', *reader.lines, *ending]


def constants_table(plan: Plan, functions: Functions) -> list[str]:
    """The table of functions whose results are kept, with the paths of the tensors that each of them takes."""
    paths = {tensor.name: tensor.path for tensor in stored_tensors(plan.network)}
    rows = []
    for printed in functions.kept:
        constants = printed.constants
        assert constants is not None
        found = [path_code(paths[key]) for kind, key in constants.arguments if kind == "tensor"]
        rows.append(f"({constants.name}, ({', '.join(found)}{',' * (len(found) == 1)}))")
    head = "# Of each program with constants: what computes them, and where the tensors are that they come from."
    if len(rows) == 1 and len(line := f"_CONSTANTS = ({rows[0]},)") <= WIDTH:
        return [head, line]
    return [head, "_CONSTANTS = (", *(f"{INDENT}{row}," for row in rows), ")"]


def path_code(path: tuple[str, ...]) -> str:
    """A tensor's place in the module."""
    parts = ", ".join(quoted(part) for part in path)
    return f"({parts},)" if len(path) == 1 else f"({parts})"


def any_of(head: str, conditions: Sequence[str], indent: str, tail: str) -> list[str]:
    """The head of a branch that is taken if any condition holds."""
    line = f"{indent}{head}{' or '.join(conditions)}{tail}"
    if len(line) <= WIDTH:
        return [line]
    opening, closing = (head, tail) if head.endswith("(") else (f"{head}(", f"){tail}")
    inner = indent + INDENT
    if len(middle := f"{inner}{' or '.join(conditions)}") <= WIDTH:
        return [f"{indent}{opening}", middle, f"{indent}{closing}"]
    found = [f"{inner}{'or ' if number else ''}{condition}" for number, condition in enumerate(conditions)]
    return [f"{indent}{opening}", *found, f"{indent}{closing}"]


def signature(inputs: Mapping[str, str], results: int) -> list[str]:
    """The first lines of `forward`."""
    result = "torch.Tensor" if results == 1 else f"tuple[{', '.join(['torch.Tensor'] * results)}]"
    arguments = ["self", *(f"{name}: torch.Tensor" for name in inputs.values())]
    return bracketed(f"{INDENT}def forward(", arguments, f") -> {result}:", INDENT)
