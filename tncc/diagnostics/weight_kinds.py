"""TN40x: weights, and what they are decomposed into."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class NotDecomposable(Diagnostic):
    code: ClassVar[str] = "TN401"
    template: ClassVar[str] = "no weight can be decomposed into `{network}`: {reason}"
    advice: ClassVar[str] = "{hint}"
    network: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class WrongShape(Diagnostic):
    code: ClassVar[str] = "TN402"
    template: ClassVar[str] = "{what} of `{layer}` has shape {found}, and {wanted} is needed"
    advice: ClassVar[str] = "{hint}"
    layer: str
    what: str
    found: str
    wanted: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NotFinite(Diagnostic):
    code: ClassVar[str] = "TN403"
    template: ClassVar[str] = "{what} of `{layer}` has {count} of {total} numbers that are NaN or infinite"
    advice: ClassVar[str] = "look for what went wrong where it was made; the first one is at {place}"
    layer: str
    what: str
    count: int
    total: int
    place: str


@dataclass(frozen=True, slots=True)
class WrongType(Diagnostic):
    code: ClassVar[str] = "TN404"
    template: ClassVar[str] = "{what} of `{layer}` is of type {found}, and {wanted} is needed"
    advice: ClassVar[str] = "{hint}"
    layer: str
    what: str
    found: str
    wanted: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class BadWeights(Diagnostic):
    code: ClassVar[str] = "TN405"
    template: ClassVar[str] = "`{path}` is no safetensors file that can be read: {reason}"
    advice: ClassVar[str] = "{hint}"
    path: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownKey(Diagnostic):
    code: ClassVar[str] = "TN406"
    template: ClassVar[str] = "`{path}` has no tensor `{key}` among its {count}"
    advice: ClassVar[str] = "{hint}"
    path: str
    key: str
    count: int
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NoPlaceForBias(Diagnostic):
    code: ClassVar[str] = "TN407"
    template: ClassVar[str] = "a bias is given for `{layer}`, and {reason}"
    advice: ClassVar[str] = "add a trainable term without the input to the output, or leave the bias out"
    layer: str
    reason: str


@dataclass(frozen=True, slots=True)
class ErrorNotMet(Diagnostic):
    code: ClassVar[str] = "TN408"
    template: ClassVar[str] = "`{layer}` can't come within a relative error of {error:.3g}: {reason}"
    advice: ClassVar[str] = "{hint}"
    layer: str
    error: float
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NoMatch(Diagnostic):
    code: ClassVar[str] = "TN409"
    template: ClassVar[str] = "the factorized weight does not fit `{layer}`: {reason}"
    advice: ClassVar[str] = "{hint}"
    layer: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NotMoments(Diagnostic):
    code: ClassVar[str] = "TN410"
    template: ClassVar[str] = "the covariance of `{layer}` is no second moments of its inputs: {reason}"
    advice: ClassVar[str] = "give `x.T @ x / len(x)` for rows `x` of inputs, or its diagonal"
    layer: str
    reason: str
