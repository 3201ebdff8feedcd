"""A scanned file taken in: read by a limited process, sorted, filed in one transaction."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from cases.operations import scans as operations
from cases.operations.scans import Plan, PlanIsStale, Stack
from cases.ports import Clock, DocumentStore
from cases.store import offices
from cases.store import scans as store
from cases.store.session import Database
from cases.store.tables.scan import ScanBatch
from cases.vocabulary.errors import SystemFault
from cases.vocabulary.values import Actor
from integrations.scans.paper import pdf_of
from integrations.scans.reader import ReadStack, ScanReader

PLANS = 4  #: Made at most: somebody would have to act on one of its cases every time.


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one file."""

    batch: ScanBatch
    is_known: bool  #: It had been taken in before; nothing was filed again.


@dataclass(frozen=True, slots=True)
class ScanIntake:
    """Takes in scanned files for one office."""

    database: Database
    documents: DocumentStore
    clock: Clock
    reader: ScanReader

    def take_in(
        self,
        path: Path,
        actor: Actor,
        office_id: UUID,
        *,
        are_returned: bool = False,
        received_on: date | None = None,
    ) -> TakenIn:
        """File everything on the pages of a file, or nothing. Today by default.

        Raises ScanRefused, NotAllowed, InvalidValue, DiskFault, StoreUnavailable.
        """
        stack = self.reader.read(path)
        with self.database.reading() as session:
            known = store.batch_of(session, stack.digest)
        if known is not None:
            return TakenIn(known, is_known=True)
        for _ in range(PLANS):
            try:
                return self._file(stack, actor, office_id, are_returned, received_on)
            except PlanIsStale:
                continue
        raise SystemFault("the cases of this scan change all the time; try again")

    def _file(
        self,
        read: ReadStack,
        actor: Actor,
        office_id: UUID,
        are_returned: bool,
        received_on: date | None,
    ) -> TakenIn:
        stack = Stack(read.digest, read.pages, are_returned)
        with self.database.reading() as session:
            plan = operations.plan(session, actor, office_id, stack)
        documents = self._documents(read, plan)
        now = self.clock.now()
        with self.database.transaction("scan") as session:
            is_known = store.batch_of(session, read.digest) is not None
            batch = operations.take_in(
                session,
                actor,
                plan,
                documents,
                received_on=received_on or offices.local_day(session, office_id, now),
                now=now,
            )
        return TakenIn(batch, is_known)

    def _documents(self, read: ReadStack, plan: Plan) -> list[str]:
        """Put each parcel's pages where documents lie; what is not named afterwards is swept."""
        return [
            self.documents.put(
                pdf_of([read.pictures[number - 1] for number in parcel.pages]), case_id=binding
            )
            for parcel, binding in zip(plan.sorted.parcels, plan.bindings, strict=True)
        ]
