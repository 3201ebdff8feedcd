"""A clerk looks at a case whose reminder stands in a joint letter."""

from tests.cli.terminal import Terminal


def test_case_show_says_in_which_letter_the_reminder_stands_and_gives_that_letter(
    hancha: Terminal,
) -> None:
    hancha.story.publish("by-post", channels=["post"])
    cases = [hancha.open("--json", type="by-post").document["reference"] for _ in range(2)]
    for day in ("Mon 2026-03-02 10:00", "Fri 2026-03-27 09:00"):
        hancha.story.live_until(day)
        code = hancha.json("mailroom", "batch", "--as", "mail")["batch"]
        out = str(hancha.home / f"{code}.pdf")
        printed = hancha.json("mailroom", "print", code, "--as", "mail", "--out", out, "--early")
        hancha.json("mailroom", "posted", code, "--as", "mail")
    assert (printed["envelopes"], printed["letters"]) == (1, 1)
    for case in cases:
        shown = hancha("case", "show", case, "--as", "zhou").out
        for said in (
            "见XQ函",
            "合并2件 joint",
            "合并发函 joined: number XQ函〔2026〕3号",
        ):
            assert said in shown
        out = str(hancha.home / f"{case}.pdf")
        letter = hancha.json("case", "letter", case, "--as", "zhou", "--out", out)
        assert (letter["number"], letter["pages"]) == ("XQ函〔2026〕3号", 3)
    refused = hancha("outbox", "posted", hancha.story.outbox(cases[0])[1].id.hex, "--as", "mail")
    assert refused.refusal == "InvalidValue"
