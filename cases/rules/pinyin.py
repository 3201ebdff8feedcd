"""The first letters of Chinese names in pinyin, by which a clerk finds an office (首字母)."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import islice, product

#: 长乐长安街 is read in sixteen ways; nobody types what comes after these.
MOST_READINGS = 16


def initials(name: str) -> str:
    """Return the first letters of a name, in small letters: 石家庄市 is `sjzs`.

    Characters of places that are read in several ways give several words, a blank between:
    重庆市 is `cqs zqs`. Latin letters and digits stay; whatever has no reading is left out.
    """
    readings = _readings()
    letters = [letter for char in name if (letter := readings.get(char, _plain(char)))]
    if all(len(each) == 1 for each in letters):
        return "".join(letters)
    return " ".join("".join(way) for way in islice(product(*letters), MOST_READINGS))


@cache
def _readings() -> Mapping[str, str]:
    """Return each character with its letters."""
    found: dict[str, str] = defaultdict(str)
    data = files("cases.rules").joinpath("data", "pinyin_initials.txt")
    for line in data.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            letter, characters = line.split()
            for char in characters:
                found[char] += letter
    return dict(found)


def _plain(char: str) -> str:
    return char.lower() if char.isascii() and char.isalnum() else ""
