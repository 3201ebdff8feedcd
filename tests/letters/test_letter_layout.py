"""Where things stand on the page, in millimetres, against GB/T 9704-2012 (5.2, 7 and 10.1)."""

from dataclasses import replace
from itertools import chain, pairwise

import pytest

from cases.vocabulary.values import LetterContent, OfficeDetails
from integrations.letters import TypstPrinter
from tests.letters.printed_pages import Box, Page, pages_of

CHARACTER = 15.75 * 25.4 / 72  # One character of the text, 5.56 mm.
PITCH = 225 / 22
NAME = "示例市甲区新桥街道办事处"
LONG_REASON = "申请人提交的材料与我镇登记的资料不一致，需要本人到场核对。" * 40


@pytest.fixture(scope="module")
def request_pages(printer: TypstPrinter, samples: dict[str, LetterContent]) -> list[Page]:
    return pages_of(printer.render(samples["request-zh"]).pdf)


@pytest.fixture(scope="module")
def long_pages(printer: TypstPrinter, samples: dict[str, LetterContent]) -> list[Page]:
    content = replace(samples["closing_notice-refused-zh"], outcome_reason=LONG_REASON)
    return pages_of(printer.render(content).pdf)


def near(value: float, tolerance: float = 0.15) -> object:
    return pytest.approx(value, abs=tolerance)


def test_the_paper_is_a4(request_pages: list[Page]) -> None:
    assert [(round(page.width), round(page.height)) for page in request_pages] == [(210, 297)] * 3


def test_the_name_of_the_office_begins_30_mm_below_the_edge_and_is_centred(
    request_pages: list[Page],
) -> None:
    name = request_pages[0].ink_of(NAME)
    assert name.top == near(30, 0.3)
    assert name.centre == near(105, 0.5)


def test_the_double_lines_are_170_mm_long_and_centred(request_pages: list[Page]) -> None:
    rules = request_pages[0].rules
    assert [(rule.left, rule.width) for rule in rules] == [(near(20), near(170))] * 4


def test_the_upper_double_line_is_4_mm_below_the_name_thick_over_thin(
    request_pages: list[Page],
) -> None:
    page = request_pages[0]
    thick, thin = page.rules[:2]
    assert thick.top - page.ink_of(NAME).bottom == near(4)
    assert thick.bottom - thick.top > 2 * (thin.bottom - thin.top)


def test_the_lower_double_line_is_20_mm_above_the_edge_thin_over_thick(
    request_pages: list[Page],
) -> None:
    thin, thick = request_pages[0].rules[2:]
    assert 297 - thick.bottom == near(20)
    assert thick.bottom - thick.top > 2 * (thin.bottom - thin.top)


def test_only_the_first_page_has_double_lines(request_pages: list[Page]) -> None:
    assert [len(page.rules) for page in request_pages] == [4, 0, 0]


def test_the_number_stands_at_the_right_seven_eighths_of_a_character_below_the_line(
    request_pages: list[Page],
) -> None:
    page = request_pages[0]
    number = page.line("新街办函")
    assert number.top - page.rules[1].bottom == near(CHARACTER * 7 / 8)
    assert page.ink_of("号").right == near(184, 0.7)


def test_the_title_is_two_lines_below_the_number_and_each_of_its_lines_is_centred(
    request_pages: list[Page],
) -> None:
    page = request_pages[0]
    number = page.line("新街办函")
    title, second = page.lines[page.lines.index(number) + 1 :][:2]
    assert title.top - number.top == near(PITCH * 3, 0.3)
    assert [title.text, second.text] == [NAME, "关于商请协助出具户籍情况证明的函"]
    assert title.centre == near(106, 0.6)
    assert second.centre == near(106, 0.6)


def test_the_addressee_is_one_empty_line_below_the_title_without_indent(
    request_pages: list[Page],
) -> None:
    page = request_pages[0]
    addressee = page.line("样本县乙镇人民政府：")
    assert addressee.left == near(28)
    # The title ends 22 pt below its top; an empty line of text and two gaps lie between.
    gap = addressee.top - page.line("关于商请协助").top
    assert gap == near(22 * 25.4 / 72 + CHARACTER + 2 * (PITCH - CHARACTER), 0.5)


