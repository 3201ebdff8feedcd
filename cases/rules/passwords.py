"""Which passwords are taken: long, not among the common ones, not about the person.

Length counts, kinds of characters do not, and nothing expires (NIST SP 800-63B-4, 3.1.1.2;
OWASP ASVS 5.0, 6.2).
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from cases.vocabulary.errors import WeakPassword

SHORTEST, LONGEST = 12, 128
FEWEST_DIFFERENT = 5
SHORTEST_NAME = 3  #: A shorter login is in many words by chance.


def check_password(password: str, *, login: str) -> None:
    """Raise WeakPassword, which never repeats the password, unless it can be taken."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"a password has at least {SHORTEST} characters")
    if len(password) > LONGEST:
        raise WeakPassword(f"a password has at most {LONGEST} characters")
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(set(plain)) < FEWEST_DIFFERENT:
        raise WeakPassword("the password repeats the same few characters")
    if len(login) >= SHORTEST_NAME and login.casefold() in plain:
        raise WeakPassword("the password contains the login")
    if plain in _common() or plain.strip("0123456789!@#.*_- ") in _common():
        raise WeakPassword("the password is among those that are tried first")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    data = Path(__file__).parent / "data" / "common_passwords.txt"
    return frozenset(data.read_text(encoding="ascii").split())
