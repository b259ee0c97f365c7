"""What an award counts for in the programme (notice 二·一). Knows no unit and no sentence."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Eligibility = Literal["eligible", "person_decides", "not_eligible"]
Tier = Literal["china", "provincial", "city"]

# The awards the notice names word for word.
_NAMED: dict[str, Tier] = {
    "china_quality_award": "china",
    "china_quality_award_nomination": "china",
    "zhejiang_quality_award": "provincial",
    "zhejiang_quality_innovation_award": "provincial",
    "city_quality_award": "city",
}
_TIERS: tuple[tuple[str, Tier], ...] = (("china_", "china"), ("zhejiang_", "provincial"), ("city_", "city"))


@dataclass(frozen=True, slots=True)
class Award:
    """An award seen in a public page: `award` is its code, `grade` its name there; `source` is evidence, not a link."""

    name: str
    award: str
    grade: str
    year: int | None
    city: str
    industry: str
    source: str


def eligibility(award: str, *, name: str = "") -> Eligibility:
    """Whether an award (by its code) makes its holder an incubator; a government is none whatever it holds."""
    if name.endswith("人民政府") or award.startswith(("county_", "district_")):
        return "not_eligible"
    return "eligible" if award in _NAMED else "person_decides"


def tier(award: str) -> Tier | None:
    """The tier of an award code; None for an award of nobody's government, or of a county's."""
    return next((tier for head, tier in _TIERS if award.startswith(head)), None)


def read_awards(path: Path) -> dict[str, tuple[Award, ...]]:
    """The awards of a roster file, by name in the order of the file; a file with the column `name` alone will do."""
    found: dict[str, tuple[Award, ...]] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if "name" not in (reader.fieldnames or ()):
            raise ValueError(f"{path.name}, line 1: there is no column 'name'")
        for row in reader:
            if name := (row["name"] or "").strip():
                found[name] = (*found.get(name, ()), _award(name, row))
    return found


def _award(name: str, row: dict[str, str | None]) -> Award:
    def cell(column: str) -> str:
        return (row.get(column) or "").strip()

    year = cell("year")
    return Award(
        name=name,
        award=cell("award"),
        grade=cell("grade"),
        year=int(year) if year.isdecimal() else None,
        city=cell("city"),
        industry=cell("industry"),
        source=cell("source"),
    )
