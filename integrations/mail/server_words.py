"""What a mail server's answer means for the letter."""

import base64
import ssl
from collections.abc import Sequence

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from cases.vocabulary.errors import MailUnavailable, RecipientRefused

#: What the outbox keeps of a server's words.
_LONGEST = 300
#: RFC 5321, 4.2.3: the letter is larger than the server takes; it may say so of the sender line.
_TOO_LARGE = 552


def one_line(words: str) -> str:
    """Return a server's words as one printable line of at most 300 characters."""
    readable = words.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    printable = "".join(letter if letter.isprintable() else " " for letter in readable)
    return " ".join(printable.split())[:_LONGEST]


def refusal_of(
    fault: Exception, server: str, *, is_on_its_way: bool, secrets: Sequence[str] = ()
) -> MailUnavailable | RecipientRefused:
    """Return what the fault means: for good only if the server said 5xx of this very letter.

    A refused sender or login is a matter of our settings: the letter waits until they are mended.
    When the connection broke with the letter on its way, the server may have it. The secrets are
    blotted out of the words.
    """
    words = one_line(_without(secrets, str(getattr(fault, "message", fault))))
    if isinstance(fault, SMTPResponseException):
        said = f"{fault.code} {words}"
        if fault.code >= 500 and _is_about_the_letter(fault):
            what = "this recipient" if isinstance(fault, SMTPRecipientRefused) else "this letter"
            return RecipientRefused(f"{server} refuses {what} for good: {said}")
        return MailUnavailable(f"{server} {_complaint(fault)}: {said}")
    if is_on_its_way:
        return MailUnavailable(f"{server} may have the letter, it fell silent: {words}")
    return MailUnavailable(f"{server} {_complaint(fault)}: {words or type(fault).__name__}")


def _is_about_the_letter(fault: SMTPResponseException) -> bool:
    if isinstance(fault, SMTPRecipientRefused | SMTPDataError):
        return True
    return isinstance(fault, SMTPSenderRefused) and fault.code == _TOO_LARGE


def _complaint(fault: Exception) -> str:
    match fault:
        case SMTPAuthenticationError():
            return "refuses our login"
        case SMTPSenderRefused():
            return "does not take letters from our address now"
        case SMTPRecipientRefused():
            return "does not take letters for this recipient now"
        case SMTPResponseException():
            return "takes no letters now"
        case _ if isinstance(fault, ssl.SSLError) or isinstance(fault.__cause__, ssl.SSLError):
            return "does not prove that it is the right one"
        case SMTPException() if not isinstance(fault, OSError):
            return "cannot be used with these settings"
        case _:
            return "does not answer"


def _without(secrets: Sequence[str], words: str) -> str:
    for secret in secrets:
        for form in (base64.b64encode(secret.encode("utf-8")).decode("ascii"), secret):
            words = words.replace(form, "***")
    return words
