"""What is no answer: automatic replies, bounces, receipts, lists, our own mail."""

import itertools

import pytest

from cases.rules.not_an_answer import Shape, nature_of
from cases.vocabulary.mail import MailNature

OURS = "hancha@office.example"
TOWN = "town@town.example"

#: Subject and headers as mail programs, servers and webmail write them.
SAMPLES = [
    ("自动回复:关于开具户籍情况证明的协查函", "", MailNature.AUTO_REPLY),
    ("自动回复：您好，邮件已收到", "", MailNature.AUTO_REPLY),
    ("自动答复: 协查函", "X-Auto-Response-Suppress: All", MailNature.AUTO_REPLY),
    ("自動回覆: 協查函", "", MailNature.AUTO_REPLY),
    ("【自动回复】外出开会", "", MailNature.AUTO_REPLY),
    ("休假自动回复", "", MailNature.AUTO_REPLY),
    ("外出通知：本周不在办公室", "", MailNature.AUTO_REPLY),
    ("Automatic reply: request", "Auto-Submitted: auto-generated", MailNature.AUTO_REPLY),
    ("Auto-Reply: request", "", MailNature.AUTO_REPLY),
    ("Out of Office: request", "", MailNature.AUTO_REPLY),
    ("回复：协查函", "Auto-Submitted: auto-replied", MailNature.AUTO_REPLY),
    ("回复：协查函", "Auto-Submitted: auto-replied (vacation)", MailNature.AUTO_REPLY),
    ("回复：协查函", "Precedence: auto_reply", MailNature.AUTO_REPLY),
    ("回复：协查函", "X-Autoreply: yes", MailNature.AUTO_REPLY),
    ("回复：协查函", "X-Autorespond: 1", MailNature.AUTO_REPLY),
    ("已收到", "Return-Path: <>", MailNature.AUTO_REPLY),
    ("系统退信/Systems bounce", "From-Mailer: 163", MailNature.BOUNCE),
    ("来自qq.com的退信", "From-Mailer: qq", MailNature.BOUNCE),
    ("邮件被退回", "Return-Path: <>", MailNature.BOUNCE),
    ("Undelivered Mail Returned to Sender", "Return-Path: <>", MailNature.BOUNCE),
    ("Delivery Status Notification (Failure)", "Return-Path: <>", MailNature.BOUNCE),
    ("Mail delivery failed: returning message", "From-Mailer: exim", MailNature.BOUNCE),
    ("failure notice", "From-Mailer: qmail", MailNature.BOUNCE),
    ("已读：协查函", "", MailNature.READ_RECEIPT),
    ("阅读回执: 协查函", "", MailNature.READ_RECEIPT),
    ("Read: request", "", MailNature.READ_RECEIPT),
    ("政务简报第3期", "List-Id: <news.example>", MailNature.LIST_MAIL),
    ("会议通知", "Precedence: bulk", MailNature.LIST_MAIL),
    ("优惠", "List-Unsubscribe: <mailto:off@shop.example>", MailNature.LIST_MAIL),
]
LETTERS = [
    ("回复：关于开具户籍情况证明的协查函", ""),
    ("关于自动回复系统建设情况的复函", ""),
    ("复函", "Precedence: normal"),
    ("复函", "Auto-Submitted: no"),
    ("复函", "X-Auto-Response-Suppress:"),
]


def shape(subject: str, header: str, *, sender: str = TOWN, pages: bool = False) -> Shape:
    name, _, value = header.partition(":")
    headers = {name.lower(): [value.strip()]} if value.strip() else {}
    if name == "From-Mailer":
        sender, headers = "postmaster@mail.example", {}
    return Shape(sender, subject, headers, has_pages=pages)


def nature(each: Shape) -> MailNature:
    return nature_of(each, our_addresses=frozenset({OURS}))


@pytest.mark.parametrize(("subject", "header", "expected"), SAMPLES)
def test_is_recognised(subject: str, header: str, expected: MailNature) -> None:
    assert nature(shape(subject, header)) is expected


@pytest.mark.parametrize(("subject", "header"), LETTERS)
def test_a_letter_is_a_letter(subject: str, header: str) -> None:
    assert nature(shape(subject, header)) is MailNature.LETTER


def test_a_letter_that_a_system_wrote_is_one_if_its_pages_are_with_it() -> None:
    """Another office may answer by such a system; ours says the same of its own letters."""
    written = shape("复函", "Auto-Submitted: auto-generated", pages=True)
    assert nature(written) is MailNature.LETTER
    assert nature(shape("复函", "Auto-Submitted: auto-generated")) is MailNature.AUTO_REPLY


def test_our_own_mail_come_round_is_ours_whatever_it_looks_like() -> None:
    assert nature(shape("复函", "", sender=OURS, pages=True)) is MailNature.OWN_MAIL


@pytest.mark.parametrize(
    ("report_type", "has_report", "expected"),
    [
        ("delivery-status", False, MailNature.BOUNCE),
        ("", True, MailNature.BOUNCE),
        ("disposition-notification", False, MailNature.READ_RECEIPT),
    ],
)
def test_reports_are_recognised_by_what_they_are(
    report_type: str, has_report: bool, expected: MailNature
) -> None:
    told = Shape(TOWN, "x", {}, report_type=report_type, has_report=has_report)
    assert nature(told) is expected


def test_a_thousand_automatic_messages_hold_no_letter() -> None:
    """Every sample in every spelling of its subject that programs make, from every sender."""
    spelt = (str, str.upper, str.lower, "\u3000{}".format, "  {}".format, "{} ".format)
    senders = (TOWN, "auto@qq.com", "no-reply@163.com", "x@sub.town.example", "1@139.com", "")
    made = 0
    for (subject, header, _), spell, sender in itertools.product(SAMPLES, spelt, senders):
        assert nature(shape(spell(subject), header, sender=sender)) is not MailNature.LETTER
        made += 1
    assert made >= 1_000
