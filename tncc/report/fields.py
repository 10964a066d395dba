"""The fields of a report, as they stand in its JSON."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from tncc.ir.network import Value


class Fields(BaseModel):
    """Base: frozen, and the same after a trip through JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Dense(Fields):
    """The dense layer that the network stands for; `flops` has one number for each plan."""

    parameter_count: int
    flops: tuple[int, ...]


class LowRank(Dense):
    """The pair of matrices of the largest rank that takes no more parameters than the network."""

    rank: int


class PlanStep(Fields):
    """One step. An operand is a tensor's or a stage's name, or `#3` for what step 3 made; sizes are in elements."""

    index: int
    operands: tuple[str, ...]
    expression: str
    flops: int
    bytes_moved: int
    output_size: int
    source_line: int | None


class Plan(Fields):
    """What the network costs with this many rows (the product of all leading axes)."""

    rows: int
    flops: int
    backward_flops: int
    bytes_moved: int
    peak_bytes: int
    steps: tuple[PlanStep, ...]


class IndexUse(Fields):
    """An index and the tensors that carry it in any use; `size` is the planned one if it is known at run time only."""

    name: str
    kind: Literal["index", "bond"]
    size: int
    tensors: tuple[str, ...]


class ReportFields(Fields):
    """All that a report says. `parameter_count` is of trainable scalars, `output_std` the predicted root mean square
    of the first output at initialization."""

    network: str
    file: str
    values: dict[str, Value]
    parameter_count: int
    output_std: float | None
    dense: Dense | None
    low_rank: LowRank | None
    plans: tuple[Plan, ...]
    indices: tuple[IndexUse, ...]
    warnings: tuple[str, ...]
