"""A whole life of a case by clicking, in a real browser; each page looked at by axe-core."""

import lzma
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page

from tests.databases import SQLITE
from tests.desk.browser import PASSWORD, DeskOf
from tests.desk.serving import chromium, served
from tests.story import Story

HERE = Path(__file__).parent
APPLICATION = HERE.parents[1] / "examples" / "enclosures" / "application.pdf"
AXE = lzma.decompress((HERE / "vendor" / "axe.min.js.xz").read_bytes()).decode()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NUMBER = "110101199003070011"  #: Synthetic; its check digit is right.
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDE, NARROW = {"width": 1280, "height": 850}, {"width": 390, "height": 800}


@pytest.fixture
def database_kind() -> str:
    """Click on SQLite alone; the pages do not know which database it is."""
    return SQLITE


@pytest.fixture(scope="module")
def machine() -> Iterator[Chromium]:
    with chromium() as browser:
        yield browser


def elsewhere(act: Callable[..., object], *given: object) -> None:
    """Do something in a thread without Playwright's event loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(act, *given).result()


class Person:
    """Somebody in front of a browser."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.page, self.origin, self.complaints = context.new_page(), origin, list[str]()
        self.page.set_default_timeout(10_000)
        self.page.on("console", lambda message: self._hear(message.text, message.type))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, text: str, kind: str) -> None:
        if kind == "error" and "status of 4" not in text:  # A refusal is an answer.
            self.complaints.append(text)

    def sign_in(self, login: str) -> None:
        """Sign in by hand."""
        self.page.goto(self.origin)
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.click("main button")

    def go(self, path: str) -> None:
        """Go to a page."""
        self.page.goto(self.origin + path)

    def press(self, words: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("button", name=words, exact=True).click()

    def sees(self, words: str) -> bool:
        """Whether the page says something."""
        return words in self.page.inner_text("main")


def faults(page: Page) -> list[tuple[str, str]]:
    """Return what axe-core finds on the page: rule and place; nothing may lie beside the screen."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES
    )
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    beside = [("page", f"{wide} px too wide")] if wide > 0 else []
    return beside + [
        (fault["id"], node["html"][:120])
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def fill_in(person: Person) -> None:
    """Fill in the form of a usual case, without sending it."""
    page = person.page
    person.go("/open")
    page.fill("#field-certificate", "户籍情况证明")
    page.fill("#field-purpose", "办理居住登记")
    page.fill("#name", "林小禾")
    page.fill("#person_number", NUMBER)
    page.fill("#consent_on", "2026-03-02")
    page.fill("#home_query", "乙镇")


def open_by_clicking(person: Person, *, has_script: bool) -> str:
    """Open a case and return its reference."""
    page = person.page
    fill_in(person)
    if not has_script:
        page.click("button[value=find]")
        assert page.input_value("#name") == "林小禾"  # Nothing typed is lost.
    page.get_by_label("样本县乙镇人民政府").check()
    if has_script:
        page.wait_for_selector("text=1101**********0011")
        person.press("计算日期")
        page.wait_for_selector(".ladder li")
        assert person.sees("2026年3月23日 周一前复函")
    page.set_input_files("#file-application", APPLICATION)
    page.locator("aside button.main").click()
    page.wait_for_selector("text=已登记，函件由系统拟制并发出")
    return page.inner_text("h1")


def answer_by_clicking(person: Person) -> None:
    """Record a reply on the page of a case, and look at it."""
    page = person.page
    page.locator("summary", has_text="登记复函").click()
    page.fill("#reply-summary", "已出具，随函寄送。")
    page.set_input_files("#reply-file", APPLICATION)
    page.locator("form[action$='/replies'] button").click()
    assert person.sees("复函已到，等待审阅")
    page.get_by_label("完整答复").check()
    person.press("确认")
    assert person.sees("已审阅。")


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_case_is_opened_followed_answered_and_closed_by_clicking(
    story: Story, machine: Chromium, has_script: bool
) -> None:
    with served(DeskOf(story)) as origin:
        context = machine.new_context(viewport=WIDE, java_script_enabled=has_script, locale="zh-CN")
        person = Person(context, origin)
        person.sign_in("zhou")
        assert person.sees("没有待办事项")
        reference = open_by_clicking(person, has_script=has_script)
        elsewhere(story.live_until, "Tue 2026-03-24 15:00")
        person.go("/")
        assert person.sees("等待复函，逾期由系统催复")
        person.page.click(f"text={reference}")
        assert person.sees("催复函")
        answer_by_clicking(person)
        elsewhere(story.rest)
        person.go(f"/cases/{reference}")
        assert person.sees("已答复")
        assert story.case(reference).outcome is not None
        assert person.complaints == []
        context.close()


def test_axe_finds_nothing_on_any_page_in_two_languages_and_two_widths(
    story: Story, machine: Chromium
) -> None:
    reference = story.open()
    elsewhere(story.rest)
    story.reply(reference)
    of = DeskOf(story)
    with served(of) as origin:
        token = of.browser("wu").cookies["hancha"]
        link = of.link_for("zhou")
        found: dict[str, list[tuple[str, str]]] = {}
        for language, viewport in (("zh", WIDE), ("en", NARROW)):
            context = machine.new_context(viewport=viewport)
            person = Person(context, origin)
            context.add_cookies([{"name": "hancha-language", "value": language, "url": origin}])
            for path in ("/sign-in", f"/enter/{link}"):
                person.go(path)
                found[f"{language} {path[:8]}"] = faults(person.page)
            context.add_cookies([{"name": "hancha", "value": token, "url": origin}])
            for path in PAGES:
                person.go(path.format(reference=reference))
                found[f"{language} {path}"] = faults(person.page)
            person.go("/open")
            person.page.evaluate("document.querySelector('form.split').noValidate = true")
            person.page.locator("aside button.main").click()
            assert person.page.locator("#refusal").count() == 1
            found[f"{language} refused"] = faults(person.page)
            assert person.complaints == []
            context.close()
    assert {page: list_ for page, list_ in found.items() if list_} == {}


PAGES = (
    *("/", "/replies", "/open", "/search?q=XQ", "/me", "/nowhere", "/cases/{reference}"),
    *("/backlog", "/backlog?band=overdue", "/sign-off", "/offices", "/offices/YZ", "/calendar"),
    *("/mail-room",),
)
