"""The model of what arrangements cost, as far as it must be monotone."""

from tncc.planning.movement import matmul_cost


def test_one_large_product_is_cheaper_than_many_small_ones() -> None:
    assert matmul_cost(1, 1024, 64, 64) < matmul_cost(64, 16, 64, 64)


def test_narrow_batches_lose_against_a_copy_and_wide_ones_win() -> None:
    for columns, copied in ((4, True), (256, False)):
        batch, rows, depth = 512, 64, 32
        batched = matmul_cost(batch, rows, columns, depth)
        single = matmul_cost(1, rows, batch * columns, depth) + batch * columns * depth
        assert (single < batched) == copied
