"""Ranking offers for a need: what comes first, what a score means, and an index that is kept in step."""

from dataclasses import replace
from unittest.mock import Mock

import pytest

from models.exchange import matching_facets
from models.exchange.matching import Index, NeedText, OfferText, Rules

DYEING = OfferText(
    "dye",
    "染缸升温曲线固化,对色一次准,色差返修降下来",
    "纺织业",
    "绍兴",
    ("SPC",),
    "蓝天印染",
    ("绍兴",),
    ("质量诊断",),
    5,
)
FOUNDRY = OfferText(
    "foundry",
    "铸件砂眼气孔攻关,带铸造小厂做课题",
    "通用设备制造业",
    "台州",
    ("QC小组",),
    "鼎力铸造",
    ("全省",),
    ("质量攻关",),
    5,
)
HOSPITAL = OfferText(
    "ward", "科室护理质量改进,品管圈活动", "卫生", "温州", ("QC小组",), "仁和医院", ("全省",), ("方法培训",), 5
)
HOTEL = OfferText(
    "hotel", "客房清洁标准和差评复盘", "住宿业", "湖州", ("服务质量",), "山居酒店", ("全省",), ("教材编制",), 5
)
OFFERS = (DYEING, FOUNDRY, HOSPITAL, HOTEL)
ANYWHERE = Rules(region=False)


def first(need: NeedText, *offers: OfferText, rules: Rules = ANYWHERE) -> str:
    return Index.build(offers or OFFERS).rank(need, rules=rules)[0].offer_id


@pytest.mark.parametrize(
    ("text", "industry", "offer"),
    [
        ("布染出来色差大,天天返修", "纺织业", "dye"),
        ("浇出来的毛坯全是砂眼", "通用设备制造业", "foundry"),
        ("病人跌倒,护士不会写改进", "卫生", "ward"),
        ("客人说床单不干净,差评多", "住宿业", "hotel"),
        ("染色颜色对不上", "", "dye"),
    ],
)
def test_the_offer_that_speaks_of_the_trouble_comes_first(text: str, industry: str, offer: str) -> None:
    assert first(NeedText("n", text, industry)) == offer


def test_a_hospital_is_not_a_foundry() -> None:
    circle = NeedText("n", "想搞QC小组", "通用设备制造业", methods=("QC小组",))
    ranking = Index.build((HOSPITAL, FOUNDRY)).rank(circle, rules=ANYWHERE)
    assert [match.offer_id for match in ranking] == ["foundry", "ward"]
    assert ranking[0].score - ranking[1].score > 10
    assert ranking[1].gap is not None and ranking[1].gap.kind == "gap_sector"


def test_an_offer_for_any_trade_is_near_to_all() -> None:
    need = NeedText("n", "整改报告写不下去", "纺织业")
    plain = OfferText("plain", "一对一改整改报告", "通用设备制造业")
    anyone = OfferText("anyone", "一对一改整改报告,各行各业都可", "通用设备制造业")
    points = {offer.id: Index.build([offer]).points(need, offer.id)["industry"] for offer in (plain, anyone)}
    assert points["anyone"] == 10.0 > points["plain"]


def test_no_fitting_offer_is_said_and_not_hidden() -> None:
    ranking = Index.build((HOTEL,)).rank(NeedText("n", "焊缝探伤不合格", "金属制品业"), rules=ANYWHERE)
    assert ranking.below_floor and len(ranking) == 1
    assert not Index.build((DYEING,)).rank(NeedText("n", DYEING.text, "纺织业"), rules=ANYWHERE).below_floor


def test_nothing_to_rank_is_below_the_floor() -> None:
    assert Index.build(()).rank(NeedText("n", "染色")).below_floor
    assert len(Index.build(OFFERS).rank(NeedText("n", ""), top=2, rules=ANYWHERE)) == 2


def test_an_index_that_grew_answers_like_one_built_at_once() -> None:
    whole = Index.build(OFFERS)
    grown = Index.build((replace(DYEING, text="别的"), HOSPITAL))
    for offer in (HOTEL, DYEING, FOUNDRY):
        grown.add(offer)
    grown.remove("ward")
    grown.add(HOSPITAL)
    for text in ("色差", "砂眼", "护士", "差评", "没有这回事"):
        need = NeedText("n", text, "卫生", "温州")
        assert grown.rank(need) == whole.rank(need)
    assert len(grown) == 4


