"""Frozen values that rules and operations pass to each other."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from cases.vocabulary.reply_link import PrintedLink
from cases.vocabulary.status import (
    Awaiting,
    DayUnit,
    Language,
    LetterKind,
    NextAction,
    Role,
    RungAction,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person of an office in a role, or the engine."""

    name: str
    roles: frozenset[Role]
    person_id: UUID | None = None
    office_id: UUID | None = None

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds one of the roles."""
        return not self.roles.isdisjoint(roles)


ENGINE = Actor(name="engine", roles=frozenset({Role.ENGINE}))


@dataclass(frozen=True, slots=True)
class Allowance:
    """Time allowed for an answer."""

    days: int
    unit: DayUnit = DayUnit.WORKING


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: so many days, and what happens when they have passed."""

    ordinal: int  #: 1 for the first.
    allowance: Allowance
    action: RungAction
    letter: LetterKind | None  #: None when the rung hands the case to the manager.


@dataclass(frozen=True, slots=True)
class ClockStop:
    """A period that does not count (中止计时); `until` is the first day that counts again."""

    since: date
    until: date | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day between receipt and due date, and why it counts or not."""

    on: date
    counts: bool
    reason: str  #: In words: "working day 3", "Sunday", "National Day", "clock stopped: ...".


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day in time; `rules.due_date_trace.explain` gives its reason day by day."""

    due_on: date
    due_at: datetime  #: 23:59:59 of that day in the office's zone, as UTC.
    is_provisional: bool = False  #: A year on the way is not published; no rung fires on it.
    missing_years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeDetails:
    """What a letter prints about an office."""

    code: str  #: 机关代字, as used in letter numbers.
    name_zh: str
    name_en: str
    address: str = ""
    postcode: str = ""
    telephone: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class EarlierLetter:
    """A letter that a later one refers to."""

    number: str
    dated_on: date
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class ListedCase:
    """One overdue case in the list of a joint reminder; no more than tells which one it is."""

    reference: str
    matter: str
    name_masked: str  #: 林某某; the office has the full name in our first letter.
    number: str  #: Of the letter that asked.
    asked_on: date
    due_on: date | None = None  #: By when the latest letter asked for the answer.


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """What a letter is written with: the words in the layout, whatever becomes of its template.

    Of a draft that a clerk edited only the text is there; the rest is written when it is printed.
    """

    text: str  #: Paragraphs with an empty line between them; plain, never markup.
    subject: tuple[str, ...] = ()  #: In pieces; a long title breaks between them.
    covering: str = ""  #: Of the e-mail that carries the letter.
    template: str = ""  #: Which version of the template: the beginning of its SHA-256, in hex.

    @property
    def is_whole(self) -> bool:
        """Whether it was printed with these words; none is written anew."""
        return bool(self.text and self.subject and self.covering)


#: Of a letter all of which its template still writes.
NOT_WRITTEN = WrittenLetter("")


@dataclass(frozen=True, slots=True)
class LetterContent:
    """Everything a template may use to write one letter; plain values only."""

    kind: LetterKind
    language: Language
    reference: str  #: Case reference, printed on every page.
    number: str  #: 发文字号; empty on a draft and on messages that carry none.
    dated_on: date
    sender: OfficeDetails
    recipient: OfficeDetails | None  #: None when the letter goes to the applicant.
    copies: tuple[OfficeDetails, ...] = ()
    asked_office: OfficeDetails | None = None  #: The office whose answer is missing.
    applicant_name: str = ""
    person_number_masked: str = ""
    fields: dict[str, str] = field(default_factory=dict)  #: The case type's own fields.
    allowance_days: int | None = None  #: Time that this letter allows, from its receipt.
    allowance_unit: DayUnit = DayUnit.WORKING
    due_on: date | None = None
    earlier: tuple[EarlierLetter, ...] = ()
    enclosures: tuple[str, ...] = ()
    listed: tuple[ListedCase, ...] = ()  #: What a joint reminder lists.
    outcome: str = ""
    outcome_reason: str = ""
    ordinal: int = 1  #: Which of the case's letters it is; part of the code on its pages.
    written: WrittenLetter | None = None  #: None: all by its template.
    link: PrintedLink | None = None  #: Where the office may answer; None: letters print no link.


@dataclass(frozen=True, slots=True)
class SealedNumber:
    """A person number as a case keeps it."""

    masked: str  #: What people see: its first four and last four characters.
    sealed: bytes = field(repr=False)  #: Only the key ring can read it, for this case alone.
    search_key: str = field(repr=False)  #: Keyed hash; the same number has the same.


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """A letter ready to leave."""

    subject: str  #: Carries no personal data.
    covering_text: str  #: Plain text of the e-mail that carries the letter.
    pdf: bytes
    pages: int
    written: WrittenLetter = NOT_WRITTEN


@dataclass(frozen=True, slots=True)
class SealedPdf:
    """A letter with an electronic seal (电子印章)."""

    content: bytes = field(repr=False)
    by: str  #: Whose seal it is, as its certificate says.
    at: datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """One copy of a letter for one recipient, its bytes frozen."""

    message_id: str
    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SealedTelephone:
    """An applicant's telephone number as a case keeps it."""

    masked: str  #: What people see: its first three and last four digits.
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """One short message to an applicant; the same one again has the same id and the same text."""

    message_id: str
    telephone: str = field(repr=False)
    text: str


@dataclass(frozen=True, slots=True)
class Parked:
    """What a case waits for and when the engine looks at it again at the latest."""

    awaiting: Awaiting
    wake_at: datetime | None  #: None: only a person or an arrival wakes it.
    next_action: NextAction
    next_action_at: datetime
    owner: str  #: A login, "manager:<office code>", "mail_room:<office code>", or "engine".
