"""What comes in, scanned or by mail: how it is filed, or why it lies in the tray (待认领件)."""

from dataclasses import dataclass
from enum import StrEnum


class ScanKind(StrEnum):
    """What a scanned document is to its case."""

    REPLY = "reply"  #: 复函: a receipt slip, with what was confirmed to belong behind it.
    SEALED_LETTER = "sealed_letter"  #: 盖章件: our own letter before it left, with its seal.
    RETURN = "return"  #: 退件: our own letter, back undelivered.


class TrayReason(StrEnum):
    """Why a scanned document or a message was not filed by itself."""

    BEHIND_SLIP = "behind_slip"  #: No code of ours, behind a slip: proposed for its reply.
    NO_CODE = "no_code"  #: No code of ours, and not behind a slip.
    MISCODED = "miscoded"  #: A code with a wrong character, or of a page that cannot be.
    CONFLICT = "conflict"  #: The same page twice with different content, or two codes on one.
    GAP = "gap"  #: Pages of the letter are missing.
    #: Our letter, which had left: come back, or sent with the answer; mail in a case of theirs.
    UNCLEAR = "unclear"
    UNKNOWN_CASE = "unknown_case"  #: No case of this reference.
    UNKNOWN_LETTER = "unknown_letter"  #: The case printed no such letter of so many pages.
    LETTER_VOID = "letter_void"  #: The letter was cancelled.
    CASE_CLOSED = "case_closed"  #: The case is finished.
    OTHER_OFFICE = "other_office"  #: The case is worked by another office of ours.
    NO_CASE_NAMED = "no_case_named"  #: A message that names no case of ours.
    REFERENCE_ONLY = "reference_only"  #: A message that only writes a reference: proposed for it.
    NAMES_SEVERAL = "names_several"  #: Its address, thread, pages and words name different cases.
    UNKNOWN_TAG = "unknown_tag"  #: It was sent to an address of ours that no letter carried.
    FOREIGN_SENDER = "foreign_sender"  #: Its sender is none of the offices that the case asked.
    UNPROVEN_SENDER = "unproven_sender"  #: Our mail server says that it is not from its sender.
    UNPLACED_BOUNCE = "unplaced_bounce"  #: Something was not delivered; we cannot tell what.
    UNREADABLE = "unreadable"  #: The message cannot be read, or not to its end.
    TOO_LARGE = "too_large"  #: It is larger than what is taken; it is still in the mailbox.


class TrayStatus(StrEnum):
    """What became of what lies in the tray."""

    WAITING = "waiting"  #: A person has to say where it belongs.
    FILED = "filed"  #: It is in a case.
    REJECTED = "rejected"  #: It belongs to no case; the reason is kept.
    SPLIT = "split"  #: Its parts lie in the tray instead.


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One side of a sheet as the scanner saw it."""

    number: int  #: In its stack, from 1.
    codes: tuple[str, ...]  #: What its QR codes say, ours and others'.
    ink: float  #: Share of the page that is not paper, 0 to 1.
    digest: str  #: Of its picture, in hex: the same picture has the same.
