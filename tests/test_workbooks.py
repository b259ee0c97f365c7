"""Workbooks from plain values: every value is what it is, every text is text, and what fits no cell does no harm."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.workbooks import LONGEST, written
from models.system.sheets import Book, Cell, Sheet


def cell(value: Cell) -> Any:
    """What stands in a cell after a value has been written into it."""
    book = Book("x", "王工", [Sheet("一", ["甲"], [[value]], [10])])
    return load_workbook(io.BytesIO(written(book)))["一"]["A2"]


@pytest.mark.parametrize(
    ("value", "read", "kind"),
    [
        ("不良率", "不良率", "s"),
        ("007", "007", "s"),
        ("91330000123456789X", "91330000123456789X", "s"),
        ("mailto:x@y.cn", "mailto:x@y.cn", "s"),
        ("{=SUM(1)}", "{=SUM(1)}", "s"),
        ("一行\n二行", "一行\n二行", "s"),
        ("", None, "n"),
        (None, None, "n"),
        (0, 0, "n"),
        (2.5, 2.5, "n"),
        (date(2026, 2, 28), datetime(2026, 2, 28), "d"),
        (datetime(2026, 2, 28, 23, 59), datetime(2026, 2, 28, 23, 59), "d"),
        ("长" * (LONGEST + 5), "长" * LONGEST, "s"),
    ],
)
def test_a_value_is_what_it_is(value: Cell, read: Any, kind: str) -> None:
    found = cell(value)
    assert (found.value, found.data_type, found.hyperlink) == (read, kind, None)


def test_marks_of_the_format_in_a_name_do_no_harm() -> None:
    book = Book("x", "A&D &P <王>", [Sheet("一", ["甲", "乙"], [], [10, 20]), Sheet("二", (), [["说", 1]], [9, 9])])
    first, second = load_workbook(io.BytesIO(written(book))).worksheets
    assert first.oddFooter is not None and first.oddFooter.left is not None
    assert str(first.oddFooter.left.text) == "A&&D &&P <王>"
    assert (first.freeze_panes, first.auto_filter.ref, first.column_dimensions["B"].width > 19) == ("A2", "A1:B2", True)
    assert (second.freeze_panes, second.auto_filter.ref, second["B1"].value) == (None, None, 1)
