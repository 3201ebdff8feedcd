"""Which case a message belongs to: facts in, decision out. Nothing is filed by a guess.

Strongest first: the tag in the address it was sent to, which only the receiver of one letter
knows; the message that it answers; the code on an attached page; a reference in its words. The
first kind that names a case decides, and every other kind must agree. Words alone never file.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cases.rules.mail_sender import is_of_office
from cases.rules.page_code import PageCode, guesses, read_page_code
from cases.rules.typed_reference import may_mean
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.mail import MailFacts
from cases.vocabulary.reference import read_reference
from cases.vocabulary.scans import TrayReason

#: Looks like a reference, right or mistyped. What may stand for a dash or a digit is NFKC's.
_WRITTEN = re.compile(
    r"(?<![A-Za-z0-9])H\s?C\s?[-\s—–−]{0,2}[0-9OIl]{4}[-\s—–−]{1,2}[0-9OIl]{4,9}[-\s—–−]{1,2}"
    r"[0-9OIl](?![0-9])",
    re.IGNORECASE,
)
BY_ADDRESS = "the address"  #: The one kind that may name several: its writer chose them.
MOST_NAMED = 50  #: A list of more references than this is no letter about cases.


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What matching needs to know of a case that a message may belong to."""

    case_id: UUID
    reference: str
    office_id: UUID  #: Ours, which works it.
    addresses: frozenset[str] = frozenset()  #: Of the offices it asked, lower case.
    has_asked: bool = True  #: Some office; in a case of theirs we only answer.


@dataclass(frozen=True, slots=True)
class KnownCases:
    """What the database holds of everything that a message names."""

    by_tag: Mapping[str, CaseFacts] = field(default_factory=dict)
    by_message_id: Mapping[str, CaseFacts] = field(default_factory=dict)
    by_reference: Mapping[str, CaseFacts] = field(default_factory=dict)
    #: Reference and letter of page codes that stand for several cases: of joint letters.
    joint: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class MailMatch:
    """Where a message goes: to these cases, or with a reason and a guess to a person."""

    why: str
    cases: tuple[CaseFacts, ...] = ()
    reason: TrayReason | None = None
    guess: CaseFacts | None = None  #: The only case it probably belongs to.


def written_references(text: str) -> tuple[str, ...]:
    """Return what looks like a case reference in a text, each once, as it is written."""
    normal = unicodedata.normalize("NFKC", text)
    found = (" ".join(match[0].split()) for match in _WRITTEN.finditer(normal))
    return tuple(dict.fromkeys(found))[:MOST_NAMED]


def references_meant(written: str) -> tuple[str, ...]:
    """Return the reference that is written; if it is mistyped, those one slip away."""
    exact = _exact(written)
    return (exact,) if exact else may_mean(written)


def match(facts: MailFacts, known: KnownCases) -> MailMatch:
    """Return where a letter goes. Raises nothing; whatever is odd goes to a person."""
    if facts.unreadable:
        reason = TrayReason.TOO_LARGE if facts.is_too_large else TrayReason.UNREADABLE
        return MailMatch(facts.unreadable, reason=reason, guess=_only(_named(facts, known)))
    unknown = [tag for tag in facts.tags if tag not in known.by_tag]
    if unknown:
        why = "sent to an address of ours that no letter carried"
        return MailMatch(why, reason=TrayReason.UNKNOWN_TAG, guess=_only(_named(facts, known)))
    if not known.joint.isdisjoint(pages_named(facts)):
        why = "a page of a letter about several cases lies with it"
        return MailMatch(why, reason=TrayReason.NAMES_SEVERAL)
    how, strong = _strongest(facts, known)
    if not strong:
        return _by_words(facts, known)
    if len(strong) > 1 and how != BY_ADDRESS:
        why = f"{how} names {_listed(strong)}"
        return MailMatch(why, reason=TrayReason.NAMES_SEVERAL)
    others = _doubts(facts, known, strong)
    if others:
        why = f"{how} names {_listed(strong)}, but it also names {', '.join(others)}"
        return MailMatch(why, reason=TrayReason.NAMES_SEVERAL, guess=_only(strong))
    return _checked(facts, strong, how)


def _strongest(facts: MailFacts, known: KnownCases) -> tuple[str, tuple[CaseFacts, ...]]:
    """Return the cases that the strongest kind of evidence names."""
    parents = _of(known.by_message_id, facts.parents)
    kinds = (
        (BY_ADDRESS, _of(known.by_tag, facts.tags)),
        ("the thread", parents or _of(known.by_message_id, facts.ancestors)),
        ("the code on a page", _of(known.by_reference, _page_references(facts))),
    )
    return next(((how, cases) for how, cases in kinds if cases), ("", ()))


