"""Readings with an explanation around them: what agrees is read, what does not is asked about."""

from decimal import Decimal

import pytest

from models.incubation.readings import read

YIELD, DEFECTS, COMPLAINTS = "一次合格率", "过程不良率", "客户投诉数"
ON_TIME, SATISFACTION = "交付及时率", "顾客满意度"


def values(indicator: str, unit: str, *texts: tuple[str, str]) -> list[tuple[str, str, str, str]]:
    return [(indicator, unit, typed, right) for typed, right in texts]


@pytest.mark.parametrize(
    ("indicator", "unit", "typed", "right"),
    [
        # none and all, in words
        *values(COMPLAINTS, "件/月", ("一起客诉都没有", "0"), ("一起都没收到", "0"), ("没收到一件客诉", "0")),
        *values(COMPLAINTS, "件/月", ("没有1件", "0"), ("0，一起也没有", "0"), ("客户一件抱怨也没有", "0")),
        *values(COMPLAINTS, "件/月", ("没收到客户投诉", "0"), ("没有接到任何投诉", "0")),
        *values("供方交付PPM", "PPM", ("0，一家都没退", "0")),
        *values("退货率", "%", ("本月一箱都没退", "0"), ("0，一件退货都没有", "0")),
        *values("设备故障停机", "h/月", ("一次都没停", "0"), ("一分钟都没停过", "0")),
        *values(YIELD, "%", ("一件不良都没有", "100"), ("6批全过", "100"), ("100%，一个坏的都没有", "100")),
        *values(ON_TIME, "%", ("一单都没迟", "100"), ("全部按时", "100")),
        *values(COMPLAINTS, "件/月", ("没有客诉", "0"), ("无投诉", "0"), ("一件都没有！", "0"), ("只有一个", "1")),
        *values(DEFECTS, "%", ("100件里1件没过", "1")),
        # this period beside another one
        *values(DEFECTS, "%", ("上个月3.4，这个月2.9", "2.9"), ("本月0.8%,去年同期1.1%", "0.8")),
        *values(COMPLAINTS, "件/月", ("上月6起，本月4起", "4"), ("当月投诉4起，上月投诉6起，前个月8起", "4")),
        # counts that give the share
        *values(DEFECTS, "%", ("1.5%，800件里12件不良", "1.5"), ("抽了600个，坏的3个，0.5%", "0.5")),
        *values(DEFECTS, "PPM", ("查了2万件坏了5件，250ppm", "250"), ("0.025%，2万件里5件不良", "250")),
        *values(YIELD, "%", ("投入900件，合格873件，合格率97%", "97"), ("98.5%，400件里坏了6件", "98.5")),
        *values(ON_TIME, "%", ("60单里准时57单，95%", "95")),
        *values("质量损失率", "%", ("损失36万，产值4500万，0.8%", "0.8")),
        # a total with its parts
        *values(COMPLAINTS, "件/月", ("6件，4件漏装2件错发", "6"), ("线上2起线下3起，加起来5起", "5")),
        *values(COMPLAINTS, "件/月", ("一共5起，其中包装3起，破损2起", "5")),
        *values("质量损失率", "%", ("内部0.45外部0.2，合计0.65%", "0.65"), ("0.65%：内部0.45，外部0.2", "0.65")),
        *values("设备故障停机", "h/月", ("1号机3小时，2号机4.5小时，总共7.5小时", "7.5")),
        # a product with its result
        *values("直通率", "%", ("0.95*0.96=91.2%", "91.2"), ("82.1%（90%×95%×96%）", "82.1")),
        *values("设备综合效率OEE", "%", ("72%（时间85%×性能90%×质量94%）", "72")),
        *values("设备综合效率OEE", "%", ("85x92x99，OEE 77.4%", "77.4")),
        # a correction
        *values(
            "报废率", "%", ("1.2写错了，是1.4", "1.4"), ("不是3.5，是2.5", "2.5"), ("0.8%，不对，应该是0.9%", "0.9")
        ),
        *values(COMPLAINTS, "件/月", ("8件，打错了，6件", "6")),
        # samples and answers
        *values("过程能力Cpk", "–", ("1.52，抽样50件", "1.52"), ("n=100，1.45", "1.45")),
        *values(SATISFACTION, "分", ("收回问卷120份，89.5分", "89.5"), ("93分，调查了80人", "93")),
        *values(YIELD, "%", ("抽检300件，98.2%", "98.2")),
        *values("投诉关闭周期", "天", ("平均5天，4件投诉", "5")),
        # more numbers that agree
        *values("NPS", "–", ("推荐50%，贬损15%，35", "35")),
        *values("合理化建议", "条/人", ("40个人提了50条，人均1.25条", "1.25")),
        *values(DEFECTS, "%", ("12÷800=1.5%", "1.5"), ("7/900，0.78%", "0.78")),
        *values("设备综合效率OEE", "%", ("时间90% 性能80% 良率95%，OEE 68.4%", "68.4")),
        *values("过程能力Cpk", "–", ("Cp 1.6，Cpk 1.35", "1.35")),
        *values("交付及时率OTD", "%", ("80单，晚了4单，95%", "95")),
        *values("换模时间", "min", ("45s", "0.75")),
        # scores
        *values("5S评分", "100", ("八十九分半", "89.5"), ("91", "91"), ("91/100", "91")),
        *values("卓越绩效自评分", "1000", ("六百一十分", "610"), ("610/1000", "610"), ("610，满分1000", "610")),
        *values("换模时间", "min", ("30秒", "0.5")),
        *values(YIELD, "%", ("900件里882件一次过", "98"), ("一次验收97.4%", "97.4")),
    ],
)
def test_what_agrees_with_the_number_is_read_with_it(indicator: str, unit: str, typed: str, right: str) -> None:
    found = read(typed, unit, indicator)
    assert (found.value, found.question) == (Decimal(right), None)


