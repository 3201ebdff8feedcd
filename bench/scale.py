"""How much is measured: a quick look, or the numbers that the documents quote."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Counts and seconds for every measurement."""

    openings: int  #: Cases that are opened in one go.
    opening_rounds: int  #: Goes, of which the median counts.
    wakes: int  #: Cases that are woken at once through Prefect's engine, in this process.
    direct_wakes: int  #: The same without Prefect.
    stock_wakes: int  #: The same by Prefect's stock process worker.
    wake_rounds: int
    wakes_on_postgresql: bool
    dormant: tuple[int, ...]  #: Sleeping cases beside those that are woken.
    dormant_wakes: int
    dormant_rounds: int
    due_at_once: int
    drain_seconds: float  #: Through Prefect, and as long again without it.
    claims: int  #: Claims of which the median counts.
    open_requests: tuple[int, ...]  #: Beside which the calendar is changed.
    idle_seconds: float
    memory_wakes: int
    letters: int  #: Of each kind.
    scanned_pages: int  #: At each resolution.
    mails: int  #: That come in.
    mail_open_cases: int  #: Beside which they come in.
    due_dates: int
    searches: int  #: Times that each query is asked.


QUICK = Scale(
    openings=100,
    opening_rounds=3,
    wakes=24,
    direct_wakes=60,
    stock_wakes=2,
    wake_rounds=1,
    wakes_on_postgresql=False,
    dormant=(1_000,),
    dormant_wakes=16,
    dormant_rounds=2,
    due_at_once=2_000,
    drain_seconds=6.0,
    claims=20,
    open_requests=(1_000,),
    idle_seconds=4.0,
    memory_wakes=30,
    letters=60,
    scanned_pages=40,
    mails=200,
    mail_open_cases=1_000,
    due_dates=50_000,
    searches=5,
)

FULL = Scale(
    openings=300,
    opening_rounds=5,
    wakes=100,
    direct_wakes=300,
    stock_wakes=6,
    wake_rounds=3,
    wakes_on_postgresql=True,
    dormant=(1_000, 10_000, 100_000),
    dormant_wakes=40,
    dormant_rounds=5,
    due_at_once=50_000,
    drain_seconds=60.0,
    claims=60,
    open_requests=(10_000, 100_000),
    idle_seconds=20.0,
    memory_wakes=1_000,
    letters=400,
    scanned_pages=200,
    mails=10_000,
    mail_open_cases=100_000,
    due_dates=300_000,
    searches=20,
)
