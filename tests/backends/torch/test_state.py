"""State: names, shapes, roles, initial values, and what conversions do to complex tensors."""

import math

import pytest
import torch
from torch import nn

from tests.backends import samples
from tests.backends.emitted import source_of
from tests.backends.generated import arguments_of, class_of, module_of
from tests.oracle import draw
from tests.small_networks import small_network
from tncc.backends.torch.attributes import MODULE
from tncc.ir.network import Network

FAMILY = samples.changed(
    small_network(
        {"i": 3, "j": 4, "k": 5},
        [("y", "... i", "x * A0 * A1 * U * B * T")],
        inputs={"x": "... i"},
        parameters={"A0": "i j", "A1": "j k", "U": "k i", "B": "(i j)", "T": "k"},
        frozen={"F": "i"},
    ),
    A0={"path": ("A", "0")},
    A1={"path": ("A", "1")},
    U={"path": ("up", "A", "0")},
    B={"path": ("block", "0", "A", "1")},
    T={"path": ("T", "0", "2")},
)


def with_inits(*inits: tuple[object, ...], axes: str = "i j k", size: int = 8) -> Network:
    """A network with a tensor for each initializer, called `T0`, `T1`, …."""
    names = [f"T{number}" for number in range(len(inits))]
    network = small_network(
        {"i": size, "j": size, "k": size},
        [("y", "...", " * ".join(["x", *names]))],
        inputs={"x": "... i"},
        parameters=dict.fromkeys(names, axes),
    )
    return samples.changed(network, **{name: {"init": init} for name, init in zip(names, inits, strict=True)})


def test_names_shapes_and_roles_are_as_declared() -> None:
    module = module_of(FAMILY)
    shapes = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    assert shapes == {
        "F": (3,), "A.0": (3, 4), "A.1": (4, 5), "up.A.0": (5, 3), "block.0.A.1": (12,), "T.0.2": (5,),
    }  # fmt: skip
    assert list(dict(module.named_buffers())) == ["F"]
    assert isinstance(module.up, nn.Module)
    assert module.up.get_parameter("A.0") is module.get_parameter("up.A.0")


def test_copies_are_no_state() -> None:
    module = module_of(samples.WITH_COPY)
    assert list(module.state_dict()) == ["A"]
    assert not list(module.buffers())


def test_dtype_and_device_follow_the_arguments_and_torchs_defaults() -> None:
    kind = class_of(samples.COMPLEX)
    assert {tensor.dtype for tensor in kind().parameters()} == {torch.float32, torch.complex64}
    assert {tensor.dtype for tensor in kind(dtype=torch.float64).parameters()} == {torch.float64, torch.complex128}
    assert {tensor.dtype for tensor in kind(dtype=torch.bfloat16).parameters()} == {torch.bfloat16, torch.complex64}
    assert {tensor.dtype for tensor in kind(dtype=torch.complex64).parameters()} == {torch.complex64}
    assert all(tensor.is_meta for tensor in kind(device="meta").parameters())
    skipped = torch.nn.utils.skip_init(kind, device="cpu")  # type: ignore[no-untyped-call]
    assert skipped.b.device.type == "cpu"


def test_initial_values_come_from_torchs_global_generator() -> None:
    kind = class_of(samples.TRAIN)
    torch.manual_seed(3)
    first = kind().state_dict()
    second = kind().state_dict()
    torch.manual_seed(3)
    again = kind()
    torch.testing.assert_close(again.state_dict(), first, rtol=0, atol=0)
    assert not torch.equal(first["A0"], second["A0"])
    again.reset_parameters()
    torch.testing.assert_close(again.state_dict(), second, rtol=0, atol=0)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16, torch.complex64])
def test_every_initializer(dtype: torch.dtype) -> None:
    network = with_inits(
        ("zeros",), ("ones",), ("normal", 0.5), ("uniform", 1.0, 2.0), ("eye",), ("orthogonal",), ("orthogonal", 2.0),
    )  # fmt: skip
    torch.manual_seed(0)
    module = class_of(network)(dtype=dtype)
    tensors = {name: tensor.detach().to(torch.promote_types(dtype, torch.float64)) for name, tensor in
               module.named_parameters()}  # fmt: skip
    assert all(tensor.dtype == dtype for tensor in module.parameters())
    assert not tensors["T0"].any() and (tensors["T1"] == 1).all()
    assert tensors["T2"].abs().square().mean().sqrt() == pytest.approx(0.5, rel=0.1)
    parts = torch.view_as_real(tensors["T3"]) * math.sqrt(2) if dtype.is_complex else tensors["T3"]
    assert parts.min() >= 0.999 and parts.max() <= 2.001 and parts.mean() == pytest.approx(1.5, rel=0.1)
    assert tensors["T4"].sum() == 8 and all(tensors["T4"][k, k, k] == 1 for k in range(8))
    atol = 1e-5 if dtype not in (torch.bfloat16, torch.float16) else 1e-2
    unit = torch.eye(8, dtype=tensors["T5"].dtype)
    wide, tall = tensors["T5"].reshape(8, 64), tensors["T6"].reshape(64, 8)
    torch.testing.assert_close(wide @ wide.mH, unit, rtol=0.0, atol=atol)
    torch.testing.assert_close(tall.mH @ tall, unit, rtol=0.0, atol=atol)


