"""A message taken in: read by a limited process, matched, filed in one transaction."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from cases.operations import incoming
from cases.operations.incoming import Delivery, MailPlan
from cases.ports import Clock, DocumentStore
from cases.store import mail, offices
from cases.store.session import Database
from cases.store.tables.mail import IncomingMail
from cases.vocabulary.errors import EnclosureRefused, ScanRefused, SystemFault
from cases.vocabulary.mail import MailNature, MailPlace
from cases.vocabulary.values import ENGINE, Actor
from integrations.enclosures.reader import PdfEnclosureReader
from integrations.mail_facts import Ourselves, facts_of, nature
from integrations.mailbox.identity import digest_of
from integrations.mailbox.reader import AttachedFile, MessageReader, ReadMessage
from integrations.scans.paper import joined
from integrations.scans.reader import ScanReader

TRIES = 4  #: Another worker may take the same message in at the same moment.


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one message."""

    mail: IncomingMail
    is_known: bool  #: It had been taken in before; nothing was filed again.


@dataclass(frozen=True, slots=True)
class MailIntake:
    """Takes in messages for an installation."""

    database: Database
    documents: DocumentStore
    clock: Clock
    us: Ourselves
    office: str  #: Code of ours whose tray takes what names no case; empty: our only one.
    reader: MessageReader
    pages: ScanReader
    enclosures: PdfEnclosureReader

    def take_in(
        self,
        content: bytes,
        *,
        source: str,
        arrived_at: datetime,
        actor: Actor = ENGINE,
        too_large: str = "",
    ) -> TakenIn:
        """File a message, put it in the tray, or aside; known, it changes nothing.

        `too_large` says why only its headers are here. Raises NotAllowed, UnknownOffice,
        SystemFault.
        """
        read = self.reader.read(content)
        delivery = self._delivery(content, read, source, arrived_at, too_large)
        for _ in range(TRIES):
            try:
                return self._file(delivery, read, content, actor)
            except IntegrityError:  # Somebody took it in at the same moment.
                continue
        raise SystemFault("this message is taken in by another all the time; it is tried again")

    def _delivery(
        self,
        content: bytes,
        read: ReadMessage,
        source: str,
        arrived_at: datetime,
        too_large: str,
    ) -> Delivery:
        is_letter = nature(read, self.us) is MailNature.LETTER
        codes = self._codes(read.attached) if is_letter else []
        facts = facts_of(
            read, self.us, digest=digest_of(content), page_codes=codes, too_large=too_large
        )
        with self.database.reading() as session:
            office_id = offices.that_gets_mail(session, self.office).id
        return Delivery(facts, source, office_id, arrived_at, len(content))

    def _file(self, delivery: Delivery, read: ReadMessage, content: bytes, actor: Actor) -> TakenIn:
        with self.database.reading() as session:
            known = mail.by_key(session, delivery.key)
            if known is not None:
                return TakenIn(known, is_known=True)
            plan = incoming.plan(session, actor, delivery)
        is_reply = plan.place is MailPlace.FILED
        paper = paper_of(read.attached, self.enclosures) if is_reply else b""
        originals = [self.documents.put(content, case_id=each) for each in plan.bindings]
        papers = [self._put(paper, each) for each in plan.bindings]
        return self._written(plan, originals, papers, actor)

    def _written(
        self, plan: MailPlan, originals: Sequence[str], papers: Sequence[str], actor: Actor
    ) -> TakenIn:
        now = self.clock.now()
        with self.database.transaction("mail-in") as session:
            row = incoming.take_in(session, actor, plan, originals, papers, now=now)
            return TakenIn(row, is_known=row.id != plan.mail_id)

    def _put(self, paper: bytes, case_id: UUID) -> str:
        return self.documents.put(paper, case_id=case_id) if paper else ""

    def _codes(self, attached: Sequence[AttachedFile]) -> list[str]:
        """Return the codes on attached pages; what cannot be read shows none, a clerk looks."""
        found: list[str] = []
        for each in attached:
            if not each.content:
                continue
            with suppress(ScanRefused):
                stack = self.pages.read_content(each.content, Path(each.name or "pages"))
                found += [text for page in stack.pages for text in page.codes]
        return list(dict.fromkeys(found))


def paper_of(attached: Sequence[AttachedFile], enclosures: PdfEnclosureReader) -> bytes:
    """Return the attached pages of a message as one cleaned PDF; empty when it has none.

    What is refused stays in the original alone. Raises DiskFault, SystemFault.
    """
    cleaned: list[bytes] = []
    for each in attached:
        if each.content:
            with suppress(EnclosureRefused):
                name = Path(each.name or "pages")
                cleaned.append(enclosures.read_content(each.content, name))
    return joined(*cleaned) if cleaned else b""
