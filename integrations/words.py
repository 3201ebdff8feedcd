"""How closed lists read on a screen: the Chinese word of the office beside the English one."""

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from cases.vocabulary.mail import MailNature, MailPlace
from cases.vocabulary.post import MailClass, RepairOutcome
from cases.vocabulary.reply_link import LinkAct, LinkState
from cases.vocabulary.scans import ScanKind, TrayReason, TrayStatus
from cases.vocabulary.status import (
    CaseStatus,
    Channel,
    DayUnit,
    EntryKind,
    LetterKind,
    LetterStatus,
    NextAction,
    OutboxStatus,
    Outcome,
    ReceivedBasis,
    RequestStatus,
    Role,
    Verdict,
)
from cases.vocabulary.telling import NoticeKind, NoticeWay, Rhythm
from integrations.mailroom.words import CHANNELS, CLASSES, LETTERS, VERDICTS

WEEKDAYS = "一二三四五六日"
NONE = "—"


def _told(words: type[StrEnum], *chinese: str) -> dict[str, str]:
    """Return value to Chinese; one for each member, in the order of the list."""
    return dict(zip((member.value for member in words), chinese, strict=True))


CHINESE: dict[type[StrEnum], dict[str, str]] = {
    CaseStatus: _told(CaseStatus, "在办", "搁置", "隔离", "办结"),
    Outcome: _told(Outcome, "已答复", "对方不予办理", "已撤回", "未获答复"),
    RequestStatus: _told(
        RequestStatus, "拟稿", "等待复函", "中止计时", "不属职责", "已答复", "已转送", "已撤回"
    ),
    Verdict: _told(Verdict, *VERDICTS.values()),
    Channel: _told(Channel, *CHANNELS.values()),
    LetterKind: _told(LetterKind, *LETTERS.values()),
    LetterStatus: _told(
        *(LetterStatus, "待签发", "已签发", "待用印", "已用印"),
        *("待合并", "待发出", "已发出", "作废"),
    ),
    NextAction: _told(
        NextAction,
        *("系统处理", "签发", "用印", "发出", "处理发送失败", "到期催办", "审阅复函"),
        *(
            "收取来件",
            "转送",
            "处理答复不一致",
            "恢复计时",
            "公布日历",
            "负责人决定",
            "解除搁置",
            "答复来函",
        ),
    ),
    OutboxStatus: _told(OutboxStatus, "待发", "发送中", "暂缓", "已发", "发送失败", "已取消"),
    ReceivedBasis: _told(ReceivedBasis, "有送达记录", "推定收到"),
    MailClass: _told(MailClass, *CLASSES.values()),
    RepairOutcome: _told(RepairOutcome, "已改正", "无误"),
    DayUnit: _told(DayUnit, "工作日", "自然日"),
    Role: _told(Role, "经办人", "负责人", "收发室", "审计员", "管理员", "系统", "对方机关"),
    NoticeKind: _told(NoticeKind, "已登记", "已发函", "可领取", "不予办理"),
    NoticeWay: _told(NoticeWay, "短信", "电话", "信函"),
    Rhythm: _told(Rhythm, "不提醒", "随时", "每个工作日", "每周"),
    ScanKind: _told(ScanKind, "复函", "盖章件", "退件"),
    TrayStatus: _told(TrayStatus, "待认领", "已归入", "不予认领", "已拆分"),
    TrayReason: _told(
        TrayReason,
        *("回执随附", "无页码标识", "标识有误", "页面冲突", "缺页", "性质不明", "查无此办件"),
        *("查无此函件", "函件已作废", "办件已办结", "他机关办件"),
        *("未指明办件", "仅有编号", "指向多件", "回信地址不明", "非被函机关", "发件人存疑"),
        *("退信不明", "无法读取", "邮件过大"),
    ),
    MailNature: _told(MailNature, "来信", "自动回复", "退信", "已读回执", "群发邮件", "本机关发出"),
    MailPlace: _told(MailPlace, "已归入", "待认领", "另存"),
    LinkState: _told(LinkState, "有效", "已答复", "已过期", "已停用", "已锁定"),
    LinkAct: _told(LinkAct, "签收", "询问", "部分答复", "答复", "不予办理", "已转送"),
    EntryKind: _told(
        EntryKind,
        *("登记", "拟稿", "签发", "退回修改", "发函", "发出", "等待结束", "催复"),
        *("提请督办", "交负责人", "收到复函", "审阅复函", "电话查询", "电话记录复核"),
        *("对方签收", "答复不一致", "不一致已处理"),
        *("中止计时", "恢复计时", "延期", "转送"),
        *("告知申请人", "办结", "重新办理", "撤回", "搁置", "恢复", "隔离", "解除搁置"),
        *("发送失败", "重新发送", "日期变更", "个人信息删除", "查看身份号码", "恢复后放行发件"),
        *("退回", "扫描件归入", "随附材料归入", "修改", "印制待用印", "用印"),
        *("来件归入", "来件备查", "承接来函", "签收告知"),
        *("催办经办人", "报告负责人", "拟复", "复函", "合并发函", "打开答复链接"),
        *("链接校验未通过", "链接操作未受理", "停用答复链接", "出具回执"),
    ),
}


def say(member: StrEnum | None) -> str:
    """Return "在办 open"; a dash for nothing."""
    if member is None:
        return NONE
    return f"{CHINESE[type(member)][member.value]} {member.value.replace('_', ' ')}"


def owner(name: str) -> str:
    """Return who has to act: a login, the managers of an office, or the engine."""
    if name == "engine":
        return "系统 engine"
    role, _, office = name.partition(":")
    return f"负责人 manager {office}" if role == "manager" and office else name or NONE


def day(on: date | None) -> str:
    """Return "2026-03-23 周一 Mon"."""
    return NONE if on is None else f"{on.isoformat()} 周{WEEKDAYS[on.weekday()]} {on:%a}"


def minute(at: datetime | None, zone: ZoneInfo) -> str:
    """Return "2026-03-02 09:00" in the office's zone."""
    return NONE if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
