"""Make pinyin_initials.txt again, from divisions.txt and the package pypinyin.

    pip install pypinyin==0.55.0
    python cases/rules/data/make_initials.py

Hancha itself needs no such package: what it reads is the file beside this one.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from pypinyin import Style, pinyin  # type: ignore[import-not-found,unused-ignore]

HERE = Path(__file__).parent

HEADER = """\
# The first letters of Chinese characters in pinyin: a letter, then its characters. Those that
# names of places read in several ways stand on several lines.
# Source: PyPI pypinyin 0.55.0 (mozillazg, MIT), read over the names in divisions.txt and the
# characters of GB 2312; readings of place names that it lacks were added by hand.
# Made by make_initials.py.
"""

#: Readings in names of places that pypinyin gives only elsewhere, or not at all:
#: 曾都, 长葛, 洪洞, 涡阳, 单县, 筠连, 荥经, 犍为, 宕昌, 繁峙, 解州, 秘鲁, 沌口, 覃塘, 栎阳.
ALSO_READ = {
    "曾": "cz", "长": "cz", "洞": "dt", "涡": "gw", "单": "ds", "筠": "jy", "荥": "xy",
    "犍": "jq", "宕": "dt", "峙": "sz", "解": "jx", "秘": "bm", "沌": "dz", "覃": "qt",
    "栎": "ly",
}  # fmt: skip


def initials_of(names: Iterable[str]) -> dict[str, set[str]]:
    """Return letter to characters, by how whole names are read and then by each character."""
    readings: dict[str, set[str]] = {char: set(letters) for char, letters in ALSO_READ.items()}
    for name in set(names):
        for char, letter in zip(name, _letters(name), strict=True):
            readings.setdefault(char, set()).add(letter)
    common = [bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)]
    for char in (code.decode("gb2312", "ignore") for code in common):
        if char and char not in readings:
            readings[char] = set(_letters(char))
    by_letter: dict[str, set[str]] = defaultdict(set)
    for char, letters in readings.items():
        for letter in letters:
            if letter.isascii() and letter.isalpha():
                by_letter[letter].add(char)
    return by_letter


def _letters(text: str) -> list[str]:
    read = pinyin(text, style=Style.FIRST_LETTER, errors=list)
    return [each[0] for each in read]


def main() -> None:
    """Write the file."""
    text = (HERE / "divisions.txt").read_text(encoding="utf-8")
    lines = (line.split()[1:] for line in text.splitlines() if not line.startswith("#"))
    names = [word for line in lines for word in line if not word.isascii()]
    letters = sorted(initials_of(names).items())
    initials = HEADER + "".join(f"{key} {''.join(sorted(of))}\n" for key, of in letters)
    (HERE / "pinyin_initials.txt").write_text(initials, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
