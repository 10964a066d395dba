"""tncc: a compiler for tensor networks in machine learning.

`tncc.compile("mpo.tn", chi=8)` gives a Compiled, whose `module()` is a PyTorch module, `source()` its code and
`report()` what its contraction costs; `tncc.tensorize(model, "rules.tn")` replaces layers of a trained model. See
README.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from tncc.diagnostics.diagnostic import CompileError
from tncc.driver import Compiled, compile, compile_text
from tncc.report.model import Report
from tncc.version import VERSION as __version__

if TYPE_CHECKING:
    from tncc.healing.distill import distill
    from tncc.healing.result import Healing
    from tncc.models.plan_ranks import plan_ranks
    from tncc.models.tensorize import load, tensorize
    from tncc.models.tensorized import TensorizedModel
    from tncc.ranks.plan import RankPlan

__all__ = [
    "CompileError", "Compiled", "Healing", "RankPlan", "Report", "TensorizedModel", "__version__", "compile",
    "compile_text", "distill", "load", "plan_ranks", "tensorize",
]  # fmt: skip

_WITH_TORCH = {
    "Healing": "tncc.healing.result", "RankPlan": "tncc.ranks.plan", "TensorizedModel": "tncc.models.tensorized",
    "distill": "tncc.healing.distill", "load": "tncc.models.tensorize", "plan_ranks": "tncc.models.plan_ranks",
    "tensorize": "tncc.models.tensorize",
}  # fmt: skip
"""What needs PyTorch, and where it is: imported when it is first asked for, so that compiling does without."""


def __getattr__(name: str) -> object:
    if name not in _WITH_TORCH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WITH_TORCH[name]), name)
