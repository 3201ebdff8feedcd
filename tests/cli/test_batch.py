"""Batch commands: one line of JSON out for one line in, whatever the line holds."""

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from integrations.cli import main
from integrations.cli.lines import LONGEST_LINE, lines_of
from tests.cli.terminal import Said, run_process


@pytest.fixture(scope="module", autouse=True)
def without_an_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Leave only the calendar that comes with Hancha, and a clock that stands."""
    home = tmp_path_factory.mktemp("nowhere")
    (home / "clock").write_text("2026-03-02T01:00:00+00:00", "ascii")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("HANCHA_")]:
            patch.delenv(name)
        patch.setenv("HANCHA_HOME", str(home / "empty"))
        patch.setenv("HANCHA_CLOCK", f"file:{home / 'clock'}")
        patch.setenv("LC_ALL", "en_US.UTF-8")
        yield


def run(*arguments: str, stdin: bytes = b"") -> Said:
    """Run `hancha` in this process; cheap enough for a thousand examples."""
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(arguments)
    return Said(code, out.getvalue(), err.getvalue())


def answers(command: str, stdin: bytes) -> list[dict[str, Any]]:
    """Return the answers; there must be one for each line."""
    said = run(command, "-", stdin=stdin)
    assert (said.code, said.err) == (0, "")
    expected = stdin.count(b"\n") + (not stdin.endswith(b"\n") and stdin != b"")
    lines = said.out.split("\n")
    assert lines.pop() == ""
    assert len(lines) == expected
    return [json.loads(line) for line in lines]


anything = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.sampled_from(
            [
                b"2026-09-28T16:00+08:00\t15",
                b"2026-09-28\t0",
                b"9999-12-31\t1",
                b"0001-01-01T00:00+14:00\t1",
                b"9999-12-31T23:59-14:00\t1",
                b"2026-01-01\t999999",
                b"2026-01-01\t\t1",
                b"1\t",
                b"\t",
                b"\r",
                b"\x00\x00",
                b"\xe2\x80\xa8\x85\x0b\x0c\x1c",
                b"110101199003070011",
                b"11010119900307001x",
                b"110101900307001",
                "１１０１０１１９９００３０７００１１".encode(),
                b"9" * 5_000,
                b"\xff" * 18,
            ]
        ),
    ),
    max_size=6,
).map(b"\n".join)


@settings(max_examples=300)
@given(anything)
@example(b"")
@example(b"\n")
@example(b"\n\n")
@example(b"2026-03-02\t15\r\n")
def test_due_answers_every_line_with_a_date_or_a_refusal(stdin: bytes) -> None:
    for answer in answers("due", stdin):
        assert answer.keys() in ({"due_on", "counted"}, {"refused"})


@settings(max_examples=300)
@given(anything)
@example(b"")
@example(b"\n")
def test_person_number_answers_every_line_with_a_verdict(stdin: bytes) -> None:
    for answer in answers("person-number", stdin):
        assert answer.keys() == {"verdict", "normalized", "reason"}
        assert answer["verdict"] in ("valid", "valid_warn", "legacy15", "invalid")


def test_a_line_longer_than_any_that_means_something_is_still_one_line() -> None:
    stdin = b"2026-03-02\t15\n" + b"x" * (3 * LONGEST_LINE + 7) + b"\n2026-03-02\t15"
    first, long, last = answers("due", stdin)
    assert first == last
    assert long.keys() == {"refused"}


@given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"")), min_size=1))
def test_only_a_line_feed_ends_a_line(lines: list[bytes]) -> None:
    whole = b"".join(line + b"\n" for line in lines)
    assert list(lines_of(io.BytesIO(whole))) == [line.decode("utf-8", "replace") for line in lines]


def test_due_says_on_which_day_fifteen_working_days_end() -> None:
    said = run("due", "2026-09-28T16:00+08:00", "15", "--json")
    assert said.document["due_on"] == "2026-10-23"  # National Day rests from 10-01 to 10-07
    counted = said.document["counted"]
    assert (len(counted), counted[0], counted[-1]) == (15, "2026-09-29", "2026-10-23")


@pytest.mark.parametrize(
    ("start", "due_on"),
    [
        ("2026-03-01T20:00Z", "2026-03-03"),  # 04:00 on Mon 03-02 in China
        ("2026-03-01T20:00-08:00", "2026-03-03"),  # noon on Mon 03-02 in China
        ("2026-03-02T23:59", "2026-03-03"),
        ("2026-03-02", "2026-03-03"),
    ],
)
def test_a_time_of_another_zone_is_taken_to_the_office_first(start: str, due_on: str) -> None:
    assert run("due", start, "1", "--json").document["due_on"] == due_on


def test_an_unpublished_year_is_refused_by_name() -> None:
    said = run("due", "2026-12-20", "15", "--json")
    assert said.code == 3
    error = json.loads(said.err)["error"]
    assert error["name"] == "YearNotPublished"
    assert "2027" in error["message"]
    (line,) = answers("due", b"2026-12-20\t15\n")
    assert "2027" in line["refused"]


def test_due_explains_itself_day_by_day_in_both_languages() -> None:
    said = run("due", "2026-02-12", "3", "--explain", "--json", "--language", "zh")
    days = {day["on"]: day for day in said.document["days"]}
    assert days["2026-02-14"] == {
        "on": "2026-02-14",
        "counts": True,
        "reason": "第2个工作日",
    }  # a Saturday that is made up for
    assert days["2026-02-16"]["reason"] == "春节"
    assert "Spring Festival" in run("due", "2026-02-12", "3", "--explain").out


@pytest.mark.parametrize(
    "arguments",
    [("due", "2026-03-02"), ("due", "-", "15"), ("person-number", "110101199003070011")],
)
def test_what_a_batch_command_cannot_take_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    said = run(*arguments)
    assert (said.code, said.refusal) == (2, "Usage")
    assert "110101199003070011" not in said.err


@pytest.mark.parametrize("start", ["tomorrow", "2026-02-30", "2026-03-02T25:00", ""])
def test_a_start_that_is_no_date_is_refused(start: str) -> None:
    assert run("due", start, "3").refusal == "InvalidValue"


def test_a_real_process_answers_a_pipe_of_bytes(tmp_path: Path) -> None:
    said = run_process(
        "person-number",
        "-",
        environment={"HANCHA_HOME": str(tmp_path)},
        stdin=b"110101199003070011\n\xff\xfe\n\x00",
    )
    assert (said.code, said.err) == (0, "")
    verdicts = [json.loads(line)["verdict"] for line in said.out.splitlines()]
    assert verdicts == ["valid", "invalid", "invalid"]
