"""An open form of one person: what was answered so far. Knows no form's questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, bindparam, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from models.base import Base
from models.system import clock
from models.system.accounts import Person
from models.system.reading import Reading, table
from models.system.writing import Writing, each


class Dialog(Base):
    """`answers` keeps the raw text by step; `notes` what the engine remembers (guesses, ticks, page, subject)."""

    __tablename__ = "dialogs"
    __table_args__ = (
        Index(
            "uq_dialogs_live",
            "person_id",
            unique=True,
            sqlite_where=text("draft = 0"),
            postgresql_where=text("draft = false"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    form: Mapped[str] = mapped_column(String(60))
    draft: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stamp: Mapped[str] = mapped_column(String(16), default="")
    version: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    touched_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    reminded_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def is_about(self, subject: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
        """Whether it is about this record, and nothing that is said now was answered otherwise."""
        return self.notes.get("subject", {}) == subject and all(
            str(raw) in str(self.answers[step]) for step, raw in answers.items() if step in self.answers
        )

    @property
    def told(self) -> bool:
        """Whether the person has answered anything, be it an answer that is just being changed."""
        return bool(set(self.answers) - set(self.notes.get("known", []))) or "old" in self.notes


_DIALOGS = table(Dialog)
_OF = select(_DIALOGS).where(_DIALOGS.c.person_id == bindparam("person_id"))
_NEWEST = _DIALOGS.c.touched_at.desc(), _DIALOGS.c.id.desc()
_BEGUN = Reading(_OF.where(_DIALOGS.c.form == bindparam("form")).order_by(*_NEWEST), Dialog)
_LIVE = Reading(_OF.where(_DIALOGS.c.draft.is_(False)), Dialog)
_CHANGING = [name for name in _DIALOGS.c.keys() if name not in ("id", "person_id", "version")]  # noqa: SIM118
_STORE = Writing(
    update(_DIALOGS)
    .where(_DIALOGS.c.id == bindparam("stored"), _DIALOGS.c.version == bindparam("before"))
    .values(each(*_CHANGING, "version"))
)


def begun(session: Session, person: Person, form: str) -> Iterable[Dialog]:
    """What a person has begun of a form, open or put aside, the newest first."""
    return _BEGUN.all(session, person_id=person.id, form=form)


def open_dialog(session: Session, person: Person) -> Dialog | None:
    """The one form a person is filling in."""
    return _LIVE.one(session, person_id=person.id)


def dialogs_of(session: Session, person: Person) -> Sequence[Dialog]:
    """All that a person has begun, of any form, the newest first."""
    return session.scalars(select(Dialog).where(Dialog.person_id == person.id).order_by(Dialog.id.desc())).all()


def store(session: Session) -> None:
    """At the end of a turn, write down changed dialogs and let go of them: the ORM would take five times as long."""
    for dialog in [one for one in session.dirty if isinstance(one, Dialog)]:
        version = {"before": dialog.version, "version": dialog.version + 1}
        changed = {name: getattr(dialog, name) for name in _CHANGING}
        if _STORE.run(session, stored=dialog.id, **version, **changed) != 1:
            raise StaleDataError("somebody else has answered meanwhile")
        session.expunge(dialog)
