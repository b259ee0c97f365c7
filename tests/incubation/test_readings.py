"""Typed readings: the right number in the indicator's unit or a question, never a wrong number."""

from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.incubation.readings import Reading, outlier, read
from models.incubation.readings_amounts import Question
from models.incubation.readings_numbers import evened, value

YIELD, DEFECTS = "一次合格率", "过程不良率"
UNITS = (
    "%",
    "PPM",
    "件/月",
    "天",
    "小时/月",
    "小时",
    "分钟",
    "万元/年",
    "万元",
    "分",
    "次/年",
    "–",
    "kgce/万元",
    "条/人",
    "",
)


@pytest.mark.parametrize(
    ("indicator", "unit", "typed", "right"),
    [
        (DEFECTS, "%", "１２．５％", "12.5"),
        (DEFECTS, "%", "百分之三点五", "3.5"),
        (DEFECTS, "%", "3500PPM", "0.35"),
        (DEFECTS, "%", "1/200", "0.5"),
        (DEFECTS, "%", "兩百分之一", "0.5"),
        (DEFECTS, "%", "千分之五", "0.5"),
        (DEFECTS, "%", "3‰", "0.3"),
        (DEFECTS, "%", "两成半", "25"),
        (DEFECTS, "%", "这个月大概百分之二点三吧", "2.3"),
        (DEFECTS, "%", "约5", "5"),
        (DEFECTS, "%", "没有不良", "0"),
        (DEFECTS, "%", "2 .8", "2.8"),
        (DEFECTS, "%", "3.2，比上月的3.5低", "3.2"),
        ("交付及时率", "%", "60单准了57单", "95"),
        ("客户投诉数", "件/月", "十二件，比上月多两件", "12"),
        (DEFECTS, "%", "3。5", "3.5"),
        (DEFECTS, "%", "11月份不良率2.3%，比上个月好一点", "2.3"),
        (DEFECTS, "%", "抽检400件，2件不良", "0.5"),
        (DEFECTS, "%", "0.35%（3500PPM）", "0.35"),
        (DEFECTS, "%", "降到2%", "2"),
        (DEFECTS, "%", "从8%降到2%", "2"),
        (DEFECTS, "%", "点八", "0.8"),
        (YIELD, "%", "100件里2件不合格", "98"),
        (YIELD, "%", "正好97", "97"),
        (YIELD, "%", "这个月全部合格", "100"),
        (DEFECTS, "PPM", "抽了4000只有3只不行", "750"),
        ("QC参与率", "%", "200人参加了50人", "25"),
        ("客户投诉数", "件/月", "十二件 比上月多两件", "12"),
        ("返工返修率", "%", "200件里返了3件", "1.5"),
        (YIELD, "%", "计划95 现在93.5", "93.5"),
        (YIELD, "%", "从90升到了目前的94.5", "94.5"),
        (YIELD, "%", "0.972，也就是97.2%", "97.2"),
        ("客户投诉数", "件/月", "上旬1件中旬2件下旬2件，一共5件", "5"),
        ("客户投诉数", "件/月", "国内3件国外1件，合计4件", "4"),
        ("5S评分", "分", "91分，满分100", "91"),
        ("质量损失", "元", "四万五", "45000"),
        ("质量损失", "元", "5w", "50000"),
        ("丢件率", "%", "每万件丢2件", "0.02"),
        ("外卖投诉率", "%", "每千单投诉4单", "0.4"),
        (DEFECTS, "PPM", "三千五", "3500"),
        (DEFECTS, "PPM", "3千5", "3500"),
        (DEFECTS, "PPM", "12,500", "12500"),
        (DEFECTS, "PPM", "两万", "20000"),
        (DEFECTS, "PPM", "0.35%", "3500"),
        (DEFECTS, "PPM", "3500个PPM", "3500"),
        (YIELD, "%", "一次合格率九八点五", "98.5"),
        (YIELD, "%", "200件里合格196件", "98"),
        ("客户投诉数", "件/月", "一件都没有", "0"),
        ("客户投诉数", "件/月", "每月5件", "5"),
        ("生产周期", "天", "36小时", "1.5"),
        ("生产周期", "天", "两天半", "2.5"),
        ("换模时间", "分钟", "1小时20分", "80"),
        ("换模时间", "分钟", "一小时二十", "80"),
        ("换模时间", "分钟", "一刻钟", "15"),
        ("人均产出", "万元", "350000元", "35"),
        ("人均产出", "万元", "三十五万", "35"),
        ("质量改进收益", "万元/年", "一年节约120万", "120"),
        ("5S评分", "分", "5S评分85/100", "85"),
        ("过程能力Cpk", "–", "Cpk=1.33", "1.33"),
        ("净推荐值NPS", "–", "-12", "-12"),
        ("单位能耗", "kgce/万元", "35.2 kgce/万元", "35.2"),
        (None, "mm", "2.5mm", "2.5"),
    ],
)
def test_the_right_number_is_read(indicator: str | None, unit: str, typed: str, right: str) -> None:
    found = read(typed, unit, indicator)
    assert (found.value, found.question) == (Decimal(right), None)


