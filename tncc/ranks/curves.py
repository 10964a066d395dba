"""How a layer's error falls as its network grows: one rung for each choice of sizes."""

from typing import Literal

from tncc.report.fields import Fields


class Rung(Fields):
    """A choice of sizes: what the network then has of parameters and FLOPs (null where not counted), and its error.

    `bonds` are the sizes of the bonds that are chosen. `error` is relative: ‖W - W'‖ / ‖W‖, or with a calibration set
    the root of E‖Wx - W'x‖² / E‖Wx‖² over the inputs x that reached the layer.
    """

    bonds: dict[str, int]
    parameters: int
    flops: float | None = None
    error: float


class Curve(Fields):
    """One layer's rungs, by growing numbers of parameters.

    `method` is "singular values" where one decomposition gave all of them, "decompositions" where each took its own.
    `importance` is the weight of the layer's squared error in the loss.
    """

    path: str
    layer: str
    network: str
    in_features: int
    out_features: int
    parameters_before: int
    flops_before: float
    importance: float = 1.0
    method: Literal["singular values", "decompositions"]
    rungs: tuple[Rung, ...]

    def at(self, parameters: float) -> Rung | None:
        """The rung of least error with at most so many parameters; None where even the smallest has more."""
        return min((rung for rung in self.rungs if rung.parameters <= parameters), key=_error, default=None)


def _error(rung: Rung) -> float:
    return rung.error
