"""The link by which an asked office answers: its token, its short code, and when it holds.

The token has 100 bits in 20 characters of Crockford's base 32 (no I, L, O, U), upper case, so that
a QR code holds it in alphanumeric mode and a person can type it. The short code has six figures.
"""

import hashlib
import hmac
import unicodedata
from datetime import datetime

from cases.vocabulary.reply_link import LinkState

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_LENGTH, CODE_LENGTH = 20, 6
TOKEN_BITS, CODES = 5 * TOKEN_LENGTH, 10**CODE_LENGTH

#: Wrong codes in a row before a link is blocked: one chance in 200,000 for who holds it alone.
MOST_TRIES = 5

_GROUP = 5
_LOOKS_LIKE = str.maketrans("OIL", "011")


def token_of(number: int) -> str:
    """Return the token that a random number of TOKEN_BITS bits makes."""
    places = range(TOKEN_LENGTH - 1, -1, -1)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in places)


def code_of(number: int) -> str:
    """Return the short code that a random number below CODES makes."""
    return f"{number:0{CODE_LENGTH}d}"


def in_groups(token: str) -> str:
    """Return a token as it is printed: 7K3QX-9M2PA-4TBCD-ERFGH."""
    return "-".join(token[at : at + _GROUP] for at in range(0, len(token), _GROUP))


def typed_token(text: str) -> str:
    """Return the token that a link names, or nothing for what cannot be one."""
    plain = _plain(text).upper().translate(_LOOKS_LIKE)
    is_token = len(plain) == TOKEN_LENGTH and all(letter in ALPHABET for letter in plain)
    return plain if is_token else ""


def typed_code(text: str) -> str:
    """Return the short code that somebody typed, or nothing for what cannot be one."""
    plain = _plain(text)
    return plain if len(plain) == CODE_LENGTH and plain.isascii() and plain.isdigit() else ""


def token_hash(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(f"reply-link/{token}".encode()).hexdigest()


def code_hash(token: str, code: str) -> str:
    """Return what the database keeps of a short code; without the token it tells nothing."""
    return hashlib.sha256(f"reply-code/{token}/{code}".encode()).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Whether two hashes are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)


def state_of(
    *,
    now: datetime,
    expires_at: datetime,
    answered_at: datetime | None,
    revoked_at: datetime | None,
    failures: int,
) -> LinkState:
    """Return how a link stands; a blocked one says nothing else any more."""
    if failures >= MOST_TRIES:
        return LinkState.BLOCKED
    if revoked_at is not None:
        return LinkState.REVOKED
    if answered_at is not None:
        return LinkState.ANSWERED
    return LinkState.EXPIRED if now >= expires_at else LinkState.OPEN


def _plain(text: str) -> str:
    """Return the text without the blanks and dashes that people put between groups."""
    normal = unicodedata.normalize("NFKC", text[:200])
    return "".join(each for each in normal if not each.isspace() and each not in "-‐‑‒–—−")
