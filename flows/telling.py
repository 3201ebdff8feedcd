"""The scheduled flow that tells people: writes what is due, then hands over what is written."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from socket import gethostname
from typing import Generic, TypeVar
from uuid import uuid4

from prefect import flow
from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from cases.ports import ShortMessages
from cases.store import departures
from cases.store.tables.telling import ApplicantNotice, Departing, Digest
from cases.vocabulary.errors import DiskFault, MailUnavailable, RecipientRefused, SettingsFault
from cases.vocabulary.telling import NoticeWay
from cases.vocabulary.values import Envelope
from integrations.deployments import ScheduledEntry
from integrations.digest_desk import write_digests
from integrations.notice_desk import message_of, settle_notice, write_notices
from integrations.telling.sms_folder import SmsFolder
from integrations.wiring import House, house

log = logging.getLogger("hancha.telling")

BATCH = 20
Row = TypeVar("Row", bound=Departing)

ENTRY = ScheduledEntry("tell-people", "flows/telling.py:tell_people", "*/5 * * * *")


@flow(name="tell-people", validate_parameters=False, persist_result=False)
async def tell_people() -> int:
    """Tell those who work here what waits for them, and applicants how their cases stand."""
    return await tell(house())


async def tell(here: House) -> int:
    """Write what is due and hand over all that may leave; returns how much was accepted."""
    await asyncio.to_thread(write_notices, here)
    accepted = await send_notices(here)
    written = await asyncio.to_thread(write_digests, here)
    if written:
        log.info("%d digests are written", written)
    return accepted + await send_digests(here)


async def send_notices(here: House) -> int:
    """Hand the short messages to the gateway; without one, they stay on the list of calls."""
    if here.settings.sms_folder is None:
        return 0
    gateway: ShortMessages = SmsFolder(here.settings.sms_folder)

    async def send(notice: ApplicantNotice) -> str:
        return await gateway.send(await asyncio.to_thread(message_of, here, notice))

    written = and_(col(ApplicantNotice.way) == NoticeWay.SMS, col(ApplicantNotice.text) != "")
    return await NoticeTeller(here, ApplicantNotice, send, written).hand_over()


async def send_digests(here: House) -> int:
    """Send the digests that may leave, each with its own bytes however often it takes."""
    transport = here.transport()

    async def send(digest: Digest) -> str:
        content = Envelope(
            digest.message_id, here.settings.mail_from, digest.recipient, digest.content
        )
        return await transport.send(content)

    try:
        return await Teller(here, Digest, send).hand_over()
    finally:
        await transport.close()


class Teller(Generic[Row]):
    """Hands over what is in one table: claim, send, settle."""

    def __init__(
        self,
        here: House,
        table: type[Row],
        send: Callable[[Row], Awaitable[str]],
        only: ColumnElement[bool] = departures.TRUE,
    ) -> None:
        self._only = only
        self._house, self._table, self._send = here, table, send
        self._holder = f"{gethostname()}:{os.getpid()}:{uuid4().hex[:6]}"
        self._point = table.__name__.lower()

    async def hand_over(self) -> int:
        """Hand over everything that may leave now; return how much was accepted."""
        accepted = 0
        while batch := await asyncio.to_thread(self._claim):
            for row in batch:
                accepted += await self._hand_over(row)
        return accepted

    def _claim(self) -> Sequence[Row]:
        now = self._house.clock.now()
        with self._house.database.reading() as session:
            if not departures.has_ready(session, self._table, now, self._only):
                return []
        claim_ms = int(self._house.settings.mail_claim_seconds * 1000)
        with self._house.database.transaction(f"claim-{self._point}") as session:
            return departures.claim(
                session,
                self._table,
                now=now,
                holder=self._holder,
                claim_ms=claim_ms,
                limit=BATCH,
                only=self._only,
            )

    async def _hand_over(self, row: Row) -> bool:
        try:
            self._house.reached(f"{self._point}:before")
            words = await self._send(row)
            self._house.reached(f"{self._point}:after")
        except (RecipientRefused, MailUnavailable, DiskFault, SettingsFault) as fault:
            log.warning("%s was not sent: %s", row.message_id, fault)
            is_final = isinstance(fault, RecipientRefused)
            await asyncio.to_thread(self._failed, row, str(fault), is_final)
            return False
        await asyncio.to_thread(self._sent, row, words)
        return True

    def _sent(self, row: Row, words: str) -> None:
        with self._house.database.transaction(f"{self._point}-sent") as session:
            departures.settle_sent(
                session,
                self._table,
                row.id,
                holder=self._holder,
                words=words,
                now=self._house.clock.now(),
            )

    def _failed(self, row: Row, words: str, is_final: bool) -> None:
        with self._house.database.transaction(f"{self._point}-failed") as session:
            departures.settle_failure(
                session,
                self._table,
                row.id,
                holder=self._holder,
                words=words,
                is_final=is_final,
                now=self._house.clock.now(),
            )


class NoticeTeller(Teller[ApplicantNotice]):
    """Hands over messages to applicants; that they were told stands in the case's journal."""

    def _sent(self, row: ApplicantNotice, words: str) -> None:
        settle_notice(self._house, row, holder=self._holder, words=words)
