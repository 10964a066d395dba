"""What the command line's `-p NAME=VALUE` and `--batch` say."""

from collections.abc import Sequence
from dataclasses import replace

from tncc.diagnostics.diagnostic import CompileError, Diagnostic, Failure
from tncc.diagnostics.name_kinds import NotACompileTimeValue
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import BadOption
from tncc.diagnostics.source import Source
from tncc.diagnostics.span import Span
from tncc.elaborate.scope import Scope
from tncc.elaborate.values import evaluate
from tncc.ir.network import Value
from tncc.syntax import tree
from tncc.syntax.parser import parse

VALUES = 'give a size expression: `4`, `(8, 8, 12)`, `2**6`, `true`, `"text"`'
"""What to do about something that is no value."""


def parse_assignments(assignments: Sequence[str]) -> tuple[dict[str, Value], dict[str, int]]:
    """Parameter values and bond sizes (`r[1]=5`) from `NAME=VALUE` words; raises CompileError."""
    values: dict[str, Value] = {}
    bonds: dict[str, int] = {}
    for word in assignments:
        name, equals, text = (part.strip() for part in word.partition("="))
        if not equals or not name or not text:
            raise _refused(word, f"`{word}` does not say NAME=VALUE", "write `-p chi=4`")
        value = _value(word, text)
        key = name.replace(" ", "")
        if key in values or key in bonds:
            raise _refused(word, f"`{key}` is given twice", "give it once")
        if "[" not in key and "." not in key:
            values[key] = value
        elif isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            bonds[key] = value
        else:
            raise _refused(word, f"the size of the bond `{key}` must be an int from 1 on", f"write `-p '{key}=4'`")
    return values, bonds


def parse_batch(text: str) -> tuple[int, ...]:
    """Row counts from `1,32,1024`; raises CompileError."""
    rows: list[int] = []
    for part in text.split(","):
        digits = part.strip()
        if not digits.isdecimal() or len(digits) > 15:
            place = Span("--batch", 0, 0, 0, 0)
            hint = "give whole numbers from 1 on, `1,32,1024` say"
            kind = BadOption(place, f"`{digits or text}` is not a number of rows to plan for", hint)
            raise compile_error([kind])
        rows.append(int(digits))
    return tuple(rows)


def _value(word: str, text: str) -> Value:
    """The value of a size expression with no names; `8,8,12` is taken for a tuple."""
    name = f"-p {word}"
    prefix = "network _() { let _ = "
    for written in (text, f"({text},)") if "," in text and not text.startswith("(") else (text,):
        parsed = parse(Source(name, f"{prefix}{written}\n}}"))
        node = _only_let(parsed.module)
        if not parsed.diagnostics and node is not None:
            try:
                return evaluate(node.value, Scope())
            except Failure as failure:
                if isinstance(failure.diagnostic, NotACompileTimeValue):
                    named = f"`{failure.diagnostic.name}` is a name, and stands for nothing here"
                    raise _refused(word, named, VALUES) from None
                raise _placed(failure.diagnostic, name) from None
    raise _refused(word, f"`{text}` is not a value", VALUES)


def _only_let(module: tree.Module) -> tree.Let | None:
    if len(module.items) != 1 or not isinstance(module.items[0], tree.Network):
        return None
    statements = module.items[0].block.statements
    return statements[0] if len(statements) == 1 and isinstance(statements[0], tree.Let) else None


def _placed(diagnostic: Diagnostic, name: str) -> CompileError:
    return compile_error([replace(diagnostic, span=Span(name, 0, 0, 0, 0))])


def _refused(word: str, text: str, hint: str) -> CompileError:
    return compile_error([BadOption(Span(f"-p {word}", 0, 0, 0, 0), text, hint)])
