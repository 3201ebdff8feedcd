"""Each check of a campaign can find something: a life in order, and what spoils it.

The life is lived in this process; the mail server's files and Prefect's runs are written as they
would be.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from cases.operations import supervision
from cases.store.journal_proof import Flaw
from cases.store.tables.outbox import RunLink
from cases.vocabulary.status import CaseStatus, EntryKind, OutboxStatus, Verdict
from tests.databases import SqliteDatabases
from tests.faults.evidence import CHECKS, Evidence, findings, gather
from tests.faults.lives import Life
from tests.faults.prefect_pages import Run
from tests.processes import Received
from tests.settled_worlds import SettledWorlds
from tests.story import Story
from tests.world import World

Spoil = Callable[[Evidence], None]


@pytest.fixture(scope="module")
def lived(
    sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Story, str]]:
    """Live one life in good order, held and released once on its way; give its reference too."""
    with SettledWorlds(sqlite, tmp_path_factory.mktemp("worlds")).story() as story:
        case = story.open()
        story.live_until("Mon 2026-03-09 09:00")
        story.hold(case)
        story.act("wu", supervision.release, case, "it was a mistake")
        story.live_until("Tue 2026-04-14 09:00")
        story.answer(case)
        story.rest()
        yield story, case


@pytest.fixture
def evidence(lived: tuple[Story, str]) -> Evidence:
    """What is on record of that life."""
    story, case = lived
    life = Life(case, "applicant@person.example", "yz@office.example", Verdict.COMPLETE)
    life.cancelled_in, life.holds = "reply-1", 1
    runs = [Run(uuid4(), case, "COMPLETED", "Completed"), Run(uuid4(), case, "CANCELLED", "Held")]
    received = [
        Received(each.message_id, each.sender, each.recipient, each.content)
        for each in story.mail.accepted
    ]
    evidence = gather(World(story.house, story.clock), [life], received, runs)
    case_id = evidence.cases[case].id
    evidence.links = {case_id: RunLink(case_id=case_id, run_id=runs[0].id)}
    evidence.owed = 0  # Without Prefect every state is owed.
    return evidence


def life(evidence: Evidence) -> Life:
    return evidence.lives[0]


def test_a_life_in_good_order_has_no_findings(evidence: Evidence) -> None:
    assert findings(evidence) == []
    assert len(evidence.received) == len(life(evidence).letters)


def left_open(evidence: Evidence) -> None:
    evidence.cases[life(evidence).reference].status = CaseStatus.OPEN


def cancel_unheard(evidence: Evidence) -> None:
    life(evidence).holds = 0


def worked_on_while_held(evidence: Evidence) -> None:
    entries = evidence.journals[life(evidence).reference]
    held = next(at for at, entry in enumerate(entries) if entry.kind is EntryKind.HELD)
    entries[held + 1].step_id = "1/remind/1"
    entries[held + 1].kind = EntryKind.REMINDED


def letter_not_written(evidence: Evidence) -> None:
    evidence.outbox = evidence.outbox[:-1]


def letter_written_twice(evidence: Evidence) -> None:
    evidence.outbox = [*evidence.outbox, evidence.outbox[0]]


def letter_still_here(evidence: Evidence) -> None:
    evidence.outbox[0].status = OutboxStatus.PENDING


def mail_that_never_came(evidence: Evidence) -> None:
    evidence.received = evidence.received[1:]


def mail_from_nowhere(evidence: Evidence) -> None:
    evidence.received = [*evidence.received, replace(evidence.received[0], message_id="<x@y>")]


def repeat_not_counted(evidence: Evidence) -> None:
    evidence.received = [*evidence.received, evidence.received[0]]


def repeat_in_other_words(evidence: Evidence) -> None:
    evidence.outbox[0].sends = 2
    again = replace(evidence.received[0], content=evidence.received[0].content + b"\n")
    evidence.received = [*evidence.received, again]


def second_mail_with_the_letter(evidence: Evidence) -> None:
    mail_from_nowhere(evidence)


def number_skipped(evidence: Evidence) -> None:
    evidence.numbers[-1].serial += 1


def number_not_in_the_register(evidence: Evidence) -> None:
    evidence.letters[0].number = ""


def reminded_too_early(evidence: Evidence) -> None:
    first = min(evidence.letters, key=lambda letter: letter.drafted_at)
    first.due_on = max(letter.drafted_at for letter in evidence.letters).date()


def journal_changed(evidence: Evidence) -> None:
    evidence.flaws = [Flaw(life(evidence).reference, 3, "was changed")]


def nobody_minds_it(evidence: Evidence) -> None:
    evidence.silent = [life(evidence).reference]


def run_still_sleeping(evidence: Evidence) -> None:
    evidence.runs = [replace(evidence.runs[0], type="SCHEDULED"), *evidence.runs[1:]]


def second_run(evidence: Evidence) -> None:
    evidence.runs = [*evidence.runs, replace(evidence.runs[0], id=uuid4())]


def state_owed(evidence: Evidence) -> None:
    evidence.owed = 1


SPOILS: dict[str, list[Spoil]] = {
    "lost_cases": [left_open],
    "wrong_holds": [cancel_unheard, worked_on_while_held],
    "letters_of_each_life": [letter_not_written, letter_written_twice, letter_still_here],
    "undelivered": [mail_that_never_came, mail_from_nowhere],
    "uncounted_repeats": [repeat_not_counted, repeat_in_other_words],
    "letters_sent_twice": [second_mail_with_the_letter],
    "gaps_in_numbers": [number_skipped, number_not_in_the_register],
    "early_letters": [reminded_too_early],
    "broken_journal": [journal_changed],
    "silent_cases": [nobody_minds_it],
    "wrong_in_prefect": [run_still_sleeping, second_run, state_owed],
}


@pytest.mark.parametrize(
    ("check", "spoil"),
    [(check, spoil) for check, spoils in SPOILS.items() for spoil in spoils],
    ids=lambda given: given if isinstance(given, str) else given.__name__,
)
def test_what_is_wrong_is_found(evidence: Evidence, check: str, spoil: Spoil) -> None:
    spoil(evidence)
    assert check in {finding.partition(":")[0] for finding in findings(evidence)}


def test_each_check_is_shown_to_find_something() -> None:
    assert list(SPOILS) == [check.__name__ for check in CHECKS]
