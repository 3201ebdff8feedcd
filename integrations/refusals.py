"""The Chinese names of refusals and faults, printed beside their names in the code."""

from cases.vocabulary import errors
from cases.vocabulary.errors import CaseError, SystemFault

CHINESE: dict[type[Exception], str] = {
    CaseError: "不予受理",
    errors.UnknownOffice: "查无此机关",
    errors.UnknownPerson: "查无此人员",
    errors.UnknownCase: "查无此办件",
    errors.UnknownCaseType: "查无此事项",
    errors.UnknownLetter: "查无此函件",
    errors.UnknownReply: "查无此复函",
    errors.UnknownCall: "查无此电话记录",
    errors.UnknownTrayItem: "查无此待认领件",
    errors.TrayItemIsSettled: "待认领件已处理",
    errors.ScanRefused: "扫描件不予接收",
    errors.NotAllowed: "无权办理",
    errors.CaseIsClosed: "办件已办结",
    errors.CaseIsOpen: "办件未办结",
    errors.CaseIsNotHeld: "办件未被搁置",
    errors.RequestIsAnswered: "请求已答复",
    errors.NoOpenRequest: "无在办请求",
    errors.ClockIsStopped: "计时已中止",
    errors.ClockIsRunning: "计时未中止",
    errors.ReplyIsReviewed: "复函已审阅",
    errors.CallIsConfirmed: "电话记录已复核",
    errors.UnknownDiscrepancy: "查无此不一致",
    errors.DiscrepancyIsResolved: "不一致已处理",
    errors.ReplyLinkIsSpent: "答复链接已失效",
    errors.LetterIsSigned: "函件已签发",
    errors.MissingField: "缺少事项内容",
    errors.MissingGlyph: "字库缺字",
    errors.MissingEnclosure: "缺少附件",
    errors.EnclosureRefused: "附件不予接收",
    errors.NotByPlainMail: "不得以普通邮件发送",
    errors.SealMissing: "未配置电子印章",
    errors.TemplateBroken: "函件模板有误",
    errors.NobodyStandsIn: "无人代办",
    errors.MissingConsent: "缺少本人同意",
    errors.MissingSuperior: "无上级机关",
    errors.MissingAddress: "缺少地址",
    errors.NumberNotKept: "未存身份号码",
    errors.YearNotPublished: "日历未公布",
    errors.InvalidValue: "内容有误",
    errors.NothingToRetry: "无可重发",
    errors.BatchIsClosed: "批次已截止",
    errors.NothingToPost: "无可交寄",
    errors.SignInRefused: "登录未成功",
    errors.TooManyAttempts: "尝试次数过多",
    errors.WeakPassword: "密码不符合要求",
    errors.LinkIsSpent: "链接已失效",
    SystemFault: "系统故障",
    errors.StoreUnavailable: "数据库不可用",
    errors.DiskFault: "磁盘故障",
    errors.OrchestratorUnavailable: "Prefect 无应答",
    errors.MailUnavailable: "邮件服务不可用",
    errors.RecipientRefused: "收件人被拒",
    errors.AlreadyRunning: "已在运行",
    errors.SettingsFault: "设置有误",
    OSError: "磁盘故障",
}


def name_in_chinese(fault: BaseException) -> str:
    """Return the Chinese name and a blank, or nothing for what has none."""
    for kind in type(fault).__mro__:
        if kind in CHINESE:
            return f"{CHINESE[kind]} "
    return ""
