"""What looks into layers, or takes them apart, finds what it can work with where there are kernels."""

import copy
from typing import Any

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from tests.backends.c.building import needs_compiler
from tests.layers.kernel_pairs import close, compiled, gradients, pair
from tncc.layers.operators import ENGINES

pytestmark = needs_compiler


def test_other_types_and_transforms_are_left_to_pytorch(calls: list[str]) -> None:
    ours, theirs = pair()
    x, v = torch.randn(3, 12), torch.randn(3, 12)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert ours(x).dtype == theirs(x).dtype == torch.bfloat16
    close(torch.func.vmap(ours)(torch.randn(2, 3, 12)).shape, torch.Size((2, 3, 12)))
    for wrap in (lambda f: torch.func.grad(lambda t: f(t).square().sum()), torch.func.jacrev, torch.func.jacfwd):
        close(wrap(ours)(x), wrap(theirs)(x))
    close(torch.func.jvp(ours, (x,), (v,)), torch.func.jvp(theirs, (x,), (v,)))
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(x, v)
        tangents = [torch.autograd.forward_ad.unpack_dual(layer(dual)).tangent for layer in (ours, theirs)]
    close(*tangents)
    traced = torch.jit.trace(ours, (x,), check_trace=False)
    close(traced(x), theirs(x))
    assert calls == []
    double = copy.deepcopy(ours).to(torch.bfloat16)
    assert double(x.bfloat16()).dtype == torch.bfloat16
    assert ours.to("meta")(x.to("meta")).is_meta
    assert calls == []


def test_fake_tensors_are_left_to_pytorch(calls: list[str]) -> None:
    with FakeTensorMode():
        layer = compiled().module(kernels="c")
        for mode in (layer.train, layer.eval):
            mode()
            assert layer(torch.randn(4, 12)).shape == (4, 12)
            with torch.no_grad():
                assert layer(torch.randn(4, 12)).shape == (4, 12)
    assert calls == []


def test_tensors_of_another_type_than_the_input_are_left_to_pytorch() -> None:
    ours, theirs = pair()
    for layer in (ours, theirs):
        layer.bias.data = layer.bias.data.double()
    x = torch.randn(3, 12)
    outcomes = []
    for layer in (ours, theirs):
        try:
            outcomes.append(layer(x).dtype)
        except RuntimeError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]


def test_inference_mode(calls: list[str]) -> None:
    ours, theirs = pair()
    ours.eval(), theirs.eval()
    with torch.inference_mode():
        x = torch.randn(3, 12)
        close(ours(x), theirs(x))
        made = compiled().module(kernels="c").eval()
        theirs.load_state_dict(made.state_dict())
        for _ in range(2):
            close(made(x), theirs(x))
            made.bias.add_(1), theirs.bias.add_(1)
    x = torch.randn(3, 12)
    close(ours(x).requires_grad, True)
    assert calls


def test_compilers_see_one_operator_and_make_few_graphs() -> None:
    ours, theirs = pair()
    graphs: list[torch.fx.GraphModule] = []

    def backend(graph: torch.fx.GraphModule, _: Any) -> Any:
        graphs.append(graph)
        return graph.forward

    torch._dynamo.reset()
    made = torch.compile(ours, fullgraph=True, backend=backend)
    for rows in (2, 3, 5, 16, 33):
        x = torch.randn(rows, 12, requires_grad=True)
        close(gradients(made, x), gradients(theirs, x))
    assert 1 <= len(graphs) <= 2
    for graph in graphs:
        assert any("tncc" in str(node.target) for node in graph.graph.nodes)


def test_inductor_takes_it() -> None:
    ours, theirs = pair()
    torch._dynamo.reset()
    made = torch.compile(ours, fullgraph=True, backend="aot_eager")
    for rows in (4, 7):
        x = torch.randn(rows, 12, requires_grad=True)
        close(gradients(made, x), gradients(theirs, x))


@pytest.mark.parametrize("kernels", ["c", "auto"])
def test_exported_programs(kernels: Any) -> None:
    layer = compiled().module(kernels=kernels).eval()
    dynamic = ({0: torch.export.Dim("rows", min=2, max=1000)},)
    exported = torch.export.export(layer, (torch.randn(4, 12),), dynamic_shapes=dynamic)
    targets = [str(node.target) for node in exported.graph.nodes]
    assert any("tncc" in target for target in targets) == (kernels == "c")
    for rows in (2, 7):
        x = torch.randn(rows, 12)
        close(exported.module()(x), layer(x))


def test_a_kernel_that_is_not_there_is_told() -> None:
    with pytest.raises(RuntimeError, match="this process does not have the kernel of an exported program"):
        torch.ops.tncc.forward("0-0", [2], [torch.ones(2, 3)], [])


def test_operators_look_at_shapes() -> None:
    ours, _ = pair()
    key, engine = ours._engines[torch.float32]
    stored = [ours.stored(tensor).detach() for tensor in engine.stored]
    x = torch.randn(5, 12)
    wrong = [
        ([6], [x], stored), ([5], [x[:, :11]], stored), ([5], [x[0]], stored), ([5], [], stored),
        ([5], [x], [*stored[:-1], stored[-1][:2]]), ([5], [x], stored[1:]),
    ]  # fmt: skip
    for arguments in wrong:
        with pytest.raises(RuntimeError, match="a kernel for arrays of the shapes"):
            torch.ops.tncc.forward(key, *arguments)
        with pytest.raises(RuntimeError, match="a kernel for arrays of the shapes"):
            torch.ops.tncc.backward(key, *arguments, [torch.randn(5, 12)])
    with pytest.raises(RuntimeError, match="gradients of the shapes"):
        torch.ops.tncc.backward(key, [5], [x], stored, [torch.randn(5, 11)])


def test_the_operators_keep_the_rules_of_operators() -> None:
    ours, _ = pair(dtype=torch.float64)
    key, engine = ours._engines[torch.float64]
    assert ENGINES[key] is engine
    stored = [ours.stored(tensor).detach().clone().requires_grad_() for tensor in engine.stored]
    x = torch.randn(5, 12, dtype=torch.float64, requires_grad=True)
    torch.library.opcheck(torch.ops.tncc.forward.default, (key, [5], [x], stored))
    seeds = [torch.randn(5, 12, dtype=torch.float64)]
    plain = [tensor.detach() for tensor in stored]
    torch.library.opcheck(torch.ops.tncc.backward.default, (key, [5], [x.detach()], plain, seeds))