@pytest.mark.parametrize(
    ("indicator", "unit", "typed", "question"),
    [
        # none of something else, or of what would have to be done
        *values(COMPLAINTS, "件/月", ("一件投诉都没关闭", "unclear"), ("一件退货都没有", "unclear")),
        *values(COMPLAINTS, "件/月", ("2件，一件都没有", "several"), ("一件都没统计", "unclear")),
        *values("MTBF", "h", ("一次故障都没有", "unclear"), ("A机90小时，B机80小时，合计170小时", "several")),
        *values("QC课题数", "项", ("没有投诉", "no_number"), ("一项都没立", "unclear")),
        *values("供方交付PPM", "PPM", ("350，一家都没退", "unclear")),
        *values("投诉关闭周期", "天", ("没有投诉", "no_number")),
        *values("报废率", "%", ("一件都没退", "unclear")),
        *values(YIELD, "%", ("97%，一件不合格都没有", "several"), ("一件没退", "unclear")),
        *values("设备综合效率OEE", "%", ("全部合格", "no_number")),
        *values(COMPLAINTS, "件/月", ("基本没有投诉", "unclear"), ("没有投诉记录", "no_number")),
        # periods: nothing is said to be of this one, or not clearly which
        *values(
            DEFECTS,
            "%",
            ("2.9这个月，3.4上个月", "other_period"),
        ),
        *values(
            DEFECTS, "%", ("上个月3.4，这个月还没出", "other_period"), ("2.9（这个月）3.4（上个月）", "other_period")
        ),
        *values(DEFECTS, "%", ("上个月3.4，这个月涨了0.5", "change"), ("本月目标2，上月3.4", "other_period")),
        *values(COMPLAINTS, "件/月", ("这个月3件是上个月的", "other_period")),
        # counts, parts and factors that give another number
        *values(DEFECTS, "%", ("查了5000只，坏的35只，0.9%", "several"), ("5000只里35只，3只", "unit")),
        *values(YIELD, "%", ("400件里坏了6件，1.5%", "several")),
        *values(COMPLAINTS, "件/月", ("6件，4件漏装1件错发", "several"), ("3，2，1", "several")),
        *values(
            COMPLAINTS,
            "件/月",
            ("送货5单，投诉2单，退货3单", "other_indicator"),
            ("投诉3件退货2件，合计5件", "other_indicator"),
        ),
        *values(DEFECTS, "%", ("A线0.5，B线0.7，合计1.2%", "several")),
        *values(YIELD, "%", ("外观48，尺寸49，合计97%", "several")),
        *values("直通率", "%", ("0.95*0.96=93%", "unclear"), ("0.95*0.96", "unclear")),
        # corrections of which one cannot tell what they correct
        *values("报废率", "%", ("1.2，刚才写错了", "unclear"), ("1.2写错了", "unclear")),
        # samples that might be the share itself
        *values(DEFECTS, "%", ("抽检400件，坏2件，查了3天", "unit")),
        # other numbers that do not agree
        *values("NPS", "–", ("推荐50%，贬损15%，30", "several")),
        *values("合理化建议", "条/人", ("40个人提了50条，人均1.5条", "several")),
        *values(DEFECTS, "%", ("12÷800=3%", "unclear")),
        *values("过程能力Cpk", "–", ("1.6，Cp 1.35", "other_indicator")),
        *values("投诉关闭周期", "天", ("4件，合计12天", "unit")),
        *values("设备故障停机", "h/月", ("平均每次2小时", "part")),
        *values(COMPLAINTS, "件/月", ("上个月一件都没有", "other_period"), ("受理6件，有效4件，无效2件", "several")),
        # parts and extremes
        *values(DEFECTS, "PPM", ("最差的供应商3800", "bound"), ("其中一家3800", "part")),
        *values("投诉关闭周期", "天", ("最长一单拖了18天", "bound"), ("最慢的15天", "bound")),
        *values(ON_TIME, "%", ("其中一条线94%", "part"), ("有一个车间94%", "part"), ("个别客户90%", "part")),
        # another scale
        *values(SATISFACTION, "分", ("4.7", "unit"), ("9.2分", "unit")),
        *values("卓越绩效自评分", "1000", ("61", "unit"), ("610，满分100", "unit")),
        *values("5S评分", "100", ("120", "out_of_range"), ("85%", "unit")),
        *values("自定评分", "100", ("120", "out_of_range"), ("4", "unit")),
        *values("换模时间", "min", ("0.4", "unit")),
    ],
)
def test_what_does_not_agree_is_asked_about(indicator: str, unit: str, typed: str, question: str) -> None:
    found = read(typed, unit, indicator)
    assert (found.value, found.question) == (None, question)


@pytest.mark.parametrize("measure", ["件", "起", "单", "个", "次", "条"])
@pytest.mark.parametrize(
    "text",
    [
        "一{}都没有",
        "一{}投诉都没有",
        "没有一{}",
        "1{}也没有",
        "没一{}",
        "没接到一{}投诉",
        "一{}没",
        "一{}客户投诉也没收到",
    ],
)
def test_none_in_words_is_never_one(text: str, measure: str) -> None:
    assert read(text.format(measure), "件/月", COMPLAINTS).value == 0
