"""TN12x and TN13x: compile-time values, sizes, parameters and limits."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class WrongValueType(Diagnostic):
    code: ClassVar[str] = "TN120"
    template: ClassVar[str] = "{what} must be {expected}, but this is {found}"
    advice: ClassVar[str] = "{hint}"
    what: str
    expected: str
    found: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class SizeNotPositive(Diagnostic):
    code: ClassVar[str] = "TN121"
    template: ClassVar[str] = "the size of {what} is {size}, and a size must be at least 1"
    advice: ClassVar[str] = "make it 1 or more"
    what: str
    size: int


@dataclass(frozen=True, slots=True)
class SizeNotInteger(Diagnostic):
    code: ClassVar[str] = "TN122"
    template: ClassVar[str] = "the size of `{name}` is {found}, and a size must be an int"
    advice: ClassVar[str] = "{hint}"
    name: str
    found: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class DivisionByZero(Diagnostic):
    code: ClassVar[str] = "TN123"
    template: ClassVar[str] = "`{operator}` by zero"
    advice: ClassVar[str] = "guard it with `if` or `require`"
    operator: str


@dataclass(frozen=True, slots=True)
class PositionOutOfRange(Diagnostic):
    code: ClassVar[str] = "TN124"
    template: ClassVar[str] = "position {position} is out of range: {name} has {length}"
    advice: ClassVar[str] = "{hint}"
    name: str
    position: int
    length: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ValueTooLarge(Diagnostic):
    code: ClassVar[str] = "TN125"
    template: ClassVar[str] = "this value passes the limit of {limit:,} {unit}"
    advice: ClassVar[str] = "use smaller numbers"
    limit: int
    unit: str


@dataclass(frozen=True, slots=True)
class AxisTooLarge(Diagnostic):
    code: ClassVar[str] = "TN126"
    template: ClassVar[str] = "{what} would have 2**63 elements or more"
    advice: ClassVar[str] = "{hint}"
    what: str
    hint: str


@dataclass(frozen=True, slots=True)
class TooManyTensors(Diagnostic):
    code: ClassVar[str] = "TN127"
    template: ClassVar[str] = "the network passes the limit of {limit:,} {what}"
    advice: ClassVar[str] = "use fewer or smaller families, loops and ranges"
    limit: int
    what: str


@dataclass(frozen=True, slots=True)
class RequirementFailed(Diagnostic):
    code: ClassVar[str] = "TN128"
    template: ClassVar[str] = "{text}"
    advice: ClassVar[str] = "{values}"
    text: str
    values: str | None = None


@dataclass(frozen=True, slots=True)
class WrongArgumentCount(Diagnostic):
    code: ClassVar[str] = "TN129"
    template: ClassVar[str] = "`{name}` takes {expected}, but {found} {verb} given"
    advice: ClassVar[str] = "{hint}"
    name: str
    expected: str
    found: int
    verb: str = "are"
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class BadFunctionValue(Diagnostic):
    code: ClassVar[str] = "TN130"
    template: ClassVar[str] = "`{name}` is not defined for {value}"
    advice: ClassVar[str] = "give it another value, or guard it with `if` or `require`"
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class MissingParameter(Diagnostic):
    code: ClassVar[str] = "TN131"
    template: ClassVar[str] = "`{network}` needs a value for its parameter `{name}`"
    advice: ClassVar[str] = "{hint}"
    network: str
    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class UnknownParameter(Diagnostic):
    code: ClassVar[str] = "TN132"
    template: ClassVar[str] = "`{network}` has no parameter `{name}`"
    advice: ClassVar[str] = "{hint}"
    network: str
    name: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class WrongParameterType(Diagnostic):
    code: ClassVar[str] = "TN133"
    template: ClassVar[str] = "the parameter `{name}` of `{network}` is declared `{expected}`, but the value is {found}"
    advice: ClassVar[str] = "{hint}"
    network: str
    name: str
    expected: str
    found: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownBondSize(Diagnostic):
    code: ClassVar[str] = "TN134"
    template: ClassVar[str] = "`{network}` has no bond `{name}` whose size could be set"
    advice: ClassVar[str] = "{hint}"
    network: str
    name: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownParameterType(Diagnostic):
    code: ClassVar[str] = "TN135"
    template: ClassVar[str] = "`{name}` is not a parameter type"
    advice: ClassVar[str] = "use one of `int`, `ints`, `float`, `bool`, `str`"
    name: str


@dataclass(frozen=True, slots=True)
class ConditionNotBool(Diagnostic):
    code: ClassVar[str] = "TN136"
    template: ClassVar[str] = "a condition must be true or false, but this is {found}"
    advice: ClassVar[str] = "compare it with something, `… != 0` say"
    found: str


@dataclass(frozen=True, slots=True)
class BadOption(Diagnostic):
    code: ClassVar[str] = "TN137"
    template: ClassVar[str] = "{text}"
    advice: ClassVar[str] = "{hint}"
    text: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class CannotWrite(Diagnostic):
    code: ClassVar[str] = "TN138"
    template: ClassVar[str] = "cannot write `{path}`: {reason}"
    advice: ClassVar[str] = "{hint}"
    path: str
    reason: str
    hint: str | None = None
