"""The words of matching: concepts, kindred industries, grams and small lists, and that broken tables are told."""

from pathlib import Path

import numpy as np
import pytest

from models.exchange.matching import Index, NeedText, OfferText, Rules
from models.exchange.matching_concepts import concepts, spoken_of
from models.exchange.matching_grams import gram_counts, telling
from models.exchange.matching_industries import closeness, division, divisions, sector, stated, supplies
from models.exchange.matching_profiles import meaning_codes, read_offer
from models.exchange.matching_rules import place


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("病人长了褥疮", "elder_care"),
        ("螺丝忘装了", "missing_part"),
        ("涂层附着力差,老掉漆", "coating"),
        ("灌装量忽多忽少,短斤少两", "weight_fill"),
        ("阴雨天静电损坏芯片", "esd"),
        ("包裹分拣错了区", "logistics"),
        ("大肠菌群超标", "microbe"),
        ("换版时间太长", "changeover"),
    ],
)
def test_words_of_the_shop_floor_mean_a_concept(text: str, concept: str) -> None:
    assert concept in spoken_of(text).concepts


def test_a_word_inside_a_longer_one_does_not_count() -> None:
    assert "school" in spoken_of("老师都走了").concepts
    assert "school" not in spoken_of("老师傅都走了").concepts


def test_the_longest_word_is_quoted() -> None:
    spoken = spoken_of("色差很大,批次色差更大")
    assert spoken.concepts["colour"] == "批次色差" and "批次色差" in spoken.senses.values()


@pytest.mark.parametrize(
    ("one", "other"),
    [("褥疮", "压疮"), ("漏水", "试压"), ("漏装", "防呆"), ("氮化", "热处理"), ("老停机", "点检"), ("换线", "smed")],
)
def test_words_that_belong_together_share_a_sense(one: str, other: str) -> None:
    assert spoken_of(one).senses.keys() & spoken_of(other).senses.keys()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("召回", "防火"),
        ("马达", "led"),
        ("色母", "挤出"),
        ("温度曲线", "正交试验"),
        ("品字标", "地标"),
        ("外包装", "标签"),
        ("海鲜", "养殖"),
        ("投诉", "退货"),
    ],
)
def test_words_of_one_field_are_not_yet_one_matter(one: str, other: str) -> None:
    """Each pair is of one concept, and yet nobody would say that the two mean the same."""
    assert not spoken_of(one).senses.keys() & spoken_of(other).senses.keys()


def test_words_of_one_sense_weigh_more_than_words_of_one_field() -> None:
    index = Index.build((OfferText("field", "跳闸"), OfferText("sense", "线束"), OfferText("neither", "护工")))
    field, sense, neither = (
        index.points(NeedText("n", "端子"), each)["text"] for each in ("field", "sense", "neither")
    )
    assert sense > field > neither == 0


def test_a_broken_table_is_told_with_its_line(tmp_path: Path) -> None:
    table = tmp_path / "matching_concepts.csv"
    for row in ("a,t,x||y,z", "a,t,x|y;,z", "a,t,x|x,z", "a,t,x,z||v"):
        table.write_text(f"id,topic,senses,words,source\n{row},textbook\n", encoding="utf-8")
        concepts.cache_clear()
        with pytest.raises(ValueError, match="line 2"):
            concepts(tmp_path)
    concepts.cache_clear()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("纺织业", "C17"),
        ("C36", "C36"),
        ("3670", "C36"),
        ("五金制品", "C33"),
        ("餐饮服务", "H62"),
        ("快递物流", "G60"),
        ("说不上来", None),
        ("", None),
    ],
)
def test_an_industry_in_any_words_has_its_division(typed: str, code: str | None) -> None:
    assert division(typed) == code


def test_closeness_is_symmetric_and_no_other_division_is_as_near_as_its_own() -> None:
    table = closeness()[:-1, :-1]
    apart = np.where(np.eye(len(divisions()), dtype=bool), 0, table)
    assert np.array_equal(table, table.T)
    assert table.max() == 1 and (apart.max(axis=0) < table.diagonal()).all()
    assert table.min() == 0 and not closeness()[-1].any()


