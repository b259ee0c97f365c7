"""Reasons and gaps: each kind has words in both languages, and each is found where it should be."""

import string
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from models.exchange.matching import Index, NeedText, OfferText, Reason, Rules, worded
from models.exchange.matching_profiles import ONLINE
from models.exchange.matching_reasons import shared_words

MESSAGES = Path(__file__).parents[2] / "messages"
SOURCE = (Path(__file__).parents[2] / "models" / "exchange" / "matching_reasons.py").read_text(encoding="utf-8")
NEED = NeedText("n", "铸件砂眼多,要SPC,想去看看样板线", "通用设备制造业", "台州", ("SPC",))
OFFER = OfferText("o", "铸造毛坯少砂眼", "通用设备制造业", "台州", ("SPC",), forms=("现场观摩",), capacity=3)


def patterns(lang: str) -> dict[str, str]:
    return tomllib.loads((MESSAGES / lang / "exchange" / "reasons.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_has_words_and_every_words_a_kind(lang: str) -> None:
    assert patterns(lang).keys() == patterns("zh").keys()
    assert all(f'"{kind}"' in SOURCE for kind in patterns(lang).keys() - {ONLINE})
    holes = {name for text in patterns(lang).values() for _, name, _, _ in string.Formatter().parse(text) if name}
    assert holes <= {"need", "offer", "detail"}


def kinds(need: NeedText, offer: OfferText) -> tuple[list[str], str | None]:
    match = Index.build((offer,)).rank(need, rules=Rules(region=False))[0]
    return [reason.kind for reason in match.reasons], match.gap.kind if match.gap else None


@pytest.mark.parametrize(
    ("offer", "found", "gap"),
    [
        (OFFER, ["method_named", "words_same"], "gap_words"),
        (
            OfferText("o", "铸造毛坯少砂眼", "汽车制造业", "杭州", capacity=1),
            ["words_same", "industry_near"],
            "gap_named",
        ),
        (
            OfferText("o", "报告一对一改,不限行业", "卫生", "杭州", capacity=1),
            ["industry_any", "places"],
            "gap_named",
        ),
        (OfferText("o", "护理改进", "卫生", "杭州", ("SPC",)), ["method_named", "offered"], "gap_sector"),
        (OfferText("o", "", capacity=4, service_areas=("温州",)), ["reach", "places"], "gap_named"),
    ],
)
def test_the_weightiest_reasons_and_the_biggest_gap(offer: OfferText, found: list[str], gap: str | None) -> None:
    assert kinds(NEED, offer) == (found, gap)


def test_a_confirmed_supply_link_gives_ten_points_and_the_first_reason() -> None:
    """Nobody else's score moves by it, and none passes a hundred."""
    stranger = replace(OFFER, id="s", org="another")
    index = Index.build((replace(OFFER, org="partner"), stranger))
    plain, linked = (
        index.rank(need, rules=Rules(region=False)) for need in (NEED, replace(NEED, linked_org="partner"))
    )
    before, after = ({match.offer_id: match for match in ranking} for ranking in (plain, linked))
    assert after["o"].score == pytest.approx(before["o"].score + 10, abs=0.11)
    assert after["s"] == before["s"]
    assert [reason.kind for reason in after["o"].reasons] == ["link", "method_named"]
    assert all(reason.kind != "link" for reason in before["o"].reasons)
    two = NeedText("n", NEED.text, NEED.industry, NEED.city, ("SPC", "快速换模", "QC小组"), linked_org="partner")
    best = OfferText("b", f"{NEED.text} SPC 快速换模 QC小组 " * 3, NEED.industry, "台州", two.methods, "partner")
    assert Index.build((best,)).rank(two, rules=Rules(region=False))[0].score <= 100


def test_two_reasons_do_not_rest_on_one_word() -> None:
    """「注塑」 read as a trade the offer serves and as a word of both texts is one reason, not two."""
    need = NeedText("n", "注塑件飞边多", "橡胶和塑料制品业", "宁波")
    offer = OfferText("o", "适合注塑工厂，减少浪费", "通用设备制造业", "宁波", ("精益生产",), capacity=2)
    match = Index.build((offer,)).rank(need, rules=Rules(region=False))[0]
    said = [worded(patterns("zh"), reason) for reason in match.reasons]
    assert len(said) == 2 and sum("注塑" in one for one in said) == 1, said


def found(need: NeedText, offer: OfferText) -> list[tuple[str, str, str]]:
    match = Index.build((offer,)).rank(need, rules=Rules(region=False))[0]
    return [(reason.kind, reason.need_words, reason.offer_words) for reason in match.reasons]


def test_what_tells_most_stands_first() -> None:
    need = NeedText("n", "端子尺寸忽大忽小,压接不牢", "纺织业", "宁波")
    offer = OfferText("o", "线束厂,尺寸控制", "纺织业", "宁波", ("SPC",))
    assert found(need, offer) == [("method_implied", "忽大忽小", "SPC"), ("words_same", "尺寸", "尺寸")]
    offer = OfferText("o", "线束厂", "纺织业", "宁波")
    assert found(need, offer) == [("words_alike", "端子", "线束"), ("industry_same", "纺织业", "纺织业")]


def test_words_of_one_field_are_no_reason() -> None:
    need, offer = NeedText("n", "儿童椅被召回"), OfferText("o", "防火门窗", capacity=2)
    assert not [kind for kind, _, _ in found(need, offer) if kind.startswith("words")]


def test_one_word_inside_another_is_one_reason() -> None:
    need = NeedText("n", "想搞qc", "纺织业", methods=("QC小组",))
    kinds = [kind for kind, _, _ in found(need, OfferText("o", "qc带教", "纺织业", methods=("QC小组",)))]
    assert kinds == ["method_named", "industry_same"]


def test_the_name_of_the_unit_is_no_word_it_wrote() -> None:
    need = NeedText("n", "夜班和白班不一样", "纺织业", org="明亮玻璃厂")
    assert not [kind for kind, _, _ in found(need, OfferText("o", "钢化炉带教")) if kind.startswith("words")]


def test_a_method_whose_name_holds_another_is_not_that_one() -> None:
    need = NeedText("n", "要做汽车体系", methods=("汽车质量管理体系",))
    assert "method_named" not in [kind for kind, _, _ in found(need, OfferText("o", "", methods=("质量管理体系",)))]


def test_a_trade_the_need_only_mentions_is_not_its_industry() -> None:
    need = NeedText("n", "电梯老坏", "住宿业")
    assert not [kind for kind, _, _ in found(need, OfferText("o", "", "通用设备制造业")) if kind.startswith("industry")]


def test_words_are_laid_into_the_pattern() -> None:
    reason = Reason("words_alike", "褥疮", "压疮", "")
    assert worded({"words_alike": "{need}={offer}{detail}"}, reason) == "褥疮=压疮"


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("我们的铸件砂眼多", "专治铸件砂眼", "铸件砂眼"),
        ("怎么样的方法", "这么样的做法", ""),
        ("abc", "xyz", ""),
        ("色差,色差", "色差", "色差"),
    ],
)
def test_shared_words_are_telling_words(one: str, other: str, shared: str) -> None:
    assert shared_words(one, other) == shared
