"""The journal's proof: whatever is done to a row behind the program's back is found and named."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from cases.store import journal, journal_proof
from cases.store.journal_proof import Flaw
from cases.store.tables.case import Case
from cases.store.tables.journal import JournalCheckpoint, JournalEntry, JournalPayload
from cases.vocabulary.status import EntryKind, Verdict
from tests.story import Story

UNDONE = [HealthCheck.function_scoped_fixture]  #: Each example is rolled back.


class Undone(Exception):
    """Raised to take the tampering back."""


@pytest.fixture
def lived(story: Story) -> Story:
    """Live two cases with replies, so that both have a journal with personal parts."""
    for _ in range(2):
        case = story.open()
        story.rest()
        story.reply(case, summary="an enclosure is missing")
        story.review(case, Verdict.QUESTION, note="asked back by telephone")
    return story


@contextmanager
def tampering(story: Story) -> Iterator[Session]:
    """Give a session in which rows can be changed behind the program's back, then undone."""
    try:
        with story.house.database.transaction("tamper") as session:
            yield session
            raise Undone
    except Undone:
        pass


def chain(session: Session, place: int = 0) -> list[JournalEntry]:
    """Return the entries of one of the cases, first one first."""
    case = session.exec(select(Case).order_by(col(Case.reference))).all()[place]
    return list(journal.entries_of(session, case.id))


def found(session: Session) -> list[Flaw]:
    session.flush()
    session.expire_all()
    return list(journal_proof.verify(session))


def set_values(session: Session, entry: JournalEntry, **values: Any) -> None:
    session.execute(update(JournalEntry).where(col(JournalEntry.id) == entry.id).values(**values))


def other_value(entry: JournalEntry, column: str) -> Any:
    value = getattr(entry, column)
    if column == "at":
        return value + timedelta(microseconds=1)
    if column == "kind":
        return EntryKind.EXTENDED if value is not EntryKind.EXTENDED else EntryKind.HELD
    if column == "result":
        return {**value, "forged": True}
    if column == "seq":
        return value + 1_000
    if column.endswith("_hash"):
        return "f" * 64 if value != "f" * 64 else "e" * 64
    return f"{value or ''}x"


COLUMNS = (
    "seq",
    "at",
    "actor",
    "kind",
    "step_id",
    "arguments_hash",
    "result",
    "payload_hash",
    "previous_hash",
    "entry_hash",
)
PLACES = st.integers(0, 10**6)


def test_an_untouched_journal_has_no_flaw(lived: Story) -> None:
    with lived.house.database.reading() as session:
        assert list(journal_proof.verify(session)) == []


@settings(max_examples=40, suppress_health_check=UNDONE)
@given(st.sampled_from(COLUMNS), PLACES)
def test_a_changed_entry_is_named(lived: Story, column: str, place: int) -> None:
    with tampering(lived) as session:
        entries = chain(session)
        entry = entries[place % len(entries)]
        reference, seq = lived.reference(entry.case_id), entry.seq
        set_values(session, entry, **{column: other_value(entry, column)})
        flaws = found(session)
    assert flaws
    assert {flaw.reference for flaw in flaws} == {reference}
    assert seq in {flaw.seq for flaw in flaws}


@settings(max_examples=20, suppress_health_check=UNDONE)
@given(st.sampled_from([column for column in COLUMNS if not column.endswith("hash")]), PLACES)
def test_a_changed_entry_that_was_sealed_anew_is_named_by_its_follower(
    lived: Story, column: str, place: int
) -> None:
    with tampering(lived) as session:
        entries = chain(session)
        entry = entries[place % len(entries)]
        seq = entry.seq
        set_values(session, entry, **{column: other_value(entry, column)})
        session.refresh(entry)
        set_values(session, entry, entry_hash=journal.entry_hash(entry))
        flaws = found(session)
    assert {flaw.seq for flaw in flaws} & {seq, seq + 1}


@settings(max_examples=20, suppress_health_check=UNDONE)
@given(PLACES)
def test_a_missing_entry_is_named(lived: Story, place: int) -> None:
    with tampering(lived) as session:
        entries = chain(session)
        entry = entries[place % len(entries)]
        is_last = entry is entries[-1]
        session.execute(delete(JournalPayload).where(col(JournalPayload.entry_id) == entry.id))
        session.execute(delete(JournalEntry).where(col(JournalEntry.id) == entry.id))
        flaws = found(session)
    expected = (
        f"the chain ends at entry {entry.seq - 1}" if is_last else (f"entry {entry.seq} is missing")
    )
    assert [(flaw.seq, flaw.what) for flaw in flaws] == [(entry.seq, expected)]


