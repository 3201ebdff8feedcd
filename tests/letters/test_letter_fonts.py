"""The fonts: what they print, their size, and an office's own folder before them."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from cases.vocabulary.errors import MissingGlyph, SettingsFault
from cases.vocabulary.values import LetterContent
from integrations.letters import TypstPrinter
from integrations.letters.faces import CARRIED, carried_characters, is_visible, open_faces
from tests.letters.printed_pages import pages_of

FILES = sorted(path for path in CARRIED.iterdir() if path.suffix in (".ttf", ".otf"))
NEW_IDEOGRAPH = "\U00031350"  # Extension H; no carried font has it.


def make_font(path: Path, family: str, characters: str) -> None:
    """Write a font of the family that draws an A for each of the characters."""
    with TTFont(CARRIED / "NotoSerifSC-Light-Figures.ttf") as font:
        glyph = font.getBestCmap()[ord("A")]
        table = CmapSubtable.newSubtable(12)
        table.platformID, table.platEncID, table.language = 3, 10, 0
        table.cmap = {ord(character): glyph for character in characters}
        font["cmap"].tables = [table]
        for record in font["name"].names:
            if record.nameID in (1, 4, 6, 16):
                record.string = family.replace(" ", "") if record.nameID == 6 else family
        font.save(path)


def characters_of(path: Path) -> set[str]:
    """Return what a font file prints."""
    with TTFont(path) as font:
        return set(map(chr, font.getBestCmap()))


def fonts_in(pdf: bytes) -> set[str]:
    """Return the names of the fonts that a PDF embeds, without their subset tags."""
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    fonts = (font for page in pages for font in page["/Resources"]["/Font"].values())
    names = (str(font.get_object()["/BaseFont"]) for font in fonts)
    return {name.partition("+")[2].removesuffix("-Identity-H") for name in names}


def test_the_list_of_characters_is_what_the_font_files_print() -> None:
    printed = set[str]().union(*map(characters_of, FILES))
    assert carried_characters() == printed
    assert all(is_visible(character) for character in printed)


def test_the_fonts_hold_the_unified_ideographs_and_extension_a() -> None:
    assert carried_characters() >= set(map(chr, range(0x4E00, 0xA000)))
    assert carried_characters() >= set(map(chr, range(0x3400, 0x4DC0)))


def test_the_text_face_and_the_title_face_hold_gb_2312() -> None:
    characters = {
        bytes([row, cell]).decode("gb2312")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
        if (row, cell) < (0xD7, 0xFA) or row > 0xD7
    }
    assert len(characters) == 6763
    for name in ("FandolFang", "NotoSerifSC-Bold", "NotoSansSC-Medium"):
        path = next(path for path in FILES if path.name.startswith(name))
        assert characters <= characters_of(path), name


def test_the_fonts_weigh_at_most_25_mb_and_none_more_than_8() -> None:
    sizes = [path.stat().st_size for path in FILES]
    assert sum(sizes) <= 25_000_000
    assert max(sizes) <= 8_000_000


def test_every_font_has_its_licence_and_a_line_in_the_readme() -> None:
    readme = (CARRIED / "README.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in readme for path in FILES)
    for licence in ("COPYING-Fandol.txt", "OFL-NotoSerifSC.txt", "OFL-NotoSansSC.txt"):
        assert licence in readme
        assert (CARRIED / licence).stat().st_size > 4_000


def test_no_font_of_the_machine_is_used() -> None:
    assert {face.path.parent for face in open_faces(None).files} == {CARRIED}


def test_a_letter_is_set_in_the_carried_faces(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    assert fonts_in(printer.render(samples["request-zh"]).pdf) == {
        *("FandolFang-Regular", "NotoSerifSC-Regular", "NotoSerifSC-Bold", "NotoSansSC-Medium"),
        "NotoSerifSCFigures-Regular",
    }


def test_an_office_s_own_face_comes_first(
    tmp_path: Path, samples: dict[str, LetterContent]
) -> None:
    make_font(tmp_path / "fangsong.ttf", "FangSong_GB2312", "样本县乙镇人民政府")
    printer = TypstPrinter(fonts=tmp_path)
    assert printer.faces.slots["body"][0] == "FangSong_GB2312"
    used = fonts_in(printer.render(samples["request-zh"]).pdf)
    assert {"FangSong_GB2312", "FandolFang-Regular"} <= used


def test_a_face_with_rare_characters_is_used_for_them(
    tmp_path: Path, printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    content = replace(samples["request-zh"], applicant_name=f"林{NEW_IDEOGRAPH}")
    with pytest.raises(MissingGlyph, match=r"U\+31350"):
        printer.check(content)
    make_font(tmp_path / "rare.ttf", "Office Rare", NEW_IDEOGRAPH)
    letter = TypstPrinter(fonts=tmp_path).render(content)
    assert f"林{NEW_IDEOGRAPH}" in pages_of(letter.pdf)[0].text


def test_a_private_use_character_is_refused_even_if_an_office_s_face_draws_it(
    tmp_path: Path, samples: dict[str, LetterContent]
) -> None:
    make_font(tmp_path / "own.ttf", "Office Own", "\ue863")
    with pytest.raises(MissingGlyph, match=r"U\+E863"):
        TypstPrinter(fonts=tmp_path).check(replace(samples["request-zh"], applicant_name="\ue863"))


def test_a_folder_of_fonts_that_is_missing_or_holds_no_font_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="does not exist"):
        TypstPrinter(fonts=tmp_path / "none")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    with pytest.raises(SettingsFault, match=r"broken\.ttf cannot be used"):
        TypstPrinter(fonts=tmp_path)
