"""What the closed lists are called on the mail room's paper and on screens."""

from cases.vocabulary.post import MailClass
from cases.vocabulary.status import Channel, LetterKind, Verdict

LETTERS = {
    LetterKind.REQUEST: "协查函",
    LetterKind.REMINDER: "催复函",
    LetterKind.SECOND_REMINDER: "再次催复函",
    LetterKind.ESCALATION: "提请督办函",
    LetterKind.CLOSING_NOTICE: "办结告知书",
}
CLASSES = {
    MailClass.ORDINARY: "平信",
    MailClass.REGISTERED: "挂号信",
    MailClass.EXPRESS: "特快专递",
}
CHANNELS = {
    Channel.EMAIL: "电子邮件",
    Channel.POST: "邮寄",
    Channel.TELEPHONE: "电话",
    Channel.PLATFORM: "平台",
}
VERDICTS = {
    Verdict.COMPLETE: "答复完整",
    Verdict.PARTIAL: "部分答复",
    Verdict.REFUSAL: "拒绝（认可）",
    Verdict.CONTESTED: "拒绝（不认可）",
    Verdict.QUESTION: "对方询问",
    Verdict.NO_ANSWER: "非答复",
}

#: How the reasons begin that the engine gives for a void number.
_VOID_REASONS = {
    "the office answered before": "发出前对方已答复",
    "the case was closed": "发出前办件已办结",
    "the case was reopened": "办件重新办理",
    "the request was": "发出前协查请求已终止",
    "it was no longer wanted": "发送未成，已不需发出",
    "merged into": "并入",
}


def void_reason(reason: str) -> str:
    """Return why a number is void as the register says it; a person's own words stay."""
    for beginning, chinese in _VOID_REASONS.items():
        if reason.startswith(beginning):
            rest = reason.removeprefix(beginning).strip()
            return f"{chinese}{rest}" if beginning == "merged into" else chinese
    return reason
