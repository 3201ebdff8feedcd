"""Which of its case's letters a letter is: the code on its pages names it by that number."""

from datetime import timedelta

from cases.operations import closing
from cases.store import offices
from cases.vocabulary.status import LetterKind
from tests.story import Story


def ordinals(story: Story, case: str) -> list[tuple[LetterKind, int]]:
    """Return kind and number of each letter, in the order they were drafted."""
    return [
        (letter.kind, story.content_of(letter).ordinal)
        for letter in sorted(story.letters(case), key=lambda letter: letter.drafted_at)
    ]


def test_letters_are_counted_through_the_case_whatever_their_kind(story: Story) -> None:
    case = story.open()
    story.live_until("Thu 2026-04-02 10:00")
    story.answer(case)
    story.rest()
    assert ordinals(story, case) == [
        (LetterKind.REQUEST, 1),
        (LetterKind.REMINDER, 2),
        (LetterKind.SECOND_REMINDER, 3),
        (LetterKind.CLOSING_NOTICE, 4),
    ]


def test_a_letter_keeps_its_number_when_others_follow_in_the_same_instant(story: Story) -> None:
    """The clock stands still: both requests and the notice bear the same moment."""
    case = story.open()
    story.rest()
    first = story.letters(case)[0]
    with story.house.database.reading() as session:
        other = offices.by_code(session, "BZ")
    story.act("zhou", closing.refer, case, other, "he moved away in 2019")
    story.rest()
    second = next(letter for letter in story.letters(case) if letter.id != first.id)
    story.answer(case)
    story.rest()
    assert [story.content_of(letter).ordinal for letter in (first, second)] == [1, 2]
    assert len({story.content_of(letter).ordinal for letter in story.letters(case)}) == 3


def test_a_clock_that_was_set_back_between_two_letters_changes_no_number(story: Story) -> None:
    """The number is kept, not counted anew from the moments at which letters were drafted."""
    case = story.open()
    story.rest()
    story.clock.at -= timedelta(days=1)
    story.answer(case)
    story.rest()
    request, notice = sorted(
        story.letters(case), key=lambda letter: letter.kind.value, reverse=True
    )
    assert notice.drafted_at < request.drafted_at
    assert (request.ordinal, notice.ordinal) == (1, 2)
    assert story.content_of(request).ordinal == 1
