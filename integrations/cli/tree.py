"""Every command of `hancha`: its name, the function behind it, and one line about it."""

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

from integrations.cli.lazy import LazyCommand, group

SINGLE = {
    "up": ("processes:up", "启动全部服务 Start everything for a person to use"),
    "demo": ("processes:demo", "演示三件办件 Live three cases from opening to closing"),
    "worker": ("processes:worker", "运行办件引擎 Run one case worker"),
    "desk": ("processes:desk", "工作台 Serve the desk in the browser"),
    "reply-page": ("processes:reply_page", "答复页 Serve the reply page alone"),
    "init": ("installation:init", "初始化 Set up the database, calendar and first administrator"),
    "migrate": ("installation:migrate", "升级数据库 Bring the database to this version's schema"),
    "doctor": ("doctor:doctor", "体检 Say what is well and what is not"),
    "due": ("due:due", "截止日期 Count working days: START DAYS, or - for lines"),
    "backup": ("backups:backup", "备份 Write a backup while everything runs"),
    "restore": ("backups:restore", "恢复 Restore a backup, or check it with --verify"),
    "scan": ("scans:scan", "扫描收件 Take in scanned stacks and file them by their codes"),
    "person-number": ("person_numbers:person_number", "公民身份号码 Check numbers, one a line"),
}

CASE = {
    "open": ("case_opening:open_case", "登记 Open a case"),
    "list": ("case_lists:list_cases", "在办件总览 List cases, the next to act on first"),
    "find": ("number_search:find", "按号码查找 Find cases by person number"),
    "show": ("case_views:show", "办件详情 Show a case"),
    "why": ("case_why:why", "截止日期的由来 Say why the due date is what it is"),
    "calendar": ("case_calendar:write_calendar", "截止日期日历 Write due dates as an .ics file"),
    "letter": ("case_letter:letter", "函件 Write a letter of the case to a PDF file"),
    "reply": ("case_replies:reply", "收到复函 Record a reply"),
    "accepted": ("case_acceptance:accepted", "签收 Record that the office accepted the request"),
    "review": ("case_replies:review", "审阅复函 Say what a reply is"),
    "sign": ("case_acts:sign", "签发 Sign the letter that waits"),
    "send-back": ("case_acts:send_back", "退回修改 Send a draft back with a comment"),
    "received": ("case_acts:received", "送达登记 Record the day a letter was received"),
    "stop-clock": ("case_acts:stop_clock", "中止计时 Stop the office's clock"),
    "restart-clock": ("case_acts:restart_clock", "恢复计时 Let the clock run again"),
    "extend": ("case_acts:extend", "延期 Grant more days"),
    "refer": ("case_acts:refer", "转送 Pass the request to the competent office"),
    "withdraw": ("case_acts:withdraw", "撤回 Withdraw a case"),
    "close": ("case_acts:close", "办结 Close a case without an answer"),
    "reopen": ("case_acts:reopen", "重新办理 Ask again on a closed case"),
    "links": ("reply_links:links", "答复链接 Show the reply links and their receipts"),
    "revoke-link": ("reply_links:revoke", "停用答复链接 Take the reply links of a case back"),
}

INQUIRY = {
    "register": ("inquiries:register", "来函登记 Register what another office asks of us"),
    "answer": ("inquiries:answer_inquiry", "拟复 Write our answer; the reply is drafted from it"),
}

PARTNER = {
    "list": ("partners:list_partners", "列表 List partners, their offices and keys"),
    "add": ("partners:add", "新增 Enter a partner and the offices it speaks for"),
    "key": ("partners:own_key", "本机公钥 Show the key that we sign with, or --rotate it"),
    "trust": ("partners:trust", "信任公钥 Take a key that a partner signs with"),
    "distrust": ("partners:distrust", "停用公钥 Retire a partner's key"),
}

JOURNAL = {
    "verify": ("journals:verify", "核验 Find what was changed, lost or reordered"),
    "checkpoint": ("journals:checkpoint", "检查点 Seal what was added since the last one"),
}

OUTBOX = {
    "list": ("outboxes:list_messages", "列表 List what has not left"),
    "show": ("outboxes:show", "详情 Show one message"),
    "retry": ("outbox_retry:retry", "重发 Send again what was given up"),
    "posted": ("outboxes:posted", "已寄出 Record that a letter was posted"),
    "look": ("outbox_holds:look", "恢复后核对 List what may have left before a restore"),
    "release": ("outbox_holds:release", "恢复发件 Let mail leave again after a restore"),
    "skip-numbers": ("outbox_holds:skip_numbers", "跳号 Skip numbers given out before a restore"),
    "export": ("outboxes:export", "导出 Write the frozen bytes to a file"),
}

