"""The hard rules, one by one, and that the columns of the index give the same verdicts as the rules themselves."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.exchange.matching import Index, NeedText, OfferText, Rules, allowed
from models.exchange.matching_columns import Columns
from models.exchange.matching_profiles import read_offer

NEED = NeedText("n", "尺寸跑偏", "金属制品业", "宁波", org="求教厂")
OFFER = OfferText(
    "o", "机加工过程控制", "金属制品业", "台州", org="名师厂", service_areas=("台州", "宁波市"), capacity=2
)
RULES = Rules(today=date(2026, 3, 1))


def test_a_plain_pair_is_allowed() -> None:
    assert allowed(NEED, OFFER, RULES)


FORBIDDEN = {
    "need not published": (replace(NEED, published=False), OFFER),
    "offer not published": (NEED, replace(OFFER, published=False)),
    "no place left": (NEED, replace(OFFER, taken=2)),
    "more taken than there is": (NEED, replace(OFFER, taken=3)),
    "its own unit": (NEED, replace(OFFER, org="求教厂")),
    "the need bars the unit": (replace(NEED, barred=frozenset({"名师厂"})), OFFER),
    "the offer bars the unit": (NEED, replace(OFFER, barred=frozenset({"求教厂"}))),
    "another's supplier": (replace(NEED, only_org="别家"), OFFER),
    "rivals, nobody ticked": (replace(NEED, rivals=frozenset({"名师厂"})), OFFER),
    "rivals, one ticked": (replace(NEED, rivals_welcome=True), replace(OFFER, rivals=frozenset({"求教厂"}))),
    "out of reach": (replace(NEED, city="温州"), OFFER),
    "online on one side only": (replace(NEED, city="温州", online=True), OFFER),
    "evidence too old": (NEED, replace(OFFER, evidence_on=date(2023, 2, 28))),
}
ALLOWED = {
    "no limit of places": (NEED, replace(OFFER, capacity=None, taken=9)),
    "its own supplier": (replace(NEED, only_org="名师厂"), OFFER),
    "rivals, both ticked": (
        replace(NEED, rivals=frozenset({"名师厂"}), rivals_welcome=True),
        replace(OFFER, rivals_welcome=True),
    ),
    "online on both sides": (replace(NEED, city="温州", online=True), replace(OFFER, online=True)),
    "everywhere": (replace(NEED, city="温州"), replace(OFFER, service_areas=("全省",))),
    "no area named": (replace(NEED, city="温州"), replace(OFFER, service_areas=())),
    "city written in full": (replace(NEED, city="宁波市"), OFFER),
    "evidence just fresh": (NEED, replace(OFFER, evidence_on=date(2023, 3, 1))),
}


@pytest.mark.parametrize("case", FORBIDDEN)
def test_what_breaks_a_rule_is_never_proposed(case: str) -> None:
    need, offer = FORBIDDEN[case]
    assert not allowed(need, offer, RULES)
    assert len(Index.build((offer,)).rank(need, rules=RULES)) == 0


@pytest.mark.parametrize("case", ALLOWED)
def test_what_keeps_the_rules_is_ranked(case: str) -> None:
    need, offer = ALLOWED[case]
    assert allowed(need, offer, RULES)
    assert len(Index.build((offer,)).rank(need, rules=RULES)) == 1


def test_an_officers_file_may_look_beyond_the_region() -> None:
    assert allowed(replace(NEED, city="温州"), OFFER, replace(RULES, region=False))


UNITS = st.sampled_from(["", "甲", "乙", "丙"])
SOME_UNITS = st.frozensets(UNITS.filter(bool), max_size=2)
CITIES = st.sampled_from(["", "宁波", "宁波市", "温州", "衢州"])
DAYS = st.dates(date(2022, 1, 1), date(2026, 12, 31))
NEEDS = st.builds(
    NeedText,
    st.just("n"),
    st.text(max_size=5),
    city=CITIES,
    org=UNITS,
    online=st.booleans(),
    published=st.booleans(),
    rivals=SOME_UNITS,
    rivals_welcome=st.booleans(),
    barred=SOME_UNITS,
    only_org=UNITS,
)
OFFERS = st.builds(
    OfferText,
    st.just("o"),
    st.text(max_size=5),
    org=UNITS,
    service_areas=st.lists(st.sampled_from(["宁波", "温州市", "全省"]), max_size=2).map(tuple),
    capacity=st.none() | st.integers(0, 2),
    taken=st.integers(0, 3),
    online=st.booleans(),
    published=st.booleans(),
    rivals=SOME_UNITS,
    rivals_welcome=st.booleans(),
    barred=SOME_UNITS,
    evidence_on=st.none() | DAYS,
)
ALL_RULES = st.builds(Rules, st.none() | DAYS | st.just(date(2024, 2, 29)), st.booleans())


@settings(deadline=None)
@given(NEEDS, st.lists(OFFERS, min_size=1, max_size=4), ALL_RULES)
def test_the_columns_give_the_verdicts_of_the_rules(need: NeedText, offers: list[OfferText], rules: Rules) -> None:
    columns = Columns()
    for offer in offers:
        columns.append(offer, read_offer(offer).profile)
    assert columns.allowed(need, rules).tolist() == [allowed(need, offer, rules) for offer in offers]
