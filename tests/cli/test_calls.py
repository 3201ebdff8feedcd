"""`hancha call`: written down, shown, confirmed."""

from tests.cli.terminal import Terminal

NUMBER = ("--number", "000-00000000")
ANSWER = ("--with", "王工", "--asked", "是否已出具", "--answered", "已出具", "--read-back")


def asked(hancha: Terminal) -> str:
    case = hancha.opened()
    hancha.story.live_until("Tue 2026-03-10 10:00")
    return case


def test_a_call_is_written_down_confirmed_and_closes_the_case(hancha: Terminal) -> None:
    case = asked(hancha)
    nobody = hancha.json("call", "record", case, *NUMBER, "--as", "zhou")
    assert not nobody["call"]["is_reached"]
    at = ("--at", "2026-03-10 09:30")
    done = hancha.json("call", "record", case, *NUMBER, *ANSWER, *at, "--as", "zhou")
    assert done["call"]["called_at"] == "2026-03-10T01:30:00+00:00"
    assert done["next_action"] == "look"
    confirmed = hancha.json("call", "confirm", case, done["call"]["id"][:8], "--as", "wu")
    assert confirmed["call"]["confirmed_by"] == "wu"
    hancha.json("case", "review", case, "complete", "--as", "zhou")
    hancha.story.live_until("Tue 2026-03-10 11:00")
    shown = hancha.json("case", "show", case, "--as", "zhou")
    assert (shown["outcome"], [call["answered"] for call in shown["calls"]]) == (
        "answered",
        ["已出具", ""],
    )


def test_who_said_what_is_shown_to_those_alone_who_may_read_the_case(hancha: Terminal) -> None:
    case = asked(hancha)
    hancha("call", "record", case, *NUMBER, *ANSWER, "--as", "zhou")
    assert "王工" not in hancha("call", "list", case).out
    assert "王工" not in hancha("case", "show", case).out
    assert "王工" in hancha("call", "list", case, "--as", "zhou").out


def test_what_cannot_be_written_down_is_refused_in_one_line(hancha: Terminal) -> None:
    case = asked(hancha)
    said = hancha("call", "record", case, "--number", "x", "--as", "zhou")
    assert (said.code, said.refusal) == (3, "InvalidValue")
    assert hancha("call", "confirm", case, "abcd", "--as", "wu").refusal == "UnknownCall"
    assert hancha("call", "record", case, *NUMBER, "--at", "soon", "--as", "zhou").code == 2
