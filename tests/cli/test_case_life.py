"""One case from opening to closing and beyond, typed command by command."""

from tests.cli.terminal import APPLICATION, Terminal


def test_a_case_is_opened_reminded_questioned_extended_answered_and_closed(
    hancha: Terminal,
) -> None:
    case = hancha.opened()
    assert hancha.json("case", "show", case)["next_action"] == "engine_turn"

    hancha.story.live_until("Mon 2026-03-02 10:00")
    shown = hancha.json("case", "show", case, "--as", "zhou")
    assert shown["next_action"] == "climb"
    assert shown["requests"][0]["due_on"] == "2026-03-23"
    assert [letter["number"] for letter in shown["letters"]] == ["XQ函〔2026〕1号"]

    hancha.story.live_until("Tue 2026-03-24 18:00")  # reminded in the morning
    assert [row["reference"] for row in hancha.json("case", "list", "--overdue")] == [case]

    asked = hancha.json("case", "reply", case, "--channel", "telephone", "--as", "mail")
    assert asked["is_late"]
    assert asked["next_action"] == "look"
    looked = hancha.json("case", "review", case, "question", "--as", "zhou")
    assert looked["next_action"] == "restart_clock"

    hancha.story.live_until("Thu 2026-03-26 10:00")
    assert hancha.json("case", "restart-clock", case, "--as", "zhou")["due_on"] == "2026-04-01"
    longer = hancha.json("case", "extend", case, "--days", "3", "--reason", "汛期", "--as", "wu")
    assert longer["due_on"] == "2026-04-07"  # Behind the festival, 04-04 to 04-06.

    hancha.json(
        *("case", "reply", case, "--channel", "post", "--on", "2026-03-26", "--as", "zhou"),
        *("--summary", "已出具", "--file", str(APPLICATION)),
    )
    done = hancha.json("case", "review", case, "complete", "--note", "齐全", "--as", "zhou")
    assert done["verdict"] == "complete"
    hancha.story.live_until("Thu 2026-03-26 11:00")
    closed = hancha.json("case", "show", case, "--as", "audit")
    assert (closed["status"], closed["outcome"]) == ("closed", "answered")
    assert closed["outcome_reason"] == "齐全"
    assert closed["next_action"] is None
    assert [reply["has_document"] for reply in closed["replies"]] == [False, True]


