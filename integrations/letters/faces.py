"""The fonts of an installation: which characters they print, and in which order they are tried.

The office's own folder comes first, then the faces that the project carries. The cmaps of
the carried fonts are read from `coverage.txt`, made with them, since reading six fonts takes
a second; those of the office's folder are read once, when the printer is made.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst
from fontTools.ttLib import TTCollection, TTFont, TTLibError

import letter_templates
from cases.vocabulary.errors import SettingsFault

CARRIED = Path(letter_templates.__file__).parent / "fonts"

#: Licensed faces that an office may own, by the family names they are known under, and the
#: carried face that stands in for each. The standard names 仿宋, 小标宋, 黑体, 楷体, 宋体.
SLOTS = {
    "body": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong", "FandolFang R"),
    "title": (
        *("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
        "Noto Serif SC",
    ),
    "heading": ("黑体", "SimHei", "STHeiti", "Noto Sans SC"),
    "subheading": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "STKaiti", "FandolKai"),
    "small": ("宋体", "SimSun", "STSong", "Noto Serif SC"),
    "figures": ("Times New Roman", "Noto Serif SC Figures"),
}
#: Tried for every slot after its own faces. Of Noto Serif SC only the bold holds Han: whatever
#: is set in its regular weight has them from 仿宋. The last two hold the rare characters.
FALLBACK = ("Noto Serif SC", "FandolFang R", "Noto Serif SC Rare", "Noto Serif SC ExtA")

_FONT_FILES = {".ttf", ".otf", ".ttc", ".otc"}
_UNPRINTABLE = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
#: Planes 2 and 3 hold ideographs only; a font may know newer ones than this Python does.
_IDEOGRAPHS = range(0x20000, 0x323B0)
#: Blanks that never reach the page: they are folded before the text is set.
_FOLDED = frozenset("\t\r\n\u00a0")


@dataclass(frozen=True, slots=True)
class Face:
    """One font file as it is used."""

    family: str
    weight: int
    path: Path
    is_office_own: bool


@dataclass(frozen=True, slots=True)
class Faces:
    """The fonts of one installation; opened once and shared by every thread."""

    fonts: typst.Fonts
    files: tuple[Face, ...]
    printable: frozenset[str]  #: Every character that some face has and a letter may hold.
    slots: dict[str, tuple[str, ...]]  #: Families to try, in order, for each use.


@cache
def carried_characters() -> frozenset[str]:
    """Return what the carried fonts print, from the list made with them."""
    found: set[str] = set()
    for line in (CARRIED / "coverage.txt").read_text(encoding="ascii").split():
        first, last = line.split("-")
        found.update(map(chr, range(int(first, 16), int(last, 16) + 1)))
    return frozenset(found)


def is_visible(character: str) -> bool:
    """Whether a letter may hold the character at all, whatever the fonts have.

    No control, format or private-use character, and nothing that is not assigned.
    """
    return ord(character) in _IDEOGRAPHS or unicodedata.category(character) not in _UNPRINTABLE


def _font_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _FONT_FILES)


def characters_of(path: Path) -> frozenset[str]:
    """Return the printable characters of a font file. Raises SettingsFault when it is none."""
    is_collection = path.suffix.lower() in (".ttc", ".otc")
    try:
        with TTCollection(path) if is_collection else TTFont(path) as opened:
            fonts = opened.fonts if is_collection else [opened]
            codes = {code for font in fonts for code in font.getBestCmap() or ()}
    except (TTLibError, OSError, ValueError) as fault:
        raise SettingsFault(f"The font {path} cannot be read: {fault}") from fault
    return frozenset(filter(is_visible, map(chr, codes)))


def _slots(own: frozenset[str], known: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Put the families that exist in order: the named faces, our fallbacks, then the rest."""
    others = tuple(sorted(own - {name for names in SLOTS.values() for name in names}))
    chains = {slot: dict.fromkeys((*names, *FALLBACK)) for slot, names in SLOTS.items()}
    return {
        slot: tuple(name for name in chain if name in known) + others
        for slot, chain in chains.items()
    }


def open_faces(folder: Path | None) -> Faces:
    """Open the carried fonts and, before them, those of the office's folder.

    Raises SettingsFault when the folder is missing or a file in it is no font.
    """
    if folder is not None and not folder.is_dir():
        raise SettingsFault(f"The folder of fonts {folder} does not exist.")
    own_files = _font_files(folder) if folder else []
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(path) for path in (folder, CARRIED) if path],
    )
    files = tuple(
        Face(info.family, info.weight, Path(info.path), Path(info.path).parent != CARRIED)
        for info in fonts.fonts()
        if info.path
    )
    own = frozenset(face.family for face in files if face.is_office_own)
    for path in own_files:
        if not any(path.samefile(face.path) for face in files):
            raise SettingsFault(f"The font {path} cannot be used.")
    return Faces(
        fonts=fonts,
        files=files,
        printable=carried_characters().union(_FOLDED, *map(characters_of, own_files)),
        slots=_slots(own, frozenset(fonts.families())),
    )
