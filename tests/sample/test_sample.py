"""`hancha up --sample`: a desk that has lived, by the same operations as any other."""

from datetime import timedelta
from pathlib import Path

import pytest

from cases.store import cases as stored
from cases.store.cases import silent
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import CaseStatus
from flows.sample.__main__ import fill
from flows.sample.people import SHARES
from integrations.preparation import prepare
from integrations.settings import Settings
from integrations.wiring import House
from tests.databases import SQLITE
from tests.on_record import CHINA
from tests.story import instant

NOW = instant("Fri 2026-04-10 15:00")
CASES = 5


@pytest.fixture
def database_kind() -> str:
    """Live on SQLite alone; the operations are tried on both elsewhere."""
    return SQLITE


@pytest.fixture
def house(migrated_database_url: str, tmp_path: Path) -> House:
    """Give an empty installation."""
    return prepare(Settings(home=tmp_path, database_url=migrated_database_url))


def test_the_sample_is_lived_up_to_now_and_leaves_no_case_silent(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    life = fill(house, until=NOW, cases=CASES, back=timedelta(days=24))
    assert len(life.cases) == CASES
    assert "refused" not in capsys.readouterr().out
    with house.database.reading() as session:
        assert silent(session, NOW) == []
        statuses = stored.count_by_status(session)
        assert sum(statuses.values()) == CASES
        assert statuses[CaseStatus.OPEN] > 0
        rows = stored.listed(session, office_id=None, limit=CASES)
        assert all(row.opened_at <= NOW for row in rows)
        assert {row.opened_at.astimezone(CHINA).weekday() for row in rows} <= set(range(6))
    with pytest.raises(InvalidValue, match="empty"):
        fill(house, until=NOW, cases=1)
    house.database.close()


def test_the_shares_of_fates_make_a_hundred() -> None:
    assert sum(SHARES.values()) == 100
