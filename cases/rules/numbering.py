"""Letter numbers (发文字号): 机关代字, year in six-corner brackets, serial (2012 rules, Art. 9)."""

from cases.vocabulary.errors import InvalidValue


def letter_number(office_code: str, year: int, serial: int) -> str:
    """Return `某街办函〔2026〕12号`: four-digit year, no leading zeros, no 第.

    Raises InvalidValue for an empty code or a serial below 1.
    """
    if not office_code or serial < 1:
        raise InvalidValue(f"no letter number can be made of {office_code!r}, {serial}")
    code = office_code if office_code.endswith("函") else f"{office_code}函"
    return f"{code}〔{year:04d}〕{serial}号"
