"""Words around a number that say it is not the reading asked for, or say nothing. Knows no number and no unit."""

import re
from typing import Final, Literal

Danger = Literal["bound", "range", "change", "other_period", "part", "unclear"]
_N: Final = r"[0-9一二两三四五六七八九十百千万零半]"

SAME: Final = re.compile(
    r"同上|没有?变|没啥变化|没什么变化|没有?变化|不变|无变化|[一照][样旧]|持平|老样子|维持|照上[次月个]|不动|same"
)
NO_DATA: Final = re.compile(
    r"不知道|不清楚|不晓得|不详|没有?(?:统计|数据|算|测|记|出|汇总|拿到)|未(?:统计|测|出|知)|还没|忘|暂无|暂缺|缺(?![陷货件料口勤席])|"
    r"来不及|没来得及|没归集|没汇总|没盘|盘没|实盘没|等.{0,6}(?:出来|再说)|待定|待统计|说不准|说不清|不好说|n/?a\b|无数据|没数"
)

# Which side a share is of: 不良 or 合格.
BAD: Final = re.compile(
    r"坏|不良|不合格|废|次品|报废|返工|返修|返(?=了|过|[0-9])|退|漏|瑕疵|不行|没过|不过关|"
    r"晚(?=了|的|交|[0-9])|迟|延期|延误|拖期|逾期|超期|ng"
)
GOOD: Final = re.compile(r"参加|参与|合格|良品|良率|正品|好的|准时|按时|及时|ok|通过|准了|达标|没问题")
# Shares that are high by their nature, by the names units give to indicators of their own.
HIGH_SHARE: Final = re.compile(
    r"(?<![不未欠])(?:成功|成活|合格|良品|优良|依从|及时|准时|按时|准交|准点|达标|达成|满意|完好|完成|覆盖|出勤|到岗|通过|正确|准确|治愈|好评|履约)"
)


def side(text: str) -> Literal["up", "down"] | None:
    """Whether words speak of good ones or of bad ones; None where of neither or both."""
    bad, good = bool(BAD.search(text)), bool(GOOD.search(BAD.sub("", text)))
    return None if bad == good else "up" if good else "down"


# A Chinese comma parts numbers unless it parts thousands.
CLAUSE: Final = re.compile(r"((?<![0-9０-９.．])[0-9０-９]{1,3}(?:，[0-9０-９]{3})+(?![0-9０-９万千百亿]))|，")

