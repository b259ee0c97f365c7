"""Reasons and gaps of a match as data, and the one function that lays them into a sentence pattern.

The patterns themselves live with the messages, a file for each language; this module has never seen one.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.exchange.matching_values import Reason

SHORTEST_QUOTE = 2
LONGEST_QUOTE = 12


def worded(patterns: Mapping[str, str], reason: Reason) -> str:
    """The reason as a sentence: the pattern of its kind with the words of both sides laid in, unescaped."""
    return patterns[reason.kind].format(need=reason.need_words, offer=reason.offer_words, detail=reason.detail)


def shared_words(one: str, other: str, *, worth: Mapping[str, float] | None = None) -> str:
    """The longest run of characters both texts use (2 to 12 characters), the first such run of the first text."""
    best = ""
    for start in range(len(one)):
        size = max(len(best) + 1, SHORTEST_QUOTE)
        while size <= LONGEST_QUOTE and start + size <= len(one):
            run = one[start : start + size]
            if not run.isalnum() or run not in other:
                break
            best = run
            size += 1
    return best
