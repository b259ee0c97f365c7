"""The programme's own lists: methods, indicators, areas, forms, activities, reason codes. Knows no text of a user."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from models.vocabulary import tables
from models.vocabulary.entries import Area, Family, Indicator, Method, Reason
from models.vocabulary.tables import DATA, Row

REASON_KINDS = ("decline", "return", "end", "barrier")


@cache
def families(folder: Path = DATA) -> Mapping[str, Family]:
    """The seven families of methods, by id."""
    return tables.entries(
        folder,
        "families",
        ("id", "zh", "en"),
        lambda row: Family(row.text("id"), row.text("zh"), row.text("en")),
    )


@cache
def methods(folder: Path = DATA) -> Mapping[str, Method]:
    """The quality methods of the programme, by id."""
    known = families(folder)

    def make(row: Row) -> Method:
        return Method(
            id=row.text("id"),
            zh=row.text("zh"),
            en=row.text("en"),
            family=row.one_of("family", known),
            parent=row.maybe("parent") or None,
        )

    found = tables.entries(folder, "methods", ("id", "zh", "en", "family", "parent"), make)
    for line, method in enumerate(found.values(), 2):
        if method.parent and method.parent not in found:
            raise ValueError(f"methods.csv, line {line}: 'parent' names an unknown {method.parent}")
    return found


@cache
def method_kin(folder: Path = DATA) -> Mapping[str, frozenset[str]]:
    """Methods that are taught and used together, so that whoever teaches one can help with the other, both ways."""
    known = methods(folder)
    kin: dict[str, set[str]] = {method: set() for method in known}
    for row in tables.rows(folder, "method_kin", ("method", "kin")):
        method = row.one_of("method", known)
        for other in row.all_of("kin", known):
            kin[method].add(other)
            kin[other].add(method)
    return {method: frozenset(others) for method, others in kin.items()}


@cache
def indicators(folder: Path = DATA) -> Mapping[str, Indicator]:
    """The indicators a pair chooses from, by id."""
    columns = ("id", "zh", "en", "units", "direction", "ideal", "lowest", "highest", "standard", "activity_only")

    def make(row: Row) -> Indicator:
        return Indicator(
            id=row.text("id"),
            zh=row.text("zh"),
            en=row.text("en"),
            units=row.many("units"),
            direction="up" if row.one_of("direction", ("up", "down")) == "up" else "down",
            ideal=row.number("ideal"),
            lowest=row.number("lowest"),
            highest=row.number("highest"),
            standard=row.yes("standard"),
            activity_only=row.yes("activity_only"),
            aliases=row.many("aliases"),
            formula_zh=row.text("formula_zh"),
            formula_en=row.text("formula_en"),
        )

    return tables.entries(folder, "indicators", (*columns, "aliases", "formula_zh", "formula_en"), make)


def _area(row: Row) -> Area:
    of_notice = row.yes("of_notice") if "of_notice" in row.cells else row.maybe("source") == "notice"
    return Area(row.text("id"), row.text("zh"), row.text("en"), row.many("aliases"), of_notice)


@cache
def areas(folder: Path = DATA) -> Mapping[str, Area]:
    """The four service areas of the notice, by id."""
    return tables.entries(folder, "areas", ("id", "zh", "en", "aliases"), _area)


@cache
def experience_areas(folder: Path = DATA) -> Mapping[str, Area]:
    """The six areas in which the notice asks for experience and cases, by id."""
    return tables.entries(folder, "experience_areas", ("id", "zh", "en", "aliases"), _area)


@cache
def forms(folder: Path = DATA) -> Mapping[str, Area]:
    """The forms of incubation, by id; `of_notice` marks the notice's four."""
    return tables.entries(folder, "forms", ("id", "zh", "en", "of_notice", "aliases"), _area)


@cache
def activities(folder: Path = DATA) -> Mapping[str, Area]:
    """The types of activity a mentor logs, by id."""
    return tables.entries(folder, "activities", ("id", "zh", "en", "aliases"), _area)


@cache
def reasons(kind: str, folder: Path = DATA) -> Mapping[str, Reason]:
    """The reason codes of one kind (decline, return, end, barrier), by id."""
    if kind not in REASON_KINDS:
        raise ValueError(f"no reasons of kind {kind}")
    return MappingProxyType({reason.id: reason for reason in _all_reasons(folder) if reason.kind == kind})


@cache
def _all_reasons(folder: Path) -> tuple[Reason, ...]:
    def make(row: Row) -> Reason:
        return Reason(row.text("id"), row.text("zh"), row.text("en"), row.one_of("kind", REASON_KINDS))

    return tables.listed(folder, "reasons", ("kind", "id", "zh", "en"), make, lambda r: (r.kind, r.id))
