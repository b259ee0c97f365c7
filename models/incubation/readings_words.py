"""Words around a number that say it is not the reading asked for, or say nothing. Knows no number and no unit."""

import re
from typing import Final, Literal

Danger = Literal["bound", "range", "change", "other_period", "part", "unclear"]
_N: Final = r"[0-9一二两三四五六七八九十百千万零半]"

SAME: Final = re.compile(
    r"同上|没有?变|没啥变化|没什么变化|没有?变化|不变|无变化|[一照][样旧]|持平|老样子|维持|照上[次月个]|不动|same"
)
NO_DATA: Final = re.compile(
    r"不知道|不清楚|不晓得|不详|没有?(?:统计|数据|算|测|记|出|汇总|拿到)|未(?:统计|测|出|知)|还没|忘|暂无|暂缺|缺|"
    r"来不及|没来得及|等.{0,6}(?:出来|再说)|待定|待统计|说不准|说不清|不好说|n/?a\b|无数据|没数"
)

# Which side a share is of: 不良 or 合格.
BAD: Final = re.compile(
    r"坏|不良|不合格|废|次品|报废|返工|返修|返(?=了|过|[0-9])|退|漏|瑕疵|不行|没过|不过关|"
    r"晚(?=了|[0-9])|迟|逾期|超期|ng"
)
GOOD: Final = re.compile(r"参加|参与|合格|良品|良率|正品|好的|准时|按时|及时|ok|通过|准了|达标|没问题")
WRONG: Final = re.compile(r"投诉|漏|错|丢|破|损|迟|误|坏|废|退|返|缺")


def side(text: str) -> Literal["up", "down"] | None:
    """Whether words speak of good ones or of bad ones; None where of neither or both."""
    bad, good = bool(BAD.search(text)), bool(GOOD.search(BAD.sub("", text)))
    return None if bad == good else "up" if good else "down"


# A Chinese comma parts numbers unless it parts thousands.
CLAUSE: Final = re.compile(r"((?<![0-9０-９.．])[0-9０-９]{1,3}(?:，[0-9０-９]{3})+(?![0-9０-９万千百亿]))|，")

# One spelling for what is said in several: signs, the size of a sample, the good ones, 每千单漏3单 out of a thousand.
_PLAIN: Final = (
    (re.compile("一共"), "合计"),
    (re.compile("打错"), "写错"),  # 打 would be a dozen
    (re.compile("->"), "→"),
    (re.compile(r"(?<=[0-9])\s*÷\s*(?=[0-9])"), "/"),
    (re.compile(r"(?<=[0-9%])\s*[x✕✖]\s*(?=[0-9])"), "×"),
    (re.compile(r"(?<![a-z])n\s*="), "样本"),
    (re.compile(r"一次性?(?:通过|过|合格)(?![率评])"), "合格"),
    (re.compile(r"每(?=[百千万]+[件个起次项条例单台只套份人张])"), "一"),
)


def plain(text: str) -> str:
    """A text with one spelling for what is said in several ways."""
    for said, meant in _PLAIN:
        text = said.sub(meant, text)
    return text