def test_complex_numbers_share_their_variance_between_their_parts() -> None:
    network = with_inits(("normal", 0.5), size=20)
    torch.manual_seed(0)
    tensor = class_of(network)(dtype=torch.complex128).T0
    assert tensor.real.std().item() == pytest.approx(0.5 / math.sqrt(2), rel=0.05)
    assert tensor.imag.std().item() == pytest.approx(0.5 / math.sqrt(2), rel=0.05)


def test_eye_is_a_unit_matrix_also_where_it_is_not_square() -> None:
    network = small_network({"i": 3, "j": 5}, [("y", "... j", "x * T")], inputs={"x": "... i"}, parameters={"T": "i j"})
    module = module_of(samples.changed(network, T={"init": ("eye",)}))
    assert torch.equal(module.T, torch.eye(3, 5, dtype=torch.float64))


def test_automatic_initial_values_have_the_standard_deviation_worked_out_before() -> None:
    network = with_inits(("auto",), size=20)
    tensor = network.tensors[1].model_copy(update={"init": network.tensors[1].init.model_copy(update={"std": 0.25})})
    torch.manual_seed(0)
    module = module_of(network.model_copy(update={"tensors": (network.tensors[0], tensor)}))
    assert module.T0.std().item() == pytest.approx(0.25, rel=0.05)


@pytest.mark.filterwarnings("ignore:Complex modules")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_complex_tensors_stay_complex(dtype: torch.dtype) -> None:
    network = samples.changed(samples.COMPLEX, A0={"path": ("A", "0")})
    values = draw(network)
    module = module_of(network, values)
    before = getattr(module.A, "0").detach()
    module.to(dtype)
    found = getattr(module.A, "0").detach()
    assert found.dtype == torch.promote_types(dtype, torch.complex64)
    assert module.b.dtype == dtype
    torch.testing.assert_close(found.to(before.dtype), before, rtol=1e-2, atol=1e-2)
    module.to(torch.complex64)
    assert {tensor.dtype for tensor in module.parameters()} == {torch.complex64}
    assert module.share_memory() is module


def test_a_complex_network_equals_itself_in_numpy() -> None:
    network = samples.COMPLEX
    values = draw(network)
    found = module_of(network, values)(*arguments_of(network, values))
    assert found.dtype == torch.complex128
    assert module_of(network, values).float()(arguments_of(network, values)[0].float()).dtype == torch.complex64


@pytest.mark.parametrize("lead", [(), (2,)])
def test_the_dense_matrix_has_the_orientation_of_nn_linear(lead: tuple[int, ...]) -> None:
    for network in (samples.TRAIN, samples.COMPLEX, samples.UNBATCHED):
        values = draw(network, lead=lead)
        module = module_of(network, values, linear=True)
        weight = module.to_dense()
        (x,) = arguments_of(network, values)
        constant = module(torch.zeros_like(x))
        torch.testing.assert_close(nn.functional.linear(x.to(weight.dtype), weight) + constant, module(x))
        weight.abs().sum().backward()


def test_only_linear_maps_have_a_dense_matrix() -> None:
    assert "to_dense" not in source_of(samples.TRAIN)
    assert "to_dense" not in source_of(samples.ATTENTION, linear=True)


@pytest.mark.parametrize("name", ["A", "half", "forward", "training", "to_dense", "_parameters", "__dict__", "x"])
@pytest.mark.parametrize("role", ["parameter", "frozen"])
def test_no_name_is_refused_or_changed(name: str, role: str) -> None:
    network = small_network({"i": 3, "j": 4}, [("y", "... j", "x * W")], inputs={"x": "... i"}, parameters={"W": "i j"})
    network = samples.changed(network, W={"role": role})
    for path in ((name,), (name, "0"), ("A", name), (name, name)):
        renamed = samples.changed(network, W={"path": path})
        values = draw(renamed)
        module = module_of(renamed, values)
        assert list(module.state_dict()) == [".".join(path)]
        expected = torch.from_numpy(values["x"] @ values["W"])
        torch.testing.assert_close(module(torch.from_numpy(values["x"])), expected)
        module.reset_parameters()
        module.float()


def test_the_attributes_of_modules_are_known() -> None:
    found = {name for name in dir(nn.Module()) if not name.startswith("__")}
    assert found <= MODULE
