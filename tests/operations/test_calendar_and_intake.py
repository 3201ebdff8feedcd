"""A year that is not published, and a mailbox that was not read: no rung fires on either."""

import json
from datetime import timedelta
from pathlib import Path

from cases.operations import calendars, supervision
from cases.store import calendars as stored
from cases.vocabulary.status import Verdict
from tests.rules.wall_calendar import day
from tests.story import Story, instant

SAMPLE_2027 = Path(__file__).parents[2] / "examples" / "calendar" / "2027.sample.json"


def publish_2027(story: Story) -> None:
    sample = json.loads(SAMPLE_2027.read_text("utf-8"))
    first, second, now = story.actor("wu"), story.actor("admin"), story.clock.now()
    with story.house.database.transaction("import") as session:
        calendars.import_year(session, first, sample, now=now)
    with story.house.database.transaction("publish") as session:
        calendars.publish_year(session, second, 2027, now=now)


def opened_late(story: Story) -> str:
    """Open a case on Thu 2026-12-17: fifteen working days run into 2027."""
    story.clock.at = instant("Thu 2026-12-17 09:00")
    case = story.open()
    story.rest()
    return case


class TestUnpublishedYear:
    def test_the_date_is_provisional_and_the_manager_is_to_publish_the_year(
        self, story: Story
    ) -> None:
        case = opened_late(story)
        assert story.stands(case) == "publish_calendar by manager:XQ on Sun 2026-12-20"
        assert story.request(case).due_is_provisional

    def test_no_rung_fires_on_it_however_late_it_gets(self, story: Story) -> None:
        case = opened_late(story)
        story.live_until("Fri 2027-02-26 10:00")
        assert len(story.letters(case)) == 1
        assert story.stands(case).startswith("publish_calendar by manager:XQ")

    def test_published_in_time_the_date_is_final_and_the_move_is_journaled(
        self, story: Story
    ) -> None:
        case = opened_late(story)
        before = story.request(case).due_on
        publish_2027(story)
        story.rest()
        # 18 to 31 December are ten working days; 1 to 3 January rest; 4 to 8 January five more.
        assert story.request(case).due_on == day("Fri 2027-01-08")
        assert not story.request(case).due_is_provisional
        assert story.stands(case) == "climb by engine on Sat 2027-01-09"
        moved = next(each for each in story.entries(case) if each.kind.value == "date_moved")
        assert before == day("Thu 2027-01-07")
        assert moved.actor == "admin"
        assert moved.result == {
            "due_on": "2027-01-08",
            "before": "2027-01-07",
            "was_provisional": True,
            "cause": "2027 was published",
        }

    def test_a_letter_received_in_the_year_itself_has_a_final_date_too(self, story: Story) -> None:
        story.clock.at = instant("Tue 2027-01-05 09:00")
        case = story.open()
        story.rest()
        assert story.request(case).due_is_provisional
        publish_2027(story)
        assert not story.request(case).due_is_provisional
        assert story.stands(case).startswith("climb by engine")

    def test_a_newer_version_that_knows_the_year_moves_the_date_as_its_publication_would(
        self, story: Story
    ) -> None:
        with story.house.database.transaction("older version") as session:
            session.delete(stored.get_year(session, 2026))
            for row in stored.days_of_year(session, 2026):
                session.delete(row)
            stored.renew_edition(session, now=story.clock.now())
        case = story.open()
        story.rest()
        assert story.stands(case).startswith("publish_calendar by manager:XQ")
        with story.house.database.transaction("upgrade") as session:
            assert calendars.seed_calendar(session, now=story.clock.now()) == (2026,)
        assert story.stands(case) == "climb by engine on Tue 2026-03-24"
        moved = next(each for each in story.entries(case) if each.kind.value == "date_moved")
        assert moved.actor == "engine"
        assert moved.result["cause"].startswith("chinesecalendar")

    def test_published_late_the_rung_fires_at_once(self, story: Story) -> None:
        case = opened_late(story)
        story.live_until("Mon 2027-01-18 10:00")
        publish_2027(story)
        story.live_until("Mon 2027-01-18 17:00")
        assert story.life(case)[-2:] == ["Mon 2027-01-18 reminded", "Mon 2027-01-18 left"]

    def test_an_answer_is_taken_though_the_date_is_provisional(self, story: Story) -> None:
        case = opened_late(story)
        story.live_until("Mon 2027-01-18 10:00")
        assert not story.reply(case).is_late, "nobody knows yet when it was due"
        story.review(case, Verdict.COMPLETE)
        story.rest()
        assert story.stands(case) == "closed answered"

    def test_a_case_that_rests_on_a_published_year_is_not_touched(self, story: Story) -> None:
        case = story.open()
        story.rest()
        before = story.case(case)
        publish_2027(story)
        story.rest()
        assert story.case(case).wake_at == before.wake_at
        assert story.case(case).journal_seq == before.journal_seq


class TestUnreadIntake:
    def read(self, story: Story) -> None:
        with story.house.database.transaction("intake") as session:
            supervision.record_intake_read(session, "inbox", now=story.clock.now())

    def test_the_reminder_waits_until_the_mailbox_was_read_after_the_due_instant(
        self, story: Story
    ) -> None:
        case = story.open()
        story.rest()
        self.read(story)
        story.clock.at = instant("Tue 2026-03-24 00:00")
        story.rest()
        assert story.stands(case) == "read_intake by engine on Tue 2026-03-24"
        story.clock.at += timedelta(minutes=20)
        story.rest()
        assert len(story.letters(case)) == 1
        self.read(story)
        story.clock.at += timedelta(minutes=10)
        story.rest()
        assert [letter.kind.value for letter in story.letters(case)] == ["request", "reminder"]

    def test_a_reading_at_the_due_instant_is_not_after_it(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.clock.at = instant("Mon 2026-03-23 23:59")
        self.read(story)
        story.clock.at = instant("Tue 2026-03-24 00:00")
        story.rest()
        assert len(story.letters(case)) == 1

    def test_a_reply_found_in_the_mailbox_stops_the_reminder(self, story: Story) -> None:
        case = story.open()
        story.rest()
        self.read(story)
        story.clock.at = instant("Tue 2026-03-24 08:00")
        story.rest()
        story.reply(case, received_on=day("Mon 2026-03-23"))
        self.read(story)
        story.rest()
        assert len(story.letters(case)) == 1
        assert story.stands(case).startswith("look by zhou")

    def test_of_two_mailboxes_the_one_read_longest_ago_counts(self, story: Story) -> None:
        case = story.open()
        story.rest()
        self.read(story)
        story.clock.at = instant("Tue 2026-03-24 08:00")
        with story.house.database.transaction("intake") as session:
            supervision.record_intake_read(session, "platform", now=story.clock.now())
        story.rest()
        assert story.stands(case).startswith("read_intake by engine")