@pytest.mark.parametrize(
    ("near", "far", "one"),
    [("C18", "C26", "C17"), ("C36", "C14", "C34"), ("Q85", "C33", "Q84"), ("C13", "C38", "A01"), ("G60", "C39", "G59")],
)
def test_kindred_work_is_nearer(near: str, far: str, one: str) -> None:
    table, places = closeness(), divisions()
    assert table[places[one], places[near]] > table[places[one], places[far]]


def test_units_of_a_wide_division_are_less_near_than_those_of_a_narrow_one() -> None:
    table, places = closeness(), divisions()
    wide, narrow = (("C33", "C34", "C35", "C38"), ("C18", "C27", "C36", "Q84"))
    assert max(table[places[code], places[code]] for code in wide) < 1
    assert {table[places[code], places[code]] for code in narrow} == {1}


def test_a_section_stated_as_the_industry_stands_for_its_divisions_but_makers_are_too_many() -> None:
    assert stated("建筑业") == ("E47", "E48", "E49", "E50")
    assert stated("卫生和社会工作") == ("Q84", "Q85")
    assert stated("房屋建筑业") == ("E47",)
    assert stated("制造业") == stated("说不上来") == stated("") == ()


def test_what_an_offer_names_counts_more_where_nobody_stated_its_industry() -> None:
    text = "给水泵厂讲气密检查"
    silent, told = (read_offer(OfferText("o", text, trade)).profile.industries for trade in ("", "纺织业"))
    assert told["C34"][0] < silent["C34"][0] < told["C17"][0]


def test_a_ward_is_not_in_the_sector_of_a_foundry() -> None:
    assert sector("Q84") != sector("C33")
    assert closeness()[divisions()["Q84"], divisions()["C33"]] == 0


def test_a_supplier_sells_to_its_buyer_and_not_to_a_shop_it_has_nothing_to_learn_from() -> None:
    assert supplies("C29", "C36") and not supplies("C36", "C29")
    assert not supplies("A01", "F52")


def test_grams_are_told_by_their_characters() -> None:
    codes, counts = gram_counts("怎么样,怎么样")
    assert len(codes) == 6 and counts.tolist() == [2.0] * 6
    assert telling(codes).sum() == 3  # the three that hold 样


def test_empty_words_bring_no_points() -> None:
    index = Index.build((OfferText("o", "我们怎么做都可以"),))
    need, silent = NeedText("n", "我们怎么做"), NeedText("n", "")
    rules = Rules(region=False)
    assert index.points(need, "o")["text"] == index.points(silent, "o")["text"] == 0
    assert index.rank(need, rules=rules)[0].score < 20


def test_texts_worded_like_one_trouble_draw_near_though_they_share_no_character() -> None:
    trains, tidies = OfferText("trains", "员工上岗先培训考试"), OfferText("tidies", "车间地上划线挂牌")
    need, index = NeedText("n", "新手多，手脚生疏"), Index.build((trains, tidies))
    assert not set(need.text) & set(trains.text)
    assert index.points(need, "trains")["text"] > 1 + index.points(need, "tidies")["text"]


def test_an_offer_that_speaks_of_many_troubles_says_less_of_each() -> None:
    def says(text: str) -> float:
        codes, weights = read_offer(OfferText("o", text)).tokens
        return float(weights[codes == meaning_codes()["!late_delivery"]].sum())

    assert says("交期拖延攻关") > says("交期拖延、混料、色差、设备停机、客户投诉、来料不良都管") > 0


def test_what_every_offer_of_a_pool_says_brings_no_points_unless_the_pool_is_small() -> None:
    def text(many: int) -> float:
        index = Index.build(OfferText(f"o{place}", "现场管理") for place in range(many))
        return index.points(NeedText("n", "现场管理"), "o0")["text"]

    assert text(12) > 0 == text(13)


@pytest.mark.parametrize(
    ("typed", "name"), [("宁波市", "宁波"), ("宁波", "宁波"), (" 义乌 ", "义乌"), ("沙市", "沙市")]
)
def test_a_city_is_one_with_and_without_its_suffix(typed: str, name: str) -> None:
    assert place(typed) == name
