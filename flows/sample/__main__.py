"""`python -m flows.sample`: fill an empty installation, then let the real clock take over."""

import os
import random
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cases.store import offices
from cases.vocabulary.errors import InvalidValue, SystemFault
from flows import all_flows
from flows.demo.script import APPLICATION, EXAMPLES, furnish
from flows.sample.engine import SteppingClock
from flows.sample.life import Life
from integrations.enclosures.reader import PdfEnclosureReader
from integrations.wiring import House, house

FLOWS = all_flows.CASE_FLOW_MODULES  #: Importing them released them.
BACK = timedelta(days=75)  #: How long before now the sample begins.
CASES = 150
SEED = 20260101


def fill(here: House, *, until: datetime, cases: int, back: timedelta = BACK) -> Life:
    """Fill an empty installation with two regions and lived cases. Raises InvalidValue if not."""
    with here.database.reading() as session:
        if offices.all_offices(session, limit=1):
            raise InvalidValue("it fills an empty installation alone; give another HANCHA_HOME")
    clock = SteppingClock(until - back)
    past = replace(here, clock=clock)
    furnish(past.database, clock.now(), EXAMPLES / "sample")
    application = PdfEnclosureReader().read(APPLICATION)
    life = Life(past, clock, application, random.Random(SEED), _say)
    life.live(until, cases)
    return life


def _say(line: str) -> None:
    print(f"hancha: {line}", flush=True)  # noqa: T201 - a command of its own


def main() -> int:
    """Fill; return 0 also when there is something already: it then stays as it is."""
    started = time.monotonic()
    try:
        here = house()
        cases = int(os.environ.get("HANCHA_SAMPLE_CASES", CASES))
        life = fill(here, until=datetime.now(UTC), cases=cases)
    except InvalidValue as kept:
        _say(f"sample: {kept}")
        return 0
    except SystemFault as fault:
        print(f"hancha: {fault}", file=sys.stderr)  # noqa: T201 - as above
        return 4
    _say(f"sample: {len(life.cases)} cases lived in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
