"""TN42x: bonds that can't be looked into, resized, or read and edited as is asked."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class UnknownBond(Diagnostic):
    code: ClassVar[str] = "TN420"
    template: ClassVar[str] = "`{network}` has no bond `{name}`{note}"
    advice: ClassVar[str] = "{hint}"
    network: str
    name: str
    note: str = ""
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NoTree(Diagnostic):
    code: ClassVar[str] = "TN421"
    template: ClassVar[str] = "no canonical form at `{bond}`: {reason}"
    advice: ClassVar[str] = "choose a bond between two tensors of a tree{known}"
    bond: str
    reason: str
    known: str = ""


@dataclass(frozen=True, slots=True)
class NotResizable(Diagnostic):
    code: ClassVar[str] = "TN422"
    template: ClassVar[str] = "the bond `{bond}` can't be given another size: {reason}"
    advice: ClassVar[str] = "{hint}"
    bond: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class BadBondSize(Diagnostic):
    code: ClassVar[str] = "TN423"
    template: ClassVar[str] = "{what} for `{bond}`, which has size {size}"
    advice: ClassVar[str] = "{hint}"
    what: str
    bond: str
    size: int
    hint: str


@dataclass(frozen=True, slots=True)
class UnusableValues(Diagnostic):
    code: ClassVar[str] = "TN424"
    template: ClassVar[str] = "the tensor `{tensor}` {reason}"
    advice: ClassVar[str] = "{hint}"
    tensor: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class UnusableState(Diagnostic):
    code: ClassVar[str] = "TN425"
    template: ClassVar[str] = "the optimizer's `{state}` for `{tensor}` has the shape {found}, not that of the tensor"
    advice: ClassVar[str] = "use an optimizer that keeps a number for each element, such as Adam, or make a new one"
    state: str
    tensor: str
    found: str


@dataclass(frozen=True, slots=True)
class NoActivation(Diagnostic):
    code: ClassVar[str] = "TN426"
    template: ClassVar[str] = "there is no activation at the bond `{bond}`: {reason}"
    advice: ClassVar[str] = "{hint}"
    bond: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class HooksApart(Diagnostic):
    code: ClassVar[str] = "TN427"
    template: ClassVar[str] = "`{first}` and `{second}` can't be hooked at once: neither lies behind the other"
    advice: ClassVar[str] = "remove one of the two hooks, or hook a bond behind both"
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class BadReplacement(Diagnostic):
    code: ClassVar[str] = "TN428"
    template: ClassVar[str] = "the hook at `{bond}` returned {found} instead of {wanted}"
    advice: ClassVar[str] = "return a tensor like the activation, or None to leave it as it is"
    bond: str
    found: str
    wanted: str


@dataclass(frozen=True, slots=True)
class BadModel(Diagnostic):
    code: ClassVar[str] = "TN429"
    template: ClassVar[str] = "`{path}` is no model that can be inspected: {reason}"
    advice: ClassVar[str] = "{hint}"
    path: str
    reason: str
    hint: str | None = None
