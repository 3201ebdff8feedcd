"""Who has shown reference and code: visits of half an hour, in memory, each behind a cookie.

A restart ends them all, and their people enter again; nothing else is lost.
"""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from cases.vocabulary.status import Language

LASTS = 30 * 60.0  #: Seconds since the last page.
MOST_VISITS = 10_000


@dataclass(slots=True)
class Visit:
    """Somebody of the asked office, at one link."""

    link_id: UUID
    language: Language
    until: float


class Visits:
    """Knows each visit by the hash of its cookie. `now` tells seconds that only go up."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._visits: OrderedDict[str, Visit] = OrderedDict()
        self._lock = Lock()

    def start(self, link_id: UUID, language: Language) -> str:
        """Start a visit and return the value of its cookie."""
        cookie = secrets.token_urlsafe(32)
        with self._lock:
            self._visits[_key(cookie)] = Visit(link_id, language, self._now() + LASTS)
            while len(self._visits) > MOST_VISITS:
                self._visits.popitem(last=False)
        return cookie

    def of(self, cookie: str) -> Visit | None:
        """Return the visit of a cookie, if it goes on; it then lasts anew."""
        key = _key(cookie)
        with self._lock:
            visit = self._visits.get(key)
            if visit is None:
                return None
            if visit.until <= self._now():
                del self._visits[key]
                return None
            visit.until = self._now() + LASTS
            self._visits.move_to_end(key)
            return visit

    def end(self, cookie: str) -> None:
        """End a visit."""
        with self._lock:
            self._visits.pop(_key(cookie), None)


def _key(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
