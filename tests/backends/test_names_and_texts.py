"""Whatever users call things and write in comments, generated code is valid, does the same, and runs nothing of it."""

import ast
import builtins
import keyword
import unicodedata

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends import samples
from tests.backends.emitted import source_of
from tests.backends.generated import arguments_of, class_of, executed, module_of, results_of
from tests.backends.test_numpy import call
from tests.closeness import assert_agree
from tests.oracle import draw, evaluate
from tests.small_networks import small_network
from tncc.backends.naming import BUILTINS, Names, docstring, identifier, plain, printable, quoted, top_level_name
from tncc.backends.torch.plan import HELPERS, MODULES
from tncc.diagnostics.span import Span
from tncc.ir.network import Network

STRANGE = [
    "class", "None", "self", "torch", "nn", "math", "getattr", "tuple", "super", "x²", "ﬁ", "é", "ª", "ΐ", "_", "__x",
    "__init__", "__class__", "batch", "rows", "h", "h1", "like", "dtype", "forward", "half", "T", "_kept", "_constants",
    "_shape_error", "print", "len", "训练", "_Network_", "shape", "options", "q", "np", "tensors",
]  # fmt: skip
"""Names that the language allows, or that look like what generated code uses."""

EVIL = [
    '"""\nraise SystemExit\n"""', "'''", '"', '""', '""" + evil() + """', "\\", 'ends with "', "\\\"\"\"", "a\rb\x00c",
    "\u2028\u202e\ud800", "{evil}", "%s", "#", "\n\n", "   ",
]  # fmt: skip


def named(name: str, what: str = "x", network: str = "Net") -> Network:
    """A network in which one thing has that name: the index `q`, the input `x`, and so on to `y`."""
    own = {"q": "q1", "i": "i1", "j": "j1", "x": "x1", "W": "W1", "F": "F1", "c": "c1", "z": "z1", "y": "y1"}
    own[what] = name
    q, i, j, x, w, f, c, z, y = own.values()
    found = small_network(
        {q: 0, i: 3, j: 4},
        [
            (c, f"{i} {j}", f"{f} * {f}"),
            (z, f"... {q} {j}", f"{x} * {w} * {c}"),
            (y, f"... {q} {j}", f"tanh<> {z}"),
        ],
        outputs=y,
        inputs={x: f"... {q} {i}"},
        parameters={w: f"{i} {j}"},
        frozen={f: f"{i} {j}"},
    )
    return found.model_copy(update={"name": network})


def check(network: Network) -> None:
    """Both back ends compute what the oracle says, and the state has the names that the program gives."""
    values = draw(network, lead=(2,))
    expected = evaluate(network, values)
    assert_agree(results_of(network, call(network, values)), expected)
    module = module_of(network, values)
    assert list(module.state_dict()) == [".".join(t.path) for t in network.tensors if t.role in ("parameter", "frozen")]
    for _ in range(2):
        assert_agree(results_of(network, module(*arguments_of(network, values))), expected)


@pytest.mark.parametrize("name", STRANGE)
def test_strange_names(name: str) -> None:
    for what in "qixWFzy":
        check(named(name, what))


@pytest.mark.parametrize("name", sorted({*BUILTINS, *HELPERS, *MODULES, *STRANGE, "Tensor", "like", "object"}))
def test_the_class_may_be_called_anything(name: str) -> None:
    network = named("a1", network=name)
    check(network)
    if unicodedata.normalize("NFKC", name).isidentifier() and not keyword.iskeyword(name):
        assert class_of(network).__name__ == unicodedata.normalize("NFKC", name)
    for sample in (samples.COMPLEX, samples.TWO_INPUTS, samples.WITH_COPY):
        check(sample.model_copy(update={"name": name}))
    module = class_of(samples.ATTENTION.model_copy(update={"name": name}))()
    with pytest.raises(ValueError, match="input `x`, axis -1"):
        module(torch.zeros(3, 2, 5))


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize("target", ["torch", "numpy"])
def test_texts_cannot_leave_the_comments_and_strings_that_they_are_in(text: str, target: str) -> None:
    span = Span(text, 3, 1, 3, 2)
    operations = [operation.model_copy(update={"span": span}) for operation in samples.TRAIN.operations]
    tensors = [tensor.model_copy(update={"span": span}) for tensor in samples.TRAIN.tensors]
    network = samples.TRAIN.model_copy(
        update={
            "doc": text, "file": text, "values": ((text, text),), "operations": tuple(operations),
            "tensors": tuple(tensors),
        }
    )  # fmt: skip
    usual = ast.parse(source_of(samples.TRAIN, target))
    found = ast.parse(source_of(network, target).encode())
    assert ast.dump(_without_docs(found)) == ast.dump(_without_docs(usual))


def _without_docs(tree: ast.Module) -> ast.Module:
    """The tree with all docstrings empty."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = [*node.body[1:], ast.Pass()]
    return tree


def test_documentation_reads_as_it_was_written() -> None:
    network = samples.TRAIN.model_copy(update={"doc": 'A "train",\nwith a \\ and """ in it.'})
    doc = class_of(network).__doc__
    assert doc.startswith('A "train",\n    with a \\ and """ in it.\n')
    assert "Input x: (..., 16)" in doc and "Output y: (..., 15)" in doc


@settings(max_examples=300)
@given(st.text(max_size=20))
def test_any_text_can_be_quoted_and_made_a_docstring_or_an_identifier(text: str) -> None:
    shown = ast.literal_eval(quoted(text))
    assert shown == text
    lines = docstring([text, text], "")
    if lines:
        shown = ast.literal_eval("\n".join(lines))
        assert shown.split("\n")[0] == text.strip() or not text.isprintable()
    name = identifier(text)
    assert name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__")
    assert unicodedata.normalize("NFKC", name) == name
    assert printable(text).isprintable() or not printable(text)


@given(st.lists(st.sampled_from(["a", "a_", "a.b", "a b", "class", "len", "_", "a[1]", "a[01]"]), max_size=12))
def test_names_are_given_out_once(wanted: list[str]) -> None:
    names = Names(("b", "torch"))
    found = [names.claim(text) for text in wanted]
    assert len({*found}) == len(found) and not BUILTINS.intersection(found)
    again = Names(("b", "torch"))
    assert [again.claim(text) for text in wanted] == found


def test_the_names_of_attributes_and_classes() -> None:
    assert plain("a") and plain("é") and not plain("ﬁ") and not plain("class") and not plain("x²")
    assert top_level_name("MPO") == "MPO" and top_level_name("class") == "class_" and top_level_name("ﬁ") == "fi"
    assert {name for name in BUILTINS if not hasattr(builtins, name)} == set()


@pytest.mark.parametrize("target", ["torch", "numpy"])
def test_builtins_that_generated_code_uses_are_known(target: str) -> None:
    networks = (samples.TRAIN, samples.ATTENTION, samples.TWO_INPUTS, samples.FROZEN, samples.COMPLEX)
    for network in (*networks, samples.changed(samples.TRAIN, A0={"init": ("orthogonal",)}, A1={"init": ("eye",)})):
        tree = ast.parse(source_of(network, target, linear=True))
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert used & set(dir(builtins)) - {"__name__"} <= BUILTINS
    assert "len" in executed(source_of(samples.TRAIN))["__builtins__"]
