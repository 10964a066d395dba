"""tncc: a compiler for tensor networks in machine learning.

`tncc.compile("mpo.tn", chi=8)` gives a Compiled, whose `module()` is a PyTorch module, `source()` its code and
`report()` what its contraction costs. See README.md.
"""

from tncc.diagnostics.diagnostic import CompileError
from tncc.driver import Compiled, compile, compile_text
from tncc.report.model import Report
from tncc.version import VERSION as __version__

__all__ = ["CompileError", "Compiled", "Report", "__version__", "compile", "compile_text"]
