"""What equations mean (language.md, ideas 1 to 4), each against an einsum written out by hand."""

import numpy as np
import pytest

from tests.elaborate.run import codes, network_of, random_tensors, run


def check(text, expected, batch=(3,), dynamic=None, **values):
    network = network_of(text, **values)
    tensors = random_tensors(network, batch, **(dynamic or {}))
    names = {name.replace("[", "_").replace("]", "").replace(",", "_"): array for name, array in tensors.items()}
    np.testing.assert_allclose(run(network, tensors), expected(**names), rtol=1e-10, atol=1e-12)


def gelu(x):
    from math import erf

    return x * (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2


def test_every_index_not_on_the_left_is_summed_once_after_the_whole_product():
    check(
        "network N() { index a: 2; index b: 3; index d: 4\n tensor A[a, b]; tensor B[b, d]; output y[a, d] = A * B }",
        lambda A, B: A @ B,
    )


def test_an_index_on_the_left_is_kept_where_several_factors_carry_it():
    check(
        "network N() { index a: 2; index b: 3\n tensor A[a, b]; tensor B[a, b]; output y[a] = A * B }",
        lambda A, B: (A * B).sum(1),
    )


def test_parentheses_around_a_bare_product_mean_nothing():
    check(
        "network N() { index a: 2; index b: 3\n tensor A[a, b]; tensor B[b]; tensor C[b]\n output y[a] = (A * B) * C }",
        lambda A, B, C: np.einsum("ab,b,b->a", A, B, C),
    )


def test_a_bond_to_a_factor_outside_stays_open_inside_a_function():
    check(
        "network N() { index d: 3; index h: 5; index e: 2\n input x[..., d]; tensor A[d, h]; tensor B[h, e]\n"
        " output y[..., e] = gelu(x * A) * B }",
        lambda x, A, B: gelu(x @ A) @ B,
    )


def test_a_bias_is_not_summed():
    check(
        "network N() { index d: 3; index e: 2\n input x[..., d]; tensor A[d, e]; tensor b[e]\n"
        " output y[..., e] = x * A + b }",
        lambda x, A, b: x @ A + b,
    )


def test_a_term_of_a_sum_is_contracted_by_itself_and_keeps_what_a_factor_outside_carries():
    check(
        "network N() { index a: 2; index b: 3; index c: 4\n tensor A[a, b]; tensor B[a, c]; tensor E[c, b]\n"
        " tensor D[b]; output y[a] = (A + B * E) * D }",
        lambda A, B, D, E: (A + B @ E) @ D,
    )


def test_other_terms_do_not_count():
    # `j` of the second term is not kept for the first, although the second carries it.
    check(
        "network N() { index i: 2; index j: 3\n tensor A[i, j]; tensor B[j]; tensor C[i]\n output y[i] = A * B + C }",
        lambda A, B, C: A @ B + C,
    )


def test_a_function_keeps_what_its_brackets_name():
    check(
        "network N() { index i: 2; index j: 3\n input x[..., i, j]\n output y[..., i] = max[j](x) }",
        lambda x: x.max(-1),
    )


def test_softmax_over_an_index_that_is_summed_behind_it():
    def softmax(z):
        e = np.exp(z - z.max(-1, keepdims=True))
        return e / e.sum(-1, keepdims=True)

    check(
        "network N() { index i: 2; index j: 3; index v: 2\n input x[..., i, j]; tensor V[j, v]\n"
        " output y[..., i, v] = softmax[j](x) * V }",
        lambda x, V: softmax(x) @ V,
    )


def test_sum_and_mean_over_named_indices():
    check(
        "network N() { index i: 2; index j: 3\n input x[..., i, j]\n"
        " output y[..., i] = sum[j](x) + mean[j](x) - sum[i, j](x) / 2 }",
        lambda x: x.sum(-1) + x.mean(-1) - x.sum((-1, -2))[..., None] / 2,
    )


def test_an_index_joined_inside_and_carried_outside_is_an_error():
    text = """network N() {
      index d: 3; index h: 5; index e: 2
      input x[..., d]; tensor G[d, h]; tensor U[d, h]; tensor D[h, e]
      output y[..., e] = silu(x * G) * (x * U) * D
    }"""
    assert codes(text) == ["TN152"]


def test_a_stage_settles_it():
    check(
        """network N() {
          index d: 3; index h: 5; index e: 2
          input x[..., d]; tensor G[d, h]; tensor U[d, h]; tensor D[h, e]
          g[..., h] = tanh(x * G)
          output y[..., e] = g * (x * U) * D
        }""",
        lambda x, G, U, D: (np.tanh(x @ G) * (x @ U)) @ D,
    )


def test_an_index_that_only_some_terms_carry_is_broadcast():
    check(
        "network N() { index a: 2; index b: 3\n tensor A[a]; tensor B[b]; output y[a, b] = A - 2 * B + 1 }",
        lambda A, B: A[:, None] - 2 * B[None] + 1,
    )


@pytest.mark.parametrize(
    ("right", "code"),
    [("A", "TN150"), ("relu(A)", "TN150"), ("softmax[b](A)", "TN151"), ("x * A", "TN148")],
)
def test_what_is_asked_for_must_be_carried(right, code):
    left = "a" if right.startswith(("softmax", "x")) else "a, b"
    text = f"network N() {{ index a: 2; index b: 3\n input x[..., a]; tensor A[a]\n output y[{left}] = {right}\n"
    assert codes(text + " }") == [code]


def test_an_ellipsis_that_no_term_carries_is_an_error():
    assert codes("network N() { index a: 2\n tensor A[a]\n output y[..., a] = A }") == ["TN150"]


def test_scalars_and_division():
    check(
        "network N(k: int = 3) { index a: 2\n tensor A[a]; tensor B[a]\n output y[a] = -A * k / 2 ** 2 / B }",
        lambda A, B: -A * 3 / 4 / B,
    )
    check(
        "network N() { index a: 2; index b: 3\n tensor A[a]; tensor B[a, b]; tensor C[b]\n"
        " output y[a] = A / (B * C) * exp(0) }",
        lambda A, B, C: A / (B @ C),
    )


def test_a_diagonal_and_a_trace():
    check("network N() { index i: 3\n tensor A[i, i]; output y[i] = A }", lambda A: np.diagonal(A))
    check("network N() { index i: 3\n tensor A[i, i]; output y = A }", lambda A: np.trace(A))
    check(
        "network N() { index i: 3; index j: 3\n tensor A[i, j]; tensor B[i]\n output y[i] = A[i, i] * B }",
        lambda A, B: np.diagonal(A) * B,
    )


def test_a_hyperedge_that_is_kept_and_one_between_parameters_only():
    check(
        "network N() { index i: 2; index r: 3\n input x[..., i]; tensor A[i, r]; tensor B[r]; tensor C[r]\n"
        " output y[..., r] = x * A * B * C }",
        lambda x, A, B, C: (x @ A) * B * C,
    )
    check(
        "network N() { index i: 2; index r: 3\n input x[..., i]; tensor A[i, r]; tensor B[r]; tensor C[r]\n"
        " output y[...] = x * A * B * C }",
        lambda x, A, B, C: np.einsum("bi,ir,r,r->b", x, A, B, C),
    )


def test_a_scalar_output_and_a_disconnected_product():
    check("network N() { index i: 2\n tensor A[i]; tensor B[i]; output y = A * B }", lambda A, B: A @ B)
    check(
        "network N() { index i: 2; index j: 3\n tensor A[i]; tensor B[j]; output y[j] = A * B }",
        lambda A, B: A.sum() * B,
    )


def test_the_product_of_an_empty_family_is_one():
    check("network N() { index i: 2\n tensor A[i]; tensor B[k in 0..0][i]; output y[i] = A * B[*] }", lambda A: A)


def test_weight_sharing_in_a_uniform_chain():
    check(
        "network N(n: int = 4) { bond r[k in 0..n+1]: 2; index f[k in 0..n]: 3\n input x[..., n, 3]\n"
        " tensor C[2, 3, 2]\n"
        " output y[..., r[0], r[n]] = prod(k in 0..n: x[..., k, f[k]] * C[r[k], f[k], r[k+1]]) }",
        lambda x, C: np.einsum("bi,bj,bk,bl,wix,xjy,ykz,zlv->bwv", *(x[:, k] for k in range(4)), C, C, C, C),
    )


def test_a_sum_over_a_range():
    check(
        "network N() { index i: 2\n tensor A[k in 0..3][i]; output y[i] = sum(k in 0..3: (k + 1) * A[k]) }",
        lambda A_0, A_1, A_2: A_0 + 2 * A_1 + 3 * A_2,
    )


def test_several_binders_and_a_later_range_that_uses_an_earlier_binder():
    check(
        "network N() { index i: 2\n tensor A[a in 0..2, b in 0..a+1][i]\n"
        " output y[i] = A[*] + prod(a in 0..2, b in 0..a+1: A[a, b]) - A[1, *] }",
        lambda A_0_0, A_1_0, A_1_1: 2 * A_0_0 * A_1_0 * A_1_1 - A_1_0 * A_1_1,
    )


def test_groups_split_and_join_axes():
    check(
        "network N() { index a: 2; index b: 3; index d: 6\n input x[..., (a b)]; tensor A[d, a]\n"
        " output y[..., (b a)] = x * A[(a b), a] }",
        lambda x, A: np.einsum("xab,aba->xba", x.reshape(-1, 2, 3), A.reshape(2, 3, 2)).reshape(-1, 6),
    )


def test_picking_a_position():
    check(
        "network N() { index d: 3; input x[..., 4, d]\n output y[..., d] = x[..., 1, d] - x[..., 3, d] }",
        lambda x: x[:, 1] - x[:, 3],
    )


def test_a_family_of_stages():
    check(
        "network N(depth: int = 3) { index d: 2; index e: 2\n input x[..., d]; tensor W[k in 0..depth][d, e]\n"
        " h[0][..., d] = x\n for k in 0..depth { h[k+1][..., d] = h[k] + tanh(h[k][..., e] * W[k]) }\n"
        " output y[..., d] = h[depth] }",
        lambda x, W_0, W_1, W_2: _residual(x, (W_0, W_1, W_2)),
    )


def _residual(x, weights):
    for w in weights:
        x = x + np.tanh(x @ w.T)
    return x


def test_several_inputs_and_outputs():
    network = network_of(
        "network N() { index a: 2; index b: 3\n input x[..., a]; input z[..., b]; tensor A[a, b]\n"
        " output y[...] = x * A * z\n output w[..., b] = x * A + z }"
    )
    assert network.outputs == ("y", "w")
    assert [tensor.name for tensor in network.inputs] == ["x", "z"]


def test_dynamic_indices_between_static_ones():
    check(
        "network N() { index a: 2; index q: dynamic; index t: dynamic(7); index b: 3\n input x[..., a, q, b]\n"
        " output y[..., q, t] = x * x[..., a, t, b] }",
        lambda x: np.einsum("xaqb,xatb->xqt", x, x),
        dynamic={"q": 5, "t": 5},
    )


def test_a_dynamic_axis_is_split_into_a_group():
    network = network_of(
        "network N() { index q: dynamic; index m: dynamic; index b: 4; index d: 2\n input x[..., q, d]; tensor A[b]\n"
        " output y[..., m, d] = x[..., (m b), d] * A }"
    )
    tensors = random_tensors(network, q=12, m=3)
    expected = np.einsum("xmbd,b->xmd", tensors["x"].reshape(3, 3, 4, 2), tensors["A"])
    np.testing.assert_allclose(run(network, tensors), expected)
    assert {(binding.index, binding.over) for binding in network.bindings} == {("q", 1), ("m", 4)}


def test_a_conditional_between_tensors():
    text = "network N(c: bool = true) { index i: 2\n tensor A[i]; tensor B[i]; output y[i] = A if c else B }"
    check(text, lambda A, B: A)
    check(text, lambda A, B: B, c=False)
