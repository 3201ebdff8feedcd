"""What clerks wait for at every key: a due date, the ledger of a case, an office by its name.

"Rule" is the due date alone, "lines" what `hancha due -` does for each line: read, count, name
every day, write JSON. The ledger is one of two years, with twelve facts and with ten times as many.
Offices are searched in a directory that has one for every division that is an office.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from bench.grounds import postgres
from bench.machine import yardsticks
from bench.scale import Scale
from cases.operations.directory import keep_search_words
from cases.operations.directory_search import search
from cases.rules.calendar_seed import seed_calendar
from cases.rules.day_ledger import Fact, FactKind, day_ledger
from cases.rules.divisions import division_book
from cases.rules.due_dates import due_date
from cases.rules.due_lines import answer_line
from cases.store.session import Database
from cases.store.tables.office import Office
from cases.vocabulary.values import Allowance
from tests.databases import SqliteDatabases

FIRST_DAY, LAST_DAY = date(2024, 1, 2), date(2025, 12, 31)
TODAY = date(2026, 3, 2)
QUERIES = (
    *("新桥", "人民政府", "街道", "乙镇", "长安", "海淀区", "张家口", "内蒙古", "深圳 南山"),
    *("xq", "rmzf", "hdq", "sjz", "gz", "河北省 石家庄市 长安区", "广东省 深圳市", "110108"),
    *("130102", "110101199003070011", "没有这个地方"),
)
Rows = list[dict[str, object]]


def run(scale: Scale) -> dict[str, object]:
    """Return dates a second, milliseconds of a ledger, milliseconds of a search."""
    with TemporaryDirectory(prefix="hancha-bench-") as folder:
        root = Path(folder)
        searches = [{"database": "SQLite", **_searches(SqliteDatabases(root).migrated(), scale)}]
        if scale.wakes_on_postgresql:
            with postgres() as (databases, _):
                searches.append(
                    {"database": "PostgreSQL", **_searches(databases.migrated(), scale)}
                )
        return {
            "due_dates": _due_dates(scale.due_dates),
            "ledgers": [_ledger(facts) for facts in (_facts(1), _facts(10))],
            "searches": searches,
            "note": "aims: 100,000 dates a second by the rule, a ledger under 1 ms, "
            "a search under 20 ms",
            **yardsticks(root),
        }


def _due_dates(count: int) -> Rows:
    calendar, span = seed_calendar(), (LAST_DAY - FIRST_DAY).days - 60
    days = [FIRST_DAY + timedelta(days=number * 7 % span) for number in range(count)]
    allowance = Allowance(15)
    lines = [f"{day.isoformat()}T16:00+08:00\t15" for day in days]
    return [
        {"way": "rule", **_rate(lambda: [due_date(day, allowance, calendar) for day in days])},
        {"way": "lines", **_rate(lambda: [json.dumps(answer_line(x, calendar)) for x in lines])},
    ]


def _rate(work: Callable[[], Sequence[object]]) -> dict[str, object]:
    rates = []
    for _ in range(3):
        started = time.perf_counter()
        done = len(work())
        rates.append(done / (time.perf_counter() - started))
    return {"dates_per_s": round(median(rates))}


def _facts(letters: int) -> list[Fact]:
    """Return two years of one case: so many letters, replies and stops."""
    return [Fact(FIRST_DAY, FactKind.OPENED), *_events(letters), Fact(LAST_DAY, FactKind.CLOSED)]


def _events(letters: int) -> Iterator[Fact]:
    pace = (LAST_DAY - FIRST_DAY).days // (letters * 10 + 1)
    kinds = (
        *(FactKind.LEFT, FactKind.RECEIVED, FactKind.STOPPED, FactKind.RESTARTED),
        *(FactKind.REPLY_ARRIVED, FactKind.REPLY_LOOKED_AT, FactKind.ENDED, FactKind.LEFT),
        *(FactKind.RECEIVED, FactKind.ENDED),
    )
    for number in range(letters * len(kinds)):
        on = FIRST_DAY + timedelta(days=pace * (number + 1))
        yield Fact(on, kinds[number % len(kinds)], about=str(number // len(kinds)), office="YZ")


def _ledger(facts: Sequence[Fact]) -> dict[str, object]:
    calendar = seed_calendar()
    took = []
    for _ in range(200):
        started = time.perf_counter()
        ledger = day_ledger(facts, TODAY, calendar)
        days = sum(ledger.totals().values())
        took.append((time.perf_counter() - started) * 1000)
        assert days == ledger.age
    return {"facts": len(facts), "days": days, "ms": round(median(took), 3)}


def _searches(url: str, scale: Scale) -> dict[str, object]:
    database = Database(url)
    count = _fill(database)
    took: dict[str, list[float]] = {}
    for _ in range(scale.searches):
        for query in QUERIES:
            started = time.perf_counter()
            with database.reading() as session:
                search(session, query, on=TODAY)
            took.setdefault(query, []).append((time.perf_counter() - started) * 1000)
    database.close()
    typical = {query: median(times[1:]) for query, times in took.items()}
    slowest = max(typical, key=lambda query: typical[query])
    return {
        "offices": count,
        "queries": len(QUERIES),
        "ms_p50": round(median(typical.values()), 1),
        "ms_p95": round(quantiles(typical.values(), n=20)[-1], 1),
        "under_20_ms": sum(ms < 20 for ms in typical.values()),
        "slowest": f"{slowest} {typical[slowest]:.1f} ms",
    }


def _fill(database: Database) -> int:
    """Enter an office for every division that is one. All of them are samples."""
    book = division_book()
    places = [(code, name) for code, name in book.names.items() if code not in book.not_offices]
    with database.transaction("bench") as session:
        for code, name in places:
            office = Office(code=f"S{code}", name_zh=f"{name}样本机关", division_code=code)
            keep_search_words(office)
            session.add(office)
    return len(places)
