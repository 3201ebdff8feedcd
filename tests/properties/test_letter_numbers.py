"""Letter numbers are gapless for each office and year, whatever happens around their giving out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from cases.operations import directory, letters
from cases.store.case_types import pinned
from cases.store.tables.correspondence import Letter, LetterNumber
from cases.vocabulary.status import LetterKind, Role, VoidReason
from tests.story import Story
from tests.world import office

#: Signed and kept, signed in a transaction that fails, signed and then cancelled.
SIGNED, FAILED, VOIDED = "signed", "failed", "voided"
WHEN = {
    2026: datetime(2026, 3, 2, 1, tzinfo=UTC),
    2027: datetime(2026, 12, 31, 16, 30, tzinfo=UTC),  #: 2027-01-01, 00:30 in China.
}
ACTS = st.tuples(
    st.sampled_from(["XQ", "DQ"]),
    st.sampled_from([2026, 2027]),
    st.sampled_from([SIGNED, FAILED, VOIDED]),
)
Act = tuple[str, int, str]
SHARED_STORY = [HealthCheck.function_scoped_fixture]  #: What was given out before still counts.


class Failed(Exception):
    """The transaction does not come to its end."""


class Registers:
    """Two offices that sign letters, each on a case of its own; remembers what was done."""

    def __init__(self, story: Story) -> None:
        self._story, self._steps = story, count()
        self.done: list[Act] = []
        story.enter(office("DQ", "示例街道办事处", "Office (sample)", is_ours=True))
        with story.house.database.transaction("person") as session:
            directory.add_person(session, directory.FOUNDER, "qian", "示例", "DQ", [Role.CLERK])
        self._cases = {"XQ": [story.open("zhou")], "DQ": [story.open("qian")]}

    def open_more(self, many: int) -> None:
        """Open further cases, so that several letters can be signed at once."""
        self._cases["XQ"] += [self._story.open("zhou") for _ in range(many)]
        self._cases["DQ"] += [self._story.open("qian") for _ in range(many)]

    def do(self, act: Act, *, desk: int = 0) -> None:
        """Sign one letter on the case of a desk, in a transaction that ends in its way."""
        code, year, ending = act
        self.done.append(act)
        try:
            with self._story.house.database.transaction("sign") as session:
                letter = self._draft(session, self._cases[code][desk], WHEN[year])
                if ending == VOIDED:
                    letters.void(session, letter, VoidReason.CASE_CLOSED)
                if ending == FAILED:
                    raise Failed
        except Failed:
            pass

    def _draft(self, session: Session, case: str, now: datetime) -> Letter:
        row = self._story.locked(session, case)
        case_type = pinned(session, row.type_code, row.type_version)
        step = f"property/{next(self._steps)}"
        return letters.draft(session, row, case_type, LetterKind.REQUEST, step_id=step, now=now)

    def check(self) -> None:
        """Look at every number given out."""
        given_out = self._story.rows(select(LetterNumber))
        written = {letter.id: letter for letter in self._story.rows(select(Letter))}
        for code in self._cases:
            for year in WHEN:
                rows = [row for row in given_out if (row.office_code, row.year) == (code, year)]
                kept = [act for act in self.done if act[:2] == (code, year) and act[2] != FAILED]
                assert sorted(row.serial for row in rows) == list(range(1, len(kept) + 1))
                for row in rows:
                    assert written[row.letter_id].number == f"{code}函〔{year}〕{row.serial}号"
        voided = [row for row in given_out if row.void_reason]
        assert len(voided) == sum(act[2] == VOIDED for act in self.done)


@pytest.fixture
def registers(story: Story) -> Registers:
    """Give two offices that have signed nothing yet."""
    return Registers(story)


@settings(max_examples=15, suppress_health_check=SHARED_STORY)
@given(st.lists(ACTS, max_size=5))
def test_one_after_the_other(registers: Registers, acts: list[Act]) -> None:
    for act in acts:
        registers.do(act)
    registers.check()


@settings(max_examples=6, suppress_health_check=SHARED_STORY)
@given(st.lists(st.lists(ACTS, min_size=2, max_size=5), min_size=3, max_size=3))
def test_at_three_desks_at_once(registers: Registers, at_desks: list[list[Act]]) -> None:
    registers.open_more(2)
    sign_at_once(registers, at_desks)
    registers.check()


def test_three_desks_that_sign_the_first_letter_of_the_year_at_once(
    registers: Registers,
) -> None:
    registers.open_more(2)
    sign_at_once(registers, [[("XQ", 2026, SIGNED)]] * 3)
    registers.check()


def sign_at_once(registers: Registers, at_desks: list[list[Act]]) -> None:
    def sign(desk: int) -> None:
        for act in at_desks[desk]:
            registers.do(act, desk=desk)

    with ThreadPoolExecutor(len(at_desks)) as pool:
        list(pool.map(sign, range(len(at_desks))))
