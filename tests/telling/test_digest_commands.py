"""`hancha digest` and what the doctor says of digests."""

from cases.vocabulary.telling import Rhythm
from tests.cli.conftest import hancha, installations, installations_by_kind
from tests.cli.terminal import Terminal
from tests.telling.digest_mail import DigestMail

__all__ = ["hancha", "installations", "installations_by_kind"]


def test_the_administrator_enters_an_address_and_the_clerk_chooses_how_often(
    hancha: Terminal,
) -> None:
    choose = ("digest", "choose")
    assert hancha(*choose, "--rhythm", "daily", "--as", "zhou").refusal == "InvalidValue"
    hancha.json(*choose, "--of", "zhou", "--email", "zhou@office.example", "--as", "admin")
    chosen = hancha.json(*choose, "--rhythm", "daily", "--as", "zhou")
    assert (chosen["rhythm"], chosen["email"]) == ("daily", "zhou@office.example")
    (zhou,) = [each for each in hancha.json("digest", "list") if each["login"] == "zhou"]
    assert (zhou["rhythm"], zhou["last_period"]) == ("daily", None)
    assert "每个工作日 daily" in hancha("digest", "list").out


def test_a_preview_says_what_waits_and_sends_nothing(hancha: Terminal) -> None:
    assert "没有待办" in hancha("digest", "preview", "--as", "zhou").out
    case = hancha.opened()
    hancha.story.rest()
    hancha.story.reply(case)
    (line,) = hancha.json("digest", "preview", "--as", "zhou")
    assert (line["topic"], line["reference"]) == ("look", case)
    said = hancha("digest", "preview", "--as", "zhou").out
    assert "待审阅的复函" in said
    assert "林小禾" not in said


def test_the_doctor_sees_a_digest_that_was_given_up(hancha: Terminal) -> None:
    digest = DigestMail(hancha.story)
    digest.wanted("zhou", Rhythm.DAILY)
    digest.mail.refused.add("zhou@office.example")
    hancha.story.reply(hancha.opened())
    digest.run_at("Tue 2026-03-03 08:30")
    checks = {each["name"]: each for each in hancha("doctor", "--json").document["checks"]}
    assert checks["digests"]["level"] == "warn"
    assert "1 given up" in checks["digests"]["detail"]
    (zhou,) = [each for each in hancha.json("digest", "list") if each["login"] == "zhou"]
    assert zhou["last_error"].startswith("550")
