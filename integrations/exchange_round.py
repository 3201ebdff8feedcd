"""One round of the exchange with every partner: lay out, read receipts, take in, give receipts.

Killed at any point, the next round does what is left: a message keeps its id, a file its name,
and what was taken in is known by its record.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from cases.operations import dispatch, exchange_in
from cases.store import exchange, outbox
from cases.store.tables.exchange import ExchangeRecord, Partner, PartnerKey
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import CaseError, InvalidValue, SystemFault
from cases.vocabulary.exchange import ExchangeStatus
from integrations.exchange.folder import SharedFolder, digest_of
from integrations.exchange.forms import (
    MessageForm,
    MessagesFile,
    ReceiptForm,
    ReceiptsFile,
    receipts_of,
)
from integrations.exchange.signing import OwnKey, proved
from integrations.exchange_papers import Papers
from integrations.wiring import House

log = logging.getLogger("hancha.exchange")

HOLDER = "exchange"
OLDEST = timedelta(days=60)  #: A message that was written before proves too little.
AHEAD = timedelta(days=1)  #: As far as two clocks may be apart.


class ExchangeRound:
    """Carries what waits to and from the partners' folders; `papers` cleans what comes in."""

    def __init__(self, house: House, papers: Papers) -> None:
        self._house, self._papers = house, papers
        self._own_key = OwnKey(house.settings.home)

    def carry(self) -> int:
        """Do one round and return how many files were moved on; a partner's fault is logged."""
        ours = self._house.settings.exchange_name
        if not ours:
            return 0
        with self._house.database.reading() as session:
            found = [
                (each, exchange.keys_of(session, each.code)) for each in exchange.partners(session)
            ]
        moved = 0
        for partner, keys in found:
            side = _Side(self._house, self._papers, self._own_key, ours, partner, list(keys))
            for step in (side.settle, side.lay_out, side.take_in, side.tidy):
                moved += _guarded(step, partner.code)
        return moved


def _name(message: OutboxMessage) -> str:
    return f"{message.id.hex}.json"


def _guarded(step: Callable[[], int], partner: str) -> int:
    try:
        return step()
    except (CaseError, SystemFault, ValidationError) as fault:
        log.warning("the exchange with %s: %s", partner, str(fault).partition("\n")[0])
        return 0


