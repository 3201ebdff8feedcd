"""Closed lists of letters on paper: how they travel, and what becomes of an address."""

from enum import StrEnum


class MailClass(StrEnum):
    """How the post office carries an envelope."""

    ORDINARY = "ordinary"  #: 平信: no number, no proof.
    REGISTERED = "registered"  #: 挂号信: has a number, delivered against signature.
    EXPRESS = "express"  #: 特快专递 (EMS).


class EnvelopeSize(StrEnum):
    """What the sheets are put into."""

    DL = "DL"  #: 220 x 110 mm, sheets folded in three; the address shows in the window.
    C5 = "C5"  #: 229 x 162 mm, sheets folded once; the address shows in the window.
    FLAT = "C4"  #: 324 x 229 mm, nothing folded; the carrier sheet is stuck on as a label.


class RepairOutcome(StrEnum):
    """How an address repair ended."""

    MENDED = "mended"  #: The directory has another address now.
    CONFIRMED = "confirmed"  #: The address was right; what came back goes again.
