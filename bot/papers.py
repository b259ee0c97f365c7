"""From what a letter asks for to a file: read, laid out and written in a process of its own.

XlsxWriter and python-docx are Python all through, so the rows are read there too, as of one moment: the bot neither
waits for them nor holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

import handlers
from bot import documents, workbooks
from handlers.oversight import briefs, exports
from handlers.registration import mydata
from models.system.matter import unswept
from models.system.opening import open_engine
from models.system.sheets import Book, Report

LAID_OUT: dict[str, Callable[[Session, dict[str, Any]], Book | Report]] = {
    "export": exports.lay_out,
    "brief": briefs.lay_out,
    "mydata": mydata.lay_out,
}


def write(url: str, spec: dict[str, Any]) -> tuple[str, bytes]:
    """The name and content of the file that a letter's `spec` asks for; Refused where its reader may not have it."""
    handlers.open_rooms()
    with unswept(), reading(url) as session:  # what is made stays until it is written; the search would take a third
        paper = LAID_OUT[spec["name"]](session, spec)
        if isinstance(paper, Book):
            return f"{paper.name}.xlsx", workbooks.written(paper)
        return f"{paper.name}.docx", documents.written(paper)


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
