"""Budgets as users write them."""

import pytest

import tncc
from tncc.ranks.budget import Budget, read_budget


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"parameters": "50%"}, Budget("parameters", 0.5, True, "50%")),
        ({"parameters": " 12.5 % "}, Budget("parameters", 0.125, True, "12.5 %")),
        ({"parameters": "3M"}, Budget("parameters", 3e6, False, "3M")),
        ({"parameters": 1_000}, Budget("parameters", 1000, False, "1000")),
        ({"parameters": "1_000"}, Budget("parameters", 1000, False, "1_000")),
        ({"flops": "70k"}, Budget("flops", 70e3, False, "70k")),
        ({"flops": "1e6"}, Budget("flops", 1e6, False, "1e6")),
        ({"error": 0.01}, Budget("error", 0.01, False, "0.01")),
        ({"error": 0}, Budget("error", 0, False, "0")),
        ({"error": "1%"}, Budget("error", 0.01, False, "1%")),
    ],
)
def test_a_budget(given: dict[str, object], expected: Budget) -> None:
    assert read_budget(**{"parameters": None, "flops": None, "error": None, **given}) == expected  # type: ignore[arg-type]


def test_a_share_is_of_what_is_there() -> None:
    assert Budget("parameters", 0.25, True, "25%").limit(400) == 100
    assert Budget("parameters", 30, False, "30").limit(400) == 30


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "no budget is given"),
        ({"parameters": "50%", "error": 0.1}, "`parameters` and `error` are given, and there can be one budget only"),
        ({"parameters": "50 percent"}, "`percent` is no unit of parameters"),
        ({"parameters": "3MB"}, "`MB` is no unit of parameters"),
        ({"flops": "-4"}, "`-4` is no amount of flops"),
        ({"flops": "nan"}, "`nan` is no amount of flops"),
        ({"flops": True}, "`True` is no amount of flops"),
        ({"flops": ""}, "`` is no amount of flops"),
        ({"parameters": "150%"}, "`150%` is no share of the parameters"),
        ({"parameters": 0.5}, "`0.5` is no number of parameters"),
        ({"parameters": "0%"}, "`0%` is no share of the parameters"),
        ({"error": 1}, "`1` is no relative error"),
        ({"error": "1M"}, "`M` is no unit of a relative error"),
        ({"error": "half"}, "`half` is no amount of error"),
    ],
)
def test_what_is_no_budget(given: dict[str, object], message: str) -> None:
    with pytest.raises(tncc.CompileError) as error:
        read_budget(**{"parameters": None, "flops": None, "error": None, **given})  # type: ignore[arg-type]
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, diagnostic.message) == ("TN471", message)
    assert diagnostic.help