@pytest.mark.parametrize(
    ("indicator", "unit", "typed", "question"),
    [
        (DEFECTS, "%", "2~3%", "several"),
        (DEFECTS, "%", "两三个点", "range"),
        (DEFECTS, "%", "三五", "range"),
        (DEFECTS, "%", "12,5", "unclear"),
        (DEFECTS, "%", "不到3%", "bound"),
        (DEFECTS, "%", "3%多", "range"),
        (DEFECTS, "%", "将近3%", "bound"),
        (DEFECTS, "%", "降了0.5%", "change"),
        (DEFECTS, "%", "没有不良记录", "no_number"),
        (DEFECTS, "%", "全部合格", "no_number"),
        ("过程能力Cpk", "–", "Ppk是1.52", "other_indicator"),
        (DEFECTS, "PPM", "0.35", "unit"),
        ("人均产出", "万元", "全厂一年9600万", "unit"),
        (YIELD, "%", "不是全部合格", "no_number"),
        (DEFECTS, "%", "顶天3%", "bound"),
        (DEFECTS, "%", "往3靠", "bound"),
        (DEFECTS, "%", "第一周3%", "other_period"),
        (DEFECTS, "%", "上季度3", "other_period"),
        (DEFECTS, "%", "三季度是4.15", "other_period"),
        (DEFECTS, "%", "随便填个3", "unclear"),
        (DEFECTS, "%", "按3报", "unclear"),
        (DEFECTS, "%", "没有不良，返工2%", "other_indicator"),
        ("一次合格率", "%", "过了85", "bound"),
        ("一次合格率", "%", "突破97", "bound"),
        (DEFECTS, "%", "上个月2.5%", "other_period"),
        (DEFECTS, "%", "目标2%", "other_period"),
        (DEFECTS, "%", "计划从8%降到2%", "other_period"),
        (DEFECTS, "%", "从2%降到8%", "change"),
        (DEFECTS, "%", "从8%降了2%", "change"),
        (DEFECTS, "%", "20件", "unit"),
        (DEFECTS, "%", "不良3颗", "unit"),
        (DEFECTS, "%", "3500", "out_of_range"),
        (DEFECTS, "%", "-3", "out_of_range"),
        (DEFECTS, "%", "-0", "unclear"),
        (DEFECTS, "%", "1e309", "unclear"),
        (DEFECTS, "%", "NaN", "no_number"),
        (DEFECTS, "%", "inf", "no_number"),
        (DEFECTS, "%", "2½", "unclear"),
        (DEFECTS, "%", "10²", "unclear"),
        (DEFECTS, "%", "②", "unclear"),
        (DEFECTS, "%", "2.l", "unclear"),
        (DEFECTS, "%", "O.5", "unclear"),
        (DEFECTS, "%", "同上", "same"),
        (DEFECTS, "%", "还没统计出来", "no_data"),
        (DEFECTS, "%", "好多了", "no_number"),
        (YIELD, "%", "0.98", "fraction"),
        (DEFECTS, "%", "100件里2件返工", "unit"),
        (YIELD, "%", "不良率2.2%", "other_indicator"),
        (YIELD, "%", "直通率95%", "other_indicator"),
        (DEFECTS, "%", "良率97.8", "other_indicator"),
        (DEFECTS, "%", "第三周2%", "other_period"),
        (DEFECTS, "%", "环比2%", "other_period"),
        (DEFECTS, "%", "3/千", "unclear"),
        (DEFECTS, "%", "百分之二多一点", "range"),
        (DEFECTS, "%", "96左右晃", "range"),
        ("客户投诉数", "件/月", "到今天为止3件", "other_period"),
        ("投诉关闭周期", "天", "三天内", "bound"),
        ("投诉关闭周期", "天", "第3天", "unclear"),
        ("投诉关闭周期", "天", "15日", "unit"),
        ("换模时间", "分钟", "10点25分", "unclear"),
        ("人均产出", "万元", "月均3.2万", "other_period"),
        ("人均产出", "万元", "38万美元", "unclear"),
        ("过程能力Cpk", "–", "133", "out_of_range"),
        ("客户投诉数", "件/月", "每周3件", "other_period"),
        ("客户投诉数", "件/月", "国内3件国外2件", "several"),
        ("客户投诉数", "件/月", "上个月3件，这个月2件，合计5件", "other_period"),
        ("客户投诉数", "件/月", "上旬1件中旬2件，一共5件", "other_period"),
        (YIELD, "%", "现在没到目标95", "other_period"),
        (YIELD, "%", "不是目标95，是现在93", "unclear"),
        (YIELD, "%", "好3个点", "change"),
        ("破损率", "%", "一千件里错2件", "unit"),
        ("在制品", "件", "5个筐", "unit"),
        ("顾客满意度", "分", "4.6，满分5分", "unit"),
        ("客户投诉数", "件/月", "十几件", "range"),
        ("客户投诉数", "件/月", "没有", "no_number"),
        ("设备故障停机", "小时/月", "两天", "unit"),
        ("设备故障停机", "小时/月", "1天6小时", "unit"),
        ("设备故障停机", "小时/月", "800小时", "out_of_range"),
        ("换模时间", "分钟", "1:30", "several"),
        ("人均产出", "万元", "350000", "unit"),
        ("人均产出", "万元", "三千五", "unit"),
        ("合理化建议", "条/人", "200条", "out_of_range"),
        ("顾客满意度", "分", "95%", "unit"),
        ("5S评分", "分", "120分", "out_of_range"),
        ("在制品", "件", "99999999999999999999亿", "out_of_range"),
    ],
)
def test_what_could_be_another_number_is_asked_about(indicator: str, unit: str, typed: str, question: str) -> None:
    assert read(typed, unit, indicator) == Reading(None, question, False)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_question_has_its_sentence(language: str) -> None:
    folder = Path(__file__).parents[2] / "messages" / language
    sentences = (folder / "incubation" / "figures.html").read_text(encoding="utf-8")
    assert [each for each in get_args(Question) if f"block invalid_reading_{each} %" not in sentences] == []


