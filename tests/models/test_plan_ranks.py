"""Plans of ranks: what they promise is what `tensorize` comes to, within the budget, and at the least loss."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import tncc
from tests.models.conftest import Rules
from tests.models.small_transformer import SmallTransformer
from tncc.models.places import layer_places, weight_of
from tncc.models.plan_ranks import plan_ranks

FEW = '"**.output.dense": LowRank(sites = 1)\n"layer.0.mix": BTT(chi = 1)'
"""Three layers, of three shapes or networks."""

MANY = """
"output.dense": LowRank()
"query": MPO(sites = 2)
"key": MPO(sites = 3)
"mix": BTT()
"embeddings": LowRank()"""


def same(found: tncc.RankPlan, expected: tncc.RankPlan) -> None:
    assert found.model_dump() == expected.model_dump()


def sizes_of(tensorized: tncc.TensorizedModel) -> dict[str, dict[str, int]]:
    return {
        path: {index.name: index.size for index in layer.network.indices if index.kind == "bond"}
        for path, layer in tensorized.layers.items()
    }


def test_tensorize_comes_to_what_a_plan_promises(rules: Rules, model: SmallTransformer, tmp_path: Path) -> None:
    before = {name: value.clone() for name, value in model.state_dict().items()}
    plan = tncc.plan_ranks(model, rules(FEW), parameters="60%", batch=(4,))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert plan.parameters <= 0.6 * plan.parameters_before
    plan.save(tmp_path / "ranks.json")
    tensorized = tncc.tensorize(model, rules(FEW), ranks=tmp_path / "ranks.json", batch=(4,))
    rows = {row.path: row for row in tensorized.table}
    assert rows.keys() == {layer.path for layer in plan.layers}
    for layer in plan.layers:
        assert rows[layer.path].relative_error == pytest.approx(layer.error, rel=1e-4)
        assert rows[layer.path].parameters_after == layer.parameters
        assert layer.bonds.items() <= sizes_of(tensorized)[layer.path].items()
    mean = sum(layer.error**2 for layer in plan.layers) / len(plan.layers)
    assert plan.error == pytest.approx(mean**0.5) and plan.loss_bound is not None
    assert plan.loss_bound <= plan.loss == pytest.approx(3 * mean)
    tensorized.save(tmp_path / "small")
    fresh = SmallTransformer()
    loaded = tncc.load(tmp_path / "small", fresh, batch=(4,))
    assert sizes_of(loaded) == sizes_of(tensorized)


def output_errors(model: nn.Module, plan: tncc.RankPlan, tensorized: tncc.TensorizedModel, x: torch.Tensor) -> Any:
    """The relative errors of the layers' outputs for what reaches the original layers, by hooks of the test's own."""
    seen: dict[str, torch.Tensor] = {}
    originals = dict(tensorized.originals)
    tensorized.undo()
    handles = [
        layer.register_forward_pre_hook(lambda module, given, path=path: seen.update({path: given[0].detach()}))
        for path, layer in originals.items()
    ]
    model(x)
    for handle in handles:
        handle.remove()
    errors = {}
    for path, layer in originals.items():
        there, wanted = tensorized.modules[path], layer(seen[path])
        bias = layer.bias if layer.bias is not None else torch.zeros(())
        errors[path] = float((there(seen[path]) - wanted).norm() / (wanted - bias).norm())
    return errors


@torch.no_grad()
def test_with_a_calibration_set_errors_are_those_of_outputs(
    rules: Rules, model: SmallTransformer, ids: torch.Tensor
) -> None:
    plan = tncc.plan_ranks(model, rules(FEW), parameters="60%", calibration=[ids], batch=(4,))
    assert plan.measured == "outputs"
    tensorized = tncc.tensorize(model, rules(FEW), ranks=plan, calibration=[ids], batch=(4,))
    errors = output_errors(model, plan, tensorized, ids)
    for layer in plan.layers:
        # Moments are damped by a hundredth, so that it is not exactly what these inputs say.
        if layer.network == "LowRank":
            assert errors[layer.path] == pytest.approx(layer.error, rel=0.2)
        else:  # found with fewer sweeps of least squares than the tensors themselves
            assert errors[layer.path] <= 1.1 * layer.error
    plain = tncc.plan_ranks(model, rules(FEW), parameters="60%", batch=(4,))
    assert plan.error < plain.error


def test_no_uniform_rank_is_better(rules: Rules, model: SmallTransformer) -> None:
    with torch.no_grad():  # layers that need other ranks than the others
        model.encoder.layer[0].output.dense.weight.mul_(0.1).add_(torch.outer(torch.ones(12), torch.randn(24)))
    path = rules('"output.dense": LowRank(sites = 1)\n"query": LowRank(sites = 1)')
    plan = tncc.plan_ranks(model, path, parameters="100%")
    for share in (0.4, 0.5, 0.7):
        found = plan.with_budget(parameters=f"{share:.0%}")
        for rank in range(1, 13):
            rungs = [next(rung for rung in curve.rungs if rung.bonds["r"] == rank) for curve in plan.curves]
            if sum(rung.parameters for rung in rungs) <= share * plan.parameters_before:
                assert found.error <= (sum(rung.error**2 for rung in rungs) / len(rungs)) ** 0.5 + 1e-12
        assert len({layer.bonds["r"] for layer in found.layers}) > 1


def test_every_rung_of_low_rank_pairs_is_what_numpy_finds(rules: Rules, model: SmallTransformer) -> None:
    plan = tncc.plan_ranks(model, rules('"**": LowRank(sites = 1)'), parameters="100%")
    weights = {place.path: weight_of(place) for place in layer_places(model)}
    assert plan.curves and {curve.path for curve in plan.curves} == set(weights)
    for curve in plan.curves:
        values = torch.linalg.svdvals(weights[curve.path].double()).square()
        assert curve.method == "singular values"
        for rung in curve.rungs:
            expected = float(values[rung.bonds["r"] :].sum() / values.sum()) ** 0.5
            assert rung.error == pytest.approx(expected, abs=1e-6)


def test_an_error_is_met_with_the_fewest_parameters(rules: Rules, model: SmallTransformer) -> None:
    plan = tncc.plan_ranks(model, rules(MANY), error=0.4, rungs=6)
    assert plan.error <= 0.4
    assert plan.parameters_bound is not None and plan.parameters_bound <= plan.parameters
    assert plan.parameters <= 1.05 * plan.parameters_bound
    # The other way round: the parameters that it takes allow about that error.
    again = plan.with_budget(parameters=plan.parameters)
    assert again.parameters <= plan.parameters and again.error == pytest.approx(plan.error, rel=0.02)
    with pytest.raises(tncc.CompileError) as error:
        plan.with_budget(flops="50%")
    assert error.value.diagnostics[0].code == "TN471"


def test_flops_are_those_of_the_table(rules: Rules, model: SmallTransformer) -> None:
    text = '"output.dense": LowRank(sites = 1)'
    plan = tncc.plan_ranks(model, rules(text), flops="70%", rungs=4, batch=(4,))
    tensorized = tncc.tensorize(model, rules(text), ranks=plan, batch=(4,))
    assert plan.flops is not None and plan.flops <= 0.7 * plan.flops_before
    assert plan.flops == pytest.approx(sum(row.flops_after for row in tensorized.table))
    assert plan.flops_before == sum(row.flops_before for row in tensorized.table)


def test_importance_moves_the_ranks(rules: Rules, model: SmallTransformer) -> None:
    path = rules('"output.dense": LowRank(sites = 1)')
    plain = tncc.plan_ranks(model, path, parameters="50%")
    heavy = tncc.plan_ranks(model, path, parameters="50%", importance={"layer.1.**": 50, "output.dense": 1.0})
    assert heavy.layers[1].error < plain.layers[1].error and heavy.layers[0].error > plain.layers[0].error
    assert [curve.importance for curve in heavy.curves] == [1.0, 50.0]


def test_a_plan_is_the_same_after_json_and_on_each_run(rules: Rules, model: SmallTransformer) -> None:
    plan = tncc.plan_ranks(model, rules(MANY), parameters="90%", rungs=4)
    same(tncc.RankPlan.model_validate_json(plan.model_dump_json()), plan)
    same(tncc.plan_ranks(model, rules(MANY), parameters="90%", rungs=4), plan)
    assert sum(len(curve.rungs) for curve in plan.curves if curve.method == "decompositions") <= 4 * 2
    text, marked = plan.text(100), plan.markdown()
    for layer in plan.layers:
        assert f"`{layer.path}`" in marked and layer.path.rpartition(".")[2] in text
    assert f"{plan.parameters:,}" in text and max(map(len, text.splitlines())) <= 100
    errors = [point.error for point in plan.whole]
    assert errors == sorted(errors, reverse=True)
    assert all(point.parameters <= point.share * plan.parameters_before for point in plan.whole)


SHARED = """network Twice(ins: ints, outs: ints, chi: int = 2) {
  index i: ins[0]\n index o: outs[0]\n bond r: chi\n bond s: chi\n bond t: chi\n input x[..., i]
  tensor A[i, r]\n tensor C[r, s]\n tensor B[t, o]\n output y[..., o] = x * A * C * C[s, t] * B
}
tensorize T { "*": Twice(sites = 1) }"""


def test_bonds_of_a_shared_tensor_grow_together(tmp_path: Path) -> None:
    torch.manual_seed(0)
    linear, path = nn.Sequential(nn.Linear(8, 8, bias=False)), tmp_path / "rules.tn"
    path.write_text(SHARED)
    plan = tncc.plan_ranks(linear, path, parameters="90%", batch=(1,))
    (curve,), (layer,) = plan.curves, plan.layers
    assert [set(rung.bonds.values()) for rung in curve.rungs] == [{1}, {2}, {3}]
    assert all(rung.bonds.keys() == {"r", "s", "t"} for rung in curve.rungs)
    (row,) = tncc.tensorize(linear, path, ranks=plan, batch=(1,)).table
    assert row.parameters_after == layer.parameters == 57
    assert row.relative_error <= layer.error * (1 + 1e-6)


def refused(model: object, path: object, **options: Any) -> tuple[str, str]:
    """Code and message of the one diagnostic."""
    with pytest.raises(tncc.CompileError) as error:
        plan_ranks(model, path, **{"parameters": "50%", **options})  # type: ignore[arg-type]
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.span.file
    return diagnostic.code, diagnostic.message


def test_a_budget_out_of_reach(rules: Rules, model: SmallTransformer) -> None:
    path = rules('"output.dense": LowRank(sites = 1)')
    assert refused(model, path, parameters="1%") == (
        "TN470",
        "the budget `parameters 1%` can't be met: these rules reach from 96 (16.00%) to 888 (148.00%) parameters",
    )
    code, message = refused(model, rules('"mix": CP()'), parameters=None, error="0.0001%", rungs=2)
    assert code == "TN470" and message.startswith("the budget `error 0.0001%` can't be met: these rules reach from ")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"parameters": "50Q"}, ("TN471", "`Q` is no unit of parameters")),
        ({"error": 0.1}, ("TN471", "`parameters` and `error` are given, and there can be one budget only")),
        ({"rungs": 1}, ("TN137", "`1` is no number of rungs")),
        ({"importance": {"nix": 1.0}}, ("TN137", "`nix` matches none of the 2 layers replaced")),
        ({"importance": {"output.dense": 0}}, ("TN137", "`0` is no weight of an error")),
        ({"importance": {"a..b": 1}}, ("TN137", "`a..b` is no pattern: a component between two dots is empty")),
        ({"calibration": []}, ("TN451", "the calibration data cannot be used: it has no batches")),
    ],
)  # fmt: skip
def test_options_that_make_no_sense(
    rules: Rules, model: SmallTransformer, options: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert refused(model, rules('"output.dense": LowRank()'), **options) == expected


def test_weights_that_are_no_numbers(rules: Rules, model: SmallTransformer) -> None:
    with torch.no_grad():
        model.encoder.layer[1].output.dense.weight[3, 4] = float("nan")
    code, message = refused(model, rules('"output.dense": LowRank()'))
    assert code == "TN445" and "`encoder.layer.1.output.dense`" in message and "1 of 288 numbers" in message


def test_rules_that_replace_nothing(rules: Rules, model: SmallTransformer) -> None:
    assert refused(model, rules('keep "output.dense"')) == ("TN137", "the rules replace nothing")
    assert refused(model, rules('"decoder": MPO()'))[0] == "TN442"


def edited(plan: tncc.RankPlan, **layer: object) -> tncc.RankPlan:
    """The plan with its first layer changed."""
    first = plan.layers[0].model_copy(update=layer)
    return plan.model_copy(update={"layers": (first, *plan.layers[1:])})


def test_plans_that_do_not_fit(rules: Rules, model: SmallTransformer) -> None:
    path = rules('"output.dense": LowRank(sites = 1)')
    plan = tncc.plan_ranks(model, path, parameters="50%")
    before = list(model.modules())
    wrong: Mapping[str, tncc.RankPlan] = {
        "it has no sizes for the layer `encoder.layer.0.output.dense`": edited(plan, path="pooler.dense"),
        "the rules do not replace its layer `pooler.dense`": plan.model_copy(
            update={"layers": (*plan.layers, plan.layers[0].model_copy(update={"path": "pooler.dense"}))}
        ),
        "is to become `LowRank`, and in the plan `MPO`": edited(plan, network="MPO"),
        "`LowRank` has no bond `q` whose size could be set": edited(plan, bonds={"q": 3}),
    }
    for reason, other in wrong.items():
        with pytest.raises(tncc.CompileError) as error:
            tncc.tensorize(model, path, ranks=other)
        (diagnostic,) = error.value.diagnostics
        assert diagnostic.code == "TN472" and reason in diagnostic.message
    assert list(model.modules()) == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "no such file or directory"),
        ("", "it is no JSON"),
        ("[1]", "it is no JSON"),
        ("{}", "`rules`: field required"),
        ('{"format": "something else"}', "`format`: input should be 'tncc rank plan'"),
    ],
)
def test_files_that_hold_no_plan(
    rules: Rules, model: SmallTransformer, tmp_path: Path, text: str | None, reason: str
) -> None:
    if text is not None:
        (tmp_path / "ranks.json").write_text(text)
    with pytest.raises(tncc.CompileError) as error:
        tncc.tensorize(model, rules('"output.dense": LowRank()'), ranks=tmp_path / "ranks.json")
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, diagnostic.message.rpartition("used: ")[2]) == ("TN472", reason)


def test_a_size_of_nothing_is_refused(rules: Rules, model: SmallTransformer, tmp_path: Path) -> None:
    path = rules('"output.dense": LowRank(sites = 1)')
    data = json.loads(tncc.plan_ranks(model, path, parameters="50%").model_dump_json())
    data["layers"][0]["bonds"]["r"] = 0
    (tmp_path / "ranks.json").write_text(json.dumps(data))
    with pytest.raises(tncc.CompileError) as error:
        tncc.tensorize(model, path, ranks=tmp_path / "ranks.json")
    assert "`layers.0.bonds.r`: input should be greater than or equal to 1" in str(error.value)
