"""What is refused, with the layer and the numbers named, and the model left exactly as it was."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

import tncc
from tests.diagnostics.outside import MODEL_KINDS
from tests.models.conftest import HEAD, Rules
from tests.models.small_transformer import SmallTransformer

DENSE = '"**.dense": LowRank(rank = 2, sites = 1)'


def refusal(model: nn.Module, path: object, **options: object) -> list[tuple[str, str]]:
    """Code and message of each diagnostic, the model being what it was."""
    modules = [(name, id(module), module.training) for name, module in model.named_modules()]
    tensors = {name: (id(value), value.clone()) for name, value in model.state_dict(keep_vars=True).items()}
    hooks = [len(module._forward_pre_hooks) for module in model.modules()]
    with pytest.raises(tncc.CompileError) as error:
        tncc.tensorize(model, path, **{"batch": (4,), **options})  # type: ignore[arg-type]
    assert [(name, id(module), module.training) for name, module in model.named_modules()] == modules
    assert [len(module._forward_pre_hooks) for module in model.modules()] == hooks
    for name, value in model.state_dict(keep_vars=True).items():
        assert id(value) == tensors[name][0]
        assert torch.equal(value.nan_to_num(7.0), tensors[name][1].nan_to_num(7.0))
    assert all(entry.span.file for entry in error.value.diagnostics)
    return [(entry.code, entry.message) for entry in error.value.diagnostics]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"decoder.**": MPO()', ("TN442", 'the rule `"decoder.**"` matches none of the 12 layers of the model')),
        ('keep "decoder"\n' + DENSE, ("TN442", 'the rule `"decoder"` matches none of the 12 layers of the model')),
        (
            DENSE + '\n"pooler.dense": MPO()',
            ("TN441", 'the rule `"pooler.dense"` decides nothing: a rule above it decides its only layer'),
        ),
        (
            DENSE + '\nkeep "layer.*.*.dense"',
            ("TN441", 'the rule `"layer.*.*.dense"` decides nothing: rules above it decide all of its 4 layers'),
        ),
        (
            '"pooler.dense": MPO(ins = (3, 3))',
            ("TN444", "`MPO` maps 9 features to 12, but the layer `pooler.dense` maps 12 to 12"),
        ),
        (
            '"embeddings": CP(ins = (12,), outs = (30,))',
            ("TN444", "`CP` maps 12 features to 30, but the layer `embeddings` maps 30 to 12"),
        ),
        (
            '"embeddings": CP(ins = (12,), outs = (30,), pad = true)',
            ("TN444", "`CP` maps 12 features to 30, but the layer `embeddings` maps 30 to 12"),
        ),
    ],
)  # fmt: skip
def test_rules_that_do_not_fit(rules: Rules, model: SmallTransformer, text: str, expected: tuple[str, str]) -> None:
    assert refusal(model, rules(text)) == [expected]


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("encoder.*", 'write `"encoder.**"`'),
        ("encoder.layer.0", 'write `"encoder.layer.0.**"`'),
        (".*.dense.x", "the layers are called `embeddings`, `encoder.layer.0.query`, `encoder.layer.0.key`, …"),
    ],
)
def test_a_pattern_that_was_meant(rules: Rules, model: SmallTransformer, pattern: str, hint: str) -> None:
    with pytest.raises(tncc.CompileError) as error:
        tncc.tensorize(model, rules(f'keep "{pattern}"'))
    assert error.value.diagnostics[0].help is not None
    assert error.value.diagnostics[0].help.startswith(hint)


def test_several_faults_come_out_of_one_run(rules: Rules, model: SmallTransformer) -> None:
    model.pooler.dense.register_forward_hook(lambda *_: None)
    found = refusal(model, rules('"nothing": MPO()\n' + DENSE + '\n"pooler.dense": MPO()'))
    assert [code for code, _ in found] == ["TN442", "TN441", "TN445"]


def test_a_requirement_that_fails_names_the_layer(rules: Rules, model: SmallTransformer) -> None:
    with pytest.raises(tncc.CompileError) as error:
        tncc.tensorize(model, rules('"pooler.dense": MPO(chi = in_features - 12)'))
    assert error.value.diagnostics[0].code == "TN128"
    assert "layer `pooler.dense`" in str(error.value)
    assert "asked for by this rule" in str(error.value)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers(rules: Rules, model: SmallTransformer, number: float) -> None:
    with torch.no_grad():
        model.encoder.layer[1].output.dense.weight[3, 5] = number
    ((code, message),) = refusal(model, rules(DENSE))
    assert code == "TN445"
    assert message == (
        "the layer `encoder.layer.1.output.dense` cannot be replaced: its weight has 1 of 288 numbers that are NaN or "
        "infinite"
    )
    assert tncc.tensorize(model, rules(DENSE), weights=False, batch=(4,))


def test_a_bias_that_is_no_number(rules: Rules, model: SmallTransformer) -> None:
    with torch.no_grad():
        model.pooler.dense.bias[2] = float("nan")
    for more in ("", ", use_bias = false"):
        ((code, message),) = refusal(model, rules(f'"pooler.dense": LowRank(rank = 2, sites = 1{more})'))
        assert code == "TN445"
        assert message.endswith("its bias has 1 of 12 numbers that are NaN or infinite")


def lazy(model: SmallTransformer) -> None:
    model.pooler.dense = nn.LazyLinear(12)


def integers(model: SmallTransformer) -> None:
    model.pooler.dense.weight = nn.Parameter(torch.ones(12, 12, dtype=torch.int8), requires_grad=False)


def hooked(model: SmallTransformer) -> None:
    model.pooler.dense.register_forward_pre_hook(lambda *_: None)


def parametrized(model: SmallTransformer) -> None:
    nn.utils.parametrizations.weight_norm(model.pooler.dense)


def on_meta(model: SmallTransformer) -> None:
    model.pooler.dense.to("meta")


def normed(model: SmallTransformer) -> None:
    model.embeddings.max_norm = 1.0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (integers, "its weight is of type int8"), (hooked, "it has hooks"),
        (parametrized, "its weight is computed by a parametrization"), (on_meta, "its weight is on the meta device"),
        (normed, "it has `max_norm`"), (lazy, "it is lazy"),
    ],
)  # fmt: skip
def test_layers_that_cannot_be_replaced(
    rules: Rules, model: SmallTransformer, change: Callable[[SmallTransformer], None], reason: str
) -> None:
    change(model)
    path = rules(DENSE if change is not normed else '"embeddings": MPO()')
    if change in (lazy, on_meta):  # such a model has no numbers to compare
        with pytest.raises(tncc.CompileError) as error:
            tncc.tensorize(model, path)
        (diagnostic,) = error.value.diagnostics
        found = [(diagnostic.code, diagnostic.message)]
    else:
        found = refusal(model, path)
    layer = "embeddings" if change is normed else "pooler.dense"
    ((code, message),) = found
    assert code == "TN445"
    assert message.startswith(f"the layer `{layer}` cannot be replaced: {reason}")


def test_weights_that_are_shared(rules: Rules) -> None:
    model = nn.ModuleDict({"wte": nn.Embedding(6, 4), "head": nn.Linear(4, 6, bias=False)})
    model["head"].weight = model["wte"].weight
    path = rules('"head": LowRank(rank = 2, sites = 1)')
    assert refusal(model, path) == [
        ("TN446", "the layer `head` shares its weight with `wte`, and replacing it would part them")
    ]
    tensorized = tncc.tensorize(model, path, untie=True, batch=(4,))
    tensorized.undo()
    assert model["head"].weight is model["wte"].weight


def test_blocks_that_are_not_there(rules: Rules, model: SmallTransformer) -> None:
    path = rules(DENSE)
    assert refusal(model, path, name="Smal") == [("TN448", f"`{path}` has no block of rules `Smal`")]
    assert refusal(model, "std.mpo") == [("TN448", "`std.mpo` has no block of rules")]
    assert refusal(model, "no.tn") == [("TN111", "there is no file `no.tn`")]
    path.write_text(HEAD + "tensorize Small { \"a\": MPO(chi = 'x') }")
    assert refusal(model, path)[0][0] == "TN002"


def test_calibration_that_cannot_be_used(rules: Rules, model: SmallTransformer, ids: torch.Tensor) -> None:
    model.pooler.train()
    path = rules(DENSE)
    for data, reason in (
        ([], "it has no batches"), (ids, "it is a single `Tensor`, not an iterable of batches"),
        ([ids, torch.tensor([[99]])], "the model fails on batch 2: index out of range in self"),
        ([{"words": ids}], "the model fails on batch 1"),
    ):  # fmt: skip
        ((code, message),) = refusal(model, path, calibration=data)
        assert code == "TN451"
        assert message.startswith(f"the calibration data cannot be used: {reason}")
    with torch.no_grad():
        model.encoder.layer[0].key.bias[:] = float("nan")
    ((code, message),) = refusal(model, path, calibration=[ids])
    assert code == "TN451"
    assert "what reaches the layer `encoder.layer.0.intermediate.dense` is NaN or infinite" in message


def test_these_are_the_kinds_that_models_cause() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert all(code in text for code in MODEL_KINDS)