def _doubts(facts: MailFacts, known: KnownCases, strong: tuple[CaseFacts, ...]) -> list[str]:
    """Return everything else that the message names, and that is none of the strong cases.

    A reference mistyped by one slip is no doubt if it may mean a strong case.
    """
    meant = {case.reference for case in strong}
    threads = _of(known.by_message_id, (*facts.parents, *facts.ancestors))
    found = [case.reference for case in threads if case.reference not in meant]
    found += [each for each in _page_references(facts) if each not in meant]
    found += [
        text
        for text in facts.page_codes
        if not isinstance(read_page_code(text), PageCode)
        and guesses(text)
        and meant.isdisjoint(code.reference for code in guesses(text))
    ]
    found += [
        written
        for written in (*facts.in_subject, *facts.in_text)
        if meant.isdisjoint(references_meant(written))
    ]
    return list(dict.fromkeys(found))


def _by_words(facts: MailFacts, known: KnownCases) -> MailMatch:
    named = _named(facts, known)
    if not named:
        why = "it names no case of ours"
        return MailMatch(why, reason=TrayReason.NO_CASE_NAMED)
    if len(named) > 1:
        why = f"it may be about {_listed(named)}"
        return MailMatch(why, reason=TrayReason.NAMES_SEVERAL)
    words = {_exact(each) for each in (*facts.in_subject, *facts.in_text)}
    how = "writes" if named[0].reference in words else "may mean"
    why = f"it {how} {named[0].reference}, and nothing else says so"
    checked = _checked(facts, named, "")
    if checked.reason is not None:
        why += f"; {checked.why}"
    return MailMatch(why, reason=checked.reason or TrayReason.REFERENCE_ONLY, guess=named[0])


def _checked(facts: MailFacts, cases: tuple[CaseFacts, ...], how: str) -> MailMatch:
    """Return the match, unless the sender is not one of the offices that were asked."""
    if facts.proof.is_refuted:
        why = f"our mail server doubts that it is from {facts.sender}: {facts.proof}"
        return MailMatch(why, reason=TrayReason.UNPROVEN_SENDER, guess=_only(cases))
    for case in cases:
        if not case.has_asked:
            why = f"in {case.reference} we have asked nothing that it could answer"
            return MailMatch(why, reason=TrayReason.UNCLEAR, guess=_only(cases))
        if not is_of_office(facts.sender, case.addresses):
            why = f"{facts.sender or 'an unknown sender'} is no address of an office that it asked"
            return MailMatch(why, reason=TrayReason.FOREIGN_SENDER, guess=_only(cases))
    return MailMatch(f"{how} names {_listed(cases)}", cases=cases)


def _named(facts: MailFacts, known: KnownCases) -> tuple[CaseFacts, ...]:
    """Return every case that anything in the message names or may mean."""
    words = (*facts.in_subject, *facts.in_text)
    references = [each for written in words for each in references_meant(written)]
    references += [code.reference for text in facts.page_codes for code in _codes_meant(text)]
    return _unique(
        (
            *_of(known.by_tag, facts.tags),
            *_of(known.by_message_id, (*facts.parents, *facts.ancestors)),
            *_of(known.by_reference, references),
        )
    )


def references_named(facts: MailFacts) -> set[str]:
    """Return every reference that a message writes, shows on a page, or may mean."""
    words = (*facts.in_subject, *facts.in_text)
    found = {each for written in words for each in references_meant(written)}
    return found | {code.reference for text in facts.page_codes for code in _codes_meant(text)}


def pages_named(facts: MailFacts) -> set[tuple[str, int]]:
    """Return reference and letter of every page code that is right."""
    codes = [read_page_code(text) for text in facts.page_codes]
    return {(code.reference, code.letter) for code in codes if isinstance(code, PageCode)}


def _codes_meant(text: str) -> tuple[PageCode, ...]:
    code = read_page_code(text)
    return (code,) if isinstance(code, PageCode) else guesses(text)


def _page_references(facts: MailFacts) -> list[str]:
    codes = [read_page_code(text) for text in facts.page_codes]
    found = [code.reference for code in codes if isinstance(code, PageCode)]
    return list(dict.fromkeys(found))


def _of(known: Mapping[str, CaseFacts], keys: Iterable[str]) -> tuple[CaseFacts, ...]:
    return _unique(known[key] for key in keys if key in known)


def _unique(cases: Iterable[CaseFacts]) -> tuple[CaseFacts, ...]:
    return tuple({case.case_id: case for case in cases}.values())


def _only(cases: tuple[CaseFacts, ...]) -> CaseFacts | None:
    return cases[0] if len(cases) == 1 else None


def _listed(cases: Iterable[CaseFacts]) -> str:
    return ", ".join(case.reference for case in cases)


def _exact(written: str) -> str:
    try:
        return read_reference(written.replace("–", "-").replace("−", "-"))
    except InvalidValue:
        return ""
