"""What the closed lists are called on the mail room's paper and on screens."""

from cases.vocabulary.post import MailClass
from cases.vocabulary.status import Channel, LetterKind, Verdict

LETTERS = {
    LetterKind.REQUEST: "协查函",
    LetterKind.REMINDER: "催复函",
    LetterKind.SECOND_REMINDER: "再次催复函",
    LetterKind.ESCALATION: "提请督办函",
    LetterKind.JOINT_REMINDER: "合并催复函",
    LetterKind.CLOSING_NOTICE: "办结告知书",
    LetterKind.ACKNOWLEDGEMENT: "签收告知函",
    LetterKind.REPLY_LETTER: "复函",
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
    Channel.LINK: "答复链接",
}
VERDICTS = {
    Verdict.COMPLETE: "答复完整",
    Verdict.PARTIAL: "部分答复",
    Verdict.REFUSAL: "拒绝（认可）",
    Verdict.CONTESTED: "拒绝（不认可）",
    Verdict.QUESTION: "对方询问",
    Verdict.NOT_COMPETENT: "非其职责",
    Verdict.NO_ANSWER: "非答复",
}
