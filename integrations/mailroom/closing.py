"""Close a batch: write its joint letters, count all that is printed, and fix what goes."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import Session

from cases.operations import batch_closing, joint_letters
from cases.operations.batch_closing import Print
from cases.operations.joint_content import content_of_joint
from cases.operations.joint_letters import Piece, Written
from cases.store import outbox, post
from cases.store.tables.joint_letter import JointLetter
from cases.vocabulary.errors import SystemFault
from cases.vocabulary.values import Actor, LetterContent
from integrations.mailroom.files import addresses_of, read_files
from integrations.mailroom.print_file import LetterFiles
from integrations.wiring import House

#: Replies and withdrawals that come while the files are read; each time they are read anew.
MOST_TRIES = 5


def close_batch(house: House, actor: Actor, code: str, *, is_early: bool = False) -> None:
    """Close a batch, its pages counted; what is no longer to leave drops out.

    Reminders to one office become one letter: numbered first, written outside any transaction,
    then fixed with the closing. Killed in between, it goes on from there when it is done again.
    Raises NotAllowed, UnknownLetter, BatchIsClosed, InvalidValue, NothingToPost, DiskFault,
    MissingGlyph, TemplateBroken.
    """
    for _ in range(MOST_TRIES):
        now = house.clock.now()
        with house.database.transaction("number-joint-letters") as session:
            batch = post.locked_batch(session, code)
            batch_closing.number_joint_letters(session, actor, batch, now=now, is_early=is_early)
        with house.database.reading() as session:
            batch = post.batch_of_code(session, code)
            ready = batch_closing.ready_in(session, batch, now)
            pieces = joint_letters.pieces_of(session, batch, ready)
            to_read = {
                piece: addresses_of(session, outbox.get(session, piece.messages[0]))
                for piece in pieces
                if piece.is_written
            }
            to_write = _contents(session, pieces)
        prints = {
            piece: _counted(house, read_files(house.documents, each))
            for piece, each in to_read.items()
        }
        prints |= _written(house, pieces, to_write)
        with house.database.transaction("close-batch") as session:
            batch = post.locked_batch(session, code)
            if batch_closing.close(session, actor, batch, prints, now=now, is_early=is_early):
                return
    raise SystemFault(f"the letters of {code} change all the time; try again")


def _contents(session: Session, pieces: Sequence[Piece]) -> dict[UUID, LetterContent]:
    """Return what each joint letter prints that is to be written, by its id."""
    contents = {}
    for piece in pieces:
        is_copy = outbox.get(session, piece.messages[0]).is_copy
        if piece.is_written or piece.joint_id is None or is_copy:
            continue
        letters = joint_letters.letters_of(session, piece.messages)
        row = session.get_one(JointLetter, piece.joint_id)
        contents[row.id] = content_of_joint(session, row, letters)
    return contents


def _written(
    house: House, pieces: Sequence[Piece], contents: Mapping[UUID, LetterContent]
) -> dict[Piece, Print]:
    """Write the joint letters; every copy of one is the same paper."""
    papers = {}
    for joint_id, content in contents.items():
        rendered = house.printer.render(content)
        document = house.documents.put(rendered.pdf, case_id=joint_id)
        written = Written(document, rendered.subject, rendered.pages, rendered.written)
        papers[joint_id] = _counted(house, LetterFiles(rendered.pdf), written)
        house.reached("joint-letter:written")
    return {
        piece: papers[piece.joint_id]
        for piece in pieces
        if not piece.is_written and piece.joint_id in papers
    }


def _counted(house: House, files: LetterFiles, written: Written | None = None) -> Print:
    two_sided = house.settings.mail_room_two_sided
    return Print(files.sheets(two_sided=two_sided), files.pages(), written)
