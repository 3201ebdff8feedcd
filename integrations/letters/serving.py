"""Which face draws what: the chain of faces of each use, as Typst goes through it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from integrations.letters.faces import SLOTS, Face, Faces, characters_of

#: The weight in which a use is set; of a family the nearest weight is taken.
WEIGHTS = {"title": 700, "heading": 500}
REGULAR = 400

_LATIN = re.compile("[\x20-\x7e\xc0-\xd6\xd8-\xf6\xf8-\u024f]")


@dataclass(frozen=True, slots=True)
class Service:
    """One use of type in a letter, and the faces that are tried for it in order."""

    slot: str  #: As in SLOTS: body, title, heading, subheading, small, figures.
    chain: tuple[Face, ...]

    @property
    def first(self) -> Face:
        """The face that sets nearly everything."""
        return self.chain[0]


def services(faces: Faces) -> tuple[Service, ...]:
    """Return every use with its faces, in the order of SLOTS."""
    return tuple(
        Service(slot, tuple(_nearest(faces.files, family, slot) for family in faces.slots[slot]))
        for slot in SLOTS
    )


def face_of_text(character: str, found: Sequence[Service]) -> Face | None:
    """Return the face that draws a character in the text of a Chinese letter, if any has it.

    Figures and Latin letters have a face of their own there, as in `layout/text.typ`.
    """
    chains = {service.slot: service.chain for service in found}
    is_latin = _LATIN.fullmatch(character) is not None
    chain = (*chains["figures"][:1], *chains["body"]) if is_latin else chains["body"]
    return next((face for face in chain if character in _drawn_by(face)), None)


@cache
def _drawn_by(face: Face) -> frozenset[str]:
    return characters_of(face.path)


def count_characters(face: Face) -> int:
    """Return how many characters a face draws."""
    return len(_drawn_by(face))


def _nearest(files: Sequence[Face], family: str, slot: str) -> Face:
    weight = WEIGHTS.get(slot, REGULAR)
    of_family = [face for face in files if face.family == family]
    return min(of_family, key=lambda face: (abs(face.weight - weight), not face.is_office_own))
