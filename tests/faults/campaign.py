"""A campaign: lives of one world, lived while everything around them is struck down.

The driver plays the people and the clock. Prefect is not there when the first half of the lives
begins, so that workers go without it; then it comes up, the second half begins, and kills fall
at random. Once some life is at its third rung, Prefect's database is deleted.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cases.store.tables.case import Case
from cases.vocabulary.status import CaseStatus
from tests.faults.canceller import (
    CLOSING,
    LOOK,
    PHASES,
    POINTS,
    REPLY,
    Canceller,
    phase_of_sleep,
)
from tests.faults.evidence import Evidence, findings, gather
from tests.faults.lives import Life, People
from tests.faults.machines import MAIL, PREFECT, WORKERS, BornServer, Machines
from tests.faults.picture import Picture, Timekeeper, look
from tests.faults.prefect_pages import PrefectPages
from tests.installation import Installation
from tests.processes import SmtpSink

TICK = 0.15
POLL_SECONDS = 0.2
LEASE_SECONDS = 3
PATIENCE = 6.0  #: Seconds that workers wait for Prefect once it has been there.
TIME_LIMIT = 900.0  #: For a machine that is busy with other things.
REBUILD_AT_RUNG = 3
LIVES_AT_ONCE = 20
TOO_OFTEN = 3  #: Ends of a worker with one case in its hand; at five it is quarantined.


@dataclass
class Campaign:
    """One world and its lives."""

    folder: Path
    database_url: str
    seed: int
    count: int = LIVES_AT_ONCE
    lives: list[Life] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        home = self.folder / "home"
        server, sink = BornServer(home), SmtpSink(self.folder / "sink")
        installation = Installation(
            home,
            self.database_url,
            server,
            sink=sink,
            lease_seconds=LEASE_SECONDS,
            mail_claim_seconds=LEASE_SECONDS,
            poll_seconds=POLL_SECONDS,
            prefect_patience_seconds=PATIENCE,
            smtp_timeout_seconds=5,
            mail_per_minute=1_000_000,
            mail_per_recipient_per_minute=1_000_000,
        )
        self.world = installation.world
        self.machines = Machines(installation, server, sink)
        self.people = People(self.world)
        self.pages = PrefectPages(server)
        self.canceller = Canceller(self.machines, self.pages, self.counted)
        self.timekeeper = Timekeeper(self.world, self._random, self.counted)
        self._was_up = self._is_deleted = False
        self._next_strike = 0  #: Entries in all journals.
        self._began = time.monotonic()

    def run(self) -> Evidence:
        """Live all lives and return what is on record. Raises AssertionError past the limit."""
        try:
            self.machines.changes["HANCHA_PREFECT_PATIENCE_SECONDS"] = "0"
            self._open(range(0, self.count, 2))
            self.machines.bring_up_prefect()
            while not self._is_over(picture := look(self.world)):
                self._tick(picture)
                assert time.monotonic() - self._began < TIME_LIMIT, self.where_it_stands()
                time.sleep(TICK)
            received, runs = self.machines.sink.received(), self.pages.case_runs()
            evidence = gather(self.world, self.lives, received, runs)
        finally:
            self.close()
        self._wall = time.monotonic() - self._began
        return evidence

    def findings(self, evidence: Evidence) -> Iterator[str]:
        """Yield everything that is wrong."""
        yield from findings(evidence)
        yield from (f"silent at a quiet moment: {each}" for each in self.timekeeper.silent)
        yield from self.machines.falls
        yield from self.machines.stumbles()
        if self.count >= len(PHASES):
            missed = sorted(set(PHASES) - self.canceller.phases)
            yield from (f"no run was cancelled in the phase {phase}" for phase in missed)

    def summary(self, evidence: Evidence) -> str:
        """Say in one line what was done to how many lives."""
        kills = ", ".join(f"{n} {name}" for name, n in sorted(self.machines.strikes.items()))
        repeats = len(evidence.received) - len(evidence.deliveries)
        counted = ", ".join(f"{n} {name}" for name, n in sorted(self.counted.items()))
        seconds = self.machines.nursery.seconds
        used = ", ".join(f"{s:.0f} s {role.partition(':')[0]}" for role, s in seconds.items())
        return (
            f"seed {self.seed}: {self.count} lives, kills: {kills} (at "
            f"{len(self.machines.points_passed())} points); {len(self.canceller.phases)} cancels; "
            f"{len(evidence.received)} mails, {repeats} repeats; {counted}; {self._wall:.0f} s, "
            f"of the processor {used}"
        )

    def where_it_stands(self) -> str:
        """Describe what is not done, for a campaign that does not end."""
        picture = look(self.world)
        cases = [
            f"{c.reference} {c.status} {c.awaiting} wake {c.wake_at} next {c.next_action} "
            f"{c.next_action_at} lease {c.lease_holder} attempts {c.attempts} "
            f"rung {picture.rungs.get(c.id)}"
            for c in picture.cases.values()
            if c.status is not CaseStatus.CLOSED
        ]
        rest = f"{picture.now} owed {picture.owed} sending {picture.is_sending}"
        return "\n".join(["the campaign does not end", rest, *cases, self.machines.logs()])

    def close(self) -> None:
        """End every process and leave the database."""
        self.pages.close()
        self.machines.close()
        self.world.house.database.close()

    # -- one moment -----------------------------------------------------------------------

    def _tick(self, picture: Picture) -> None:
        self._consider_truce(picture)
        self.machines.mend()
        if self.machines.is_prefect_up:
            if not self._was_up:
                self._prefect_is_there()
                return
            self.canceller.cancel_some(self.lives, picture)
            self._stop_where_cancels_are_wanted()
            self._delete_prefect(picture)
        self._strike(picture)
        is_busy = self._let_people_act(picture) or self.canceller.is_waiting(self.lives, picture)
        if self._was_up and self.machines.sink.is_running and not is_busy:
            self.timekeeper.consider(picture)

    def _is_over(self, picture: Picture) -> bool:
        closed = [case.status is CaseStatus.CLOSED for case in picture.cases.values()]
        is_done = len(closed) == self.count and all(closed)
        is_paid = not picture.owed and self.machines.is_prefect_up
        return is_done and is_paid and picture.is_quiet and not picture.instants

    def _open(self, numbers: range) -> None:
        self.lives += [self.people.open(number) for number in numbers]

    # -- what befalls the machines --------------------------------------------------------

    def _prefect_is_there(self) -> None:
        """Begin the second half: workers that know Prefect, and more lives."""
        self._was_up = True
        self.machines.changes["HANCHA_PREFECT_PATIENCE_SECONDS"] = str(PATIENCE)
        for name in WORKERS:
            self.machines.strike(name, down=0.0)
        passed = sorted(self.machines.points_passed())
        for point in self._random.sample(passed, len(passed) // 3):
            (self.machines.points / point).unlink()  # To be passed again with Prefect.
        self._open(range(1, self.count, 2))

    def _strike(self, picture: Picture) -> None:
        """Kill something at random whenever so many entries were added to the journals.

        Not by real time: on a busy machine nothing would ever get done between two kills.
        """
        progress = sum(case.journal_seq for case in picture.cases.values())
        if not self._was_up or progress < self._next_strike:
            return
        self._next_strike = progress + self._random.randint(5, 35)
        kind = self._random.choices(("one", "both", MAIL, PREFECT), (6, 1, 3, 1))[0]
        if kind == PREFECT and self.machines.strikes[PREFECT] > self.count // LIVES_AT_ONCE:
            kind = "one"  # A start costs five seconds.
        if kind in (MAIL, PREFECT):
            self.machines.strike(kind, down=self._random.choice((0.2, 1.0, PATIENCE + 2)))
            return
        for name in WORKERS if kind == "both" else [self._random.choice(WORKERS)]:
            self.machines.strike(name, down=self._random.uniform(0, 1))

    def _stop_where_cancels_are_wanted(self) -> None:
        """Let workers be stopped in the middle of turns until a run was cancelled there."""
        for phase, point in POINTS.items():
            if self.canceller.wants(phase, self.lives):
                (self.machines.points / point).unlink(missing_ok=True)

    def _consider_truce(self, picture: Picture) -> None:
        attempts = max(case.attempts for case in picture.cases.values())
        if attempts >= TOO_OFTEN or attempts <= 1:
            self.machines.keep_truce(attempts >= TOO_OFTEN)

    def _delete_prefect(self, picture: Picture) -> None:
        """Delete Prefect's database once, in the middle of the lives."""
        if self._is_deleted or max(picture.rungs.values(), default=0) < REBUILD_AT_RUNG:
            return
        self.machines.strike(PREFECT, down=0.0)
        self.machines.server.forget_everything()
        self._is_deleted = True
        self.counted["Prefect databases deleted"] += 1

    # -- what people do -------------------------------------------------------------------

    def _let_people_act(self, picture: Picture) -> bool:
        """Let the clerk and the manager do what waits for them; return whether any does."""
        acts = 0
        for life in self.lives:
            case = picture.cases.get(life.reference)
            if case is None:
                continue
            if case.status is CaseStatus.HELD:
                acts += self._look_after_held(life, picture)
            elif case.status is CaseStatus.OPEN and not self._awaits_hold(life):
                acts += self._answer(life, case, picture)
        return acts > 0

    def _answer(self, life: Life, case: Case, picture: Picture) -> bool:
        """Record the reply once the fourth letter has left, then review it.

        Whoever wants to cancel its run in just this phase comes first. Cases are closed one
        after the other until a run was cancelled in a closing; in a crowd it would be missed.
        """
        phase = phase_of_sleep(case, picture)
        if phase not in (REPLY[-1], LOOK):
            return False
        if not life.cancelled_in and self.canceller.wants(phase, self.lives):
            return False
        if phase == REPLY[-1]:
            self.people.record_reply(life)
        elif not self._waits_for_another_closing(picture):
            self.people.review(life)
            life.is_reviewed = True
        return True

    def _waits_for_another_closing(self, picture: Picture) -> bool:
        if not self.canceller.wants(CLOSING, self.lives):
            return False
        reviewed = [picture.cases[life.reference] for life in self.lives if life.is_reviewed]
        is_closing = any(case.status is CaseStatus.OPEN for case in reviewed)
        return is_closing or not self.machines.is_prefect_up

    def _look_after_held(self, life: Life, picture: Picture) -> bool:
        """Release a held case after a step of the clock, or when nothing else goes on."""
        if life.held_since is None:
            life.held_since = self.timekeeper.steps
            life.holds += 1
        stands = picture.is_quiet and not picture.instants
        if self.timekeeper.steps == life.held_since and not stands:
            return False
        self.people.release(life)
        life.held_since = None
        return True

    def _awaits_hold(self, life: Life) -> bool:
        return bool(life.cancelled_in) and life.cancelled_in != CLOSING and not life.holds
