"""Make the fonts of this folder from the released ones, and the list of what they can print.

Stands alone: needs fontTools only. README.md beside it says where the sources come from.

    python make_subsets.py --serif DIR --sans DIR --fandol DIR

Each DIR is searched for the released file. Written beside this script: the subsets and
coverage.txt, whose lines are ranges of code points in hexadecimal.
"""

import argparse
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent

#: GB2312's last row of symbols is A9; rows B0 to F7 are its 6763 characters, those to D7 the
#: 3755 of level 1.
GB2312_ROWS = range(0xA1, 0xF8)
LEVEL_1_ROWS = range(0xA1, 0xD8)

UNUSED_TABLES = ["vhea", "vmtx", "VORG", "BASE", "GDEF", "STAT", "gasp", "prep", "DSIG"]


def gb2312(rows: range) -> frozenset[int]:
    """Return the code points of these rows of GB2312; of all, 6763 characters, 682 symbols."""
    found = set()
    for row in rows:
        for cell in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes([row, cell]).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return frozenset(found)


GB2312 = gb2312(GB2312_ROWS)
#: Symbols that letters use beyond GB2312: the middle dot of many names (U+00B7), the dash as
#: it is typed (U+2014), letters with accents, circled numbers, full-width forms.
SYMBOLS = frozenset(
    [
        *range(0x20, 0x7F),
        *range(0xA0, 0x250),
        *range(0x2010, 0x2060),
        *range(0x20A0, 0x2300),
        *range(0x2460, 0x2600),
        *range(0x3000, 0x3040),
        *range(0xFF00, 0xFFF0),
    ]
)
COMMON = GB2312 | SYMBOLS
#: A heading in 楷体 has few rare characters; those are drawn in 仿宋, which is much like it.
LEVEL_1 = gb2312(LEVEL_1_ROWS) | SYMBOLS
#: The block of the Unified Repertoire and Ordering (URO): 20992 characters.
RARE = frozenset(range(0x4E00, 0xA000)) - COMMON
#: Figures and Latin letters as they stand among 仿宋.
FIGURES = frozenset([*range(0x20, 0x7F), *range(0xC0, 0x250)])
#: Extension A, compatibility ideographs and the few of the later extensions that Noto draws.
VERY_RARE = frozenset([*range(0x3400, 0x4DC0), *range(0xF900, 0xFB00), *range(0x20000, 0x40000)])


@dataclass(frozen=True)
class Cut:
    """One file to make."""

    source: str  #: Which of the three sources.
    released: str  #: Name of the released file.
    written: str
    wanted: frozenset[int]
    family: str | None = None  #: A new family name where one face is cut into several files.


REGULAR = "NotoSerifSC_400Regular.ttf"
BOLD = "NotoSerifSC_700Bold.ttf"
#: The light weight stands beside the thin strokes of 仿宋 without looking bold.
LIGHT = "NotoSerifSC_300Light.ttf"

CUTS = (
    Cut("fandol", "FandolFang-Regular.otf", "FandolFang-GB2312.otf", COMMON),
    Cut("fandol", "FandolKai-Regular.otf", "FandolKai-Level1.otf", LEVEL_1),
    Cut("serif", REGULAR, "NotoSerifSC-Regular-Latin.ttf", SYMBOLS),
    Cut("serif", BOLD, "NotoSerifSC-Bold-GB2312.ttf", COMMON),
    Cut("serif", LIGHT, "NotoSerifSC-Light-Figures.ttf", FIGURES, "Noto Serif SC Figures"),
    Cut("serif", LIGHT, "NotoSerifSC-Light-Rare.ttf", RARE, "Noto Serif SC Rare"),
    Cut("serif", LIGHT, "NotoSerifSC-Light-ExtA.ttf", VERY_RARE, "Noto Serif SC ExtA"),
    Cut("sans", "NotoSansSC_500Medium.ttf", "NotoSansSC-Medium-GB2312.ttf", COMMON),
)


def options() -> subset.Options:
    """Return how every subset is made: no hinting, no layout features, the same bytes each run."""
    chosen = subset.Options()
    chosen.hinting = False
    chosen.desubroutinize = True
    chosen.layout_features = []
    chosen.drop_tables += UNUSED_TABLES
    chosen.glyph_names = False
    chosen.notdef_outline = True
    chosen.recalc_timestamp = False
    chosen.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 16, 17]
    return chosen


def rename(font: TTFont, family: str) -> None:
    """Give the font a family name of its own, so that both parts can be named in one chain."""
    postscript = family.replace(" ", "") + "-Regular"
    for record in font["name"].names:
        new = {1: family, 2: "Regular", 3: postscript, 4: f"{family} Regular", 6: postscript}
        new |= {16: family, 17: "Regular"}
        if record.nameID in new:
            record.string = new[record.nameID]


def is_printable(code_point: int) -> bool:
    """Whether a code point may stand in a letter: no controls, no private use, no gaps."""
    category = unicodedata.category(chr(code_point))
    return not category.startswith("C") and category not in ("Zl", "Zp")


def make(cut: Cut, folder: Path) -> frozenset[int]:
    """Write one subset and return what it can print."""
    released = next(folder.rglob(cut.released))
    font = subset.load_font(released, options())
    cutter = subset.Subsetter(options())
    cutter.populate(unicodes=[code for code in cut.wanted if is_printable(code)])
    cutter.subset(font)
    if cut.family:
        rename(font, cut.family)
    subset.save_font(font, HERE / cut.written, options())
    return frozenset(TTFont(HERE / cut.written).getBestCmap())


def ranges(code_points: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of every unbroken run."""
    first = last = -2
    for code in sorted(code_points):
        if code != last + 1:
            if last >= 0:
                yield first, last
            first = code
        last = code
    if last >= 0:
        yield first, last


def main() -> None:
    """Read the three folders, write the fonts and coverage.txt."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for source in ("serif", "sans", "fandol"):
        parser.add_argument(f"--{source}", type=Path, required=True)
    folders = vars(parser.parse_args())
    covered: set[int] = set()
    for cut in CUTS:
        covered |= make(cut, folders[cut.source])
    lines = [f"{first:04X}-{last:04X}" for first, last in ranges(covered)]
    (HERE / "coverage.txt").write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
