"""TN10x, TN11x and TN139: names, networks, files that use one another, and words in the wrong place."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class UsedBeforeDeclaration(Diagnostic):
    code: ClassVar[str] = "TN100"
    template: ClassVar[str] = "`{name}` is used before it is declared"
    advice: ClassVar[str] = "{hint}"
    name: str
    hint: str = "move its declaration up"


@dataclass(frozen=True, slots=True)
class UnknownName(Diagnostic):
    code: ClassVar[str] = "TN101"
    template: ClassVar[str] = "unknown name `{name}`"
    advice: ClassVar[str] = "{hint}"
    name: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class DuplicateName(Diagnostic):
    code: ClassVar[str] = "TN102"
    template: ClassVar[str] = "`{name}` is declared twice"
    advice: ClassVar[str] = "rename one of them"
    name: str


@dataclass(frozen=True, slots=True)
class ShadowedName(Diagnostic):
    code: ClassVar[str] = "TN103"
    template: ClassVar[str] = "`{name}` already names {what} here"
    advice: ClassVar[str] = "choose another name"
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class NotACompileTimeValue(Diagnostic):
    code: ClassVar[str] = "TN104"
    template: ClassVar[str] = "`{name}` is not a compile-time value, and only those can stand in a size"
    advice: ClassVar[str] = "use a network parameter, a `let` or a binder"
    name: str


@dataclass(frozen=True, slots=True)
class UnknownNetwork(Diagnostic):
    code: ClassVar[str] = "TN105"
    template: ClassVar[str] = "unknown network `{name}`"
    advice: ClassVar[str] = "{hint}"
    name: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownAttribute(Diagnostic):
    code: ClassVar[str] = "TN106"
    template: ClassVar[str] = "`{name}` is not an attribute of {what}"
    advice: ClassVar[str] = "{hint}"
    name: str
    what: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownInitializer(Diagnostic):
    code: ClassVar[str] = "TN107"
    template: ClassVar[str] = "`{name}` is not an initializer"
    advice: ClassVar[str] = "{hint}"
    name: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NotATensor(Diagnostic):
    code: ClassVar[str] = "TN108"
    template: ClassVar[str] = "`{name}` is {what}, not a tensor, and cannot be multiplied or added"
    advice: ClassVar[str] = "name a tensor that carries it"
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class NotAnIndex(Diagnostic):
    code: ClassVar[str] = "TN109"
    template: ClassVar[str] = "`{name}` is {what}, and an axis needs an index"
    advice: ClassVar[str] = "{hint}"
    name: str
    what: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ImportCycle(Diagnostic):
    code: ClassVar[str] = "TN110"
    template: ClassVar[str] = "this import comes back to where it starts: {chain}"
    advice: ClassVar[str] = "move what both files need into a third"
    chain: str


@dataclass(frozen=True, slots=True)
class FileNotFound(Diagnostic):
    code: ClassVar[str] = "TN111"
    template: ClassVar[str] = "there is no {what} `{name}`"
    advice: ClassVar[str] = "{hint}"
    name: str
    what: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NotExported(Diagnostic):
    code: ClassVar[str] = "TN112"
    template: ClassVar[str] = "`{file}` declares no network `{name}`"
    advice: ClassVar[str] = "{hint}"
    file: str
    name: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NoNetwork(Diagnostic):
    code: ClassVar[str] = "TN113"
    template: ClassVar[str] = "`{file}` declares no network"
    advice: ClassVar[str] = "declare one: `network NAME() {{ … }}`"
    file: str


@dataclass(frozen=True, slots=True)
class NoOutput(Diagnostic):
    code: ClassVar[str] = "TN114"
    template: ClassVar[str] = "the network `{name}` has no output"
    advice: ClassVar[str] = "say what it computes: `output y[…] = …`"
    name: str


@dataclass(frozen=True, slots=True)
class ReservedSyntax(Diagnostic):
    code: ClassVar[str] = "TN115"
    template: ClassVar[str] = "{what} {verb} not part of the language yet"
    advice: ClassVar[str] = "{hint}"
    what: str
    verb: str = "is"
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownFunction(Diagnostic):
    code: ClassVar[str] = "TN116"
    template: ClassVar[str] = "unknown function or layer `{name}`"
    advice: ClassVar[str] = "{hint}"
    name: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class TooDeep(Diagnostic):
    code: ClassVar[str] = "TN117"
    template: ClassVar[str] = "{what} are nested deeper than {limit}"
    advice: ClassVar[str] = "flatten them"
    what: str
    limit: int


@dataclass(frozen=True, slots=True)
class NotInThisBranch(Diagnostic):
    code: ClassVar[str] = "TN118"
    template: ClassVar[str] = "`{name}` is declared only in a part of the program that is not taken with these values"
    advice: ClassVar[str] = "declare it in every branch, or use it only where it is declared"
    name: str


@dataclass(frozen=True, slots=True)
class WrongPlace(Diagnostic):
    code: ClassVar[str] = "TN119"
    template: ClassVar[str] = "{what} cannot stand here"
    advice: ClassVar[str] = "{hint}"
    what: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NothingImported(Diagnostic):
    code: ClassVar[str] = "TN139"
    template: ClassVar[str] = "this `use` names no network of `{file}`"
    advice: ClassVar[str] = "{hint}"
    file: str
    hint: str | None = None