def test_a_closed_case_is_asked_again_and_then_withdrawn(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 10:00")
    closed = hancha.json("case", "close", case, "--reason", "申请人已取得证明", "--as", "wu")
    assert closed["outcome"] == "unanswered"
    hancha.story.live_until("Mon 2026-03-02 11:00")
    again = hancha.json("case", "reopen", case, "--reason", "证明有误", "--as", "wu")
    assert (again["status"], again["round"]) == ("open", 2)
    hancha.story.live_until("Mon 2026-03-02 12:00")
    gone = hancha.json("case", "withdraw", case, "--reason", "申请人撤回", "--as", "zhou")
    assert gone["outcome"] == "withdrawn"


def test_a_request_is_referred_to_the_competent_office(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 10:00")
    hancha.json("case", "refer", case, "--to", "BZ", "--reason", "户籍已迁", "--as", "zhou")
    hancha.story.live_until("Mon 2026-03-02 11:00")
    shown = hancha.json("case", "show", case)
    assert [(each["office"], each["status"]) for each in shown["requests"]] == [
        ("YZ", "referred"),
        ("BZ", "awaiting_reply"),
    ]


def test_a_recorded_delivery_moves_the_due_date_and_why_says_so(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.live_until("Wed 2026-03-04 10:00")
    hancha.json("case", "received", case, "--on", "2026-03-04", "--as", "mail")
    why = hancha.json("case", "why", case)
    assert (why["received_on"], why["received_basis"]) == ("2026-03-04", "recorded")
    assert why["due_on"] == "2026-03-25"
    counted = [day for day in why["days"] if day["counts"]]
    assert len(counted) == why["allowance_days"] == 15
    assert counted[-1]["on"] == why["due_on"]


def test_why_ends_with_the_stop_while_the_clock_stands(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.live_until("Wed 2026-03-04 10:00")
    hancha.json("case", "stop-clock", case, "--reason", "补正材料", "--as", "zhou")
    why = hancha.json("case", "why", case, "--language", "zh")
    assert why["due_on"] is None
    assert why["days"][-1] == {
        "on": "2026-03-04",
        "counts": False,
        "reason": "中止计时：补正材料",
    }


def test_a_letter_waits_for_its_signature_is_sent_back_and_signed(hancha: Terminal) -> None:
    hancha.story.publish(
        "signed-each",
        sign_off=dict.fromkeys(
            ("request", "reminder", "second_reminder", "escalation", "closing_notice"), "each"
        ),
    )
    case = hancha.open("--json", type="signed-each").document["reference"]
    hancha.story.live_until("Mon 2026-03-02 10:00")
    waiting = hancha.json("case", "list", "--mine", "--as", "wu")
    assert [(each["reference"], each["next_action"]) for each in waiting] == [(case, "sign")]
    assert hancha("case", "sign", case, "--as", "zhou").refusal == "NotAllowed"
    back = hancha.json("case", "send-back", case, "--comment", "用途写明", "--as", "wu")
    assert back["letter"] == "request"
    signed = hancha.json("case", "sign", case, "--as", "wu")
    assert signed["number"] == "XQ函〔2026〕1号"
    hancha.story.live_until("Mon 2026-03-02 11:00")
    assert hancha.json("case", "show", case)["awaiting"] == "AwaitingReply"


def test_a_letter_is_written_to_a_file_and_no_file_is_overwritten_by_itself(
    hancha: Terminal,
) -> None:
    case = hancha.opened()
    out = hancha.home / "letter.pdf"
    asked = ("case", "letter", case, "--out", str(out), "--as", "zhou")
    assert hancha(*asked).refusal == "UnknownLetter"
    hancha.story.live_until("Mon 2026-03-02 10:00")
    assert hancha.json(*asked)["number"] == "XQ函〔2026〕1号"
    assert out.read_bytes().startswith(b"%PDF-")
    assert out.stat().st_mode & 0o077 == 0
    assert hancha(*asked).refusal == "InvalidValue"
    assert hancha.json(*asked, "--overwrite")["pages"] >= 1
    assert hancha(*asked, "--kind", "escalation", "--overwrite").refusal == "UnknownLetter"


def test_a_second_reply_is_filed_and_named_by_the_beginning_of_its_id(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 10:00")
    first, second = (
        hancha.json("case", "reply", case, "--channel", "email", "--as", "zhou")["reply"]
        for _ in range(2)
    )
    looked = hancha.json("case", "review", case, "partial", "--reply", second[:12], "--as", "zhou")
    assert looked["reply"] == second
    looked = hancha.json("case", "review", case, "no_answer", "--as", "zhou")
    assert looked["reply"] == first
    unknown = hancha("case", "review", case, "partial", "--reply", "0" * 32, "--as", "zhou")
    assert unknown.refusal == "UnknownReply"
    assert hancha("case", "review", case, "partial", "--as", "zhou").refusal == "ReplyIsReviewed"


def test_my_cases_are_those_i_opened_and_those_that_wait_for_me(hancha: Terminal) -> None:
    case = hancha.opened()
    other = hancha.open("--json", **{"as": "wu"}).document["reference"]
    assert [row["reference"] for row in hancha.json("case", "list", "--mine", "--as", "zhou")] == [
        case
    ]
    assert {row["reference"] for row in hancha.json("case", "list", "--as", "zhou")} == {
        case,
        other,
    }
    assert hancha.json("case", "list", "--as", "zheng") == []
    assert hancha("case", "list", "--mine").refusal == "InvalidValue"


def test_a_held_case_is_listed_with_its_reason_and_released(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 10:00")
    hancha.story.hold(case)
    (held,) = hancha.json("quarantine", "list")
    assert (held["reference"], held["reason"]) == (case, "the run was cancelled")
    asked = ("quarantine", "release", case, "--reason", "误操作")
    assert hancha(*asked, "--as", "zhou").refusal == "NotAllowed"
    assert hancha.json(*asked, "--as", "wu")["status"] == "open"
    assert hancha(*asked, "--as", "wu").refusal == "CaseIsNotHeld"
    assert hancha.json("quarantine", "list") == []


def test_the_reason_of_a_quarantine_is_shown_to_those_who_may_read_the_case(
    hancha: Terminal,
) -> None:
    case = hancha.opened()
    hancha.story.quarantine(case)
    (row,) = hancha.json("quarantine", "list")
    assert (row["status"], row["reason"]) == ("quarantined", None)
    (row,) = hancha.json("quarantine", "list", "--as", "wu")
    assert row["reason"] == "it fails"


def test_mail_that_was_given_up_is_shown_and_sent_again(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.mail.refused.add("yz@office.example")
    hancha.story.live_until("Mon 2026-03-02 10:00")
    (row,) = hancha.json("outbox", "list")
    assert (row["reference"], row["status"]) == (case, "given_up")
    assert "no such mailbox" in row["last_error"]
    assert hancha.json("case", "show", case)["next_action"] == "repair_dispatch"
    hancha.story.mail.refused.clear()
    assert hancha("outbox", "retry", row["id"][:8], "--as", "audit").refusal == "NotAllowed"
    assert hancha.json("outbox", "retry", row["id"][:8], "--as", "mail")["status"] == "pending"
    hancha.story.live_until("Mon 2026-03-02 11:00")
    assert hancha.json("outbox", "show", row["id"])["status"] == "sent"
    assert hancha("outbox", "retry", row["id"], "--as", "mail").refusal == "NothingToRetry"
    assert hancha("outbox", "posted", row["id"], "--as", "mail").refusal == "InvalidValue"


def test_given_up_mail_goes_to_the_mended_address_as_a_new_mail_with_the_same_letter(
    hancha: Terminal,
) -> None:
    case = hancha.opened()
    hancha.story.mail.refused.add("yz@office.example")
    hancha.story.live_until("Mon 2026-03-02 10:00")
    (row,) = hancha.json("outbox", "list")
    mended = ("--email", "mended@office.example", "--as", "admin", "--json")
    assert hancha("office", "set", "YZ", *mended).code == 0
    again = hancha.json("outbox", "retry", row["id"][:8], "--as", "mail")
    assert (again["recipient"], again["status"]) == ("mended@office.example", "pending")
    assert again["id"] != row["id"]
    hancha.story.live_until("Mon 2026-03-02 11:00")
    assert hancha.json("outbox", "show", again["id"])["status"] == "sent"
    assert hancha.json("outbox", "show", row["id"])["status"] == "cancelled"
    assert hancha.json("case", "show", case)["next_action"] == "climb"
    assert hancha("outbox", "retry", row["id"], "--as", "mail").refusal == "NothingToRetry"


def test_a_letter_by_post_waits_for_the_mail_room(hancha: Terminal) -> None:
    hancha.story.publish("by-post", channels=["post"])
    case = hancha.open("--json", type="by-post").document["reference"]
    hancha.story.live_until("Mon 2026-03-02 10:00")
    (row,) = hancha.json("outbox", "list", "--as", "mail")
    assert (row["channel"], row["status"]) == ("post", "pending")
    out = hancha.home / "to-post.pdf"
    hancha.json("outbox", "export", row["id"], "--out", str(out), "--as", "mail")
    assert out.read_bytes().startswith(b"%PDF-")
    assert hancha.json("outbox", "posted", row["id"], "--as", "mail")["status"] == "sent"
    why = hancha.json("case", "why", case)
    assert (why["received_on"], why["received_basis"]) == ("2026-03-05", "presumed")


def test_a_mail_is_exported_with_the_bytes_that_left(hancha: Terminal) -> None:
    hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 10:00")
    (row,) = hancha.json("outbox", "list", "--status", "sent")
    out = hancha.home / "mail.eml"
    hancha.json("outbox", "export", row["id"], "--out", str(out), "--as", "zhou")
    (sent,) = hancha.story.mail.accepted
    assert out.read_bytes() == sent.content
    refused = hancha("outbox", "export", row["id"], "--out", str(out), "--as", "admin")
    assert refused.refusal == "NotAllowed"


def test_a_changed_journal_row_is_found_and_named(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 10:00")
    assert hancha.json("journal", "verify")["is_whole"]
    assert hancha.json("journal", "checkpoint", "--as", "audit")["chains"] == 1
    assert hancha.json("journal", "checkpoint", "--as", "audit")["number"] is None
    with hancha.story.house.database.transaction("tamper") as session:
        session.connection().exec_driver_sql(
            "UPDATE journal_entry SET actor = 'nobody' WHERE seq = 2"
        )
    said = hancha("journal", "verify", case, "--json")
    assert said.code == 4
    assert said.document["flaws"] == [
        {"reference": case, "seq": 2, "what": "was changed after it was written"}
    ]
    assert "was changed after it was written" in hancha("journal", "verify").out
    assert hancha("journal", "verify", "--as", "zhou").refusal == "NotAllowed"


def test_why_says_whose_days_they_were_while_it_runs_and_when_it_is_closed(
    hancha: Terminal,
) -> None:
    case = hancha.opened()
    hancha.story.live_until("Tue 2026-03-10 10:00")
    ledger = hancha.json("case", "why", case)["ledger"]
    assert ledger["age"] == 8
    assert {name: days for name, days in ledger["totals"].items() if days} == {
        "their_office": 6,
        "rest_day": 2,
    }
    assert ledger["working_days_of_offices"] == {"YZ": 6}
    (listed,) = hancha.json("case", "list")
    assert (listed["age"], listed["days"]) == (ledger["age"], ledger["totals"])
    hancha.json("case", "close", case, "--reason", "电话办结", "--as", "wu")
    hancha.story.live_until("Mon 2026-03-30 10:00")
    closed = hancha.json("case", "why", case)
    assert (closed["not_counted"], closed["due_on"]) == ("the case is closed", None)
    assert closed["ledger"] == ledger, "it does not age any more"
    told = hancha("case", "why", case).out
    assert "对方机关 their office" in told
    assert "2026-03-03 周二 Tue" in told