# One spelling for what is said in several: signs, the size of a sample, the good ones, 每千单漏3单 out of a thousand.
_PLAIN: Final = (
    (re.compile("一共|拢共|(?:加|放|合|算)在?一起"), "合计"),
    (re.compile(r"第[一二三]名"), "头名"),
    (re.compile(r"(?<=[0-9元万块])\s*一个?人(?![0-9])"), " 人均"),
    (
        re.compile(
            r"(?:[0-9]{1,2}|十[一二]?|[一二三四五六七八九])月?[份]?[到至~-](?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?"
        ),
        "累计",
    ),
    (re.compile(r"(?<![0-9.,])([0-9]{1,3}(?:,[0-9]{3})+)(?![0-9])"), lambda found: found[0].replace(",", "")),
    (re.compile(r"([0-9]+[万千百]?)([件个单台套只批片份人项条次])/([0-9]+[万千百]?)\2(?![0-9])"), r"\1/\3"),
    (
        re.compile(
            r"(?<=[一-鿿])(?<![万千百亿])/(?=[总共]?[0-9])|(?<=[万元])/(?=[0-9]+个?人|[^0-9,;月年人]{1,4}[0-9])"
        ),
        ",",
    ),
    (
        re.compile(
            r"[,;。(][^,;。()0-9]{2,10}(?:的|那[次批单家])(?:都|就)?(?:没算|不算|没计|不计|除外)进?去?[)]?(?=$|[,;。])"
        ),
        "",
    ),  # of what it is not
    (
        re.compile(
            r"(?:^|[,;。(\s])(?:但|不过|只是|还|这是)?[没不未]有?(?:算|计|扣|含|包括|包含)(?![出过完清准好高低多差坏太很不的])"
            r"[^,;。()0-9一二两三四五六七八九十]{1,8}[)]?(?=$|[,;。])"
        ),
        "",
    ),
    (
        re.compile(
            r"[,;。](?:另外|还)?有?[0-9一二两三四五][起件个次]?(?:表扬|感谢|锦旗|咨询|询问|好评)|[,;。](?:表扬|感谢信?|锦旗|咨询|询问|好评)(?:了|有|是)*[0-9一二两三四五][起件个次面封]?"
        ),
        "",
    ),
    (re.compile(r"(?:平均)?一个?人(?=[0-9])"), "人均"),
    (re.compile(r"(?:(?<=^)|(?<=[,;。 ]))([百千万])(?=[台件个单套辆只份][里中])"), r"一\1"),
    (re.compile(r"一个月(?=开|运|跑|转)"), "本月"),
    (re.compile(r"\([^()0-9]{2,10}[没不](?:算|含|计|包)[^()0-9]{0,4}\)"), ""),
    (re.compile(r"(?<=[0-9%])\s*/\s*(?=上个?[月周次]|本月|这个?月|去年|前|目标|行业)"), ","),
    (re.compile(r"(?<=[件个台只批单套份])(?=ok|ng)"), " "),
    (re.compile(r"(?<=[0-9件个单台套只批片份])/(?=[一-鿿]{2,4}[0-9])"), ","),
    (re.compile("千克"), "公斤"),
    (re.compile("(?<=[0-9])百分点"), "个点"),
    (re.compile("打错"), "写错"),  # 打 would be a dozen
    (re.compile("->"), "→"),
    (
        re.compile(
            r"[,;。(]?(?:[你请麻烦您]+)?(?:帮[我忙]*)?(?:换算|折算|折|换|转)[成为](?:了)?(?:ppm|百分比|百分数|%)[)吧]?$"
        ),
        "",
    ),
    (re.compile(r"(?<=的)一(?=[次单家台批起回个条件])"), ""),  # the longest one, not one
    (re.compile(r"(?<![0-9.a-z])0ee"), "oee"),
    (re.compile(r"(?<=[煤e])\s*[/每一]\s*万元(?:工业)?(?:总?产值)?"), "/万元"),
    (re.compile(r"(?<![0-9一二两三四五六七八九十])个半(?=小时|钟|月)"), "一个半"),
    (re.compile(r"(?<=[0-9])\s*÷\s*(?=[0-9])"), "/"),
    (re.compile(r"(?<=[0-9%])\s*[x✕✖]\s*(?=[0-9])"), "×"),
    (re.compile(r"(?<![a-z])n\s*="), "样本"),
    (re.compile(r"一次性?就?(?:通过|过|合格|ok|做?[好成对])(?![率评])"), "合格"),
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
            rf"(?<![通错难])(?:[过破超满](?:了|出)?|上了)(?={_N}|百分|千分)|突破|超出|起码|[封到见]顶|打底|顶多|不止|开外|出头|顶天|没(?:有)?到|达不到|刚(?:刚|好)?[过超]|还[要会能]再?[高低多少大升降涨长短]|只多不少|只少不多|±|[≥≤<>≧≦]|[+]\s*$|大半|小半|过半|多半"
        ),
    ),
    ("bound", re.compile(
        rf"接近|将[近将]|勉强|堪堪|刚够|快[到要有]|快(?={_N})|(?<!最)近(?={_N}|百分|千分)|差[点一]|几乎|差不到|奔着|奔(?={_N})|[往向]{_N}.{{0,4}}靠|"
        r"(?<=[%‰])起"
    )),
    ("range", re.compile(r"几|若干|好多|许多|之间|浮动|波动|不等|来回|晃|徘徊|多一?[点些]|少一?[点些]")),
    ("change", re.compile(
        rf"从.*{_N}.*(?:降|升|提|涨|增|减|缩|改善|下|上).{{0,4}}[到至为].*{_N}|{_N}[^,，;；。]{{0,4}}(?:→|(?:降|升|提|涨|增|减|缩)[高长加少短]?了?[到至为])(?=.*{_N})|"
        rf"(?:降低|下降|降|减少|减|少|提高|提升|升高|上升|升|增加|增长|(?<!新)增|改善|缩短|缩|涨|跌|高|低|多|快|慢|(?<![色温偏误公价落视])差|(?<![正刚恰])好|超标|亏|赔|扣)"
        rf"了?(?:约|大概|大约|差不多|有)?\s*(?={_N}|百分|千分)(?!到|至|为)"
    )),
    ("other_period", re.compile(
        r"(?<![占百分环同])比(?![率例重值较])|比.{0,8}(?:月|年|期|前)|上个?月|上周|上个?星期|上季|上年|上半|去年|前年|同期|"
        r"前[个两几]?月|之前|以前|原来|原先|原本|本来|往年|过去|历史|累计|上次|[同环]比|截[至止]|到今天|到目前|到现在|为止|[本这当]个?(?:周|星期)|第[0-9一二三四五]周|[上下]半月|[上中下]旬|年初|目标|计划|预[计算测期]|要求|标准(?!煤)|应该要|争取|"
        r"希望|打算|准备|行业|同行|别人|别家|对手|竞品|人家|标杆|(?:别的|其[他它]|兄弟|隔壁)(?:厂|家|单位|公司|车间|班组|人)|(?:[要能会应得想]|可以|努力|保证|确保|尽量|必须)够?(?:做到|达到|完成|控制在|降到|升到|提到|保持|稳在)|理论|额定|承诺|答应|设计|合同(?!准|及时|按|履)|下个?月|明年|明天|下周|如果|假如|可能会"
    )),
    ("part", re.compile(
        rf"(?:急单|加急件?|特急|插单|大单|小单|有的|有些|部分|有时候?)[^,;。]{{0,3}}(?={_N})|"
        r"(?:其中|光是?|单看|某)[一1]?[个家条台批款道班户组](?!月)|个别|(?<![0-9一二两三四五六七八九十件单])单是|"
        r"(?<!只)有[一1](?:家|道|条产?线|个(?:车间|班|组|产品|型号|供应商|工序))"
    )),
    ("unclear", re.compile(r"不是|并非|不对|写错|打错|错了|听说|据说|或者|或(?=[0-9])|对不上|不一致|有出入|"
            r"除了|其中|未关|没关|未结|待处理|"
            r"美元|美金|欧元|日元|港[币元]|[€£]|除以|乘|加上|减去|[*×÷^@#$&\\]|(?<=[0-9])\s*=|[?？]|"
        rf"随便|瞎[填写编]|编[的个]|先[填写报]|[按照](?={_N}).{{0,6}}[报算填写]|[写填报](?={_N})|"
            r"翻[了倍]|倍|折(?!算|合|[0-9])|减半|一半|对半|半数")),
)  # fmt: skip

