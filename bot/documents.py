"""The one place that writes text documents: a report as values in, the content of a docx file out. Pure."""

from __future__ import annotations

import io
from typing import Any

from models.system.sheets import Report, Sheet

FONT, SIZE = "FangSong", 12  # of official papers; points


def written(report: Report) -> bytes:
    """The content of a document: title, opening, a table under each heading, closing, and the `mark` on every page."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    for name in ("Normal", "Title", "Heading 1"):
        style = document.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    document.styles["Normal"].font.size = Pt(SIZE)
    document.core_properties.author, document.core_properties.title = "", report.title
    document.add_heading(report.title, level=0)
    for line in report.opening:
        document.add_paragraph(line)
    for sheet in report.sheets:
        document.add_heading(sheet.title, level=1)
        _table(document, sheet)
    document.add_paragraph()
    for line in report.closing:
        document.add_paragraph(line)
    document.sections[0].footer.paragraphs[0].text = report.mark
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _table(document: Any, sheet: Sheet) -> None:
    table = document.add_table(rows=1, cols=len(sheet.heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, sheet.heads, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    for row in sheet.rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = "" if value is None else str(value)
