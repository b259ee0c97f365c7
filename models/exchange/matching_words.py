"""Finds many words in one text at once. Knows no vocabulary of its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def plain(text: str) -> str:
    """Compatibility forms folded and lower case, so that full-width and half-width spellings are one."""
    return unicodedata.normalize("NFKC", text).lower()


class Finder:
    """Words with the things they stand for; a word of one character is left out, it stands for too much."""

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        owners: dict[str, list[str]] = {}
        for word, owner in words:
            if len(word) > 1:
                owners.setdefault(plain(word), []).append(owner)
        self._openings: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for word in sorted(owners, key=lambda word: (-len(word), word)):
            self._openings.setdefault(word[:2], []).append((word, tuple(owners[word])))

    def found(self, text: str) -> dict[str, str]:
        """What the text speaks of, each with the longest word it uses for it (in plain spelling)."""
        folded = plain(text)
        found: dict[str, str] = {}
        for start in range(len(folded) - 1):
            for word, owners in self._openings.get(folded[start : start + 2], ()):
                if folded.startswith(word, start):
                    for owner in owners:
                        if len(word) > len(found.get(owner, "")):
                            found[owner] = word
        return found
