"""Offices and the people who work in them."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from cases.store.types import Word
from cases.vocabulary.status import Role


class Office(SQLModel, table=True):
    """An authority that asks or answers (机关)."""

    __tablename__ = "office"

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
    valid_to: date | None = None
    successor_id: UUID | None = Field(default=None, foreign_key="office.id")


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
