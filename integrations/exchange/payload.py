"""A letter of ours as a message of the exchange; its bytes are frozen with the letter."""

import base64
from collections.abc import Sequence

from cases.vocabulary.exchange import ExchangeKind
from cases.vocabulary.status import LetterKind
from cases.vocabulary.values import LetterContent
from integrations.exchange.forms import MessageForm

#: What goes by a platform; a letter to a superior office, and copies, go as they always did.
KINDS = {
    LetterKind.REQUEST: ExchangeKind.INQUIRY,
    LetterKind.REMINDER: ExchangeKind.REMINDER,
    LetterKind.SECOND_REMINDER: ExchangeKind.REMINDER,
    LetterKind.ACKNOWLEDGEMENT: ExchangeKind.ACCEPTANCE,
    LetterKind.REPLY_LETTER: ExchangeKind.REPLY,
}
MAX_ASKS = 400


def payload_of(
    content: LetterContent, key: str, answers: str, pdf: bytes, enclosures: Sequence[bytes]
) -> bytes:
    """Return the message of a letter: what a person would type in from it, and its papers."""
    kind = KINDS[content.kind]
    assert content.recipient is not None
    is_inquiry, is_reply = kind is ExchangeKind.INQUIRY, kind is ExchangeKind.REPLY
    received_on = content.earlier[0].due_on if kind is ExchangeKind.ACCEPTANCE else None
    form = MessageForm(
        id=key,
        kind=kind,
        sender=content.sender.code,
        recipient=content.recipient.code,
        reference=content.reference,
        answers=answers,
        number=content.number,
        dated_on=content.dated_on,
        asks="；".join(content.fields.values())[:MAX_ASKS] if is_inquiry else "",
        about=content.applicant_name if is_inquiry else "",
        person_number_masked=content.person_number_masked if is_inquiry else "",
        outcome=content.outcome if is_reply else "",  # type: ignore[arg-type]
        words=content.outcome_reason if is_reply else "",
        received_on=received_on,
        letter=base64.b64encode(pdf).decode(),
        enclosures=[base64.b64encode(each).decode() for each in enclosures],
    )
    return form.model_dump_json().encode()
