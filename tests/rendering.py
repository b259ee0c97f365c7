"""Every letter a test makes is also rendered in the other language, with the same rows; what never occurs is named.

The names of rendered blocks are gathered over the processes of a test run, and those left out by a whole run printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from bot.engine.words import LANGUAGES, Page, Words, speak

RENDERED: set[str] = set()
FAULTS: list[str] = []
_render = Words.render


def _both(self: Words, name: str, **context: Any) -> Page:
    page = _render(self, name, **context)
    RENDERED.add(name)
    for language in LANGUAGES:
        if language != self.language:
            try:
                other = _render(speak(language), name, **context)
                if _doors(page) != _doors(other):
                    FAULTS.append(f"{name} has other buttons in {language}: {_doors(page)} {_doors(other)}")
            except Exception as error:
                FAULTS.append(f"{name} cannot be said in {language}: {error!r}")
    return page


def _doors(page: Page) -> list[str]:
    return sorted(f"{one['action']} {one['args']}" for one in chain.from_iterable(page.rows))


@contextmanager
def in_both_languages() -> Iterator[None]:
    """While this holds, whatever is rendered is rendered in both languages."""
    Words.render = _both  # type: ignore[method-assign]
    try:
        yield
    finally:
        Words.render = _render  # type: ignore[method-assign]


def save(folder: Path, worker: str) -> None:
    """Leave what this process rendered where the whole run can find it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / worker).write_text("\n".join(sorted(RENDERED)), encoding="utf-8")


def missing(folder: Path) -> list[str]:
    """The blocks that no process of the run has rendered; the gathered names are removed."""
    seen: set[str] = set()
    for path in folder.glob("*"):
        seen |= set(path.read_text(encoding="utf-8").split())
        path.unlink()
    return sorted(set(speak("zh").home) - seen)
