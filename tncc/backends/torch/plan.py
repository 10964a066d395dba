"""What all parts of a generated torch module are written from."""

from dataclasses import dataclass

from tncc.backends.entrance import is_batched
from tncc.backends.instructions import as_called, result_name, simplified
from tncc.backends.naming import BUILTINS, Names, top_level_name
from tncc.backends.renaming import OWN_NAME, spare_name
from tncc.backends.tensors import stored_tensors
from tncc.backends.torch.dialect import LIKE, TorchDialect
from tncc.backends.torch.folding import Folding, fold
from tncc.backends.torch.library import LIBRARY
from tncc.ir.network import Network, Tensor
from tncc.ir.program import Program

HELPERS = (*LIBRARY, "_Tensors", "_KeepsComplex", "_shape_error", "_leading_axes", "_INPUTS", "_SIZES")
"""What a generated module may define beside its class."""

MODULES = ("torch", "nn", "math")
"""What it may import."""

LOCALS = (LIKE, "dtype", "device", "options", "complex_options")
"""What its methods may call their own variables."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The program as it is to be written. `like` is the tensor whose dtype and device new ones take, if any."""

    network: Network
    program: Program
    folding: Folding
    wanted: tuple[str, ...]
    like: Tensor | None

    @property
    def class_name(self) -> str:
        """What the class is called."""
        return top_level_name(self.network.name)

    @property
    def hides(self) -> bool:
        """Whether the class' name is that of something that the module may use."""
        return self.class_name in (*HELPERS, *MODULES, *BUILTINS)

    @property
    def spare_name(self) -> str:
        """What the module's own use of a global of that name is called instead."""
        return spare_name(self.class_name)

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
        return Names(("self", *MODULES, *HELPERS, *LOCALS, OWN_NAME, self.spare_name))


def planned(network: Network, program: Program) -> Plan:
    """The program simplified, and parted into what is done once and what is done in each call."""
    wanted = tuple(result_name(number) for number in range(len(program.results)))
    batched = [tensor.name for tensor in network.inputs if is_batched(tensor)]
    instructions = simplified(as_called(program, batched), wanted)
    frozen, copies = ({t.name for t in network.tensors if t.role == role} for role in ("frozen", "copy"))
    # A real tensor tells the module's dtype best; where nothing is stored, an input has to.
    like = [*sorted(stored_tensors(network), key=lambda tensor: tensor.complex), *network.inputs]
    folding = fold(instructions, wanted, frozen, copies)
    return Plan(network, program, folding, wanted, like[0] if like else None)
