"""Numbers as people read them: three significant digits and a unit; the exact ones are in the JSON."""

from collections.abc import Sequence
from decimal import Context, Decimal

DECIMAL_UNITS = ("", "k", "M", "G", "T", "P", "E")
BINARY_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")

THREE_DIGITS = Context(prec=3)

EXACT = 10_000_000
"""Counts below this are written in full."""


def count(number: int) -> str:
    """`38,528`, and from ten million on `12.6 M`."""
    return f"{number:,}" if number < EXACT else scaled(number, "")


def flops(number: int) -> str:
    """`1.25 MFLOP`."""
    return scaled(number, "FLOP")


def scaled(number: int, unit: str) -> str:
    """Three digits with a decimal prefix to the unit."""
    value, place = _reduced(Decimal(number), 1000, len(DECIMAL_UNITS))
    return f"{_digits(value, place)} {DECIMAL_UNITS[place]}{unit}".rstrip()


def size(number: int) -> str:
    """Bytes: `12.3 KiB`."""
    value, place = _reduced(Decimal(number), 1024, len(BINARY_UNITS))
    return f"{_digits(value, place)} {BINARY_UNITS[place]}"


def microseconds(time: float) -> str:
    """`12.3 µs`, `4.56 ms`, `1.20 s`."""
    for unit, scale in (("µs", 1.0), ("ms", 1e3)):
        if time < 999.5 * scale:
            return f"{significant(Decimal(time / scale))} {unit}"
    return f"{significant(Decimal(time / 1e6))} s"


def ratio(number: int, other: int) -> str:
    """How many times `other` a number is: `0.0163x`; empty beside nothing."""
    return f"{significant(Decimal(number) / Decimal(other))}x" if other else ""


def significant(value: Decimal) -> str:
    """Three significant digits, with no exponent while the number is of a readable length: `0.0163`, `97,100`."""
    if value == 0:
        return "0"
    if not Decimal("0.0001") <= value < Decimal("99999.5"):
        return f"{value:.2e}"
    rounded = THREE_DIGITS.plus(value)
    return f"{rounded:,.{max(0, 2 - rounded.adjusted())}f}"


def percent(number: int, total: int) -> str:
    """A share of a total: `12 %`, `<1 %`."""
    if not total:
        return ""
    share = Decimal(100 * number) / Decimal(total)
    return "<1 %" if 0 < share < 1 else f"{share:.0f} %"


def percent_text(share: float) -> str:
    """A share as a percentage: `12 %`."""
    return f"{100 * share:.0f} %"


def listing(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def plural(number: int, noun: str) -> str:
    """`1 row`, `1,024 rows`."""
    return f"{count(number)} {noun}" if number == 1 else f"{count(number)} {noun}s"


def shortened(text: str, limit: int) -> str:
    """The text, its middle left out where it is longer than the limit."""
    half = (limit - 3) // 2
    return text if len(text) <= limit else f"{text[:half].rstrip()} … {text[-half:].lstrip()}"


def _reduced(value: Decimal, step: int, places: int) -> tuple[Decimal, int]:
    place = 0
    # 999.6 k would be shown as 1000 k.
    while place + 1 < places and value >= Decimal("999.5"):
        value /= step
        place += 1
    return value, place


def _digits(value: Decimal, place: int) -> str:
    return f"{value:.0f}" if place == 0 and value < 1000 else significant(value)
