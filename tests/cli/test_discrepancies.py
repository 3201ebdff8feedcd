"""`hancha discrepancy` and `hancha case accepted`, as a clerk types them."""

from tests.cli.terminal import Terminal


def answered_twice(hancha: Terminal) -> str:
    case = hancha.opened()
    hancha.story.live_until("Tue 2026-03-10 10:00")
    hancha.json("case", "reply", case, "--channel", "email", "--as", "zhou")
    hancha.json("case", "review", case, "complete", "--as", "zhou")
    hancha.json("case", "reply", case, "--channel", "post", "--as", "zhou")
    hancha.json("case", "review", case, "refusal", "--as", "zhou")
    hancha.story.live_until("Tue 2026-03-10 11:00")
    return case


def test_two_answers_that_do_not_agree_are_listed_shown_and_resolved(hancha: Terminal) -> None:
    case = answered_twice(hancha)
    listed = hancha.json("discrepancy", "list", "--as", "zhou")
    assert [row["reference"] for row in listed] == [case]
    assert "答复不一致" in hancha("case", "show", case).out
    found = hancha.json("case", "show", case)["discrepancies"][0]
    resolve = ("discrepancy", "resolve", case, found["id"][:8], "--as", "zhou")
    assert hancha(*resolve, "--keep", "abcd", "--reason", "x").refusal == "UnknownReply"
    kept = ("--keep", found["second_reply"][:8], "--reason", "以来函为准")
    assert hancha.json(*resolve, *kept)["discrepancy"]["kept_reply"] == found["second_reply"]
    hancha.story.live_until("Tue 2026-03-10 12:00")
    assert hancha.json("case", "show", case)["outcome"] == "refused"
    assert hancha.json("discrepancy", "list") == []


def test_an_acceptance_is_recorded_and_shown(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.live_until("Tue 2026-03-10 10:00")
    told = ("--channel", "telephone", "--at", "2026-03-09 09:30", "--as", "mail")
    hancha.json("case", "accepted", case, *told)
    request = hancha.json("case", "show", case)["requests"][0]
    assert request["accepted_at"] == "2026-03-09T01:30:00+00:00"
    said = hancha("case", "review", case, "partial", "--answer", "x", "--as", "zhou")
    assert said.code == 3
