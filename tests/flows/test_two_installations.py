"""Two installations of Hancha deal with each other: real workers, real Prefect, a folder between.

West has the module's shared Prefect server; East has one of its own, as an installation has.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cases.operations import our_answers
from cases.vocabulary.status import Awaiting, CaseStatus, Outcome, Verdict
from integrations.exchange.signing import OwnKey
from tests.cli.terminal import APPLICATION
from tests.databases import SqliteDatabases
from tests.exchange.neighbours import ANSWER, introduce, received, settle_east
from tests.installation import Installation
from tests.outside_world import Power
from tests.processes import PrefectServer, wait_until
from tests.story import Story

pytestmark = pytest.mark.prefect

Two = tuple[Installation, Installation]


@pytest.fixture
def two(prefect_server: PrefectServer, sqlite: SqliteDatabases, tmp_path: Path) -> Iterator[Two]:
    """Give the two with a running worker each, introduced to each other."""
    with ExitStack() as ending:
        second = PrefectServer(tmp_path / "prefect")
        ending.callback(second.kill)
        second.start()
        made = []
        for name, server in (("west", prefect_server), ("east", second)):
            installation = Installation(
                tmp_path / name,
                sqlite.migrated(),
                server,
                pool=name,
                exchange_name=name,
                exchange_seconds=0.3,
            )
            ending.callback(installation.end)
            made.append(installation)
        west, east = made
        settle_east(east.world.house)
        for here, there, clerk, office in ((west, east, "zhou", "YZ"), (east, west, "zheng", "XQ")):
            key = OwnKey(there.folder).public()
            partner = there.folder.name
            shared = tmp_path / "shared"
            introduce(here.world.house, partner, shared, clerk=clerk, office=office, key=key)
        for each in made:
            each.worker().start()
        yield west, east
        sys.stdout.write(west.logs() + east.logs())


def test_two_installations(two: Two) -> None:
    west, east = (Story(each.world, Power()) for each in two)
    case_id, application = west.document(APPLICATION)
    asked = west.open(case_id=case_id, enclosures={"application": application})
    (theirs,) = wait_until(lambda: received(east), what="the request is a case there")
    wait_until(
        lambda: "accepted" in [each.kind.value for each in west.entries(asked)],
        what="its acceptance is back",
    )
    east.act("zheng", our_answers.answer, theirs, Outcome.ANSWERED, ANSWER)
    wait_until(lambda: east.case(theirs).awaiting is Awaiting.SIGNATURE)
    east.sign(theirs, "zheng")
    wait_until(lambda: west.case(asked).awaiting is Awaiting.LOOK, what="the reply is back")
    wait_until(lambda: east.case(theirs).status is CaseStatus.CLOSED)
    west.review(asked, Verdict.COMPLETE)
    wait_until(lambda: west.case(asked).status is CaseStatus.CLOSED, what="it woke the first")
    assert west.case(asked).outcome is Outcome.ANSWERED
    assert received(east) == [theirs]
