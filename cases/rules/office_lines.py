"""Read offices from a CSV file as clerks keep it, line by line; nothing here can fail a file.

UTF-8 with or without BOM, else GB18030, as WPS and Excel write. One line is one office: a cell
that goes over the end of its line is refused, so that a stray quotation mark spoils one line.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Channel

LARGEST_FILE = 32 * 1024 * 1024  #: Bytes; a whole country's offices take a quarter.
LONGEST_LINE = 8_000  #: Characters.

Value = str | date | None

_LINE_ENDS = re.compile(rb"\r\n|\n|\r")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
)
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()转,;/、-]*")
_SPREADSHEET_NUMBER = re.compile(r"[0-9.]+E\+?[0-9]+", re.IGNORECASE)
_DIVISION = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{9}000")
_WAYS = {channel.value: channel for channel in Channel} | {
    "电子邮件": Channel.EMAIL,
    "电子邮箱": Channel.EMAIL,
    "邮寄": Channel.POST,
    "电话": Channel.TELEPHONE,
    "平台": Channel.PLATFORM,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: an office, or nothing to take in, or a reason to refuse it."""

    number: int  #: From 1.
    code: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)  #: Of the cells that are filled.
    reason: str = ""  #: Why it cannot be read; empty when it can.
    is_office: bool = True  #: Not the heading, a comment or a blank line.


def read_lines(content: bytes) -> list[Line]:
    """Return one Line for each line of the file. Raises InvalidValue for a file too large."""
    if len(content) > LARGEST_FILE:
        raise InvalidValue(f"the file has more than {LARGEST_FILE // 1024 // 1024} MiB")
    return list(_lines(content))


def _lines(content: bytes) -> Iterator[Line]:
    columns: Sequence[str] = ()
    refusal = ""  # Of every line, when the heading cannot be read.
    for number, text in enumerate(_texts(content), start=1):
        cells, reason = _cells(text)
        if text is not None and _says_nothing(text):
            yield Line(number, is_office=False)
        elif columns:
            yield Line(number, reason=reason) if reason else _office(number, columns, cells)
        elif refusal:
            yield Line(number, reason=refusal)
        else:
            columns, reason = ((), reason) if reason else _heading(cells)
            refusal = f"the heading in line {number} cannot be read" if reason else ""
            yield Line(number, reason=reason, is_office=bool(reason))


def _texts(content: bytes) -> Iterator[str | None]:
    """Return the text of each line, None for one in neither encoding."""
    encoding = "utf-8"
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        encoding = "gb18030"  # No character of it holds a line end.
    lines = _LINE_ENDS.split(content)
    for line in lines if lines[-1] else lines[:-1]:
        try:
            yield line.decode(encoding)
        except UnicodeDecodeError:
            yield None


def _says_nothing(text: str) -> bool:
    """Whether a line is empty or a comment; a spreadsheet may have put that in quotation marks."""
    return not text.strip(', "\t') or text.lstrip(' "').startswith("#")


def _cells(text: str | None) -> tuple[list[str], str]:
    """Return the cells of a line, or why it has none."""
    if text is None:
        return [], "neither UTF-8 nor GB18030"
    if len(text) > LONGEST_LINE:
        return [], f"more than {LONGEST_LINE} characters"
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        return [], "a quotation mark is not closed, or stands inside of a cell"
    return [cell.strip() for cell in rows[0]] if rows else [], ""


def _heading(cells: Sequence[str]) -> tuple[Sequence[str], str]:
    """Return the columns, or why there are none."""
    columns = [_COLUMN_NAMES.get(cell.lower(), "") for cell in cells]
    unknown = [cell for cell, column in zip(cells, columns, strict=True) if cell and not column]
    if unknown:
        return (), f"unknown columns: {_shown(', '.join(unknown))}"
    named = [column for column in columns if column]
    if "code" not in named:
        return (), "the first line must name the columns, code (机关代字) among them"
    if len(set(named)) < len(named):
        return (), "a column is named twice"
    return columns, ""


