"""What the bench of moving dates measures is a change that moves what it says."""

from dataclasses import replace

from bench import moving
from bench.scale import QUICK


def test_a_day_off_moves_the_dates_whose_days_it_falls_in_and_no_other() -> None:
    found = moving.run(replace(QUICK, open_requests=(60,)))
    rows = found["rows"]
    assert isinstance(rows, list)
    moved = {row["change"]: row["moved"] for row in rows}
    # Received from 2 to 23 June, on 22 of the sixty days; the case itself came after it.
    assert moved["a day off where nobody is asked"] == 0
    assert moved["a day off where everybody is asked"] == 22