@settings(max_examples=20, suppress_health_check=UNDONE)
@given(PLACES, PLACES)
def test_two_entries_that_changed_places_are_named(lived: Story, one: int, two: int) -> None:
    with tampering(lived) as session:
        entries = chain(session)
        first, second = entries[one % len(entries)], entries[two % len(entries)]
        if first is second:
            return
        places = first.seq, second.seq
        set_values(session, first, seq=-1)
        set_values(session, second, seq=places[0])
        set_values(session, first, seq=places[1])
        flaws = found(session)
    assert set(places) <= {flaw.seq for flaw in flaws}


@settings(max_examples=20, suppress_health_check=UNDONE)
@given(PLACES)
def test_an_added_entry_is_named_though_it_is_sealed_and_fits_the_one_before(
    lived: Story, place: int
) -> None:
    with tampering(lived) as session:
        entries = chain(session)
        before = entries[place % len(entries)]
        for entry in reversed(entries[before.seq :]):
            set_values(session, entry, seq=entry.seq + 1)
        session.flush()
        added = JournalEntry(
            **before.model_dump(exclude={"id", "step_id", "previous_hash", "entry_hash", "seq"}),
            id=uuid4(),
            seq=before.seq + 1,
            previous_hash=before.entry_hash,
            entry_hash="",
        )
        added.entry_hash = journal.entry_hash(added)
        session.add(added)
        flaws = found(session)
    assert {flaw.seq for flaw in flaws} & {added.seq, added.seq + 1, entries[-1].seq}


@settings(max_examples=20, suppress_health_check=UNDONE)
@given(PLACES)
def test_an_entry_moved_to_another_case_is_named_in_both(lived: Story, place: int) -> None:
    with tampering(lived) as session:
        entries, others = chain(session), chain(session, 1)
        entry = entries[place % len(entries)]
        there = {"case_id": others[0].case_id, "seq": len(others) + 1}
        set_values(session, entry, **there, step_id=None)  # The table takes no step twice.
        flaws = found(session)
    assert len({flaw.reference for flaw in flaws}) == 2


@pytest.mark.parametrize(
    "change",
    [{"journal_seq": 1}, {"journal_head": "0" * 64}, {"journal_seq": 99}],
    ids=["a shorter chain", "another head", "a longer chain"],
)
def test_a_case_that_keeps_another_end_of_its_chain_is_named(
    lived: Story, change: dict[str, Any]
) -> None:
    with tampering(lived) as session:
        reference = session.exec(select(Case.reference).order_by(col(Case.reference))).first()
        session.execute(update(Case).where(col(Case.reference) == reference).values(**change))
        assert [flaw.reference for flaw in found(session)] == [reference]


class TestPersonalParts:
    def payloads(self, session: Session) -> list[JournalPayload]:
        return list(session.exec(select(JournalPayload).order_by(col(JournalPayload.entry_id))))

    @settings(max_examples=20, suppress_health_check=UNDONE)
    @given(st.sets(PLACES))
    def test_whatever_is_erased_the_proof_stays_whole(self, lived: Story, places: set[int]) -> None:
        with tampering(lived) as session:
            payloads = self.payloads(session)
            for place in {place % len(payloads) for place in places}:
                session.delete(payloads[place])
            assert found(session) == []

    @settings(max_examples=20, suppress_health_check=UNDONE)
    @given(PLACES, st.sampled_from(["content", "salt"]))
    def test_a_changed_one_is_named(self, lived: Story, place: int, column: str) -> None:
        with tampering(lived) as session:
            payloads = self.payloads(session)
            payload = payloads[place % len(payloads)]
            entry = session.get_one(JournalEntry, payload.entry_id)
            payload.salt = "0" * 32 if column == "salt" else payload.salt
            payload.content = {"reason": "forged"} if column == "content" else payload.content
            flaws = found(session)
        assert [(flaw.seq, flaw.what) for flaw in flaws] == [
            (entry.seq, "its personal part was changed")
        ]

    def test_one_that_was_added_is_named(self, lived: Story) -> None:
        with tampering(lived) as session:
            bare = next(entry for entry in chain(session) if not entry.payload_hash)
            session.add(JournalPayload(entry_id=bare.id, salt="", content={"reason": "forged"}))
            assert [flaw.seq for flaw in found(session)] == [bare.seq]


