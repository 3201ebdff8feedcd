"""A person who cancels one run in each phase of a life, and minds whether it was heard."""

import time
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import httpx

from cases.store.tables.case import Case
from cases.vocabulary.status import CaseStatus, NextAction
from tests.faults.lives import LAST_RUNG, Life
from tests.faults.machines import Machines
from tests.faults.picture import Picture
from tests.faults.prefect_pages import PrefectPages

TURN = "turn"  #: While the engine takes a turn: its run is Running.
CLOSING = "closing"  #: The case is closed and the last of its run is to be done: nothing is held.
DISPATCH, LOOK = "dispatch", "look"
REPLY = tuple(f"reply-{rung}" for rung in range(1, LAST_RUNG + 1))
PHASES = (TURN, DISPATCH, *REPLY, LOOK, CLOSING)
#: Where a worker is stopped until a run was cancelled there; the others a case sleeps through.
POINTS = {TURN: "waited:after-commit", CLOSING: "closed:after-commit"}
LOOKS_AGAIN_AFTER = 1.0


class Canceller:
    """Cancels through Prefect's pages, as anybody with the password may."""

    def __init__(self, machines: Machines, pages: PrefectPages, counted: Counter[str]) -> None:
        self._machines, self._pages, self._counted = machines, pages, counted
        self._done: dict[str, Life] = {}
        self._looked_at = 0.0

    @property
    def phases(self) -> set[str]:
        """The phases in which a run was cancelled."""
        return set(self._done)

    def wants(self, phase: str, lives: Sequence[Life]) -> bool:
        """Whether a run is still to be cancelled in this phase, and there is one left for it."""
        return phase not in self._done and any(not life.cancelled_in for life in lives)

    def is_waiting(self, lives: Sequence[Life], picture: Picture) -> bool:
        """Whether a case sleeps in a phase that is wanted; time had better wait."""
        return any(
            not life.cancelled_in and phase not in POINTS and self.wants(phase, lives)
            for life in lives
            if (phase := self._phase_of(life, picture))
        )

    def cancel_some(self, lives: Sequence[Life], picture: Picture) -> None:
        """Cancel a run in each phase where none was; see that earlier cancels were heard."""
        try:
            self._mind_cancels(picture)
            for life in lives:
                run_id = picture.runs.get(picture.cases[life.reference].id)
                phase = self._phase_of(life, picture)
                if run_id and not life.cancelled_in and phase and phase not in self._done:
                    self._cancel(life, phase, run_id)
        except httpx.HTTPError:
            self._machines.is_prefect_up = False

    def _cancel(self, life: Life, phase: str, run_id: UUID) -> None:
        run = self._pages.run(run_id)
        is_running = run is not None and run.type == "RUNNING"
        if run is None or (phase in POINTS) != is_running:
            return
        if self._pages.cancel(run_id):
            life.cancelled_in, life.cancelled_run = phase, run_id
            self._done[phase] = life

    def _mind_cancels(self, picture: Picture) -> None:
        """Forget a cancel that went with Prefect's database; one under a state of ours is heard."""
        if time.monotonic() - self._looked_at < LOOKS_AGAIN_AFTER:
            return
        self._looked_at = time.monotonic()
        for phase, life in list(self._done.items()):
            case = picture.cases[life.reference]
            if life.holds or phase == CLOSING or case.status is not CaseStatus.OPEN:
                continue
            assert life.cancelled_run is not None
            run = self._pages.run(life.cancelled_run)
            if run is None:
                self._counted["cancels deleted"] += 1
                life.cancelled_in, life.deleted_cancels = "", life.deleted_cancels + 1
                del self._done[phase]

    def _phase_of(self, life: Life, picture: Picture) -> str:
        """Return the phase of a case; a turn is seen in the hand of a worker that died in it."""
        case = picture.cases[life.reference]
        if not picture.has_turn(case):
            return phase_of_sleep(case, picture)
        if not self._is_in_dead_hand(case):
            return ""
        if case.status is CaseStatus.CLOSED:
            return CLOSING
        return TURN if picture.rung_of(case) < LAST_RUNG else ""

    def _is_in_dead_hand(self, case: Case) -> bool:
        parts = (case.lease_holder or "").split(":")
        return len(parts) == 3 and int(parts[1]) in self._machines.dead


def phase_of_sleep(case: Case, picture: Picture) -> str:
    """Return the phase that an open case sleeps in; empty while it is awake."""
    if case.status is not CaseStatus.OPEN or picture.has_turn(case):
        return ""
    if case.next_action is NextAction.CLIMB:
        return f"reply-{picture.rung_of(case)}"
    return {NextAction.SEND: DISPATCH, NextAction.LOOK: LOOK}.get(case.next_action, "")
