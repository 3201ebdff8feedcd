"""What a template sees: the content of a letter as plain words in the letter's language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from types import SimpleNamespace

from cases.vocabulary.status import DayUnit, Language
from cases.vocabulary.values import EarlierLetter, LetterContent, ListedCase, OfficeDetails
from integrations.letters.punctuation import joined

_LINE_BREAKS = re.compile(r"[\t\r\n\u00a0]+")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class OfficeWords:
    """An office as a template prints it; every part may be empty but the name of a sender."""

    name: str = ""
    code: str = ""
    address: str = ""
    postcode: str = ""
    telephone: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class EarlierWords:
    """A letter sent before, with its dates in words."""

    number: str
    dated_on: str
    due_on: str


@dataclass(frozen=True, slots=True)
class ListedWords:
    """An overdue case in the list of a joint reminder, with its dates in words."""

    reference: str
    matter: str
    name: str  #: Masked.
    number: str
    asked_on: str
    due_on: str


@dataclass(frozen=True, slots=True)
class LetterWords:
    """Everything that a template may name."""

    reference: str
    number: str
    dated_on: str
    sender: OfficeWords
    recipient: OfficeWords
    asked_office: OfficeWords
    copies: tuple[OfficeWords, ...]
    applicant_name: str
    person_number: str
    fields: SimpleNamespace
    allowance: str  #: 15个工作日, 10日; 15 working days, 1 day.
    due_on: str
    earlier: tuple[EarlierWords, ...]
    enclosures: tuple[str, ...]
    listed: tuple[ListedWords, ...]
    outcome: str
    outcome_reason: str
    is_to_applicant: bool
    title: str = ""

    def as_context(self) -> dict[str, object]:
        """Return the names for Jinja, by reference and not copied."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


def plain(value: str) -> str:
    """Return a value on one line: line breaks become a blank, or nothing beside Han."""
    if value.isprintable():
        return value.strip()
    lines = [line.strip() for line in _LINE_BREAKS.split(value)]
    return joined([line for line in lines if line], is_chinese=True)


def date_in_words(on: date | None, language: Language) -> str:
    """Return 2026年3月5日 or 5 March 2026, as letters write it (GB/T 9704-2012, 7.3.5.4)."""
    if on is None:
        return ""
    if language is Language.CHINESE:
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def name_of(office: OfficeDetails, language: Language) -> str:
    """Return the office's name in the language of the letter."""
    return office.name_zh if language is Language.CHINESE else office.name_en


def _office(office: OfficeDetails | None, language: Language) -> OfficeWords:
    if office is None:
        return OfficeWords()
    return OfficeWords(
        name=plain(name_of(office, language)),
        code=plain(office.code),
        address=plain(office.address),
        postcode=plain(office.postcode),
        telephone=plain(office.telephone),
        contact=plain(office.contact),
    )


def _earlier(letter: EarlierLetter, language: Language) -> EarlierWords:
    return EarlierWords(
        number=plain(letter.number),
        dated_on=date_in_words(letter.dated_on, language),
        due_on=date_in_words(letter.due_on, language),
    )


def _listed(case: ListedCase, language: Language) -> ListedWords:
    return ListedWords(
        reference=plain(case.reference),
        matter=plain(case.matter),
        name=plain(case.name_masked),
        number=plain(case.number),
        asked_on=date_in_words(case.asked_on, language),
        due_on=date_in_words(case.due_on, language),
    )


def _allowance(content: LetterContent) -> str:
    """Return the time that the letter allows, in words; empty when it allows none."""
    days, is_working = content.allowance_days, content.allowance_unit is DayUnit.WORKING
    if not days:
        return ""
    if content.language is Language.CHINESE:
        return f"{days}个工作日" if is_working else f"{days}日"
    return f"{days} {'working ' if is_working else ''}{'day' if days == 1 else 'days'}"


def words_of(content: LetterContent, declared: frozenset[str]) -> LetterWords:
    """Return the words of a letter; a declared field that the case lacks is empty."""
    language = content.language
    return LetterWords(
        reference=plain(content.reference),
        number=plain(content.number),
        dated_on=date_in_words(content.dated_on, language),
        sender=_office(content.sender, language),
        recipient=_office(content.recipient, language),
        asked_office=_office(content.asked_office, language),
        copies=tuple(_office(copy, language) for copy in content.copies),
        applicant_name=plain(content.applicant_name),
        person_number=plain(content.person_number_masked),
        fields=SimpleNamespace(**{name: plain(content.fields.get(name, "")) for name in declared}),
        allowance=_allowance(content),
        due_on=date_in_words(content.due_on, language),
        earlier=tuple(_earlier(letter, language) for letter in content.earlier),
        enclosures=tuple(plain(name) for name in content.enclosures),
        listed=tuple(_listed(case, language) for case in content.listed),
        outcome=content.outcome,
        outcome_reason=plain(content.outcome_reason).rstrip("。.；;，,、：: "),
        is_to_applicant=content.recipient is None,
    )


def printed_texts(content: LetterContent, declared: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield (field, text) for every value of the content that a letter may print."""
    yield "reference", content.reference
    yield "number", content.number
    offices = {
        "sender": content.sender,
        "recipient": content.recipient,
        "asked_office": content.asked_office,
        **{f"copies[{n}]": copy for n, copy in enumerate(content.copies)},
    }
    suffix = content.language.value
    for role, office in offices.items():
        if office is not None:
            yield f"{role}.code", office.code
            yield f"{role}.name_{suffix}", name_of(office, content.language)
            yield f"{role}.address", office.address
            yield f"{role}.postcode", office.postcode
            yield f"{role}.telephone", office.telephone
            yield f"{role}.contact", office.contact
    yield "applicant_name", content.applicant_name
    yield "person_number_masked", content.person_number_masked
    for name in declared:
        yield f"fields.{name}", content.fields.get(name, "")
    for n, letter in enumerate(content.earlier):
        yield f"earlier[{n}].number", letter.number
    for n, enclosure in enumerate(content.enclosures):
        yield f"enclosures[{n}]", enclosure
    for n, case in enumerate(content.listed):
        yield f"listed[{n}].matter", case.matter
        yield f"listed[{n}].name_masked", case.name_masked
        yield f"listed[{n}].number", case.number
    yield "outcome_reason", content.outcome_reason
    if content.written is not None:
        yield "text", content.written.text.replace("\n", "")
