"""Plans that are quick to make, for tests in which the gradients' own programs are beside the point."""

from collections.abc import Iterator

import pytest

from tncc.planning.plan import Planner
from tncc.planning.training import Option


@pytest.fixture(scope="module")
def quick_plans() -> Iterator[None]:
    """Modules whose gradients are left to autograd."""
    nothing: list[tuple[int, Option]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Planner, "training", nothing)
        yield
