"""The mail room's list of envelopes (交寄清单), as CSV and XLSX, in posting order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import xlsxwriter

from integrations import spreadsheet

#: The three that come back are named here alone; `tracking_file` finds them by these words.
ENVELOPE, TRACKING, POSTAGE = "信封号", "邮件号码", "邮资（元）"
COLUMNS = (
    *("序号", ENVELOPE, "办件编号", "发文字号", "收件机关", "收件人", "地址", "邮编", "电话"),
    *("页数", "邮件种类", "信封规格", TRACKING, POSTAGE),
)
_WIDTHS = (6, 26, 22, 26, 28, 12, 40, 10, 16, 6, 10, 10, 18, 12)


@dataclass(frozen=True, slots=True)
class ListLine:
    """One envelope."""

    position: int
    code: str
    references: tuple[str, ...]
    numbers: tuple[str, ...]
    recipient: str
    contact: str
    address: str
    postcode: str
    telephone: str
    pages: int
    mail_class: str
    size: str
    tracking_number: str = ""
    postage: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the cells in the order of COLUMNS."""
        return (
            str(self.position),
            self.code,
            "；".join(self.references),
            "；".join(filter(None, self.numbers)),
            *(self.recipient, self.contact, self.address, self.postcode, self.telephone),
            str(self.pages),
            *(self.mail_class, self.size, self.tracking_number, self.postage),
        )


def as_csv(lines: Sequence[ListLine]) -> bytes:
    """Return UTF-8 with a BOM, by which Excel and WPS know it.

    A cell that a spreadsheet would take for a formula begins with an apostrophe; figures alone
    end with a tabulator, so that a postcode keeps its zeros and a number all its digits.
    """
    return spreadsheet.as_csv(COLUMNS, (line.cells() for line in lines))


def as_xlsx(lines: Sequence[ListLine], made_at: datetime) -> bytes:
    """Return the list as a workbook; every cell is a text, so nothing is a formula or rounded."""
    whole = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(whole, options) as book:
        book.set_properties({"title": "交寄清单", "created": made_at.replace(tzinfo=None)})
        heading = book.add_format({"bold": True, "border": 1, "align": "center"})
        plain = book.add_format({"num_format": "@", "border": 1, "text_wrap": True})
        sheet = book.add_worksheet("交寄清单")
        sheet.freeze_panes(1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for column, (title, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, heading)
        for row, line in enumerate(lines, start=1):
            for column, cell in enumerate(line.cells()):
                sheet.write_string(row, column, cell, plain)
    return whole.getvalue()
