"""What every act answers: what was done, and what happens next on the case."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from rich.console import Console

from cases.store import correspondence, offices
from integrations import words
from integrations.cli.output import facts
from integrations.cli.premises import OnCase
from integrations.reading.case_brief import Facts, standing


def acted(act: OnCase, done: str, **more: object) -> Facts:
    """Return the case as it stands behind the act, with what the act itself gave."""
    act.session.flush()
    request = correspondence.request_of_round(act.session, act.case)
    return {
        **standing(act.case),
        "due_on": request.due_on if request else None,
        "due_is_provisional": bool(request and request.due_is_provisional),
        **more,
        "done": done,
        "zone": offices.get(act.session, act.case.office_id).zone,
    }


def show_acted(done: Facts) -> Callable[[Console], None]:
    """Return how the act is told to people, in two or three lines."""

    def show(console: Console) -> None:
        zone = ZoneInfo(done["zone"])
        console.print(f"{done['reference']}  {done['done']}")
        due = words.day(done["due_on"]) if done["due_on"] else None
        if due and done["due_is_provisional"]:
            due = f"{due}（暂定 provisional）"
        next_ = None
        if done["next_action"]:
            next_ = "  ".join(
                (
                    words.say(done["next_action"]),
                    words.minute(done["next_action_at"], zone),
                    words.owner(done["owner"] or ""),
                )
            )
        console.print(facts(("截止日期 Due", due), ("下一步 Next", next_)))

    return show
