"""Letters that carry the reminders of several cases to one office."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.status import Language, LetterKind, LetterStatus


class JointLetter(SQLModel, table=True):
    """One letter of our mail room for the reminders of its day to one office (合并函).

    Signed and numbered when the batch is printed; its list is fixed when the batch is closed. With
    one case left it is an ordinary reminder. Whether it left or came back stands in its messages.
    """

    __tablename__ = "joint_letter"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    batch_id: UUID | None = Field(default=None, foreign_key="post_batch.id", index=True)
    office_id: UUID = Field(foreign_key="office.id")  #: Ours.
    recipient_id: UUID = Field(foreign_key="office.id")
    copy_office_ids: list[str] = Field(default_factory=list, sa_type=JSON)
    kind: LetterKind = Field(sa_type=Word(LetterKind))  #: Of the reminders.
    language: Language = Field(sa_type=Word(Language))
    part: int = 1  #: Above 1 where one letter would list too many.
    status: LetterStatus = Field(sa_type=Word(LetterStatus))  #: Signed, issued or void.
    number: str = Field(default="", max_length=60)  #: 发文字号
    signed_by: str = Field(max_length=60)  #: Whoever signed each of its reminders.
    signed_at: datetime = Field(sa_type=UtcInstant)
    own_words: str = Field(default="", max_length=40)  #: Id of the reminder that a clerk edited.
    written: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  #: A `WrittenLetter`.
    document: str = Field(default="", max_length=64)
    subject: str = Field(default="", max_length=200)
    pages: int = 0
    cases: int = 0  #: How many it lists.
