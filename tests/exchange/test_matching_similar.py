"""Needs that are alike, groups of them, and what one change would open."""

from dataclasses import replace

from models.exchange.matching import Index, NeedText, OfferText, Rules
from models.exchange.matching_hints import enriched, hints, offer_hints
from models.exchange.matching_similar import clusters, groups, similar

CASTING = NeedText("c", "铸件砂眼气孔多,废品高", "通用设备制造业", "台州")
POOL = [
    replace(CASTING, id="same"),
    NeedText("near", "毛坯砂眼多,铸造废品降不下来", "通用设备制造业", "宁波"),
    NeedText("far", "客房床单不干净", "住宿业", "湖州"),
]


def test_like_needs_come_first_and_strangers_not_at_all() -> None:
    found = similar(CASTING, [*POOL, CASTING])
    assert [one.need_id for one in found] == ["same", "near"]
    assert found[0].likeness == 1.0
    assert found[1].words in CASTING.text


def test_the_same_words_from_another_trade_are_less_alike() -> None:
    words = "投诉多,返修多,老师傅凭经验"
    near, far = NeedText("near", words, "通用设备制造业"), NeedText("far", words, "卫生")
    found = similar(NeedText("n", words, "通用设备制造业"), [far, near])
    assert [one.need_id for one in found] == ["near", "far"]
    assert found[0].likeness > found[1].likeness


def test_nothing_is_like_an_empty_pool() -> None:
    assert similar(CASTING, []) == []
    assert similar(NeedText("n", ""), POOL) == []


def test_five_of_one_kind_in_one_city_make_a_class() -> None:
    same = [replace(CASTING, id=f"n{place}") for place in range(5)]
    (group,) = clusters([*same, *POOL, replace(CASTING, id="elsewhere", city="温州")])
    assert group.city == "台州"
    assert group.need_ids == ("n0", "n1", "n2", "n3", "n4", "same")
    assert group.words[0] in CASTING.text


def test_four_are_no_class() -> None:
    assert clusters([replace(CASTING, id=f"n{place}") for place in range(4)]) == []


def test_what_no_city_fills_is_gathered_over_several() -> None:
    cities = ("台州", "台州", "宁波", "宁波", "温州")
    spread = [replace(CASTING, id=f"n{place}", city=city) for place, city in enumerate(cities)]
    assert clusters(spread) == []
    assert [(group.city, len(group.need_ids)) for group in groups(spread)] == [("", 5)]
    full = [replace(CASTING, id=f"f{place}") for place in range(5)]
    assert [(group.city, len(group.need_ids)) for group in groups([*full, *spread])] == [("台州", 7)]


def test_a_need_is_in_one_group_only() -> None:
    both = [replace(CASTING, id=f"b{n}", text="铸件砂眼,来料也差") for n in range(5)]
    found = clusters([*both, *(replace(CASTING, id=f"s{n}", text="来料差") for n in range(5))])
    members = [need_id for group in found for need_id in group.need_ids]
    assert len(members) == len(set(members))


OFFER = OfferText("o", "铸件砂眼气孔攻关", "通用设备制造业", "宁波", service_areas=("宁波",), online=True)


def test_hints_count_what_a_change_would_open() -> None:
    index = Index.build((OFFER, replace(OFFER, id="p", online=False)))
    found = {hint.kind: hint.ids for hint in hints(index, CASTING, Rules())}
    assert found == {"online": ("o",), "anywhere": ("o", "p")}
    assert hints(index, replace(CASTING, city="宁波"), Rules()) == []


def test_one_method_or_trade_more_lets_more_needs_fit() -> None:
    needs = [NeedText("spc", "想用SPC控制尺寸波动", "汽车制造业"), CASTING]
    plain = OfferText("p", "尺寸波动改善", "金属制品业")
    alone = Index.build([plain])
    base = {need.id: float(alone.scores(need, Rules())[0]) for need in needs}
    rules = Rules(floor=base["spc"] + 1)
    assert base["c"] < rules.floor
    found = offer_hints(([plain], needs, rules))
    assert ("method", "spc", ("spc",)) in [(hint.kind, hint.detail, hint.ids) for hint in found["p"]]
    richer = Index.build([plain, enriched(plain, "method", "spc")])
    assert float(richer.scores(needs[0], rules)[-1]) >= rules.floor > base["spc"]
    assert offer_hints(([enriched(plain, "method", "spc")], [], rules)) == {}


def test_no_hint_for_an_offer_that_is_full_or_far_off() -> None:
    full = OfferText("p", "尺寸波动改善", "金属制品业", capacity=1, taken=1)
    needs = [NeedText("spc", "想用SPC控制尺寸波动", "汽车制造业")]
    assert offer_hints(([full], needs, Rules())) == {}
    assert offer_hints(([replace(full, taken=0, text="客房布草")], needs, Rules(floor=90))) == {}
    assert offer_hints(([], [], Rules())) == {}
