"""Print a batch of the mail room: read its files, close it, and make the papers for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.operations import mail_room
from cases.ports import DocumentStore
from cases.rules.access import Act, require
from cases.rules.page_code import ENDS_WITH_SLIP
from cases.rules.postal_address import PostalAddress, window_lines
from cases.store import correspondence, offices, post
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.post import PostBatch, PostEnvelope
from cases.vocabulary.errors import InvalidValue, SystemFault
from cases.vocabulary.status import LetterKind
from cases.vocabulary.values import Actor
from integrations.durable_files import Sink
from integrations.letters.faces import open_faces
from integrations.mailroom.carriers import Carrier, set_carriers
from integrations.mailroom.lists import ListLine
from integrations.mailroom.print_file import LetterFiles, print_file
from integrations.mailroom.words import CLASSES, LETTERS
from integrations.wiring import House

#: Behind a letter of which the stamped paper, not a print, goes into the envelope.
ORIGINAL = "（盖章原件）"
#: Replies and withdrawals that come while the files are read; each time they are read anew.
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a letter's files lie: the documents of one case."""

    case_id: UUID
    letter: str
    enclosures: tuple[str, ...]
    has_slip: bool
    is_at_hand: bool = False


@dataclass(frozen=True, slots=True)
class Papers:
    """What the mail room needs for one batch, beside the file that it prints."""

    code: str
    lines: tuple[ListLine, ...]
    letters: int
    made_at: datetime
    originals: tuple[str, ...] = ()  #: Numbers of letters whose stamped original is to be put in.


def close_batch(house: House, actor: Actor, code: str, *, is_early: bool = False) -> None:
    """Close a batch, its pages counted; what is no longer to leave drops out.

    Raises NotAllowed, UnknownLetter, BatchIsClosed, InvalidValue, NothingToPost, DiskFault.
    """
    for _ in range(MOST_TRIES):
        now = house.clock.now()
        with house.database.reading() as session:
            batch = _batch(session, actor, code)
            wanted = {
                message.id: _addresses(session, message)
                for message in mail_room.ready_in(session, batch, now)
            }
        two_sided = house.settings.mail_room_two_sided
        sheets, pages = {}, {}
        for key, each in wanted.items():
            files = _read(house.documents, each)
            sheets[key], pages[key] = files.sheets(two_sided=two_sided), files.pages()
        with house.database.transaction("close-batch") as session:
            batch = post.locked_batch(session, code)
            if mail_room.close(session, actor, batch, sheets, pages, now=now, is_early=is_early):
                return
    raise SystemFault(f"the letters of {code} change all the time; try again")


def papers_of(house: House, actor: Actor, code: str, into: Sink) -> Papers:
    """Write what is printed for a closed batch, the same each time, and return what it lists.

    Raises NotAllowed, UnknownLetter, InvalidValue when it is open, DiskFault, SystemFault.
    """
    with house.database.reading() as session:
        batch = _batch(session, actor, code)
        if batch.closed_at is None:
            raise InvalidValue(f"{code} is not closed")
        made_at, day = batch.closed_at, batch.day
        envelopes = post.envelopes_of(session, batch.id)
        messages: dict[UUID, list[OutboxMessage]] = {}
        for letter, message in post.letters_of(session, batch.id):
            if letter.envelope_id is not None:
                messages.setdefault(letter.envelope_id, []).append(message)
        carriers = [_carrier(session, batch, each, messages[each.id]) for each in envelopes]
        lines = tuple(_line(session, each, messages[each.id]) for each in envelopes)
        originals = tuple(
            number
            for carrier in carriers
            for _, number, _, kind, _ in carrier.contents
            if ORIGINAL in kind
        )
        wanted = [[_addresses(session, row) for row in messages[each.id]] for each in envelopes]
    set_ = set_carriers(
        open_faces(house.settings.fonts), carriers, house.settings.mail_room_window, day
    )
    files = ((_read(house.documents, each) for each in envelope) for envelope in wanted)
    print_file(into, files, set_, two_sided=house.settings.mail_room_two_sided)
    return Papers(code, lines, sum(map(len, wanted)), made_at, originals)


def _batch(session: Session, actor: Actor, code: str) -> PostBatch:
    batch = post.batch_of_code(session, code)
    require(actor, Act.RECORD_POST, office_id=batch.office_id)
    return batch


def _addresses(session: Session, message: OutboxMessage) -> Addresses:
    letter = session.get_one(Letter, message.letter_id)
    is_request = letter.kind is LetterKind.REQUEST
    rows = correspondence.enclosures_of(session, message.case_id) if is_request else ()
    return Addresses(
        case_id=message.case_id,
        letter=message.content,
        enclosures=tuple(row.document for row in rows),
        has_slip=letter.kind in ENDS_WITH_SLIP,
        is_at_hand=_is_stamped_original(letter, message),
    )


def _is_stamped_original(letter: Letter, message: OutboxMessage) -> bool:
    """Whether the paper that was stamped goes into the envelope; a copy (抄送) is printed."""
    return bool(letter.sealed_document) and not message.is_copy


def _read(documents: DocumentStore, wanted: Addresses) -> LetterFiles:
    return LetterFiles(
        documents.get(wanted.letter, case_id=wanted.case_id),
        tuple(documents.get(each, case_id=wanted.case_id) for each in wanted.enclosures),
        wanted.has_slip,
        wanted.is_at_hand,
    )


def _carrier(
    session: Session,
    batch: PostBatch,
    envelope: PostEnvelope,
    messages: Sequence[OutboxMessage],
) -> Carrier:
    ours = offices.get(session, batch.office_id)
    to = PostalAddress(envelope.recipient, envelope.address, envelope.postcode, envelope.contact)
    contents = [
        (str(ordinal), *_content(session, message))
        for ordinal, message in enumerate(messages, start=1)
    ]
    return Carrier(
        code=envelope.code,
        office=ours.name_zh,
        sender="　".join(filter(None, ("寄件：" + ours.name_zh, ours.address, ours.postcode))),
        address=window_lines(to),
        mail_class=CLASSES[envelope.mail_class],
        size=envelope.size.value,
        contents=tuple(contents),
    )


def _content(session: Session, message: OutboxMessage) -> tuple[str, str, str, str]:
    letter, case = (
        session.get_one(Letter, message.letter_id),
        session.get_one(Case, message.case_id),
    )
    kind = LETTERS[letter.kind] + ("（抄送）" if message.is_copy else "")
    if _is_stamped_original(letter, message):
        kind += ORIGINAL
    return letter.number or "—", case.reference, kind, str(letter.pages)


def _line(session: Session, envelope: PostEnvelope, messages: Sequence[OutboxMessage]) -> ListLine:
    contents = [_content(session, message) for message in messages]
    return ListLine(
        position=envelope.position,
        code=envelope.code,
        references=tuple(dict.fromkeys(each[1] for each in contents)),
        numbers=tuple(dict.fromkeys(each[0] for each in contents if each[0] != "—")),
        recipient=envelope.recipient,
        contact=envelope.contact,
        address=envelope.address,
        postcode=envelope.postcode,
        telephone=envelope.telephone,
        pages=envelope.pages,
        mail_class=CLASSES[envelope.mail_class],
        size=envelope.size.value,
        tracking_number=envelope.tracking_number,
        postage=yuan(envelope.postage_fen),
    )


def yuan(fen: int | None) -> str:
    """Return an amount as "12.50"; empty when none is known."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02}"
