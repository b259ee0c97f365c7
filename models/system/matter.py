"""Much matter at once: made without a search for rubbish through it, and packed for another process to think over."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def unswept() -> Iterator[None]:
    """No search for rubbish, which would hold every thread up, while much is made that is kept or gone at the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def packed(matter: Any) -> bytes | None:
    """What another process is to think over; nothing (None) is nothing."""
    return None if matter is None else pickle.dumps(matter, pickle.HIGHEST_PROTOCOL)


def thought(think: Callable[[Any], Any], packed: bytes) -> Any:
    """What comes of it, over there."""
    return think(pickle.loads(packed))
