"""Which bonds can be resized: by themselves, together where one axis has several names, or not at all."""

import pytest

import tncc
from tncc.decompose.free_bonds import bond_groups, free_bonds

HEAD = "network N() { index i: 4; index o: 4; bond a: 2; bond b: 2; bond c: 2; bond d: 3; input x[..., i]\n "


@pytest.mark.parametrize(("body", "groups"), [
    ("tensor A[i, a]\n tensor B[a, d]\n tensor C[d, o]\n output y[..., o] = x * A * B * C", {"a", "d"}),
    ("tensor A[i, a]\n tensor B[a, b]\n output y[..., o] = x * A * B * A[o, b]", {"a b"}),
    ("tensor A[i, a]\n h[..., a] = x * A\n tensor B[b, o]\n output y[..., o] = h[..., b] * B", {"a b"}),
    ("tensor A[i, a]\n tensor B[a, b]\n tensor C[d, o]\n tensor D[b, d]\n"
     "output y[..., o] = x * A * B * B[b, c] * D[c, d] * C", {"a b c", "d"}),
    ("tensor A[i, a]\n tensor B[a, o] frozen\n output y[..., o] = x * A * B", set()),
    ("tensor A[i, a]\n tensor B[a, o]\n output y[..., o] = x * A[i, 0] * B[0, o]", set()),
    ("tensor A[i, a]\n tensor B[a, a2, o]\n output y[..., o] = x * A * B * A[1, a2]".replace("a2", "b"), {"a b"}),
    ("tensor A[i, a]\n tensor B[i, o]\n output y[..., o] = x * A * A[o, a] + x * B * A[0, 0]", set()),
])  # fmt: skip
def test_bonds_that_can_take_other_sizes(body: str, groups: set[str]) -> None:
    compiled = tncc.compile_text(f"{HEAD}{body} }}", batch=(1,))
    found = bond_groups(compiled.network)
    assert {" ".join(group) for group in found} == groups
    assert free_bonds(compiled.network) == tuple(group[0] for group in found if len(group) == 1)
    for group in found:
        sizes = {index.name: index.size for index in compiled.with_bonds(dict.fromkeys(group, 5)).network.indices}
        assert all(sizes[name] == 5 for name in group)