def test_an_approximate_number_is_taken_and_marked() -> None:
    assert read("二十件左右", "件/月", "客户投诉数") == Reading(Decimal(20), None, True)
    assert read("节约了20万", "万元/年", "质量改进收益") == Reading(Decimal(20), None, False)


def test_an_unknown_indicator_is_read_by_its_unit_alone() -> None:
    assert read("99", "%", "我们自己的指标").value == 99
    assert read("0.9", "%").value == Decimal("0.9")
    assert read("101", "%").question == "out_of_range"


@pytest.mark.fault(30)
@given(
    st.text(max_size=40)
    | st.text("0123456789.,%‰-~至到一二两三十百千万半点个件天小时分钟PPMpe+约不多了/元每月年成 ", max_size=14)
    | st.text("0123459.，,；%*×=÷（）一件个起单天分人没都有共合计坏不良合格投诉上本月错是样本n推荐贬损", max_size=24),
    st.sampled_from(UNITS),
    st.sampled_from(("", YIELD, DEFECTS, "客户投诉数", "换模时间", "净推荐值NPS", "OEE", "合理化建议", "Cpk")),
)
def test_any_text_gives_a_finite_number_or_a_question(typed: str, unit: str, indicator: str) -> None:
    found = read(typed, unit, indicator)
    assert (found.value is None) != (found.question is None)
    if found.value is not None:
        assert found.value.is_finite()
        assert found.value >= 0 or indicator == "净推荐值NPS"
        if unit == "%":
            assert found.value <= 100


