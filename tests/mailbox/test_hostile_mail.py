"""Mail as it is: wrong charsets, broken parts, messages in messages; filed or in the tray."""

import base64
import os
import random

import pytest

from cases.vocabulary.mail import MailPlace
from integrations.mailbox.charsets import header_text, text_of
from integrations.mailbox.limits import MailLimits
from integrations.mailbox.reader import MessageReader
from tests.mailbox.letters_in import message, request_of
from tests.mailbox.post_office import PostOffice

HEAD = b"From: yz@office.example\r\nTo: hancha@office.example\r\nMIME-Version: 1.0\r\n"
MIXED = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
TEXT = "复函：朱镕基的镕字不在GB2312之内，𠮷字不在GBK之内"


def nested(depth: int, kind: bytes) -> bytes:
    """Return messages, or multiparts, in each other."""
    if kind == b"message":
        return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"the end"
    parts = [
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(depth)
    ]
    return HEAD + b"".join(parts) + b"Content-Type: text/plain\r\n\r\nthe end"


SAMPLES = {
    "nothing": b"",
    "one byte": b"\x00",
    "no headers": b"\r\n\r\nwords",
    "noise": random.Random(1).randbytes(20_000),
    "a header without end": b"Subject: " + b"x" * 300_000,
    "10,000 headers": HEAD + b"X-A: 1\r\n" * 10_000 + b"\r\n",
    "10,000 parts": HEAD + MIXED + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 10_000,
    "10,000 addresses": HEAD + b"Cc: " + b"a@b.example, " * 10_000 + b"\r\n\r\n",
    "no closing boundary": HEAD + MIXED + b"--b\r\nContent-Type: text/plain\r\n\r\nx",
    "a boundary of nothing": HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n',
    "messages 2,000 deep": nested(2_000, b"message"),
    "multiparts 500 deep": nested(500, b"multipart"),
    "base64 that is none": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n!!!!=A===",
    "an encoding that is none": HEAD + b"Content-Transfer-Encoding: x-y\r\n\r\nx",
    "a charset that is none": HEAD + b"Content-Type: text/plain; charset=no-such\r\n\r\n\xc4\xe3",
    "a charset that is no text": HEAD + b"Content-Type: text/plain; charset=zlib\r\n\r\nx",
    "a NUL in the charset": HEAD + b"Content-Type: text/plain; charset=a\x00b\r\n\r\nx",
    "a type that is none": HEAD + b"Content-Type: ;;;===\r\n\r\nx",
    "a report that reports nothing": HEAD
    + b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    + b"--b\r\nContent-Type: message/delivery-status\r\n\r\n\r\n--b--",
    "RFC 2231 names gone wrong": HEAD
    + b"Content-Disposition: attachment; filename*0*=utf-8'zh'%E5; filename*2=x\r\n\r\nx",
    "winmail.dat": HEAD
    + MIXED
    + b'--b\r\nContent-Type: application/ms-tnef; name="winmail.dat"\r\n'
    + b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(b"\x78\x9f\x3e\x22" + bytes(5_000))
    + b"\r\n--b--",
    "a page that is a bomb of tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 50_000,
    "a PDF that is none": message(pdf=b"%PDF-1.7\n" + os.urandom(2_000)),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_hostile_message_is_taken_in_and_the_next_one_too(office: PostOffice, name: str) -> None:
    taken = office.take(SAMPLES[name])
    assert taken.mail.place in (MailPlace.TRAY, MailPlace.ASIDE)
    assert office.take(message(subject="下一封")).mail.place is MailPlace.TRAY


@pytest.mark.parametrize(
    ("given", "charset"),
    [
        (TEXT.replace("𠮷", ""), "gb2312"),
        (TEXT.replace("𠮷", ""), "GBK"),
        (TEXT, "GB18030"),
        (TEXT, '"gb2312"'),
        (TEXT, "utf-8"),
        (TEXT, "us-ascii"),
        (TEXT, ""),
        (TEXT, "no-such-charset"),
    ],
)
def test_chinese_is_read_whatever_it_is_called(given: str, charset: str) -> None:
    is_utf8 = charset.strip('"').lower() in ("utf-8", "us-ascii", "", "no-such-charset")
    assert text_of(given.encode("utf-8" if is_utf8 else "gb18030"), charset) == given


def words(text: str, charset: str, size: int) -> str:
    """Return encoded words that cut characters in two, as some webmail writes them."""
    data = text.encode(charset)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return "\r\n ".join(f"=?{charset}?B?{base64.b64encode(each).decode()}?=" for each in pieces)


@pytest.mark.parametrize("size", [3, 5, 7, 31])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_subject_cut_inside_its_characters_is_put_together(charset: str, size: int) -> None:
    assert header_text(words("关于开具户籍情况证明的复函", charset, size)) == (
        "关于开具户籍情况证明的复函"
    )


def test_a_subject_in_bare_gbk_is_read() -> None:
    raw = "回复：协查函".encode("gbk").decode("ascii", "surrogateescape")
    assert header_text(raw) == "回复：协查函"


@pytest.mark.parametrize("charset", ["gb2312", "gb18030", "utf-8"])
def test_an_answer_in_any_charset_is_filed_with_its_words(office: PostOffice, charset: str) -> None:
    case = office.asked()
    asked = request_of(office.story, case)
    text = "朱镕基同志已迁出，复函如上"
    encoded = text.encode("gb18030" if charset != "utf-8" else charset)
    office.take(
        f"From: yz@office.example\r\nTo: {asked['Reply-To'].addresses[0].addr_spec}\r\n"
        f"Subject: {words('复函', 'gb18030', 3)}\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset={charset}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n".encode()
        + base64.encodebytes(encoded)
    )
    (reply,) = office.replies(case)
    assert reply.summary == f"复函\n{text}"


def test_a_message_over_which_the_reading_process_dies_waits_and_the_next_is_read(
    office: PostOffice,
) -> None:
    """Its process may take so much memory, and no more."""
    small = MessageReader(MailLimits(memory_bytes=150 * 1024 * 1024, wall_seconds=10))
    office.reader = small
    try:
        taken = office.take(HEAD + b"\r\n" + b"x" * 39_000_000)
        assert taken.mail.place is MailPlace.TRAY
        assert [each.reason.value for each in office.tray()] == ["unreadable"]
        case = office.asked()
        office.take(office.answer(case))
        assert len(office.replies(case)) == 1
    finally:
        small.close()


def test_a_message_that_takes_too_long_waits(office: PostOffice) -> None:
    hasty = MessageReader(MailLimits(wall_seconds=0))
    office.reader = hasty
    try:
        office.take(message())
    finally:
        hasty.close()
    assert [each.reason.value for each in office.tray()] == ["unreadable"]


def test_the_next_process_reads_as_the_first_did(office: PostOffice) -> None:
    often = MessageReader(MailLimits(messages_each=1))
    office.reader = often
    try:
        for _ in range(3):
            office.take(message())
    finally:
        often.close()
    assert [each.reason.value for each in office.tray()] == ["no_case_named"] * 3
