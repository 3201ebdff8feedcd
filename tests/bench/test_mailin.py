"""What the bench of mail in measures is answers that are filed, each once."""

from dataclasses import replace

from bench import mailin
from bench.scale import QUICK


def test_every_answer_is_filed_to_its_case_though_half_of_them_come_twice() -> None:
    found = mailin.run(replace(QUICK, mails=3, mail_open_cases=5))
    rows = found["rows"]
    assert isinstance(rows, list)
    assert [(row["messages"], row["filed"]) for row in rows] == [(3, 3), (1, 1)]
