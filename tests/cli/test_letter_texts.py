"""A clerk edits a draft before it is signed; what changed is in the journal, as it must be."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from cases.store import journal
from cases.store.cases import by_reference
from cases.vocabulary.status import EntryKind, LetterKind
from tests.cli.terminal import Said, Terminal

SENTENCE = "请优先办理，申请人行动不便。"


@pytest.fixture
def draft(hancha: Terminal) -> str:
    """Open a case whose request waits for the manager, who sent it back."""
    signed = {**dict.fromkeys(LetterKind, "standing"), "request": "each"}
    case = hancha.story.open(case_type=hancha.story.publish("signed", sign_off=signed))
    hancha.story.rest()
    hancha("case", "send-back", case, "--comment", "请说明紧急程度", "--as", "wu")
    return case


def edited(hancha: Terminal, case: str, text: str, login: str = "zhou") -> Said:
    return hancha(*("letter", "edit", case, "1", "--file", "-", "--as", login), stdin=text.encode())


def text_of(hancha: Terminal, case: str) -> str:
    found: str = hancha.json("letter", "text", case, "1", "--as", "zhou")["text"]
    return found


def printed(hancha: Terminal, case: str) -> str:
    letter = hancha.story.letters(case)[0]
    pdf = hancha.story.house.documents.get(letter.document, case_id=letter.case_id)
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def diff(hancha: Terminal, case: str) -> str:
    with hancha.story.house.database.reading() as session:
        row = by_reference(session, case)
        entry = journal.last_of_kinds(session, row.id, EntryKind.EDITED)
        assert entry is not None
        assert "林小禾" not in str(entry.result)
        payload = journal.payload_of(session, entry.id)
        assert payload is not None
        return f"{entry.actor}: {payload.content['diff']}"


def test_sent_back_edited_signed_and_left_as_edited(
    hancha: Terminal, draft: str, tmp_path: Path
) -> None:
    """Read, changed in an editor of the office, with its BOM and line ends; then signed."""
    before = text_of(hancha, draft)
    assert "林小禾" in before
    file = tmp_path / "text.txt"
    file.write_bytes(f"{before}\n\n{SENTENCE}\n".replace("\n", "\r\n").encode("utf-8-sig"))
    done = hancha("letter", "edit", draft, "1", "--file", str(file), "--as", "zhou")
    assert (done.code, "已修改" in done.out) == (0, True)
    assert text_of(hancha, draft) == f"{before}\n\n{SENTENCE}"
    told = diff(hancha, draft)
    assert told.startswith("zhou: --- before")
    assert f"\n+{SENTENCE}" in told
    assert hancha("case", "sign", draft, "--as", "wu").code == 0
    hancha.story.rest()
    assert SENTENCE in printed(hancha, draft).replace("\n", "")
    assert len(hancha.story.mail.to("yz@office.example")) == 1
    assert text_of(hancha, draft) == f"{before}\n\n{SENTENCE}"


def test_a_signed_letter_is_as_it_was_signed(hancha: Terminal, draft: str) -> None:
    hancha("case", "sign", draft, "--as", "wu")
    said = edited(hancha, draft, SENTENCE)
    assert (said.code, said.refusal) == (3, "LetterIsSigned")
    assert "only a draft can be edited" in said.err


@pytest.mark.parametrize(
    ("text", "refusal", "about"),
    [
        (" \n", "InvalidValue", "a letter needs a text"),
        ("请予协助\U0001f600。", "MissingGlyph", "U+1F600"),
        ("请予\x00协助", "InvalidValue", "U+0000"),
        ("长" * 30_001, "InvalidValue", "30000 can be kept"),
    ],
    ids=["nothing", "no face has it", "a control character", "too long"],
)
def test_what_cannot_be_printed_is_refused_and_the_draft_stays(
    hancha: Terminal, draft: str, text: str, refusal: str, about: str
) -> None:
    before = text_of(hancha, draft)
    said = edited(hancha, draft, text)
    assert (said.code, said.refusal) == (3, refusal)
    assert about in said.err
    assert text_of(hancha, draft) == before


def test_the_same_text_is_no_edit(hancha: Terminal, draft: str) -> None:
    said = edited(hancha, draft, text_of(hancha, draft))
    assert said.refusal == "InvalidValue"


def test_who_may_edit_and_of_which_letter(hancha: Terminal, draft: str) -> None:
    assert edited(hancha, draft, SENTENCE, "mail").refusal == "NotAllowed"
    assert edited(hancha, draft, SENTENCE, "zheng").refusal == "NotAllowed"
    said = hancha("letter", "text", draft, "2", "--as", "zhou")
    assert (said.code, said.refusal) == (3, "UnknownLetter")
