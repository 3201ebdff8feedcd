"""`hancha scan` and `hancha tray`, as a mail room and a clerk type them."""

import pypdfium2
import pytest

from cases.rules.page_code import PageCode
from cases.vocabulary.reference import case_reference
from tests.scan.desk import Desk


def test_from_paper_to_a_closed_case(desk: Desk) -> None:
    """Scan a slip and two pages, confirm them in one step, look, close."""
    case = desk.asked()
    told = desk.scan(desk.sheets(case)[-1], desk.stranger(1), desk.stranger(2))
    assert [(each["reference"], each["as"], each["pages"]) for each in told["filed"]] == [
        (case, "reply", [1])
    ]
    (waiting,) = desk.hancha.json("tray", "list", "--as", "zhou")
    assert (waiting["guess"], waiting["reason"], waiting["pages"]) == (
        *(case, "behind_slip"),
        [2, 3],
    )
    assert desk.reply_pages(case) == 1
    done = desk.hancha.json("tray", "file", waiting["item"][:8], "--as", "zhou", "--pages", "2")
    assert done["reference"] == case
    assert desk.reply_pages(case) == 3
    assert desk.hancha.json("tray", "list", "--as", "zhou") == []
    assert desk.hancha("case", "review", case, "complete", "--as", "zhou").code == 0
    desk.story.rest()
    assert desk.story.stands(case) == "closed answered"


def test_the_count_on_the_slip_is_checked_against_the_pages(desk: Desk) -> None:
    case = desk.asked()
    told = desk.scan(desk.sheets(case)[-1], desk.stranger())
    said = desk.hancha("tray", "file", told["tray"][0]["item"], "--as", "zhou", "--pages", "2")
    assert (said.code, said.refusal) == (3, "InvalidValue")
    assert "the slip says 2 pages, here are 1" in said.err
    assert desk.reply_pages(case) == 1


def test_a_guess_is_never_taken_without_its_reference(desk: Desk) -> None:
    case = desk.asked()
    told = desk.scan(*desk.sheets(case))
    (item,) = told["tray"]
    assert (item["reason"], item["guess"], item["guess_as"]) == ("unclear", case, "return")
    said = desk.hancha("tray", "file", item["item"], "--as", "zhou")
    assert (said.code, said.refusal) == (3, "InvalidValue")
    assert case in said.err
    filed = desk.hancha.json(
        *("tray", "file", item["item"], case, "--kind", "return", "--as", "zhou")
    )
    assert "filed as return" in filed["done"]
    assert desk.story.stands(case).startswith("climb"), "a return is no reply"


def test_a_stranger_is_filed_as_a_reply_where_a_clerk_says(desk: Desk) -> None:
    case = desk.asked()
    (item,) = desk.scan(desk.stranger())["tray"]
    done = desk.hancha.json("tray", "file", item["item"], case, "--as", "zhou")
    assert done["next_action"] == "look"
    assert desk.reply_pages(case) == 1


def test_the_code_of_a_page_names_the_case_too(desk: Desk) -> None:
    case = desk.asked()
    (item,) = desk.scan(desk.stranger())["tray"]
    code = str(PageCode(case, 1, 1, 3))
    assert desk.hancha.json("tray", "file", item["item"], code, "--as", "zhou")["reference"] == case


def test_an_item_is_cut_and_its_parts_filed_apart(desk: Desk) -> None:
    first, second = desk.asked(), desk.asked()
    slip = desk.sheets(first)[-1]
    (item,) = desk.scan(slip, desk.stranger(1), desk.stranger(2))["tray"]
    parts = desk.hancha.json("tray", "split", item["item"], "--after", "1", "--as", "zhou")
    assert [part["pages"] for part in parts] == [[2], [3]]
    mine, theirs = (part["item"] for part in parts)
    desk.hancha.json("tray", "file", mine, "--as", "zhou")
    assert desk.hancha.json("tray", "file", theirs, second, "--as", "zhou")["reference"] == second
    assert (desk.reply_pages(first), desk.reply_pages(second)) == (2, 1)


@pytest.mark.parametrize("after", ["0", "3", "4"])
def test_a_cut_that_leaves_a_part_empty_is_refused(desk: Desk, after: str) -> None:
    (item,) = desk.scan(desk.stranger(1), desk.stranger(2), desk.stranger(3))["tray"]
    said = desk.hancha("tray", "split", item["item"], "--after", after, "--as", "zhou")
    assert (said.code, said.refusal) == (3, "InvalidValue")


def test_a_rejected_item_keeps_its_reason_and_loses_its_pages(desk: Desk) -> None:
    (item,) = desk.scan(desk.stranger())["tray"]
    reason = "another office's advertisement"
    done = desk.hancha.json("tray", "reject", item["item"], "--reason", reason, "--as", "zhou")
    assert (done["status"], done["settled_why"]) == ("rejected", reason)
    (listed,) = desk.hancha.json("tray", "list", "--all", "--as", "zhou")
    assert listed["settled_by"] == "zhou"
    out = str(desk.folder / "gone.pdf")
    said = desk.hancha("tray", "show", item["item"], "--out", out, "--as", "zhou")
    assert (said.code, said.refusal) == (3, "TrayItemIsSettled")


