"""TN14x to TN16x: axes, families, equations, and the calls of layers."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class SizeMismatch(Diagnostic):
    code: ClassVar[str] = "TN140"
    template: ClassVar[str] = "axis {axis} of `{tensor}` has size {size}, but `{given}` has size {found}"
    advice: ClassVar[str] = "{hint}"
    axis: int
    tensor: str
    size: int
    given: str
    found: int
    hint: str = "give both the same size, or name another index"


@dataclass(frozen=True, slots=True)
class CompositeMismatch(Diagnostic):
    code: ClassVar[str] = "TN141"
    template: ClassVar[str] = (
        "the group `{given}` multiplies out to {found}, but axis {axis} of `{tensor}` has size {size}"
    )
    advice: ClassVar[str] = "choose sizes whose product is {size}"
    axis: int
    tensor: str
    size: int
    given: str
    found: int


@dataclass(frozen=True, slots=True)
class WrongNumberOfAxes(Diagnostic):
    code: ClassVar[str] = "TN142"
    template: ClassVar[str] = "`{tensor}` has {expected}, but {found} {verb}"
    advice: ClassVar[str] = "{hint}"
    tensor: str
    expected: str
    found: int
    verb: str = "are named here"
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class SubscriptOutOfRange(Diagnostic):
    code: ClassVar[str] = "TN143"
    template: ClassVar[str] = "`{name}` has no member `{member}`"
    advice: ClassVar[str] = "{hint}"
    name: str
    member: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class WrongSubscripts(Diagnostic):
    code: ClassVar[str] = "TN144"
    template: ClassVar[str] = "`{name}` takes {expected}, but {found} {verb} given"
    advice: ClassVar[str] = "{hint}"
    name: str
    expected: str
    found: int | str
    verb: str = "are"
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class PickOutOfRange(Diagnostic):
    code: ClassVar[str] = "TN145"
    template: ClassVar[str] = "position {position} is out of range: axis {axis} of `{tensor}` has size {size}"
    advice: ClassVar[str] = "pick one of 0..{size}"
    position: int
    axis: int
    tensor: str
    size: int


@dataclass(frozen=True, slots=True)
class UnnamedAxes(Diagnostic):
    code: ClassVar[str] = "TN146"
    template: ClassVar[str] = (
        "`{tensor}` was declared with bare sizes, and has to be named axis by axis where it is used"
    )
    advice: ClassVar[str] = "write `{tensor}[…]` with an index or a position for each axis"
    tensor: str


@dataclass(frozen=True, slots=True)
class EllipsisMisplaced(Diagnostic):
    code: ClassVar[str] = "TN147"
    template: ClassVar[str] = "`...` {reason}"
    advice: ClassVar[str] = "{hint}"
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class EllipsisLost(Diagnostic):
    code: ClassVar[str] = "TN148"
    template: ClassVar[str] = "`{name}` has lost the leading axes `...` that `{tensor}` brings"
    advice: ClassVar[str] = "begin its axes with `...`"
    name: str
    tensor: str


@dataclass(frozen=True, slots=True)
class RepeatedOnLeft(Diagnostic):
    code: ClassVar[str] = "TN149"
    template: ClassVar[str] = "`{index}` stands twice on the left"
    advice: ClassVar[str] = "use another index of the same size, joined by a `copy` tensor"
    index: str


@dataclass(frozen=True, slots=True)
class IndexNotCarried(Diagnostic):
    code: ClassVar[str] = "TN150"
    template: ClassVar[str] = "`{name}` asks for `{index}`, which nothing on the right carries"
    advice: ClassVar[str] = "{hint}"
    name: str
    index: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionIndexMissing(Diagnostic):
    code: ClassVar[str] = "TN151"
    template: ClassVar[str] = "`{function}` works over `{index}`, which its argument does not carry"
    advice: ClassVar[str] = "name an index that the argument carries"
    function: str
    index: str


@dataclass(frozen=True, slots=True)
class AmbiguousIndex(Diagnostic):
    code: ClassVar[str] = "TN152"
    template: ClassVar[str] = "`{index}` joins two factors in here, and a factor outside carries it too"
    advice: ClassVar[str] = (
        "give this part a stage of its own, `g[…] = …`, which says whether `{index}` is summed in it"
    )
    index: str


@dataclass(frozen=True, slots=True)
class DynamicNotAllowed(Diagnostic):
    code: ClassVar[str] = "TN153"
    template: ClassVar[str] = "{what} cannot be dynamic"
    advice: ClassVar[str] = "{hint}"
    what: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class DynamicMismatch(Diagnostic):
    code: ClassVar[str] = "TN154"
    template: ClassVar[str] = "axis {axis} of `{tensor}` is {one}, but `{given}` is {other}"
    advice: ClassVar[str] = "use an index that is {one} as well"
    axis: int
    tensor: str
    one: str
    given: str
    other: str


@dataclass(frozen=True, slots=True)
class WrongFunctionUse(Diagnostic):
    code: ClassVar[str] = "TN155"
    template: ClassVar[str] = "`{function}` {reason}"
    advice: ClassVar[str] = "{hint}"
    function: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NotATensorExpression(Diagnostic):
    code: ClassVar[str] = "TN156"
    template: ClassVar[str] = "`{operator}` is for sizes, not for tensors"
    advice: ClassVar[str] = "{hint}"
    operator: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class BadCallArgument(Diagnostic):
    code: ClassVar[str] = "TN157"
    template: ClassVar[str] = "{what} cannot be given to a layer directly"
    advice: ClassVar[str] = "give it a stage first: `z[…] = …`, then call the layer with `z`"
    what: str


@dataclass(frozen=True, slots=True)
class WrongCallArguments(Diagnostic):
    code: ClassVar[str] = "TN158"
    template: ClassVar[str] = "`{layer}` takes {expected}, but {found} {verb} given"
    advice: ClassVar[str] = "give it one for each of its inputs: {inputs}"
    layer: str
    expected: str
    found: int
    verb: str
    inputs: str


@dataclass(frozen=True, slots=True)
class WrongCallOutput(Diagnostic):
    code: ClassVar[str] = "TN159"
    template: ClassVar[str] = "`{layer}` has {reason}"
    advice: ClassVar[str] = "{hint}"
    layer: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class LeadingAxesDiffer(Diagnostic):
    code: ClassVar[str] = "TN160"
    template: ClassVar[str] = "the arguments of `{layer}` differ in their leading axes: {first} and {second}"
    advice: ClassVar[str] = "give them the same leading axes"
    layer: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class WrongAttributes(Diagnostic):
    code: ClassVar[str] = "TN161"
    template: ClassVar[str] = "{text}"
    advice: ClassVar[str] = "{hint}"
    text: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ComplexNotAllowed(Diagnostic):
    code: ClassVar[str] = "TN162"
    template: ClassVar[str] = "`{function}` is not defined for complex values"
    advice: ClassVar[str] = "take `abs(…)` first"
    function: str


@dataclass(frozen=True, slots=True)
class DuplicateMember(Diagnostic):
    code: ClassVar[str] = "TN163"
    template: ClassVar[str] = "`{name}` is declared twice"
    advice: ClassVar[str] = "{hint}"
    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class LonelyIndex(Diagnostic):
    code: ClassVar[str] = "TN164"
    severity: ClassVar[str] = "warning"
    template: ClassVar[str] = "only `{tensor}` carries the {kind} `{index}`, so it is summed over that tensor alone"
    advice: ClassVar[str] = "let another tensor carry it, or name it on the left"
    tensor: str
    kind: str
    index: str


@dataclass(frozen=True, slots=True)
class UnusedName(Diagnostic):
    code: ClassVar[str] = "TN165"
    severity: ClassVar[str] = "warning"
    template: ClassVar[str] = "the {kind} `{name}` is never used"
    advice: ClassVar[str] = "use it or remove it"
    kind: str
    name: str
