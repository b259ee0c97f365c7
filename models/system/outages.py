"""What a database's error means: a race lost, the database out of reach, or an error of ours. Knows no session."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

TROUBLES = {
    "SQLITE_FULL": "disk full",
    "SQLITE_IOERR_WRITE": "disk full",
    "53100": "disk full",
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
}


def raced(error: BaseException) -> bool:
    """Whether a unit of work lost a race that a second try may win."""
    if isinstance(error, IntegrityError | StaleDataError):
        return True
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


def absent(error: BaseException) -> bool:
    """Whether the database itself is out of reach, locked or full, so that nothing could be decided."""
    if not isinstance(error, OperationalError):
        return isinstance(error, DBAPIError) and error.connection_invalidated
    return getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR  # which is an error of ours


def first(error: BaseException) -> BaseException:
    """What went wrong with the database before the tidying up went wrong too."""
    found, before = error, error.__context__
    while before is not None:
        found, before = before if isinstance(before, DBAPIError) else found, before.__context__
    return found


def trouble_of(error: DBAPIError) -> str:
    """What is the matter with the database, by its own code: its words may hold what people typed."""
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    if code is None:
        return "out of reach"
    return f"{TROUBLES[code]} ({code})" if code in TROUBLES else str(code)
