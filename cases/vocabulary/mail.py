"""What comes in by mail: what a message is, what is known of it, and where it went."""

from dataclasses import dataclass
from enum import StrEnum


class MailNature(StrEnum):
    """What kind of message it is; only a letter can be an answer."""

    LETTER = "letter"  #: 来信: written by somebody, or by a system that writes letters.
    AUTO_REPLY = "auto_reply"  #: 自动回复: out of office, received automatically.
    BOUNCE = "bounce"  #: 退信: our mail was not delivered, or is late.
    READ_RECEIPT = "read_receipt"  #: 已读回执
    LIST_MAIL = "list_mail"  #: 群发邮件: mailing list, newsletter, advertisement.
    OWN_MAIL = "own_mail"  #: 本机关发出: our own message come round to us.


class MailPlace(StrEnum):
    """Where a message was put."""

    FILED = "filed"  #: 已归入: in one case or several, as a reply.
    TRAY = "tray"  #: 待认领: a person has to say where it belongs.
    ASIDE = "aside"  #: 另存: no answer; kept, and nothing else happens.


@dataclass(frozen=True, slots=True)
class SenderProof:
    """What our own mail server found on checking the sender; "none" where it says nothing."""

    spf: str = "none"
    dkim: str = "none"
    dmarc: str = "none"

    @property
    def is_refuted(self) -> bool:
        """Whether the check says that the message is not from its sender (RFC 7489, 6.6.2)."""
        if self.dmarc != "none":
            return self.dmarc in ("fail", "permerror")
        return self.dkim != "pass" and self.spf == "fail"

    def __str__(self) -> str:
        """Return the line that screens show."""
        return f"SPF {self.spf}, DKIM {self.dkim}, DMARC {self.dmarc}"


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What a bounce says of one copy of ours (RFC 3464)."""

    recipient: str  #: Lower case; empty where the bounce does not say.
    is_final: bool  #: No further attempt is made.
    words: str


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What is known of a message once it was read; everything that deciding needs."""

    digest: str  #: Hash of Message-ID, sender, date, subject and body; not of the way it took.
    message_id: str
    nature: MailNature
    sender: str  #: Address, lower case; empty when it has none that can be read.
    subject: str
    summary: str  #: Subject and the beginning of the text, as a reply keeps it.
    tags: tuple[str, ...] = ()  #: Of our addresses that it was sent to.
    envelope_tags: tuple[str, ...] = ()  #: Those that the mail server wrote down at delivery.
    parents: tuple[str, ...] = ()  #: Message ids in In-Reply-To.
    ancestors: tuple[str, ...] = ()  #: Message ids in References.
    returned: tuple[str, ...] = ()  #: Message ids of what a bounce returns.
    undelivered: tuple[Undelivered, ...] = ()
    page_codes: tuple[str, ...] = ()  #: Codes of ours on attached pages, as they were read.
    in_subject: tuple[str, ...] = ()  #: What looks like a case reference there.
    in_text: tuple[str, ...] = ()
    proof: SenderProof = SenderProof()
    attached: int = 0
    unreadable: str = ""  #: Why it could not be read, if so.
    is_too_large: bool = False
