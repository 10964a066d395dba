"""TN32x: what the Triton back end has no kernels for."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class NoComplexKernels(Diagnostic):
    code: ClassVar[str] = "TN320"
    template: ClassVar[str] = "`{name}` is complex, and Triton has no complex numbers"
    advice: ClassVar[str] = "compile this network with `--target torch`"
    name: str


@dataclass(frozen=True, slots=True)
class NoDynamicKernels(Diagnostic):
    code: ClassVar[str] = "TN321"
    template: ClassVar[str] = "the size of `{name}` is known at run time only, and Triton kernels are made for one size"
    advice: ClassVar[str] = "give `{name}` a size, or compile with `--target torch`"
    name: str
