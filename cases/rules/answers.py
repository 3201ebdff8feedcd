"""Answers to questions: what is new, what says the same, and what contradicts (答复不一致)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from unicodedata import category, normalize

from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Verdict

WHOLE = ""  #: The one question of a request that asks no single ones.
MAX_ANSWER = 1000


class Taken(Enum):
    """What an answer is beside the one that holds."""

    NEW = "new"
    SAME = "same"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Said:
    """What a reply says to one question; no words: it stands in the reply itself."""

    words: str = ""
    is_refusal: bool = False


def compare(current: Said | None, given: Said) -> Taken:
    """Compare an answer with the one that holds: spaces, marks and widths do not count.

    An answer without words of its own contradicts nothing but a refusal.
    """
    if current is None:
        return Taken.NEW
    if current.is_refusal != given.is_refusal:
        return Taken.CONFLICT
    if given.is_refusal or not current.words or not given.words:
        return Taken.SAME
    return Taken.SAME if _core(current.words) == _core(given.words) else Taken.CONFLICT


def said_by(
    verdict: Verdict, given: Mapping[str, str], questions: Iterable[str], answered: Iterable[str]
) -> dict[str, Said]:
    """Return what a reply says to each question, by what a clerk found it to be.

    A complete one answers in its own words, and the rest of the questions by itself; a refusal
    refuses what is not answered yet, and the whole when nothing is left. Raises InvalidValue for
    a question that was not asked, or words that come with no answer.
    """
    asked = list(questions) or [WHOLE]
    unknown = [name for name in given if name not in asked]
    if unknown:
        raise InvalidValue(f"this request does not ask {unknown[0]!r}")
    if given and verdict not in (Verdict.COMPLETE, Verdict.PARTIAL):
        raise InvalidValue(f"a reply that is {verdict.value} answers nothing")
    if verdict is Verdict.PARTIAL:
        return {name: Said(words) for name, words in given.items()}
    if not verdict.ends_the_waiting:
        return {}
    left = [name for name in asked if name not in set(answered)] or asked
    if verdict is Verdict.REFUSAL:
        return {name: Said(is_refusal=True) for name in left}
    by_itself = {name: Said() for name in left if name not in given}
    return {**{name: Said(words) for name, words in given.items()}, **by_itself}


def _core(words: str) -> str:
    """Return the letters and digits of an answer alone."""
    folded = normalize("NFKC", words).casefold()
    return "".join(each for each in folded if category(each)[0] in "LN")