def test_a_removed_offer_is_gone_and_an_unknown_one_is_nothing() -> None:
    index = Index.build(OFFERS)
    index.remove("dye")
    index.remove("never there")
    assert "dye" not in index
    assert "dye" not in [match.offer_id for match in index.rank(NeedText("n", "染色色差"), rules=ANYWHERE)]


def test_of_equals_the_less_loaded_goes_first_then_the_id() -> None:
    busy, idle = replace(DYEING, id="a", taken=4), replace(DYEING, id="c", taken=1)
    twin = replace(idle, id="b")
    ranking = Index.build((busy, idle, twin)).rank(NeedText("n", "染色色差", "纺织业"), rules=ANYWHERE)
    assert [match.offer_id for match in ranking] == ["b", "c", "a"]
    assert len({match.score for match in ranking}) == 1


def test_not_all_of_the_first_three_from_one_group() -> None:
    sisters = [replace(DYEING, id=f"s{n}", group="g") for n in range(4)]
    other = replace(DYEING, id="x", text="对色一次准,讲给染厂听")
    need = NeedText("n", "染缸色差返修,对色不准", "纺织业")
    ranking = Index.build((*sisters, other)).rank(need, top=4, rules=ANYWHERE)
    assert [match.offer_id for match in ranking] == ["s0", "s1", "x", "s2"]


def test_two_reasons_and_a_gap_quote_both_sides() -> None:
    need = NeedText("n", "染色色差大,想有人长期带", "纺织业", "绍兴")
    match = Index.build((DYEING,)).rank(need, rules=ANYWHERE)[0]
    assert [(reason.need_words, reason.offer_words) for reason in match.reasons] == [
        ("色差", "SPC"),
        ("染色", "染缸"),
    ]
    assert match.gap is not None and (match.gap.kind, match.gap.need_words) == ("gap_form", "长期带")


def test_two_problems_are_both_served() -> None:
    need = NeedText("n", "第一是浇出来的铸件砂眼气孔多,熔炼浇注都不稳;第二是食堂卫生差", "通用设备制造业")
    foundries = [replace(FOUNDRY, id=f"f{place}", text=f"铸件气孔砂眼,熔炼浇注攻关{place}") for place in range(4)]
    canteen = OfferText("canteen", "食堂卫生", "通用设备制造业")
    index = Index.build((*foundries, canteen))
    assert [offer.id for offer, _ in index.best(need, 5, ANYWHERE)].index("canteen") == 4
    assert [match.offer_id for match in index.rank(need, rules=ANYWHERE)].index("canteen") == 2


def test_each_of_two_problems_is_weighed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    need = NeedText("n", "第一是浇出来的铸件砂眼气孔多,熔炼浇注都不稳;第二是食堂卫生差", "通用设备制造业")
    total = Mock(side_effect=matching_facets.total)
    monkeypatch.setattr(matching_facets, "total", total)
    Index.build((FOUNDRY, DYEING)).rank(need, rules=ANYWHERE)
    assert total.call_count == 1 + 2


def test_an_offer_that_states_no_trade_is_unknown_and_no_stranger() -> None:
    need = NeedText("n", "铸件砂眼", "通用设备制造业")
    stated, ward, silent = (OfferText("o", "小组活动", trade) for trade in ("通用设备制造业", "卫生", ""))
    points = [Index.build((offer,)).points(need, "o")["industry"] for offer in (stated, silent, ward)]
    assert points == sorted(points, reverse=True) and points[2] == 0 < points[1] < points[0] / 2


def test_the_name_of_the_unit_tells_its_trade_where_nobody_stated_one() -> None:
    need = NeedText("n", "色差大", "纺织业")
    named, other = (OfferText("o", "小组活动", trade, org="蓝天印染") for trade in ("", "卫生"))
    points = [Index.build((offer,)).points(need, "o")["industry"] for offer in (named, other)]
    assert points[0] > 10 and points[1] == 0


@pytest.mark.parametrize("word", ["研发", "实验室", "仓库", "连锁"])
def test_what_every_firm_has_names_no_trade(word: str) -> None:
    need = NeedText("n", f"我们的{word}乱", "纺织业")
    assert Index.build((OfferText("o", word, "卫生"),)).points(need, "o")["industry"] == 0
