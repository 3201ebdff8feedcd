"""How people come in to the desk: accounts, sessions, one-time links, attempts at signing in."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant


class DeskAccount(SQLModel, table=True):
    """The password of one person (账号); without a row the person cannot sign in."""

    __tablename__ = "desk_account"

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    password_hash: str = Field(max_length=200)  #: argon2id with its salt and parameters.
    password_set_at: datetime = Field(sa_type=UtcInstant)


class DeskSession(SQLModel, table=True):
    """One browser that is signed in (会话). Its token is not here, only the token's hash."""

    __tablename__ = "desk_session"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    began_at: datetime = Field(sa_type=UtcInstant)
    seen_at: datetime = Field(sa_type=UtcInstant)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    device: str = Field(default="", max_length=120)  #: What the browser calls itself.


class EntryLink(SQLModel, table=True):
    """A link by which somebody sets a password, once (一次性链接)."""

    __tablename__ = "entry_link"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    #: None: whoever has it enters the first office and becomes its administrator.
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    made_by: str = Field(max_length=60)
    expires_at: datetime = Field(sa_type=UtcInstant)
    used_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class SignInAttempt(SQLModel, table=True):
    """One attempt that has not succeeded; too many of them, and the next has to wait."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_login", "login", "at"),
        Index("ix_sign_in_attempt_address", "address", "at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    login: str = Field(max_length=60)
    address: str = Field(max_length=60)
    at: datetime = Field(sa_type=UtcInstant)
