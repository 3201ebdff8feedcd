"""What the desk promises before a case is saved is what happens when nobody answers."""

from cases.operations.letters_to_come import letters_to_come
from cases.store import case_types, offices
from cases.vocabulary.status import LetterKind
from tests.on_record import written
from tests.story import Story


def test_the_letters_that_were_promised_leave_on_the_days_that_were_promised(story: Story) -> None:
    now = story.clock.now()
    with story.house.database.reading() as session:
        ours, home, superior = offices.ours_and_asked(
            session, offices.by_code(session, "XQ").id, "YZ", now
        )
        case_type = case_types.newest(session, "certificate-issuance")
        coming = letters_to_come(session, case_type, ours, home, superior, now=now)
    case = story.open()
    story.live_until("Mon 2026-06-01 12:00")
    letters = [row for row in story.letters(case) if row.kind is not LetterKind.CLOSING_NOTICE]
    lived = [(row.kind, row.received_on, row.due_on) for row in letters]
    promised = [(row.kind, row.received_on, row.due and row.due.due_on) for row in coming[:-1]]
    assert [row[:2] for row in lived] == [row[:2] for row in promised]
    # The last rung's date is kept by the request alone; the manager has it afterwards.
    assert [row[2] for row in lived[:-1]] == [row[2] for row in promised[:-1]]
    handed = next(each for each in story.entries(case) if each.kind.value == "handed_to_manager")
    assert written(handed.at).endswith(coming[-1].leaves_on.isoformat())
    assert coming[-1].kind is None


def test_a_date_in_a_year_that_is_not_published_is_called_provisional(story: Story) -> None:
    story.live_until("Mon 2026-12-21 09:00")
    with story.house.database.reading() as session:
        now = story.clock.now()
        ours, home, superior = offices.ours_and_asked(
            session, offices.by_code(session, "XQ").id, "YZ", now
        )
        case_type = case_types.newest(session, "certificate-issuance")
        first, *_ = letters_to_come(session, case_type, ours, home, superior, now=now)
    assert first.due is not None
    assert first.due.is_provisional
