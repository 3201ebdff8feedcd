"""After a restore no mail leaves until a manager has looked; the journal says what was decided."""

from collections.abc import Collection
from uuid import UUID

import pytest
from sqlmodel import col, select

from cases.operations import restoring
from cases.store import directory_entries, journal, journal_proof, outbox, outbox_holds
from cases.store.number_series import NumberKind
from cases.store.tables.correspondence import LetterNumber
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import InvalidValue, NotAllowed, UnknownLetter
from cases.vocabulary.status import EntryKind, LetterStatus, OutboxStatus
from tests.story import Story

HOME = "yz@office.example"


def restore(story: Story) -> int:
    """Do to the database what a restore does to it."""
    now = story.clock.now()
    with story.house.database.transaction("restore") as session:
        return restoring.begin_anew(session, known_until=now, now=now)


def look(story: Story, login: str = "wu") -> list[OutboxMessage]:
    who = story.actor(login)
    with story.house.database.reading() as session:
        return list(restoring.to_look_at(session, who))


def release(
    story: Story,
    login: str = "wu",
    reason: str = "asked the mail room",
    had_left: Collection[UUID] = (),
) -> None:
    who = story.actor(login)
    with story.house.database.transaction("release") as session:
        restoring.release_outbox(session, who, reason, had_left=had_left, now=story.clock.now())


@pytest.fixture
def case(story: Story) -> str:
    """Open a case on Mon 2026-03-02; its request waits in the outbox of a restored database."""
    reference: str = story.open()
    while story.turn():
        pass
    assert restore(story) == 1
    return reference


def test_what_waits_does_not_leave_however_long_it_takes(story: Story, case: str) -> None:
    story.live_until("Mon 2026-03-30 12:00")
    assert story.mail.accepted == []
    assert [each.status for each in story.outbox(case)] == [OutboxStatus.PENDING]
    assert [letter.status for letter in story.letters(case)] == [LetterStatus.ISSUED]


def test_a_letter_of_a_case_that_is_opened_after_the_restore_waits_too(
    story: Story, case: str
) -> None:
    story.open()
    story.rest()
    assert story.mail.accepted == []
    assert len(look(story)) == 2
    assert case is not None


def test_released_it_leaves_and_the_days_begin_then(story: Story, case: str) -> None:
    story.live_until("Wed 2026-03-04 10:00")
    release(story)
    story.rest()
    assert len(story.mail.to(HOME)) == 1
    # Fifteen working days from Wed 2026-03-04.
    assert story.stands(case) == "climb by engine on Thu 2026-03-26"


def test_what_had_left_already_is_settled_and_not_sent_again(story: Story, case: str) -> None:
    [message] = look(story)
    release(story, had_left={message.id})
    story.rest()
    assert story.mail.accepted == []
    [settled] = story.outbox(case)
    assert (settled.status, settled.server_words) == (OutboxStatus.SENT, "left before a restore")
    assert story.stands(case) == "climb by engine on Tue 2026-03-24"


def test_a_message_that_was_being_sent_when_the_backup_was_made_waits_as_well(
    story: Story,
) -> None:
    reference = story.open()
    while story.turn():
        pass
    now = story.clock.now()
    with story.house.database.transaction("claim-mail") as session:
        outbox.claim(session, now=now, holder="dead sender", claim_ms=-1, limit=8)
    restore(story)
    story.rest()
    assert story.mail.accepted == []
    [message] = look(story)
    release(story, had_left={message.id})
    [settled] = story.outbox(reference)
    assert (settled.status, settled.claimed_by) == (OutboxStatus.SENT, None)


def test_the_journal_of_each_case_says_who_decided_what(story: Story, case: str) -> None:
    other = story.open()
    story.rest()
    first, second = sorted(look(story), key=lambda each: each.created_at)
    had_left = {first.id} if first.case_id == story.case(case).id else {second.id}
    release(story, had_left=had_left)
    for reference, kept in ((case, "had_left"), (other, "to_leave")):
        entry = next(
            each for each in story.entries(reference) if each.kind is EntryKind.OUTBOX_RELEASED
        )
        [message] = story.outbox(reference)
        assert entry.actor == "wu"
        assert entry.result == {"had_left": [], "to_leave": [], kept: [message.message_id]}
        with story.house.database.reading() as session:
            payload = journal.payload_of(session, entry.id)
            assert list(journal_proof.verify(session)) == []
        assert payload is not None
        assert payload.content == {"reason": "asked the mail room"}


