"""A case type as versioned data: what is asked, on which ground, in which time."""

from collections.abc import Mapping
from datetime import time
from itertools import accumulate
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.legal_ground import LegalGroundKind
from cases.vocabulary.post import MailClass
from cases.vocabulary.status import (
    Channel,
    DayUnit,
    LetterKind,
    RungAction,
    Seal,
    Side,
    SignOff,
)
from cases.vocabulary.telling import NoticeKind, NoticeWay
from cases.vocabulary.values import Allowance, Rung

LETTERS_OF_RUNG = {
    RungAction.REMIND: LetterKind.REMINDER,
    RungAction.REMIND_WITH_COPY: LetterKind.SECOND_REMINDER,
    RungAction.ESCALATE: LetterKind.ESCALATION,
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InTwoLanguages(_Frozen):
    """A text in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class LegalGround(_Frozen):
    """Why the data may be passed on (PIPL Art. 13), with the text that says so."""

    kind: LegalGroundKind
    source: str = Field(min_length=4)


class RungRule(_Frozen):
    """So many days, and what happens when they have passed without an answer."""

    days: int = Field(ge=1, le=400)
    unit: DayUnit = DayUnit.WORKING
    then: RungAction


class EnclosureRule(_Frozen):
    """A kind of enclosure that the type takes; anything else is refused."""

    kind: str
    title: InTwoLanguages
    is_required: bool = False
    #: A copy of an identity document: marked with its purpose, never sent by plain e-mail. State
    #: organs copy identity cards only where a law says so, which the type must name
    #: (关于规范居民身份证使用管理的公告, 2016, items 6 and 7).
    is_id_copy: bool = False
    legal_ground: str = ""

    @model_validator(mode="after")
    def _an_id_copy_has_its_ground(self) -> Self:
        if self.is_id_copy and len(self.legal_ground.strip()) < 4:
            raise ValueError(f"the ID copy {self.kind} needs its own legal ground")
        return self


class FieldRule(_Frozen):
    """A fact of the case that its letters print."""

    name: str = Field(pattern=r"^[a-z][a-z_]*$")
    label: InTwoLanguages
    max_length: int = Field(default=60, ge=1, le=400)


class ApplicantNotices(_Frozen):
    """What the applicant is told on the way, how, and what may be said of a refusal.

    A telephone number is kept for SMS and calls alone. Why the other office refused is never
    told: it may be of a kind that nobody else should read on a telephone.
    """

    way: NoticeWay = NoticeWay.LETTER
    kinds: tuple[NoticeKind, ...] = ()
    refusal: InTwoLanguages | None = None

    @property
    def needs_telephone(self) -> bool:
        """Whether a telephone number may be kept."""
        return self.way is not NoticeWay.LETTER and bool(self.kinds)

    @model_validator(mode="after")
    def _what_is_told_fits_the_way(self) -> Self:
        if self.way is NoticeWay.LETTER and self.kinds:
            raise ValueError("by letter the applicant gets the closing notice, nothing before it")
        if NoticeKind.REFUSED in self.kinds and self.refusal is None:
            raise ValueError("the type must say what may be told of a refusal")
        return self


class OfficeHours(_Frozen):
    """When ladder letters may leave, local time of our office."""

    opens: time = time(9)
    closes: time = time(17)


class QuestionRule(_Frozen):
    """One question that may be answered by itself (询问事项)."""

    name: str = Field(pattern=r"^[a-z][a-z_]*$", max_length=40)
    words: InTwoLanguages


class TelephoneRule(_Frozen):
    """What an answer by telephone needs before it may end the waiting."""

    needs_second_clerk: bool = False  #: Another clerk confirms the record of the call (复核).


class CaseType(_Frozen):
    """One version of a case type (事项). A case keeps the version it was opened with."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Field(ge=1)
    flow: str
    flow_version: int = Field(ge=1)
    name: InTwoLanguages
    legal_ground: LegalGround
    side: Side = Side.ASKING
    time_ground: str = ""  #: Who set our days, where we are the one that is asked.
    is_example: bool = False  #: Shown and tested, never offered for a real case.
    note: str = ""
    ladder: tuple[RungRule, ...] = Field(min_length=1)
    sign_off: Mapping[LetterKind, SignOff]
    seals: Mapping[LetterKind, Seal] = Field(default_factory=dict)  #: Letters left out bear none.
    channels: tuple[Channel, ...] = Field(min_length=1)
    transit_days: Mapping[Channel, int] = Field(default_factory=dict)
    both_calendars: bool = False  #: Only days on which both offices work count.
    fields: tuple[FieldRule, ...] = ()
    enclosures: tuple[EnclosureRule, ...] = ()
    office_hours: OfficeHours = OfficeHours()
    telephone: TelephoneRule = TelephoneRule()
    questions: tuple[QuestionRule, ...] = ()  #: None: one thing is asked as a whole.
    mail_classes: Mapping[LetterKind, MailClass] = Field(default_factory=dict)
    #: Reminders that go by post to one office on one day go as one letter.
    joint_reminders: bool = True
    notices: ApplicantNotices = ApplicantNotices()
    retention_years: int = Field(default=10, ge=1, le=100)

    @model_validator(mode="after")
    def _the_ladder_ends_with_a_person(self) -> Self:
        last = self.ladder[-1].then
        if last is not RungAction.HAND_TO_MANAGER:
            raise ValueError("the last rung must hand the case to the manager")
        if any(rule.then is RungAction.HAND_TO_MANAGER for rule in self.ladder[:-1]):
            raise ValueError("only the last rung may hand the case to the manager")
        missing = [kind for kind in self.letters if kind not in self.sign_off]
        if missing:
            raise ValueError(f"no sign-off for {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _a_seal_stands_on_a_signed_letter(self) -> Self:
        for kind in self.letters:
            if self.seal(kind) is not Seal.NONE and self.sign_off[kind] is SignOff.NONE:
                raise ValueError(f"{kind.value} bears a seal, so somebody has to sign it")
        if Seal.ELECTRONIC in self.seals.values() and Channel.POST in self.channels:
            raise ValueError("an electronic seal has no force on paper: post needs a wet one")
        return self

    @model_validator(mode="after")
    def _the_ladder_is_of_its_side(self) -> Self:
        is_asked = self.side is Side.ASKED
        if any(rule.then.is_inside is not is_asked for rule in self.ladder[:-1]):
            raise ValueError("an office that is asked urges its own people, one that asks writes")
        if not is_asked:
            return self
        if len({rule.unit for rule in self.ladder}) > 1:
            raise ValueError("our own days are counted in one unit")
        if len(self.time_ground.strip()) < 4:
            raise ValueError("the rule that sets our own days is not named")
        if self.sign_off[LetterKind.ACKNOWLEDGEMENT] is SignOff.EACH:
            raise ValueError("an acknowledgement waits for no signature")
        return self

    @property
    def question_names(self) -> tuple[str, ...]:
        """The questions that are answered one by one, in the order they are asked."""
        return tuple(rule.name for rule in self.questions)

    @property
    def id_copies(self) -> frozenset[str]:
        """The kinds of enclosure that are copies of identity documents."""
        return frozenset(rule.kind for rule in self.enclosures if rule.is_id_copy)

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The ladder, first rung first; our own days all count from the day it reached us."""
        days = [rule.days for rule in self.ladder]
        if self.side is Side.ASKED:
            days = list(accumulate(days))
        return tuple(
            Rung(
                ordinal=ordinal,
                allowance=Allowance(days[ordinal - 1], rule.unit),
                action=rule.then,
                letter=LETTERS_OF_RUNG.get(rule.then),
            )
            for ordinal, rule in enumerate(self.ladder, start=1)
        )

    def seal(self, kind: LetterKind) -> Seal:
        """Return which seal a kind of letter bears."""
        return self.seals.get(kind, Seal.NONE)

    def mail_class(self, kind: LetterKind) -> MailClass:
        """Return how a letter travels that goes by post: registered, unless the type says else."""
        return self.mail_classes.get(kind, MailClass.REGISTERED)

    @property
    def letters(self) -> tuple[LetterKind, ...]:
        """Every kind of letter that a case of this type can come to need."""
        if self.side is Side.ASKED:
            return (LetterKind.ACKNOWLEDGEMENT, LetterKind.REPLY_LETTER)
        climbed = (LETTERS_OF_RUNG[rule.then] for rule in self.ladder[:-1])
        return (LetterKind.REQUEST, *dict.fromkeys(climbed), LetterKind.CLOSING_NOTICE)

    def check_fields(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the fields, trimmed. Raises InvalidValue naming the first that is wrong."""
        known = {rule.name: rule for rule in self.fields}
        for name in given:
            if name not in known:
                raise InvalidValue(f"the case type {self.code} has no field {name!r}")
        checked = {}
        for name, rule in known.items():
            value = given.get(name, "").strip()
            if not value:
                raise InvalidValue(f"the field {name} ({rule.label.zh}) is missing")
            if len(value) > rule.max_length:
                raise InvalidValue(f"the field {name} has more than {rule.max_length} characters")
            checked[name] = value
        return checked
