"""Passwords by argon2id."""

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher


class Argon2Passwords:
    """Hashes with 64 MiB, three passes and four lanes (OWASP asks for 19 MiB and two)."""

    def __init__(self, *, memory_kib: int = 65_536, passes: int = 3) -> None:
        hasher = Argon2Hasher(memory_cost=memory_kib, time_cost=passes, parallelism=4)
        self._hash = PasswordHash((hasher,))
        self._nobody = self._hash.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Return the hash with its salt."""
        return self._hash.hash(password)

    def verify(self, password: str, hashed: str) -> bool:
        """Whether the hash was made of this password; without one it takes as long and is not."""
        if not hashed:
            self._hash.verify(password, self._nobody)
            return False
        return self._hash.verify(password, hashed)
