"""How torch writes each instruction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from tncc.backends.extents import extent_code, shape_code
from tncc.backends.instructions import Code, Part, ProductAndSum, Unbind
from tncc.backends.literals import axes_code, number, tuple_code
from tncc.backends.operators import elementwise, scaled
from tncc.backends.statements import Operand, Text
from tncc.ir.network import BATCH
from tncc.ir.program import (
    ROWS,
    Add,
    Apply,
    Constant,
    Copy,
    Diagonal,
    Dim,
    Embed,
    Expand,
    Loop,
    Matmul,
    Multiply,
    Permute,
    Read,
    Reshape,
    Scale,
    Select,
    Stack,
    Total,
)
from tncc.ir.slopes import SLOPES

ELEMENTWISE = {
    "relu": "torch.relu",
    "gelu": "nn.functional.gelu",
    "silu": "nn.functional.silu",
    "tanh": "torch.tanh",
    "sigmoid": "torch.sigmoid",
    "exp": "torch.exp",
    "log": "torch.log",
    "sqrt": "torch.sqrt",
    "abs": "torch.abs",
    "sin": "torch.sin",
    "cos": "torch.cos",
    "reciprocal": "torch.reciprocal",
    "sign": "torch.sign",
    # What relu gives is nowhere below 0, so that its sign is 0 or 1.
    "relu_slope": "torch.sign",
    **{name: f"_{name}" for name in SLOPES - {"sign", "relu_slope"}},
}
METHODS = {"mean": "mean", "max": "amax", "sum": "sum"}

LIKE = "like"
"""A tensor of the module's dtype on its device, for what is made from nothing."""


@dataclass(frozen=True, slots=True)
class TorchDialect:
    """`like` is the name of a tensor whose dtype and device new ones take; `complex_like` says that it is complex."""

    like: str = LIKE
    complex_like: bool = False

    def expression(self, instruction: Code, read: Sequence[Operand], symbols: Mapping[str, str]) -> Text:
        """The instruction as an expression on its operands."""
        match instruction:
            case Read():
                return Text(f"_delta({tuple_code(instruction.shape)}, {self.options(instruction.complex)})")
            case Constant():
                return Text(f"torch.full((), {number(instruction.value)}, {self.options(False)})")
            case Matmul():
                return matmul(read[0], read[1], symbols)
            case ProductAndSum():
                left, right, added = (operand.text.code for operand in read)
                return Text(f"torch.addmm({added}, {left}, {right})")
            case Multiply() | Add():
                return elementwise(instruction, read[0], read[1])
            case Scale():
                return scaled(instruction, read[0])
            case Apply():
                return applied(instruction, read[0])
            case Stack():
                return stacked(instruction, read, symbols)
            case Loop():
                raise TypeError("a loop is written as statements")
            case _:
                return method(instruction, read[0], symbols)

    def options(self, is_complex: bool) -> str:
        """The dtype and device of a new tensor, as keyword arguments."""
        dtype = f"{self.like}.dtype"
        if is_complex and not self.complex_like:
            dtype = f"torch.promote_types({dtype}, torch.complex64)"
        elif self.complex_like and not is_complex:
            dtype += ".to_real()"
        return f"dtype={dtype}, device={self.like}.device"


def method(
    instruction: Reshape | Permute | Copy | Select | Diagonal | Embed | Expand | Total | Unbind | Part,
    operand: Operand,
    symbols: Mapping[str, str],
) -> Text:
    """What is a method of the tensor that it works on."""
    source = operand.text.tight
    match instruction:
        case Reshape():
            return reshaped(instruction, operand, symbols)
        case Expand():
            return Text(f"{source}.expand({', '.join(extent_code(e, symbols) for e in instruction.shape)})")
        case Permute():
            return Text(f"{source}{permutation(instruction.order)}")
        case Copy():
            return Text(f"{source}.contiguous()")
        case Select():
            return Text(f"{source}.select({instruction.axis}, {instruction.position})")
        case Diagonal():
            return Text(f"{source}.diagonal(dim1={instruction.axes[0]}, dim2={instruction.axes[1]})")
        case Embed():
            return Text(f"{source}.diag_embed()")
        case Total():
            return Text(f"{source}.sum({axes_code(instruction.axes)})" if instruction.axes else source)
        case Unbind():
            return Text(f"{source}.unbind({instruction.axis})")
        case Part():
            return Text(f"{source}[{instruction.position}]")
        case _:
            assert_never(instruction)


