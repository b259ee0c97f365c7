"""What must hold for every text and every pool: order of files, equal texts, one more good thing, any characters."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.exchange.matching import Index, NeedText, OfferText, Rules
from models.exchange.matching_columns import Columns
from models.exchange.matching_index import last_of_best
from models.exchange.matching_industries import closeness, division, divisions
from models.exchange.matching_profiles import read_offer
from models.vocabulary import industries

ANYWHERE = Rules(region=False)
WORDS = st.sampled_from(
    ["色差", "砂眼", "SPC", "漏装", "客房", "5S", "交期", "注塑", "追溯", "护理", "全检", "的", "，", "ꓘ", "🏭", "\x00"]
)
TEXTS = st.lists(WORDS, max_size=8).map("".join) | st.text(max_size=30)
TRADES = st.sampled_from(["", "纺织业", "汽车制造业", "卫生", "住宿业", "不认识的行业"])
METHODS = st.lists(st.sampled_from(["SPC", "5S管理", "精益生产", "GMP"]), max_size=2, unique=True).map(tuple)
FORMS = st.lists(st.sampled_from(["质量诊断", "方法培训", "跟踪辅导"]), max_size=2, unique=True).map(tuple)
CITIES = st.sampled_from(["", "宁波", "温州"])
NEEDS = st.builds(
    NeedText, st.just("n"), TEXTS, TRADES, CITIES, METHODS, forms=FORMS, people=st.none() | st.integers(1, 9999)
)
OFFERS = st.builds(
    OfferText,
    st.uuids().map(str),
    TEXTS,
    TRADES,
    CITIES,
    METHODS,
    forms=FORMS,
    record=st.floats(0, 1),
    people=st.none() | st.integers(1, 9999),
)
POOLS = st.lists(OFFERS, min_size=1, max_size=6, unique_by=lambda offer: offer.id)


def score(need: NeedText, offer: OfferText, others: list[OfferText]) -> float:
    ranking = Index.build((offer, *others)).rank(need, top=20, rules=ANYWHERE)
    return next(match.score for match in ranking if match.offer_id == offer.id)


@settings(deadline=None)
@given(NEEDS, POOLS, st.randoms())
def test_the_order_of_the_file_changes_nothing(need: NeedText, offers: list[OfferText], dice: Any) -> None:
    before = Index.build(offers).rank(need, rules=ANYWHERE)
    dice.shuffle(offers)
    assert Index.build(offers).rank(need, rules=ANYWHERE) == before


@settings(deadline=None)
@given(NEEDS, POOLS)
def test_an_index_grown_one_by_one_is_the_same_index(need: NeedText, offers: list[OfferText]) -> None:
    grown = Index.build(offers[:1])
    for offer in offers[1:]:
        grown.add(offer)
    grown.remove(offers[0].id)
    grown.add(offers[0])
    assert grown.rank(need, rules=ANYWHERE) == Index.build(offers).rank(need, rules=ANYWHERE)


@settings(deadline=None)
@given(NEEDS, POOLS)
def test_equal_offers_have_equal_scores(need: NeedText, offers: list[OfferText]) -> None:
    twin = replace(offers[0], id="twin")
    ranking = Index.build((*offers, twin)).rank(need, top=20, rules=ANYWHERE)
    scores = {match.offer_id: match.score for match in ranking}
    assert scores["twin"] == scores[offers[0].id]


@settings(deadline=None)
@given(NEEDS, POOLS)
def test_scores_fall_and_lie_between_0_and_100(need: NeedText, offers: list[OfferText]) -> None:
    scores = [match.score for match in Index.build(offers).rank(need, top=20, rules=ANYWHERE)]
    assert len(scores) == len(offers)
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= value <= 100 for value in scores)


BETTER = {
    "a wished form": lambda need, offer: replace(offer, forms=(*offer.forms, *need.forms)),
    "the city": lambda need, offer: replace(offer, city=need.city),
    "the record": lambda need, offer: replace(offer, record=1.0),
    "the same size": lambda need, offer: replace(offer, people=need.people or offer.people),
    "the industry": lambda need, offer: replace(offer, industry=need.industry) if division(need.industry) else offer,
    "the method": lambda need, offer: replace(offer, methods=(*offer.methods, *need.methods)),
}


@pytest.mark.parametrize("better", BETTER)
@settings(max_examples=60, deadline=None)
@given(need=NEEDS, offers=POOLS)
def test_one_more_good_thing_never_lowers_the_score(better: str, need: NeedText, offers: list[OfferText]) -> None:
    offer, *others = offers
    richer = BETTER[better](need, offer)
    assert score(need, richer, others) >= score(need, offer, others)


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_characters_are_ranked(asked: str, offered: str) -> None:
    ranking = Index.build((OfferText("o", offered),)).rank(NeedText("n", asked))
    assert ranking[0].offer_id == "o"
    assert len(ranking[0].reasons) >= 1


@pytest.mark.parametrize("text", ["\ud800", "a" * 100_000, "\u0000", "㎡½ﬁ", "מ ע ב ר", ""])
def test_odd_texts_are_ranked(text: str) -> None:
    assert Index.build((OfferText("o", text),)).rank(NeedText("n", text))[0].offer_id == "o"


@given(st.lists(st.integers(-1, 9), min_size=1, max_size=20).map(lambda few: few * 20), st.integers(1, 12))
def test_the_last_of_the_best_is_found_wherever_it_stands(points: list[int], most: int) -> None:
    assert last_of_best(np.array(points, np.float32), most) == sorted(points, reverse=True)[:most][-1]


def test_the_nearest_trade_is_each_offers_own_however_many_trades_the_pool_has() -> None:
    stated = [*(industries()[code].zh for code in (*divisions(), *divisions())), ""]
    offers = [OfferText(f"o{place}", "纺织业" * (place % 3 == 0), trade) for place, trade in enumerate(stated)]
    columns, profiles = Columns(), [read_offer(offer).profile for offer in offers]
    for offer, profile in zip(offers, profiles, strict=True):
        columns.append(offer, profile)
    near = closeness()[divisions()["C17"]]
    wanted = [
        max((near[divisions()[code]] * np.float32(weight) for code, (weight, _) in trades.items()), default=0)
        for trades in (profile.industries for profile in profiles)
    ]
    assert len(set(wanted)) > 3
    assert columns.nearest("industry", near).tolist() == wanted
