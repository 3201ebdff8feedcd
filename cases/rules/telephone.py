"""Telephone numbers as they are written, and when an answer by telephone is proof enough."""

import re

from cases.vocabulary.errors import InvalidValue

MAX_NUMBER = 30
#: Digits with the marks that people put between them, and an extension (转).
_NUMBER = re.compile(r"\+?[0-9(（][0-9()（） \-]{2,}(转[0-9]{1,6})?")


def check_number(text: str) -> str:
    """Return a telephone number, trimmed. Raises InvalidValue for what nobody could dial."""
    number = text.strip()
    if len(number) > MAX_NUMBER or not _NUMBER.fullmatch(number):
        raise InvalidValue(f"{text[:40]!r} is not a telephone number")
    return number


def is_same_number(dialled: str, on_record: str) -> bool:
    """Whether two ways of writing are one number: brackets, spaces and dashes do not count."""
    return bool(on_record) and _digits(dialled) == _digits(on_record)


def require_proof(*, is_recorded: bool, is_confirmed: bool, needs_second_clerk: bool) -> None:
    """Raise InvalidValue when an answer by telephone may not yet end the waiting."""
    if not needs_second_clerk or is_confirmed:
        return
    if not is_recorded:
        raise InvalidValue("this case type needs a record of the call (电话记录)")
    raise InvalidValue("a second clerk has to confirm the record of the call first")


def _digits(number: str) -> str:
    return re.sub(r"[^0-9转]", "", number)
