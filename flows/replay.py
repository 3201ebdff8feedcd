"""Replay: a flow that runs again finds its finished steps, in order, and repeats none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.store.journal import hash_of
from cases.store.tables.journal import JournalEntry
from cases.vocabulary.errors import ReplayMismatch
from cases.vocabulary.status import EntryKind


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow, by an id that is the same on every run."""

    id: str
    kind: EntryKind
    arguments: Mapping[str, Any]


class Replay:
    """The finished steps of one round, given back one by one as the flow asks for them."""

    def __init__(self, finished: Sequence[JournalEntry]) -> None:
        self._finished = list(finished)
        self._next = 0

    def result_of(self, step: Step) -> Mapping[str, Any] | None:
        """Return what the step gave when it was done, or None when it is to be done now.

        Raises ReplayMismatch when the journal holds another step in its place: then the flow is
        not the one that wrote the journal, and going on would be guessing.
        """
        if self._next >= len(self._finished):
            return None
        done = self._finished[self._next]
        wanted = (step.id, step.kind, hash_of(step.arguments))
        if (done.step_id, done.kind, done.arguments_hash) != wanted:
            raise ReplayMismatch(
                f"entry {done.seq} of the journal is step {done.step_id} ({done.kind.value}), "
                f"but the flow comes to {step.id} ({step.kind.value})"
            )
        self._next += 1
        return done.result

    def skip_to(self, prefix: str) -> None:
        """Go on with the steps whose ids begin so; a person ended what came before them."""
        finished = self._finished
        self._finished = [done for done in finished if (done.step_id or "").startswith(prefix)]
        self._next = 0
