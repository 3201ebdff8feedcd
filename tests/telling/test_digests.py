"""A clerk and a manager are told by mail what waits for them, on working days, once."""

import pytest
from sqlmodel import Session, select

from cases.operations import digests
from cases.store import offices
from cases.store.tables.telling import Digest
from cases.vocabulary.errors import CaseError, InvalidValue, NotAllowed
from cases.vocabulary.status import OutboxStatus
from cases.vocabulary.telling import Rhythm
from cases.vocabulary.values import ENGINE
from tests.outside_world import PowerCut
from tests.story import Story
from tests.telling.digest_mail import DigestMail


@pytest.fixture
def digest(story: Story) -> DigestMail:
    """Give the digests of a story."""
    return DigestMail(story)


def test_a_reply_to_look_at_is_told_the_next_morning_without_a_word_of_the_applicant(
    story: Story, digest: DigestMail
) -> None:
    digest.wanted("zhou", Rhythm.DAILY)
    case = story.open()
    assert digest.run_at("Mon 2026-03-02 09:30") == 0  # Nothing waits: no mail.
    story.reply(case)
    assert digest.run_at("Mon 2026-03-02 10:00") == 0  # This day is served.
    assert digest.run_at("Tue 2026-03-03 08:25") == 0  # Before the office's hour.
    assert digest.run_at("Tue 2026-03-03 08:30") == 1
    (mail,) = digest.to("zhou")
    assert mail["Subject"] == "函查待办提醒：1件（2026年3月3日）"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = digest.text("zhou")
    assert text.startswith("周示例：\n\n　　截至2026年3月3日8时30分，有1件办件待您处理或者留意。")
    assert f"【待审阅的复函】1件\n　　{case}　样本县乙镇人民政府　请于2026年3月" in text
    everything = mail.as_string() + text
    assert not any(word in everything for word in ("林小禾", "110101", "户籍", "person.example"))


def test_what_is_overdue_is_told_with_its_working_days_and_managers_see_it_too(
    story: Story, digest: DigestMail
) -> None:
    digest.wanted("zhou", Rhythm.DAILY)
    digest.wanted("wu", Rhythm.DAILY)
    case = story.open()
    digest.run_at("Wed 2026-03-18 08:30")  # Due on Monday the 23rd: three working days ahead.
    assert f"【对方复函即将到期】1件\n　　{case}　样本县乙镇人民政府　截止2026年3月23日" in (
        digest.text("zhou")
    )
    assert digest.to("wu") == []
    digest.run_at("Thu 2026-03-26 08:30")
    line = (
        f"【对方超期未复】1件\n　　{case}　样本县乙镇人民政府　截止2026年3月23日　已超期3个工作日"
    )
    assert line in digest.text("zhou")
    assert line in digest.text("wu")


def test_a_week_with_a_holiday_and_a_make_up_day(story: Story, digest: DigestMail) -> None:
    digest.wanted("zhou", Rhythm.DAILY)
    digest.wanted("wu", Rhythm.WEEKLY)
    case = story.open()
    story.live_until("Thu 2026-04-30 20:00")  # By now a manager must decide.
    story.reply(case)
    told = []
    for day in (
        *("Fri 2026-05-01", "Sat 2026-05-02", "Sun 2026-05-03", "Mon 2026-05-04", "Tue 2026-05-05"),
        *("Wed 2026-05-06", "Thu 2026-05-07", "Fri 2026-05-08", "Sat 2026-05-09", "Sun 2026-05-10"),
    ):
        before = len(digest.to("zhou"))
        digest.run_at(f"{day} 09:00")
        digest.run()  # Again, five minutes later: nothing more.
        if len(digest.to("zhou")) > before:
            told.append(day)
    assert told == ["Wed 2026-05-06", "Thu 2026-05-07", "Fri 2026-05-08", "Sat 2026-05-09"]


def test_a_clerk_is_told_of_letters_that_wait_for_their_seal(
    story: Story, digest: DigestMail
) -> None:
    digest.wanted("zhou", Rhythm.DAILY)
    case = story.open(case_type=story.publish("stamped", seals={"request": "wet"}))
    story.rest()
    digest.run_at("Mon 2026-03-02 11:00")
    assert f"【待用印的函件，请印制、用印后扫描】1件\n　　{case}" in digest.text("zhou")


def test_a_manager_is_told_once_a_week_of_what_is_held_and_what_to_sign(
    story: Story, digest: DigestMail
) -> None:
    digest.wanted("wu", Rhythm.WEEKLY)
    code = story.publish("signed-each", sign_off={**SIGN_EACH})
    to_sign = story.open(case_type=code)
    story.rest()
    held = story.open()
    story.rest()
    story.hold(held)
    digest.run_at("Mon 2026-03-02 11:00")
    text = digest.text("wu")
    assert f"【搁置、隔离的办件，请负责人决定是否解除】1件\n　　{held}" in text
    assert f"【待签发的函件】1件\n　　{to_sign}" in text
    digest.run_at("Fri 2026-03-06 11:00")
    assert len(digest.to("wu")) == 1
    digest.run_at("Mon 2026-03-09 11:00")
    assert len(digest.to("wu")) == 2


