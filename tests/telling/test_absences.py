"""While a clerk is away, digests and lists go to whoever stands in; then they come back."""

from datetime import date

import pytest
from sqlmodel import Session

from cases.operations import absences, directory
from cases.store import directory_entries, offices
from cases.vocabulary.errors import CaseError, InvalidValue, NobodyStandsIn, NotAllowed
from cases.vocabulary.status import Role
from cases.vocabulary.telling import Rhythm
from tests.cli.conftest import hancha, installations, installations_by_kind
from tests.cli.terminal import Terminal
from tests.rules.wall_calendar import day
from tests.story import Story
from tests.telling.digest_mail import DigestMail

__all__ = ["hancha", "installations", "installations_by_kind"]


def enter(story: Story, *logins: str) -> None:
    with story.house.database.transaction("enter") as session:
        for login in logins:
            founder = directory.FOUNDER
            directory.add_person(session, founder, login, f"{login}示例", "XQ", [Role.CLERK])


def record(story: Story, by: str, login: str, since: str, until: str, substitute: str) -> None:
    who = story.actor(by)

    def find(session: Session, each: str) -> object:
        return offices.person_by_login(session, each)

    with story.house.database.transaction("absence") as session:
        absences.record(
            session,
            who,
            find(session, login),  # type: ignore[arg-type]
            find(session, substitute),  # type: ignore[arg-type]
            since=day(since),
            until=day(until),
            now=story.clock.now(),
        )


def end(story: Story, by: str, login: str) -> None:
    who = story.actor(by)
    with story.house.database.transaction("back") as session:
        person = offices.person_by_login(session, login)
        absences.end(session, who, person, now=story.clock.now())


def test_the_digest_follows_the_chain_from_zhou_to_sun_to_qian_and_back(story: Story) -> None:
    enter(story, "sun", "qian")
    digest = DigestMail(story)
    for login in ("zhou", "sun", "qian"):
        digest.wanted(login, Rhythm.DAILY)
    case = story.open()
    story.rest()
    story.reply(case)
    record(story, "zhou", "zhou", "Tue 2026-03-03", "Fri 2026-03-06", "sun")
    record(story, "wu", "sun", "Wed 2026-03-04", "Wed 2026-03-04", "qian")
    told = {}
    for on in ("Tue 2026-03-03", "Wed 2026-03-04", "Thu 2026-03-05", "Mon 2026-03-09"):
        before = len(digest.mail.accepted)
        digest.run_at(f"{on} 08:30")
        told[on] = [each.recipient.partition("@")[0] for each in digest.mail.accepted[before:]]
    assert told == {
        "Tue 2026-03-03": ["sun"],
        "Wed 2026-03-04": ["qian"],
        "Thu 2026-03-05": ["sun"],
        "Mon 2026-03-09": ["zhou"],
    }
    assert "（代周示例）" in digest.text("qian")
    assert "（代" not in digest.text("zhou")


def test_whoever_comes_back_early_has_their_work_again_the_same_day(story: Story) -> None:
    enter(story, "sun")
    digest = DigestMail(story)
    digest.wanted("zhou", Rhythm.DAILY)
    digest.wanted("sun", Rhythm.DAILY)
    story.reply(story.open())
    record(story, "zhou", "zhou", "Mon 2026-03-02", "Fri 2026-03-06", "sun")
    story.live_until("Tue 2026-03-03 08:00")
    end(story, "zhou", "zhou")
    digest.run_at("Tue 2026-03-03 08:30")
    assert len(digest.to("zhou")) == 1
    assert digest.to("sun") == []
    record(story, "zhou", "zhou", "Tue 2026-03-03", "Tue 2026-03-03", "sun")
    with story.house.database.reading() as session:
        acts = [e.act for e in directory_entries.entries_of(session, "person:zhou")]
    assert sorted(acts) == ["absence ended", "absence recorded", "absence recorded"]


def test_who_stands_in_without_a_digest_of_their_own_gets_the_absent_ones(story: Story) -> None:
    enter(story, "sun")
    digest = DigestMail(story)
    digest.wanted("zhou", Rhythm.DAILY)
    digest.wanted("sun", Rhythm.NONE)
    story.reply(story.open())
    record(story, "zhou", "zhou", "Tue 2026-03-03", "Tue 2026-03-03", "sun")
    digest.run_at("Tue 2026-03-03 08:30")
    assert digest.to("zhou") == []
    assert digest.text("sun").startswith("sun示例：")
    assert "（代周示例）" in digest.text("sun")


WHO = {
    "the person": ("zhou", None),
    "a manager": ("wu", None),
    "the administrator": ("admin", None),
    "a colleague": ("sun", NotAllowed),
    "the mail room": ("mail", NotAllowed),
    "a manager of another office": ("zheng", NotAllowed),
}


@pytest.mark.parametrize(("by", "refusal"), WHO.values(), ids=WHO)
def test_who_may_record_an_absence(story: Story, by: str, refusal: type[CaseError] | None) -> None:
    enter(story, "sun")
    if refusal is None:
        record(story, by, "zhou", "Tue 2026-03-03", "Fri 2026-03-06", "sun")
        end(story, by, "zhou")
        return
    with pytest.raises(refusal):
        record(story, by, "zhou", "Tue 2026-03-03", "Fri 2026-03-06", "sun")
    with pytest.raises(refusal):
        end(story, by, "zhou")


def test_what_cannot_be_recorded(story: Story) -> None:
    enter(story, "sun")
    with pytest.raises(InvalidValue, match="cannot be recorded"):
        record(story, "zhou", "zhou", "Fri 2026-03-06", "Tue 2026-03-03", "sun")
    with pytest.raises(InvalidValue, match="works for another office"):
        record(story, "zhou", "zhou", "Tue 2026-03-03", "Fri 2026-03-06", "zheng")
    with pytest.raises(InvalidValue, match="no absence of zhou"):
        end(story, "zhou", "zhou")
    record(story, "zhou", "zhou", "Tue 2026-03-03", "Fri 2026-03-06", "sun")
    with pytest.raises(InvalidValue, match="on some of these days already"):
        record(story, "zhou", "zhou", "Fri 2026-03-06", "Fri 2026-03-06", "sun")
    with pytest.raises(NobodyStandsIn, match="sun → zhou → sun goes in a circle"):
        record(story, "sun", "sun", "Thu 2026-03-05", "Mon 2026-03-09", "zhou")


def test_the_lists_of_the_command_line_follow_who_stands_in(hancha: Terminal) -> None:
    enter(hancha.story, "sun")
    case = hancha.opened()
    mine = ("case", "list", "--mine", "--as", "sun")
    assert hancha.json(*mine) == []
    absent = ("person", "absent", "zhou", "--from", "2026-03-02", "--until", "2026-03-03")
    assert hancha(*absent, "--substitute", "mail", "--as", "zhou").refusal == "NobodyStandsIn"
    recorded = hancha.json(*absent, "--substitute", "sun", "--as", "zhou")
    assert recorded["until"] == date(2026, 3, 3).isoformat()
    assert [each["reference"] for each in hancha.json(*mine)] == [case]
    (listed,) = hancha.json("person", "absences")
    assert (listed["login"], listed["stands_in_today"]) == ("zhou", "sun")
    assert "代办人" in hancha("person", "absences").out
    assert "absence recorded" in hancha("person", "history", "zhou").out
    assert hancha("person", "back", "zhou", "--as", "zhou").code == 0
    assert hancha.json(*mine) == []
    # Standing in widens nobody's roles: the clerk may still not sign.
    assert hancha("case", "sign", case, "--as", "sun").refusal == "NotAllowed"
