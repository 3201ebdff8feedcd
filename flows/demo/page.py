"""One page that shows each case's life, for a browser without a network."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from flows.demo.harvest import Harvest
from flows.demo.timeline import Event

STYLE = """
:root { --ink: #1f2933; --soft: #667; --line: #d9dee4; --red: #b3261e; --paper: #fbfaf7; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper);
  font: 15px/1.6 "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei",
  sans-serif; }
header, main { max-width: 72rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.2rem; border-top: 5px solid var(--red); }
h1 { font-size: 1.5rem; margin: 0; }
header p { color: var(--soft); margin: .3rem 0 1.6rem; }
main { display: grid; gap: 1.4rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr));
  padding-bottom: 3rem; align-items: start; }
section { background: #fff; border: 1px solid var(--line); border-radius: .5rem;
  padding: 1.1rem 1.2rem; }
h2 { font-size: 1.05rem; margin: 0; }
h2 small { display: block; color: var(--soft); font-weight: normal; font-size: .82rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .8rem;
  margin: .8rem 0 1rem; font-size: .88rem; }
dt { color: var(--soft); } dd { margin: 0; }
ol { list-style: none; margin: 0; padding: 0 0 0 .9rem; border-left: 2px solid var(--line); }
li { position: relative; padding: 0 0 .75rem .3rem; }
li::before { content: ""; position: absolute; left: -1.25rem; top: .5rem; width: .55rem;
  height: .55rem;
  border-radius: 50%; background: #fff; border: 2px solid var(--soft); }
li.letter::before { background: var(--red); border-color: var(--red); }
li.end::before { background: #2e7d32; border-color: #2e7d32; }
time { display: block; color: var(--soft); font-size: .8rem; font-variant-numeric: tabular-nums; }
a { color: #0b57a4; } .files { font-size: .82rem; } .files a { margin-right: .8rem; }
.fault { color: var(--red); font-weight: bold; }
"""


def write_page(path: Path, harvests: Sequence[Harvest], events: Sequence[Event]) -> None:
    """Write the page; its links lead to the letters and mails beside it."""
    sections = "\n".join(_section(path, each, events) for each in harvests)
    path.write_text(
        f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>函查演示 · Hancha demo</title><style>{STYLE}</style></head>
<body><header><h1>三件异地代收代办事项的办理经过</h1>
<p>函查演示，人员、机关、号码均为虚构。Three synthetic cases, from opening to closing.</p></header>
<main>{sections}</main></body></html>
""",
        "utf-8",
    )


def _section(page: Path, harvest: Harvest, events: Sequence[Event]) -> str:
    script, case = harvest.played.script, harvest.case
    own = [event for event in events if event.case_id == case.id]
    lines = "\n".join(_line(page, harvest, event, event is own[-1]) for event in own)
    days = (own[-1].at.date() - own[0].at.date()).days if own else 0
    faults = "".join(f'<p class="fault">{escape(fault)}</p>' for fault in harvest.faults)
    outcome = "已办结" if case.closed_at else "未办结"
    return f"""<section><h2>{escape(script.title_zh)}<small>{escape(script.title_en)}</small></h2>
<dl><dt>办件编号</dt><dd>{escape(case.reference)}</dd>
<dt>事项</dt><dd>{escape(script.certificate)}（{escape(script.purpose)}）</dd>
<dt>结果</dt><dd>{outcome}，历时 {days} 天，发函 {len(harvest.letters)} 件</dd></dl>
{faults}<ol>{lines}</ol></section>"""


def _line(page: Path, harvest: Harvest, event: Event, is_last: bool) -> str:
    kind = "letter" if event.letter_id else "end" if is_last else ""
    files = {
        "函件 PDF": harvest.pdfs.get(str(event.letter_id)),
        "邮件": harvest.mails.get(event.message_id),
    }
    links = "".join(
        f'<a href="{escape(path.relative_to(page.parent).as_posix())}">{label}</a>'
        for label, path in files.items()
        if path is not None
    )
    return (
        f'<li class="{kind}"><time>{escape(event.day)}</time>'
        f'<span>{escape(event.zh)}</span><div class="files">{links}</div></li>'
    )
