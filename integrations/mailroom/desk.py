"""Make the papers for a closed batch: what is printed, and what is listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from cases.rules.access import Act, require
from cases.rules.postal_address import PostalAddress, window_lines
from cases.store import offices, post
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.store.tables.joint_letter import JointLetter
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.post import PostBatch, PostEnvelope, PostLetter
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import LetterKind
from cases.vocabulary.values import Actor
from integrations.durable_files import Sink
from integrations.letters.faces import open_faces
from integrations.mailroom.carriers import Carrier, set_carriers
from integrations.mailroom.files import Addresses, addresses_of, addresses_of_joint, read_files
from integrations.mailroom.lists import ListLine
from integrations.mailroom.print_file import print_file
from integrations.mailroom.words import CLASSES, LETTERS
from integrations.wiring import House

#: Behind a letter of which the stamped paper, not a print, goes into the envelope.
ORIGINAL = "（盖章原件）"


@dataclass(frozen=True, slots=True)
class Paper:
    """One letter in an envelope."""

    files: Addresses
    number: str
    references: tuple[str, ...]  #: Of every case that it is about.
    kind: str
    pages: int

    def cases(self) -> str:
        """Return the case, or the first of several and how many they are."""
        first, count = self.references[0], len(self.references)
        return first if count == 1 else f"{first}等{count}件"


@dataclass(frozen=True, slots=True)
class Papers:
    """What the mail room needs for one batch, beside the file that it prints."""

    code: str
    lines: tuple[ListLine, ...]
    letters: int
    made_at: datetime
    originals: tuple[str, ...] = ()  #: Numbers of letters whose stamped original is to be put in.


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
        inside = [_inside(session, each) for each in envelopes]
        carriers = [_carrier(session, batch, *each) for each in zip(envelopes, inside, strict=True)]
        lines = tuple(_line(*each) for each in zip(envelopes, inside, strict=True))
        originals = tuple(
            paper.number for papers in inside for paper in papers if paper.files.is_at_hand
        )
        wanted = [[paper.files for paper in papers] for papers in inside]
    set_ = set_carriers(
        open_faces(house.settings.fonts), carriers, house.settings.mail_room_window, day
    )
    files = ((read_files(house.documents, each) for each in envelope) for envelope in wanted)
    print_file(into, files, set_, two_sided=house.settings.mail_room_two_sided)
    return Papers(code, lines, sum(map(len, wanted)), made_at, originals)


def _batch(session: Session, actor: Actor, code: str) -> PostBatch:
    batch = post.batch_of_code(session, code)
    require(actor, Act.RECORD_POST, office_id=batch.office_id)
    return batch


def _inside(session: Session, envelope: PostEnvelope) -> Sequence[Paper]:
    """Return the letters in an envelope, a joint letter once for all that it lists."""
    papers: dict[int, list[tuple[PostLetter, OutboxMessage]]] = {}
    for letter, message in post.letters_in(session, envelope.id):
        papers.setdefault(letter.position, []).append((letter, message))
    return [_paper(session, rows) for _, rows in sorted(papers.items())]


def _paper(session: Session, rows: Sequence[tuple[PostLetter, OutboxMessage]]) -> Paper:
    placed, message = rows[0]
    letter = session.get_one(Letter, message.letter_id)
    references = tuple(session.get_one(Case, row.case_id).reference for _, row in rows)
    kind, number, pages = letter.kind, letter.number, letter.pages
    if placed.joint_id is None:
        files = addresses_of(session, message)
    else:
        joint = session.get_one(JointLetter, placed.joint_id)
        files = addresses_of_joint(session, joint.id)
        kind = LetterKind.JOINT_REMINDER if joint.cases > 1 else joint.kind
        number, pages = joint.number, joint.pages
    said = LETTERS[kind] + ("（抄送）" if message.is_copy else "")
    if files.is_at_hand:
        said += ORIGINAL
    return Paper(files, number, tuple(sorted(references)), said, pages)


def _carrier(
    session: Session,
    batch: PostBatch,
    envelope: PostEnvelope,
    papers: Sequence[Paper],
) -> Carrier:
    ours = offices.get(session, batch.office_id)
    to = PostalAddress(envelope.recipient, envelope.address, envelope.postcode, envelope.contact)
    contents = [
        (str(ordinal), paper.number or "—", paper.cases(), paper.kind, str(paper.pages))
        for ordinal, paper in enumerate(papers, start=1)
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


def _line(envelope: PostEnvelope, papers: Sequence[Paper]) -> ListLine:
    return ListLine(
        position=envelope.position,
        code=envelope.code,
        references=tuple(dict.fromkeys(each for paper in papers for each in paper.references)),
        numbers=tuple(dict.fromkeys(paper.number for paper in papers if paper.number)),
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