def in_chinese(number: int) -> str:
    """A whole number below 100,000,000 as it is read aloud."""
    if number >= 10_000:
        low = number % 10_000
        return in_chinese(number // 10_000) + "万" + (("零" if low < 1000 else "") + in_chinese(low) if low else "")
    said, gap = "", False
    for place, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure, number = divmod(number, place)
        if figure:
            said += ("零" if gap and said else "") + "零一二三四五六七八九"[figure] + mark
        gap = not figure
    return said or "零"


@given(st.integers(0, 99_999_999))
def test_a_number_read_aloud_is_the_number(number: int) -> None:
    assert value(in_chinese(number)) == number


@given(st.integers(0, 9999), st.integers(0, 999))
def test_a_decimal_read_aloud_is_the_number(whole: int, thousandths: int) -> None:
    after = "".join("零一二三四五六七八九"[int(c)] for c in f"{thousandths:03}")
    assert value(f"{in_chinese(whole)}点{after}") == Decimal(whole) + Decimal(thousandths) / 1000


@given(st.decimals(0, 100, places=2))
def test_shares_agree_in_every_unit(percent: Decimal) -> None:
    assert read(f"{percent}%", "PPM").value == percent * 10_000
    assert read(f"{percent * 10_000}ppm", "%").value == percent
    assert read(f"{percent * 10}‰", "%").value == percent


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("一万二", 12000), ("一万零二", 10002), ("3千500", 3500), ("2w", 20000), ("廿五", 25), ("壹佰贰拾", 120)],
)
def test_short_numerals(numeral: str, number: int) -> None:
    assert value(numeral) == number


@pytest.mark.parametrize(
    "numeral", ["九八", "十五六", "二三十", "三四千", "1,2500", "1.2.3", "一二万", "百千", "千二百千"]
)
def test_numerals_that_could_be_two_numbers_have_no_value(numeral: str) -> None:
    assert value(numeral) is None


def test_characters_that_would_turn_into_other_numbers_are_refused() -> None:
    assert evened("2½") is None
    assert evened("٣") is None
    assert evened("３〇％") == "3〇%"


@pytest.mark.parametrize(
    ("new", "history", "strange"),
    [
        ("3", [], False),
        ("3", ["1"], True),
        ("2.9", ["1"], False),
        ("0.3", ["1", "1", "1"], True),
        ("0.4", ["1", "1", "1"], False),
        ("35", ["0.4", "0.3", "0.35"], True),
        ("2", ["9", "1", "2", "2"], False),
        ("5", ["0", "0"], False),
        ("0", ["5"], False),
        ("-30", ["8"], True),
    ],
)
def test_a_jump_by_three_is_noticed(new: str, history: list[str], strange: bool) -> None:
    assert outlier(Decimal(new), [Decimal(old) for old in history]) is strange
