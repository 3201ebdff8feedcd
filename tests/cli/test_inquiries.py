"""`hancha inquiry`, as intake and the clerk type it."""

from tests.cli.terminal import APPLICATION, PERSON_NUMBER, Terminal

LETTER = (
    *(
        "--as",
        "zhou",
        "--from",
        "YZ",
        "--channel",
        "post",
        "--their-reference",
        "乙镇函〔2026〕7号",
    ),
    *("--dated", "2026-02-26", "--on", "2026-03-02", "--asks", "核实现登记的户籍地址"),
    *("--about", "林小禾", "--person-number", "-", "--file", str(APPLICATION)),
)


def test_an_inquiry_is_registered_answered_signed_and_closed(hancha: Terminal) -> None:
    number = f"{PERSON_NUMBER}\n".encode()
    case = hancha.json("inquiry", "register", *LETTER, stdin=number)["reference"]
    hancha.story.rest()
    shown = hancha.json("case", "show", case)
    assert shown["inquiry"]["their_reference"] == "乙镇函〔2026〕7号"
    assert shown["requests"][0]["due_on"] == "2026-03-16"
    assert shown["applicant"] is None, "nothing personal without --as"
    page = hancha("case", "show", case, "--as", "zhou").out
    assert "来函机关 Asks us" in page
    assert PERSON_NUMBER not in page
    answered = hancha.json(
        *("inquiry", "answer", case, "--as", "zhou", "--text", "户籍地址为示例村3号"),
        *("--enclose", f"户籍情况证明={APPLICATION}"),
    )
    assert answered["next_action"] == "engine_turn"
    hancha.story.rest()
    assert hancha.json("case", "sign", case, "--as", "wu")["letter"] == "reply_letter"
    hancha.story.rest()
    assert hancha.json("case", "show", case)["outcome"] == "answered"
    assert len(hancha.story.mail.to("yz@office.example")) == 2


def test_why_says_how_our_own_days_are_counted(hancha: Terminal) -> None:
    case = hancha.json("inquiry", "register", *LETTER, stdin=f"{PERSON_NUMBER}\n".encode())[
        "reference"
    ]
    hancha.story.rest()
    why = hancha.json("case", "why", case)
    assert (why["due_on"], why["allowance_days"]) == ("2026-03-16", 10)


def test_what_cannot_be_printed_in_the_reply_is_refused_when_it_is_written(
    hancha: Terminal,
) -> None:
    case = hancha.json("inquiry", "register", *LETTER, stdin=f"{PERSON_NUMBER}\n".encode())[
        "reference"
    ]
    hancha.story.rest()
    said = hancha("inquiry", "answer", case, "--as", "zhou", "--text", "好的\U0001f600")
    assert (said.code, said.refusal) == (3, "MissingGlyph")
