"""Carrier sheets: the address for the envelope's window, and what lies inside."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from integrations.letters.faces import Faces
from integrations.letters.typesetting import Typesetter

Window = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Carrier:
    """One carrier sheet."""

    code: str  #: Of the envelope.
    office: str  #: Ours.
    sender: str  #: One line for whoever cannot deliver it.
    address: tuple[str, ...]
    mail_class: str
    size: str
    contents: tuple[tuple[str, ...], ...]  #: Ordinal, letter number, reference, kind, pages.


def set_carriers(
    faces: Faces, carriers: Sequence[Carrier], window: Window, dated_on: date
) -> bytes:
    """Return a PDF with one page for each carrier, in their order. Raises SystemFault."""
    sheets = [{**asdict(each), "class": each.mail_class} for each in carriers]
    title = f"寄件衬页 {carriers[0].code.rpartition('-')[0]}"
    data: dict[str, object] = {
        "title": title,
        "author": carriers[0].office,
        "window": window,
        "carriers": sheets,
    }
    return Typesetter(faces, "carrier").pdf(data, dated_on)