WHOLE_YEAR: Final = re.compile(r"全年|年度(?!调查|满意|评)|年累|年均|半年")


def of_another_period(text: str) -> bool:
    """Whether a text speaks of another period, a target or somebody else."""
    return any(pattern.search(text) for question, pattern in DANGERS if question == "other_period")


QUARTER: Final = re.compile(r"(?<![上下前去])(?:第?[一二三四1-4]个?|本|这个?|整个?)?季度?|q[1-4](?![a-z])")
COUNTED: Final = re.compile(rf"数量|[件个总]数|不良品?数|坏了(?={_N})")

# Words of other indicators right before a number: 返工2% is no 过程不良率.
ANOTHER: Final = re.compile(
    rf"(?:返工|返修|报废|退货|投诉|漏检|停机|直通|来料|客户端|抽查|可用率?|性能(?:效率|开动率?|率)?|时间开动率?|时间利用率?|速度率?)(?=了?[约是为:=\s]*{_N})"
)

# A number that whoever types it does not stand behind, wherever in the text that is said.
NOT_SURE: Final = re.compile(
    r"[?？]|待(?:客户|对方|[一-鿿]{1,3}部)?(?:确认|核实|认定|判定)|(?:只|才)(?:统计|算|记)了|听说|据说|领导让|让我?[报填写]"
)

# 表扬3件 is no complaint, 工资人均6万 no output.
OTHER_THING: Final = {
    "complaint_count": re.compile(
        rf"(?:表扬|感谢信?|锦旗|咨询|询问|建议|好评|率|退货|换货|返工|返修|报修|订单|发货|报废)(?:[了有是共收到]|一共)*(?={_N})"
    ),
    "quality_cost_rate": re.compile(rf"(?:预防|鉴定|失败|内部|外部)[^0-9,;。合共总\s]{{0,5}}(?={_N})"),
    "quality_loss_rate": re.compile(rf"(?:内部|外部)[^0-9,;。合共总\s]{{0,5}}(?={_N})"),
    "output_per_head": re.compile(
        rf"^(?!.*(?:人均|每人|每个人)).*(?:产值|营收|销售额?|收入|总额|产出)(?:[了有是约为]|大概)*(?={_N})|工资|奖金|薪|工钱|利润|成本"
    ),
}

# 赔了3.5万 is what a claim is; 少赔了 is a change.
PAID: Final = re.compile(rf"(?<![少多再还要会得能可])赔(?:[了偿付]|给客户)+(?={_N}+(?:\.{_N}+)?\s*[元块万千w])")

# 用了0.5吨标煤 is what all of them burnt.
BURNT: Final = re.compile(r"[用耗烧]|总|一共|合计|全厂|全年|/吨|每吨|/[件台]")

# 没有不良 of a share of bad ones; 没有不良记录 says nothing.
NONE_BAD: Final = re.compile(
    r"(?:没有?|零|无|未)(?:出现|发生|发现|收到)?过?(?:任何|一[件个批])?(?:不良品?|不合格品?|报废|废品|次品|退货|返工|返修|漏检)"
    r"(?![率数的]|记录|统计|数据|系统|处理|方案|变化|下降|减少|增加)"
)

