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
PHASES = (TURN, DISPATCH, *(f"reply-{rung}" for rung in range(1, LAST_RUNG + 1)), LOOK, CLOSING)
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

    def cancel_some(self, lives: Sequence[Life], picture: Picture) -> None:
        """Cancel a run in each phase where none was; see that earlier cancels were heard."""
        try:
            self._mind_cancels(picture)
            for life in lives:
                case = picture.cases[life.reference]
                run_id = picture.runs.get(case.id)
                phase = self._phase_of(case, picture.rungs.get(case.id, 0))
                if run_id and not life.cancelled_in and phase and phase not in self._done:
                    self._cancel(life, phase, run_id)
        except httpx.HTTPError:
            self._machines.is_prefect_up = False

    def _cancel(self, life: Life, phase: str, run_id: UUID) -> None:
        run = self._pages.run(run_id)
        is_running = run is not None and run.type == "RUNNING"
        if run is None or (phase in (TURN, CLOSING)) != is_running:
            return
        if self._pages.cancel(run_id):
            life.cancelled_in, life.cancelled_run = phase, run_id
            self._done[phase] = life

    def _mind_cancels(self, picture: Picture) -> None:
        """Forget a cancel that is gone: with Prefect's database, or under a state of ours."""
        if time.monotonic() - self._looked_at < LOOKS_AGAIN_AFTER:
            return
        self._looked_at = time.monotonic()
        for phase, life in list(self._done.items()):
            case = picture.cases[life.reference]
            if life.holds or phase == CLOSING or case.status is not CaseStatus.OPEN:
                continue
            assert life.cancelled_run is not None
            run = self._pages.run(life.cancelled_run)
            if run is None or not run.is_cancelled:
                self._counted["cancels deleted" if run is None else "cancels overwritten"] += 1
                life.cancelled_in = ""
                del self._done[phase]

    def _phase_of(self, case: Case, rung: int) -> str:
        """Return the phase of a case; a turn is seen in the hand of a worker that died in it."""
        if self._is_in_dead_hand(case):
            if case.status is CaseStatus.CLOSED:
                return CLOSING
            return TURN if case.status is CaseStatus.OPEN and rung < LAST_RUNG else ""
        if case.status is not CaseStatus.OPEN or case.lease_holder:
            return ""
        if case.next_action is NextAction.CLIMB:
            return f"reply-{rung}"
        return {NextAction.SEND: DISPATCH, NextAction.LOOK: LOOK}.get(case.next_action, "")

    def _is_in_dead_hand(self, case: Case) -> bool:
        parts = (case.lease_holder or "").split(":")
        return len(parts) == 3 and int(parts[1]) in self._machines.dead
