"""How often one address may ask: buckets that fill again with time, in memory."""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

#: More addresses than this are not remembered; the one that was seen longest ago goes first.
MOST_ADDRESSES = 20_000
_NETWORK = 64  #: One subscriber has a whole /64 of IPv6.


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, and so many more each minute."""

    burst: int
    per_minute: float


PAGES = Limit(120, 60)  #: Of any kind, each address.
FORMS = Limit(20, 10)  #: Sent, each address.
WRONG = Limit(10, 1)  #: Reference and code that did not fit, each address.
ENTRIES = Limit(120, 120)  #: Tries to enter, all addresses together.


class Rates:
    """Counts what each address does. `now` tells seconds that only go up."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._left: OrderedDict[tuple[Limit, str], tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, limit: Limit, address: str) -> bool:
        """Take one from the address's bucket; False when it is empty."""
        with self._lock:
            left = self._filled(limit, address)
            self._put(limit, address, left - 1 if left >= 1 else left)
            return left >= 1

    def is_empty(self, limit: Limit, address: str) -> bool:
        """Whether nothing is left to take."""
        with self._lock:
            return self._filled(limit, address) < 1

    def _filled(self, limit: Limit, address: str) -> float:
        now = self._now()
        left, at = self._left.get((limit, address), (float(limit.burst), now))
        return min(limit.burst, left + (now - at) * limit.per_minute / 60)

    def _put(self, limit: Limit, address: str, left: float) -> None:
        key = (limit, address)
        self._left[key] = (left, self._now())
        self._left.move_to_end(key)
        while len(self._left) > MOST_ADDRESSES:
            self._left.popitem(last=False)


def whose(host: str) -> str:
    """Return the key of an address: itself, or its network for IPv6."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((address, _NETWORK), strict=False))
