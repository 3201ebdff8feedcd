"""ID copies: only with their own legal ground, marked in the pixels, by post alone."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops
from pydantic import ValidationError

from cases.operations import closing
from cases.operations.register import Opening
from cases.rules.id_copies import purpose_mark
from cases.store import case_types, offices
from cases.vocabulary.errors import EnclosureRefused, InvalidValue, NotByPlainMail
from cases.vocabulary.status import Channel
from integrations.cases_desk import open_case
from integrations.enclosures.reader import PdfEnclosureReader
from tests.enclosures.pdf_files import one_page
from tests.enclosures.picture_files import picture
from tests.settled_worlds import story, worlds, worlds_by_kind
from tests.story import Story
from tests.world import PERSON_NUMBER

__all__ = ["story", "worlds", "worlds_by_kind"]

MARK = purpose_mark("样本县乙镇人民政府", "证明出具", "HC-2026-000001-7", date(2026, 3, 2))
ID_COPY = {
    "kind": "id_copy",
    "title": {"zh": "居民身份证复印件", "en": "Copy of the identity card"},
    "is_id_copy": True,
    "legal_ground": "测试用：示例法第一条（不是真实规定）",
}


def pages(pdf: bytes) -> list[Image.Image]:
    document = pdfium.PdfDocument(pdf)
    return [document[n].render(scale=1).to_pil().convert("L") for n in range(len(document))]


def opened(story: Story, folder: Path, **changes: Any) -> str:
    """Open a case of a test type that takes ID copies, with one enclosed."""
    code = story.publish("with-id-copy", **{"enclosures": [ID_COPY], **changes})
    file = folder / "card.png"
    file.write_bytes(picture("PNG", size=(1000, 630)))
    opening = Opening(
        case_type=code,
        home_office="YZ",
        applicant_name="林小禾",
        person_number=PERSON_NUMBER,
        fields={"certificate": "户籍情况证明", "purpose": "办理居住登记"},
        consent_on=date(2026, 3, 2),
    )
    files = {"id_copy": file}
    clerk = story.actor("zhou")
    return open_case(story.house, clerk, opening, files, PdfEnclosureReader()).reference


class TestTheMark:
    def test_it_says_for_whom_for_what_and_when(self) -> None:
        assert MARK == (
            "仅供样本县乙镇人民政府办理证明出具〔HC-2026-000001-7〕使用，他用无效2026年3月2日"
        )

    @pytest.mark.parametrize("content", [picture("JPEG"), one_page()], ids=["picture", "pdf"])
    def test_it_is_in_the_pixels_of_every_part_of_the_page(
        self, tmp_path: Path, content: bytes
    ) -> None:
        file = tmp_path / "card"
        file.write_bytes(content)
        plain, marked = (PdfEnclosureReader().read(file, mark) for mark in ("", MARK))
        [before], [after] = pages(plain), pages(marked)
        changed = ImageChops.difference(before.resize(after.size), after)
        wide, high = after.width // 3, after.height // 4
        for across in range(3):
            for down in range(4):
                box = (across * wide, down * high, (across + 1) * wide, (down + 1) * high)
                histogram = changed.crop(box).histogram()
                assert sum(histogram[12:]) > 0.01 * wide * high, f"nothing is drawn at {box}"
        document = pdfium.PdfDocument(BytesIO(marked))
        assert document[0].get_textpage().get_text_range() == ""
        kinds = {each.type for each in document[0].get_objects()}
        assert kinds == {pdfium.raw.FPDF_PAGEOBJ_IMAGE}, "no layer lies over it"

    def test_a_mark_that_the_font_cannot_draw_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "card"
        file.write_bytes(picture("JPEG"))
        with pytest.raises(EnclosureRefused, match="U\\+20164"):
            PdfEnclosureReader().read(file, "仅供𠅤办理")


class TestTheCase:
    def test_the_marked_copy_is_kept_and_the_clean_one_nowhere(
        self, story: Story, tmp_path: Path
    ) -> None:
        reference = opened(story, tmp_path)
        story.rest()
        clean = PdfEnclosureReader().read(tmp_path / "card.png")
        kept = list(story.house.documents._kept.values())  # type: ignore[attr-defined]
        picture_of_it = clean[clean.index(b"\xff\xd8\xff") :][:2000]
        assert kept
        assert not any(picture_of_it in each for each in kept)
        assert story.case(reference).reference == reference

    def test_its_request_goes_by_post_though_the_office_has_a_mailbox(
        self, story: Story, tmp_path: Path
    ) -> None:
        reference = opened(story, tmp_path)
        story.rest()
        assert [row.channel for row in story.outbox(reference)] == [Channel.POST]
        assert story.mail.accepted == []

    @pytest.mark.parametrize(
        "changes", [{"channels": ["email"]}, {}], ids=["a type without post", "an office without"]
    )
    def test_without_post_the_case_is_not_opened(
        self, story: Story, tmp_path: Path, changes: dict[str, Any]
    ) -> None:
        if not changes:
            with story.house.database.transaction("no-post") as session:
                offices.by_code(session, "YZ").channels = "email"
        with pytest.raises(NotByPlainMail):
            opened(story, tmp_path, **changes)

    def test_a_type_that_names_no_ground_takes_none(self, story: Story) -> None:
        with pytest.raises(ValidationError, match="needs its own legal ground"):
            story.publish("without", enclosures=[{**ID_COPY, "legal_ground": ""}])

    def test_it_is_not_passed_on_to_an_office_that_it_is_not_marked_for(
        self, story: Story, tmp_path: Path
    ) -> None:
        reference = opened(story, tmp_path)
        story.rest()
        with story.house.database.reading() as session:
            other = offices.by_code(session, "BZ")
        with pytest.raises(InvalidValue, match="marked for the office"):
            story.act("zhou", closing.refer, reference, other, "不属于管辖")


def test_no_shipped_case_type_takes_id_copies() -> None:
    assert [each.code for each in case_types.shipped() if each.id_copies] == []
