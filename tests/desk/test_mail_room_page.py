"""The mail room's day at the desk: batch, print, posted; another office's batch is not there."""

import re
from pathlib import Path
from uuid import uuid4

from tests.desk.browser import DeskOf
from tests.story import Story
from tests.world import office

APPLICATION = Path(__file__).resolve().parents[2] / "examples" / "enclosures" / "application.pdf"


def test_the_day_s_letter_is_batched_printed_and_posted_by_the_pages(story: Story) -> None:
    post_only = office("PZ", "样本县邮镇人民政府", "You Town (sample)", email="", channels="post")
    story.enter(post_only, "YX")
    case_id = uuid4()
    document = story.house.documents.put(APPLICATION.read_bytes(), case_id=case_id)
    reference = story.open(home_office="PZ", case_id=case_id, enclosures={"application": document})
    story.rest()
    of = DeskOf(story)
    browser, foreigner = of.browser("mail"), of.browser("zheng")
    assert reference in browser.get("/mail-room").text
    assert reference not in foreigner.get("/mail-room").text
    assert browser.post("/mail-room/batch").headers["location"] == "/mail-room?done=batch"
    page = browser.get("/mail-room").text
    code = re.search(r"/mail-room/([^/\"]+)/print", page)[1]  # type: ignore[index]
    for act in ("print", "cancel", "posted"):
        assert foreigner.post(f"/mail-room/{code}/{act}", data={"early": "yes"}).status_code == 404
    early = browser.post(f"/mail-room/{code}/print")
    assert early.status_code == 422  # Its cut-off has not come, and nobody said so.
    printed = browser.post(f"/mail-room/{code}/print", data={"early": "yes"})
    assert printed.content.startswith(b"%PDF")
    assert browser.post(f"/mail-room/{code}/posted").status_code == 303
    assert "没有待寄函件" in browser.get("/mail-room").text
    assert story.letters(reference)[0].left_at is not None
