"""Families, bonds that end or wrap, blocks, and sub-networks."""

import numpy as np

from tests.elaborate.run import codes, elaborate, network_of, random_tensors, run

CHAIN = """network Chain(n: int = 3, chi: int = 2) {{
  index f[k in 0..n]: 3
  bond  r[k in {range}] {ends}: chi
  tensor A[k in 0..n][r[k], f[k], r[k+1]]
  output y[f[*]] = A[*]
}}"""


def test_open_bonds_vanish_and_ring_bonds_wrap():
    network = network_of(CHAIN.format(range="1..n", ends="open"))
    t = random_tensors(network)
    assert [t[f"A[{k}]"].shape for k in range(3)] == [(3, 2), (2, 3, 2), (2, 3)]
    np.testing.assert_allclose(run(network, t), np.einsum("ar,rbs,sc->abc", *(t[f"A[{k}]"] for k in range(3))))
    network = network_of(CHAIN.format(range="0..n", ends="ring"))
    t = random_tensors(network)
    np.testing.assert_allclose(run(network, t), np.einsum("qar,rbs,scq->abc", *(t[f"A[{k}]"] for k in range(3))))


def test_a_ring_of_one_site_is_a_trace():
    network = network_of(CHAIN.format(range="0..n", ends="ring"), n=1)
    t = random_tensors(network)
    np.testing.assert_allclose(run(network, t), np.einsum("qaq->a", t["A[0]"]))


def test_a_bond_that_is_neither_has_no_member_out_of_range():
    assert "TN143" in codes(CHAIN.format(range="1..n", ends=""))


def test_bond_sizes_can_be_set_one_by_one():
    network = network_of(CHAIN.format(range="1..n", ends="open"), bonds={"r[1]": 5})
    assert {index.name: index.size for index in network.indices if index.kind == "bond"} == {"r[1]": 5, "r[2]": 2}
    _, diagnostics = elaborate(CHAIN.format(range="1..n", ends="open"), bonds={"r[9]": 5})
    assert [diagnostic.code for diagnostic in diagnostics] == ["TN134"]


def test_members_declared_under_for_and_if():
    network = network_of("""network N(n: int = 3) {
      index i: 2
      for a in 0..n { if a == 1 { tensor Centre[i] } else { tensor T[a, 0][i] } }
      output y[i] = Centre * T[*]
    }""")
    assert [tensor.path for tensor in network.tensors] == [("T", "0", "0"), ("Centre",), ("T", "2", "0")]


def test_let_belongs_to_its_block():
    text = "network N() { index i: 2\n for k in 0..1 { let a = 2 }\n tensor A[i]\n output y[i] = a * A }"
    assert codes(text) == ["TN101"]


def test_a_name_of_a_branch_that_is_not_taken():
    text = "network N(c: bool = false) { index i: 2\n if c { tensor A[i] }\n tensor B[i]\n output y[i] = A * B }"
    assert codes(text) == ["TN118"]
    assert codes(text, c=True) == []


LAYERS = """
network Lin(m: int, n: int) {
  index i: m; index o: n
  input x[..., i]; tensor W[i, o]; tensor b[o] init zeros
  output y[..., o] = x * W + b
}
network Two() {
  index q: 3; index d: 4; index h: 5
  input x[..., q, d]
  layer up = Lin(m = 4, n = 5); layer down[k in 0..2] = Lin(m = 5, n = 4)
  z[..., q, h] = tanh(up(x))
  output y[..., q, d] = down[0](z) + down[1](relu(z)) * 2 + down[1](tanh(up(x)))
}"""


def test_layers_take_leading_axes_and_own_their_parameters():
    network = network_of(LAYERS)
    paths = [".".join(tensor.path) for tensor in network.tensors if tensor.role == "parameter"]
    assert paths == ["up.W", "up.b", "down.0.W", "down.0.b", "down.1.W", "down.1.b"]
    t = random_tensors(network)
    z = np.tanh(t["x"] @ t["up.W"] + t["up.b"])
    first, second = (lambda v, k=k: v @ t[f"down[{k}].W"] + t[f"down[{k}].b"] for k in (0, 1))
    np.testing.assert_allclose(run(network, t), first(z) + 2 * second(np.maximum(z, 0)) + second(z))


