"""An installation with real workers, as its people and its Prefect pages see it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from cases.store import owed, runs
from tests.flows.prefect_pages import PrefectPages
from tests.installation import Installation
from tests.outside_world import Power
from tests.processes import wait_until
from tests.story import Story

HOME_OFFICE = "yz@office.example"
APPLICANT = "applicant@person.example"


class Town:
    """The installation, as its people see it."""

    def __init__(self, installation: Installation, pages: PrefectPages) -> None:
        self.installation, self.pages = installation, pages
        self.story = Story(installation.world, Power())

    def run_id(self, case: str) -> UUID | None:
        """Return the run that carries the case at present."""
        with self.story.house.database.reading() as session:
            link = runs.find_link(session, self.story.case(case).id)
        return link.run_id if link else None

    def shown(self, case: str) -> str:
        """Return the name of the state that Prefect shows for the case."""
        run = self.pages.run(self.run_id(case))
        return str(run["state"]["name"]) if run else ""

    def shown_date(self, case: str) -> datetime:
        """Return the date that Prefect shows for the case."""
        details = self.pages.run(self.run_id(case))["state"]["state_details"]
        return datetime.fromisoformat(details["scheduled_time"])

    def runs_of(self, case: str) -> list[Any]:
        """Return all runs that the case has had, the newest first; none of another town's."""
        began = self.installation.began_at
        found = self.pages.runs_named(case)
        return [run for run in found if datetime.fromisoformat(run["created"]) >= began]

    def wait_shown(self, case: str, name: str) -> None:
        """Wait until Prefect shows the case so, and is owed nothing for it."""
        wait_until(lambda: self.shown(case) == name, what=f"{case} is shown as {name}")
        wait_until(lambda: not self.is_owed(case), what=f"nothing is owed for {case}")

    def is_owed(self, case: str) -> bool:
        """Whether Prefect is owed a state for the case."""
        with self.story.house.database.reading() as session:
            return owed.of_case(session, self.story.case(case).id) is not None

    def asleep(self) -> str:
        """Open a case and return it once it waits for the home office's reply."""
        case = self.story.open()
        self.wait_shown(case, "AwaitingReply")
        return case

    def mailed(self, case: str) -> list[str]:
        """Return who has had mail about the case, in order."""
        assert self.installation.sink is not None
        ids = {message.message_id: message.recipient for message in self.story.outbox(case)}
        received = self.installation.sink.received()
        return [ids[each.message_id] for each in received if each.message_id in ids]
