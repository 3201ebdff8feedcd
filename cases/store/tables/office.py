"""Offices and the people who work in them."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from cases.store.types import Word
from cases.vocabulary.status import Channel, Role


class Office(SQLModel, table=True):
    """An authority that asks or answers (机关)."""

    __tablename__ = "office"
    #: Holds all that a search looks at, in the order of what it shows: a frequent word ends the
    #: scan at once, and a rare one reads the index alone.
    __table_args__ = (Index("ix_office_search", "search_rank", "code", "search_words"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(unique=True, max_length=40)  #: 机关代字, as used in letter numbers.
    name_zh: str = Field(max_length=120)
    name_en: str = Field(default="", max_length=200)
    division_code: str = Field(default="", max_length=12, index=True)
    superior_id: UUID | None = Field(default=None, foreign_key="office.id")
    email: str = Field(default="", max_length=254)
    address: str = Field(default="", max_length=300)
    postcode: str = Field(default="", max_length=12)
    telephone: str = Field(default="", max_length=40)
    contact: str = Field(default="", max_length=60)
    zone: str = Field(default="Asia/Shanghai", max_length=40)
    is_ours: bool = False  #: Works its cases in this installation.
    valid_from: date | None = None
    valid_to: date | None = None  #: The last day that it exists.
    successor_id: UUID | None = Field(default=None, foreign_key="office.id")
    #: How it takes letters, as values of Channel with commas between; empty: any way.
    channels: str = Field(default="", max_length=60)
    partner_code: str = Field(default="", max_length=40, index=True)  #: Who speaks for it.
    verified_on: date | None = None  #: When somebody last made sure of all this.
    #: For the search (`rules.office_words`); `operations.directory` keeps both.
    search_rank: int = 0
    search_words: str = Field(default="", max_length=600)

    def is_living(self, on: date) -> bool:
        """Whether it exists on that day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)

    def takes(self, channel: Channel) -> bool:
        """Whether it takes letters this way."""
        return not self.channels or channel.value in self.channels.split(",")


class Person(SQLModel, table=True):
    """Somebody who works for an office of this installation."""

    __tablename__ = "person"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    login: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=60)
    office_id: UUID = Field(foreign_key="office.id", index=True)
    is_active: bool = True


class RoleHeld(SQLModel, table=True):
    """One role of one person for one office."""

    __tablename__ = "role_held"
    __table_args__ = (UniqueConstraint("person_id", "office_id", "role"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    office_id: UUID = Field(foreign_key="office.id", index=True)
    role: Role = Field(sa_type=Word(Role))
