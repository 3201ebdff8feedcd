"""Send what is in the outbox: claim, send, settle."""

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID

from cases.operations import dispatch
from cases.ports import MailTransport
from cases.store import outbox
from cases.store.outbox import Outgoing
from cases.vocabulary.errors import (
    DiskFault,
    MailUnavailable,
    RecipientRefused,
    SettingsFault,
    StoreUnavailable,
)
from cases.vocabulary.values import Envelope
from flows.prefect_watch import rest
from integrations.wiring import House

log = logging.getLogger("hancha.sender")

BATCH = 8


class Sender:
    """Hands mail to the outside world; one message is one claim, one sending, one settlement."""

    def __init__(self, house: House, *, holder: str) -> None:
        self._house, self._holder = house, holder

    async def run(self, stop: asyncio.Event) -> None:
        """Go on until told to stop."""
        transport = self._house.transport()
        while not stop.is_set():
            sent = 0
            try:
                sent = await self.send_some(transport)
            except StoreUnavailable as fault:
                log.warning("%s", fault)
            except Exception:
                log.exception("the sender stumbled and goes on")
            if not sent:
                await rest(stop, self._house.settings.poll_seconds)
        await transport.close()

    async def send_some(self, transport: MailTransport) -> int:
        """Send a batch and return how many were taken up."""
        batch = await asyncio.to_thread(self._claim)
        if not batch:
            return 0
        waiting = {outgoing.id for outgoing in batch}
        renewing = asyncio.create_task(self._keep_claimed(waiting))
        try:
            for outgoing in batch:
                await self._send(transport, outgoing)
                waiting.discard(outgoing.id)
        finally:
            renewing.cancel()
        return len(batch)

    async def _keep_claimed(self, waiting: set[UUID]) -> None:
        """Renew the claims while their messages wait or travel: a large one takes its time."""
        while True:
            await asyncio.sleep(self._house.settings.mail_claim_seconds / 3)
            await asyncio.to_thread(self._renew, sorted(waiting))

    def _renew(self, message_ids: Sequence[UUID]) -> None:
        with self._house.database.transaction("renew-mail") as session:
            outbox.renew(session, message_ids, holder=self._holder, claim_ms=self._claim_ms)

    @property
    def _claim_ms(self) -> int:
        return int(self._house.settings.mail_claim_seconds * 1000)

    def _claim(self) -> list[Outgoing]:
        now = self._house.clock.now()
        with self._house.database.reading() as session:
            if not outbox.has_ready(session, now):
                return []
        with self._house.database.transaction("claim-mail") as session:
            return outbox.claim(
                session,
                now=now,
                holder=self._holder,
                claim_ms=self._claim_ms,
                limit=BATCH,
            )

    async def _send(self, transport: MailTransport, outgoing: Outgoing) -> None:
        try:
            envelope = await asyncio.to_thread(self._envelope, outgoing)
            self._house.reached("send:before")
            words = await transport.send(envelope)
            self._house.reached("send:after")
        except RecipientRefused as refused:
            await self._fail(outgoing, refused, is_final=True)
        except (MailUnavailable, DiskFault, SettingsFault) as fault:
            await self._fail(outgoing, fault, is_final=False)
        else:
            await asyncio.to_thread(self._sent, outgoing, words)

    def _envelope(self, outgoing: Outgoing) -> Envelope:
        return Envelope(
            message_id=outgoing.message_id,
            sender=self._house.settings.mail_from,
            recipient=outgoing.recipient,
            content=self._house.documents.get(outgoing.content, case_id=outgoing.case_id),
        )

    def _sent(self, outgoing: Outgoing, words: str) -> None:
        with self._house.database.transaction("sent") as session:
            dispatch.record_sent(
                session,
                outgoing.id,
                holder=self._holder,
                words=words,
                now=self._house.clock.now(),
            )

    async def _fail(self, outgoing: Outgoing, fault: Exception, *, is_final: bool) -> None:
        log.warning("%s was not sent: %s", outgoing.message_id, fault)
        await asyncio.to_thread(self._record_failure, outgoing, str(fault), is_final)

    def _record_failure(self, outgoing: Outgoing, words: str, is_final: bool) -> None:
        with self._house.database.transaction("send-failed") as session:
            dispatch.record_failure(
                session,
                outgoing.id,
                holder=self._holder,
                words=words,
                is_final=is_final,
                now=self._house.clock.now(),
            )
