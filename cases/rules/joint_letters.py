"""Which reminders go as one letter, and how a person is named in a list of several."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from cases.vocabulary.status import LetterKind

#: Reminders to an office about its own request; a letter to the superior office is about one case.
JOINABLE = frozenset({LetterKind.REMINDER, LetterKind.SECOND_REMINDER})

#: Some six pages of list; more cases go into the next letter.
MOST_CASES = 100

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Collected(Generic[Key]):
    """One reminder that waits to be written."""

    key: Key
    alike: Hashable  #: Equal for those that may stand in one letter.
    order: str  #: By which the list is sorted.


def joined(reminders: Sequence[Collected[Key]]) -> Iterator[tuple[int, tuple[Key, ...]]]:
    """Yield the lists, each with its part: 1, and more where one letter would list too many.

    Each reminder is in exactly one list, together with its like, in their order.
    """
    groups: dict[Hashable, list[Collected[Key]]] = {}
    for each in sorted(reminders, key=lambda each: each.order):
        groups.setdefault(each.alike, []).append(each)
    for group in groups.values():
        for start in range(0, len(group), MOST_CASES):
            part = tuple(each.key for each in group[start : start + MOST_CASES])
            yield start // MOST_CASES + 1, part


def masked_name(name: str) -> str:
    """Return 林某某 for a Chinese name, "L***" for another: it tells which letter is meant."""
    name = name.strip()
    if not name:
        return ""
    return f"{name[0]}***" if name.isascii() else name[0] + "某" * min(2, max(1, len(name) - 1))
