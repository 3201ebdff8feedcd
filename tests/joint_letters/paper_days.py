"""A world whose letters go by post: what its mail room does, and what lies in its envelopes."""

import io
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pypdfium2 as pdfium
from sqlmodel import col, select

from cases.operations import address_repairs, dispatch, mail_room
from cases.store import offices
from cases.store.tables.correspondence import Letter, LetterNumber
from cases.store.tables.joint_letter import JointLetter
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.post import PostBatch
from cases.vocabulary.errors import BatchIsClosed, NothingToPost
from cases.vocabulary.post import RepairOutcome
from cases.vocabulary.status import EntryKind, LetterKind, OutboxStatus
from cases.vocabulary.values import Actor
from integrations import address_desk
from integrations.mailroom.closing import close_batch
from integrations.mailroom.desk import Papers, papers_of
from tests.story import Story

APPLICATION = Path(__file__).resolve().parents[2] / "examples" / "enclosures" / "application.pdf"
CUT_OFF = time(16)
Result = TypeVar("Result")


class PaperDays:
    """A story, and the mail room of its office."""

    def __init__(self, story: Story, **case_type: Any) -> None:
        self.story = story
        story.house.reached = story.power.reached
        code = f"by-post-{case_type.get('version', 1)}"
        self.type = story.publish(code, channels=["post"], **case_type)
        self.application = APPLICATION.read_bytes()

    def open(self, *, to: str = "YZ", name: str = "林小禾", **more: Any) -> str:
        """Open a case whose request leaves by post at once."""
        case_id = uuid4()
        document = self.story.house.documents.put(self.application, case_id=case_id)
        given = {"case_type": self.type, "home_office": to, "applicant_name": name, **more}
        enclosed = {"application": document}
        return self.story.open(case_id=case_id, enclosures=enclosed, **given)

    def asked(self, *names: str, to: str = "YZ", **more: Any) -> list[str]:
        """Open a case for each person, their requests posted today."""
        cases = [self.open(to=to, name=name, **more) for name in names]
        self.story.rest()
        self.post_by_hand(cases)
        return cases

    def post_by_hand(self, cases: list[str]) -> None:
        """Record each letter of these cases that waits as posted."""
        for case in cases:
            for message in self.story.outbox(case):
                if message.status is OutboxStatus.PENDING:
                    self.as_mail_room(dispatch.record_posted, message.id)

    def as_mail_room(self, act: Callable[..., Result], message_id: Any) -> Result:
        """Do something with one message as the mail room."""
        with self.story.house.database.transaction("post") as session:
            message = session.get_one(OutboxMessage, message_id)
            return act(session, self.mail, message, now=self.story.clock.now())

    @property
    def mail(self) -> Actor:
        """Who works in the mail room."""
        return self.story.actor("mail")

    # -- the day ----------------------------------------------------------------------------

    def gather(self) -> str:
        """Put the day's letters in a batch and return its code."""
        with self.story.house.database.transaction("gather") as session:
            now = self.story.clock.now()
            return mail_room.gather(session, self.mail, cut_off=CUT_OFF, now=now).code

    def print(self, code: str) -> Papers:
        """Close a batch before its cut-off and return its papers."""
        close_batch(self.story.house, self.mail, code, is_early=True)
        return self.papers(code)

    def papers(self, code: str) -> Papers:
        """Return the papers of a closed batch."""
        return papers_of(self.story.house, self.mail, code, io.BytesIO())

    def printed(self, code: str) -> list[str]:
        """Return the text of every page of a closed batch."""
        whole = io.BytesIO()
        papers_of(self.story.house, self.mail, code, whole)
        document = pdfium.PdfDocument(whole.getvalue())
        pages = [document[n].get_textpage().get_text_range() for n in range(len(document))]
        return ["".join(page.split()) for page in pages]

    def posted(self, code: str) -> None:
        """Hand a batch to the post office."""
        with self.story.house.database.transaction("posted") as session:
            batch = session.exec(select(PostBatch).where(PostBatch.code == code)).one()
            mail_room.record_batch_posted(session, self.mail, batch, now=self.story.clock.now())

    def day(self) -> str | None:
        """Gather, print and hand over; return the batch, or None when nothing waits."""
        try:
            code = self.gather()
            self.print(code)
        except (NothingToPost, BatchIsClosed):
            return None
        self.posted(code)
        self.story.rest()
        return code

    def come_back(self, case: str, reason: str = "原址查无此单位") -> None:
        """The case's latest letter comes back unopened."""
        message = self.messages(case)[-1]
        with self.story.house.database.transaction("returned") as session:
            assert message.office_id is not None
            address_repairs.open_repair(
                session,
                self.mail,
                offices.get(session, message.office_id),
                reason,
                now=self.story.clock.now(),
                returned=session.get_one(OutboxMessage, message.id),
            )

    def mend(self, code: str, address: str) -> None:
        """Enter another address of an office in doubt."""
        address_desk.mend(self.story.house, self.mail, code, {"address": address})

    def confirm(self, code: str) -> None:
        """Find that the address of an office in doubt is right."""
        address_desk.settle(self.story.house, self.mail, code, RepairOutcome.CONFIRMED)

    def office_of(self, case: str) -> str:
        """Return the code of the office that a case asks."""
        with self.story.house.database.reading() as session:
            return offices.get(session, self.story.case(case).home_office_id).code

    # -- what is on record --------------------------------------------------------------------

    def messages(self, case: str) -> list[OutboxMessage]:
        """Return what is in the outbox for the asked office, not cancelled."""
        rows = self.story.outbox(case)
        return [row for row in rows if row.office_id and row.status is not OutboxStatus.CANCELLED]

    def reminders(self, case: str) -> list[Letter]:
        """Return the reminders of a case, the first one first."""
        kinds = (LetterKind.REMINDER, LetterKind.SECOND_REMINDER)
        return [letter for letter in self.story.letters(case) if letter.kind in kinds]

    def joint(self) -> list[JointLetter]:
        """Return every joint letter, the first one first."""
        return list(self.story.rows(select(JointLetter).order_by(col(JointLetter.signed_at))))

    def seen_in(self, case: str) -> list[str]:
        """Return the letters that the journal of a case points to (见某某函)."""
        entries = self.story.entries(case)
        return [each.result["number"] for each in entries if each.kind is EntryKind.JOINED]

    def numbers(self) -> list[tuple[int, str]]:
        """Return each letter number that was given out, and why it is void if it is."""
        rows = self.story.rows(select(LetterNumber).order_by(col(LetterNumber.serial)))
        return [(row.serial, row.void_reason) for row in rows]
