"""A receipt slip whose QR is also the reply link: it is still filed by its page code."""

from dataclasses import replace
from pathlib import Path

import pytest

from cases.rules.page_code import PageCode, code_on, on_link
from cases.vocabulary.reply_link import PrintedLink
from cases.vocabulary.status import LetterKind
from integrations.letters.samples import samples_of
from integrations.scans.reader import ScanReader
from tests.scan.paper import WEARS, rasterised, stack_of, wear, worn
from tests.settled_worlds import printer

LINK = PrintedLink("https://reply.xinqiao.example", "7KQ2MZ4XWAB3CDEFGHJKLMNPQR", "482913")
CODE = PageCode("HC-2026-000123-7", 1, 3, 3)


def test_the_code_stands_behind_the_link_and_the_token_is_left_out() -> None:
    text = on_link(CODE, LINK.origin, LINK.token)
    assert text.startswith("HTTPS://REPLY.XINQIAO.EXAMPLE/")
    assert LINK.token in text
    assert code_on(text) == str(CODE)


@pytest.mark.parametrize(
    "foreign",
    [
        "https://verify.province.example/c?id=1",
        f"https://reply.xinqiao.example/{CODE}",
        f"HTTP://REPLY.XINQIAO.EXAMPLE/A#{CODE}#{CODE}",
        "",
    ],
)
def test_a_text_of_others_comes_back_as_it_is(foreign: str) -> None:
    assert code_on(foreign) == foreign


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_worn_slips_are_read_at_every_resolution_and_give_no_token_away(dpi: int) -> None:
    content = dict(samples_of(printer(), LetterKind.REQUEST))["request-zh"]
    letter = printer().render(replace(content, link=LINK))
    slip = rasterised(letter.pdf, letter.pages, dpi)
    sheets = [worn(slip, wear(number, dpi), number) for number in range(len(WEARS))]
    stack = ScanReader().read_content(stack_of(sheets), Path("slips.pdf"))
    code = str(PageCode(content.reference, content.ordinal, letter.pages, letter.pages))
    assert [page.codes for page in stack.pages] == [(code,)] * len(WEARS)
