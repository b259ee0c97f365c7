"""Finding: published offers and needs by one line of text naming methods, trades, cities or any word.

Knows no sentence and no channel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, or_, select, true
from sqlalchemy.orm import Session

from models import vocabulary
from models.exchange.matching_rules import place
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.understanding import understand
from models.registration.people import OFFICERS, Role, roles_of
from models.registration.units import Unit
from models.system.accounts import Person

LIMIT = 5
NEWEST = 1_000  # posts of a kind that are looked through; a whole province of today has so many of both together
MOST_TERMS = 6
LONGEST_NAME = 12  # characters of what may be a method's name


PostKind = type[Offer] | type[Need]
POSTS: dict[str, PostKind] = {"offers": Offer, "needs": Need}


@dataclass(frozen=True)
class Term:
    """One thing looked for: a method, an industry or a city by its code, or a word; `typed` is how it was written."""

    kind: str
    code: str
    typed: str = ""


@dataclass(frozen=True)
class Question:
    """What is looked for, all of which should hold."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Found:
    """What was found; `partly`: nothing met every term, so what meets some is shown.

    `newest`: of how many posts of a kind, the newest, it is all; 0 when older ones would not change it.
    """

    offers: list[Offer]
    needs: list[Need]
    partly: bool = False
    newest: int = 0

    def __bool__(self) -> bool:
        return bool(self.offers or self.needs)


@cache
def _names() -> dict[str, tuple[str, str]]:
    """Names and ids of cities and methods, folded, with what they stand for."""
    names: dict[str, tuple[str, str]] = {}
    for kind, table in (("city", vocabulary.cities()), ("method", vocabulary.methods())):
        for code, entry in table.items():
            for name in (entry.zh, entry.en, code):
                names[name.casefold()] = (kind, code)
    return names


def question(typed: str) -> Question:
    """The terms of a typed line, divided by blanks or commas; names of several words are taken whole."""
    rest, found = typed.casefold(), []
    for name, known in _names().items():
        if " " in name and name in rest:
            rest = rest.replace(name, " ")
            found.append(Term(*known, name))
    parts = [part for part in re.split(r"[\s,，、;；]+", rest) if part]
    return Question(tuple([*found, *map(_term, parts)][:MOST_TERMS]))


def _term(part: str) -> Term:
    known = _names().get(part.casefold()) or _names().get(place(part).casefold())
    if known:
        return Term(*known, part)
    if method := _method(part):
        return Term("method", method, part)
    if (not part[0].isdigit() or part.isdigit()) and (trade := vocabulary.find_industry(part)):
        return Term("industry", trade.id, part)
    return Term("word", part, part)


def _method(part: str) -> str | None:
    """A method by one of its other names."""
    named = [found.id for found in understand(part).methods if found.named]
    return named[0] if len(named) == 1 and len(part) <= LONGEST_NAME else None


def visible_kinds(session: Session, person: Person) -> frozenset[str]:
    """What a person may look through: incubatees offers, incubators needs, officers and members of both sides both."""
    roles = set(roles_of(session, person))
    kinds = {"offers"} if Role.INCUBATEE in roles else set()
    if roles & {Role.INCUBATOR, Role.MENTOR}:
        kinds.add("needs")
    if roles & {*OFFICERS, Role.EXPERT}:
        kinds |= {"offers", "needs"}
    return frozenset(kinds or {"offers"})


def find(
    session: Session, asked: Question, *, kinds: frozenset[str], limit: int = LIMIT, since: datetime | None = None
) -> Found:
    """Published posts that meet every term, newest first; when none does, those that meet any.

    Words nobody wrote are not looked for in everything that ever stood open, but in what is new since a moment, or in
    the newest so many of a kind.
    """
    oldest = {kind: _oldest(session, post) for kind, post in POSTS.items() if kind in kinds and since is None}
    spans = {kind: _span(post, since, oldest.get(kind)) for kind, post in POSTS.items() if kind in kinds}
    for partly, join in ((False, and_), (True, or_)):
        if partly and len(asked.terms) < 2:
            break
        offers = list(_offers(session, asked, join, limit, spans["offers"])) if "offers" in spans else []
        needs = list(_needs(session, asked, join, limit, spans["needs"])) if "needs" in spans else []
        if offers or needs:
            break
    full = {"offers": len(offers) == limit, "needs": len(needs) == limit}
    cut = any(moment is not None and (partly or not full[kind]) for kind, moment in oldest.items())
    return Found(offers, needs, partly and bool(offers or needs), NEWEST if cut else 0)


def _oldest(session: Session, post: PostKind) -> datetime | None:
    """When the first that is too old to be looked through was published; None when there is none."""
    query = select(post.published_at).where(post.status == PostStatus.PUBLISHED).order_by(post.published_at.desc())
    return session.scalar(query.offset(NEWEST).limit(1))


def _span(post: PostKind, since: datetime | None, oldest: datetime | None) -> ColumnElement[bool]:
    """Published after a moment, or not before the oldest: what came at one moment with it is looked through too."""
    if since is not None:
        return post.published_at > since
    return true() if oldest is None else post.published_at >= oldest


def _offers(session: Session, asked: Question, join: Any, limit: int, span: ColumnElement[bool]) -> Iterator[Offer]:
    query = select(Offer).join(Unit, Offer.unit_id == Unit.id).where(Offer.status == PostStatus.PUBLISHED, span)
    query = query.where(Offer.hidden.is_(False), join(*(_meets_offer(term) for term in asked.terms)))
    yield from session.scalars(query.order_by(Offer.published_at.desc(), Offer.id.desc()).limit(limit))


def _needs(session: Session, asked: Question, join: Any, limit: int, span: ColumnElement[bool]) -> Iterator[Need]:
    query = select(Need).join(Unit, Need.unit_id == Unit.id).where(Need.status == PostStatus.PUBLISHED, span)
    query = query.where(join(*(_meets_need(term) for term in asked.terms)))
    yield from session.scalars(query.order_by(Need.published_at.desc(), Need.id.desc()).limit(limit))


def _meets_offer(term: Term) -> ColumnElement[bool]:
    if term.kind == "method":
        return or_(*(_holds(Offer.methods, f'"{one}"') for one in _with_parts(term.code)))
    if term.kind == "industry":
        trades = _holds(Offer.industries, f'"{term.code}')
        return or_(trades, Unit.industry.startswith(term.code), _says(Offer.text, term.typed or _word(term.code)))
    if term.kind == "city":
        return or_(Unit.city == term.code, _holds(Offer.cities, f'"{term.code}"'))
    return _says(Offer.text, term.code)


def _meets_need(term: Term) -> ColumnElement[bool]:
    if term.kind == "method":
        return or_(*(_holds(Need.methods, f'"{one}"') for one in _with_parts(term.code)))
    if term.kind == "industry":
        return or_(Need.industry.startswith(term.code), _says(Need.trouble, term.typed or _word(term.code)))
    if term.kind == "city":
        return Unit.city == term.code
    return _says(Need.trouble, term.code)


def _with_parts(method: str) -> list[str]:
    return [method, *(one.id for one in vocabulary.methods().values() if one.parent == method)]


def _word(industry: str) -> str:
    return vocabulary.industries()[industry].zh


def _holds(column: Any, part: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = cast(column, Text).contains(part, autoescape=True)
    return found


def _says(column: Any, word: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.icontains(word, autoescape=True)
    return found
