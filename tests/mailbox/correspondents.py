"""Offices that answer, make mistakes and lie: messages, and what may become of each."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import BytesParser
from uuid import uuid4

from cases.rules.mail_matching import CaseFacts, KnownCases
from cases.rules.page_code import PageCode
from cases.vocabulary.mail import MailFacts
from cases.vocabulary.reference import case_reference
from integrations.mail.addresses import new_tag
from integrations.mail_facts import Ourselves, facts_of, hash_of_tag
from integrations.mailbox.identity import digest_of
from integrations.mailbox.limits import DEFAULT_LIMITS
from integrations.mailbox.parsing import parse
from integrations.mailbox.reader import AttachedFile, ReadMessage
from tests.mailbox.letters_in import OURS, message

AUTHSERV = "mx.office.example"
US = Ourselves(OURS, AUTHSERV)
OFFICE = uuid4()


@dataclass(frozen=True)
class Asked:
    """A case, with what its letter carried."""

    facts: CaseFacts
    tag: str
    message_id: str
    office: str  #: The address that was asked.

    @property
    def reference(self) -> str:
        """Its reference."""
        return self.facts.reference

    @property
    def reply_to(self) -> str:
        """Where it asks to be answered."""
        local, _, domain = OURS.partition("@")
        return f"{local}+{self.tag}@{domain}"


@dataclass(frozen=True)
class Said:
    """A message and the cases that it may be filed to; `must` those it has to be filed to."""

    content: bytes
    page_codes: tuple[str, ...]
    may: frozenset[str]
    must: bool


class World:
    """Cases of a few offices, and everything that can be said about them."""

    def __init__(self, seed: int, cases: int = 24) -> None:
        self.chance = random.Random(seed)
        addresses = ("town@town.example", "county@county.example", "office@163.com", "b@qq.com")
        self.cases = [self._case(number, addresses[number % 4]) for number in range(1, cases + 1)]
        self.known = KnownCases(
            {hash_of_tag(each.tag): each.facts for each in self.cases},
            {each.message_id: each.facts for each in self.cases},
            {each.reference: each.facts for each in self.cases},
        )

    def _case(self, number: int, office: str) -> Asked:
        facts = CaseFacts(uuid4(), case_reference(2026, number), OFFICE, frozenset({office}))
        return Asked(facts, new_tag(), f"<{uuid4().hex}@office.example>", office)

    def say(self) -> Said:
        """Return a message of some kind about some case."""
        how: Callable[[Asked, Asked], Said] = self.chance.choice(KINDS)
        one = self.chance.choice(self.cases)
        other = self.chance.choice([each for each in self.cases if each is not one])
        return how(self, one, other)  # type: ignore[call-arg, arg-type]

    def spoilt(self, text: str) -> str:
        """Return a text with one of its letters or digits wrong."""
        places = [at for at, letter in enumerate(text) if letter.isalnum()]
        at = self.chance.choice(places)
        alphabet = "0123456789" if text[at].isdigit() else "abcdefghijkmnpqrstuvwxyz"
        wrong = self.chance.choice([each for each in alphabet if each != text[at].lower()])
        return text[:at] + wrong + text[at + 1 :]


def honest(world: World, one: Asked, _other: Asked) -> Said:
    """The office answers, with its tag, its thread, its slip or any of these."""
    ways = world.chance.sample(("tag", "thread", "slip"), world.chance.randint(1, 3))
    text = world.chance.choice(
        ["已办理", f"关于{one.reference}，现函复如下", f"编号：{one.reference}"]
    )
    return _said(one, ways, text=text, may=(one,), must=True)


def with_a_forged_tag(world: World, one: Asked, _other: Asked) -> Said:
    """The tag is made up; everything else names a case."""
    forged = world.chance.choice([new_tag(), one.reference.lower(), "1", "yz"])
    return _said(one, ("thread", "slip"), tag=forged, text=one.reference)


def with_a_spoilt_tag(world: World, one: Asked, _other: Asked) -> Said:
    """One character of the tag is wrong."""
    return _said(one, ("thread",), tag=world.spoilt(one.tag))


def on_the_wrong_mail(world: World, one: Asked, other: Asked) -> Said:
    """Answers one case on the mail of another."""
    way = world.chance.choice(("tag", "thread"))
    return _said(one, (way,), text=f"关于{other.reference}，现函复如下")


def with_the_other_slip(_world: World, one: Asked, other: Asked) -> Said:
    """Puts the slip of another case into the answer."""
    return _said(one, ("tag", "thread"), code=_slip(other))


def in_the_other_thread(world: World, one: Asked, other: Asked) -> Said:
    """The address is of one case, the thread of another."""
    return _said(one, ("tag",), thread=other.message_id, text=world.chance.choice(["", "好"]))


def by_a_stranger(world: World, one: Asked, _other: Asked) -> Said:
    """Somebody who is not the office has its letter."""
    stranger = world.chance.choice(
        [
            *("somebody@elsewhere.example", "office@town.example.evil.example"),
            *("another@163.com", "another@qq.com", "town@eviltown.example", "b@qq.com.example"),
        ]
    )
    return _said(one, ("tag", "thread", "slip"), sender=stranger)


def by_another_office(world: World, one: Asked, _other: Asked) -> Said:
    """An office that other cases asked has its letter."""
    others = [each.office for each in world.cases if each.office != one.office]
    return _said(one, ("tag", "thread"), sender=world.chance.choice(others))


def in_words_alone(world: World, one: Asked, other: Asked) -> Said:
    """Only writes a reference, right or wrong, of one case or two."""
    text = world.chance.choice(
        [one.reference, world.spoilt(one.reference), f"{one.reference}、{other.reference}"]
    )
    where = world.chance.choice(("subject", "text"))
    return _said(one, (), **{where: f"关于{text}的复函"})


def with_a_spoilt_code(world: World, one: Asked, _other: Asked) -> Said:
    """The code on its slip was read wrongly by one character."""
    return _said(one, (), code=world.spoilt(_slip(one)).upper())


def about_two(_world: World, one: Asked, other: Asked) -> Said:
    """One message to the addresses of two cases, both of which asked this office."""
    is_same = one.office == other.office
    may = (one, other) if is_same else ()
    return _said(one, ("tag",), to=f"{one.reply_to}, {other.reply_to}", may=may, must=is_same)


def refuted(_world: World, one: Asked, _other: Asked) -> Said:
    """Our own mail server says that it is forged."""
    found = f"{AUTHSERV}; dmarc=fail header.from={one.office.partition('@')[2]}"
    return _said(one, ("tag", "thread"), results=found)


def proven_by_a_liar(_world: World, one: Asked, _other: Asked) -> Said:
    """Says itself that it was checked, below what our server says."""
    results = f"{AUTHSERV}; spf=fail; dkim=none"
    return _said(one, ("tag",), results=results, more=f"{AUTHSERV}; dmarc=pass; spf=pass")


KINDS = (
    *(honest, honest, with_a_forged_tag, with_a_spoilt_tag, on_the_wrong_mail),
    *(with_the_other_slip, in_the_other_thread, by_a_stranger, by_another_office),
    *(in_words_alone, with_a_spoilt_code, about_two, refuted, proven_by_a_liar),
)


def facts(said: Said) -> MailFacts:
    """Return what our program makes of a message; the process that reads it is left out."""
    found = parse(said.content, DEFAULT_LIMITS)
    read = ReadMessage(
        headers=found.headers,
        text=found.text,
        report_type=found.report_type,
        reports=found.reports,
        returned=found.returned,
        attached=[AttachedFile(each.name, each.kind, each.content) for each in found.attached],
        is_cut=found.is_cut,
    )
    return facts_of(read, US, digest=digest_of(said.content), page_codes=said.page_codes)


def parsed_headers(content: bytes) -> dict[str, str]:
    """Return the headers of a message as they stand."""
    return dict(BytesParser().parsebytes(content).items())


def _slip(of: Asked) -> str:
    return str(PageCode(of.reference, 1, 3, 3))


def _said(
    one: Asked,
    ways: tuple[str, ...] | list[str],
    *,
    tag: str = "",
    to: str = "",
    thread: str = "",
    code: str = "",
    sender: str = "",
    subject: str = "复函",
    text: str = "已办理",
    results: str = "",
    more: str = "",
    may: tuple[Asked, ...] = (),
    must: bool = False,
) -> Said:
    local, _, domain = OURS.partition("@")
    to = to or (one.reply_to if "tag" in ways else OURS)
    if tag:
        to = f"{local}+{tag}@{domain}"
    thread = thread or (one.message_id if "thread" in ways else "")
    code = code or (_slip(one) if "slip" in ways else "")
    headers = {"In_Reply_To": thread, "References": thread} if thread else {}
    content = message(sender=sender or one.office, to=to, subject=subject, text=text, **headers)
    written = [f"Authentication-Results: {each}\r\n".encode() for each in (results, more) if each]
    codes = (code,) if code else ()
    named = frozenset(each.reference for each in may)
    return Said(b"".join([*written, content]), codes, named, must)
