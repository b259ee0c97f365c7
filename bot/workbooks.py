"""The one place that writes workbooks: sheets as values in, the content of an xlsx file out.

Pure; nothing is put on the disk, so that nothing half is ever left there. Whatever somebody typed is written as text,
never as a formula, a link or a figure.
"""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

from models.system.sheets import Book, Cell, Sheet

AS_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST = 32_767  # characters of a cell
EPOCH, DAY = datetime(1899, 12, 30), timedelta(days=1)  # a date in a cell is a number of days


def written(book: Book) -> bytes:
    """The content of a workbook."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **AS_TYPED}) as file:
        formats = {
            "head": file.add_format({"bold": True, "bg_color": "#e8ecef", "text_wrap": True, "valign": "top"}),
            "day": file.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": file.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for sheet in book.sheets:
            _fill(file.add_worksheet(sheet.title), sheet, formats, book.mark)
    return content.getvalue()


def _fill(page: Any, sheet: Sheet, formats: dict[str, Any], mark: str) -> None:
    """Write one sheet: heads that stay in sight and filter, columns as wide as they are told, `mark` on every page."""
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    for column, head in enumerate(sheet.heads):
        page.write_string(0, column, head, formats["head"])
    first = last = 1 if sheet.heads else 0
    for last, row in enumerate(sheet.rows, first):
        for column, value in enumerate(row):
            _put(page, last, column, value, formats)
    if sheet.heads:
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, last, len(sheet.heads) - 1)
        page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    said = mark.replace("&", "&&")
    page.set_header(f"&L{said}")
    page.set_footer(f"&L{said}&R&P / &N")


def _put(page: Any, row: int, column: int, value: Cell, formats: dict[str, Any]) -> None:
    """Write one cell as what it is; an empty one stays out."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        page.write_string(row, column, value[:LONGEST])
    elif isinstance(value, datetime):
        page.write_number(row, column, (value - EPOCH) / DAY, formats["moment"])
    elif isinstance(value, date):
        page.write_number(row, column, (value - EPOCH.date()) / DAY, formats["day"])
    else:
        page.write_number(row, column, value)
