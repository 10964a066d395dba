"""The AST: one class for each rule of `grammars/tn.lark`, named alike, fields in the order of the rule's parts."""

from dataclasses import dataclass
from typing import TypeAlias, Union

from tncc.diagnostics.span import Span


@dataclass(frozen=True, slots=True)
class Node:
    """What every node has: where it stands. Two nodes are equal when all but that is equal (`same.same`)."""

    span: Span


@dataclass(frozen=True, slots=True)
class Name(Node):
    """An identifier where it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Integer(Node):
    digits: str


@dataclass(frozen=True, slots=True)
class Real(Node):
    digits: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A string as it is written, quotes and escapes included."""

    literal: str


@dataclass(frozen=True, slots=True)
class Truth(Node):
    word: str


# --- expressions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    value: "Expression"
    condition: "Expression"
    otherwise: "Expression"


@dataclass(frozen=True, slots=True)
class Range(Node):
    start: "Expression"
    stop: "Expression"


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    terms: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class AllOf(Node):
    terms: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Negation(Node):
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Compared(Node):
    operator: str
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    first: "Expression"
    rest: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Added(Node):
    operator: str
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Sum(Node):
    first: "Expression"
    rest: tuple[Added, ...]


@dataclass(frozen=True, slots=True)
class Multiplied(Node):
    operator: str
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Product(Node):
    first: "Expression"
    rest: tuple[Multiplied, ...]


@dataclass(frozen=True, slots=True)
class Minus(Node):
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Power(Node):
    base: "Expression"
    exponent: "Expression"


@dataclass(frozen=True, slots=True)
class Parenthesis(Node):
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Tuple(Node):
    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """A name with any number of brackets behind it: `A`, `ins[:k]`, `h[k][..., d]`."""

    name: Name
    parts: tuple["Brackets", ...]


@dataclass(frozen=True, slots=True)
class Picked(Node):
    name: Name


@dataclass(frozen=True, slots=True)
class Arguments(Node):
    items: tuple[Union["Expression", "Comprehension"], ...]


@dataclass(frozen=True, slots=True)
class Legs(Node):
    """The brackets behind a declared name: none, its axes, or its binders and then its axes."""

    parts: tuple["Brackets", ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`softmax[t](x)`, `up(z)[..., h]`, `enc[k](x).code`, `prod(k in 0..n: A[k])`."""

    function: Reference
    arguments: Arguments
    picked: Picked | None
    result: Legs


@dataclass(frozen=True, slots=True)
class Item(Node):
    """A position or slice of a tuple that is written out: `(4, 6)[0]`."""

    value: Union["Parenthesis", "Tuple"]
    brackets: "Brackets"


@dataclass(frozen=True, slots=True)
class Binder(Node):
    name: Name
    range: "Expression"


@dataclass(frozen=True, slots=True)
class Binders(Node):
    items: tuple[Binder, ...]


@dataclass(frozen=True, slots=True)
class Comprehension(Node):
    binders: Binders
    body: "Expression"


# --- what stands in brackets ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ellipsis(Node):
    pass


@dataclass(frozen=True, slots=True)
class Every(Node):
    pass


@dataclass(frozen=True, slots=True)
class Slice(Node):
    start: "Expression | None"
    stop: "Expression | None"


@dataclass(frozen=True, slots=True)
class Group(Node):
    """A composite axis of two or more parts, `(a b)`; `(a)` and `(i[*])` parse as a parenthesis."""

    items: tuple[Reference | Integer, ...]


@dataclass(frozen=True, slots=True)
class Brackets(Node):
    slots: tuple["Slot", ...]


# --- statements -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    name: Name
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Ends(Node):
    """What stands between a bond's brackets and its colon: `open` or `ring`."""

    words: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Let(Node):
    name: Name
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Require(Node):
    condition: "Expression"
    message: Text


@dataclass(frozen=True, slots=True)
class Index(Node):
    name: Name
    brackets: Brackets | None
    size: "Expression"
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Bond(Node):
    name: Name
    brackets: Brackets | None
    ends: Ends
    size: "Expression"
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Input(Node):
    name: Name
    legs: Legs
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Tensor(Node):
    name: Name
    legs: Legs
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Stage(Node):
    name: Name
    legs: Legs
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Output(Node):
    name: Name
    legs: Legs
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Argument(Node):
    name: Name
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Layer(Node):
    name: Name
    brackets: Brackets | None
    network: Name
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class ForBlock(Node):
    binders: Binders
    block: "Block"


@dataclass(frozen=True, slots=True)
class IfBlock(Node):
    condition: "Expression"
    block: "Block"
    otherwise: "Block | IfBlock | None"


@dataclass(frozen=True, slots=True)
class Block(Node):
    statements: tuple["Statement", ...]


# --- rules for the layers of a model ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Replace(Node):
    """`"encoder.layer.*.output.dense": MPO(chi = 64)`: layers of these paths become this network."""

    pattern: Text
    network: Name
    arguments: tuple["Argument | Limit", ...]


@dataclass(frozen=True, slots=True)
class Limit(Node):
    """`error <= 0.02`: what is to be chosen so that it stays within a value."""

    name: Name
    operator: str
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Keep(Node):
    """`keep "pooler.dense"`. The word is no keyword, so that tensors and indices may be called so."""

    word: Name
    pattern: Text


@dataclass(frozen=True, slots=True)
class Rules(Node):
    items: tuple[Replace | Keep, ...]


@dataclass(frozen=True, slots=True)
class Tensorize(Node):
    name: Name
    rules: Rules


# --- the file ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    name: Name
    type: Name
    default: "Expression | None"


@dataclass(frozen=True, slots=True)
class Parameters(Node):
    items: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Network(Node):
    name: Name
    parameters: Parameters | None
    block: Block


@dataclass(frozen=True, slots=True)
class Path(Node):
    parts: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Imported(Node):
    name: Name
    alias: Name | None


@dataclass(frozen=True, slots=True)
class Use(Node):
    """`names` is empty where the colon is missing, which is told with what the file has to offer."""

    source: Path | Text
    names: tuple[Imported, ...]


@dataclass(frozen=True, slots=True)
class Module(Node):
    items: tuple[Use | Network | Tensorize, ...]


Expression: TypeAlias = (
    Conditional | Range | AnyOf | AllOf | Negation | Comparison | Sum | Product | Minus | Power
    | Reference | Call | Item | Parenthesis | Tuple | Integer | Real | Text | Truth
)  # fmt: skip
Slot: TypeAlias = Ellipsis | Every | Binder | Slice | Group | Expression
Statement: TypeAlias = Let | Require | Index | Bond | Input | Tensor | Stage | Output | Layer | ForBlock | IfBlock
Rule: TypeAlias = Replace | Keep
