"""The seal as a clerk and a mail room see it: the list, the print, the stamp, the envelope."""

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import ImageDraw
from pypdf import PdfReader

from cases.vocabulary.status import LetterStatus
from tests.scan.desk import Desk
from tests.scan.paper import Wear, rasterised, stack_of, worn
from tests.story import instant

WORN = Wear(dpi=200, turn=2.0, blur=0.6, noise=12.0, quality=60)


@pytest.fixture
def waiting(desk: Desk) -> str:
    """Open a case by post whose request waits for its seal."""
    kind = desk.story.publish("stamped", seals={"request": "wet"}, channels=["post"])
    case: str = desk.hancha.open("--json", type=kind).document["reference"]
    desk.story.rest()
    return case


def stamped(pdf: bytes) -> list[bytes]:
    """Return the pages of a printed letter, stamped over its signature, off a scanner."""
    sheets = []
    for page in range(1, len(PdfReader(io.BytesIO(pdf)).pages) + 1):
        picture = rasterised(pdf, page, WORN.dpi)
        across, down = picture.size
        box = (across * 0.6, down * 0.6, across * 0.6 + 330, down * 0.6 + 330)  # 42 mm
        ImageDraw.Draw(picture).ellipse(box, outline=90, width=12)
        sheets.append(worn(picture, WORN, page))
    return sheets


def printed(desk: Desk) -> bytes:
    """Print what waits for a seal."""
    out = desk.folder / "to-stamp.pdf"
    desk.hancha.json("letter", "waiting", "--as", "mail", "--out", str(out))
    return out.read_bytes()


def sealed(desk: Desk, name: str = "sealed.pdf") -> Path:
    path = desk.folder / name
    path.write_bytes(stack_of(stamped(printed(desk))))
    return path


def test_the_list_names_letter_number_and_owner(desk: Desk, waiting: str) -> None:
    told = desk.hancha.json("letter", "waiting", "--as", "mail")
    ((letter,), letter_row) = told["letters"], desk.story.letters(waiting)[0]
    assert (letter["reference"], letter["number"], letter["owner"]) == (
        *(waiting, letter_row.number),
        "zhou",
    )
    shown = desk.hancha("letter", "waiting", "--as", "mail").out
    assert waiting in shown
    said = desk.hancha("case", "show", waiting, "--as", "zhou").out
    assert "待用印 awaiting seal" in said
    assert "用印 seal" in said


def test_nothing_waits(desk: Desk) -> None:
    desk.asked()
    assert "没有待用印的函件" in desk.hancha("letter", "waiting", "--as", "mail").out
    out = str(desk.folder / "none.pdf")
    said = desk.hancha("letter", "waiting", "--as", "mail", "--out", out)
    assert (said.code, said.refusal) == (3, "InvalidValue")


def test_stamped_scanned_at_200_dpi_and_into_the_envelope(desk: Desk, waiting: str) -> None:
    """What was stamped is not printed again; the carrier sheet says that it goes in."""
    (told,) = desk.hancha.json("scan", str(sealed(desk)), "--as", "mail")
    assert [(each["reference"], each["as"]) for each in told["filed"]] == [
        (waiting, "sealed_letter")
    ]
    desk.story.rest()
    letter = desk.story.letters(waiting)[0]
    assert (letter.status, letter.left_at) == (LetterStatus.ISSUED, None)
    assert desk.story.request(waiting).due_on is None, "the days start when it has left"
    desk.story.clock.at = instant("Mon 2026-03-02 15:00")
    code = desk.hancha.json("mailroom", "batch", "--as", "mail")["batch"]
    out = desk.folder / "batch.pdf"
    told = desk.hancha.json(
        *("mailroom", "print", code, "--as", "mail", "--early", "--out", str(out))
    )
    assert told["originals"] == [letter.number]
    with pypdfium2.PdfDocument(out) as paper:
        pages = [page.get_textpage().get_text_bounded() for page in paper]
    assert "盖章原件" in pages[-1]
    assert not any("商请协助" in page for page in pages), "the letter itself is not printed again"
    assert told["pages"] == letter.pages + 1 + 1, "letter, enclosure, carrier sheet"
    desk.hancha.json("mailroom", "posted", code, "--as", "mail")
    assert desk.story.letters(waiting)[0].status is LetterStatus.LEFT
    assert desk.story.request(waiting).due_on is not None
    shown = desk.hancha("case", "show", waiting, "--as", "zhou").out
    assert "盖章件 sealed letter" in shown


def test_a_clerk_opens_such_a_case_only_where_an_electronic_seal_is_set_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = desk.story.publish("e", seals={"request": "electronic"}, channels=["email"])
    said = desk.hancha.open(type=kind)
    assert (said.code, said.refusal) == (3, "SealMissing")
    monkeypatch.setenv("HANCHA_SEAL_FILE", str(desk.folder / "seal.p12"))
    assert desk.hancha.open(type=kind).code == 0


def test_the_doctor_counts_letters_that_nobody_stamps(desk: Desk, waiting: str) -> None:
    def found() -> object:
        findings = desk.hancha.json("doctor")["checks"]
        (one,) = [each for each in findings if each["name"] == "letters_to_seal"]
        return one["level"], one["value"]

    assert found() == ("ok", 1)
    desk.story.clock.at = instant("Fri 2026-03-06 09:00")
    assert found() == ("warn", 1)
    (case,) = desk.hancha.json("case", "list")
    assert case["reference"] == waiting
    assert case["days"]["our_office"] == case["age"] == 4, "an unstamped letter is our delay"
