"""Clock stops, extensions and delivery records move the due date by days a clerk can count.

The request leaves on Mon 2026-03-02 and is due, 15 working days later, on Mon 2026-03-23; the
case climbs on the day after.
"""

import pytest

from cases.operations import clock
from cases.operations.clock import MAX_EXTENSION_DAYS
from cases.vocabulary.errors import (
    CaseIsClosed,
    ClockIsRunning,
    ClockIsStopped,
    InvalidValue,
    NoOpenRequest,
    NotAllowed,
    RequestIsAnswered,
)
from cases.vocabulary.status import ReceivedBasis, RequestStatus
from tests.rules.wall_calendar import day
from tests.story import Story


@pytest.fixture
def asked(story: Story) -> str:
    """Open a case whose request has left."""
    case = story.open()
    story.rest()
    return case


class TestStop:
    def test_two_working_days_stopped_are_given_back(self, story: Story, asked: str) -> None:
        story.live_until("Wed 2026-03-11 10:00")
        story.act("zhou", clock.stop_clock, asked, "the applicant sends a paper")
        assert story.stands(asked) == "restart_clock by zhou on Sat 2026-03-14"
        assert story.request(asked).due_on is None
        story.live_until("Fri 2026-03-13 10:00")
        story.act("zhou", clock.restart_clock, asked)
        assert story.stands(asked) == "climb by engine on Thu 2026-03-26"
        assert story.request(asked).due_on == day("Wed 2026-03-25")

    def test_no_rung_fires_while_the_clock_stands(self, story: Story, asked: str) -> None:
        story.act("zhou", clock.stop_clock, asked, "the applicant is ill")
        story.live_until("Fri 2026-05-29 10:00")
        assert len(story.mail.accepted) == 1
        assert story.stands(asked).startswith("restart_clock by zhou")

    def test_stopped_and_restarted_on_one_day_gives_nothing_back(
        self, story: Story, asked: str
    ) -> None:
        story.act("zhou", clock.stop_clock, asked, "by mistake")
        story.act("zhou", clock.restart_clock, asked)
        assert story.stands(asked) == "climb by engine on Tue 2026-03-24"

    def test_two_stops_give_back_both(self, story: Story, asked: str) -> None:
        for since, until in (
            ("Wed 2026-03-04 10:00", "Thu 2026-03-05 10:00"),
            ("Mon 2026-03-09 10:00", "Wed 2026-03-11 10:00"),
        ):
            story.live_until(since)
            story.act("zhou", clock.stop_clock, asked, "a question by telephone")
            story.live_until(until)
            story.act("zhou", clock.restart_clock, asked)
        assert story.stands(asked) == "climb by engine on Fri 2026-03-27"

    def test_a_stopped_clock_is_not_stopped_and_a_running_one_not_restarted(
        self, story: Story, asked: str
    ) -> None:
        with pytest.raises(ClockIsRunning, match="is running"):
            story.act("zhou", clock.restart_clock, asked)
        story.act("zhou", clock.stop_clock, asked, "the applicant sends a paper")
        with pytest.raises(ClockIsStopped, match="stands already"):
            story.act("zhou", clock.stop_clock, asked, "again")

    def test_a_clock_that_does_not_run_yet_cannot_be_stopped(self, story: Story) -> None:
        case = story.open()
        with pytest.raises(NoOpenRequest, match="not asked any office yet"):
            story.act("zhou", clock.stop_clock, case, "too early")
        story.turn()
        with pytest.raises(ClockIsRunning, match="has not left"):
            story.act("zhou", clock.stop_clock, case, "too early")

    def test_a_stop_needs_a_reason(self, story: Story, asked: str) -> None:
        with pytest.raises(InvalidValue, match="reason"):
            story.act("zhou", clock.stop_clock, asked, "")
        assert story.request(asked).status is RequestStatus.AWAITING_REPLY


