"""The eleven cities, their 90 districts and counties, and the industries of GB/T 4754. Knows no unit."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from models.vocabulary import tables
from models.vocabulary.entries import City, District, Industry
from models.vocabulary.tables import DATA, Row


@cache
def cities(folder: Path = DATA) -> Mapping[str, City]:
    """The eleven cities, by four-digit code."""
    return tables.entries(
        folder, "cities", ("code", "zh", "en"), lambda row: City(row.text("code"), row.text("zh"), row.text("en"))
    )


@cache
def all_districts(folder: Path = DATA) -> Mapping[str, District]:
    """All districts, county-level cities and counties, by six-digit code."""
    known = cities(folder)

    def make(row: Row) -> District:
        kind = row.one_of("kind", ("district", "county_city", "county"))
        terrain = row.maybe("terrain") and row.one_of("terrain", ("mountain", "island"))
        return District(
            id=row.text("code"),
            zh=row.text("zh"),
            en=row.text("en"),
            city=row.one_of("city", known),
            kind=kind,
            terrain=terrain,
        )

    return tables.entries(folder, "districts", ("code", "city", "zh", "en", "kind", "terrain"), make)


@cache
def districts(city: str, folder: Path = DATA) -> Mapping[str, District]:
    """The districts of one city (given by its code), by six-digit code."""
    if city not in cities(folder):
        raise ValueError(f"no city has the code {city}")
    return MappingProxyType({d.id: d for d in all_districts(folder).values() if d.city == city})


@cache
def industries(folder: Path = DATA) -> Mapping[str, Industry]:
    """Sections, two-digit divisions and three-digit groups, by code (C, C36, C367)."""
    codes: set[str] = set()

    def make(row: Row) -> Industry:
        code = row.text("code")
        parent = code[:-1] if len(code) == 4 else code[0] if len(code) == 3 else None
        if parent and parent not in codes:
            raise row.fault(f"{code} stands before its parent {parent}")
        codes.add(code)
        return Industry(code, row.text("zh"), row.text("en"), parent, row.many("aliases"), row.maybe("examples"))

    return tables.entries(folder, "industries", ("code", "zh", "en", "aliases", "examples"), make)


def find_industry(typed: str) -> Industry | None:
    """The industry of a code (C36, 36, 3670) or of a name or alias typed exactly; None when it is neither."""
    known = industries()
    typed = typed.strip()
    if typed.upper() in known:
        return known[typed.upper()]
    return _by_name().get(typed.removesuffix("业")) or _by_number().get(typed[:3]) or _by_number().get(typed[:2])


@cache
def _by_name() -> Mapping[str, Industry]:
    # The narrower code wins where a section and its only division share a name (教育).
    return {name.removesuffix("业"): i for i in industries().values() for name in (i.zh, *i.aliases)}


@cache
def _by_number() -> Mapping[str, Industry]:
    return {i.id[1:]: i for i in industries().values() if i.level > 1}
