import pytest

from tncc.report.figures import count, flops, listing, percent, plural, ratio, shortened, size


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0 FLOP"),
        (999, "999 FLOP"),
        (1000, "1.00 kFLOP"),
        (1_249_999, "1.25 MFLOP"),
        (999_499, "999 kFLOP"),
        (999_500, "1.00 MFLOP"),
        (72_000_000_000, "72.0 GFLOP"),
        (10**30, "1.00e+12 EFLOP"),
        (10**400, "1.00e+382 EFLOP"),
    ],
)
def test_flops_have_three_digits_and_a_unit(number: int, written: str) -> None:
    assert flops(number) == written


def test_other_numbers() -> None:
    assert (count(38528), count(12_600_000), count(0)) == ("38,528", "12.6 M", "0")
    assert (size(0), size(1000), size(12_595), size(2**30)) == ("0 B", "0.977 KiB", "12.3 KiB", "1.00 GiB")
    assert (ratio(1, 61), ratio(2, 1), ratio(31_000, 1), ratio(1, 0)) == ("0.0164x", "2.00x", "31,000x", "")
    assert (percent(1, 3), percent(1, 1000), percent(0, 5), percent(0, 0)) == ("33 %", "<1 %", "0 %", "")


def test_words() -> None:
    assert [listing(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert (plural(1, "row"), plural(1024, "row")) == ("1 row", "1,024 rows")
    assert shortened("abc", 3) == "abc"
    assert shortened("a" * 50 + "b" * 50, 21) == "aaaaaaaaa … bbbbbbbbb"
