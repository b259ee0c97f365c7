"""Needs: what an incubatee wants help with. Knows no sentence and no channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused, fetch, lock, move
from models.exchange import requests, screening
from models.exchange.posts import EDITABLE, OPEN, Post, PostStatus, own, refuse_other, review_by, seen, submit, verified
from models.exchange.troubles import inferred_in, joined
from models.oversight import duties
from models.registration.people import acting_unit, memberships
from models.registration.units import Side, Standing
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

UNKNOWN = "unknown"  # the answer "I do not know the method"
SECRECY = {"mask": "outside", "pair": "pair", "public": "public"}


class Need(Post, Base):
    """A need in the writer's own words, with what was recognised in it and confirmed.

    `trouble` is what may be read in public; `private` the full words where parts of them are only for the pair.
    `indicators` are readings {indicator, now, wanted, unit} or {text}; `barred_offers` were ruled out by an office;
    `joined_id` is a need of another unit to be served together with this one; `entered_by` wrote it down for them.
    `travels`: its people go to an incubator that does not come to their city. `inferred` are those of its `methods`
    that were proposed by what its words tell and only confirmed: matching weighs these words, not a wish.
    """

    __tablename__ = "needs"
    __table_args__ = (
        Index("ix_needs_status", "status", "submitted_at"),
        Index("ix_needs_public", "status", "published_at"),
        Index("ix_needs_trade", "status", "industry", "published_at"),
        Index("ix_needs_ending", "status", "expires_at"),
        Index("ix_needs_published_at", "published_at"),
    )

    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    trouble: Mapped[str] = mapped_column(Text)
    private: Mapped[str | None] = mapped_column(Text)
    methods: Mapped[list[str]] = mapped_column(default=list)
    inferred: Mapped[list[str]] = mapped_column(default=list)
    areas: Mapped[list[str]] = mapped_column(default=list)
    forms: Mapped[list[str]] = mapped_column(default=list)
    indicators: Mapped[list[Any]] = mapped_column(default=list)
    industry: Mapped[str | None] = mapped_column(String(6))
    urgency: Mapped[str | None] = mapped_column(String(20))
    secrecy: Mapped[str] = mapped_column(String(20), default="public")
    pinned_offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    barred_offers: Mapped[list[Any]] = mapped_column(default=list)
    joined_id: Mapped[int | None] = mapped_column(ForeignKey("needs.id"))
    travels: Mapped[bool] = mapped_column(default=False)
    entered_by: Mapped[Person | None] = relationship(foreign_keys=[entered_by_id])

    side = Side.INCUBATEE
    kind = "need"

    @property
    def words(self) -> str:
        return self.trouble

    def content(self) -> dict[str, Any]:
        names = ("trouble", "methods", "areas", "forms", "indicators", "industry", "urgency", "secrecy", "travels")
        return {name: getattr(self, name) for name in names}


def post_need(
    session: Session,
    person: Person,
    *,
    trouble: str,
    details: str | None = None,
    industry: str | None = None,
    areas: Sequence[str] | None = None,
    methods: Sequence[str] | None = None,
    indicators: Sequence[Any] | None = None,
    forms: Sequence[str] | None = None,
    urgency: str | None = None,
    secrecy: str | None = None,
    similar: str | None = None,
    need_id: int | None = None,
    version: int | None = None,
) -> Need:
    """Post a need, or change one of one's own (as it was in a `version`); the association reviews it either way.

    `details` is what was added when the first words said little or were about something else. `secrecy` decides
    about what looks secret: mask it, keep it for the pair, or leave it as it stands. `similar` is the need to join.
    """
    text = joined(trouble, details)
    need = own_need(session, person, need_id, lock=True) if need_id else _new(session, person)
    if need.status not in EDITABLE:
        raise Refused("moved_on", status=f"poststatus.{need.status}")
    refuse_other(need, version)
    _refuse_twice(session, need, text)
    need.trouble = screening.masked(text) if secrecy in ("mask", "pair") else text
    need.private = text if secrecy == "pair" else None
    need.secrecy = SECRECY.get(secrecy or "", "public")
    need.industry = industry or need.unit.industry
    need.unit.industry = need.unit.industry or industry
    need.methods = [code for code in methods or () if code != UNKNOWN]
    need.inferred = [code for code in inferred_in(text) if code in need.methods]
    need.areas, need.forms = list(areas or ()), list(forms or ())
    need.indicators, need.urgency = list(indicators or ()), urgency
    need.joined_id = int(similar) if similar and similar.isdigit() else None
    if need_id:
        need.version += 1
        requests.pause(session, need)
    session.add(need)
    session.flush()
    submit(session, need)
    record(session, person, "need_posted", subject=need.subject, version=need.version)
    tell(session, person, "need_posted", kind=Kind.REPLY, need=need, due_at=review_by(need), verified=verified(need))
    return need


def _new(session: Session, person: Person) -> Need:
    unit = acting_unit(session, person, Side.INCUBATEE)
    if unit.as_incubatee is Standing.FROZEN:
        raise Refused("unit_frozen")
    return Need(
        unit=unit, unit_id=unit.id, person=person, status=PostStatus.DRAFT, version=1, review={}, barred_offers=[]
    )


def _refuse_twice(session: Session, need: Need, text: str) -> None:
    query = select(Need.id).where(Need.unit_id == need.unit_id, Need.trouble == text, Need.status.in_(OPEN))
    if session.scalars(query.where(Need.id != (need.id or 0)).limit(1)).first() is not None:
        raise Refused("need_twice")


def find_need(session: Session, person: Person, need_id: int) -> Need:
    """A need for the people of its unit and the offices that watch it; Refused for anybody else."""
    return seen(session, person, session.get(Need, need_id))


def own_need(session: Session, person: Person, need_id: int, *, lock: bool = False) -> Need:
    """A need for those who speak for its unit; Refused for anybody else, offices included."""
    return own(session, person, fetch(session, Need, need_id, lock=lock))


def public_need(session: Session, person: Person, need_id: int) -> Need:
    """A published need for everybody, any need for its own people and offices."""
    need = session.get(Need, need_id)
    return need if need is not None and need.status is PostStatus.PUBLISHED else seen(session, person, need)


def needs_of(session: Session, person: Person) -> Sequence[Need]:
    """The needs of the units a person belongs to, open ones first, newest first."""
    units = {one.unit_id for one in memberships(session, person)}
    found = session.scalars(select(Need).where(Need.unit_id.in_(units)).order_by(Need.id.desc())).all()
    return sorted(found, key=lambda need: need.status not in EDITABLE)


def release_need(session: Session, need: Need, *, served: bool) -> None:
    """The pair of a need is over: the need is served, or left to its unit, which may have it looked after again."""
    lock(session, need)
    move(need, PostStatus.SERVED if served else PostStatus.UNSERVED)


def withdraw_need(session: Session, person: Person, need_id: int) -> Need:
    """Take a need back; incubators that consider it are told, nothing about it stays open."""
    need = own_need(session, person, need_id, lock=True)
    move(need, PostStatus.WITHDRAWN)
    requests.release_all(session, need, reason="need_withdrawn")
    duties.done(session, need.subject)
    record(session, person, "need_withdrawn", subject=need.subject)
    return need
