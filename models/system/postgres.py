"""PostgreSQL as a pool of threads uses it: how long it is waited for, and whether it is still there."""

from __future__ import annotations

import select
from typing import Any

from sqlalchemy.exc import DisconnectionError

PATIENCE = {
    "connect_timeout": 5,
    "tcp_user_timeout": 20_000,
}  # s, ms: a server that vanished is silent


def still_there(connection: Any, *_: Any) -> None:
    """Before a connection is used: a server that goes away says so, and that waits to be read.

    Raises DisconnectionError then, and the pool connects anew. To ask the server each time is a journey more a turn.
    """
    said = select.poll()
    if not connection.closed:
        said.register(connection.fileno(), select.POLLIN)
    if connection.closed or said.poll(0):
        raise DisconnectionError
