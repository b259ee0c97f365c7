"""What is read out of a typed need: by textbook examples, by tables of wordings, and for any text whatever."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models import vocabulary as v
from models.exchange import understanding_kind
from models.exchange.understanding import normalise, suggest_indicators, understand, understand_line, unknown_words
from models.exchange.understanding_asides import LIKELY, SURE
from models.exchange.understanding_troubles import Evidence


def ids(text: str, industry: str | None = None) -> list[str]:
    return [method.id for method in understand(text, industry).methods]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("推行６Ｓ管理", "推行6s管理"),
        ("質量管理體系", "质量管理体系"),
        ("6Σ 和 6∑", "6σ和6σ"),
        ("质\u200b量 管\u00a0理", "质量管理"),
        ("OEE  低", "oee低"),
        ("first line\nsecond", "first line。second"),
        ("", ""),
    ],
)
def test_a_text_has_one_spelling(typed: str, read: str) -> None:
    assert normalise(typed) == read


@pytest.mark.parametrize(
    ("text", "industry", "method"),
    [
        ("轴的外圆尺寸一直在漂，控制限总被打破", "C34", "spc"),
        ("Cpk只有0.9，达不到1.33", "C36", "process_capability"),
        ("螺钉漏打，客户装车时才发现", "C36", "poka_yoke"),
        ("左右件装反", "C36", "poka_yoke"),
        ("车间脏乱差，通道被堵", "C33", "five_s"),
        ("换一次模具三个小时", "C29", "smed"),
        ("设备三天两头故障停机", "C17", "tpm"),
        ("工序之间半成品堆积，交期一拖再拖", "C38", "lean_production"),
        ("来料一批好一批坏", "C34", "supplier_quality"),
        ("供应商管不住，小作坊多", "C36", "supplier_quality"),
        ("主机厂要求24小时交8D报告", "C36", "eight_d"),
        ("准备申报市长质量奖", "C38", "performance_excellence"),
        ("产品卖出去半年就坏，三包费用高", "C38", "reliability"),
        ("出了问题查不到是哪一批料", "C14", "traceability"),
        ("两个检验员用卡尺量出来不一样", "C34", "msa"),
        ("几个工艺参数怎么搭配最好，全靠试", "C26", "doe"),
        ("客户投诉没人跟进，处理完也不回复", "K70", "complaint_handling"),
        ("满意度调查年年满分，客户却在流失", "L72", "customer_satisfaction"),
        ("老师傅凭经验干，换个人就走样", "C21", "standard_work"),
        ("返工报废赔款一年多少钱算不清", "C33", "cost_of_quality"),
        ("体系文件写一套做一套", "C33", "qms"),
        ("质量环境安全三套体系各搞各的", "C26", "integrated_ms"),
        ("年度目标分解不到车间", "C34", "hoshin_kanri"),
        ("新产品试产问题多，量产一再推迟", "C39", "apqp"),
        ("图纸改来改去，装配时才发现装不上", "C35", "design_review"),
        ("客户想要什么转不成技术指标", "C38", "qfd"),
        ("班组长都是工人提上来的，不会管人", "C17", "team_building"),
        ("检验记录全是手写，统计要三天", "C27", "digital_quality"),
        ("想和同行标杆比一比差在哪里", "C34", "benchmarking"),
        ("想申请品字标浙江制造", "C21", "pinzibiao"),
        ("自己摸索的一套做法想总结推广", "C33", "own_method"),
        ("瓶颈工序卡住，前后忙闲不均", "C18", "lean_production"),
        ("异常发生了叫人半天没人来", "C36", "andon"),
        ("护士发药差点发错人", "Q84", "poka_yoke"),
        ("布幅宽换个人量就不一样，客户要看校准证书", "C17", "msa"),
        ("看净度全凭肉眼，两个师傅差一级", "C24", "msa"),
        ("磷化外面做，一家浓一家淡", "C33", "supplier_quality"),
        ("五金包里老是少放膨胀螺丝，客户装不起来", "C21", "poka_yoke"),
        ("橡胶圈靠人眼挑，想用机器视觉", "C29", "digital_quality"),
        ("几种料袋长得差不多，加错料一锅报废", "C26", "poka_yoke"),
        ("病人排队候诊两小时", "Q84", "lean_production"),
        ("Our machines keep having breakdowns", "C29", "tpm"),
    ],
)
def test_the_textbook_method_for_a_trouble_is_among_the_first_three(text: str, industry: str, method: str) -> None:
    assert method in ids(text, industry)[:3]


def test_a_heap_of_scrap_is_a_matter_of_defects_and_of_quality_management() -> None:
    found = understand("废品堆成山")
    assert found.basis == "inferred"
    assert {method.id for method in found.methods[:3]} & {"root_cause_analysis", "six_sigma", "spc"}
    assert found.methods[0].words == ("废品堆成山",) or "废品堆成山" in found.methods[0].words
    assert [area.id for area in found.areas] == ["quality_management"]
    assert found.troubles[0].id == "high_defects"


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("想学6西格玛", "six_sigma"),
        ("六西格马绿带", "six_sigma"),
        ("六希格玛", "six_sigma"),
        ("培养几个绿带黑带", "six_sigma"),
        ("学ＳＰＣ", "spc"),
        ("FEMA不会做", "fmea"),
        ("導入卓越績效", "performance_excellence"),
        ("卓越计效管理怎么做", "performance_excellence"),
        ("精意生产推不动", "lean_production"),
        ("想搞质量工能展开", "qfd"),
        ("品管圈选题", "qc_circle"),
        ("GB/T 19001换版", "qms"),
        ("iso 9001 内审", "qms"),
        ("做DFMEA", "dfmea"),
        ("八D报告", "eight_d"),
        ("要过IATF 16949", "iatf16949"),
        ("五个为什么问不下去", "five_why"),
        ("PDCA走形式", "pdca"),
    ],
)
def test_a_method_named_in_any_spelling_comes_first(text: str, method: str) -> None:
    found = understand(text)
    assert found.methods[0].id == method
    assert found.methods[0].named
    assert found.methods[0].weight == 1.0
    assert found.basis == "named"


@pytest.mark.parametrize("text", ["先不搞5S，设备老坏", "每包15s，机器老坏", "不想学六西格玛，设备总坏"])
def test_a_method_put_aside_or_hidden_in_another_word_is_not_named(text: str) -> None:
    found = understand(text)
    assert not any(method.named for method in found.methods)
    assert "tpm" in [method.id for method in found.methods[:3]]


def test_methods_chosen_beside_the_text_count_as_named_and_unknown_ones_are_passed_over() -> None:
    found = understand("不良率高", "C29", ["统计过程控制", "DOE", "qc_circle", "炼金术"])
    assert [method.id for method in found.methods if method.named] == ["spc", "doe", "qc_circle"]


def test_a_denied_trouble_is_no_trouble() -> None:
    assert "complaints" in [trouble.id for trouble in understand("客户投诉多").troubles]
    assert "complaints" not in [trouble.id for trouble in understand("没有客户投诉，就是交期长").troubles]


@pytest.mark.parametrize(
    ("text", "id", "now", "wanted", "unit"),
    [
        ("不良率从8%降到2%", "process_defect_rate", 8, 2, "%"),
        ("不良率８％左右，想降到2%以下", "process_defect_rate", 8, 2, "%"),
        ("一次合格率只有百分之八十五，目标百分之九十五", "first_pass_yield", 85, 95, "%"),
        ("CPK0.8，客户要求1.33以上", "process_capability", 0.8, 1.33, ""),
        ("退货率3500PPM", "return_rate", 3500, None, "PPM"),
        ("来料不良率2万ppm", "incoming_defect_rate", 20000, None, "PPM"),
        ("8%的不良率太高了", "process_defect_rate", 8, None, "%"),
        ("今年目标不良率1%", "process_defect_rate", None, 1, "%"),
        ("换模时间两个小时，想做到30分钟以内", "changeover_time", 120, 30, "分钟"),
        ("生产周期30天，同行15天", "lead_time", 30, None, "天"),
        ("合格率九成八", "product_pass_rate", 98, None, "%"),
        ("客户投诉每月12件，希望减到3件", "complaint_count", 12, 3, "件"),
        ("满意度从4.8分掉到4.5分", "customer_satisfaction", 4.5, None, "分"),
        ("报废率从2%涨到8%", "scrap_rate", 8, None, "%"),
        ("报废率已经降到了5%", "scrap_rate", 5, None, "%"),
        ("不良率一直在3%-5%", "process_defect_rate", None, None, "%"),
        ("不良率降了2%还是不行", "process_defect_rate", None, None, ""),
        ("不良率一两个点", "process_defect_rate", None, None, ""),
        ("OEE才五十几", "oee", None, None, ""),
    ],
)
def test_an_indicator_is_read_with_its_values(
    text: str, id: str, now: float | None, wanted: float | None, unit: str
) -> None:
    (found,) = understand(text).indicators
    assert (found.id, found.now, found.wanted, found.unit) == (id, now, wanted, unit)


def test_two_indicators_keep_their_own_values() -> None:
    found = {each.id: each.now for each in understand("不良率10%、返工率5%").indicators}
    assert found == {"process_defect_rate": 10, "rework_rate": 5}


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("希望专家来厂里看看，手把手带一带", {"diagnosis", "follow_up"}),
        ("想参加培训，线上也可以", {"method_training", "online"}),
        ("能不能派人长期辅导", {"follow_up"}),
        ("想去标杆企业参观", {"site_tour"}),
        ("有没有现成的模板", {"teaching_material"}),
        ("培训做过了没用", set()),
        ("员工没有培训就上岗", set()),
        ("不用培训，来现场看看就行", {"diagnosis"}),
        ("客户来参观都不好意思", set()),
    ],
)
def test_a_form_is_a_wish_and_not_a_mention(text: str, forms: set[str]) -> None:
    assert {form.id for form in understand(text).forms} == forms


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("轴承外圈磨削尺寸不稳", "need"),
        ("不知道怎么办，废品越来越多", "need"),
        ("我们厂做注塑的，废品太多了", "need"),  # a trade and a plain trouble
        ("我们厂做注塑的", "vague"),
        ("提高质量", "vague"),
        ("希望提升管理水平", "vague"),
        ("您好，请问怎么报名", "vague"),
        ("想贷款买设备，利息多少", "not_a_need:loan"),
        ("有没有订单介绍", "not_a_need:orders"),
        ("代办各类证书，加微信 abc12345", "not_a_need:advert"),
        ("本公司长期供应轴承 13800138000", "not_a_need:advert"),
        ("急招数控操作工，包吃住", "not_a_need:hiring"),
        ("技改补贴怎么领", "not_a_need:subsidy"),
        ("厂房出租三千平", "not_a_need:land"),
        ("欠薪找谁", "not_a_need:dispute"),
        ("你好在吗", "not_a_need:greeting"),
        ("今天天气怎么样", "not_a_need:personal"),
        ("asdfgh", "not_a_need:gibberish"),
        ("。。。", "not_a_need:gibberish"),
        ("点了没反应，这是什么系统", "not_a_need:assistant"),
        ("祝各位新年快乐，身体健康", "not_a_need:greeting"),
        ("测试 测试 001", "not_a_need:greeting"),
        ("按错了，抱歉", "not_a_need:greeting"),
        ("老婆让我去接孩子", "not_a_need:personal"),
        ("高薪聘请厂长一名，懂精益优先", "not_a_need:hiring"),
        ("5S标签特价处理，要的私我", "not_a_need:advert"),
        ("贷款批了，想先把废品降下来", "need"),
        ("专业帮工厂降低不良率，免费上门，加微信 abc12345", "not_a_need:advert"),
        ("边上厂子返工少，想学学人家", "need"),
        ("工人按错了按钮，一炉料全废了", "need"),
        ("环保检查说我们废水指标忽高忽低，想把加药稳住", "need"),
        ("客户投诉保安态度，想做服务标准", "need"),
        ("路灯厂的驱动电源半年就坏", "need"),
        ("有没有专家能上门", "need"),
        ("想请人来带带我们车间", "need"),
        ("消毒包过期了还拿出来用，被查到了", "need"),
        ("贷款资料录错，客户来回跑三趟，投诉多", "need"),
        ("微信上客户老投诉包装破损", "need"),
        ("", "not_a_need:gibberish"),
        ("workers do the same job in different ways", "need"),
        ("can you lend us some money", "not_a_need:loan"),
        ("焊缝气孔多怎么办", "need"),
        ("审批贷款的流程太长，客户经理收资料老是缺项，客户来回跑三四趟，同业三天我们要两个礼拜", "need"),
    ],
)
def test_what_is_no_need_is_told_apart(text: str, kind: str) -> None:
    assert understand(text).is_need == kind


@pytest.mark.parametrize(
    "text",
    [
        "尾款一直不给，能帮忙催吗",
        "我要买一台叉车",
        "想认识做外贸的老板",
        "你们能帮忙卖酒吗",
        "周五聚餐别忘了",
        "高速免费到几号",
        "帮我查个快递",
        "收旧轮胎，上门拉走，价好商量",
        "隔壁漏水泡了我家天花板",
    ],
)
def test_what_no_cue_covers_is_known_by_its_wording(text: str) -> None:
    assert understand(text).is_need.startswith("not_a_need:")


def test_a_greeting_says_nothing_of_the_matter() -> None:
    asked, wanted = "请问审厂前要准备哪些东西", "想借笔钱周转"
    assert not understand(f"你好在吗，{asked}").is_need.startswith("not_a_need")
    assert understand(f"你好，{wanted}").is_need == understand(wanted).is_need == "not_a_need:loan"


@pytest.mark.parametrize(
    ("strange", "kind"), [(LIKELY, "need"), (LIKELY + 0.1, "vague"), (SURE, "vague"), (SURE + 0.1, "not_a_need:land")]
)
def test_what_is_not_surely_apart_is_asked_about(monkeypatch: pytest.MonkeyPatch, strange: float, kind: str) -> None:
    monkeypatch.setattr(understanding_kind, "foreign", lambda *_, **__: strange)
    assert understanding_kind.kind("隔壁的厂房转租,顺带看看", Evidence(), named=False) == kind


def test_nearly_every_known_aside_is_told_apart_so_the_weights_were_learnt_since() -> None:
    told = [understand(entry.cue).is_need != "need" for entry in v.asides()]
    assert sum(told) / len(told) > 0.97


@pytest.mark.parametrize(
    ("text", "level"),
    [("客户下周来审，十万火急", "high"), ("不急，有空来看看", "low"), ("急诊科排队久", "normal"), ("交期长", "normal")],
)
def test_haste_is_heard(text: str, level: str) -> None:
    assert understand(text).urgency == level


def test_two_problems_are_told_apart_and_both_served_in_the_first_three() -> None:
    found = understand("一是设备三天两头坏，停机多；二是仓库乱七八糟，找不到东西", "C33")
    assert len(found.problems) == 2
    assert found.problems[0].methods[0].id == "tpm"
    assert found.problems[1].methods[0].id == "five_s"
    assert {"tpm", "five_s"} <= {method.id for method in found.methods[:3]}


def test_one_problem_told_in_two_breaths_is_one() -> None:
    assert understand("设备老坏，另外机器也经常停机").problems == ()


def test_processes_products_and_trades_lead_to_the_industry() -> None:
    found = understand("阀门铸件机加工后漏水")
    assert [product.id for product in found.products] == ["阀门", "铸件"]
    assert {"C344", "C339"} <= {industry.id for industry in found.industries}
    assert "机加工" in [process.id for process in found.processes]


def test_little_said_is_answered_by_what_is_usual_in_the_sector() -> None:
    factory, ward = understand("", "C34"), understand("", "Q84")
    assert factory.basis == ward.basis == "usual"
    assert [m.id for m in factory.methods[:3]] != [m.id for m in ward.methods[:3]]


def test_a_trouble_foreign_to_the_sector_counts_less() -> None:
    def share(industry: str) -> float:
        return next((t.weight for t in understand("铸件气孔，护理不良", industry).troubles if t.id == "casting"), 0.0)

    assert share("Q84") < share("C33")


def test_indicators_are_proposed_by_what_is_said_and_by_the_trouble() -> None:
    found = understand("返工率高，设备三天两头故障停机", "C33")
    proposed = suggest_indicators(found)
    assert proposed[0] == "rework_rate"
    assert "downtime" in proposed


def test_a_line_of_the_command_line_has_ids_best_first() -> None:
    record = {"id": "N1", "text": "换模时间两小时，想学快速换模，请老师来厂里看看", "industry": "C29", "methods": []}
    line = understand_line(record)
    assert line["id"] == "N1"
    assert line["methods"][0] == "smed"
    assert line["indicators"] == ["changeover_time"]
    assert line["forms"] == ["diagnosis"]
    assert line["areas"] == ["quality_management"]


def test_unknown_words_are_those_no_entry_covers_most_frequent_first() -> None:
    texts = [f"{lead}葫芦娃乱七八糟" for lead in ("早上", "中午", "夜晚")] + ["葫芦丝没人吹"]
    assert unknown_words(texts)[0] == ("葫芦", 4)
    assert ("葫芦娃", 3) in unknown_words(texts)
    assert not [word for word, _ in unknown_words(texts) if "乱七八糟" in word]


BITS = "不良率从8%降到2,。机器坏6S①二是σ\u200b質到→万"
ANY_TEXT = st.text(max_size=60) | st.lists(st.sampled_from(BITS), max_size=40).map("".join)


@given(ANY_TEXT, st.none() | st.sampled_from(["C36", "Q84", "医院", "没有的行业", ""]))
@settings(max_examples=300, deadline=None)
def test_any_text_is_answered_with_known_things_only(text: str, industry: str | None) -> None:
    found = understand(text, industry)
    methods = [method.id for method in found.methods]
    assert methods
    assert set(methods) <= set(v.methods())
    assert len(set(methods)) == len(methods)
    assert all(0 < method.weight <= 1 for method in found.methods)
    assert {indicator.id for indicator in found.indicators} <= set(v.indicators())
    assert {form.id for form in found.forms} <= set(v.forms())
    assert {one.id for one in found.industries} <= set(v.industries())
    assert found.is_need.partition(":")[0] in {"need", "vague", "not_a_need"}
    assert found == understand(text, industry)


@given(ANY_TEXT)
@example("C¸")
def test_the_one_spelling_of_a_text_is_its_own(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.dictionaries(st.sampled_from(["industry", "methods"]), st.none()), ANY_TEXT)
@settings(max_examples=50, deadline=None)
def test_missing_columns_are_no_fault(more: dict[str, Any], text: str) -> None:
    assert understand_line({"id": 1, "text": text, **more})["id"] == 1


@pytest.mark.parametrize("wish", ["{}", "想学{}", "{}怎么搞", "谁能教{}", "我们想搞{}", "请教一下{}"])
@pytest.mark.parametrize("what", ["5S", "精益生产", "六西格玛", "SPC", "品管", "注塑", "焊接", "质量管理"])
def test_who_wants_to_learn_something_is_never_turned_away(what: str, wish: str) -> None:
    """So few letters are worded like anything; what is not sure is asked about."""
    assert not understand(wish.format(what)).is_need.startswith("not_a_need")


@pytest.mark.parametrize("text", ["借钱", "想贷款50万周转", "5S咨询服务，专业团队，优惠报价，欢迎来电洽谈"])
def test_what_speaks_of_another_matter_is_told_however_short(text: str) -> None:
    assert understand(text).is_need.startswith("not_a_need")