def test_an_item_is_looked_at_as_a_pdf(desk: Desk) -> None:
    (item,) = desk.scan(desk.stranger(1), desk.stranger(2))["tray"]
    out = desk.folder / "look.pdf"
    desk.hancha.json("tray", "show", item["item"][:8], "--out", str(out), "--as", "audit")
    document = pypdfium2.PdfDocument(out.read_bytes())
    assert len(document) == 2
    document.close()


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "an unknown item": (("tray", "file", "0000", "CASE", "--as", "zhou"), "UnknownTrayItem"),
    "no id": (("tray", "reject", "??", "--reason", "x", "--as", "zhou"), "InvalidValue"),
    "an auditor files": (("tray", "file", "ITEM", "CASE", "--as", "audit"), "NotAllowed"),
    "an administrator looks": (("tray", "list", "--as", "admin"), "NotAllowed"),
    "another office looks": (("tray", "show", "ITEM", "--as", "zheng"), "NotAllowed"),
    "another office files": (("tray", "file", "ITEM", "CASE", "--as", "zheng"), "NotAllowed"),
    "another office cuts": (
        ("tray", "split", "ITEM", "--after", "1", "--as", "zheng"),
        "NotAllowed",
    ),
    "nobody of that login": (("tray", "list", "--as", "nobody"), "UnknownPerson"),
    "an unknown case": (
        ("tray", "file", "ITEM", case_reference(2026, 4711), "--as", "zhou"),
        "UnknownCase",
    ),
    "no reason": (("tray", "reject", "ITEM", "--reason", " ", "--as", "zhou"), "InvalidValue"),
}


def test_refusals_leave_the_item_in_the_tray(desk: Desk) -> None:
    case = desk.asked()
    (item,) = desk.scan(desk.stranger(1), desk.stranger(2))["tray"]
    before = desk.hancha.counts()
    names = {"ITEM": item["item"], "CASE": case}
    for what, (words, refusal) in REFUSED.items():
        said = desk.hancha(*(names.get(word, word) for word in words))
        assert (said.code, said.refusal) == (3, refusal), what
    assert desk.hancha.counts() == before
    (waiting,) = desk.hancha.json("tray", "list", "--as", "zhou")
    assert waiting == item


def test_what_is_settled_cannot_be_settled_again(desk: Desk) -> None:
    case = desk.asked()
    (item,) = desk.scan(desk.stranger())["tray"]
    desk.hancha.json("tray", "file", item["item"], case, "--as", "zhou")
    for words in (
        ("file", item["item"], case),
        ("reject", item["item"], "--reason", "twice"),
        ("split", item["item"], "--after", "1"),
    ):
        said = desk.hancha("tray", *words, "--as", "wu")
        assert (said.code, said.refusal) == (3, "TrayItemIsSettled")
        assert "zhou settled this already: it is filed" in said.err


class TestTheCommandScan:
    def test_several_files_and_all_kinds_of_them(self, desk: Desk) -> None:
        case = desk.asked()
        slip = desk.sheets(case)[-1]
        (desk.folder / "slip.jpg").write_bytes(slip)
        files = [str(desk.folder / "slip.jpg"), desk.stack(desk.stranger())]
        told = desk.hancha.json("scan", *files, "--as", "mail")
        assert [len(each["filed"]) for each in told] == [1, 0]
        assert [len(each["tray"]) for each in told] == [0, 1]

    def test_the_same_file_again_is_said_to_be_known(self, desk: Desk) -> None:
        case = desk.asked()
        path = desk.stack(desk.sheets(case)[-1])
        first, again = (desk.hancha.json("scan", path, "--as", "mail")[0] for _ in range(2))
        assert (first["is_known"], again["is_known"]) == (False, True)
        assert first["filed"] == again["filed"]

    def test_a_file_that_cannot_be_taken_is_refused_in_one_line(self, desk: Desk) -> None:
        path = desk.folder / "letter.docx"
        path.write_bytes(b"PK\x03\x04 not a scan")
        said = desk.hancha("scan", str(path), "--as", "mail")
        assert (said.code, said.refusal) == (3, "ScanRefused")
        assert said.err.endswith("the scan letter.docx is neither PDF nor TIFF, JPEG or PNG\n")

    def test_without_a_file_and_without_a_folder_it_says_what_is_missing(self, desk: Desk) -> None:
        said = desk.hancha("scan", "--as", "mail")
        assert (said.code, said.refusal) == (4, "SettingsFault")
        assert "HANCHA_SCAN_FOLDER" in said.err

    def test_the_screens_name_things_in_both_languages(self, desk: Desk) -> None:
        case = desk.asked()
        said = desk.hancha(
            "scan", desk.stack(desk.sheets(case)[-1], desk.stranger()), "--as", "mail"
        )
        assert "复函 reply" in said.out
        assert "回执随附" in said.out
        said = desk.hancha("tray", "list", "--as", "zhou")
        assert "待认领 waiting" in said.out
