"""Readings that are explained: what is set aside, what is worked out, and what still has to be asked."""

from decimal import Decimal

import pytest

from models.incubation.readings import read

YIELD, DEFECTS, COMPLAINTS, PASSED = "一次合格率", "过程不良率", "客户投诉数", "产品合格率"
ON_TIME, CLOSING, STOPS = "交付及时率", "投诉关闭周期", "设备故障停机"


def texts(indicator: str, unit: str, *pairs: tuple[str, str]) -> list[tuple[str, str, str, str]]:
    return [(indicator, unit, typed, right) for typed, right in pairs]


@pytest.mark.parametrize(
    ("indicator", "unit", "typed", "right"),
    [
        # other levels beside this month's
        *texts(DEFECTS, "%", ("2.9%，上个月3.4", "2.9"), ("上个月3.4 这个月2.9", "2.9"), ("2.1，目标1.5", "2.1")),
        *texts("直通率", "%", ("目标93，上月90.2，这个月做到91.7", "91.7"), ("目标95没达到，只有93.1", "93.1")),
        *texts(YIELD, "%", ("96.8，老板要求98，还差一截", "96.8"), ("96.1，离97的目标还差0.9", "96.1")),
        *texts(YIELD, "%", ("97.2，跟上月一样", "97.2"), ("96.2（10月是95.1）", "96.2")),
        *texts("过程能力Cpk", "–", ("1.12，没到1.33", "1.12"), ("1.36，上次评审1.21", "1.36")),
        *texts(CLOSING, "天", ("平均3.5天，最长的一单拖了9天", "3.5"), ("最快1天最慢8天，平均4.2", "4.2")),
        # from one level to another
        *texts("报废率", "%", ("从3.1降到2.2了", "2.2"), ("3.1降到2.2", "2.2"), ("3.1->2.2", "2.2")),
        *texts("5S评分", "分(100)", ("从70提到82了", "82"), ("从81升到88", "88")),
        # a share of what was counted, from either side
        *texts(ON_TIME, "%", ("240单，晚了6单", "97.5"), ("应交120单，实交114单", "95"), ("准时114单，延误6单", "95")),
        *texts(YIELD, "%", ("3200件，首检就过的3066件", "95.8125"), ("投1200返工30报废6", "97")),
        *texts(PASSED, "%", ("送了50个样，49个合格，1个超了", "98"), ("全合格，检了320批，一批没退", "100")),
        *texts("报废率", "%", ("投料8000公斤，报废96公斤", "1.2"), ("1吨料废12公斤", "1.2"), ("45片/3000片", "1.5")),
        *texts("百万件投诉", "CPM", ("250万件里10件", "4"), ("发货1500万片，投诉6起", "0.4")),
        # other things a definition divides
        *texts("质量损失率", "%", ("产值3200万，内外部损失25.6万", "0.8"), ("内损12万，外损6万，产值3600万", "0.5")),
        *texts("合理化建议", "条/人", ("60个人提了90条", "1.5"), ("一共416条，208个人，人均2条", "2")),
        *texts("人均产出", "万元", ("82000元一个人", "8.2"), ("产值1520万，200个人", "7.6")),
        *texts("MTBF", "h", ("运行720小时，坏了3次", "240")),
        *texts("NPS", "–", ("推荐的55% 贬损的12%", "43")),
        *texts("单位能耗", "kgce/万元", ("0.032吨标煤每万元", "32"), ("28.5千克标煤/万元", "28.5")),
        # parts of a whole
        *texts(YIELD, "%", ("A线97.1，B线95.4，合起来算是96.2", "96.2"), ("97.3，其中A班98.1", "97.3")),
        *texts("在制品", "件", ("车间盘了一遍，装配1200，涂装800，合计2000件", "2000")),
        *texts(STOPS, "h/月", ("3台机加起来停了18.5小时", "18.5"), ("个半小时", "1.5")),
        *texts("过程能力Cpk", "–", ("外径1.38内径1.52，按最差的报1.38", "1.38")),
        # reasons and other counts
        *texts("退货率", "%", ("2.7% 双十一退得多，没法子", "2.7")),
        *texts(YIELD, "%", ("96.4%，主要不良是虚焊", "96.4"), ("95.3 哦不对手滑了，是96.3", "96.3")),
        *texts(ON_TIME, "%", ("95.3，晚的那4单是物流的问题", "95.3")),
        *texts(COMPLAINTS, "件/月", ("收到6起，1起还没关", "6"), ("3件不是5件", "3")),
        *texts("库存周转", "次/年", ("6.2次，相当于58天一转", "6.2")),
        *texts("换模时间", "min", ("42分，第一次低于45", "42")),
        *texts(DEFECTS, "PPM", ("百分之零点二一，你帮我折成ppm", "2100")),
        *texts("卓越绩效自评分", "分(1000)", ("五百六十二分", "562")),
    ],
)
def test_a_reading_is_found_among_what_explains_it(indicator: str, unit: str, typed: str, right: str) -> None:
    found = read(typed, unit, indicator)
    assert (found.value, found.question) == (Decimal(right), None)