def test_a_result_named_behind_the_call_and_an_output_picked():
    network = network_of("""
    network Two() { index i: 4; index o: 6; index p: 2
      input x[..., i]; tensor A[i, o]; tensor B[i, p]
      output wide[..., o] = x * A
      output code[..., p] = x * B }
    network N() { index d: 4; index a: 2; index b: 3; index e: 5; index c: 2
      input x[..., d]; tensor C[a, b, e]
      layer f = Two()
      output y[..., e] = f(x).wide[..., (a b)] * C
      output z[..., c] = f(x).code }""")
    assert network.outputs == ("y", "z")
    t = random_tensors(network)
    from tests.oracle import evaluate

    values = evaluate(network, t)
    wide = (t["x"] @ t["f.A"]).reshape(-1, 2, 3)
    np.testing.assert_allclose(values["y"], np.einsum("xab,abe->xe", wide, t["C"]))
    np.testing.assert_allclose(values["z"], t["x"] @ t["f.B"])


def test_nested_layers_and_a_static_axis_for_a_dynamic_one():
    network = network_of(
        """
    network Inner() { index t: dynamic; index d: 3; input x[..., t, d]; tensor W[d]
      output y[..., t] = x * W }
    network Outer() { index n: 4; index d: 3; input x[..., n, d]; layer inner = Inner()
      output y[..., n] = inner(x) }
    network N() { index q: dynamic; index n: 4; index d: 3
      input x[..., q, n, d]; layer a = Outer(); layer b = Inner()
      w[..., n, q] = b(x)[..., n, q]
      output y[..., q, n] = a(x) + w[..., n, q] }
    """.replace("w[..., n, q] = b(x)[..., n, q]", "w[..., n, q] = b(x[..., q, n, d])[..., q, n]")
    )
    t = random_tensors(network, q=5)
    expected = t["x"] @ t["a.inner.W"] + t["x"] @ t["b.W"]
    np.testing.assert_allclose(run(network, t), expected)


def test_init_auto_follows_from_the_summed_sizes():
    network = network_of("""network N() { index i: 8; index o: 6; bond r: 4
      input x[..., i]; tensor A[i, r]; tensor B[r, o]; tensor b[o] init zeros; tensor c[o]
      output y[..., o] = x * A * B + b + c }""")
    stds = {tensor.name: tensor.init.std for tensor in network.tensors}
    assert np.isclose(stds["A"], (8 * 4 * 2) ** (-1 / 4))
    assert stds["A"] == stds["B"]
    assert np.isclose(stds["c"], 2 ** (-1 / 2))


def test_a_copy_tensor_counts_its_indices_once():
    network = network_of("""network N() { index i: 8; index j: 8; index k: 8; index o: 6
      input x[..., i]; tensor D[i, j, k] copy; tensor A[j]; tensor B[k, o]
      output y[..., o] = x * D * A * B }""")
    stds = {tensor.name: tensor.init.std for tensor in network.tensors}
    assert np.isclose(stds["A"], 8 ** (-1 / 4))


def test_a_family_of_which_no_statement_is_run_is_empty():
    text = """network N(n: int = 0) {
      index i: 2
      for k in 0..n { tensor A[k][i] }
      if n > 5 { tensor T[0][i] }
      tensor B[i]
      output y[i] = A[*] * T[*] * B
    }"""
    network = network_of(text)
    t = random_tensors(network)
    np.testing.assert_allclose(run(network, t), t["B"])
    assert codes(text.replace("T[*]", "T[0]")) == ["TN143"]


def test_nothing_is_said_of_what_only_follows_from_a_failed_requirement():
    text = """network N(n: int = 0) {
      require n > 0, "no n"
      let m = 1 // n
      index i: n
      tensor A[i]
      output y[i] = m * A
    }"""
    assert codes(text) == ["TN128"]
