from tests.ir.hand_built import Sizes, auto, contract, mpo, normal
from tests.report.networks import feed_forward, report_on, three_sites
from tncc.ir.network import Network
from tncc.report.find_bonds import Oversized, find_oversized_bonds


def test_a_network_with_nothing_to_say_about_gets_no_warning() -> None:
    sizes = Sizes(i=16, j=16, o=16, p=16, r=4)
    network = sizes.network(
        [sizes.input("... (i j)"), sizes.tensor("A", "i o r", auto(0.25)), sizes.tensor("B", "r j p", auto(0.125))],
        [contract("y", "... (o p)", "x: ... (i j)", "A: i o r", "B: r j p")],
        bonds="r",
    )
    assert report_on(network).warnings == ()


def test_row_counts_at_which_the_dense_layer_is_cheaper_are_named_with_the_ratio() -> None:
    assert report_on(three_sites()).warnings == (
        "At 1, 32 and 1,024 rows no order beats the dense layer: the best one found takes 2.31 times its FLOPs.",
    )
    assert report_on(three_sites(), rows=(1,)).warnings == (
        "At 1 row no order beats the dense layer: the best one found takes 2.31 times its FLOPs.",
    )


def test_a_dense_layer_is_not_told_that_it_does_not_beat_itself() -> None:
    sizes = Sizes(i=4, o=4)
    tensors = [sizes.input("... i"), sizes.tensor("A", "i o", normal(0.5)), sizes.tensor("B", "i o", normal(1.0))]
    plain = sizes.network(tensors[:2], [contract("y", "... o", "x: ... i", "A: i o")])
    assert report_on(plain).warnings == ()
    masked = sizes.network(tensors, [contract("y", "... o", "x: ... i", "A: i o", "B: i o")])
    assert report_on(masked, rows=(2,)).warnings == (
        "At 2 rows no order beats the dense layer: the best one found takes 1.50 times its FLOPs.",
        "The network has 2.00 times the parameters of the dense layer.",
    )


def test_more_parameters_than_the_dense_layer_are_no_compression() -> None:
    report = report_on(three_sites(chi=200))
    assert "The network has 2.19 times the parameters of the dense layer." in report.warnings


def test_a_leg_that_matches_nothing_and_a_tensor_without_effect_are_named() -> None:
    assert report_on(feed_forward()).warnings == (
        "Only `up.A[1]` carries `q`, which is therefore summed by itself.",
        "`idle` has no effect on any output.",
    )


def test_an_output_far_from_unit_scale_is_pointed_out() -> None:
    def scaled(std: float) -> tuple[str, ...]:
        sizes = Sizes(i=4, o=2)
        tensors = [sizes.input("... i"), sizes.tensor("A", "i o", normal(std)), sizes.tensor("B", "i o", normal(std))]
        network = sizes.network(tensors, [contract("y", "... o", "x: ... i", "A: i o", "B: i o")])
        return tuple(one for one in report_on(network).warnings if "initialization" in one)

    assert scaled(0.7) == ()
    (warning,) = scaled(3.0)
    assert "predicted to be 18.0 for unit-variance input" in warning
    assert scaled(0.0) == ("The output is zero at initialization.",)


def test_very_many_warnings_of_a_kind_are_counted() -> None:
    names = [f"q{number}" for number in range(50)]
    sizes = Sizes({"i": 2, **dict.fromkeys(names, 2)})
    network = sizes.network(
        [sizes.input("... i"), sizes.tensor("A", " ".join(["i", *names]), auto(0.1))],
        [contract("y", "...", "x: ... i", f"A: i {' '.join(names)}")],
    )
    warnings = [one for one in report_on(network).warnings if "Only" in one or "more" in one]
    assert len(warnings) == 21
    assert warnings[-1] == "30 more indices are carried by one tensor only."


def test_a_bond_is_too_large_beyond_the_legs_on_one_side() -> None:
    assert find_oversized_bonds(mpo(chi=12)) == ()
    assert find_oversized_bonds(mpo(chi=13)) == (Oversized("r[1]", 13, 12, "A[0]"),)
    assert find_oversized_bonds(three_sites(chi=200)) == (
        Oversized("r[1]", 200, 96, "A[0]"),
        Oversized("r[2]", 200, 192, "A[2]"),
    )


def chain(bonds: tuple[int, int], closed: bool = False) -> Network:
    """Three sites of two legs of size 2, the middle bond as wide as the whole left side or wider."""
    sizes = Sizes(i=2, j=2, k=8, o=2, p=2, q=8, r=bonds[0], s=bonds[1], t=2)
    ring = " t" if closed else ""
    return sizes.network(
        [
            sizes.input("... (i j k)"),
            sizes.tensor("A", f"i o r{ring}", auto(0.1)),
            sizes.tensor("B", "r j p s", auto(0.1)),
            sizes.tensor("C", f"s k q{ring}", auto(0.1)),
        ],
        [contract("y", "... (o p q)", "x: ... (i j k)", f"A: i o r{ring}", "B: r j p s", f"C: s k q{ring}")],
        bonds="r s t",
    )


def test_all_that_hangs_on_an_end_counts_and_in_a_ring_the_tensor_there() -> None:
    assert find_oversized_bonds(chain((4, 16))) == ()
    assert find_oversized_bonds(chain((5, 17))) == (Oversized("r", 5, 4, "A"), Oversized("s", 17, 16, "B"))
    assert find_oversized_bonds(chain((5, 17), closed=True)) == ()
    assert find_oversized_bonds(chain((9, 17), closed=True)) == (Oversized("r", 9, 8, "A"),)


def test_bonds_that_are_kept_shared_or_on_the_input_are_left_alone() -> None:
    sizes = Sizes(i=2, o=2, r=9, s=9)
    tensors = [sizes.input("... i"), sizes.tensor("A", "i r", auto(0.5)), sizes.tensor("B", "r o", auto(0.5))]
    kept = sizes.network(tensors, [contract("y", "... r o", "x: ... i", "A: i r", "B: r o")], bonds="r")
    hyperedge = sizes.network(tensors, [contract("y", "... o", "x: ... i", "A: i r", "B: r o", "B: r o")], bonds="r")
    assert find_oversized_bonds(kept) == find_oversized_bonds(hyperedge) == ()
