"""What needs and offers have in common: the way from a draft to a published post. Knows no sentence and no channel."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column, relationship

from models.base import Base, Refused, move, moves, words_of
from models.oversight import duties
from models.oversight.duties import Duty
from models.registration.people import Role, may_see, speaks_for
from models.registration.units import Side, Standing, Unit
from models.system import calendar, clock
from models.system.accounts import Person

TERM = timedelta(days=90)  # how long a published post stands before it is renewed
REVIEW_DAYS, AMBER_DAYS = 3, 2  # working days


class PostStatus(StrEnum):
    """草稿→待审→退回/已发布→过期/撤回/已配对 (programme, section 2); once its pair is over: 已办结 or not."""

    DRAFT = "draft"
    PENDING = "pending"
    RETURNED = "returned"
    PUBLISHED = "published"
    MATCHED = "matched"
    SERVED = "served"  # its pair has done what it was formed for
    UNSERVED = "unserved"  # its pair came to an early end
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


OPEN = (PostStatus.DRAFT, PostStatus.PENDING, PostStatus.RETURNED, PostStatus.PUBLISHED)
RESTING = (PostStatus.EXPIRED, PostStatus.UNSERVED)  # not public, and made so again as they are, with one tap
EDITABLE = (*OPEN, *RESTING)
moves(
    PostStatus,
    {
        PostStatus.DRAFT: {PostStatus.PENDING, PostStatus.WITHDRAWN},
        PostStatus.PENDING: {PostStatus.PUBLISHED, PostStatus.RETURNED, PostStatus.WITHDRAWN},
        PostStatus.RETURNED: {PostStatus.PENDING, PostStatus.WITHDRAWN},
        PostStatus.PUBLISHED: {PostStatus.MATCHED, PostStatus.EXPIRED, PostStatus.WITHDRAWN, PostStatus.PENDING},
        PostStatus.MATCHED: {PostStatus.SERVED, PostStatus.UNSERVED},
        **{one: {PostStatus.PENDING, PostStatus.PUBLISHED, PostStatus.WITHDRAWN} for one in RESTING},
    },
)


class PostVersion(Base):
    """A version of a post as it was published; every one is kept."""

    __tablename__ = "post_versions"
    __table_args__ = (Index("ix_post_versions_subject", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published_at: Mapped[datetime] = mapped_column(default=clock.now)


AnyPost = TypeVar("AnyPost", bound="Post")


class Post:
    """What a need and an offer have in common; `review` holds the association's decision."""

    side: ClassVar[Side]
    kind: ClassVar[str]

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    status: Mapped[PostStatus] = mapped_column(words_of(PostStatus), default=PostStatus.PENDING)
    version: Mapped[int] = mapped_column(default=1)
    review: Mapped[dict[str, Any]] = mapped_column(default=dict)
    submitted_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    @declared_attr
    def unit(cls) -> Mapped[Unit]:
        return relationship(Unit)

    @declared_attr
    def person(cls) -> Mapped[Person]:
        return relationship(Person, foreign_keys=f"{cls.kind.capitalize()}.person_id")

    @property
    def subject(self) -> str:
        """The post's name in duties and letters, such as need:17."""
        return f"{self.kind}:{self.id}"

    @property
    def words(self) -> str:
        """What it says in its writer's own words."""
        raise NotImplementedError

    def content(self) -> dict[str, Any]:
        """What is kept of a published version."""
        raise NotImplementedError


def seen(session: Session, person: Person, post: AnyPost | None) -> AnyPost:
    """A post for the people of its unit and the offices that watch it; Refused for anybody else."""
    if post is None or not may_see(session, person, post.unit):
        raise Refused("not_found")
    return post


def own(session: Session, person: Person, post: AnyPost | None) -> AnyPost:
    """A post for those who speak for its unit; Refused for anybody else, offices included."""
    if post is None or not speaks_for(session, person, post.unit):
        raise Refused("not_found")
    return post


def refuse_other(post: Post, version: int | None) -> None:
    """Refused when a post that somebody has begun to change is another version by now: a colleague was first."""
    if version is not None and version != post.version:
        raise Refused("post_changed", post=post)


def submit(session: Session, post: Post) -> None:
    """Put a post before the association: two working days are the aim, three the limit.

    A post changed while it waits keeps its place in the queue.
    """
    waits = post.status is PostStatus.PENDING and not post.review.get("approved")
    if post.status in RESTING:
        post.published_at = None  # its time in public begins anew
    if post.status is not PostStatus.PENDING:
        move(post, PostStatus.PENDING)
    post.review = {"returns": post.review.get("returns", 0)}
    if waits and ball(session, post.subject):
        return
    now = clock.now()
    post.submitted_at = now
    duties.done(session, post.subject)
    duties.hand(
        session,
        "review_post",
        post.subject,
        office=Role.ASSOCIATION,
        city=post.unit.city,
        due_at=review_by(post),
        remind=(AMBER_DAYS,),
        name=post.unit.name,
    )


def review_by(post: Post) -> datetime:
    """Until when the association is to have decided about a post that waits."""
    return calendar.add_working_days(post.submitted_at, REVIEW_DAYS)


def verified(post: Post) -> bool:
    """Whether the unit behind a post stands verified on the side it writes for, so that the post may go public."""
    return post.unit.standing(post.side) is Standing.ACTIVE


def keep_version(session: Session, post: Post) -> None:
    """Keep the post as it goes public now."""
    session.add(PostVersion(subject=post.subject, version=post.version, content=post.content()))


def ball(session: Session, *subjects: str) -> Duty | None:
    """Whose turn it is with these records: the open duty that falls due first."""
    query = select(Duty).where(Duty.subject.in_(subjects), Duty.done_at.is_(None))
    return session.scalars(query.order_by(Duty.due_at, Duty.id).limit(1)).first()