class TestCheckpoints:
    @pytest.fixture
    def sealed(self, lived: Story) -> Story:
        """Seal the journals of the two cases."""
        self.seal(lived)
        return lived

    def seal(self, story: Story) -> JournalCheckpoint | None:
        with story.house.database.transaction("checkpoint") as session:
            return journal_proof.add_checkpoint(session, story.clock.now())

    @settings(max_examples=10, suppress_health_check=UNDONE)
    @given(st.integers(1, 6))
    def test_a_tail_that_was_cut_off_with_the_cases_own_memory_of_it_is_found(
        self, sealed: Story, many: int
    ) -> None:
        with tampering(sealed) as session:
            entries = chain(session)
            for entry in entries[-many:]:
                of_entry = col(JournalPayload.entry_id) == entry.id
                session.execute(delete(JournalPayload).where(of_entry))
                session.execute(delete(JournalEntry).where(col(JournalEntry.id) == entry.id))
            self.forget(session, entries[-many - 1])
            flaws = found(session)
        assert [flaw.reference for flaw in flaws] == ["checkpoint 1"]
        assert flaws[0].seq == entries[-1].seq

    @settings(max_examples=10, suppress_health_check=UNDONE)
    @given(PLACES)
    def test_a_chain_that_was_written_anew_from_some_entry_on_is_found(
        self, sealed: Story, place: int
    ) -> None:
        with tampering(sealed) as session:
            entries = chain(session)
            start = place % len(entries)
            entries[start].actor = "forger"
            for before, entry in zip([None, *entries], entries, strict=False):
                if before is not None:
                    entry.previous_hash = before.entry_hash
                entry.entry_hash = journal.entry_hash(entry)
            self.forget(session, entries[-1])
            assert [flaw.reference for flaw in found(session)] == ["checkpoint 1"]

    def forget(self, session: Session, last: JournalEntry) -> None:
        """Let the case keep another entry as the last of its chain."""
        session.flush()
        row = update(Case).where(col(Case.id) == last.case_id)
        session.execute(row.values(journal_seq=last.seq, journal_head=last.entry_hash))

    def test_a_checkpoint_seals_only_what_grew(self, sealed: Story) -> None:
        assert self.seal(sealed) is None
        case = sealed.open()
        second = self.seal(sealed)
        assert second is not None
        assert second.number == 2
        assert [head[0] for head in second.heads] == [str(sealed.case(case).id)]

    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_a_checkpoint_that_was_changed_is_named(self, sealed: Story, number: int) -> None:
        for _ in range(2):
            sealed.open()
            self.seal(sealed)
        with tampering(sealed) as session:
            checkpoint = session.get_one(JournalCheckpoint, number)
            checkpoint.heads = [[*checkpoint.heads[0][:2], "f" * 64], *checkpoint.heads[1:]]
            assert f"checkpoint {number}" in {flaw.reference for flaw in found(session)}

    def test_a_checkpoint_that_is_missing_is_named(self, sealed: Story) -> None:
        sealed.open()
        self.seal(sealed)
        with tampering(sealed) as session:
            session.delete(session.get_one(JournalCheckpoint, 1))
            assert "checkpoint 1 is missing" in {flaw.what for flaw in found(session)}

    def test_a_journal_that_grew_since_is_whole(self, sealed: Story) -> None:
        sealed.open()
        with sealed.house.database.reading() as session:
            assert list(journal_proof.verify(session)) == []


def test_one_case_can_be_proved_alone(lived: Story) -> None:
    with tampering(lived) as session:
        entries, others = chain(session), chain(session, 1)
        set_values(session, others[0], actor="forger")
        session.flush()
        session.expire_all()
        mine = list(journal_proof.verify(session, case_id=entries[0].case_id))
        theirs = list(journal_proof.verify(session, case_id=others[0].case_id))
    assert mine == []
    assert [flaw.seq for flaw in theirs] == [1]