def test_a_full_page_of_text_has_22_lines_in_225_mm(long_pages: list[Page]) -> None:
    lines = long_pages[1].body()
    assert len(lines) == 22
    assert lines[0].top == near(37, 0.4)  # The type's box is a little lower than its square.
    assert lines[-1].top - lines[0].top == near(21 * PITCH)
    assert [line.left for line in lines] == [near(28)] * 22


def test_a_full_line_has_28_characters_in_156_mm(long_pages: list[Page]) -> None:
    lines = long_pages[1].body()
    assert {len(line.text) for line in lines} <= {27, 28, 29}  # Marks are narrowed or widened.
    assert {round(line.right) for line in lines} <= {182, 183, 184}


def test_a_paragraph_is_indented_by_two_characters(request_pages: list[Page]) -> None:
    assert request_pages[0].line("申请人林小禾").left == near(28 + 2 * CHARACTER)


def test_the_signature_is_centred_over_the_date_which_ends_four_characters_from_the_edge(
    request_pages: list[Page],
) -> None:
    page = request_pages[1]
    name, date = page.ink_of(NAME), page.ink_of("2026年3月5日")
    assert name.centre == near(date.centre, 0.7)
    assert date.right == near(184 - 4 * CHARACTER, 1.6)  # 日 is narrower than its square.


def test_a_seal_of_42_mm_finds_room_over_the_signature(request_pages: list[Page]) -> None:
    """7.3.5.1: its top within a line of the text, name and date below its centre."""
    page = request_pages[1]
    text_ends = page.line("3.回执").bottom
    seal = Box(page.ink_of("2026年3月5日").centre - 21, text_ends + 0.5, 0, text_ends + 42.5)
    centre = (seal.top + seal.bottom) / 2
    assert page.line(NAME).bottom > centre
    assert page.line("2026年3月5日").bottom < seal.bottom
    # The note begins where the seal ends.
    assert page.ink_of("联系人").top > seal.bottom - 0.6


def test_the_contact_is_in_brackets_on_the_line_after_the_date(request_pages: list[Page]) -> None:
    page = request_pages[1]
    note = page.line("（联系人：周宁，联系电话：000-00000000）")
    assert note.top - page.line("2026年3月5日").top == near(PITCH, 0.5)


def test_enclosures_stand_one_empty_line_below_the_text_their_names_aligned(
    request_pages: list[Page],
) -> None:
    page = request_pages[1]
    first, second, third = page.line("附件：1."), page.line("2.委托书"), page.line("3.回执")
    assert first.top - page.line("专此函达").top == near(2 * PITCH, 0.5)
    assert first.left == near(28 + 2 * CHARACTER, 0.3)
    assert page.ink_of("户籍情况证明出具申请书").left == near(page.ink_of("委托书").left, 0.7)
    assert second.top - first.top == near(PITCH, 0.3)
    assert third.top - second.top == near(PITCH, 0.3)


def test_pages_are_numbered_from_the_second_on_the_outer_side_below_the_text(
    long_pages: list[Page],
) -> None:
    first, second, third = long_pages[:3]
    assert "—1—" not in [line.text for line in first.lines]
    assert second.line("—2—").left == near(28 + 14 * 25.4 / 72, 0.4)
    assert third.line("—3—").right == near(184 - 14 * 25.4 / 72, 0.8)
    assert second.line("—2—").top == near(262 + 7, 0.3)


def test_every_page_carries_the_case_reference_at_its_foot(long_pages: list[Page]) -> None:
    marks = [page.line("办件编号：HC-2026-000123-7") for page in long_pages]
    assert all(mark.top > 277 and mark.bottom < 290 for mark in marks)


