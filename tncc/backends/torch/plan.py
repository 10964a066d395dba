"""What all parts of a generated torch module are written from."""

from dataclasses import dataclass

from tncc.backends.naming import BUILTINS, Names, top_level_name
from tncc.backends.renaming import OWN_NAME, spare_name
from tncc.backends.tensors import stored_tensors
from tncc.backends.torch.dialect import LIKE, TorchDialect
from tncc.backends.torch.library import LIBRARY
from tncc.ir import plan as ir
from tncc.ir.network import Network, Tensor

HELPERS = (
    *LIBRARY, "_Tensors", "_KeepsComplex", "_shape_error", "_leading_axes", "_INPUTS", "_SIZES", "_CONSTANTS",
    "_differentiable",
)  # fmt: skip
"""What a generated module may define beside its class and the functions of its programs."""

MODULES = ("torch", "nn", "math", "contextlib")
"""What it may import."""

LOCALS = (
    LIKE,
    "dtype",
    "device",
    "options",
    "complex_options",
    "ctx",
    "kept",
    "sizes",
    "saved",
    "results",
    "grads",
    "tensors",
    "needs",
    "found",
    "constants",
)
"""What its methods may call their own variables."""

STRAIGHT = "_straight"


@dataclass(frozen=True, slots=True)
class Plan:
    """The programs as they are to be written; `more` are names that the module uses besides torch's own."""

    network: Network
    programs: ir.Plan
    more: tuple[str, ...] = ()

    @property
    def class_name(self) -> str:
        """What the class is called."""
        return top_level_name(self.network.name)

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions and classes of all programs."""
        plan = self.programs
        stems = [STRAIGHT]
        stems += [f"_inference_{number}" for number in range(len(plan.inference))]
        stems += [f"_forward_{number}" for number in range(len(plan.forward))]
        for number in range(len(plan.training)):
            stems += [f"_training_{number}", f"_backward_{number}", f"_Training_{number}"]
        return tuple(f"{stem}{ending}" for stem in stems for ending in ("", "_tile", "_constants"))

    @property
    def hides(self) -> bool:
        """Whether the class' name is that of something that the module may use."""
        return self.class_name in (*HELPERS, *MODULES, *BUILTINS, *self.functions, *self.more)

    @property
    def spare_name(self) -> str:
        """What the module's own use of a global of that name is called instead."""
        return spare_name(self.class_name)

    @property
    def like(self) -> Tensor | None:
        """The tensor whose dtype and device new ones take: a real one tells the module's dtype best."""
        stored = sorted(stored_tensors(self.network), key=lambda tensor: tensor.complex)
        return next(iter([*stored, *self.network.inputs]), None)

    @property
    def copies(self) -> frozenset[str]:
        """The copy tensors, which are made where they are read."""
        own = [tensor.name for tensor in self.network.tensors if tensor.role == "copy"]
        return frozenset(own).union(*(training.copies for training in self.programs.training))

    @property
    def dialect(self) -> TorchDialect:
        """How instructions are written."""
        return TorchDialect(complex_like=self.like is not None and self.like.complex)

    @property
    def keeps_complex(self) -> bool:
        """Whether the module has complex tensors of its own."""
        return any(tensor.complex for tensor in stored_tensors(self.network))

    def names(self) -> Names:
        """The names of a function's scope."""
        return Names(("self", *MODULES, *HELPERS, *LOCALS, *self.functions, *self.more, OWN_NAME, self.spare_name))
