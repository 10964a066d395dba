"""Wrong shapes are refused in words that name the input, the axis and its index."""

import re
from typing import Any

import numpy as np
import pytest
import torch

from tests.backends import samples
from tests.backends.emitted import source_of
from tests.backends.generated import executed, function_of, module_of
from tests.small_networks import small_network
from tncc.ir.network import Binding, Network

GROUPED = small_network(
    {"q": 0, "h": 4, "d": 3},
    [("y", "... q d", "x * z")],
    inputs={"x": "... (h q) d", "z": "... q"},
)
GROUPED = GROUPED.model_copy(update={"bindings": (*GROUPED.bindings, Binding(index="q", input="z", axis=-1))})

CASES = [
    (samples.TRAIN, [(2, 15)], "input `x`, axis -1 (index `i0 i1`): expected size 16, found 15"),
    (samples.TRAIN, [()], "number of axes of input `x`: expected at least 1, found 0: the shape ()"),
    (samples.UNBATCHED, [(2, 3)], "number of axes of input `x`: expected 1, found 2: the shape (2, 3)"),
    (samples.UNBATCHED, [(4,)], "input `x`, axis -1 (index `i`): expected size 3, found 4"),
    (samples.ATTENTION, [(4,)], "number of axes of input `x`: expected at least 2, found 1: the shape (4,)"),
    (samples.ATTENTION, [(2, 7, 5)], "input `x`, axis -1 (index `d`): expected size 4, found 5"),
    (samples.TWO_INPUTS, [(2, 3), (2, 5)], "input `z`, axis -1 (index `j`): expected size 4, found 5"),
    (samples.TWO_INPUTS, [(2, 3), (5, 4)], "the leading axes of the inputs do not broadcast: `x` (2,), `z` (5,)"),
    (GROUPED, [(2, 7, 3), (2, 2)], "input `x`, axis -2 (index `h q`): expected a multiple of 4, found 7"),
    (GROUPED, [(2, 8, 3), (2, 3)], "input `z`, axis -1 (index `q`): expected size 2 as elsewhere, found 3"),
]  # fmt: skip


@pytest.mark.parametrize(("network", "shapes", "message"), CASES)
def test_wrong_shapes_are_refused(network: Network, shapes: list[tuple[int, ...]], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        module_of(network)(*(torch.zeros(shape, dtype=torch.float64) for shape in shapes))
    stored: dict[str, Any] = {t.name: np.zeros([a.size for a in t.axes]) for t in network.tensors}
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        function_of(network)(*(np.zeros(shape) for shape in shapes), stored)


def test_a_bare_size_is_named_by_its_axis() -> None:
    network = samples.changed(samples.UNBATCHED, x={"axes": tuple(
        axis.model_copy(update={"indices": ()}) for axis in samples.UNBATCHED.inputs[0].axes
    )})  # fmt: skip
    with pytest.raises(ValueError, match=r"^input `x`, axis -1: expected size 3, found 4$"):
        executed(source_of(network))["Small"]()(torch.zeros(4))


def test_too_few_and_too_many_arguments_are_pythons_business() -> None:
    with pytest.raises(TypeError):
        module_of(samples.TWO_INPUTS)(torch.zeros(3))


def test_one_comparison_is_all_that_a_good_call_pays() -> None:
    source = source_of(samples.TRAIN)
    start = source.index("def forward")
    body = source[start : source.index("_watched", start)]
    assert body.count(" if ") == 3
    assert "if x.ndim != 2:" in body
    assert "if x.shape[-1:] != (16,):" in body
