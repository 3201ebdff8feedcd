"""What must exist in the end: each case closed, each letter there, each delivered once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

from sqlmodel import Session

from cases.store import cases, correspondence, outbox
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.vocabulary.status import CaseStatus, LetterStatus, OutboxStatus
from flows.demo.play import Played
from flows.demo.stage import MailServer
from integrations.wiring import House


@dataclass(frozen=True, slots=True)
class Harvest:
    """One case with its files, and what is wrong with it, if anything."""

    played: Played
    case: Case
    letters: tuple[Letter, ...]
    pdfs: dict[str, Path]  #: By letter id.
    mails: dict[str, Path]  #: By Message-ID.
    faults: tuple[str, ...]


def gather(house: House, played: Sequence[Played], server: MailServer, out: Path) -> list[Harvest]:
    """Write letters and mails into the folder and check every case."""
    (out / "letters").mkdir(parents=True)
    (out / "mails").mkdir()
    with house.database.reading() as session:
        return [_gather_one(session, house, each, server, out) for each in played]


def _gather_one(
    session: Session, house: House, played: Played, server: MailServer, out: Path
) -> Harvest:
    case = cases.by_reference(session, played.reference)
    letters = correspondence.letters_of(session, case.id)
    delivered = Counter((message_id, to) for message_id, to, _ in server.accepted)
    files = {message_id: path for message_id, _, path in server.accepted}
    faults = [] if case.status is CaseStatus.CLOSED else [f"the case is {case.status.value}"]
    pdfs: dict[str, Path] = {}
    mails: dict[str, Path] = {}
    for letter in letters:
        name = f"{case.reference}-{len(pdfs) + 1}-{letter.kind.value}"
        if letter.status is not LetterStatus.LEFT:
            faults.append(f"the {letter.kind.value} is {letter.status.value}")
            continue
        pdfs[str(letter.id)] = out / "letters" / f"{name}.pdf"
        pdfs[str(letter.id)].write_bytes(
            house.documents.get(letter.document, case_id=letter.kept_for)
        )
        for ordinal, copy in enumerate(outbox.of_letter(session, letter.id), start=1):
            times = delivered[copy.message_id, copy.recipient]
            if copy.status is not OutboxStatus.SENT or times != 1:
                faults.append(f"{letter.kind.value} to {copy.recipient}: delivered {times} times")
                continue
            mail = out / "mails" / f"{name}-{ordinal}.eml"
            copyfile(files[copy.message_id], mail)
            mails[copy.message_id] = mail
    missing = set(played.script.letters) ^ {letter.kind for letter in letters}
    faults += [f"the letters differ: {kind.value}" for kind in sorted(missing)]
    return Harvest(played, case, tuple(letters), pdfs, mails, tuple(faults))


def strays(session: Session, server: MailServer) -> list[str]:
    """Return mail at the server that no outbox row accounts for."""
    known = {row.message_id for row in outbox.listed(session, limit=10_000)}
    return [message_id for message_id, _, _ in server.accepted if message_id not in known]
