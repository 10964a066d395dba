"""Kernels that save what the backward pass needs give what those give that compute it again."""

from pathlib import Path

import pytest

from tests.backends import samples
from tests.backends.c.building import APART, SANITIZERS, check, files_of, needs_compiler, planned, width_flags
from tests.backends.c.oracle_examples import example
from tests.small_networks import tensor_train
from tncc.backends.c import entries
from tncc.backends.c.emit import c_files
from tncc.backends.c.saving import Order, orders, restoring, saved_name, saving, ways
from tncc.ir.program import ROWS, Permute, Read, Reshape

CHAIN = tensor_train((6, 8, 5), (5, 8, 6), 12)

NETWORKS = {"chain": CHAIN, "wide chain": tensor_train((8, 8, 8), (8, 8, 8), 16), "attention": samples.ATTENTION}


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Saving pays whatever it gains."""
    monkeypatch.setattr(entries, "PAYING", 0.0)


@needs_compiler
@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("name", NETWORKS)
def test_saving_gives_the_same(name: str, tmp_path: Path) -> None:
    network = NETWORKS[name]
    files = files_of(network)
    assert files.saves, "nothing is checked"
    examples = [example(network, rows, True) for rows in (0, 1, 7, 33)]
    check(tmp_path, network, files, examples, "float64", "-O1", APART, *width_flags(32), *SANITIZERS)


@needs_compiler
@pytest.mark.usefixtures("always")
def test_matrices_can_be_saved_as_products_read_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = tensor_train((4, 6, 4), (6, 4, 6), 24)
    plan, trained = planned(network)
    plain, read = next(way for one in trained if len(way := ways(one, network)) == 2)
    assert {name: order.saved for name, order in plain.items()} != {name: order.saved for name, order in read.items()}
    for name, order in read.items():
        *_, whole = order.back(Read(name=name, shape=order.shape, tensor=name), name)
        assert whole.shape == order.shape
    monkeypatch.setattr(entries, "ways", lambda one, network: ways(one, network)[-1:])
    files = c_files(network, plan, "1.2.3", "float64", trained)
    examples = [example(network, rows, True) for rows in (1, 33)]
    check(tmp_path, network, files, examples, "float64", "-O1", APART, *width_flags(32), *SANITIZERS)


def test_rows_are_cut_out_of_merged_axes() -> None:
    order = Order((2, "24*rows", 5), (2, 4, ROWS, 6, 5), (2, 0, 1, 3, 4))
    assert order.saved == (ROWS, 2, 4, 6, 5)
    cut, turned = order.ahead("h", "h/saved")
    assert isinstance(cut, Reshape) and cut.source == "h" and cut.shape == order.cut
    assert isinstance(turned, Permute) and turned.name == "h/saved" and turned.shape == order.saved
    read, back, whole = order.back(Read(name="h", shape=order.shape, tensor="h"), "h/saved")
    assert isinstance(read, Read) and read.tensor == "h/saved" and read.shape == order.saved
    assert isinstance(back, Permute) and back.shape == tuple(read.shape[axis] for axis in back.order) == order.cut
    assert whole.name == "h" and whole.shape == order.shape


def test_programs_hand_on_what_they_save() -> None:
    _, trained = planned(CHAIN)
    one = next(one for one in trained if one.saved)
    found = orders(one, CHAIN)
    assert found is not None
    names = [saved_name(name) for name in one.saved]
    assert [result.name for result in saving(one, found).results] == [*CHAIN.outputs, *names]
    read = {step.tensor for step in restoring(one, found).instructions if isinstance(step, Read)}
    assert read & set(names) and not read & set(one.saved)


def test_an_axis_that_cannot_be_cut_is_not_saved() -> None:
    _, trained = planned(CHAIN)
    one = next(one for one in trained if one.saved)
    forward = one.forward.model_copy(
        update={
            "instructions": tuple(
                step.model_copy(update={"legs": ()}) if step.name in one.saved else step
                for step in one.forward.instructions
            )
        }
    )
    shapes = {step.name: step.shape for step in forward.instructions}
    merged = any(extent != ROWS and ROWS in str(extent) for name in one.saved for extent in shapes[name])
    assert merged and orders(one.model_copy(update={"forward": forward}), CHAIN) is None


def test_files_have_no_functions_that_never_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "PAYING", 1e9)
    files = files_of(CHAIN)
    assert not files.saves and "saved" not in files.header
