"""A day in the mail room: gather, take out, print, hand over, read the numbers back."""

import csv
import io
import zipfile
from datetime import timedelta

import pypdfium2 as pdfium
import pytest

from tests.cli.terminal import Terminal
from tests.story import instant


@pytest.fixture
def mailroom(hancha: Terminal) -> Terminal:
    """Give a terminal in whose world letters go by post."""
    hancha.story.publish("by-post", channels=["post"])
    return hancha


def by_post(terminal: Terminal, *, to: str = "YZ") -> str:
    reference: str = terminal.open("--json", type="by-post", to=to).document["reference"]
    return reference


def printed(terminal: Terminal, code: str, *more: str) -> list[str]:
    """Print a batch and return the text of each page."""
    out = terminal.home / "batch.pdf"
    said = terminal(
        *("mailroom", "print", code, "--as", "mail", "--out", str(out), "--overwrite"), *more
    )
    assert said.code == 0, said.err
    document = pdfium.PdfDocument(out)
    return [document[n].get_textpage().get_text_range() for n in range(len(document))]


class TestTheDay:
    def test_letters_leave_in_envelopes_by_office_and_their_cases_wait_for_replies(
        self, mailroom: Terminal
    ) -> None:
        cases = [by_post(mailroom), by_post(mailroom, to="BZ"), by_post(mailroom)]
        mailroom.story.rest()
        shown = mailroom.json("mailroom", "today", "--as", "mail")
        in_order = [cases[1], cases[0], cases[2]]  # By office.
        assert [each["reference"] for each in shown["letters"]] == in_order
        code = mailroom.json("mailroom", "batch", "--as", "mail")["batch"]
        assert code == "XQ-20260302-1"
        early = mailroom("mailroom", "print", code, "--as", "mail", "--out", "x.pdf")
        assert early.refusal == "InvalidValue"
        mailroom.story.clock.at = instant("Mon 2026-03-02 16:00")
        pages = printed(mailroom, code)
        where = [n for n, text in enumerate(pages) if "寄件衬页" in text]
        assert len(where) == 2
        assert where[-1] == len(pages) - 1
        assert [cases[1] in pages[where[0]], cases[0] in pages[where[1]]] == [True, True]
        assert all(mailroom.story.case(case).next_action.value == "send" for case in cases)
        assert mailroom.json("mailroom", "posted", code, "--as", "mail")["letters"] == 3
        assert all(mailroom.story.case(case).next_action.value == "climb" for case in cases)
        assert mailroom.json("mailroom", "today", "--as", "mail") == {"letters": [], "batches": []}

    def test_each_letter_is_followed_by_its_enclosures_its_slip_and_the_carrier_sheet(
        self, mailroom: Terminal
    ) -> None:
        by_post(mailroom)
        mailroom.story.rest()
        code = mailroom.json("mailroom", "batch", "--as", "mail")["batch"]
        pages = printed(mailroom, code, "--early")
        kinds = [
            next((name for word, name in MARKS if word in text.replace(" ", "")), "letter")
            for text in pages
        ]
        assert [kind for n, kind in enumerate(kinds) if kind != kinds[n - 1] or n == 0] == [
            "letter",
            "enclosure",
            "slip",
            "carrier",
        ]

    def test_printing_again_gives_the_same_pages(self, mailroom: Terminal) -> None:
        by_post(mailroom)
        mailroom.story.rest()
        code = mailroom.json("mailroom", "batch", "--as", "mail")["batch"]
        assert printed(mailroom, code, "--early") == printed(mailroom, code)

    def test_what_comes_after_the_cut_off_waits_for_the_next_day(self, mailroom: Terminal) -> None:
        mailroom.story.clock.at = instant("Mon 2026-03-02 16:01")
        by_post(mailroom)
        mailroom.story.rest()
        assert mailroom("mailroom", "batch", "--as", "mail").refusal == "NothingToPost"
        mailroom.story.clock.at = instant("Tue 2026-03-03 09:00")
        assert mailroom.json("mailroom", "batch", "--as", "mail")["letters"] == 1


MARKS = (
    ("寄件衬页", "carrier"),
    ("随附材料共", "slip"),
    ("合成样例", "enclosure"),
)


class TestTakingOut:
    def test_a_letter_taken_out_goes_with_the_next_day(self, mailroom: Terminal) -> None:
        by_post(mailroom)
        other = by_post(mailroom)
        mailroom.story.rest()
        code = mailroom.json("mailroom", "batch", "--as", "mail")["batch"]
        [message] = mailroom.story.outbox(other)
        taken = mailroom.json(
            *("mailroom", "cancel", code, "--as", "mail", "--letter", message.id.hex[:8])
        )
        assert taken["taken_out"] == 1
        assert mailroom.json("mailroom", "batch", "--as", "mail")["letters"] == 1
        mailroom.story.clock.at += timedelta(days=1)
        assert mailroom.json("mailroom", "batch", "--as", "mail")["letters"] == 1

    def test_from_the_cut_off_on_nothing_is_taken_out(self, mailroom: Terminal) -> None:
        by_post(mailroom)
        mailroom.story.rest()
        code = mailroom.json("mailroom", "batch", "--as", "mail")["batch"]
        mailroom.story.clock.at = instant("Mon 2026-03-02 16:00")
        said = mailroom("mailroom", "cancel", code, "--as", "mail")
        assert (said.code, said.refusal) == (3, "BatchIsClosed")

    def test_a_case_withdrawn_before_the_cut_off_drops_out(self, mailroom: Terminal) -> None:
        withdrawn, kept = by_post(mailroom), by_post(mailroom)
        mailroom.story.rest()
        code = mailroom.json("mailroom", "batch", "--as", "mail")["batch"]
        mailroom("case", "withdraw", withdrawn, "--as", "wu", "--reason", "申请人撤回")
        mailroom.story.rest()
        text = "".join(printed(mailroom, code, "--early"))
        assert (withdrawn in text, kept in text) == (False, True)

    def test_a_case_withdrawn_after_printing_is_posted_all_the_same(
        self, mailroom: Terminal
    ) -> None:
        case = by_post(mailroom)
        mailroom.story.rest()
        code = mailroom.json("mailroom", "batch", "--as", "mail")["batch"]
        printed(mailroom, code, "--early")
        mailroom("case", "withdraw", case, "--as", "wu", "--reason", "申请人撤回")
        mailroom.story.rest()
        assert mailroom("mailroom", "posted", code, "--as", "mail").code == 0
        by_way = {row.channel.value: row.status.value for row in mailroom.story.outbox(case)}
        assert by_way["post"] == "sent"


