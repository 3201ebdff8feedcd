"""The divisions that a person number can begin with: provinces and counties (GB/T 2260)."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

#: No county of Taiwan is in the list; its province code is in the standard.
TAIWAN = "71"


@cache
def county_codes() -> frozenset[str]:
    """Return the six-digit codes of today's counties; abolished ones are not among them."""
    data = files("cases.rules").joinpath("data", "county_codes.txt")
    return frozenset(_codes(data.read_text(encoding="utf-8")))


@cache
def province_codes() -> frozenset[str]:
    """Return the two-digit codes of the provinces, Taiwan (71) among them.

    Hong Kong, Macao and the residence permits (81, 82, 83) are not: nobody's household is
    registered there.
    """
    return frozenset(code[:2] for code in county_codes()) | {TAIWAN}


def _codes(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line and not line.startswith("#"):
            prefecture, counties = line.split(":")
            for county in counties.split():
                yield prefecture + county
