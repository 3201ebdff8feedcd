"""What two installations tell each other (平台协查): the words of the exchange."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ExchangeKind(StrEnum):
    """What one message of a partner is."""

    INQUIRY = "inquiry"  #: 协查函: opens a case with the partner.
    REMINDER = "reminder"  #: 催复: about an inquiry that was sent before.
    ACCEPTANCE = "acceptance"  #: 签收: the partner has registered our inquiry.
    REPLY = "reply"  #: 复函

    @property
    def is_an_answer(self) -> bool:
        """Whether it goes back to the office that asked."""
        return self in (ExchangeKind.ACCEPTANCE, ExchangeKind.REPLY)


class ExchangeStatus(StrEnum):
    """What became of a message; the receipt says so to whoever sent it."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  #: For good, with the reason.


@dataclass(frozen=True, slots=True)
class ExchangedMessage:
    """One message of a partner, its signature proved and its form checked."""

    id: str  #: Of the sender's outbox row; the same message keeps it for ever.
    kind: ExchangeKind
    sender: str  #: Code of the office that writes.
    recipient: str  #: Code of the office that is written to.
    reference: str  #: The sender's case.
    answers: str  #: The recipient's case, in an answer; else empty.
    number: str  #: 发文字号; may be empty.
    dated_on: date
    asks: str = ""
    about: str = ""
    person_number_masked: str = ""
    outcome: str = ""
    words: str = ""
    received_on: date | None = None  #: In an acceptance: when the inquiry reached its office.