# What a number says that is no level of this period, with the code of the question it leads to.
DANGERS: Final[tuple[tuple[Danger, re.Pattern[str]], ...]] = (
    (
        "bound",
        re.compile(
            r"以上|以下|以内|之内|不到|不足|未满|不满|不?[超高低大小多少]于|不?超过|没超|未超|[天时钟周月]之?内(?!部)|至[少多]|最[少多高低大小差好长短快慢坏早晚]|"
            rf"(?<![通错难])(?:[过破超满](?:了|出)?|上了)(?={_N}|百分|千分)|突破|超出|起码|封顶|打底|顶多|不止|开外|出头|顶天|没(?:有)?到|达不到|只多不少|只少不多|±|[≥≤<>≧≦]|[+]\s*$|大半|小半|过半|多半"
        ),
    ),
    ("bound", re.compile(
        rf"接近|将近|快[到要有]|快(?={_N})|(?<!最)近(?={_N}|百分|千分)|差[点一]|几乎|差不到|奔着|奔(?={_N})|[往向]{_N}.{{0,4}}靠|"
        r"(?<=[%‰])起"
    )),
    ("range", re.compile(r"几|若干|好多|许多|之间|浮动|波动|不等|来回|晃|徘徊|多一?[点些]|少一?[点些]")),
    ("change", re.compile(
        rf"从.*{_N}.*(?:降|升|提|涨|增|减|缩|改善|下|上).{{0,4}}[到至为].*{_N}|{_N}[^,，;；。]{{0,4}}(?:→|(?:降|升|提|涨|增|减|缩)[高长加少短]?了?[到至为])(?=.*{_N})|"
        rf"(?:降低|下降|降|减少|减|少|提高|提升|升高|上升|升|增加|增长|增|改善|缩短|缩|涨|跌|高|低|多|快|慢|差|(?<![正刚恰])好|亏|赔)"
        rf"了?(?:约|大概|大约|差不多|有)?\s*(?={_N}|百分|千分)(?!到|至|为)"
    )),
    ("other_period", re.compile(
        r"(?<![占百分环同])比(?![率例重值较])|比.{0,8}(?:月|年|期|前)|上个?月|上周|上个?星期|上季|上年|上半|去年|前年|同期|"
        r"前[个两几]?月|之前|以前|原来|原先|原本|本来|往年|过去|历史|累计|上次|[同环]比|截[至止]|到今天|到目前|到现在|为止|第[0-9一二三四五]周|[上下]半月|[上中下]旬|年初|目标|计划|预[计算测期]|要求|标准|应该要|争取|"
        r"希望|打算|准备|行业|同行|别人|别家|对手|竞品|人家|标杆|理论|额定|设计|合同|下个?月|明年|明天|下周|如果|假如|可能会"
    )),
    ("part", re.compile(
        r"(?:其中|光是?|单看|某)[一1]?[个家条台批款道班户组](?!月)|个别|单是|"
        r"有[一1](?:家|道|条产?线|个(?:车间|班|组|产品|型号|供应商|工序))"
    )),
    ("unclear", re.compile(r"不是|并非|不对|写错|打错|错了|除了|其中|未关|没关|未结|待处理|"
            r"美元|美金|欧元|日元|港[币元]|[€£]|除以|乘|加上|减去|[*×÷^@#$&\\]|(?<=[0-9])\s*=|[?？]|"
        rf"随便|瞎[填写编]|编[的个]|先[填写报]|[按照](?={_N}).{{0,6}}[报算填写]|[写填报](?={_N})|"
            r"翻[了倍]|倍|折|减半|一半|对半|半数")),
)  # fmt: skip

QUARTER: Final = re.compile(r"(?<![上下前去])(?:第?[一二三四1-4]个?|本|这个?|整个?)?季度?|q[1-4](?![a-z])")
COUNTED: Final = re.compile(rf"数量|[件个总]数|不良品?数|坏了(?={_N})")

# Words of other indicators right before a number: 返工2% is no 过程不良率.
ANOTHER: Final = re.compile(rf"(?:返工|返修|报废|退货|投诉|漏检|停机|直通|来料|客户端|抽查)(?=了?[约是为:=\s]*{_N})")

# 没有不良 of a share of bad ones; 没有不良记录 says nothing.
NONE_BAD: Final = re.compile(
    r"(?:没有?|零|无|未)(?:出现|发生|发现|收到)?过?(?:任何|一[件个批])?(?:不良品?|不合格品?|报废|废品|次品|退货|返工|返修|漏检)"
    r"(?![率数的]|记录|统计|数据|系统|处理|方案|变化|下降|减少|增加)"
)

# 目标99,实际97.8 or 从92提到现在的96.4: what stood before is said to be another level, and this one to be today's.
PRESENT: Final = re.compile(
    rf"^(?!.*(?:不是|并非|错|除了|其中)).*(?:目标|计划|要求|指标|标准|上个?月|上次|上期|去年|原来|原先|以前|之前|本来|从).*{_N}.*?"
    rf"(?:实际|实绩|现在|目前|眼下|当前|如今)(?:上|是|为|的|有|到了?|达到了?|做到了?|完成了?|只有|[:=,\s])*(?={_N}|百分|千分)"
)

