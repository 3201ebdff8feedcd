"""A mail of plain text alone, its bytes frozen: what people who work here are told."""

import base64
import re
from datetime import datetime
from email.utils import format_datetime

from cases.vocabulary.errors import InvalidValue
from integrations.mail.addresses import check_address, check_message_id
from integrations.mail.headers import address_header, message_id_header, text_header

_CRLF = "\r\n"


def compose_plain(
    *,
    sender: str,
    sender_name: str,
    recipient: str,
    subject: str,
    text: str,
    message_id: str,
    dated_at: datetime,
) -> bytes:
    """Return the message: 7-bit, CRLF, the same bytes for the same values.

    Raises InvalidValue for an address that is not plain, a line break in a header and an instant
    without a zone.
    """
    if dated_at.tzinfo is None:
        raise InvalidValue("a mail's date needs a time zone")
    lines = re.split(r"\r\n|\r|\n", text.rstrip("\r\n"))
    content = "".join(f"{line}{_CRLF}" for line in lines).encode("utf-8", "replace")
    headers = [
        address_header("From", check_address(sender), sender_name),
        address_header("To", check_address(recipient)),
        text_header("Subject", subject),
        f"Date: {format_datetime(dated_at)}{_CRLF}",
        message_id_header("Message-ID", [check_message_id(message_id)]),
        # RFC 3834, 5: keeps automatic answers from answering us.
        f"Auto-Submitted: auto-generated{_CRLF}",
        f"MIME-Version: 1.0{_CRLF}",
        f'Content-Type: text/plain; charset="utf-8"{_CRLF}',
        f"Content-Transfer-Encoding: base64{_CRLF}{_CRLF}",
    ]
    body = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return "".join(headers).encode("ascii") + body