MAILROOM = {
    "today": ("mail_room:today", "今日寄件 Show what waits to be posted, and open batches"),
    "batch": ("mail_room:batch", "制作批次 Put the day's letters in a batch"),
    "cancel": ("mail_room:cancel", "撤出 Take letters out before the cut-off"),
    "print": ("mail_room_papers:print_batch", "打印 Write the PDF in posting order, and the list"),
    "posted": ("mail_room:posted", "交寄 Record that a batch was posted"),
    "register": ("mail_room_papers:print_register", "登记簿 Write the register as a PDF"),
    "tracking": ("mail_room:tracking", "回填 Read tracking numbers and postage back"),
}

ADDRESS = {
    "list": ("addresses:list_repairs", "待核对 List addresses in doubt"),
    "show": ("addresses:show", "详情 Show one, and the letters that it holds"),
    "doubt": ("addresses:doubt", "退回 Hold an office's letters: one came back"),
    "mend": ("address_settling:mend", "改正 Enter the right address and send them there"),
    "confirm": ("address_settling:confirm", "无误 The address is right; send them"),
}

MAILBOX = {
    "check": ("mailboxes:check", "检查 Sign in and say what the mailbox can do and holds"),
    "once": ("mailboxes:once", "收取 Read the mailbox to its end now"),
    "list": ("mailboxes:list_mails", "列表 List what came in by mail and where it went"),
    "show": ("mailboxes:show", "查看 Show a message, or write it to a file as it came"),
}

TRAY = {
    "list": ("trays:list_items", "列表 List what waits, with the best guess and why"),
    "show": ("trays:show", "查看 Show an item, or write it to a file"),
    "file": ("tray_acts:file_item", "归入 File an item to a case, or confirm a proposal"),
    "accept": ("tray_mail:accept", "采纳 File a message to the case that it is proposed for"),
    "reject": ("tray_acts:reject", "不予认领 Say that an item belongs to no case"),
    "split": ("tray_acts:split", "拆分 Cut an item into several"),
}

DISCREPANCY = {
    "list": ("discrepancies:list_open", "列表 List what nobody has resolved yet"),
    "report": ("discrepancies:report", "发现 Say that two replies do not agree"),
    "resolve": ("discrepancies:resolve", "处理 Say which of two replies holds, and why"),
}

CALL = {
    "record": ("calls:record", "电话记录 Write down a call to the asked office"),
    "confirm": ("calls:confirm", "复核 Confirm the record of a call, as a second clerk"),
    "list": ("calls:list_calls", "列表 List the calls of a case"),
}

KEYS = {
    "show": ("key_ring:show", "查看 Show which keys there are, never a secret"),
    "rotate": ("key_ring:rotate", "更换 Make a new key and put everything on it"),
    "forget": ("key_ring:forget", "清除 Take out keys that nothing is on"),
    "make": ("key_ring:make", "生成 Print the ring with a new key, for a vault"),
}

QUARANTINE = {
    "list": ("quarantines:list_cases", "列表 List quarantined and held cases"),
    "release": ("quarantines:release", "解除 Let the engine follow a case again"),
}

OFFICE = {
    "list": ("office_directory:list_offices", "列表 List offices"),
    "show": ("office_directory:show", "详情 Show an office"),
    "add": ("office_directory:add", "新增 Enter an office"),
    "set": ("office_directory:change", "修改 Change what is known of an office"),
    "history": ("directory_history:of_office", "变更记录 Say who changed what, and when"),
    "search": ("directory:find", "检索 Find by name, initials, place or code"),
    "import": ("directory:take_in", "导入 Take offices in from a CSV file, a report per line"),
    "check": ("directory:check", "核查 Say which offices need a look"),
}

DIVISION = {
    "show": ("divisions:show", "查看 Show an administrative division"),
    "set": ("divisions:change", "变更 Enter a new, renamed or abolished one"),
    "history": ("directory_history:of_division", "变更记录 Say who changed what, and when"),
}

PERSON = {
    "list": ("people:list_people", "列表 List who works here"),
    "add": ("people:add", "新增 Enter somebody who works here"),
    "absent": ("absences:absent", "请假登记 Record an absence, and who stands in"),
    "back": ("absences:back", "销假 Record that somebody is back, or does not go after all"),
    "absences": ("absences:list_absences", "请假与代办 List who is away, and who stands in"),
    "history": ("directory_history:of_person", "变更记录 Say who recorded which absence"),
}

