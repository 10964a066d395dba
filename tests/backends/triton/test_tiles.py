"""Blocks fit on a chip, axes are split as reshapes ask, and what is small is fused."""

import pytest

import tncc
from tncc.backends.triton.partition import Kernel, partitioned
from tncc.backends.triton.places import Atoms, quotient
from tncc.backends.triton.source import configurations
from tncc.backends.triton.tiles import LARGEST, MOST_LIVE, SHARED_LIMIT
from tncc.ir.program import Dim


def kernels_of(name: str, **values: object) -> tuple[Kernel, ...]:
    compiled = tncc.compile(name, batch=(256,), **values)
    plan = compiled.plan()
    programs = [plan.straight, *(one.backward for one in plan.training)]
    whole = [program.model_copy(update={"tile": 0}) for program in programs]
    return tuple(kernel for program in whole for kernel in partitioned(program, frozenset(), 256))


@pytest.mark.parametrize(
    ("extent", "by", "left"),
    [
        (12, 4, 3),
        (12, 5, None),
        ("12*rows", "rows", 12),
        ("12*rows", 4, "3*rows"),
        ("rows", 2, None),
        (12, "rows", None),
    ],
)
def test_quotients(extent: Dim, by: Dim, left: Dim | None) -> None:
    assert quotient(extent, by) == left


def test_axes_are_split_where_a_reshape_asks_for_parts() -> None:
    atoms = Atoms()
    one, other = atoms.atom("rows", "row"), atoms.atom(12, "i j")
    axes = atoms.regrouped((one, other), ("3*rows", 4))
    assert axes is not None and [[atoms.size(place) for place in axis] for axis in axes] == [["rows", 3], [4]]
    assert atoms.resolved((other,)) == (axes[0][1], axes[1][0])
    assert [atoms.labels[part] for part in atoms.apart((other,))] == ["i", "j"]
    assert atoms.spread(((other, 5),)) == ((axes[0][1], 20), (axes[1][0], 5))
    assert Atoms().regrouped((), (2,)) is None
    odd = Atoms()
    assert odd.regrouped((odd.atom(4, "a"), odd.atom(6, "b")), (6, 4)) is None


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("std.mpo", {"ins": (8, 8, 12), "outs": (12, 16, 16), "chi": 16}),
        ("std.tree", {"levels": 3, "chi": 4}),
        ("std.low_rank", {"ins": (4096,), "outs": (4096,), "rank": 64}),
    ],
)
def test_every_configuration_fits(name: str, values: dict[str, object]) -> None:
    for kernel in kernels_of(name, **values):
        tiling = kernel.tiling
        assert tiling is not None
        assert tiling.fits and tiling.shared <= SHARED_LIMIT and tiling.live <= MOST_LIVE
        assert all(block & (block - 1) == 0 and block <= LARGEST for block in tiling.blocks.values())
        assert configurations(tiling)


def test_an_elementwise_stage_has_no_kernel_of_its_own() -> None:
    text = """
    network Stage {
      index i: 32;  index h: 64;  index o: 32
      input x[..., i]
      tensor A[i, h];  tensor B[h, o];  tensor c[h]
      z[..., h] = gelu(x * A + c)
      output y[..., o] = tanh(z * B) / 2
    }
    """
    compiled = tncc.compile_text(text, batch=(256,))
    found = partitioned(compiled.plan().straight, frozenset(), 256)
    assert len(found) <= 2
    functions = [
        node.function for k in found if k.tiling for node in k.tiling.expression.nodes if hasattr(node, "function")
    ]
    assert {"gelu", "tanh"} <= set(functions)
