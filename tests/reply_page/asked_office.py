"""The other office with our letter on its table."""

import io
import re
from pathlib import Path
from typing import Any

import anyio
import httpx
import zxingcpp
from pypdf import PdfReader

from cases.ports import LetterPrinter
from cases.vocabulary.reply_link import PrintedLink
from cases.vocabulary.values import LetterContent, RenderedLetter
from integrations.enclosures.reader import PdfEnclosureReader
from integrations.reply_page.address import PageAddress
from integrations.reply_page.app import reply_page
from tests.scan.paper import rasterised
from tests.story import Story

CERTIFICATE = Path(__file__).resolve().parents[2] / "examples" / "enclosures" / "application.pdf"


def printed(story: Story, case: str) -> tuple[bytes, int]:
    """Return the newest letter of a case as it left, and its number of pages."""
    letter = story.letters(case)[-1]
    pdf = story.house.documents.get(letter.document, case_id=letter.case_id)
    return pdf, letter.pages


def qr_codes(pdf: bytes, pages: int, dpi: int = 200) -> list[str]:
    """Return what the QR of each page holds."""
    return [
        zxingcpp.read_barcodes(rasterised(pdf, page, dpi))[0].text for page in range(1, pages + 1)
    ]


class Seconds:
    """Seconds that only go up when a test says so."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        """Return how many have passed."""
        return self.passed


class RememberingPrinter:
    """Prints with the real printer, and remembers the links that it printed."""

    def __init__(self, printer: LetterPrinter) -> None:
        self._printer = printer
        self.check, self.languages = printer.check, printer.languages
        self.links: dict[str, PrintedLink] = {}  #: By case.

    def render(self, content: LetterContent) -> RenderedLetter:
        """Return the finished letter."""
        if content.link is not None:
            self.links[content.reference] = content.link
        return self._printer.render(content)


class ReplyPages:
    """The reply page of a world, and the offices that come to it."""

    def __init__(self, story: Story) -> None:
        self.story, self.seconds = story, Seconds()
        self.printer = RememberingPrinter(story.house.printer)
        story.house.printer = self.printer
        self.address = PageAddress(story.house.settings.reply_page_url)
        self.app = reply_page(story.house, self.address, PdfEnclosureReader(), self.seconds)

    def asked(self, **changes: object) -> "AskedOffice":
        """Open a case, let its request leave, and give the office that has it."""
        case = self.story.open(**changes)
        self.story.rest()
        return AskedOffice(self, case)


class AskedOffice:
    """An office with one letter, and a browser without JavaScript."""

    def __init__(self, pages: ReplyPages, case: str, client: str = "192.0.2.7") -> None:
        self.pages, self.story, self.case, self.client = pages, pages.story, case, client
        self.cookies: dict[str, str] = {}
        link = pages.printer.links[case]
        self.token, self.code, self.path = link.token, link.code, f"/{link.token}"

    def read_the_paper(self) -> None:
        """Read link and code off the letter that left, as somebody with a telephone does."""
        pdf, count = printed(self.story, self.case)
        text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace(" ", "")
        self.code = re.search(r"(?:校验码：|Code:)(\d{6})", text)[1]  # type: ignore[index]
        self.path = "/" + qr_codes(pdf, count)[-1].partition("#")[0].rpartition("/")[2]
        self.token = self.path[1:]

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Ask for a page as a browser would, without following what it answers."""
        origin = self.pages.address.origin
        headers = {"accept-language": "zh-CN", **given.pop("headers", {})}
        if method == "POST":
            headers = {"origin": origin, "sec-fetch-site": "same-origin", **headers}
        if self.cookies and "cookie" not in headers:
            headers["cookie"] = "; ".join(f"{name}={each}" for name, each in self.cookies.items())

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.pages.app, client=(self.client, 1))
            async with httpx.AsyncClient(transport=transport, base_url=origin) as client:
                return await client.request(method, path, headers=headers, **given)

        answer = anyio.run(asked)
        for line in answer.headers.get_list("set-cookie"):
            name, value = re.match(r"([^=]+)=([^;]*)", line).groups()  # type: ignore[union-attr]
            self.cookies[name] = value.strip('"')
        return answer

    def get(self, path: str, **given: Any) -> httpx.Response:
        """Look at a page."""
        return self.ask("GET", path, **given)

    def enter(self, **changes: str) -> httpx.Response:
        """Send link, reference and code."""
        form = {"link": self.token, "reference": self.case, "code": self.code, "lang": "zh"}
        return self.ask("POST", "/enter", data={**form, **changes})

    def seconds_pass(self, seconds: float) -> None:
        """Let the machine's own time go on."""
        self.pages.seconds.passed += seconds

    def form_of(self, act: str) -> str:
        """Open the form of an act and return the key in it."""
        found = re.search(r'name="form" value="(\w+)"', self.get(f"/letter/{act}").text)
        assert found is not None
        return found[1]

    def send(
        self, act: str, words: str = "", *, key: str = "", file: bytes | None = None, **more: str
    ) -> httpx.Response:
        """Send the form of an act."""
        files = {} if file is None else {"file": ("证明.pdf", file, "application/pdf")}
        parts = {"form": key or self.form_of(act), "words": words, **more}
        fields = {name: (None, value) for name, value in parts.items()}
        return self.ask("POST", f"/letter/{act}", files={**fields, **files})

    def receipt(self, answer: httpx.Response) -> str:
        """Follow an answer to its receipt and return the number on it."""
        assert answer.status_code == 303, answer.text
        page = self.get(answer.headers["location"])
        assert page.status_code == 200
        return re.search(r'class="number">([^<]+)<', page.text)[1]  # type: ignore[index]

    def another(self, client: str = "192.0.2.8") -> "AskedOffice":
        """Return a second person of the office, at another browser with the same letter."""
        return AskedOffice(self.pages, self.case, client)