class TestExtension:
    def test_three_more_working_days(self, story: Story, asked: str) -> None:
        story.act("wu", clock.extend, asked, 3, "their registrar is away")
        assert story.stands(asked) == "climb by engine on Fri 2026-03-27"

    def test_extensions_add_up_and_end_with_their_rung(self, story: Story, asked: str) -> None:
        story.act("wu", clock.extend, asked, 1, "a holiday of theirs")
        story.act("wu", clock.extend, asked, 1, "another one")
        assert story.stands(asked) == "climb by engine on Thu 2026-03-26"
        story.live_until("Thu 2026-03-26 17:00")
        # Reminded on Thu 2026-03-26, five working days: due Thu 2026-04-02.
        assert story.stands(asked) == "climb by engine on Fri 2026-04-03"

    def test_granted_before_the_letter_left_it_counts_from_the_beginning(
        self, story: Story
    ) -> None:
        case = story.open()
        story.turn()
        story.act("wu", clock.extend, case, 1, "they are moving house")
        story.rest()
        assert story.stands(case) == "climb by engine on Wed 2026-03-25"

    @pytest.mark.parametrize("days", [0, -1, MAX_EXTENSION_DAYS + 1])
    def test_it_has_1_to_120_days(self, story: Story, asked: str, days: int) -> None:
        with pytest.raises(InvalidValue, match=f"not {days}"):
            story.act("wu", clock.extend, asked, days, "no reason is good enough")

    def test_it_needs_a_reason_and_a_manager(self, story: Story, asked: str) -> None:
        with pytest.raises(InvalidValue, match="reason"):
            story.act("wu", clock.extend, asked, 3, " ")
        with pytest.raises(NotAllowed, match="manager"):
            story.act("zhou", clock.extend, asked, 3, "they asked me")

    def test_once_the_manager_has_the_case_no_days_run_that_could_be_more(
        self, story: Story, asked: str
    ) -> None:
        story.live_until("Mon 2026-04-27 10:00")
        assert story.stands(asked).startswith("decide by manager:XQ")
        with pytest.raises(InvalidValue, match="last rung"):
            story.act("wu", clock.extend, asked, 3, "they telephoned")


class TestDelivery:
    def test_mail_is_presumed_to_have_come_on_the_day_it_left(
        self, story: Story, asked: str
    ) -> None:
        letter = story.letters(asked)[0]
        assert letter.received_on == day("Mon 2026-03-02")
        assert letter.received_basis is ReceivedBasis.PRESUMED

    def test_a_recorded_delivery_moves_the_date_and_is_journaled(
        self, story: Story, asked: str
    ) -> None:
        story.live_until("Thu 2026-03-05 10:00")
        story.act("mail", clock.record_delivery, asked, day("Wed 2026-03-04"))
        assert story.stands(asked) == "climb by engine on Thu 2026-03-26"
        assert story.letters(asked)[0].received_basis is ReceivedBasis.RECORDED
        moved = story.entries(asked)[-1]
        assert moved.kind.value == "date_moved"
        assert moved.result == {"received_on": "2026-03-04", "before": "2026-03-02"}

    def test_a_delivery_recorded_after_the_reminder_left_is_the_reminders(
        self, story: Story, asked: str
    ) -> None:
        story.live_until("Thu 2026-03-26 10:00")
        story.act("mail", clock.record_delivery, asked, day("Thu 2026-03-26"))
        assert story.stands(asked) == "climb by engine on Fri 2026-04-03"

    @pytest.mark.parametrize("received", ["Sun 2026-03-01", "Fri 2026-03-06"])
    def test_not_before_it_left_and_not_tomorrow(
        self, story: Story, asked: str, received: str
    ) -> None:
        story.live_until("Thu 2026-03-05 10:00")
        with pytest.raises(InvalidValue, match=received[4:]):
            story.act("mail", clock.record_delivery, asked, day(received))

    def test_not_before_any_letter_left(self, story: Story) -> None:
        case = story.open()
        story.turn()
        with pytest.raises(InvalidValue, match=r"no letter of .* has left"):
            story.act("mail", clock.record_delivery, case, day("Mon 2026-03-02"))


def test_nothing_moves_once_the_request_is_answered_or_the_case_closed(
    story: Story, asked: str
) -> None:
    story.answer(asked)
    with pytest.raises(RequestIsAnswered, match=asked):
        story.act("wu", clock.extend, asked, 3, "too late")
    story.rest()
    with pytest.raises(CaseIsClosed, match=asked):
        story.act("zhou", clock.stop_clock, asked, "too late")
