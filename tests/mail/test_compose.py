"""One copy of a letter as a message: what arrives is what was written, and nothing else."""

import email
import re
from datetime import UTC, datetime, timedelta, timezone
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import LetterKind
from cases.vocabulary.values import RenderedLetter
from integrations.mail.addresses import check_address, message_id
from integrations.mail.compose import compose

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nsynthetic\n%%EOF\n"
SENT_AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
FIRST_ID = "<first@haidian.example>"
SECOND_ID = "<second@haidian.example>"


def composed(**changes: Any) -> bytes:
    """Return a synthetic request with changes."""
    subject = changes.pop("subject", "关于协助出具证明的函（HC-2026-000123-5）")
    text = changes.pop("text", "贵单位：\n现将协查函随信附上，请予协助。\n")
    values: dict[str, Any] = {
        "sender": "desk@haidian.example",
        "sender_name": "示例区示例街道办事处",
        "recipient": "office@shunqing.example",
        "letter": RenderedLetter(subject=subject, covering_text=text, pdf=PDF, pages=1),
        "kind": LetterKind.REQUEST,
        "reference": "HC-2026-000123-5",
        "message_id": SECOND_ID,
        "dated_at": SENT_AT,
    }
    return compose(**{**values, **changes})


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    for part in message.walk():
        assert part.defects == []
    return message


def body(message: EmailMessage) -> str:
    part = message.get_body()
    assert part is not None
    text = part.get_content()
    assert isinstance(text, str)
    return text


def test_a_letter_arrives_as_it_was_written() -> None:
    message = parsed(composed(enclosures=[b"%PDF-one", b"%PDF-two"]))
    assert message["From"] == "示例区示例街道办事处 <desk@haidian.example>"
    assert message["To"] == "office@shunqing.example"
    assert message["Subject"] == "关于协助出具证明的函（HC-2026-000123-5）"
    assert message["Date"] == "Mon, 02 Mar 2026 01:30:00 +0000"
    assert message["Message-ID"] == SECOND_ID
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Hancha-Reference"] == "HC-2026-000123-5"
    assert body(message) == "贵单位：\r\n现将协查函随信附上，请予协助。\r\n"
    files = [(part.get_filename(), part.get_content()) for part in message.iter_attachments()]
    assert files == [
        ("HC-2026-000123-5-request.pdf", PDF),
        ("HC-2026-000123-5-enclosure-1.pdf", b"%PDF-one"),
        ("HC-2026-000123-5-enclosure-2.pdf", b"%PDF-two"),
    ]
    types = {part.get_content_type() for part in message.iter_attachments()}
    assert types == {"application/pdf"}


def test_a_first_letter_follows_nothing_and_a_reminder_follows_the_letters_before_it() -> None:
    first = parsed(composed(message_id=FIRST_ID))
    assert first["In-Reply-To"] is None
    assert first["References"] is None
    reminder = parsed(
        composed(
            kind=LetterKind.SECOND_REMINDER,
            message_id="<third@haidian.example>",
            follows=[FIRST_ID, SECOND_ID],
        )
    )
    assert reminder["In-Reply-To"] == SECOND_ID
    assert str(reminder["References"]).split() == [FIRST_ID, SECOND_ID]
    (letter,) = reminder.iter_attachments()
    assert letter.get_filename() == "HC-2026-000123-5-second-reminder.pdf"


def test_an_escalation_after_a_hundred_letters_still_has_short_lines() -> None:
    ids = [message_id(f"letter {number}", "haidian.example") for number in range(100)]
    message = parsed(composed(follows=ids))
    assert str(message["References"]).split() == ids


def lines_of(content: bytes) -> list[bytes]:
    assert content.endswith(b"\r\n")
    return content[:-2].split(b"\r\n")


any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
one_line = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=200
)


@given(subject=one_line, text=any_text, name=one_line)
def test_any_subject_name_and_text_arrive_unchanged(subject: str, text: str, name: str) -> None:
    content = composed(subject=subject, text=text, sender_name=name)
    message = parsed(content)
    assert message["Subject"] == subject
    assert message["From"].addresses[0].addr_spec == "desk@haidian.example"
    # Python's newer parser puts a blank between encoded words of a name, against RFC 2047, 6.2.
    header = email.message_from_bytes(content)["From"]
    expected = f"{name} <desk@haidian.example>" if name else "desk@haidian.example"
    assert str(make_header(decode_header(header))).split() == expected.split()
    written = re.split(r"\r\n|\r|\n", text.rstrip("\r\n"))
    assert body(message) == "".join(f"{line}\r\n" for line in written)


@given(subject=one_line, text=any_text, name=one_line, pdf=st.binary(max_size=500))
def test_any_letter_is_7_bit_with_short_lines_and_the_same_bytes_each_time(
    subject: str, text: str, name: str, pdf: bytes
) -> None:
    values = {"subject": subject, "text": text, "sender_name": name, "enclosures": [pdf]}
    content = composed(**values)
    assert content == composed(**values)
    assert content.isascii()
    for line in lines_of(content):
        assert b"\r" not in line
        assert b"\n" not in line
        assert len(line) <= 78  # RFC 5322, 2.1.1
        if b"=?utf-8?b?" in line:
            assert len(line) <= 76  # RFC 2047, 2


CONTROLS = [chr(code) for code in (*range(32), *range(127, 160), 0x2028, 0x2029)]