SIGN_EACH = {
    "request": "each",
    "reminder": "standing",
    "second_reminder": "standing",
    "escalation": "standing",
    "closing_notice": "none",
}


def test_at_once_tells_what_is_new_and_nothing_twice(story: Story, digest: DigestMail) -> None:
    digest.wanted("zhou", Rhythm.AT_ONCE)
    first, second = story.open(), story.open()
    story.rest()
    story.reply(first)
    assert digest.run_at("Mon 2026-03-02 10:00") == 1
    assert digest.run_at("Mon 2026-03-02 10:05") == 0
    story.reply(second)
    assert digest.run_at("Mon 2026-03-02 10:10") == 1
    assert second in digest.text("zhou")
    assert first not in digest.text("zhou")
    assert digest.run_at("Mon 2026-03-02 18:00") == 0


def test_who_wants_none_gets_none(story: Story, digest: DigestMail) -> None:
    digest.wanted("zhou", Rhythm.DAILY)
    digest.wanted("zhou", Rhythm.NONE)
    story.reply(story.open())
    assert digest.run_at("Tue 2026-03-03 09:00") == 0


POINTS = ("digest:before-commit", "digest:after-commit", "claim-digest:after-commit")
SENDING = ("digest-sent:before-commit", "digest-sent:after-commit")


@pytest.mark.parametrize("point", [*POINTS, *SENDING])
def test_killed_at_any_point_a_digest_comes_once_or_is_known_for_the_same(
    story: Story, digest: DigestMail, point: str
) -> None:
    digest.wanted("zhou", Rhythm.DAILY)
    story.reply(story.open())
    story.live_until("Tue 2026-03-03 09:00")
    story.power.cut_at = point
    with pytest.raises(PowerCut):
        digest.run()
    _expire_claims(story)
    digest.run()
    digest.run()
    mails = digest.mail.to("zhou@office.example")
    assert len(mails) == (2 if point == SENDING[0] else 1)
    assert len({(mail.message_id, mail.content) for mail in mails}) == 1
    with story.house.database.reading() as session:
        (row,) = session.exec(select(Digest)).all()
    assert row.status is OutboxStatus.SENT


def _expire_claims(story: Story) -> None:
    with story.house.database.transaction("expire") as session:
        for row in session.exec(select(Digest)).all():
            row.claim_until_ms = 0


def test_a_mail_server_that_refuses_is_tried_again_and_an_address_it_refuses_is_given_up(
    story: Story, digest: DigestMail
) -> None:
    digest.wanted("zhou", Rhythm.DAILY)
    story.reply(story.open())
    digest.mail.is_down = True
    assert digest.run_at("Tue 2026-03-03 08:30") == 0
    digest.mail.is_down = False
    assert digest.run_at("Tue 2026-03-03 08:35") == 1
    digest.mail.refused.add("zhou@office.example")
    assert digest.run_at("Wed 2026-03-04 08:30") == 0
    with story.house.database.reading() as session:
        rows = session.exec(select(Digest).order_by(Digest.period)).all()
    assert [(row.status, row.failures) for row in rows] == [
        (OutboxStatus.SENT, 1),
        (OutboxStatus.GIVEN_UP, 1),
    ]


def choosing(story: Story, login: str, of: str, **given: object) -> type[CaseError] | None:
    who = ENGINE if login == "engine" else story.actor(login)
    try:
        with story.house.database.transaction("choose") as session:
            _choose(session, who, of, given)
    except CaseError as refusal:
        return type(refusal)
    return None


def _choose(session: Session, who: object, of: str, given: dict[str, object]) -> None:
    digests.choose(session, who, offices.person_by_login(session, of), **given)  # type: ignore[arg-type]


def test_each_chooses_for_themselves_and_the_administrator_says_where(story: Story) -> None:
    assert choosing(story, "zhou", "zhou", rhythm=Rhythm.DAILY) is InvalidValue  # No address yet.
    assert choosing(story, "zhou", "zhou", email="zhou@elsewhere.example") is NotAllowed
    assert choosing(story, "wu", "zhou", rhythm=Rhythm.NONE) is NotAllowed
    assert choosing(story, "engine", "zhou", rhythm=Rhythm.NONE) is NotAllowed
    assert choosing(story, "admin", "zhou", email="not an address") is InvalidValue
    assert choosing(story, "admin", "zhou", email="zhou@office.example") is None
    assert choosing(story, "zhou", "zhou", rhythm=Rhythm.WEEKLY) is None
