"""A reference typed by hand: one that is right, or one that a case may be suggested for.

Whether a mistyped one is near to a real case only the database knows; until it is asked, such a
text is kept as it was typed, and no case has it.
"""

from cases.rules.page_code import PageCode, guesses, read_page_code
from cases.rules.typed_reference import may_mean
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.reference import read_reference


def typed_reference(text: str) -> str:
    """Return a reference as printed, or the text itself when it is one slip from a real one.

    Raises InvalidValue for what is no reference at all.
    """
    try:
        return read_reference(text)
    except InvalidValue:
        if not may_mean(text):
            raise
        return text.strip()


def reference_or_code(text: str) -> str:
    """Return the reference in the code of a page, or as `typed_reference` does.

    Raises InvalidValue for what is neither, naming the codes that may be meant.
    """
    code = read_page_code(text)
    if isinstance(code, PageCode):
        return code.reference
    likely = guesses(text)
    if likely:
        raise InvalidValue(
            f"{text!r} is mistyped; it may be " + " or ".join(str(each) for each in likely[:3])
        )
    return typed_reference(text)
