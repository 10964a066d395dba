"""What follows from tensors that are not trained is computed once, and never used when it is out of date."""

import copy
from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch

from tests.backends import samples
from tests.backends.generated import arguments_of, module_of
from tests.oracle import draw, evaluate

NETWORK = samples.FROZEN
VALUES = draw(NETWORK)
X = arguments_of(NETWORK, VALUES)[0]


class Counting:
    """Counts how often the constants of each program are computed."""

    def __init__(self, module: Any) -> None:
        self.numbers: Counter[int] = Counter()
        self._compute = module._compute_constants
        module._compute_constants = self

    @property
    def calls(self) -> int:
        """The calls for the program that has most."""
        return max(self.numbers.values())

    def __call__(self, number: int, *arguments: Any) -> Any:
        self.numbers[number] += 1
        return self._compute(number, *arguments)


def expected(module: Any) -> torch.Tensor:
    """What the oracle says of a module's present tensors."""
    values = {"x": VALUES["x"]} | {name: tensor.double().numpy() for name, tensor in module.state_dict().items()}
    return torch.from_numpy(evaluate(NETWORK, values)["y"])


def check(module: Any) -> None:
    """The module is up to date."""
    torch.testing.assert_close(module(X.to(module.A.dtype)).double(), expected(module), rtol=1e-5, atol=1e-5)


def test_they_are_computed_once() -> None:
    module = module_of(NETWORK, VALUES)
    counting = Counting(module)
    for _ in range(3):
        check(module)
    with torch.no_grad():
        check(module)
    module.train(False)
    check(module)
    assert counting.calls == 1
    assert sorted(module.state_dict()) == ["A", "F", "G"]


def test_every_way_of_changing_a_buffer_is_noticed() -> None:
    module = module_of(NETWORK, VALUES)
    counting = Counting(module)
    check(module)
    module.F.mul_(2.0)
    check(module)
    with torch.no_grad():
        module.G[0] = 7.0
    check(module)
    module.F = torch.ones_like(module.F)
    check(module)
    module.load_state_dict({name: tensor * 3 for name, tensor in module.state_dict().items()})
    check(module)
    module.reset_parameters()
    check(module)
    assert counting.calls == 6
    module.float()
    check(module)
    module.double()
    check(module)
    module.load_state_dict({name: tensor * 2 for name, tensor in module.state_dict().items()}, assign=True)
    check(module)


def test_training_does_not_recompute_them() -> None:
    module = module_of(NETWORK, VALUES)
    counting = Counting(module)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    for _ in range(3):
        module(X).square().sum().backward()
        optimizer.step()
    check(module)
    assert counting.calls == 1


def test_a_buffer_may_be_given_a_gradient() -> None:
    module = module_of(NETWORK, VALUES)
    check(module)
    module.F.requires_grad_()
    for _ in range(2):
        module(X).sum().backward()
    assert module.F.grad is not None


def test_inference_mode_leaves_nothing_that_training_cannot_use() -> None:
    module = module_of(NETWORK, VALUES)
    with torch.inference_mode():
        module(X)
    module(X).sum().backward()
    with torch.inference_mode():
        inside = module_of(NETWORK, VALUES)
        inside(X)
        inside.F.mul_(2.0)
        torch.testing.assert_close(inside(X), expected(inside))


def test_autocast_leaves_nothing_of_low_precision() -> None:
    module = module_of(NETWORK, VALUES, dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        module(X.float())
    check(module)


def test_compilers_and_transforms_leave_nothing() -> None:
    module = module_of(NETWORK, VALUES)
    torch.func.grad(lambda x: module(x).sum())(X)
    torch.func.vmap(module)(X)
    state = {name: torch.stack([tensor, 2 * tensor]) for name, tensor in module.state_dict().items()}
    torch.func.vmap(lambda own: torch.func.functional_call(module, own, (X,)))(state)
    torch.compile(module, backend="eager", fullgraph=True)(X)
    assert "_kept" not in module.__dict__
    check(module)


def test_other_buffers_of_functional_calls_are_used() -> None:
    module = module_of(NETWORK, VALUES)
    check(module)
    doubled = {name: 2.0 * tensor for name, tensor in module.state_dict().items()}
    found = torch.func.functional_call(module, doubled, (X,))
    module.load_state_dict(doubled)
    torch.testing.assert_close(found, expected(module))


def test_copies_do_not_share_them() -> None:
    module = module_of(NETWORK, VALUES)
    check(module)
    twin = copy.deepcopy(module)
    assert "_kept" not in twin.__dict__
    twin.F.mul_(2.0)
    check(twin)
    check(module)


def test_results_that_are_constant_may_be_written_on() -> None:
    network = NETWORK.model_copy(update={"outputs": ("y", "e")})
    module = module_of(network, VALUES)
    _, first = module(X)
    first.zero_()
    _, second = module(X)
    np.testing.assert_allclose(second.numpy(), evaluate(network, VALUES)["e"])


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_copy_tensors_follow_the_dtype(dtype: torch.dtype) -> None:
    module = module_of(samples.WITH_COPY, dtype=torch.float64)
    module(torch.zeros(2, 3, dtype=torch.float64))
    module.to(dtype)
    assert module(torch.zeros(2, 3, dtype=dtype)).dtype == dtype


def test_optimizers_that_do_not_count_what_they_write() -> None:
    module = module_of(NETWORK, VALUES).eval()
    optimizer = torch.optim.SGD(module.parameters(), 0.1, fused=True)
    counting = Counting(module)
    for _ in range(3):
        version = module.A._version
        module(X.requires_grad_()).square().sum().backward()
        optimizer.step()
        assert module.A._version == version, "PyTorch counts it now, and nothing has to be dropped"
        with torch.no_grad():
            for _ in range(2):
                check(module)
    assert counting.calls <= 3