def stacked(instruction: Stack, read: Sequence[Operand], symbols: Mapping[str, str]) -> Text:
    """Arrays along a new axis, with zeros between them where they don't fill it."""
    parts = tuple_code([operand.text.code for operand in read])
    extent = instruction.shape[instruction.axis]
    if instruction.positions == tuple(range(len(read))) and extent == len(read):
        return Text(f"torch.stack({parts}, {instruction.axis})")
    size, positions = extent_code(extent, symbols), tuple_code(instruction.positions)
    return Text(f"_placed({parts}, {instruction.axis}, {size}, {positions})")


def reshaped(instruction: Reshape, operand: Operand, symbols: Mapping[str, str]) -> Text:
    """A reshape; to one leading axis, or back from it, only where there isn't just one, since calls cost time too."""
    source, before, after = operand.text.tight, operand.made_by.shape, instruction.shape
    code = f"{source}.reshape({', '.join(shape_code(after, symbols)) or '()'})"
    if before and after and before[1:] == after[1:] and source.isidentifier():
        if (before[0], after[0]) == (BATCH, ROWS):
            return Text(f"{source} if {source}.ndim == {len(before)} else {code}", loose=True)
        if (before[0], after[0]) == (ROWS, BATCH):
            return Text(f"{source} if len({symbols[BATCH]}) == 1 else {code}", loose=True)
    return Text(code)


def matmul(left: Operand, right: Operand, symbols: Mapping[str, str]) -> Text:
    """The product; `mm` and `bmm` where they do, since they cost less per call than `matmul`, which looks first.

    A matrix by an array of them is repeated for each: `matmul` would copy the array in order to have one large product
    where the matrix is a view of a tensor that requires gradients, even with gradients off.
    """
    one, other = left.text, right.text
    if left.made_by.complex and not right.made_by.complex:
        other = Text(f"{other.tight}.to({left.base}.dtype)")
    if right.made_by.complex and not left.made_by.complex:
        one = Text(f"{one.tight}.to({right.base}.dtype)")
    first, second = left.made_by.shape, right.made_by.shape
    if 2 == len(first) < len(second):
        one, first = repeated(one, second, symbols), (*second[:-2], *first)
    if 2 == len(second) < len(first):
        other, second = repeated(other, first, symbols), (*first[:-2], *second)
    name = "matmul"
    if len(first) == len(second) == 2:
        name = "mm"
    elif len(first) == len(second) == 3 and first[0] == second[0]:
        name = "bmm"
    return Text(f"torch.{name}({one.code}, {other.code})")


def repeated(matrix: Text, like: Sequence[Dim], symbols: Mapping[str, str]) -> Text:
    """A matrix seen once for each of an array of matrices."""
    leading = [extent_code(extent, symbols) for extent in like[:-2]]
    return Text(f"{matrix.tight}.expand({', '.join((*leading, '-1', '-1'))})")


def permutation(order: tuple[int, ...]) -> str:
    """A permutation of axes, as the shortest method that does it."""
    moved = [axis for axis, source in enumerate(order) if axis != source]
    if order == (1, 0):
        return ".T"
    if len(moved) == 2 and moved == [len(order) - 2, len(order) - 1]:
        return ".mT"
    if len(moved) == 2:
        return f".transpose({moved[0]}, {moved[1]})"
    return f".permute({', '.join(map(str, order))})"


def applied(instruction: Apply, operand: Operand) -> Text:
    """A function by its name in the language."""
    function, axes, source = instruction.function, instruction.axes, operand.text
    if function in ELEMENTWISE:
        return Text(f"{ELEMENTWISE[function]}({source.code})")
    if function in METHODS:
        return Text(f"{source.tight}.{METHODS[function]}({axes_code(axes)})") if axes else source
    if not axes:
        return applied_to_none(function, source.tight)
    count = len(instruction.shape)
    if function == "softmax" and len(axes) == 1:
        return Text(f"torch.softmax({source.code}, {axes[0]})")
    if function == "layernorm" and sorted(axes) == list(range(count - len(axes), count)):
        own = instruction.shape[count - len(axes) :]
        if all(isinstance(extent, int) for extent in own):
            return Text(f"nn.functional.layer_norm({source.code}, {tuple_code(own)})")
    return Text(f"_{function}({source.code}, {tuple_code(axes)})")


def applied_to_none(function: str, source: str) -> Text:
    """Softmax or layernorm over indices of size 1, which have no axes."""
    wide = f"{source}.unsqueeze(-1)"
    if function == "softmax":
        return Text(f"torch.softmax({wide}, -1).squeeze(-1)")
    return Text(f"nn.functional.layer_norm({wide}, (1,)).squeeze(-1)")
