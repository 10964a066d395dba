"""TN31x: what keeps a network from becoming a kernel, or a kernel from being built."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class NoKernel(Diagnostic):
    code: ClassVar[str] = "TN310"
    template: ClassVar[str] = "`{network}` has no C kernel: {reason}"
    advice: ClassVar[str] = 'use `--target torch`, or `kernels="torch"` in Python'
    network: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoCompiler(Diagnostic):
    code: ClassVar[str] = "TN311"
    template: ClassVar[str] = "there is no C compiler: {reason}"
    advice: ClassVar[str] = "install gcc or clang, or name a compiler in the environment variable CC"
    reason: str


@dataclass(frozen=True, slots=True)
class NotBuilt(Diagnostic):
    code: ClassVar[str] = "TN312"
    template: ClassVar[str] = "`{compiler}` did not build the kernel: {reason}"
    advice: ClassVar[str] = "{hint}"
    compiler: str
    reason: str
    hint: str = "try another compiler by the environment variable CC"
