"""A case that fails again and again is quarantined with an owner; the others go on."""

import logging
from typing import Any

import pytest
from sqlmodel import update

from cases.operations import supervision
from cases.rules.backoff import CASE_TRIES
from cases.store import leases
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.vocabulary.errors import TemplateBroken
from cases.vocabulary.status import CaseStatus, LetterKind
from cases.vocabulary.values import LetterContent, RenderedLetter
from flows.turn import failed
from tests.story import Story


class JammedPrinter:
    """A printer that jams on one case's letters and prints all others."""

    def __init__(self, printer: Any) -> None:
        self._printer = printer
        self.jams_on = ""

    def render(self, content: LetterContent) -> RenderedLetter:
        """Return the letter. Raises TemplateBroken for the case it jams on."""
        if content.reference == self.jams_on:
            raise TemplateBroken("the printer is jammed")
        rendered: RenderedLetter = self._printer.render(content)
        return rendered

    def __getattr__(self, name: str) -> Any:
        return getattr(self._printer, name)


@pytest.fixture
def printer(story: Story) -> JammedPrinter:
    """Put a printer that can jam into the house."""
    jammed = JammedPrinter(story.house.printer)
    story.house.printer = jammed
    return jammed


def try_again(story: Story) -> None:
    """Give each due case a turn, as if its rest were over."""
    story.expire_leases()
    story.turn()


def test_after_five_bad_turns_it_is_the_managers_and_the_others_went_on(
    story: Story, printer: JammedPrinter
) -> None:
    poison, other = story.open(), story.open()
    printer.jams_on = poison
    for attempt in range(1, CASE_TRIES + 1):
        assert story.case(poison).status is CaseStatus.OPEN
        try_again(story)
        assert story.case(poison).attempts == attempt
    assert story.stands(poison) == "release by manager:XQ on Mon 2026-03-02"
    assert story.case(poison).lease_holder is None
    story.rest()
    assert story.stands(other) == "climb by engine on Tue 2026-03-24"


def test_between_its_tries_it_rests_longer_each_time(story: Story, printer: JammedPrinter) -> None:
    printer.jams_on = poison = story.open()
    rests = []
    for _ in range(CASE_TRIES - 1):
        try_again(story)
        with story.house.database.reading() as session:
            now_ms = session.execute(leases.select(leases.database_now_ms(session))).scalar_one()
        rests.append(round((story.case(poison).lease_until_ms - now_ms) / 1000))
    assert rests == [1, 4, 16, 64]


def test_the_reason_is_kept_for_whoever_looks(story: Story, printer: JammedPrinter) -> None:
    printer.jams_on = poison = story.open()
    for _ in range(CASE_TRIES):
        try_again(story)
    entry = story.entries(poison)[-1]
    assert entry.kind.value == "quarantined"
    assert entry.result == {"attempts": 5, "was_closed": False}
    assert story.personal(entry) == {"reason": "TemplateBroken: the printer is jammed"}


def test_released_when_the_printer_is_mended_it_goes_on(
    story: Story, printer: JammedPrinter
) -> None:
    printer.jams_on = poison = story.open()
    for _ in range(CASE_TRIES):
        try_again(story)
    printer.jams_on = ""
    story.act("wu", supervision.release, poison, "the printer was mended")
    story.rest()
    assert story.stands(poison) == "climb by engine on Tue 2026-03-24"
    assert len(story.letters(poison)) == 1


def test_a_good_turn_forgets_the_bad_ones(story: Story, printer: JammedPrinter) -> None:
    printer.jams_on = case = story.open()
    for _ in range(CASE_TRIES - 1):
        try_again(story)
    printer.jams_on = ""
    try_again(story)
    assert story.case(case).attempts == 0


def test_a_case_that_kills_its_worker_each_time_is_quarantined_too(story: Story) -> None:
    """No worker lives to say that the turn failed; the claims alone tell."""
    poison, other = story.open(), story.open()
    for _ in range(CASE_TRIES):
        for claim in story.claim():
            if claim.reference == poison:
                story.power.cut_at = "asked:before-commit"
                story.die(claim)
            else:
                story.advance(claim)
        story.expire_leases()
    story.turn()
    assert story.stands(poison) == "release by manager:XQ on Mon 2026-03-02"
    assert "ended with their worker" in story.personal(story.entries(poison)[-1])["reason"]
    story.rest()
    assert story.stands(other) == "climb by engine on Tue 2026-03-24"


def test_deaths_and_failures_count_together(story: Story, printer: JammedPrinter) -> None:
    printer.jams_on = poison = story.open()
    for _ in range(CASE_TRIES - 2):
        story.claim()  # and die
        story.expire_leases()
    try_again(story)
    assert story.case(poison).status is CaseStatus.OPEN
    try_again(story)
    assert story.case(poison).status is CaseStatus.QUARANTINED


class TestReplayMismatch:
    def test_a_journal_of_another_flow_quarantines_at_the_first_turn(self, story: Story) -> None:
        case = story.open()
        story.rest()
        with story.house.database.transaction("forge") as session:
            row = story.locked(session, case)
            letter = story.letters(case)[0]
            session.execute(
                update(Letter).where(Letter.id == letter.id).values(kind=LetterKind.REMINDER)  # type: ignore[arg-type]
            )
            row.home_office_id = row.office_id
            row.wake_at = story.clock.now()
        story.turn()
        assert story.case(case).status is CaseStatus.QUARANTINED
        reason = story.personal(story.entries(case)[-1])["reason"]
        assert reason.startswith("ReplayMismatch: entry 2 of the journal is step 1/ask/draft")

    def test_nothing_is_sent_by_the_flow_that_does_not_fit(self, story: Story) -> None:
        case = story.open()
        story.rest()
        before = len(story.outbox(case))
        with story.house.database.transaction("forge") as session:
            row = story.locked(session, case)
            row.home_office_id, row.wake_at = row.office_id, story.clock.now()
        story.turn()
        assert len(story.outbox(case)) == before


def test_a_worker_that_lost_the_case_does_not_count_its_failure(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    case = story.open()
    [loser] = story.claim(holder="slow")
    story.expire_leases()
    story.claim(holder="quick")
    with caplog.at_level(logging.ERROR):
        failed(story.house, loser, RuntimeError("too late"))
    row = story.rows(leases.select(Case).where(Case.reference == case))[0]
    assert (row.lease_holder, row.attempts) == ("quick", 2)
    assert row.status is CaseStatus.OPEN
