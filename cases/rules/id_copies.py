"""ID copies: what is written over them, and the way that they may travel."""

from datetime import date


def purpose_mark(office: str, matter: str, reference: str, on: date) -> str:
    """Return 仅供〈机关〉办理〈事项〉〔编号〕使用，他用无效〈日期〉: for whom, for what, when."""
    day = f"{on.year}年{on.month}月{on.day}日"
    return f"仅供{office}办理{matter}〔{reference}〕使用，他用无效{day}"