def test_copies_stand_at_the_foot_of_the_type_area_of_the_last_page(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    last = pages_of(printer.render(samples["second_reminder-zh"]).pdf)[-1]
    copies = last.line("抄送：样本县人民政府。")
    assert copies.bottom == near(262, 0.5)
    assert copies.left == near(28 + 14 * 25.4 / 72, 0.3)


@pytest.mark.parametrize("more", range(0, 200, 10))
def test_no_heading_ends_a_page_and_no_signature_stands_without_text(
    printer: TypstPrinter, samples: dict[str, LetterContent], more: int
) -> None:
    """The text grows by some ten characters each time, so that every line meets the page's end."""
    content = samples["request-zh"]
    fields = {**content.fields, "purpose": "办理" + "居住登记及相关事项" * (more // 10)}
    *pages, _slip = pages_of(printer.render(replace(content, fields=fields)).pdf)
    bodies = [[line.text for line in page.body()] for page in pages]
    headings = ("一、商请协助事项", "二、办理时限和反馈方式", "三、其他事项")
    assert all(heading in chain(*bodies) for heading in headings)
    assert not any(body[-1] in headings for body in bodies)
    assert bodies[-1].index(NAME) > 0


NAMES = [
    ("县局", "示例县民政局"),
    ("the longest street office", "示例壮族自治区样本市丙丁仫佬族自治县第十二街道办事处"),
    ("33 characters", "示例壮族自治区样本市丙丁仫佬族自治县人力资源和社会保障局综合服务中心"),
]


@pytest.mark.parametrize(("case", "name"), NAMES, ids=[case for case, _ in NAMES])
def test_a_name_of_any_length_stays_between_the_ends_of_the_red_line(
    printer: TypstPrinter, samples: dict[str, LetterContent], case: str, name: str
) -> None:
    office = OfficeDetails("某", name, "An Office", address="某路1号", telephone="000")
    page = pages_of(printer.render(replace(samples["request-zh"], sender=office)).pdf)[0]
    head = [line for line in page.lines if line.top > 26 and line.bottom < page.rules[0].top + 1]
    assert "".join(line.text for line in head) == name, case
    assert len(head) <= 2
    assert all(line.left > 20 and line.right < 190 for line in head)
    assert all(line.centre == near(105, 1.0) for line in head)


@pytest.mark.parametrize("length", [4, 12, 20, 28, 40])
def test_a_title_of_any_length_stays_in_the_type_area_and_is_no_hourglass(
    printer: TypstPrinter, samples: dict[str, LetterContent], length: int
) -> None:
    certificate = (
        "城乡居民基本养老保险关系转移接续参保缴费凭证及历年缴费明细清单查询结果告知书证明"[:length]
    )
    content = replace(samples["request-zh"], fields={"certificate": certificate})
    page = pages_of(printer.render(content).pdf)[0]
    number, addressee = page.line("新街办函"), page.line("样本县乙镇")
    title = page.lines[page.lines.index(number) + 1 : page.lines.index(addressee)]
    assert "".join(line.text for line in title) == f"{NAME}关于商请协助出具{certificate}的函"
    torn = {above.text[-1] + below.text[0] for above, below in pairwise(title)}
    assert torn.isdisjoint({"居民", "基本", "养老", "保险", "关系", "转移", "接续", "参保", "缴费"})
    assert all(line.left > 28 - 0.1 and line.right < 184 + 0.1 for line in title)
    assert all(line.centre == near(106, 0.8) for line in title)
    widths = [line.width for line in title]
    assert not any(
        middle < min(above, below) - 1
        for above, middle, below in zip(widths, widths[1:], widths[2:], strict=False)
    )


def test_a_long_list_of_enclosures_goes_over_the_page_and_its_last_stays_with_the_signature(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    names = tuple(f"申请材料之{n}" for n in range(1, 31))
    content = replace(samples["request-zh"], enclosures=names)
    *pages, _slip = pages_of(printer.render(content).pdf)
    printed = "".join(line.text for page in pages for line in page.body())
    assert all(f"{n}.申请材料之{n}" in printed for n in range(1, 31))
    assert pages[-1].line("31.回执").bottom < pages[-1].line(NAME).top
    assert all(line.bottom < 263 for page in pages for line in page.body())
