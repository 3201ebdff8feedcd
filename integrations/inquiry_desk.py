"""Acts on inquiries that reach us which need files: register one, answer it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from cases.operations import inquiries, inquiry_content, our_answers
from cases.operations.inquiries import Incoming
from cases.ports import EnclosureReader
from cases.rules.access import Act, require
from cases.store import offices
from cases.store.cases import by_reference, locked_by_reference
from cases.store.tables.case import Case
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Outcome
from cases.vocabulary.values import Actor
from integrations.wiring import House


def register(
    house: House,
    actor: Actor,
    incoming: Incoming,
    letter: Path | None,
    reader: EnclosureReader,
    *,
    office_id: UUID | None = None,
) -> Case:
    """Register an inquiry with its letter; all that can be refused is refused first.

    `office_id` is the office of ours that is asked; without it, the actor's. Raises what
    `inquiries.examine` and the reader raise, DiskFault and StoreUnavailable.
    """
    asked = office_id or actor.office_id
    if asked is None:
        raise InvalidValue(f"{actor.name} works for no office")
    now = house.clock.now()
    with house.database.reading() as session:
        intake = inquiries.examine(
            session, actor, incoming, house.printer, house.safe, office_id=asked, now=now
        )
    if letter is not None:
        document = house.documents.put(reader.read(letter), case_id=incoming.case_id)
        intake = replace(intake, incoming=replace(incoming, document=document))
    with house.database.transaction("register-inquiry") as session:
        return inquiries.register(session, actor, intake, now=now)


def register_as(
    house: House, login: str, incoming: Incoming, letter: Path | None, reader: EnclosureReader
) -> Case:
    """Register an inquiry to somebody's own office. Raises UnknownPerson and as `register`."""
    with house.database.reading() as session:
        actor = offices.actor_by_login(session, login)
    return register(house, actor, incoming, letter, reader)


def answer(
    house: House,
    login: str,
    reference: str,
    outcome: Outcome,
    words: str,
    papers: Mapping[str, Path],
    reader: EnclosureReader,
) -> Case:
    """Write our answer with its papers, title to path; checked against the letter of reply.

    Raises what `our_answers.answer`, the printer and the reader raise, DiskFault.
    """
    with house.database.reading() as session:
        actor = offices.actor_by_login(session, login)
        case = by_reference(session, reference)
        require(actor, Act.ANSWER_INQUIRY, office_id=case.office_id)
        content = inquiry_content.of_reply_to_come(session, case, outcome, words, tuple(papers))
    house.printer.check(content)
    # On disk before the commit that names them; what no commit names is swept later.
    enclosed = [
        (title, house.documents.put(reader.read(path), case_id=case.id))
        for title, path in papers.items()
    ]
    now = house.clock.now()
    with house.database.transaction("answer-inquiry") as session:
        case = locked_by_reference(session, reference)
        our_answers.answer(session, actor, case, outcome, words, now=now, enclosed=enclosed)
        return case