@pytest.mark.parametrize(
    ("indicator", "unit", "typed"),
    [
        (indicator, unit, typed)
        for indicator, unit, several in (
            # the level of another time, or one that is not reached
            (DEFECTS, "%", "2.9 上月|上月2.9，这月还没出来|上个月目标2，实际2.4|去年从2.9降到2.1|上月2.9，降了0.8"),
            (DEFECTS, "%", "上个月1.8%（12/650）|上月抽了50件，1.9|达到目标2.0了|最高2.9，最低1.8|上月破2了，2.3"),
            (DEFECTS, "%", "2.1，以上|2.1，可能还要高|1.2还是1.3来着|2.1，上个月的|2.1（预计）|2.1，这是同行的"),
            (YIELD, "%", "要做到97|努力做到97|别的厂97|实际没到97|10月95.1，11月96.2|九成六七|96，但是有一半没检"),
            (COMPLAINTS, "件/月", "上月8起，关了6起|上月剩1件，本月新增2件|这周2件|1到11月累计36起|8起，减去重复的2起"),
            (CLOSING, "天", "平均3.5天，最长的一单拖了9天，上个月的|中位数5天半，不对|国内3天国外10天"),
            # the share of something else
            (DEFECTS, "%", "500件里返工12件|500件里报废12件|500件抽了50件|500件里12件待判|外观12件，功能8件|12件"),
            ("报废率", "%", "500件里返工12件|不良12件，总共500件|500件废了12公斤|废了60公斤"),
            (YIELD, "%", "坏了6件，1.5%|客户那边退了12件，做了500件|12件没检，共500件|A班97，B班96，平均98"),
            (ON_TIME, "%", "除3单外都准时，共66单|240单发了200单|准时的6单，延期的不知道|延期率5%"),
            ("供方交付PPM", "PPM", "30批退了1批|一家800一家200"),
            (PASSED, "%", "上个月抽了4次，都合格|100批，12批待检"),
            # what is no output, no complaint, no index
            ("人均产出", "万元", "产值3600万|工资人均6万|利润360万，180人"),
            (COMPLAINTS, "件/月", "退货3件|表扬3件|线上8起，线下没统计|7件，其中质量的5件"),
            ("过程能力Cpk", "–", "σ水平4.1|左孔1.2，右孔1.6"),
            ("设备综合效率OEE", "%", "可用率92|时间92，性能85"),
            ("5S评分", "分(100)", "扣了13.5分|一车间88，二车间86"),
            ("质量损失率", "%", "损失31万|损失31万，利润500万|赔了31万，去年产值5000万"),
            ("MTBF", "h", "停机6小时坏了3次"),
            (STOPS, "h/月", "停了3次，每次2小时|每台2小时，一共3台"),
            ("单位能耗", "kgce/万元", "0.0285吨/万元|28.5吨标煤|0.03吨标煤/吨产品"),
            ("卓越绩效自评分", "分(1000)", "86.5/100|自评48.6"),
            ("库存周转", "次/年", "月周转0.5次|52天一次"),
            ("质量成本率", "%", "2.35，全年的"),
            ("生产周期", "天", "急单5天"),
            ("退货率", "%", "千一"),
        )
        for typed in several.split("|")
    ],
)
def test_what_might_be_something_else_is_asked_about(indicator: str, unit: str, typed: str) -> None:
    assert read(typed, unit, indicator).value is None
