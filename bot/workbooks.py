"""The one place that writes workbooks: sheets as values in, an xlsx file out.

`write` runs in a process of its own, for XlsxWriter is Python all through: it reads the rows there too, as of one
moment, so that the bot neither waits for them nor holds them. Nothing is put on the disk, so that nothing half is ever
left there. Whatever somebody typed is written as text, never as a formula, a link or a figure.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

import handlers
from bot.engine.database import open_engine
from handlers.oversight import exports
from handlers.registration import mydata
from models.system.sheets import Book, Cell, Sheet

BOOKS: dict[str, Callable[[Session, dict[str, Any]], Book]] = {"export": exports.lay_out, "mydata": mydata.lay_out}
AS_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST = 32_767  # characters of a cell
EPOCH, DAY = datetime(1899, 12, 30), timedelta(days=1)  # a date in a cell is a number of days


def write(url: str, spec: dict[str, Any]) -> tuple[str, bytes]:
    """The name and content of the file that a letter's `spec` asks for; Refused where its reader may not have it."""
    handlers.open_rooms()
    with reading(url) as session:
        book = BOOKS[spec["name"]](session, spec)
        return f"{book.name}.xlsx", written(book)


@contextmanager
def reading(url: str) -> Iterator[Session]:
    """A session in which all stands as of one moment, and for which nobody waits."""
    engine = open_engine(url, begins="BEGIN")
    if engine.dialect.name != "sqlite":  # whose readers see one moment anyhow
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


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