class _Side:
    """Our side of the exchange with one partner."""

    def __init__(
        self,
        house: House,
        papers: Papers,
        own_key: OwnKey,
        ours: str,
        partner: Partner,
        keys: list[PartnerKey],
    ) -> None:
        self._house, self._papers, self._own_key = house, papers, own_key
        self._ours, self._partner, self._keys = ours, partner, keys
        self._folder = SharedFolder(Path(partner.folder), ours, partner.code)

    # -- what we send ---------------------------------------------------------------------

    def lay_out(self) -> int:
        """Put every message that is to go in the folder, each in a file of its own."""
        now = self._house.clock.now()
        with self._house.database.reading() as session:
            waiting = exchange.outgoing(session, self._partner.code, now)
        there = set(self._folder.own_messages())
        wanted = [each for each in waiting if _name(each) not in there]
        for message in wanted:
            with self._house.database.transaction("exchange-claim") as session:
                if not dispatch.begin_exchange(session, message.id, holder=HOLDER, now=now):
                    continue
            content = self._house.documents.get(message.content, case_id=message.case_id)
            form = MessageForm.model_validate_json(content)
            file = MessagesFile(
                written_by=self._ours,
                written_for=self._partner.code,
                written_at=now,
                messages=[form],
            )
            self._house.reached("exchange-lay:before")
            signed = self._own_key.sign(file.model_dump_json())
            self._folder.lay_message(_name(message), signed)
            self._house.reached("exchange-lay:after")
        return len(wanted)

    def settle(self) -> int:
        """Read the receipts of our files; what is settled is taken away."""
        names = list(self._folder.own_messages())
        return sum(_guarded(partial(self._settled, name), self._partner.code) for name in names)

    def _settled(self, name: str) -> int:
        receipt = self._folder.receipt_from_partner(name)
        file = self._folder.own_message(name)
        if receipt is None or file is None:
            return 0
        said = ReceiptsFile.model_validate_json(proved(receipt, self._keys))
        is_for_us = (said.written_by, said.written_for) == self._addressed()
        if not is_for_us or said.of != digest_of(file):
            return 0  # Of an earlier file of this name, or meant for somebody else.
        self._settle_one(name, said)
        self._house.reached("exchange-settle:after")
        self._folder.remove_message(name)
        return 1

    def _settle_one(self, name: str, said: ReceiptsFile) -> None:
        receipt = said.receipts[0] if said.receipts else None
        is_taken = receipt is not None and receipt.status is ExchangeStatus.ACCEPTED
        reason = said.refused or (receipt.reason if receipt else "")
        now = self._house.clock.now()
        with self._house.database.transaction("exchange-settle") as session:
            message = outbox.by_hex(session, name.removesuffix(".json"))
            if message is None:
                return
            if is_taken:
                words = f"taken in by {self._partner.code}"
                dispatch.record_sent(session, message.id, holder=HOLDER, words=words, now=now)
            else:
                dispatch.record_failure(
                    session,
                    message.id,
                    holder=HOLDER,
                    words=f"{self._partner.code} refuses it: {reason}",
                    is_final=True,
                    now=now,
                    doubts_address=False,
                )

    def _addressed(self) -> tuple[str, str]:
        return self._partner.code, self._ours

    # -- what we take in ------------------------------------------------------------------

    def take_in(self) -> int:
        """Take in each file that lies for us, and lay its receipt."""
        names = list(self._folder.messages_from_partner())
        return sum(_guarded(partial(self._receipted, name), self._partner.code) for name in names)

    def _receipted(self, name: str) -> int:
        content = self._folder.message_from_partner(name)
        if content is None or self._is_answered(name, content):
            return 0
        found, refused = self._taken(content)
        self._house.reached("exchange-receipt:before")
        receipt = receipts_of(
            self._ours,
            self._partner.code,
            digest_of(content),
            found,
            at=self._house.clock.now(),
            refused=refused,
        )
        self._folder.lay_receipt(name, self._own_key.sign(receipt))
        return 1

    def tidy(self) -> int:
        """Take away the receipts of files that are gone."""
        there = set(self._folder.messages_from_partner())
        for name in list(self._folder.own_receipts()):
            if name not in there:
                self._folder.remove_receipt(name)
        return 0

    def _is_answered(self, name: str, content: bytes) -> bool:
        """Whether our receipt of this very file lies there; only we write below our name."""
        receipt = self._folder.own_receipt(name)
        return receipt is not None and digest_of(content).encode() in receipt

    def _taken(self, content: bytes) -> tuple[list[ReceiptForm], str]:
        """Take in a file: what became of each message, or why it is refused as a whole."""
        try:
            file = MessagesFile.model_validate_json(proved(content, self._keys))
            self._check(file, self._house.clock.now())
        except InvalidValue as refusal:
            return [], str(refusal)
        except ValidationError as fault:
            wrong = fault.errors(include_input=False, include_url=False)[0]
            return [], f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}"[:300]
        return [self._one(form) for form in file.messages], ""

    def _check(self, file: MessagesFile, now: datetime) -> None:
        if (file.written_by, file.written_for) != self._addressed():
            raise InvalidValue(f"this file is by {file.written_by} for {file.written_for}")
        if not now - OLDEST <= file.written_at <= now + AHEAD:
            raise InvalidValue(f"this file was written on {file.written_at:%Y-%m-%d}")

    def _one(self, form: MessageForm) -> ReceiptForm:
        """Take in one message, unless it came before, or write down why it is refused."""
        digest, now, database = form.digest(), self._house.clock.now(), self._house.database
        try:
            record = self._recorded(form, digest, now)
        except CaseError as refusal:
            reason = f"{type(refusal).__name__}: {refusal}"
            with database.transaction("exchange-refuse") as session:
                known = exchange.record_of(session, form.id)
                if known is None or known.status is ExchangeStatus.REFUSED:
                    exchange_in.refuse(session, self._partner, form.id, digest, reason, now=now)
            return ReceiptForm(message=form.id, status=ExchangeStatus.REFUSED, reason=reason[:300])
        return ReceiptForm(message=form.id, status=record.status)

    def _recorded(self, form: MessageForm, digest: str, now: datetime) -> ExchangeRecord:
        """Return the record of a message that is, or was, taken in. Raises CaseError."""
        message = form.message()
        with self._house.database.reading() as session:
            known = exchange_in.taken_before(session, self._partner, form.id, digest)
            if known is not None:
                return known
            case_id = exchange_in.case_for(session, self._partner, message)
        paper = self._papers.keep(form, case_id)  # On disk before the commit that names it.
        with self._house.database.transaction("exchange-take-in") as session:
            known = exchange_in.taken_before(session, self._partner, form.id, digest)
            if known is not None:  # By another worker, meanwhile.
                return known
            printer, safe = self._house.printer, self._house.safe
            return exchange_in.take_in(
                session, self._partner, message, digest, paper, printer, safe, now=now
            )
