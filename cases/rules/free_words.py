"""What people write in free words: no longer than it can be kept, in characters that can."""

from unicodedata import category

from cases.vocabulary.errors import InvalidValue

MAX_REASON = 300
MAX_NOTE = 500
MAX_SUMMARY = 1000

_SPACING = "\t\n\r"
#: Control characters, halves of a surrogate pair (a terminal in the wrong encoding makes them),
#: and code points that stand for nothing.
_UNKEPT = ("Cc", "Cs", "Cn")


def check_words(words: str, what: str, *, longest: int) -> str:
    """Return the words. Raises InvalidValue, naming `what`, for what could not be kept."""
    if len(words) > longest:
        raise InvalidValue(f"{what} has {len(words)} characters; {longest} can be kept")
    for character in words:
        if character not in _SPACING and category(character) in _UNKEPT:
            raise InvalidValue(f"{what} holds U+{ord(character):04X}, which cannot be kept")
    return words


def kept_words(words: str, *, longest: int) -> str:
    """Return what can be kept of words that came in from outside."""
    fit = (each for each in words if each in _SPACING or category(each) not in _UNKEPT)
    return "".join(fit)[:longest].strip()


def check_reason(reason: str) -> str:
    """Return the reason of an act that needs one. Raises InvalidValue without one."""
    if not reason.strip():
        raise InvalidValue("a reason is needed")
    return check_words(reason, "the reason", longest=MAX_REASON)
