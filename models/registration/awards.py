"""Quality awards that units claim, and what a person found when checking them. Knows no sentence and no channel."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.registration.roster import award_roster
from models.registration.roster_awards import Award, eligibility
from models.registration.units import Unit
from models.system import clock

COUNTY, OTHER = "county_quality_award", "other"
YEAR = timedelta(days=365)
CLAIMED = (
    "china_quality_award",
    "china_quality_award_nomination",
    "zhejiang_quality_award",
    "zhejiang_quality_innovation_award",
    "city_quality_award",
    OTHER,
    COUNTY,
)


class HeldAward(Base):
    """An award a unit says it holds: the code, year and document number, the certificate's file, who looked at it when.

    `grade` is the award's name in the roster, empty when the roster does not list it; that never means "not a winner".
    """

    __tablename__ = "awards"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    award: Mapped[str] = mapped_column(String(40))
    year: Mapped[int | None]
    document: Mapped[str | None] = mapped_column(String(120))
    proof: Mapped[dict[str, Any] | None]
    grade: Mapped[str] = mapped_column(String(80), default="")
    claimed_at: Mapped[datetime] = mapped_column(default=clock.now)
    checked_at: Mapped[datetime | None]
    recheck_at: Mapped[datetime | None] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]


def next_check(now: datetime) -> datetime:
    """When an award that is in order now is looked at again."""
    return now + YEAR


def award_of(session: Session, unit: Unit) -> HeldAward | None:
    """The award a unit registered with, the newest claim counting."""
    query = select(HeldAward).where(HeldAward.unit_id == unit.id).order_by(HeldAward.id.desc())
    return session.scalar(query.limit(1))


def listed_awards(name: str) -> list[Award]:
    """The roster's awards of a name, those that count in the programme first, the latest first."""
    held = award_roster().awards(name)
    order = ("eligible", "person_decides", "not_eligible")
    return sorted(held, key=lambda one: (order.index(eligibility(one.award, name=name)), -(one.year or 0)))


def near_winners(name: str) -> tuple[str, ...]:
    """Roster names that a unit's name may be another spelling of; none where it is listed itself."""
    return () if listed_awards(name) else award_roster().find(name).names


def code_claimed(award: Award) -> str:
    """The answer of the registration form that stands for a roster award."""
    return award.award if award.award in CLAIMED else OTHER


def year_in(text: str) -> int | None:
    """The year named in a document number or a sentence, such as 绍政发〔2021〕8号."""
    years = [int(year) for year in re.findall(r"(?<!\d)(20[0-4]\d)(?!\d)", text)]
    return years[0] if years else None


def claim(session: Session, unit: Unit, *, award: str, document: str | None, proof: dict[str, Any] | None) -> HeldAward:
    """Note the award a unit registers with, beside what the roster says of its name."""
    listed = next((one for one in listed_awards(unit.name) if code_claimed(one) == award), None)
    row = HeldAward(unit_id=unit.id, award=award, document=document, proof=proof)
    row.year = year_in(document) if document else None
    if listed is not None:
        row.grade, row.year = listed.grade, row.year or listed.year
    session.add(row)
    return row
