"""The levels of a text, 一、 （一） 1. : each in its own face (GB/T 9704-2012, 7.3.3)."""

from io import BytesIO
from itertools import pairwise
from typing import Any

import pypdf
import pytest

from cases.vocabulary.values import LetterContent
from integrations.letters import TypstPrinter
from tests.letters.printed_pages import Line, pages_of

CHARACTER = 15.75 * 25.4 / 72
TEXT = """
现将有关事项函告如下：

一、商请协助事项

请予审核。

（一）申请材料

材料共二份。

1.申请书一份；

2.委托书一份。

（二）囍字在二级标题中

二、办理时限

专此函达。
"""

FACES = {
    "现将有关事项函告如下": {"FandolFang-Regular"},
    "一、商请协助事项": {"NotoSansSC-Medium"},
    "（一）申请材料": {"FandolKai-Regular"},
    "材料共二份": {"FandolFang-Regular"},
    "1.申请书一份": {"FandolFang-Regular", "NotoSerifSCFigures-Regular"},
    "（二）囍字在二级标题中": {"FandolKai-Regular", "NotoSerifSCRare-Regular"},
    "二、办理时限": {"NotoSansSC-Medium"},
}


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory, samples: dict[str, LetterContent]) -> bytes:
    """Return a letter whose text has every level."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "reminder").mkdir()
    (folder / "reminder" / "zh.txt").write_text(TEXT, encoding="utf-8")
    return TypstPrinter(templates=folder).render(samples["reminder-zh"]).pdf


@pytest.fixture(scope="module")
def lines(pdf: bytes) -> list[Line]:
    """Return the lines of all its pages."""
    return [line for page in pages_of(pdf) for line in page.body()]


def line(lines: list[Line], beginning: str) -> Line:
    """Return the first line that begins so."""
    return next(each for each in lines if each.text.startswith(beginning))


def runs_of(pdf: bytes) -> list[tuple[str, str]]:
    """Return (character, face) in the order of reading."""
    found: list[tuple[str, str]] = []

    def keep(text: str, _cm: Any, _tm: Any, font: Any, _size: float) -> None:
        if font is not None:
            name = str(font["/BaseFont"]).partition("+")[2].removesuffix("-Identity-H")
            found.extend((character, name) for character in text if character.strip())

    for page in pypdf.PdfReader(BytesIO(pdf)).pages:
        page.extract_text(visitor_text=keep)
    return found


@pytest.mark.parametrize(("words", "faces"), FACES.items(), ids=FACES.keys())
def test_each_level_has_its_face(pdf: bytes, words: str, faces: set[str]) -> None:
    runs = runs_of(pdf)
    at = "".join(character for character, _ in runs).index(words)
    assert {face for _, face in runs[at : at + len(words)]} == faces


@pytest.mark.parametrize("beginning", ["一、", "（一）", "1.", "（二）", "二、", "材料共"])
def test_each_level_is_indented_by_two_characters(lines: list[Line], beginning: str) -> None:
    assert line(lines, beginning).left == pytest.approx(28 + 2 * CHARACTER, abs=CHARACTER / 2)


def test_every_level_keeps_the_pitch_of_22_lines(lines: list[Line]) -> None:
    chosen = [line(lines, beginning) for beginning in ("现将", "请予", "材料共", "1.", "2.")]
    steps = [(below.top - above.top) / (225 / 22) for above, below in pairwise(chosen)]
    assert steps == pytest.approx([2, 2, 1, 1], abs=0.05)