# 上半月3件,下半月2件,合计5件: parts of the period asked for, where the total is said, too.
TOTAL: Final = re.compile(r"(?:总共|合计|总计|共计|(?<!公)共|加起来)[是为有就:=\s]*$")
PARTS: Final = re.compile(r"[上下]半月|[上中下]旬|第[0-9一二三四五]周|[白夜早中晚]班|国[内外]|[内外]销")

# 83分(满分100), in brackets or not.
FULL_MARKS: Final = re.compile(
    r"[(,，;\s]*(?:满分(?:是|为|按)?|按?(?=[0-9]{1,4}\s*分制))\s*(?P<marks>[0-9]{1,4})\s*分?制?[)）]?"
)

# 全厂一年9600万 is no output per head.
ALL_OF_THEM: Final = re.compile(r"全厂|全公司|全院|全年|全部|整个厂|总(?:产值|产出|量|数|共)|合计|一共|共")

# Ppk is no Cpk, nor are Cp and Cmk.
OTHER_INDEX: Final = re.compile(r"ppk|cmk|cp(?!k)")
OTHER_INDEXED: Final = re.compile(r"(?:ppk|cmk|cp(?!k))\s*[=:为是]?\s*[0-9]+(?:\.[0-9]+)?")
OWN_INDEX: Final = re.compile(r"cpk\s*[=:为是]?\s*[0-9]")

# 3个托盘 counts no pieces.
CONTAINER: Final = re.compile(
    r"\s*[大小整满]?(?:托盘?|栈板|周转[箱筐]|箱|筐|框|篮|桶|车|柜|货架|料架|麻袋|袋子?|集装箱|盘|垛|堆)"
)

# 十二件,比上月多两件: a clause of its own that compares, whatever numbers it holds.
ASIDE: Final = re.compile(
    rf"(?<={_N})(?P<unit>[^0-9,，;；。(（]{{0,4}})(?:[,，;；。(（]\s*|\s+)(?:比|较|[同环]比)[^,，;；。]*$"
)

# 2.3%,比上个月好一点: a comparison behind the number that holds no number of its own.
COMPARED: Final = re.compile(
    rf"(?:比|较|和|跟|与)(?:上个?月|上个?周|上次|上期|去年|之前|以前|往年|原来)(?:(?!{_N}).|一[点些])*$"
)

# 基本没有投诉 is not none.
HARDLY: Final = re.compile("基本|大体|总体|大多|好像|似乎|应该|可能|估计|大概")

APPROXIMATE: Final = re.compile(r"(?<!节)约|大概|大致|左右|上下|差不多|估计|估摸|~|也就|应该|可能")

# Figures that are no reading: methods, months, days, lines, weeks and the names of indicators.
NO_READING: Final = re.compile(
    r"一次性?(?:交检|交验|检验|下线)?(?:合格率?|通过率?|直通率)|一次性?(?=换|要|需|验|检|交|送|下线)|(?<![0-9.])[567]s(?:评分|得分|检查|管理)?|"
    r"百万件投诉率?|(?<![0-9.])[0零]公里|8d(?=报告|整改|课题|培训|方法)|iso\s*[0-9]+|"
    r"(?:20[0-9]{2}|[0-9]{2})\s*年(?:度)?|"
    r"(?<![0-9./])(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份|底|末|初)?(?:\s*(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号])?|"
    r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})(?:号|#)?(?:车间|产线|生产线|线|机台|号机|炉|号楼)|"
    r"一[直般共些下向旦定]|统一|第一(?![周季天月批])|万一|唯一|一点[点儿]?(?![0-9一二三四五六七八九零])|三包|半成品|四舍五入|"
    r"[0-9一两三四五六七八九十]+(?:道|个)工[序位艺]"
)
