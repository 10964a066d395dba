"""Plans that are quick to make, for tests in which the gradients' own programs are beside the point."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tncc.layers import kernels as layer_kernels
from tncc.layers.running import run, run_backward, run_packed, run_plain
from tncc.planning.plan import Planner
from tncc.planning.training import Option


@pytest.fixture(scope="module")
def quick_plans() -> Iterator[None]:
    """Modules whose gradients are left to autograd."""
    nothing: list[tuple[int, Option]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Planner, "training", nothing)
        yield


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What ran in a kernel, in order."""
    made: list[str] = []

    def noted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            made.append(function.__name__)
            return function(*arguments)

        return call

    monkeypatch.setattr(layer_kernels, "run_plain", noted(run_plain))
    monkeypatch.setattr(layer_kernels, "run_packed", noted(run_packed))
    for module in ("tncc.layers.kernels", "tncc.layers.running", "tncc.layers.operators"):
        monkeypatch.setattr(f"{module}.run", noted(run))
    for module in ("tncc.layers.running", "tncc.layers.operators"):
        monkeypatch.setattr(f"{module}.run_backward", noted(run_backward))
    return made