@pytest.mark.parametrize("login", ["zhou", "mail", "audit", "admin"])
def test_only_a_manager_releases(story: Story, case: str, login: str) -> None:
    with pytest.raises(NotAllowed, match="may not release the outbox after a restore"):
        release(story, login)
    story.rest()
    assert story.mail.to(HOME) == []
    assert case is not None


def test_the_manager_of_another_office_has_nothing_to_release(story: Story, case: str) -> None:
    assert look(story, "zheng") == []
    with pytest.raises(InvalidValue, match="the outbox of this office is not held"):
        release(story, "zheng")
    story.rest()
    assert story.mail.to(HOME) == []
    assert case is not None


@pytest.mark.parametrize("reason", ["", " "])
def test_a_release_needs_a_reason(story: Story, case: str, reason: str) -> None:
    with pytest.raises(InvalidValue, match="a reason is needed"):
        release(story, reason=reason)
    assert case is not None


def test_a_message_that_does_not_wait_cannot_have_left(story: Story, case: str) -> None:
    with pytest.raises(UnknownLetter, match="no message that waits in this outbox"):
        release(story, had_left={UUID(int=7)})
    with story.house.database.reading() as session:
        assert len(outbox_holds.open_holds(session)) == 1
    assert case is not None


def test_it_is_released_once(story: Story, case: str) -> None:
    release(story)
    with pytest.raises(InvalidValue, match="is not held"):
        release(story)
    assert case is not None


def test_a_second_restore_holds_it_again_and_a_hold_is_not_doubled(story: Story, case: str) -> None:
    assert restore(story) == 0
    release(story)
    assert restore(story) == 1
    story.rest()
    assert story.mail.accepted == []
    assert case is not None


def skip(
    story: Story,
    through: int,
    kind: NumberKind = NumberKind.LETTER,
    login: str = "wu",
    reason: str = "letter 9 is in the mail room's book",
) -> int:
    who = story.actor(login)
    with story.house.database.transaction("skip") as session:
        now = story.clock.now()
        return restoring.skip_numbers(session, who, kind, 2026, through, reason, now=now).serial


class TestNumbers:
    def test_numbers_that_may_be_out_there_are_skipped_and_kept_as_void(
        self, story: Story, case: str
    ) -> None:
        assert story.letters(case)[0].number == "XQ函〔2026〕1号"
        assert skip(story, 9) == 1
        second = story.open()
        story.rest()
        assert story.letters(second)[0].number == "XQ函〔2026〕10号"
        rows = story.rows(select(LetterNumber).where(col(LetterNumber.letter_id).is_(None)))
        assert sorted(row.serial for row in rows) == [2, 3, 4, 5, 6, 7, 8, 9]
        assert {row.void_reason for row in rows} == {
            "恢复备份后跳号 skipped after a restore: letter 9 is in the mail room's book"
        }

    def test_references_of_cases_are_skipped_too(self, story: Story, case: str) -> None:
        assert case.startswith("HC-2026-000001")
        assert skip(story, 4, NumberKind.CASE) == 1
        assert story.open().startswith("HC-2026-000005")

    def test_who_skipped_what_and_why_is_on_record(self, story: Story, case: str) -> None:
        assert case is not None
        skip(story, 9)
        with story.house.database.reading() as session:
            entry = directory_entries.entries_of(session, "office:XQ")[0]
        assert (entry.actor, entry.act) == ("wu", "numbers skipped")
        assert entry.changes == {"last letter number of 2026": [1, 9]}
        assert entry.source == "letter 9 is in the mail room's book"

    @pytest.mark.parametrize("through", [0, 1, 1_002])
    def test_a_number_that_was_given_out_or_is_far_off_is_refused(
        self, story: Story, case: str, through: int
    ) -> None:
        assert case is not None
        with pytest.raises(InvalidValue, match="numbers after the last one"):
            skip(story, through)
        assert story.rows(select(LetterNumber).where(LetterNumber.serial > 1)) == []

    def test_only_a_manager_skips_with_a_reason_and_only_after_a_restore(
        self, story: Story, case: str
    ) -> None:
        assert case is not None
        with pytest.raises(NotAllowed):
            skip(story, 9, login="zhou")
        with pytest.raises(InvalidValue, match="a reason is needed"):
            skip(story, 9, reason=" ")
        release(story)
        with pytest.raises(InvalidValue, match="only while the outbox is held"):
            skip(story, 9)
