"""A layer is its generated class and knows its network, and nothing else about it is different."""

import copy
import inspect
import io
import pickle
from pathlib import Path

import pytest
import torch
from torch import nn

import tncc
from tncc.backends.torch.attributes import MODULE, OWN
from tncc.layers.layer import CLASSES
from tncc.layers.mixins import MIXINS
from tncc.loading import instantiate

CHAIN = """
network Chain(ins: ints = (2, 3, 2), outs: ints = (3, 2, 2), chi: int = 3) {
  let n = len(ins)
  index i[k in 0..n]: ins[k]
  index o[k in 0..n]: outs[k]
  bond r[k in 1..n] open: chi
  input x[..., (i[*])]
  tensor A[k in 0..n][r[k], i[k], o[k], r[k+1]]
  tensor bias[(o[*])] init zeros
  output y[..., (o[*])] = x * A[*] + bias
}
"""


def chain(**values: object) -> tncc.Compiled:
    """A tensor train of three sites."""
    return tncc.compile_text(CHAIN, batch=(8,), **values)


def test_a_layer_knows_its_network_and_is_called_as_before() -> None:
    compiled = chain()
    layer = compiled.module()
    generated = instantiate(compiled.source(), "Chain")
    assert layer.network is compiled.network
    assert isinstance(layer, generated)
    assert (type(layer).__name__, type(layer).__qualname__) == ("Chain", "Chain")
    assert type(layer).__module__ == generated.__module__ and type(layer).__doc__ == generated.__doc__
    assert inspect.getsource(type(layer)) == inspect.getsource(generated)
    assert type(compiled.module()) is type(layer)
    assert repr(layer) == repr(generated())
    assert list(layer.state_dict()) == list(generated().state_dict())


def test_copies_and_pickles_are_layers_with_the_same_network() -> None:
    layer = chain().module()
    layer.eval()(torch.randn(3, 12))
    stream = io.BytesIO()
    torch.save(layer, stream)
    stream.seek(0)
    for other in (
        copy.deepcopy(layer),
        copy.copy(layer),
        pickle.loads(pickle.dumps(layer)),
        torch.load(stream, weights_only=False),
    ):
        assert type(other) is type(layer)
        assert other.network is layer.network
        torch.testing.assert_close(other.state_dict(), layer.state_dict())


def test_a_pickle_is_of_the_generated_class_where_the_layers_class_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layer = chain().module()
    data = pickle.dumps(layer)
    monkeypatch.delitem(CLASSES, layer._key)
    other = pickle.loads(data)
    assert type(other) is layer._generated
    torch.testing.assert_close(other.state_dict(), layer.state_dict())


def test_compilers_and_exporters_take_it_whole() -> None:
    layer, x = chain().module(), torch.randn(4, 12)
    compiled = torch.compile(layer, backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(x), layer(x))
    exported = torch.export.export(layer, (x,), dynamic_shapes=({0: torch.export.Dim("rows", min=2)},)).module()
    torch.testing.assert_close(exported(torch.ones(7, 12)), layer(torch.ones(7, 12)))
    assert {tensor.dtype for tensor in layer.to(torch.float64).state_dict().values()} == {torch.float64}
    assert layer.network.name == "Chain"


def test_every_name_of_a_layer_is_one_that_generated_code_avoids() -> None:
    for mixin in MIXINS:
        for cls in mixin.__mro__[: mixin.__mro__.index(nn.Module)]:
            names = {name for name in (*vars(cls), *cls.__annotations__) if not name.startswith("__")}
            assert names <= OWN | MODULE, f"{cls.__name__} needs more names in OWN"


def test_tensors_may_be_called_as_what_a_layer_has() -> None:
    text = """
    network N(n: int = 3) {
      index i: n; index o: n; bond spectrum: 2
      input x[..., i]
      tensor stored[i, spectrum]
      tensor from_dense_[spectrum, o]
      output y[..., o] = x * stored * from_dense_
    }
    """
    layer = tncc.compile_text(text, batch=(4,)).module()
    assert set(layer.state_dict()) == {"stored", "from_dense_"}
    assert layer.network.name == "N"
    x, state = torch.randn(4, 3), layer.state_dict()
    torch.testing.assert_close(layer(x), x @ state["stored"] @ state["from_dense_"])


def test_bonds_take_other_sizes_in_place() -> None:
    layer = chain().module(dtype=torch.float64)
    untouched, bias = layer.stored(layer.network.tensors[3]), layer.bias
    seen: list[int] = []
    layer.register_forward_hook(lambda *_: seen.append(1))
    assert layer.rebuild_({"r[1]": 2}) is layer
    shapes = {name: tuple(tensor.shape) for name, tensor in layer.state_dict().items()}
    assert shapes == {"A.0": (2, 3, 2), "A.1": (2, 3, 2, 3), "A.2": (3, 2, 2), "bias": (12,)}
    assert layer.stored(layer.network.tensors[3]) is untouched and layer.bias is bias
    assert layer.rebuild_({"r[2]": 5}).network.indices != chain().network.indices
    sizes = {index.name: index.size for index in layer.network.indices}
    assert (sizes["r[1]"], sizes["r[2]"]) == (2, 5)
    nn.init.ones_(layer.stored(layer.network.tensors[1]))
    assert layer(torch.randn(3, 12, dtype=torch.float64)).shape == (3, 12)
    assert seen == [1]


def test_a_bond_that_is_not_there_leaves_the_layer_as_it_was() -> None:
    layer = chain().module()
    before = type(layer)
    with pytest.raises(tncc.CompileError, match="TN"):
        layer.rebuild_({"r[1]": 2, "q": 4})
    assert type(layer) is before and layer.A.get_parameter("1").shape == (3, 3, 2, 3)


def test_bonds_are_set_in_the_text_as_it_was_when_it_was_compiled(tmp_path: Path) -> None:
    path = tmp_path / "chain.tn"
    path.write_text(CHAIN)
    compiled = tncc.compile(path, batch=(8,), bonds={"r[1]": 4}, chi=2)
    path.unlink()
    sizes = {index.name: index.size for index in compiled.with_bonds({"r[2]": 5}).network.indices}
    assert (sizes["r[1]"], sizes["r[2]"]) == (4, 5)
