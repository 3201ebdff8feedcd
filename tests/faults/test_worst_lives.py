"""The most important proof: nothing is lost and no letter goes twice, whatever is killed.

Cases live at once through three deadlines without an answer, a reply and a review, with
two workers, while workers, Prefect and the mail server are killed: at random, and once at each
point before and after every commit, every sending and every report that a life passes. In each
phase of a life somebody cancels a run; in the middle Prefect's database is deleted.

`make test` lives ten on each database, `make faults` 200, `--lives N` any number in campaigns of
twenty; `--seed N` begins with another seed.
"""

import os
import sys
from pathlib import Path

import pytest

from tests.databases import PostgresDatabases, SqliteDatabases
from tests.faults.campaign import LIVES_AT_ONCE, Campaign

pytestmark = [pytest.mark.faults, pytest.mark.prefect, pytest.mark.slow]

FIRST_SEED = 1
USUAL_LIVES = 10  #: On each kind of database.


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Divide the lives into campaigns of twenty, each with a seed of its own."""
    given = metafunc.config.getoption("--lives", None)
    lives = given or int(os.environ.get("HANCHA_FAULT_LIVES", USUAL_LIVES))
    first = metafunc.config.getoption("--seed", None) or FIRST_SEED
    counts = [min(LIVES_AT_ONCE, lives - done) for done in range(0, lives, LIVES_AT_ONCE)]
    campaigns = list(enumerate(counts, start=first))
    ids = [f"{count} lives, seed {seed}" for seed, count in campaigns]
    metafunc.parametrize(("seed", "count"), campaigns, ids=ids)


def test_no_case_is_lost_and_no_letter_goes_twice_whatever_is_killed(
    seed: int, count: int, databases: SqliteDatabases | PostgresDatabases, tmp_path: Path
) -> None:
    url = databases.migrated()
    campaign = Campaign(tmp_path, url, seed, count)
    evidence = campaign.run()
    sys.stdout.write(campaign.summary(evidence) + "\n")
    databases.drop(url)
    found = list(campaign.findings(evidence))
    assert not found, "\n".join([campaign.summary(evidence), *found])
