"""What needs, offers, cases and materials have in common: the way from a draft to a published post."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, moves
from models.system import clock


class PostStatus(StrEnum):
    """草稿→待审→退回/已发布→过期/撤回/已配对 (programme, section 2)."""

    DRAFT = "draft"
    PENDING = "pending"
    RETURNED = "returned"
    PUBLISHED = "published"
    MATCHED = "matched"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


moves(
    PostStatus,
    {
        PostStatus.DRAFT: {PostStatus.PENDING, PostStatus.WITHDRAWN},
        PostStatus.PENDING: {PostStatus.PUBLISHED, PostStatus.RETURNED, PostStatus.WITHDRAWN},
        PostStatus.RETURNED: {PostStatus.PENDING, PostStatus.WITHDRAWN},
        PostStatus.PUBLISHED: {PostStatus.MATCHED, PostStatus.EXPIRED, PostStatus.WITHDRAWN, PostStatus.PENDING},
        PostStatus.MATCHED: {PostStatus.PUBLISHED},
        PostStatus.EXPIRED: {PostStatus.PENDING, PostStatus.PUBLISHED},
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