class TestAddresses:
    def test_a_letter_whose_address_does_not_stand_is_left_out_and_the_line_shown(
        self, mailroom: Terminal
    ) -> None:
        by_post(mailroom)
        mailroom("office", "set", "YZ", "--as", "admin", "--postcode", "10000")
        mailroom.story.rest()
        assert mailroom("mailroom", "batch", "--as", "mail").refusal == "NothingToPost"
        [shown] = mailroom.json("mailroom", "today", "--as", "mail")["letters"]
        assert shown["faults"] == ["postcode '10000': a postcode has six digits"]

    def test_an_office_in_repair_gets_nothing(self, mailroom: Terminal) -> None:
        by_post(mailroom)
        mailroom.story.rest()
        code = mailroom.json("mailroom", "batch", "--as", "mail")["batch"]
        mailroom("address", "doubt", "YZ", "--as", "mail", "--reason", "退回")
        said = mailroom(*("mailroom", "print", code, "--as", "mail", "--out", "x.pdf", "--early"))
        assert said.refusal == "NothingToPost"


class TestLists:
    def test_numbers_and_postage_come_back_in_the_same_list(self, mailroom: Terminal) -> None:
        cases = [by_post(mailroom), by_post(mailroom), by_post(mailroom, to="BZ")]
        mailroom.story.rest()
        code = mailroom.json("mailroom", "batch", "--as", "mail")["batch"]
        file, book = mailroom.home / "list.csv", mailroom.home / "list.xlsx"
        printed(mailroom, code, "--early", "--list", str(file), "--list", str(book))
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        with zipfile.ZipFile(book) as parts:
            assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
        assert [row["收件机关"][:4] for row in rows] == ["样本县丙", "样本县乙"]
        assert [row["邮编"] for row in rows] == ["100000\t", "100000\t"]
        rows[0] |= {"邮件号码": "RR473124828CN", "邮资（元）": "6.20"}
        rows[1] |= {"邮件号码": "xa 1234 5678 912", "邮资（元）": "6.21"}
        rows.append({**rows[0], "信封号": "没有这个信封"})
        back = io.StringIO()
        writer = csv.DictWriter(back, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        file.write_bytes(back.getvalue().encode("gb18030"))  # As WPS saves it.
        said = mailroom.json("mailroom", "tracking", str(file), "--as", "mail")
        assert said["taken"] == 2
        doubts = [(each["line"], bool(each["warning"])) for each in said["lines"]]
        assert doubts == [(2, True), (3, False), (4, False)]
        assert "没有这个信封" in said["lines"][2]["refusal"]
        costs = [mailroom.json("case", "show", case)["postage_fen"] for case in cases]
        assert costs == [311, 310, 620]

    def test_a_file_without_the_columns_is_refused(self, mailroom: Terminal) -> None:
        file = mailroom.home / "list.csv"
        file.write_text("编号,金额\n1,2\n", encoding="utf-8")
        said = mailroom("mailroom", "tracking", str(file), "--as", "mail")
        assert said.refusal == "InvalidValue"


def test_a_clerk_of_another_office_sees_nothing_of_a_batch(mailroom: Terminal) -> None:
    by_post(mailroom)
    mailroom.story.rest()
    code = mailroom.json("mailroom", "batch", "--as", "mail")["batch"]
    said = mailroom(*("mailroom", "print", code, "--as", "zheng", "--out", "x.pdf", "--early"))
    assert said.refusal == "NotAllowed"


def test_the_register_names_what_left_what_came_in_and_void_numbers(mailroom: Terminal) -> None:
    case, withdrawn = by_post(mailroom), by_post(mailroom)
    mailroom.story.rest()
    mailroom("case", "withdraw", withdrawn, "--as", "wu", "--reason", "申请人撤回")
    mailroom.story.rest()
    code = mailroom.json("mailroom", "batch", "--as", "mail")["batch"]
    printed(mailroom, code, "--early")
    mailroom("mailroom", "posted", code, "--as", "mail")
    mailroom.story.reply(case)
    out = mailroom.home / "register.pdf"
    days = ("--from", "2026-03-01", "--to", "2026-03-31")
    said = mailroom.json("mailroom", "register", "--as", "audit", *days, "--out", str(out))
    assert (said["left"], said["received"], said["void_numbers"]) == (2, 1, 1)
    document = pdfium.PdfDocument(out)
    text = "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    for words in (
        "发文登记簿",
        "收文登记簿",
        "作废文号登记",
        "XQ函〔2026〕1号",
        "挂号信",
        case,
        "已撤回或者转送",
    ):
        assert words in text.replace("\r\n", ""), words


def test_a_register_that_ends_before_it_begins_is_refused(mailroom: Terminal) -> None:
    days = ("--from", "2026-03-31", "--to", "2026-03-01")
    said = mailroom("mailroom", "register", "--as", "audit", *days, "--out", "x.pdf")
    assert said.refusal == "InvalidValue"
