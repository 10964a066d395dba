"""TN44x and TN45x: rules for the layers of a model, and what a model does not allow."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class BadPattern(Diagnostic):
    code: ClassVar[str] = "TN440"
    template: ClassVar[str] = '`"{pattern}"` is no pattern: {reason}'
    advice: ClassVar[str] = 'write module paths such as `"encoder.layer.*.output.dense"`'
    pattern: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShadowedRule(Diagnostic):
    code: ClassVar[str] = "TN441"
    template: ClassVar[str] = 'the rule `"{pattern}"` decides nothing: {reason}'
    advice: ClassVar[str] = "move it up, or remove it: the first rule that matches a layer decides"
    pattern: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnmatchedRule(Diagnostic):
    code: ClassVar[str] = "TN442"
    template: ClassVar[str] = 'the rule `"{pattern}"` matches none of the {count} layers of the model'
    advice: ClassVar[str] = "{hint}"
    pattern: str
    count: int
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NoMapForRule(Diagnostic):
    code: ClassVar[str] = "TN443"
    template: ClassVar[str] = "`{network}` cannot take the place of a layer: {reason}"
    advice: ClassVar[str] = "use a network with one input and one output, linear in the input"
    network: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeaturesDiffer(Diagnostic):
    code: ClassVar[str] = "TN444"
    template: ClassVar[str] = (
        "`{network}` maps {found_in} features to {found_out}, but the layer `{layer}` maps {in_features} to "
        "{out_features}"
    )
    advice: ClassVar[str] = "{hint}"
    network: str
    found_in: int
    found_out: int
    layer: str
    in_features: int
    out_features: int
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NotReplaceable(Diagnostic):
    code: ClassVar[str] = "TN445"
    template: ClassVar[str] = "the layer `{layer}` cannot be replaced: {reason}"
    advice: ClassVar[str] = "{hint}"
    layer: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class TiedWeight(Diagnostic):
    code: ClassVar[str] = "TN446"
    template: ClassVar[str] = "the layer `{layer}` shares its weight with `{other}`, and replacing it would part them"
    advice: ClassVar[str] = 'write `keep "{layer}"` above the rule, or pass `untie=True`'
    layer: str
    other: str


@dataclass(frozen=True, slots=True)
class WrongRuleValue(Diagnostic):
    code: ClassVar[str] = "TN447"
    template: ClassVar[str] = "`{name}` must be {expected}, but this is {found}"
    name: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class NoRules(Diagnostic):
    code: ClassVar[str] = "TN448"
    template: ClassVar[str] = "`{file}` has no block of rules{named}"
    advice: ClassVar[str] = "{hint}"
    file: str
    named: str = ""
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class BadCheckpoint(Diagnostic):
    code: ClassVar[str] = "TN449"
    template: ClassVar[str] = "`{path}` cannot be loaded: {reason}"
    advice: ClassVar[str] = "{hint}"
    path: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NotTensorized(Diagnostic):
    code: ClassVar[str] = "TN450"
    template: ClassVar[str] = "{what} cannot be done: {reason}"
    advice: ClassVar[str] = "{hint}"
    what: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class BadCalibration(Diagnostic):
    code: ClassVar[str] = "TN451"
    template: ClassVar[str] = "the calibration data cannot be used: {reason}"
    advice: ClassVar[str] = "give batches that the model takes: a tensor, a tuple of arguments or a dict of them each"
    reason: str


@dataclass(frozen=True, slots=True)
class PartlyShadowedRule(Diagnostic):
    code: ClassVar[str] = "TN452"
    severity: ClassVar[str] = "warning"
    template: ClassVar[str] = (
        'the rule `"{pattern}"` also matches {count} of the layers that rules above it decide, `{layer}` for one'
    )
    advice: ClassVar[str] = "make one of the patterns narrower, so that no layer is matched by both"
    pattern: str
    count: int
    layer: str
