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
    """What the network costs with this many rows (the product of all leading axes).

    FLOPs, bytes, `peak_bytes`, `predicted_us` and the steps are those of a forward pass without gradients that keeps
    nothing between calls. `inference_us` is a call in `eval()`, which keeps `kept_bytes` of what follows from the
    tensors alone; `training_us` is a forward and a backward pass, with `saved_bytes` held from the one to the other
    (parameters not counted) and `training_peak_bytes` at most at once. The three of training are null where gradients
    are left to autograd. `variant` counts the thresholds up to this number of rows.
    """

    rows: int
    flops: int
    backward_flops: int
    bytes_moved: int
    peak_bytes: int
    saved_bytes: int | None
    training_peak_bytes: int | None
    kept_bytes: int
    predicted_us: float
    inference_us: float
    training_us: float | None
    variant: int
    steps: tuple[PlanStep, ...]


class IndexUse(Fields):
    """An index and the tensors that carry it in any use; `size` is the planned one if it is known at run time only."""

    name: str
    kind: Literal["index", "bond"]
    size: int
    tensors: tuple[str, ...]


class ReportFields(Fields):
    """All that a report says. `thresholds` are the row counts at which the module changes the program that it runs.
    `parameter_count` is of trainable scalars, `output_std` the predicted root mean square
    of the first output at initialization."""

    network: str
    file: str
    values: dict[str, Value]
    parameter_count: int
    output_std: float | None
    dense: Dense | None
    low_rank: LowRank | None
    plans: tuple[Plan, ...]
    thresholds: tuple[int, ...]
    indices: tuple[IndexUse, ...]
    warnings: tuple[str, ...]
