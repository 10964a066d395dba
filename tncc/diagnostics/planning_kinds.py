"""TN20x: what planning goes by."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class BadMachine(Diagnostic):
    code: ClassVar[str] = "TN201"
    template: ClassVar[str] = "`{path}` is no machine profile that can be planned with: {reason}"
    advice: ClassVar[str] = "{hint}"
    path: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class OutOfMemory(Diagnostic):
    code: ClassVar[str] = "TN202"
    template: ClassVar[str] = "no plan of `{network}` gets by with {limit} bytes; the least found takes {least} bytes"
    advice: ClassVar[str] = "allow at least {least} bytes, or plan for fewer rows"
    limit: int
    least: int
    network: str


@dataclass(frozen=True, slots=True)
class BadPlan(Diagnostic):
    code: ClassVar[str] = "TN203"
    template: ClassVar[str] = "`{path}` is no plan for this network: {reason}"
    advice: ClassVar[str] = "remove the file, so that it is written anew, or name another one"
    path: str
    reason: str
