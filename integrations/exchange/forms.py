"""The form of what partners exchange; docs/exchange.md is its specification for other systems."""

import base64
import hashlib
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from cases.vocabulary.exchange import ExchangedMessage, ExchangeKind, ExchangeStatus

FORMAT = "hancha-exchange/1"
MOST_MESSAGES = 100  #: In one file.
LARGEST_FILE = 40 * 1024 * 1024
_LARGEST_PAPER = 14 * 1024 * 1024  #: Characters of base64: ten megabytes.

Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Line = Annotated[str, StringConstraints(max_length=60)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MessageForm(_Form):
    """One message as it stands in a file."""

    id: Annotated[str, StringConstraints(min_length=8, max_length=120)]
    kind: ExchangeKind
    sender: Code
    recipient: Code
    reference: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    answers: Line = ""
    number: Line = ""
    dated_on: date
    asks: Annotated[str, StringConstraints(max_length=400)] = ""
    about: Line = ""
    person_number_masked: Annotated[str, StringConstraints(max_length=24)] = ""
    outcome: Literal["", "answered", "refused"] = ""
    words: Annotated[str, StringConstraints(max_length=500)] = ""
    received_on: date | None = None
    letter: Annotated[str, StringConstraints(max_length=_LARGEST_PAPER)]
    enclosures: Annotated[
        list[Annotated[str, StringConstraints(max_length=_LARGEST_PAPER)]], Field(max_length=20)
    ] = []

    def message(self) -> ExchangedMessage:
        """Return what the message says, without its papers."""
        return ExchangedMessage(**self.model_dump(exclude={"letter", "enclosures"}))

    def papers(self) -> list[bytes]:
        """Return the letter and what is enclosed. Raises ValueError when it is no base64."""
        return [base64.b64decode(each, validate=True) for each in (self.letter, *self.enclosures)]

    def digest(self) -> str:
        """Return the SHA-256 of the message; equal for what is the same to the letter."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class MessagesFile(_Form):
    """What a file of messages says, once its signature is proved."""

    written_by: Code  #: Name of the installation.
    written_for: Code
    written_at: AwareDatetime
    messages: Annotated[list[MessageForm], Field(min_length=1, max_length=MOST_MESSAGES)]


class ReceiptForm(_Form):
    """What became of one message."""

    message: str
    status: ExchangeStatus
    reason: str = ""


class ReceiptsFile(_Form):
    """The receipt of a file: what became of each message, or why the whole of it was refused."""

    written_by: Code  #: Name of the installation.
    written_for: Code
    written_at: AwareDatetime
    of: str  #: SHA-256 of the file that it answers.
    refused: str = ""
    receipts: list[ReceiptForm] = []


def receipts_of(
    ours: str, partner: str, of: str, found: list[ReceiptForm], *, at: datetime, refused: str = ""
) -> str:
    """Return the JSON text of a receipt."""
    made = ReceiptsFile(
        written_by=ours, written_for=partner, written_at=at, of=of, refused=refused, receipts=found
    )
    return made.model_dump_json()
