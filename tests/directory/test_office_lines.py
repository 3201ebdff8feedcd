"""Lines of a file of offices: each is read or refused by itself, whatever bytes it holds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules import office_lines
from cases.rules.office_lines import Line, read_lines
from cases.vocabulary.errors import InvalidValue

HEADING = (
    "code,name_zh,division_code,superior,email,address,postcode,telephone,channels,zone,verified_on"
)


def one(column: str, cell: str) -> Line:
    """Read a file of one office with one more cell."""
    [_, line] = read_lines(f"code,{column}\nYZ,{cell}\n".encode())
    return line


READ = {
    "a name": ("name_zh", "样本县乙镇人民政府", "样本县乙镇人民政府"),
    "blanks around it, full-width ones too": ("name_zh", " 　乙镇　 ", "乙镇"),
    "a comma in quotation marks": ("name_en", '"Yi Town, Yangben"', "Yi Town, Yangben"),
    "a quotation mark that is doubled": ("name_en", '"the ""Yi"" Town"', 'the "Yi" Town'),
    "a division code": ("division_code", "130181100", "130181100"),
    "a division code of twelve digits": ("division_code", "130181100000", "130181100"),
    "a mail address": ("email", "yi-town@office.example", "yi-town@office.example"),
    "a telephone number from abroad": ("telephone", "+86 000 00000021", "+86 000 00000021"),
    "a telephone number with extension": ("telephone", "000-00000021转8", "000-00000021转8"),
    "channels": ("channels", "email;post", "email,post"),
    "channels in Chinese": ("channels", "邮寄、电子邮件", "post,email"),
    "a channel twice": ("channels", "post / post", "post"),
    "a zone": ("zone", "Asia/Urumqi", "Asia/Urumqi"),
    "a date": ("verified_on", "2026-03-02", date(2026, 3, 2)),
    "a date as spreadsheets write it": ("verified_on", "2026/3/2", date(2026, 3, 2)),
    "a date in Chinese": ("valid_to", "2026年3月2日", date(2026, 3, 2)),
}


@pytest.mark.parametrize(("column", "cell", "value"), READ.values(), ids=READ)
def test_a_cell_is_read_that_holds(column: str, cell: str, value: object) -> None:
    line = one(column, cell)
    assert (line.reason, line.values) == ("", {"code": "YZ", column: value})


REFUSED = {
    "a formula": ("name_zh", "=HYPERLINK(A1)", "begins like a formula"),
    "a command": ("name_zh", "@SUM(1)", "begins like a formula"),
    "a minus": ("address", "-1+1", "begins like a formula"),
    "a plus": ("contact", "+1", "begins like a formula"),
    "a formula for a telephone number": ("telephone", "+1*cmd", "begins like a formula"),
    "a formula after a blank": ("name_zh", "  =1+1", "begins like a formula"),
    "a formula after a tab": ("name_zh", "\t=1+1", "begins like a formula"),
    "a control character": ("name_zh", "乙\x07镇", "cannot be printed"),
    "a NUL": ("name_zh", "乙\x00镇", "cannot be printed"),
    "a line break of Unicode": ("address", "乙\u2028镇", "cannot be printed"),
    "too many characters": ("contact", "示" * 61, "61 characters; at most 60"),
    "a mail address without a domain": ("email", "yi-town", "name@domain"),
    "a mail address in Chinese": ("email", "乙镇@office.example", "name@domain"),
    "two mail addresses": ("email", "a@office.example;b@office.example", "name@domain"),
    "a division code of five digits": ("division_code", "13018", "division code"),
    "a division code in full-width digits": ("division_code", "１３０１８１", "division code"),
    "a division code that a spreadsheet rounded": ("division_code", "1.3E+08", "mark as text"),
    "a postcode that lost its zero": ("postcode", "50000", "six digits"),
    "a channel that is none": ("channels", "email;pigeon", "pigeon"),
    "a zone that is none": ("zone", "Asia/Yangben", "no time zone"),
    "a zone that is a path": ("zone", "../../etc/passwd", "no time zone"),
    "the 30th of February": ("verified_on", "2026-02-30", "not a date"),
    "an American date": ("verified_on", "3/2/2026", "not a date"),
    "a code with a blank": ("superior", "样本 县", "blank"),
}


@pytest.mark.parametrize(("column", "cell", "words"), REFUSED.values(), ids=REFUSED)
def test_a_line_is_refused_for(column: str, cell: str, words: str) -> None:
    line = one(column, cell)
    assert words in line.reason
    assert line.reason.startswith(f"{column}: ")
    assert line.values == {}


def test_a_line_without_a_code_is_refused() -> None:
    [_, line] = read_lines("code,name_zh\n,乙镇\n".encode())
    assert "code (机关代字) is missing" in line.reason


def test_a_cell_beyond_the_heading_is_refused_and_empty_ones_are_not() -> None:
    [_, empty, filled] = read_lines(b"code,name_zh\nYZ,town,,\nBZ,town,,surplus\n")
    assert (empty.reason, empty.code) == ("", "YZ")
    assert "no column" in filled.reason


def test_a_stray_quotation_mark_spoils_its_own_line_alone() -> None:
    [_, before, spoilt, after] = read_lines(b'code,name_en\nA,one\nB,"two\nC,three\n')
    assert (before.code, after.code) == ("A", "C")
    assert "quotation mark" in spoilt.reason


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CR LF", "CR"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_encoding_and_line_end_of_an_office_is_read(encoding: str, end: str) -> None:
    text = end.join(("机关代字,机关名称,邮编", "样本县政府,样本县人民政府,000021", ""))
    [heading, line] = read_lines(text.encode(encoding))
    assert not heading.is_office
    assert line.values == {
        "code": "样本县政府",
        "name_zh": "样本县人民政府",
        "postcode": "000021",
    }


def test_a_line_in_neither_encoding_is_refused_alone() -> None:
    content = "code,name_zh\nA,乙镇\n".encode("gb18030") + b"B,\xff\xff\xff\n" + b"C,town\n"
    [_, first, broken, last] = read_lines(content)
    assert (first.code, broken.reason, last.code) == ("A", "neither UTF-8 nor GB18030", "C")


def test_comments_and_blank_lines_are_no_offices_even_in_quotation_marks() -> None:
    text = '# a "note\n\n,,,\n"# a note, quoted",,\ncode,name_zh\n  # another\nYZ,乙镇\n'
    assert [line.is_office for line in read_lines(text.encode())] == [False] * 6 + [True]


HEADINGS = {
    "without a code": ("name_zh,email", "code"),
    "with a column that nobody knows": ("code,name_zh,favourite colour", "favourite colour"),
    "with a column twice": ("code,name_zh,机关名称", "twice"),
    "that is an office already": ("YZ,乙镇", "unknown columns"),
    "that is no text": ("\x00\x01", "unknown columns"),
}


@pytest.mark.parametrize(("heading", "words"), HEADINGS.values(), ids=HEADINGS)
def test_under_a_heading_nothing_is_read_that_is(heading: str, words: str) -> None:
    [first, second] = read_lines(f"{heading}\nYZ,乙镇\n".encode())
    assert words in first.reason
    assert "heading in line 1" in second.reason


def test_a_file_that_is_too_large_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_lines, "LARGEST_FILE", 10)
    read_lines(b"code\nA\nB\nC")
    with pytest.raises(InvalidValue, match="MiB"):
        read_lines(b"code\nA\nB\nC\n")


def line_count(content: bytes) -> int:
    ends = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return ends.count(b"\n") + (
        not ends.endswith(b"\n") and ends != b"" and ends != b"\xef\xbb\xbf"
    )


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_give_one_line_for_each_line(content: bytes, has_heading: bool) -> None:
    content = HEADING.encode() + b"\n" + content if has_heading else content
    lines = read_lines(content)
    assert [line.number for line in lines] == list(range(1, line_count(content) + 1))
    for line in lines:
        assert not (line.reason and line.values)
        assert not line.is_office or bool(line.reason) != bool(line.code and line.values)