def _office(number: int, columns: Sequence[str], cells: Sequence[str]) -> Line:
    surplus = any(cells[len(columns) :])
    filled = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
    if surplus or filled.pop("", ""):
        return Line(number, reason="a cell is filled that has no column")
    code = filled.get("code", "")
    values: dict[str, Value] = {}
    try:
        for column, cell in filled.items():
            values[column] = _read(column, cell)
    except InvalidValue as wrong:
        return Line(number, _shown(code), reason=str(wrong))
    if not code:
        return Line(number, reason="the code (机关代字) is missing")
    return Line(number, code, values)


def _read(column: str, cell: str) -> Value:
    """Return the value of a cell. Raises InvalidValue."""
    longest, read = COLUMNS[column]
    if len(cell) > longest:
        raise InvalidValue(f"{column}: {len(cell)} characters; at most {longest} are kept")
    if not cell.isprintable():
        raise InvalidValue(f"{column}: holds a character that cannot be printed")
    if cell[0] in "=@+-" and not (column == "telephone" and _TELEPHONE.fullmatch(cell)):
        raise InvalidValue(f"{column}: {_shown(cell)!r} begins like a formula")
    try:
        return read(cell)
    except InvalidValue as wrong:
        raise InvalidValue(f"{column}: {wrong}") from None


def _text(cell: str) -> str:
    return cell


def _word(cell: str) -> str:
    if any(char.isspace() or char == "," for char in cell):
        raise InvalidValue(f"{_shown(cell)!r} has a blank or a comma in it")
    return cell


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if _SPREADSHEET_NUMBER.fullmatch(cell):
            raise InvalidValue(f"{_shown(cell)!r}: a spreadsheet made a number of it; mark as text")
        if not pattern.fullmatch(cell):
            raise InvalidValue(f"{_shown(cell)!r} is not {what}")
        return cell

    return read


def _division(cell: str) -> str:
    code = _matching(_DIVISION, "a division code of 2, 4, 6, 9 or 12 digits")(cell)
    return code[:9]


def _ways(cell: str) -> str:
    words = [word for word in re.split(r"[\s,;/、]+", cell.lower()) if word]
    unknown = [word for word in words if word not in _WAYS]
    if unknown:
        raise InvalidValue(f"{_shown(unknown[0])!r} is none of {', '.join(Channel)}")
    return ",".join(dict.fromkeys(_WAYS[word].value for word in words))


def _day(cell: str) -> date:
    match = _DAY.fullmatch(cell)
    try:
        if match:
            return date(*(int(part) for part in match.groups()))
    except ValueError:
        pass  # The 30th of February: refused below.
    raise InvalidValue(f"{_shown(cell)!r} is not a date like 2026-03-02")


@cache
def _zone(cell: str) -> str:
    try:
        return ZoneInfo(cell).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidValue(f"there is no time zone {_shown(cell)!r}") from None


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


#: Column to the most characters it holds and how a cell of it is read.
COLUMNS: Mapping[str, tuple[int, Callable[[str], Value]]] = {
    "code": (40, _word),
    "name_zh": (120, _text),
    "name_en": (200, _text),
    "division_code": (12, _division),
    "superior": (40, _word),
    "email": (254, _matching(_EMAIL, "a mail address of the form name@domain")),
    "address": (300, _text),
    "postcode": (12, _matching(re.compile(r"[0-9]{6}"), "a postcode of six digits")),
    "telephone": (40, _matching(_TELEPHONE, "a telephone number")),
    "contact": (60, _text),
    "channels": (60, _ways),
    "zone": (40, _zone),
    "verified_on": (12, _day),
    "valid_from": (12, _day),
    "valid_to": (12, _day),
    "successor": (40, _word),
}

_CHINESE = (
    *(
        "机关代字",
        "机关名称",
        "英文名称",
        "行政区划代码",
        "上级机关代字",
        "电子邮箱",
        "地址",
        "邮编",
    ),
    *("电话", "联系人", "收文渠道", "时区", "核实日期", "设立日期", "撤销日期", "承继机关代字"),
)
_COLUMN_NAMES = {
    **{column: column for column in COLUMNS},
    **dict(zip(_CHINESE, COLUMNS, strict=True)),
}
