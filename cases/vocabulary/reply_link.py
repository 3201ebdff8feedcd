"""The link by which an asked office answers: what it prints, what it does, how it stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LinkAct(StrEnum):
    """What the other office does by its link."""

    ACCEPT = "accept"  #: 签收: it has the letter and deals with it.
    ASK = "ask"  #: It asks back; looked at, its clock stops from the day it asked.
    PARTIAL = "partial"  #: It answers a part and says what is still to come.
    ANSWER = "answer"  #: It answers everything, with the certificate if there is one.
    REFUSE = "refuse"  #: It refuses, with its reason.
    FORWARD = "forward"  #: It has passed the letter to the competent office.

    @property
    def is_last(self) -> bool:
        """Whether nothing more can be said by the link afterwards."""
        return self in (LinkAct.ANSWER, LinkAct.REFUSE, LinkAct.FORWARD)

    @property
    def may_enclose(self) -> bool:
        """Whether a file may come with it."""
        return self is not LinkAct.ACCEPT


class LinkState(StrEnum):
    """How a reply link stands."""

    OPEN = "open"
    ANSWERED = "answered"  #: The office has said its last word by it.
    EXPIRED = "expired"
    REVOKED = "revoked"  #: A clerk took it back.
    BLOCKED = "blocked"  #: Too many wrong codes.


@dataclass(frozen=True, slots=True)
class PrintedLink:
    """What a letter prints of its link; kept nowhere else."""

    origin: str  #: "https://reply.office.example", in small letters, without a path.
    token: str
    code: str  #: The short code, printed on another page than the link.


@dataclass(frozen=True, slots=True)
class NewReplyLink:
    """What the database keeps of a link: hashes, from which neither link nor code can be had."""

    token_hash: str
    code_hash: str
    expires_at: datetime