# 上半月3件,下半月2件,合计5件: parts of the period asked for, where the total is said, too.
TOTAL: Final = re.compile(
    r"(?:总共|合计|总计|共计|(?<!公)共|加起来|加一起|合起来|(?<=[,;。])总(?:的|数|量)?)(?:[是为有就:=\s]|停了?|用了?|花了?|大概|约)*$"
)
PARTS: Final = re.compile(r"[上下]半月|[上中下]旬|第[0-9一二三四五]周|[白夜早中晚]班|国[内外]|[内外]销")

# 83分(满分100), in brackets or not.
FULL_MARKS: Final = re.compile(
    r"[(,，;\s]*(?:满分(?:是|为|按)?|按?(?=[0-9]{1,4}\s*分制))\s*(?P<marks>[0-9]{1,4})\s*分?制?[)）]?"
)

# 全厂一年9600万 is no output per head.
ALL_OF_THEM: Final = re.compile(r"全厂|全公司|全院|全年|全部|整个厂|总(?:产值|产出|量|数|共)|合计|一共|共")

# Ppk is no Cpk, nor are Cp and Cmk.
OTHER_INDEX: Final = re.compile(r"σ|西格玛|ppk|cp[lu]|cmk|cp(?!k)")
OTHER_INDEXED: Final = re.compile(r"(?:ppk|cp[lu]|cmk|cp(?!k))\s*[=:为是]?\s*[0-9]+(?:\.[0-9]+)?")
OWN_INDEX: Final = re.compile(r"cpk\s*[=:为是]?\s*[0-9]")

# 3个托盘 counts no pieces.
CONTAINER: Final = re.compile(
    r"\s*[大小整满]?(?:托盘?|栈板|周转[箱筐]|箱|筐|框|篮|桶|车|柜|货架|料架|麻袋|袋子?|集装箱|盘|垛|堆)"
)

# 97,还差一截: a clause behind the reading that only says how good that is.
REMARK: Final = re.compile(
    r"(?:还|也|都|又|已经?|没有?|未|差|一截|一[点些]|不少|很多|好多|多了?|蛮|挺|有所?|明显|比较|[略稍]微?|进步|好转|改善|下降|上升|"
    r"提[高升]|[降升涨掉跌变好坏高低]|[了些点的啊吧呢嘛]|趋势|在|继续|达标|达到|完成|超额|超|不错|理想|满意|需要?|努力|加油|不够|"
    r"距离?|离|往[上下]走|明显|势头|目前)++"
)

# 96.4,主要不良是虚焊: a clause of its own that gives a reason and calls the number nothing.
REASON: Final = re.compile(r"(?!.*(?:率|这是|指的|说的|报的)).{5,}")

# 基本没有投诉 is not none.
HARDLY: Final = re.compile("基本|大体|总体|大多|好像|似乎|应该|可能|估计|大概")

APPROXIMATE: Final = re.compile(r"(?<!节)约|大概|大致|左右|上下|差不多|估计|估摸|~|也就|应该|可能")

# Figures that are no reading: methods, months, days, lines, weeks and the names of indicators.
NO_READING: Final = re.compile(
    r"一次性?(?:交检|交验|检验|下线)?(?:合格率?|通过率?|直通率)|一次性?(?=换|要|需|验|检|交|送|下线)|(?<![0-9.])[567]s(?:评分|得分|检查|管理)?|"
    r"双(?:十[一二]|1[12])|[五六]一(?=节|期间|放?假|前|后|那)|十一(?=期间|长假|放假)|(?<![0-9])123[14]5(?=[转热来平线工])|连续第?[0-9一二三四五六七八九十]+个?(?:月|周|星期|天|季度?|年)了?|[六6]\s*(?:西格玛|sigma|σ)|"
    r"(?:[0-9]+|[一二两三四五六七八九十]+)(?:条产?线|个车间|个班组?|台(?:设备|机器?)|个厂)(?=分别|各自|:)|φ\s*[0-9.]+|"
    r"top\s*[0-9]+|同一[个家位台批]|第[二三]方|七夕|五四(?=节|青年)|三八(?=节)|(?<![0-9.])(?:3[01]|[12]?[0-9])号(?![线机车楼炉产库门])|"
    r"百万件投诉率?|(?<![0-9.])[0零]公里|8d(?=报告|整改|课题|培训|方法)|iso\s*[0-9]+|"
    r"(?:20[0-9]{2}|[0-9]{2})\s*年(?:度)?|"
    r"(?<![0-9./])(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份|底|末|初)?(?:\s*(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号])?|"
    r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})(?:号|#)?(?:车间|产线|生产线|线|机台|号机|炉|号楼)|"
    r"一[直般共些下向旦定]|统一|第一(?![周季天月批名])|万一|唯一|一点[点儿]?(?![0-9一二三四五六七八九零])|三包|半成品|四舍五入|"
    r"(?<![0-9验检查])[0-9一两三四五六七八九十]+(?:道|个)工[序位艺]|[0-9一两三四五六七八九十]+站(?=[^0-9,;]{0,4}乘)"
)