DIGEST = {
    "choose": ("digests:choose", "频次 Say how often somebody is told what waits"),
    "list": ("digests:list_choices", "列表 List who is told, and what became of it"),
    "preview": ("digests:preview", "预览 Print what would be told now"),
}

NOTICE = {
    "list": (
        "notices:list_notices",
        "待告知 List what applicants are to be told",
    ),
    "called": ("notices:called", "电话告知 Record a call, reached or not"),
    "number": ("notices:number", "查看电话 Show an applicant's telephone number, with a reason"),
}

CALENDAR = {
    "show": ("calendars:show", "查看 Show the years, or the days of one"),
    "diff": ("calendars:diff", "比较 Compare a file with the year as entered"),
    "import": ("calendars:import_year", "录入 Enter a year from a file, as a draft"),
    "publish": ("calendars:publish", "公布 Publish a year, as a second person"),
    "override": ("calendar_days:override", "专门通知 Order one day off or worked"),
    "approve": ("calendar_days:approve", "批准 Let a national order hold, as a second person"),
    "local": ("calendar_days:local", "本地日 Enter a day of a division or an office"),
    "withdraw": ("calendar_days:withdraw", "撤回 Take back an order or a local day"),
    "receipts": ("calendar_days:receipts", "收到日 Say how a receipt on a rest day is read"),
}

LETTER = {
    "text": ("letter_texts:text", "正文 Show the text of a letter"),
    "edit": ("letter_texts:edit", "修改 Put another text into a draft"),
    "waiting": ("letter_seals:waiting", "待用印 List, or print, what waits for its seal"),
    "lint": ("letter_templates:lint", "检查模板 Print every sample and say what is wrong"),
    "preview": ("letter_templates:preview", "预览 Write a letter with sample data to a PDF file"),
}

FONTS = {
    "check": ("fonts:check", "检查字体 Show which face serves what, or draws a text"),
}

GROUPS = (
    group("case", "办件 Cases.", CASE),
    group("inquiry", "来函 Inquiries of other offices that we answer.", INQUIRY),
    group("partner", "协查平台 Installations that inquiries are exchanged with.", PARTNER),
    group("outbox", "待发件 Mail and letters on their way out.", OUTBOX),
    group("mailroom", "收发室 Letters that leave by post.", MAILROOM),
    group("address", "地址核对 Addresses in doubt and what waits for them.", ADDRESS),
    group("mailbox", "邮箱 Mail that comes in.", MAILBOX),
    group("tray", "待认领件 Scanned pages and mail that a person has to assign.", TRAY),
    group("discrepancy", "答复不一致 Answers that do not agree.", DISCREPANCY),
    group("call", "电话查询 Inquiries by telephone.", CALL),
    group("quarantine", "隔离与搁置 Cases that wait for a manager.", QUARANTINE),
    group("letter", "函件 Letters: texts, seals, templates.", LETTER),
    group("fonts", "字体 Faces that letters are set in.", FONTS),
    group("keys", "密钥 Keys of documents and person numbers.", KEYS),
    group("journal", "日志 The journal and its proof.", JOURNAL),
    group("calendar", "工作日历 The work calendar.", CALENDAR),
    group("office", "机关 The directory of offices.", OFFICE),
    group("division", "行政区划 Administrative divisions.", DIVISION),
    group("person", "工作人员 People and their roles.", PERSON),
    group("notice", "告知申请人 What applicants are told by SMS or telephone.", NOTICE),
    group("digest", "待办提醒 What people are told by mail.", DIGEST),
)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        try:
            number = version("hancha")
        except PackageNotFoundError:
            number = "of a checkout that is not installed"
        typer.echo(f"hancha {number}")
        raise typer.Exit


def _root(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say which."),
    ] = False,
) -> None:
    """函查 Hancha: inquiries between offices, followed from opening to closing.

    Every act takes --as LOGIN (or HANCHA_AS), every command --json.

    Exit codes: 0 done, 2 wrong usage, 3 refused, 4 a fault of the system.
    """


def tree() -> TyperGroup:
    """Return the whole command, nothing behind it imported yet."""
    app = typer.Typer(add_completion=False, no_args_is_help=True)
    app.callback()(_root)
    whole = get_command(app)
    assert isinstance(whole, TyperGroup)  # It has a callback.
    for name, (source, summary) in SINGLE.items():
        whole.add_command(LazyCommand(name, source, summary))
    for each in GROUPS:
        whole.add_command(each)
    return whole
