from math import inf, prod

import pytest
from hypothesis import given, settings

from tests.ir.hand_built import Sizes, auto, contract
from tests.random_networks import networks
from tests.report.networks import PEAK, feed_forward, report_on, three_sites
from tncc.ir.network import Initializer, Network
from tncc.report.build import build_report
from tncc.report.model import Report


def test_the_json_has_the_fields_of_the_interface_and_comes_back_unchanged() -> None:
    report = report_on(three_sites())
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert set(report.model_dump()) == {
        *("network", "file", "values", "parameter_count", "output_std", "dense", "low_rank", "plans", "indices"),
        *("warnings", "thresholds"),
    }
    assert set(report.plans[0].model_dump()) == {
        *("rows", "flops", "backward_flops", "bytes_moved", "peak_bytes", "saved_bytes", "training_peak_bytes"),
        *("kept_bytes", "predicted_us", "inference_us", "training_us", "variant", "steps"),
    }
    assert set(report.plans[0].steps[0].model_dump()) == {
        *("index", "operands", "expression", "flops", "bytes_moved", "output_size", "source_line")
    }
    assert set(report.indices[0].model_dump()) == {"name", "kind", "size", "tensors"}


@pytest.mark.parametrize("network", [three_sites(), feed_forward()], ids=lambda network: network.name)
def test_every_kind_of_report_comes_back_from_json(network: Network) -> None:
    report = report_on(network)
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_values_keep_their_types() -> None:
    values = Report.model_validate_json(report_on(feed_forward()).model_dump_json()).values
    assert values == {"depth": 1, "widths": (64,), "name": "a|b", "shift": True}
    assert values["shift"] is True


def test_plans_add_up_their_steps() -> None:
    report = report_on(three_sites())
    assert [plan.rows for plan in report.plans] == [1, 32, 1024]
    assert [plan.peak_bytes for plan in report.plans] == [PEAK, 32 * PEAK, 1024 * PEAK]
    for plan in report.plans:
        assert [step.index for step in plan.steps] == [0, 1, 2, 3]
        assert plan.flops == sum(step.flops for step in plan.steps)
        assert plan.bytes_moved == sum(step.bytes_moved for step in plan.steps)
    assert report.plans[0].flops == 2 * (768 * 12 * 16 + 96 * 12 * 16 * 16 * 16 + 12 * 12 * 16 * 16 * 16) + 3072


def test_steps_name_tensors_and_stages_and_number_what_has_no_name() -> None:
    steps = report_on(feed_forward()).plans[0].steps
    assert [step.operands for step in steps] == [
        ("x",),
        ("#0", "gain"),
        ("z", "up.A[0]"),
        ("#2", "up.A[1]"),
        ("#3",),
        ("a", "down"),
        ("x", "#5"),
    ]
    assert [step.source_line for step in steps] == [9, 9, 10, 10, 10, None, 11]


def test_the_dense_layer_has_a_bias_if_the_network_is_affine() -> None:
    report = report_on(three_sites(), rows=(1, 10))
    assert report.dense is not None
    assert report.dense.parameter_count == 768 * 3072 + 3072
    assert report.dense.flops == (2 * 768 * 3072 + 3072, 10 * (2 * 768 * 3072 + 3072))


def test_the_low_rank_pair_is_the_largest_that_takes_no_more_parameters() -> None:
    report = report_on(three_sites(), rows=(1, 10))
    assert report.low_rank is not None
    rank, each = report.low_rank.rank, 768 + 3072
    assert report.parameter_count == 8 * 12 * 16 + 16 * 8 * 16 * 16 + 16 * 12 * 16 + 3072
    assert report.low_rank.parameter_count == rank * each + 3072 <= report.parameter_count
    assert (rank + 1) * each + 3072 > report.parameter_count
    assert report.low_rank.flops == (2 * rank * each + 3072, 10 * (2 * rank * each + 3072))


def test_no_pair_stands_beside_fewer_parameters_than_rank_one_has() -> None:
    sizes = Sizes(i=8, j=8, o=8, p=8)
    network = sizes.network(
        [sizes.input("... (i j)"), sizes.tensor("A", "i o", auto(0.3)), sizes.tensor("B", "j", auto(0.3))],
        [contract("y", "... o", "x: ... (i j)", "A: i o", "B: j")],
    )
    assert report_on(network).low_rank is not None
    small = sizes.network(
        [sizes.input("... (i j)"), sizes.tensor("g", "i", auto(0.3)), sizes.tensor("b", "o p", "ones", role="frozen")],
        [contract("y", "... (o p)", "x: ... (i j)", "g: i", "b: o p")],
    )
    report = report_on(small)
    assert report.dense is not None
    assert report.low_rank is None
    assert "Even a low-rank pair of rank 1" in report.text()


def test_rows_do_not_multiply_the_dense_layer_of_a_network_without_leading_axes() -> None:
    sizes = Sizes(i=8, o=4)
    network = sizes.network(
        [sizes.input("i"), sizes.tensor("A", "i o", auto(0.3))], [contract("y", "o", "x: i", "A: i o")], batched=False
    )
    report = report_on(network, rows=(1, 32))
    assert report.dense is not None
    assert report.dense.flops == (64, 64)


def test_only_trainable_scalars_are_counted() -> None:
    report = report_on(feed_forward())
    assert report.parameter_count == 64 * 8 + 8 * 256 * 3 + 256 * 64 + 256
    assert report.dense is None
    assert report.low_rank is None


def test_indices_list_the_tensors_that_carry_them_in_any_use() -> None:
    sizes = Sizes(i=3, j=3, k=3)
    network = sizes.network(
        [sizes.input("... i"), sizes.tensor("A", "i j", auto(0.5))],
        [contract("h", "... j", "x: ... i", "A: i j"), contract("y", "... k", "h: ... j", "A: j k")],
        bonds="j",
    )
    found = [(index.name, index.kind, index.size, index.tensors) for index in report_on(network).indices]
    assert found == [("i", "index", 3, ("x", "A")), ("j", "bond", 3, ("A",)), ("k", "index", 3, ("A",))]


def test_numbers_past_the_range_of_a_float_are_exact_and_still_shown() -> None:
    size = 2**60
    sizes = Sizes(dict.fromkeys("abcdefgh", size))
    names = " ".join(sizes)
    network = sizes.network(
        [sizes.input(f"... ({names})"), sizes.tensor("A", f"({names})", Initializer(kind="normal", arguments=(1.0,)))],
        [contract("y", "...", f"x: ... ({names})", f"A: ({names})")],
    )
    report = report_on(network, rows=(2**700,))
    assert report.plans[0].flops == 2 * 2**700 * prod(sizes.values())
    assert "e+" in report.text()
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_a_network_may_be_reported_on_without_plans() -> None:
    report = build_report(three_sites(), (), ())
    assert report.plans == ()
    assert report.dense is not None
    assert report.dense.flops == ()
    assert "40,448" in report.text()


@given(networks())
@settings(max_examples=60, deadline=None)
def test_any_network_can_be_reported_on(network: Network) -> None:
    report = report_on(network, rows=(2,))
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert report.output_std is None or 0.0 <= report.output_std < inf
    assert report.text(80)
    assert report.markdown()
