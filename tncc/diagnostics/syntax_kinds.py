"""TN0xx: what can be wrong with a file before any of its names mean anything."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class UnexpectedToken(Diagnostic):
    code: ClassVar[str] = "TN001"
    template: ClassVar[str] = "unexpected {found}"
    advice: ClassVar[str] = "write {expected} here"
    found: str
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class UnexpectedCharacter(Diagnostic):
    code: ClassVar[str] = "TN002"
    template: ClassVar[str] = "the character {character} has no meaning in a .tn file"
    advice: ClassVar[str] = "{hint}"
    character: str
    hint: str = "remove it"


@dataclass(frozen=True, slots=True)
class UnclosedBracket(Diagnostic):
    code: ClassVar[str] = "TN003"
    template: ClassVar[str] = "`{bracket}` is never closed"
    advice: ClassVar[str] = "close it"
    bracket: str


@dataclass(frozen=True, slots=True)
class UnopenedBracket(Diagnostic):
    code: ClassVar[str] = "TN004"
    template: ClassVar[str] = "`{bracket}` closes nothing"
    advice: ClassVar[str] = "remove it, or open a bracket before it"
    bracket: str


@dataclass(frozen=True, slots=True)
class MismatchedBracket(Diagnostic):
    code: ClassVar[str] = "TN005"
    template: ClassVar[str] = "`{opener}` is closed by `{closer}`"
    advice: ClassVar[str] = "use the same kind of bracket at both ends"
    opener: str
    closer: str


@dataclass(frozen=True, slots=True)
class NestedTooDeep(Diagnostic):
    code: ClassVar[str] = "TN006"
    template: ClassVar[str] = "nested deeper than {limit} levels"
    advice: ClassVar[str] = "give the inner part a `let` or a stage of its own"
    limit: int


@dataclass(frozen=True, slots=True)
class UnclosedString(Diagnostic):
    code: ClassVar[str] = "TN007"
    template: ClassVar[str] = "this string is not closed on its line"
    advice: ClassVar[str] = 'end it with `"`'


@dataclass(frozen=True, slots=True)
class NotUtf8(Diagnostic):
    code: ClassVar[str] = "TN008"
    template: ClassVar[str] = "the file is not UTF-8: byte 0x{byte:02x} at offset {offset}"
    advice: ClassVar[str] = "save it as UTF-8"
    byte: int
    offset: int


@dataclass(frozen=True, slots=True)
class UnreadableFile(Diagnostic):
    code: ClassVar[str] = "TN009"
    template: ClassVar[str] = "cannot read `{path}`: {reason}"
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReservedWord(Diagnostic):
    code: ClassVar[str] = "TN010"
    template: ClassVar[str] = "`{word}` is a word that the language keeps for itself"
    advice: ClassVar[str] = "choose another name, `{word}_` say"
    word: str


@dataclass(frozen=True, slots=True)
class UnknownEscape(Diagnostic):
    code: ClassVar[str] = "TN011"
    template: ClassVar[str] = "`\\{character}` is not an escape"
    advice: ClassVar[str] = 'write one of `\\\\`, `\\"`, `\\n`, `\\t`'
    character: str


@dataclass(frozen=True, slots=True)
class FileTooLarge(Diagnostic):
    code: ClassVar[str] = "TN012"
    template: ClassVar[str] = "the file has more than {limit:,} bytes"
    advice: ClassVar[str] = "declare families instead of single tensors, or split the file"
    limit: int
