"""One copy of a letter as an Internet message (RFC 5322), its bytes frozen."""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from itertools import count

from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import LetterKind
from cases.vocabulary.values import RenderedLetter
from integrations.mail.addresses import check_address, check_message_id
from integrations.mail.headers import address_header, message_id_header, text_header

_CRLF = "\r\n"
_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,40}")


def compose(
    *,
    sender: str,
    recipient: str,
    letter: RenderedLetter,
    kind: LetterKind,
    reference: str,
    message_id: str,
    dated_at: datetime,
    sender_name: str = "",
    enclosures: Sequence[bytes] = (),
    follows: Sequence[str] = (),
    reply_to: str = "",
) -> bytes:
    """Return the message: 7-bit, CRLF, the same bytes for the same values.

    `follows` holds the message ids of the case's earlier letters to this recipient, the oldest
    first; `enclosures` are PDFs, `sender_name` is the office's. The attachments' names are made
    of reference and kind: old mail programs garble Chinese ones, and people's names stay out.
    `reply_to` is where an answer is asked for, if not at `sender`.

    Raises InvalidValue for an address that is not plain, for a line break in a header, for a
    reference that cannot name a file, for text without UTF-8 and for an instant without a zone.
    """
    headers = [
        address_header("From", check_address(sender), sender_name),
        address_header("To", check_address(recipient)),
        *_answers_to(reply_to, sender_name),
        text_header("Subject", letter.subject),
        _date(dated_at),
        message_id_header("Message-ID", [check_message_id(message_id)]),
        *_ancestors(follows),
        # RFC 3834, 5: keeps automatic answers from answering us.
        f"Auto-Submitted: auto-generated{_CRLF}",
        f"X-Hancha-Reference: {_check_reference(reference)}{_CRLF}",
        f"MIME-Version: 1.0{_CRLF}",
    ]
    files = zip(_attachment_names(reference, kind), (letter.pdf, *enclosures), strict=False)
    parts = [_text_part(letter.covering_text), *(_pdf_part(name, pdf) for name, pdf in files)]
    return _multipart("".join(headers).encode("ascii"), parts, message_id)


def _answers_to(address: str, name: str) -> list[str]:
    return [address_header("Reply-To", check_address(address), name)] if address else []


def _date(dated_at: datetime) -> str:
    if dated_at.tzinfo is None:
        raise InvalidValue("a letter's date needs a time zone")
    return f"Date: {format_datetime(dated_at)}{_CRLF}"


def _ancestors(follows: Sequence[str]) -> list[str]:
    """Name the parent alone, and the whole line of ancestors (RFC 5322, 3.6.4)."""
    if not follows:
        return []
    earlier = [check_message_id(earlier_id) for earlier_id in follows]
    return [
        message_id_header("In-Reply-To", earlier[-1:]),
        message_id_header("References", earlier),
    ]


def _multipart(headers: bytes, parts: Sequence[bytes], message_id: str) -> bytes:
    """Join the parts with a boundary that no line of base64 can be ("=_", RFC 2045, 6.7)."""
    boundary = "=_hancha_" + hashlib.sha256(message_id.encode("ascii")).hexdigest()[:32]
    content_type = f'Content-Type: multipart/mixed;{_CRLF} boundary="{boundary}"{_CRLF}{_CRLF}'
    divider = f"--{boundary}{_CRLF}".encode("ascii")
    end = f"--{boundary}--{_CRLF}".encode("ascii")
    return b"".join(
        [headers, content_type.encode("ascii"), *(divider + part for part in parts), end]
    )


def _text_part(text: str) -> bytes:
    """Return plain text in UTF-8; its lines end in CRLF (RFC 2046, 4.1.1)."""
    lines = re.split(r"\r\n|\r|\n", text.rstrip("\r\n"))
    try:
        content = "".join(f"{line}{_CRLF}" for line in lines).encode("utf-8")
    except UnicodeEncodeError as fault:
        raise InvalidValue("the covering text holds half of a surrogate pair") from fault
    return _part('Content-Type: text/plain; charset="utf-8"', "inline", content)


def _pdf_part(name: str, content: bytes) -> bytes:
    disposition = f'attachment;{_CRLF} filename="{name}"'
    return _part(f'Content-Type: application/pdf;{_CRLF} name="{name}"', disposition, content)


def _part(content_type: str, disposition: str, content: bytes) -> bytes:
    headers = (
        f"{content_type}{_CRLF}Content-Disposition: {disposition}{_CRLF}"
        f"Content-Transfer-Encoding: base64{_CRLF}{_CRLF}"
    )
    return headers.encode("ascii") + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _attachment_names(reference: str, kind: LetterKind) -> Iterator[str]:
    """Yield the letter's file name, then those of its enclosures."""
    yield f"{reference}-{kind.value.replace('_', '-')}.pdf"
    for ordinal in count(1):
        yield f"{reference}-enclosure-{ordinal}.pdf"


def _check_reference(reference: str) -> str:
    if _REFERENCE.fullmatch(reference) is None:
        raise InvalidValue(f"{reference!r} is not a case reference, so it cannot name a file")
    return reference
