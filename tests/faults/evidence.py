"""What is on record when a campaign is over, and what must be true of it.

Each check yields findings in words; no finding, no fault. `tests/faults/test_findings.py` shows
for each that it can find something.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import select

from cases.store import cases, journal, journal_proof, owed
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, LetterNumber
from cases.store.tables.journal import JournalEntry
from cases.store.tables.outbox import OutboxMessage, RunLink
from cases.vocabulary.status import CaseStatus, EntryKind, OutboxStatus
from tests.faults.canceller import CLOSING
from tests.faults.lives import Life
from tests.faults.prefect_pages import Run
from tests.processes import Received
from tests.world import World

Journal = Sequence[JournalEntry]
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass
class Evidence:
    """Everything on record: our tables, the mail server's files, Prefect's runs."""

    lives: Sequence[Life]
    cases: dict[str, Case]
    letters: Sequence[Letter]
    outbox: Sequence[OutboxMessage]
    numbers: Sequence[LetterNumber]
    journals: dict[str, Journal]
    flaws: Sequence[journal_proof.Flaw]
    silent: Sequence[str]
    links: dict[UUID, RunLink]
    owed: int
    received: Sequence[Received]
    runs: Sequence[Run]

    @property
    def deliveries(self) -> Counter[str]:
        """How often each Message-ID came to the mail server."""
        return Counter(each.message_id for each in self.received)


def gather(
    world: World, lives: Sequence[Life], received: Sequence[Received], runs: Sequence[Run]
) -> Evidence:
    """Read everything at one instant."""
    with world.house.database.reading() as session:
        found = {case.reference: case for case in session.exec(select(Case)).all()}
        return Evidence(
            lives=lives,
            cases=found,
            letters=session.exec(select(Letter)).all(),
            outbox=session.exec(select(OutboxMessage)).all(),
            numbers=session.exec(select(LetterNumber)).all(),
            journals={
                reference: journal.entries_of(session, case.id) for reference, case in found.items()
            },
            flaws=list(journal_proof.verify(session)),
            silent=[case.reference for case in cases.silent(session, world.clock.now())],
            links={link.case_id: link for link in session.exec(select(RunLink)).all()},
            owed=owed.count(session),
            received=received,
            runs=runs,
        )


def findings(evidence: Evidence) -> list[str]:
    """Return everything that is wrong, in words."""
    return [f"{check.__name__}: {found}" for check in CHECKS for found in check(evidence)]


def lost_cases(evidence: Evidence) -> Iterator[str]:
    """Each case is closed, and as its office answered."""
    for life in evidence.lives:
        case = evidence.cases[life.reference]
        if case.status is not CaseStatus.CLOSED or case.outcome is not life.outcome:
            yield f"{life.reference} is {case.status} ({case.outcome}), awaiting {case.awaiting}"


def wrong_holds(evidence: Evidence) -> Iterator[str]:
    """A case was held as often as its run was cancelled, and nothing was done on it meanwhile."""
    for life in evidence.lives:
        entries = evidence.journals[life.reference]
        kinds = Counter(entry.kind for entry in entries)
        if kinds[EntryKind.QUARANTINED]:
            yield f"{life.reference} was quarantined"
        due = int(life.cancelled_in not in ("", CLOSING))
        is_right = due <= life.holds <= due + life.deleted_cancels
        if not (kinds[EntryKind.HELD] == kinds[EntryKind.RELEASED] == life.holds and is_right):
            yield (
                f"{life.reference}: {life.holds} holds seen, {kinds[EntryKind.HELD]} written, "
                f"{kinds[EntryKind.RELEASED]} released; cancelled in {life.cancelled_in or '-'}"
            )
        yield from (f"{life.reference}: {found}" for found in _steps_while_held(entries))


def _steps_while_held(entries: Journal) -> Iterator[str]:
    is_held = False
    for entry in entries:
        if entry.kind in (EntryKind.HELD, EntryKind.RELEASED):
            is_held = entry.kind is EntryKind.HELD
        elif is_held and entry.step_id is not None:
            yield f"{entry.step_id} was done while the case was held"


def letters_of_each_life(evidence: Evidence) -> Iterator[str]:
    """Each letter stands in the outbox once for each recipient, and has left."""
    by_id = {letter.id: letter for letter in evidence.letters}
    written: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for message in evidence.outbox:
        written[message.case_id].append((by_id[message.letter_id].kind, message.recipient))
        if message.status is not OutboxStatus.SENT:
            yield f"{message.message_id} to {message.recipient} is {message.status}"
    for life in evidence.lives:
        wanted = Counter(life.letters)
        found = Counter(written[evidence.cases[life.reference].id])
        if found != wanted:
            more, less = sorted((found - wanted).elements()), sorted((wanted - found).elements())
            yield f"{life.reference}: too many letters {more}, missing {less}"


def undelivered(evidence: Evidence) -> Iterator[str]:
    """What the outbox calls sent has arrived, and nothing else has."""
    sent = {row.message_id for row in evidence.outbox if row.status is OutboxStatus.SENT}
    for message_id in sent - evidence.deliveries.keys():
        yield f"{message_id} is called sent and never came to the mail server"
    for message_id in evidence.deliveries.keys() - {row.message_id for row in evidence.outbox}:
        yield f"{message_id} came to the mail server and is in no outbox"


def uncounted_repeats(evidence: Evidence) -> Iterator[str]:
    """A repeat has the same Message-ID, the same bytes, and was counted."""
    for message in evidence.outbox:
        came = evidence.deliveries[message.message_id]
        if came > message.sends:
            yield f"{message.message_id} came {came} times and was counted {message.sends} times"
    copies: dict[str, set[tuple[str, bytes]]] = defaultdict(set)
    for each in evidence.received:
        copies[each.message_id].add((each.recipient, each.content))
    for message_id, different in copies.items():
        if len(different) > 1:
            yield f"{message_id} came in {len(different)} different forms"


def letters_sent_twice(evidence: Evidence) -> Iterator[str]:
    """No recipient got one letter of a case under two Message-IDs; the outbox is not asked."""
    ids: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for each in evidence.received:
        reference, kind = _printed_on(each)
        ids[reference, kind, each.recipient].add(each.message_id)
    for (reference, kind, recipient), different in ids.items():
        if len(different) > 1:
            yield f"{reference}: {kind} came to {recipient} under {len(different)} Message-IDs"


def _printed_on(received: Received) -> tuple[str, str]:
    """Return the case's reference and the letter's kind, as the mail itself says them."""
    message = received.message
    reference = str(message["X-Hancha-Reference"])
    names = [PurePath(part.get_filename() or "").stem for part in message.walk()]
    letter = next(name for name in names if name.startswith(reference))
    return reference, letter.removeprefix(f"{reference}-")


def gaps_in_numbers(evidence: Evidence) -> Iterator[str]:
    """Letter numbers run 1, 2, 3 in each office and year, one for each signed letter."""
    series: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number in evidence.numbers:
        series[number.office_code, number.year].append(number.serial)
        if number.void_reason:
            yield f"{number.office_code} {number.year} No. {number.serial} is void"
    for (office, year), serials in series.items():
        if sorted(serials) != list(range(1, len(serials) + 1)):
            yield f"{office} {year} has the numbers {sorted(serials)}"
    numbered = {number.letter_id for number in evidence.numbers}
    for letter in evidence.letters:
        if bool(letter.number) != (letter.id in numbered):
            yield f"letter {letter.step_id} prints {letter.number!r}, the register differs"


def early_letters(evidence: Evidence) -> Iterator[str]:
    """No letter of the ladder was written before the one before it was overdue."""
    ladders: dict[UUID, list[Letter]] = defaultdict(list)
    for letter in evidence.letters:
        if letter.request_id is not None:
            ladders[letter.request_id].append(letter)
    for letters in ladders.values():
        letters.sort(key=lambda letter: letter.rung)
        for before, after in pairwise(letters):
            drafted_on = after.drafted_at.astimezone(CHINA).date()
            if before.due_on is None or drafted_on <= before.due_on:
                yield f"{after.kind} was written on {drafted_on}, the answer due {before.due_on}"
            if before.left_at is None or before.left_at > after.drafted_at:
                yield f"{after.kind} was written before {before.kind} had left"


def broken_journal(evidence: Evidence) -> Iterator[str]:
    """The journal proves itself."""
    yield from (str(flaw) for flaw in evidence.flaws)


def silent_cases(evidence: Evidence) -> Iterator[str]:
    """Each open case has one next action, date and owner."""
    yield from evidence.silent


def wrong_in_prefect(evidence: Evidence) -> Iterator[str]:
    """Prefect shows one completed run for each case; others only where a person cancelled."""
    if evidence.owed:
        yield f"{evidence.owed} states are still owed"
    runs = {run.id: run for run in evidence.runs}
    cancelled = {
        life.reference for life in evidence.lives if life.cancelled_in or life.deleted_cancels
    }
    for life in evidence.lives:
        link = evidence.links.get(evidence.cases[life.reference].id)
        run = runs.pop(link.run_id, None) if link and link.run_id else None
        if run is None:
            yield f"{life.reference} has no run"
        elif run.type != "COMPLETED":
            yield f"{life.reference} is closed, its run is {run.type} ({run.state})"
    for run in runs.values():
        if run.name not in cancelled or not run.is_cancelled:
            yield f"a run of {run.name} that carries no case is {run.type} ({run.state})"


CHECKS = (
    lost_cases,
    wrong_holds,
    letters_of_each_life,
    undelivered,
    uncounted_repeats,
    letters_sent_twice,
    gaps_in_numbers,
    early_letters,
    broken_journal,
    silent_cases,
    wrong_in_prefect,
)
