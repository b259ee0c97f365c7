"""Questions that every wing asks: a reason of the programme's lists, a file by a clean name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.engine.events import clean
from bot.engine.forms import Asking, Options
from models import vocabulary


def listed(entries: Mapping[str, vocabulary.Bilingual], language: str) -> Options:
    """Entries of the vocabulary, by their codes, as the options of a question."""
    return [(code, vocabulary.label(entry, language)) for code, entry in entries.items()]


def reasons(kind: str) -> Callable[[Asking], Options]:
    """The reasons of a kind (to decline, to end, to return …) as the options of a question."""
    return lambda asking: listed(vocabulary.reasons(kind), asking.words.language)


def named_cleanly(asking: Asking, file: dict[str, Any]) -> dict[str, Any]:
    """A file whose name carries no control or invisible characters."""
    return {**file, "name": clean(str(file.get("name") or ""))}
