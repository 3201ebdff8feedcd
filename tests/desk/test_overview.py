"""The overview: every figure is as long as its list, and a band means what a clerk counts."""

import csv
import io
import re
from uuid import uuid4

import pytest

from cases.operations import clock
from cases.store import offices, overview
from cases.store.overview import Band, By, Wanted
from cases.store.tables.office import Person
from cases.vocabulary.status import Language
from integrations.desk.overview import FIGURES, days_of, wanted_by
from integrations.desk.visits import Desk, Visit
from integrations.spreadsheet import guarded
from tests.desk.browser import ADDRESS, HASHER, DeskOf
from tests.operations import intake
from tests.story import Story


def opened(story: Story, *days: str) -> list[str]:
    """Open a case on each of these days, and live on to the last of them."""
    references = []
    for day in days:
        story.live_until(f"{day} 10:00")
        references.append(story.open())
        story.rest()
    return references


def references_in(page: str) -> list[str]:
    """Return the references that a list on a page names."""
    return re.findall(r'class="reference"[^>]*>([^<]+)<', page)


def test_every_figure_is_as_long_as_the_list_that_it_opens(story: Story) -> None:
    first, second, *_ = opened(story, "Mon 2026-03-02", "Tue 2026-03-10", "Thu 2026-03-26")
    story.act("zhou", clock.stop_clock, second, "等待补充")
    story.live_until("Fri 2026-03-27 10:00")
    story.reply(first)
    browser = DeskOf(story).browser("wu")
    page = browser.get("/backlog").text
    found = re.findall(r'href="/backlog(\?[^"]*)"[^>]*><strong>(\d+)</strong>', page)
    assert len(found) == len(FIGURES)
    for query, count in found:
        listed = references_in(browser.get(f"/backlog{query.replace('&amp;', '&')}").text)
        assert len(listed) == int(count), query
    assert {query: int(count) for query, count in found}["?next=look"] == 1


@pytest.mark.parametrize(
    ("today", "band"),
    [
        ("Mon 2026-03-23", None),  # Due on this very day: in time until it ends.
        ("Tue 2026-03-24", Band.TO_5),  # 1 working day.
        ("Mon 2026-03-30", Band.TO_5),  # 5.
        ("Tue 2026-03-31", Band.TO_15),  # 6.
        ("Tue 2026-04-14", Band.TO_15),  # 15: Qingming, Mon 2026-04-06, is not one of them.
        ("Wed 2026-04-15", Band.OVER_15),
    ],
)
def test_a_case_is_overdue_by_the_day_on_which_its_first_answer_was_due(
    story: Story, today: str, band: Band | None
) -> None:
    opened(story, "Mon 2026-03-02")  # Due on Mon 2026-03-23; reminded twice meanwhile.
    story.live_until(f"{today} 12:00")
    with story.house.database.reading() as session:
        visit = a_visit(story)
        days = days_of(session, visit)
        bands = (Band.TO_5, Band.TO_15, Band.OVER_15)
        wanted = {each: Wanted(visit.office.id, band=each) for each in bands}
        counts = {each: overview.count(session, wanted[each], days) for each in bands}
        overdue = overview.count(session, Wanted(visit.office.id, band=Band.OVERDUE), days)
    assert [each for each, count in counts.items() if count] == ([band] if band else [])
    assert overdue == sum(counts.values())


def test_counts_by_anything_add_up_to_what_is_open(story: Story) -> None:
    opened(story, "Mon 2026-03-02", "Thu 2026-03-26")
    story.live_until("Fri 2026-03-27 12:00")
    with story.house.database.reading() as session:
        visit = a_visit(story)
        days, wanted = days_of(session, visit), Wanted(visit.office.id)
        for by in By:
            groups = overview.grouped(session, wanted, days, by, limit=50)
            assert sum(each.open for each in groups) == 2, by
            assert sum(each.overdue for each in groups) == 1, by


def test_a_filter_that_nobody_knows_is_left_out(story: Story) -> None:
    visit = a_visit(story)
    assert wanted_by(visit, {"band": "'; DROP", "rung": "²", "next": "x"}) == Wanted(
        visit.office.id
    )


def test_the_export_opens_in_a_spreadsheet_and_runs_nothing_there(story: Story) -> None:
    (reference,) = opened(story, "Mon 2026-03-02")
    answer = DeskOf(story).browser("wu").get("/backlog.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "办件编号"
    assert [row[0] for row in rows[1:]] == [reference]
    assert "林小禾" not in answer.text
    for evil in ("=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\t=1"):
        assert guarded(evil).startswith("'")


def test_the_administrator_enters_a_clerk_who_comes_in_by_the_link(story: Story) -> None:
    of = DeskOf(story)
    form = {"name": "新人示例", "login": "xin", "office": "XQ", "roles": ["clerk"]}
    page = of.browser("admin").post("/people", data=form).text
    token = re.search(r"/enter/([\w-]+)", page)[1]  # type: ignore[index]
    new = of.browser()
    assert (
        new.post(f"/enter/{token}", data={"password": "三只白鹭飞过新桥河岸边"}).status_code == 422
    )
    chosen = {"password": "三只白鹭飞过新桥河岸边的水田"}
    assert new.post(f"/enter/{token}", data=chosen).status_code == 303
    assert "没有待办事项" in new.get("/").text
    again = of.browser("admin").post("/people", data=form)
    assert again.status_code == 422
    assert "登录名 xin 已被使用" in again.text


def a_visit(story: Story) -> Visit:
    """Return a visit of the manager, now."""
    desk = Desk(story.house, HASHER, ADDRESS, story.clock)
    actor = story.actor("wu")
    with story.house.database.reading() as session:
        person = session.get_one(Person, actor.person_id)
        office = offices.get(session, person.office_id)
    return Visit(desk, actor, person, office, uuid4(), Language.CHINESE, story.clock.now(), {})


def test_an_inquiry_of_another_office_has_its_page_and_its_line_too(story: Story) -> None:
    reference = intake.registered(story)
    browser = DeskOf(story).browser("zhou")
    page = browser.get(f"/cases/{reference}")
    assert page.status_code == 200
    assert "来函待我方答复" in page.text
    assert "乙镇函〔2026〕7号" in page.text
    assert references_in(browser.get("/").text) == [reference]
    assert references_in(browser.get("/backlog").text) == [reference]
