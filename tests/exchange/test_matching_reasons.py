"""Reasons and gaps: each kind has words in both languages, and each is found where it should be."""

import string
import tomllib
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
        (OFFER, ["method_named", "industry_same"], "gap_words"),
        (
            OfferText("o", "铸造毛坯少砂眼", "汽车制造业", "杭州", capacity=1),
            ["industry_near", "words_same"],
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


def test_two_reasons_do_not_rest_on_one_word() -> None:
    """「注塑」 read as a trade the offer serves and as a word of both texts is one reason, not two."""
    need = NeedText("n", "注塑件飞边多", "橡胶和塑料制品业", "宁波")
    offer = OfferText("o", "适合注塑工厂，减少浪费", "通用设备制造业", "宁波", ("精益生产",), capacity=2)
    match = Index.build((offer,)).rank(need, rules=Rules(region=False))[0]
    said = [worded(patterns("zh"), reason) for reason in match.reasons]
    assert len(said) == 2 and sum("注塑" in one for one in said) == 1, said


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
