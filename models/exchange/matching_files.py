"""Needs and offers from records of a file (JSON Lines or an officer's sheet) and rankings back as plain records.

Knows the columns, not the paths; a record that cannot be read is a BadRecord that says which field is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from models.exchange.matching import Index, NeedText, OfferText, Ranking, Reason, Rules, worded

Record = Mapping[str, Any]
Ranked = dict[str, Any]
_DIVIDERS = re.compile("[|;；、，]")


class BadRecord(ValueError):
    """A record that cannot be read: what is wrong (a kind) and in which field."""

    def __init__(self, kind: str, field: str) -> None:
        super().__init__(f"{field}: {kind}")
        self.kind = kind
        self.field = field


# An officer's file ranks everything: reach is shown as a gap, not hidden.
FILE_RULES = Rules(region=False)


def need_of(record: Record) -> NeedText:
    """A need from a record with id, text and, where known, org, city, industry, methods, forms and online."""
    return NeedText(
        id=_required(record, "id"),
        text=_required(record, "text"),
        industry=_text(record, "industry"),
        city=_text(record, "city"),
        methods=_texts(record, "methods"),
        org=_text(record, "org"),
        forms=_texts(record, "forms"),
        online=bool(record.get("online", False)),
    )


def offer_of(record: Record) -> OfferText:
    """An offer from a record with id, text and, where known, org, city, industry, methods, areas, forms, capacity."""
    return OfferText(
        id=_required(record, "id"),
        text=_text(record, "text"),
        industry=_text(record, "industry"),
        city=_text(record, "city"),
        methods=_texts(record, "methods"),
        org=_text(record, "org"),
        service_areas=_texts(record, "service_areas"),
        forms=_texts(record, "forms"),
        capacity=_count(record, "capacity"),
        online=bool(record.get("online", False)),
    )


def _required(record: Record, field: str) -> str:
    if value := _text(record, field):
        return value
    raise BadRecord("missing", field)


def _text(record: Record, field: str) -> str:
    value = record.get(field)
    if value is None:
        return ""
    if isinstance(value, bool | Mapping | list):
        raise BadRecord("no_text", field)
    return str(value).strip()


def _texts(record: Record, field: str) -> tuple[str, ...]:
    value = record.get(field) or ()
    if isinstance(value, str):
        value = _DIVIDERS.split(value)
    if not isinstance(value, Sequence):
        raise BadRecord("no_list", field)
    return tuple(dict.fromkeys(str(part).strip() for part in value if str(part).strip()))


def _count(record: Record, field: str) -> int | None:
    value = record.get(field)
    if value in (None, ""):
        return None
    try:
        return max(0, int(value))
    except (TypeError, ValueError, OverflowError):
        raise BadRecord("no_number", field) from None


def rank_file(
    needs: Sequence[NeedText],
    offers: Iterable[OfferText],
    top: int,
    patterns: Mapping[str, str],
    lang: str = "zh",
    each: Callable[[Callable[[NeedText], Ranked], Sequence[NeedText]], Iterator[Ranked]] = map,
) -> Iterator[Ranked]:
    """The best offers for each need, as records with reasons and gap in words, in the order of the needs.

    `each` goes through the needs as `map` does; the caller may have one that does so with several processes.
    """
    index = Index.build(offers)
    return each(lambda need: record_of(index.rank(need, top, FILE_RULES), patterns, lang), needs)


def record_of(ranking: Ranking, patterns: Mapping[str, str], lang: str) -> Ranked:
    """A ranking as a plain record."""

    def said(reason: Reason) -> str:
        return worded(patterns, reason, lang)

    return {
        "need_id": ranking.need_id,
        "offers": [
            {
                "id": match.offer_id,
                "score": match.score,
                "reasons": [said(reason) for reason in match.reasons],
                "gap": said(match.gap) if match.gap else None,
            }
            for match in ranking
        ],
        "below_floor": ranking.below_floor,
    }
