"""All that a module runs: programs for inference, for gradients off, and for training, by the number of rows."""

from tncc.ir.network import Record
from tncc.ir.phases import has_rows
from tncc.ir.program import Program


class Variant(Record):
    """The program that serves from `rows` rows on, up to the next variant's."""

    rows: int
    program: Program


class Training(Record):
    """A forward and a backward program that serve from `rows` rows on.

    `saved` names the arrays of the forward program that are handed to the backward program, which reads them as
    tensors of these names. Besides these it reads the network's tensors and a seed for each output: the gradient of
    the loss with respect to it. Its results are called after the tensors whose gradients they are; `missing` names
    inputs whose gradients are not among them, which are left to autograd on the straight program where wanted, and
    `copies` copy tensors that the network itself does not have.
    """

    rows: int
    forward: Program
    backward: Program
    saved: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()

    @property
    def pieces(self) -> tuple[str, ...]:
        """The saved arrays with rows, the last ones of those saved: in tiles they are handed on tile by tile."""
        shapes = {instruction.name: instruction.shape for instruction in self.forward.instructions}
        return tuple(name for name in self.saved if has_rows(shapes[name]))


class Plan(Record):
    """Everything that was chosen for a network, for the row counts in `planned`.

    - straight: one program for all row counts, without tiles: what compilers, exporters and transforms look at.
    - inference: with gradients off in `eval()`, where what follows from stored tensors alone is kept between calls;
      empty where nothing is to be kept, so that `forward` serves there too.
    - forward: with gradients off, nothing kept but what follows from frozen tensors.
    - training: with gradients; empty where their contraction is left to autograd on the straight program.
    """

    planned: tuple[int, ...]
    straight: Program
    inference: tuple[Variant, ...]
    forward: tuple[Variant, ...]
    training: tuple[Training, ...] = ()


class Figures(Record):
    """What the programs that serve one number of rows take, as predicted.

    Bytes are at the network's dtype. `peak_bytes` is that of the forward pass, inputs and parameters not counted;
    `saved_bytes` is what training holds from the forward to the backward pass, parameters not counted, and
    `training_peak_bytes` the peak of both passes; all three of training are None where it is left to autograd.
    `kept_bytes` is what inference keeps between calls.
    """

    peak_bytes: int
    saved_bytes: int | None
    training_peak_bytes: int | None
    kept_bytes: int
    predicted_us: float
    inference_us: float
    training_us: float | None
    variant: int