@given(before=one_line, after=any_text, control=st.sampled_from(CONTROLS))
def test_a_header_with_a_line_break_or_control_character_is_refused(
    before: str, after: str, control: str
) -> None:
    smuggled = f"{before}{control}{after}"
    for field in ("subject", "sender_name"):
        with pytest.raises(InvalidValue, match="line break"):
            composed(**{field: smuggled})


@given(
    field=st.sampled_from(["sender", "recipient", "message_id", "reference"]),
    control=st.sampled_from(CONTROLS),
    place=st.integers(0, 10),
)
def test_an_address_id_or_reference_with_a_line_break_is_refused(
    field: str, control: str, place: int
) -> None:
    good = {
        "sender": "desk@haidian.example",
        "recipient": "office@shunqing.example",
        "message_id": SECOND_ID,
        "reference": "HC-2026-000123-5",
    }[field]
    with pytest.raises(InvalidValue):
        composed(**{field: good[:place] + control + good[place:]})
    with pytest.raises(InvalidValue):
        composed(**{field: f"{good}{control}"})


def test_a_letter_id_with_a_line_break_among_the_earlier_ones_is_refused() -> None:
    with pytest.raises(InvalidValue):
        composed(follows=[FIRST_ID, "<x@y.example>\r\nBcc: evil@evil.example"])


def test_half_a_surrogate_pair_is_refused() -> None:
    for field in ("subject", "sender_name", "text"):
        with pytest.raises(InvalidValue):
            composed(**{field: "王\ud800"})


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidValue, match="time zone"):
        composed(dated_at=SENT_AT.replace(tzinfo=None))


def test_the_date_keeps_the_zone_it_is_given_in() -> None:
    in_beijing = SENT_AT.astimezone(timezone(timedelta(hours=8)))
    assert parsed(composed(dated_at=in_beijing))["Date"] == "Mon, 02 Mar 2026 09:30:00 +0800"


def test_text_that_looks_like_a_boundary_does_not_end_the_message() -> None:
    found = re.search(rb'boundary="([^"]+)"', composed())
    assert found is not None
    text = f"--{found[1].decode()}\n--{found[1].decode()}--\n"
    message = parsed(composed(text=text, enclosures=[text.encode()]))
    assert body(message) == text.replace("\n", "\r\n")
    assert len(list(message.iter_attachments())) == 2


NOT_ADDRESSES = {
    "Nothing is no address": "",
    "A name without a domain is no address": "office",
    "A display name is no part of an address": "Office <office@shunqing.example>",
    "Two addresses are not one": "a@shunqing.example,b@shunqing.example",
    "Angle brackets are no part of an address": "<office@shunqing.example>",
    "A quoted name is not plain": '"a b"@shunqing.example',
    "A comment is not plain": "office(desk)@shunqing.example",
    "A blank is no part of an address": "of fice@shunqing.example",
    "A number in place of a domain is not plain": "office@[192.0.2.1]",
    "Chinese characters need another kind of mail": "办公室@shunqing.example",
    "A Chinese domain is given in its ASCII form": "office@顺庆.example",
    "Two dots in a row are no address": "of..fice@shunqing.example",
    "A domain does not end in a dot": "office@shunqing.example.",
    "A domain does not begin with a dash": "office@-shunqing.example",
    "A route is no address": "@relay.example:office@shunqing.example",
    "A line break is no part of an address": "office@shunqing.example\n",
    "A name of 65 characters is too long": "a" * 65 + "@shunqing.example",
    "An address of 255 characters is too long": "a@" + ".".join(["b" * 49] * 5) + ".cdef",
}


@pytest.mark.parametrize("address", NOT_ADDRESSES.values(), ids=NOT_ADDRESSES.keys())
def test_not_an_address(address: str) -> None:
    with pytest.raises(InvalidValue):
        check_address(address)
    for field in ("sender", "recipient"):
        with pytest.raises(InvalidValue):
            composed(**{field: address})


ADDRESSES = {
    "A common address": "office@shunqing.example",
    "A tag for replies": "desk+HC-2026-000123-5@haidian.example",
    "Dots and dashes": "zhang.san-li_si@mail.shun-qing.example",
    "A Chinese domain in its ASCII form": "office@xn--fiqs8s.example",
    "The machine itself": "root@localhost",
    "A name of 64 characters": "a" * 64 + "@shunqing.example",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_an_address(address: str) -> None:
    assert check_address(address) == address
    assert parsed(composed(recipient=address))["To"].addresses[0].addr_spec == address


@given(key=st.text(st.characters(exclude_categories=["Cs"])), other=st.uuids())
def test_a_message_id_is_the_same_for_the_same_key_only(key: str, other: object) -> None:
    first = message_id(key, "haidian.example")
    assert first == message_id(key, "haidian.example")
    assert first != message_id(str(other), "haidian.example")
    assert re.fullmatch(r"<[0-9a-f]{32}@haidian\.example>", first)
    assert parsed(composed(message_id=first))["Message-ID"] == first


def test_a_message_id_does_not_show_its_key() -> None:
    assert "HC-2026" not in message_id("HC-2026-000123-5", "haidian.example")


@pytest.mark.parametrize("domain", ["", "海淀.example", "a b", "x>\r\nBcc: y", "a" * 300])
def test_a_message_id_needs_a_proper_domain(domain: str) -> None:
    with pytest.raises(InvalidValue):
        message_id("key", domain)
