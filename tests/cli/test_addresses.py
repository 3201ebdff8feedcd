"""`hancha address`: doubt, show, mend, confirm."""

from tests.cli.terminal import Terminal


def test_an_address_is_doubted_shown_and_mended(hancha: Terminal) -> None:
    hancha.opened()
    hancha.story.turn()
    said = hancha("address", "doubt", "YZ", "--as", "mail", "--reason", "原址已搬迁")
    assert said.code == 0, said.err
    shown = hancha.json("address", "show", "YZ")
    assert (shown["letters_held"], shown["held"][0]["to"]) == (1, "YZ")
    assert "暂缓" in hancha("address", "list").out
    mended = hancha.json(
        *("address", "mend", "YZ", "--as", "zhou", "--email", "yi.town@office.example")
    )
    assert (mended["outcome"], mended["letters"]) == ("mended", 1)
    hancha.story.rest()
    assert len(hancha.story.mail.to("yi.town@office.example")) == 1
    assert "没有待核对的地址" in hancha("address", "list").out
    assert "已改正" in hancha("address", "list", "--all").out


def test_confirming_where_nothing_is_in_doubt_is_refused(hancha: Terminal) -> None:
    assert hancha("address", "confirm", "YZ", "--as", "zhou").refusal == "InvalidValue"


def test_mending_nothing_is_refused(hancha: Terminal) -> None:
    hancha("address", "doubt", "YZ", "--as", "mail", "--reason", "退回")
    said = hancha("address", "mend", "YZ", "--as", "zhou")
    assert (said.code, said.refusal) == (3, "InvalidValue")
