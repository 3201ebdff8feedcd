"""The page's words in Chinese and English, side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from cases.vocabulary.reply_link import LinkAct, LinkState
from cases.vocabulary.status import Language

Both = tuple[str, str]  #: Chinese, English.


@dataclass(frozen=True, slots=True)
class ActWords:
    """How one act is offered."""

    name: Both
    explains: Both
    asks: Both = ("", "")  #: Over the text that it needs; empty where it needs none.


ACTS = {
    LinkAct.ACCEPT: ActWords(
        ("签收", "Accept"),
        ("已收到来函，属于本单位职责，正在办理。", "We have the letter and are dealing with it."),
    ),
    LinkAct.ANSWER: ActWords(
        ("答复，上传证明", "Answer, with the certificate"),
        ("全部事项已经办结。", "Everything that was asked is answered."),
        ("答复内容（上传文件的，可以不填）", "Your answer (may stay empty if you send a file)"),
    ),
    LinkAct.PARTIAL: ActWords(
        ("部分答复", "Answer a part"),
        ("先答复一部分，其余后续答复。", "Answer a part now; the rest follows."),
        ("已答复哪些，还缺哪些", "What is answered, and what is still to come"),
    ),
    LinkAct.ASK: ActWords(
        ("询问", "Ask back"),
        (
            "需要来函单位说明或者补充材料。经对方确认，自今日起中止计时。",
            "You need an explanation or more papers. Once confirmed, your days stop from today.",
        ),
        ("需要说明或者补充的内容", "What you need to know or to have"),
    ),
    LinkAct.FORWARD: ActWords(
        ("已转送", "Forwarded"),
        (
            "不属于本单位职责，已经转送有权办理的机关。",
            "Not for this office; passed to the one that is competent.",
        ),
        ("转送给哪个机关、何时转送", "To which office, and when"),
    ),
    LinkAct.REFUSE: ActWords(
        ("不予办理", "Refuse"),
        ("说明理由后不予办理。", "Refused, with the reason."),
        ("理由", "Reason"),
    ),
}

DONE = {
    LinkAct.ACCEPT: ("已签收", "accepted"),
    LinkAct.ANSWER: ("已答复", "answered"),
    LinkAct.PARTIAL: ("部分答复", "answered in part"),
    LinkAct.ASK: ("已询问", "asked back"),
    LinkAct.FORWARD: ("已告知转送", "forwarded"),
    LinkAct.REFUSE: ("不予办理", "refused"),
}

SPENT = {
    LinkState.ANSWERED: (
        "已经通过本链接作了最后答复，本链接不再受理。需要更正的，请来函。",
        "The last word was said by this link. To correct it, please write.",
    ),
    LinkState.EXPIRED: (
        "本链接已经过期，请以信函或者电子邮件答复。",
        "This link has expired. Please answer by letter or e-mail.",
    ),
    LinkState.REVOKED: (
        "来函单位已停用本链接，请以信函或者电子邮件答复。",
        "The office that wrote has taken this link back. Please answer by letter or e-mail.",
    ),
    LinkState.BLOCKED: (
        "校验码多次输入错误，本链接已停用，请以信函或者电子邮件答复。",
        "Too many wrong codes: this link is blocked. Please answer by letter or e-mail.",
    ),
}

WRONG = (
    "链接、办件编号、校验码不相符。请核对函件首页左下角。连续五次错误，链接即停用。",
    "Link, case reference and code do not fit together. Please look at the foot of page one of the "
    "letter. After five wrong tries in a row the link is blocked.",
)
OVER = (
    "请重新扫描函件上的二维码，或者重新打开函件上的链接。",
    "Please scan the code on the letter, or open its link, again.",
)
NO_PAGE = ("没有这个页面。", "There is no such page.")
FAULT = ("系统暂时不可用，请稍后再试。", "Not available for the moment; please try again later.")
TOO_MUCH = ("文件或者内容过大。", "The file or the text is too large.")
NO_WORDS = ("请填写内容。", "Please write something.")
NOTHING = ("请填写内容或者选择文件。", "Please write something or choose a file.")
UNKEPT = (
    "内容过长或者含有不能保存的字符。",
    "The text is too long, or has characters that cannot be kept.",
)
FILE_REFUSED = (
    "文件不能接收。请上传没有密码的 PDF、JPEG、PNG 或者 TIFF。",
    "The file cannot be taken. Please send a PDF, JPEG, PNG or TIFF without a password.",
)


def both(language: Language) -> Callable[[str, str], str]:
    """Return how a template says something in the visitor's language."""
    return lambda chinese, english: chinese if language is Language.CHINESE else english


def day(on: date, language: Language) -> str:
    """Return 2026年3月5日 or 5 March 2026."""
    if language is Language.CHINESE:
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {on:%B %Y}"


def minute(at: datetime, language: Language) -> str:
    """Return the day and the time of day, as the office's clock shows it."""
    return f"{day(at.date(), language)} {at:%H:%M}"
