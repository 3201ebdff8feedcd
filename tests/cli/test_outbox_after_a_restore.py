"""`hancha outbox look`, `skip-numbers` and `release`: what a manager does after a restore."""

from cases.operations import restoring
from tests.cli.terminal import Terminal


def restored(hancha: Terminal) -> None:
    """Do to the database what a restore does to it."""
    now = hancha.story.clock.now()
    with hancha.story.house.database.transaction("restore") as session:
        restoring.begin_anew(session, known_until=now, now=now)


def test_a_manager_looks_skips_the_numbers_that_may_be_out_there_and_lets_mail_leave(
    hancha: Terminal,
) -> None:
    case = hancha.opened()
    while hancha.story.turn():
        pass
    restored(hancha)
    looked = hancha.json("outbox", "look", "--as", "wu")
    assert [each["reference"] for each in looked["messages"]] == [case]
    assert [(each["kind"], each["number"]) for each in looked["last_numbers"]] == [
        ("case", case),
        ("letter", "XQ函〔2026〕1号"),
    ]
    told = hancha("outbox", "look", "--as", "wu").out
    assert "XQ函〔2026〕1号" in told
    assert "hancha outbox skip-numbers" in told
    skipping = ("outbox", "skip-numbers", "letter", "2026", "5", "--reason", "发文簿记到5号")
    assert hancha(*skipping, "--as", "zhou").refusal == "NotAllowed"
    assert hancha.json(*skipping, "--as", "wu")["skipped_from"] == 2
    assert "numbers skipped" in hancha("office", "history", "XQ").out
    released = hancha.json("outbox", "release", "--reason", "已核对", "--as", "wu")
    assert released == {"to_leave": 1, "had_left": 0}
    assert hancha.json("outbox", "look", "--as", "wu")["last_numbers"] == []
    assert hancha(*skipping, "--as", "wu").refusal == "InvalidValue"
