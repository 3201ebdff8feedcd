"""The mail room's rules: cut-off, envelopes, tracking numbers, postage."""

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.post import EnvelopeSize, MailClass

#: Sheets of 70 to 80 g, the carrier sheet among them, that go in folded.
MOST_IN_DL, MOST_IN_C5 = 5, 20
DEAREST_FEN = 999_999

_TRACKING = re.compile(r"[A-Z0-9]{8,20}")
_S10 = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_SPREADSHEET_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?E\+?[0-9]+")

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class PostItem(Generic[Key]):
    """One letter with what goes with it, as the mail room sorts it."""

    key: Key
    office: str  #: Code of the recipient.
    mail_class: MailClass
    order: str  #: Case reference and number: how letters lie in one envelope.
    sheets: int  #: Without the carrier sheet.


def cut_off_on(day: date, at: time, zone: str) -> datetime:
    """Return the instant until which letters of a day can be taken out, at the office's time."""
    return datetime.combine(day, at, ZoneInfo(zone))


def sheets_of(pages: int, *, two_sided: bool = False) -> int:
    """Return how many sheets so many printed sides need."""
    return (pages + 1) // 2 if two_sided else pages


def envelope_size(sheets: int) -> EnvelopeSize:
    """Return what so many sheets go into, the carrier sheet counted."""
    if sheets <= MOST_IN_DL:
        return EnvelopeSize.DL
    return EnvelopeSize.C5 if sheets <= MOST_IN_C5 else EnvelopeSize.FLAT


def in_posting_order(items: Sequence[PostItem[Key]]) -> list[tuple[PostItem[Key], ...]]:
    """Return the items envelope by envelope: the quickest class first, by office.

    Letters of one class to one office share an envelope as long as they fit a C5; what fits
    none goes alone and flat.
    """
    speed = list(MailClass)
    ordered = sorted(items, key=lambda i: (-speed.index(i.mail_class), i.office, i.order))
    envelopes: list[list[PostItem[Key]]] = []
    for item in ordered:
        last = envelopes[-1] if envelopes else []
        is_alike = bool(last) and _alike(last[0]) == _alike(item)
        if is_alike and 1 + sum(each.sheets for each in last) + item.sheets <= MOST_IN_C5:
            last.append(item)
        else:
            envelopes.append([item])
    return [tuple(envelope) for envelope in envelopes]


def _alike(item: PostItem[Key]) -> tuple[MailClass, str]:
    return item.mail_class, item.office


def read_tracking_number(text: str) -> str:
    """Return a tracking number without its blanks, in capitals.

    Nothing but its characters is refused, since domestic numbers follow no published rule.
    Raises InvalidValue.
    """
    number = re.sub(r"[\s\-']", "", text).upper()
    if _SPREADSHEET_NUMBER.fullmatch(number):
        raise InvalidValue(f"{text!r}: a spreadsheet made a number of it; mark the column as text")
    if not _TRACKING.fullmatch(number):
        raise InvalidValue(f"{text!r} is no tracking number: 8 to 20 letters and digits")
    return number


def tracking_warning(number: str) -> str:
    """Return what looks wrong about a number of the international form (UPU S10), or nothing.

    Two letters, eight digits, check digit, two letters: weights 8 6 4 2 3 5 9 7, eleven less the
    remainder by eleven, 10 written 0 and 11 written 5.
    """
    match = _S10.fullmatch(number)
    if match is None:
        return ""
    total = sum(int(d) * weight for d, weight in zip(match[1], _S10_WEIGHTS, strict=True))
    check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    if check == int(match[2]):
        return ""
    return f"{number}: its check digit would be {check} by UPU S10"


def read_postage(text: str) -> int:
    """Return an amount in yuan ("12.50", "¥12.5", "12.50元") in fen. Raises InvalidValue."""
    plain = text.strip().strip("¥￥元").strip()
    try:
        fen = Decimal(plain) * 100
    except InvalidOperation:
        raise InvalidValue(f"{text!r} is no amount in yuan") from None
    if not fen.is_finite() or fen != fen.to_integral_value() or not 0 <= fen <= DEAREST_FEN:
        raise InvalidValue(f"{text!r} is no postage: yuan with two decimals at most")
    return int(fen)


def shares(fen: int, count: int) -> Iterator[int]:
    """Yield each letter's share of an envelope's postage; together they are the whole of it."""
    whole, rest = divmod(fen, count)
    for ordinal in range(count):
        yield whole + (ordinal < rest)
