"""What a message that was taken apart says: everything that deciding where it goes needs."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import getaddresses

from cases.rules.free_words import MAX_SUMMARY, kept_words
from cases.rules.mail_matching import written_references
from cases.rules.mail_sender import proof_of
from cases.rules.not_an_answer import Shape, nature_of
from cases.vocabulary.mail import MailFacts, MailNature, Undelivered
from integrations.mailbox.reader import ReadMessage

_ID = re.compile(r"<[^<>\s]{1,250}>")
_DELAYED = re.compile(r"delay|延迟|延误|warning", re.IGNORECASE)
_VISIBLE = ("to", "cc")
_ENVELOPE = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
MOST_IDS = 60
SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Ourselves:
    """How our own mail is known."""

    address: str  #: Of our mailbox, without a tag.
    authserv_id: str = ""  #: Of our mail server, in Authentication-Results.

    def tags_in(self, values: Sequence[str]) -> tuple[str, ...]:
        """Return the hashes of the tags in addresses of ours, each once."""
        local, _, domain = self.address.lower().partition("@")
        found = [
            hash_of_tag(name[len(local) + 1 :])
            for _, address in getaddresses(list(values))
            for name, _, at in [address.lower().partition("@")]
            if at == domain and name.startswith(f"{local}+")
        ]
        return tuple(dict.fromkeys(found))

    def untagged(self, address: str) -> str:
        """Return an address of ours without its tag, any other as it is."""
        local, _, domain = self.address.lower().partition("@")
        is_ours = address.startswith(f"{local}+") and address.endswith(f"@{domain}")
        return self.address.lower() if is_ours else address


def hash_of_tag(tag: str) -> str:
    """Return what the database keeps of a tag."""
    return hashlib.sha256(b"hancha tag\0" + tag.lower().encode("utf-8")).hexdigest()


def nature(read: ReadMessage, us: Ourselves) -> MailNature:
    """Return what kind of message it is."""
    shape = Shape(
        sender=us.untagged(_sender(read)),
        subject=_first(read, "subject"),
        headers=read.headers,
        report_type=read.report_type,
        has_report=bool(read.reports),
        has_pages=any(each.content for each in read.attached),
    )
    return nature_of(shape, our_addresses=frozenset({us.address.lower()}))


def facts_of(
    read: ReadMessage,
    us: Ourselves,
    *,
    digest: str,
    page_codes: Sequence[str] = (),
    too_large: str = "",
) -> MailFacts:
    """Return the facts of a message; `page_codes` were read from its attached pages."""
    subject = _first(read, "subject")
    envelope = us.tags_in([each for name in _ENVELOPE for each in read.headers.get(name, ())])
    visible = us.tags_in([each for name in _VISIBLE for each in read.headers.get(name, ())])
    unreadable = too_large or (f"the message {read.why}" if read.why else "")
    if read.is_cut and not unreadable:
        unreadable = "the message has more parts than are looked at"
    return MailFacts(
        digest=digest,
        message_id=next(iter(_ids(read, "message-id")), ""),
        nature=nature(read, us),
        sender=_sender(read),
        subject=kept_words(subject, longest=SUBJECT),
        summary=kept_words(f"{subject}\n{read.text.strip()}", longest=MAX_SUMMARY),
        tags=tuple(dict.fromkeys((*envelope, *visible))),
        envelope_tags=envelope,
        parents=_ids(read, "in-reply-to"),
        ancestors=_ids(read, "references"),
        returned=_all_ids(read.returned),
        undelivered=_undelivered(read, subject),
        page_codes=tuple(page_codes),
        in_subject=written_references(subject),
        in_text=written_references(read.text),
        proof=proof_of(read.headers.get("authentication-results", ()), us.authserv_id),
        attached=len(read.attached),
        unreadable=unreadable,
        is_too_large=bool(too_large),
    )


def _sender(read: ReadMessage) -> str:
    """Return the only address in From; a message from several people is from nobody."""
    found = [address for _, address in getaddresses(list(read.headers.get("from", ())))]
    addresses = [each for each in found if "@" in each]
    return addresses[0].lower()[:254] if len(addresses) == 1 else ""


def _first(read: ReadMessage, name: str) -> str:
    return next(iter(read.headers.get(name, ())), "")


def _ids(read: ReadMessage, name: str) -> tuple[str, ...]:
    return _all_ids(read.headers.get(name, ()))


def _all_ids(values: Sequence[str]) -> tuple[str, ...]:
    found = [match for value in values for match in _ID.findall(value)]
    return tuple(dict.fromkeys(found))[-MOST_IDS:]


def _undelivered(read: ReadMessage, subject: str) -> tuple[Undelivered, ...]:
    """Return what a bounce reports; one that reports nothing speaks of what it returns."""
    found = [
        Undelivered(
            recipient=each.get("recipient", ""),
            is_final=each.get("action") == "failed" and not each.get("status", "").startswith("4"),
            words=kept_words(
                " ".join((each.get("status", ""), each.get("words", ""))), longest=300
            ),
        )
        for each in read.reports
    ]
    if found:
        return tuple(found)
    words = kept_words(subject, longest=300)
    return (Undelivered("", _DELAYED.search(subject) is None, words),)
