"""How many people took part in a session, as people say it: 十二个人, 来了7位. Knows no day and no activity."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from models.incubation.readings_numbers import NUMERAL, value
from models.incubation.session_notes_shares import how_many
from models.incubation.session_notes_together import together
from models.incubation.session_notes_words import AND, LONG_WHO, NAMED_ONE, ROLES, WHO

_MOST = 2000  # more do not fit into a hall
_FEW_WORDS = 8  # characters beside a number
_OFFERED = 4  # numbers to choose from, where it is asked how many came
_COUNT = re.compile(
    rf"(?P<open>(?:不[到止下足]|多于|少于|将近|接近|近|快|超过|至少|最多|几|好几|(?<!线)上)\s*)?(?P<n>{NUMERAL})\s*(?P<more>多|来(?!了|自)|几|余)?"
    rf"(?:(?:个|位|名|号)?(?:{WHO})|[个位名]{LONG_WHO}|[位名](?![次置于])|个(?=听|参加|参训|去的))(?P<after>以上|以内|左右|上下|不到|出头|多)?"
)
_PLAIN = re.compile(
    rf"(?:人数|参训人员|参加人员|参与人数|参会人数|到场|到会|实到|签到(?:表上|簿上)?|参训|participants?|people)\s*[:：是为有共]*(?:大概|大约|约)?\s*(?P<n>{NUMERAL})(?![0-9.:%几多余十百家场次条页])"
)
_FOREIGN = re.compile(
    rf"(?P<open>\b(?:about|around|some|nearly|almost|over)\s+)?(?P<n>{NUMERAL})\s*"
    r"(?:people|persons?|participants|attendees|pax|of (?:them|their people)|staff|workers|operators|supervisors|"
    r"managers|foremen|nurses|owners|bosses|leaders|technicians|engineers|inspectors)\b(?P<more>)(?P<after>)"
)
_CAME = re.compile(
    rf"(?:(?<![出拿挑])来|(?:(?<=[,。;\s实厂里])|^)到|(?<![不压降升调加减改提涨掉达做缩砍])到了|听|参加|参与)[了的听]*(?:的|者)?(?:一共|总共|共)?有?(?P<n>{NUMERAL})个?(?=[,。;!\s]|$)"
)
_ROLE_FIRST = re.compile(
    rf"(?:{ROLES}|人嘛|人呢|人有|人来了|人(?:来得|到得)?(?:不多|不算多|很?少)[,;\s]*[就只才])[有来到了共:]*(?P<n>{NUMERAL})[个名位]?(?=[,。;!\s]|$)"
)
_PATTERNS = (_COUNT, _PLAIN, _FOREIGN, _CAME, _ROLE_FIRST)
_NOT_PEOPLE = re.compile(
    rf"(?:(?:{NAMED_ONE}|[一-鿿][工总姐哥们]|[小阿][一-鿿]){AND}|"
    r"每(?!人)[^,。;\d\n]{0,5}|各[来去到派出]?|[一-鿿]长(?:以?及|和|跟|与|、|还有|加上?)|[经主]理[和跟与、及]|主任[和跟与、及]|老板[和跟与、及]|"
    r"人均|平均|减少?了?|节?省了?|缺|少了|替|代替|需要|要|招|定员|编制|见了?|碰到?了?|"
    r"原[本定来]?|本来|报名|报了|预计|预定|通知了?|除了?[^,。;]*|还有|另外|外加|加上|再加)[了是有要]? ?$"
)
_ONE_OF_MANY_FIRMS = re.compile(rf"{NUMERAL}\s*(?:多|来|余)?家")
_THEIRS = re.compile(r"(?:他们|对方|这家)(?:厂|公司|单位|企业|院|店|社|园)?(?:就|只)?$")
_SOME_ABSENT = re.compile(
    rf"{NUMERAL}\s*[个名位]?(?:没来|没到|未到|缺席|请假|早退)|缺了?{NUMERAL}[个名位](?=[,。;!\s]|$)"
)
_LEFT_ALONE = re.compile(rf"(?:^|[,。;\s])(?P<n>{NUMERAL})个(?=[,。;!\s]|$)")
_TOTAL = re.compile(
    r"(?:一共|总共|总计|合计|加起来|共计?|全部|双方|两边|人数|实到|签到|(?:连|带|算上|加上?|包括)我|就我[和跟与][^,。;]{1,8}?)[有来到了是:：约]*\s*$"
)
_JUST_CAME = re.compile(r"[来到]了(?:就|只有?|的|了)*\s*$")
_OWN = re.compile(
    r"(?:阿拉|俺们?|我们?(?:这边|这里|方|厂|单位)?|咱们?|我和[^,。;]{1,6}|我跟[^,。;]{1,6}|带了?|请了?|邀请了?|派了?|陪着?我)(?:去|来|有|出|派)?了?\s*$"
)
_WITH_US = re.compile(
    r"(?:我|咱)[和跟与同带]了?\s*$|跟[我咱]们?(?:一起|一道|一块|一同)?(?:去|来|到|过去|过来)的(?:还)?[有是]?[^,。;0-9]{0,3}$|"
    r"同[去来]的(?:还)?[有是]?[^,。;0-9]{0,3}$"
)
_WITH_US_AFTER = re.compile(r"[^,。;0-9]{0,3}?[跟和陪]着?[我咱]们?(?:一起|一道|一块|一同)?(?:去|来|过去|过来|审|跑)")
_ALONE = re.compile(r"(?:就|只有|只)[^,。;]{0,8}$")
_BETWEEN = re.compile(rf"{NUMERAL}\s*(?:个|位|名)?(?:人)?\s*(?:-|~|—|–|到|至|或)\s*$")
# 12人里头来了9个: of so many.
_OF_SO_MANY = re.compile(r"\s*(?:里头?|里面|当中|之?中)(?:只|就|才)?(?:来|到|去|参加)")
_NOT_COUNTED = re.compile(
    r"(?:多少|几个?)人[^,。;]{0,4}(?:没|不|未|忘)|人数[^,。;]{0,3}(?:没|不[清知详]|未|忘)|没(?:数|点)(?:人|过)"
)
# 请假4人, 18人及格, 评委5人: people who are said, but were not those taught, or only some of them.
_BESIDE_BEFORE = re.compile(
    r"(?:名额|花名册上?|应到|其中[^,。;]{0,6}|含|问|拿|挑|抽|选|访谈|采访|面谈|抽查?|抽问|群里?|主持人?|比[^,。;]{1,6}[多少]|上[次回期]|不?合格|及格|通过|获证|教授|院士|原[定本来]|本来|报名|报了|预计|预定|通知了?|容纳|评委|(?<![带和连跟])专家组?|审核组|评审组|讲师|主讲|嘉宾|领导)[了是有的来到]*\s*$"
)
_BESIDE_AFTER = re.compile(
    r"(?:[2-9二两三四五]次|不?及格|合格|通过|提问|发言|拿证|出差|报名|报了名|的?规模|的?[大工]?厂(?!长)|的企业|的公司)"
)
_ABSENT_BEFORE = re.compile(
    r"(?:请假|缺席?|没来|未到|早退|走|计划|(?<!教材)编制|(?:加上?|算上)(?:老师|讲师|专家|我们))[了是有的]*\s*$"
)
_ABSENT_AFTER = re.compile(
    r"[都还也]*[没未](?:来|到)|缺席|请假|早退|旷|人?用|人份|的?(?:教室|会议室|会场|礼堂|大厅|场地|大巴)"
)
_AND_MORE = re.compile(rf"[还又](?:有|站|来|坐|加)了?(?:几|若干|一些|{NUMERAL}[个人位名])|另有|含我")
# 连我5个人: whether the mentor counts is asked.
_MENTOR_TOO = re.compile(
    rf"(?:连|算上?|加上?|包括|含)(?:[我俺他她]|阿拉)(?![们厂司方单家])|连我们"
    r"|\bof us\b|\b(?:incl|including|plus|with|counting) me\b"
    rf"|我[和跟与同][^,。;0-9]{{1,8}}?共|{NUMERAL}[个位名]?人?连我"
    rf"|我[和跟同与].{{2,80}}(?<![0-9一-鿿])两个?人"
    rf"|[和跟同与][^,。;0-9和跟同与\s]{{1,8}}?两个?人"
)
# 来了9个班长，外加厂长; 组长老应加5个组员; 一线来7个，二线来7个: who else there was is asked.
_NAMED_TOO = re.compile(
    rf"{NUMERAL}[个名位人][^,。;0-9]{{0,8}}[,;]?\s*(?:外?加|还有|再加|连同)[上了]?[^,。;0-9]{{0,6}}?{NAMED_ONE}"
    rf"|(?:组长|班长|队长|{NAMED_ONE}[^,。;0-9]{{0,2}})[^,。;0-9]{{0,4}}[加带和跟领][了着]?[^,。;0-9\s]{{0,8}}{NUMERAL}[个名位](?!问题|车间|班组|项目)"
    rf"|[^,。;0-9\s]{{1,4}}来了?{NUMERAL}[个人位],?\s*[^,。;0-9\s]{{1,4}}来了?{NUMERAL}[个人位]"
    rf"|[科部工员长班室组管修检购理板][有来了]?{NUMERAL}[个名人位]?[、,和加\s]{{0,2}}[^,。;0-9\s到来没缺]{{1,6}}{NUMERAL}[个名人位]?(?=[,。;!\s]|$)"
    rf"|(?:{NAMED_ONE}|(?<![一-鿿])[一-鿿]{{1,2}}[总工]|师傅|[一-鿿]员)\s*(?:[、+和跟与及]|加(?!班))|\b(?:and|plus|with)\s+(?:the\s+|their\s+)?{NUMERAL}\s+[a-z]|{NUMERAL}\s+[a-z]+\s+(?:and|plus)\b|外加|连同|以及|还有[^,。;0-9]{{0,8}}{NUMERAL}[个名位]|还有[^,。;0-9]{{0,2}}{NAMED_ONE}|另外{NUMERAL}"
    rf"|加[^,。;0-9\s]{{2,6}}{NUMERAL}[个名]|下面{NUMERAL}个|[厂店院校部科]长副|老板老板娘"
)
# 组里七个人除了老周都在; 14人，其中我们2人
_BUT_SOME = re.compile(
    rf"(?<!没)有我(?![们厂司方])|除了?[^,。;]{{1,8}}[都全外]|(?:其中|有)[^,。;0-9]{{0,4}}?(?:我[们方和]|顾问|专家)|有{NUMERAL}个是我"
)
# 去了1个, 一桌12个: people, as far as one can see.
_NO_HEADS: Final = (
    "问题|毛病|[点项月半批炉区洞条版章题页步档级色号楼线家][的]?|小时|钟|车间|班组?(?!长)|厂|公司|工[地位序]|里程碑|指标|样|组(?!员|长)|课题|"
    "单位|企业|店(?!长|员)|部门|科室|参数|[要真原]?因|文件|表|记录|件|案例|措施|建议|环节|缺陷|产?品|机|台|孔|地方|数|百分|不[符合]|轻微|严重|"
    "改[进善]|模|方案|仓|柜|箱|桶|盒|袋|棚|塘|鱼|班次|工具|方法|流程|重点|末端|关键|星期|礼拜|周|季|年|来回|回合|[主话]题|标准|等级|尺寸|病区|小区|"
    "网点|门店|仓库|供应商|客户"
)
_SOME = re.compile(
    rf"(?:[去来到有剩坐陪跟了桌]|[科部组])(?P<n>{NUMERAL})[个名位](?!{_NO_HEADS})(?=[,。;!\s]|$|[^0-9,。;\s]{{2}})"
)
_HEADS = re.compile(rf"(?P<n>{NUMERAL})\s*(?:[名位人](?![次家])|个(?!{_NO_HEADS}|半)|(?:学员|员工))")
_TOTAL_TOLD = re.compile(
    rf"(?:共|总计|合计|加起来|全部|双方|两边|人数|实到|签到)[有来到了是就:：约\s]*{NUMERAL}\s*(?:[个人名位](?!{_NO_HEADS})|(?=[,。;!\s]|$))"
)
# 就他一个: one person alone; 一人一个 and 一个客人 say nothing of who took part.
_ONE_ALONE = re.compile(
    r"[就只仅单独]|一对一|一个人|在场|陪|参加|1人|一人(?![一发拿讲写个])|(?:^|[,;\s])[1一][个人位名][^,。;]{0,3}(?=[,。;]|$)"
)

# 叫来三位高手一道看: only those who are said to be of the unit took part.
_CALLED_IN = re.compile(
    r"会诊|专家|行家|高手|老法师|外援|大咖|外请|外头的|"
    r"(?:请|约|叫|拉|凑|邀)[来了齐上请]*[^,。;0-9]{0,14}(?:研究|检测|学院|大学|协会|学会|药水商|板材厂|原厂)"
)
_OF_THE_UNIT = re.compile(
    r"(?:[厂院店场站校]里|[厂院店校]方|厂内|单位|公司|对方|他们|人家|车间|那边|这边|企业|养殖场|班组|部门?|科室|工艺|品管|质量|生产|现场|陪同?|旁听)"
    r"[^,。;0-9]{0,6}$"
)
_EXPERT = re.compile("专家|评委|教授|院士|嘉宾")
# 专家3名加厂方4名: whether those who came to help count is asked.
_EXPERTS_TOO = re.compile(rf"专家{NUMERAL}[个人位名][加和跟与同\s]?[一-鿿]{{0,4}}{NUMERAL}[个人位名]")
_HERE = re.compile(
    r"(?:来听课?的?|听课的?|上线的?|参加的|实际来了?|到了|来了|[,;]\s*到|到场|实到|出席)(?:就|只有?|的|了)*(?:班组长|学员|员工|工人)?\s*$"
)
_PARTS_BEFORE = re.compile(
    r"(?:车间|部门?|科|班|线上|线下|男|女|品质|品管|质检|工艺|生产|设备|采购|仓库|技术|研发|财务|行政|第[一二三四五]批|内部|外部|本厂|外厂|供应商)[的有来:是]*\s*$"
)
_MORE = re.compile(rf"(?:{NUMERAL}\s*\+\s*)+$")
_PLUS = re.compile(rf"{NUMERAL}\s*(?:人|名|个|位)?\s*\+\s*[^0-9,。;+]{{0,4}}$")
_IN_EACH = re.compile(
    rf"(?<!第)(?P<many>{NUMERAL})个?(?P<what>班组|班|组|家|车间|部门|单位|企业|批|店|课题|项目)(?:企业|公司|厂|单位|客人)?[^0-9,。;]{{0,4}}[,;]?\s*"
    rf"(?:每[^0-9,。;]{{0,5}}|各)(?:来|到|派|去|出|有)?了?\s*$"
)
_BOTH_SIDES = re.compile(r"(?:双方|两边|两家)各(?:出|来|派)?了?\s*$")
_IN_GROUPS = re.compile(rf"\s*一组[,;]?\s*(?:一共|共)?(?:分|编)[了成]?(?P<many>{NUMERAL})组")
_GROUPS = re.compile(r"\s*(?:一[组队班批]|/|每|[审讲查评去])")

_TAUGHT = re.compile(r"(?:给|为|教|向)[^,。;0-9]{0,6}$")  # 给十个班组长讲8D


def heads(text: str) -> tuple[int, ...]:
    """The numbers of people that a text may mean, at most `_OFFERED`, as they come: with who else is said to count."""
    said = [value(match["n"]) or Decimal(0) for match in _HEADS.finditer(text)]
    found = [int(number) for number in said if number == number.to_integral_value() and 0 < number <= _MOST]
    if len(found) > 1:
        found.append(sum(found))
    if _MENTOR_TOO.search(text):
        found = [number - less for number in found for less in (1, 0)]
    elif _NAMED_TOO.search(text):
        found = [number + more for number in found for more in (0, 1)]
    return tuple(dict.fromkeys(number for number in found if number > 0))[:_OFFERED]


def people_of(text: str) -> int | None:
    """The number of people who took part; None where none is named, or several, or only about how many.

    Also where the number stands in the midst of a long clause, and is easily said of somebody else.
    """
    if _NOT_COUNTED.search(text):
        return None
    counted = together(text)
    people = _counted(counted, called_in=bool(_CALLED_IN.search(text)))
    return people if people is None or _stands_out(counted, people) else None


def _stands_out(text: str, people: int) -> bool:
    """Whether a number is told in a few words of its own, or as a total."""
    if _TOTAL_TOLD.search(text):
        return True
    clauses = re.split(r"[,。;!?\s]+|里头|里面|当中", text)
    told = [
        (clause, found[0]) for clause in clauses for found in re.finditer(NUMERAL, clause) if value(found[0]) == people
    ]
    return not told or any(
        len(clause) - len(number) <= _FEW_WORDS or _TAUGHT.search(clause[: clause.index(number)])
        for clause, number in told
    )


def _counted(text: str, *, called_in: bool) -> int | None:
    total_told = bool(_TOTAL_TOLD.search(text))
    if _MENTOR_TOO.search(text) or _BUT_SOME.search(text) or (called_in and total_told):
        return None
    heard = {match.start("n") for pattern in _PATTERNS for match in pattern.finditer(text)}
    totals: set[int | None] = set()
    said: list[int | None] = []
    parts: list[int | None] = []
    others: list[int | None] = []
    came: list[int | None] = []
    aside, sure = False, total_told
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            before = text[: match.start()]
            if _OF_SO_MANY.match(text, match.end()):
                continue
            if re.search(r"[0-9]\s+(?![人个位名])[一-鿿]", match[0]):
                continue  # 320对45 老板说
            if _is_beside(match, before, text) or (called_in and not _OF_THE_UNIT.search(before)):
                aside = True
                others.append(_people(match, before, text))
                continue
            people = _product(match, before, text) or _people(match, before, text)
            if _TOTAL.search(before) or _HERE.search(before) or pattern is _PLAIN or _of_theirs(before):
                totals.add(people)
                sure = sure or not _JUST_CAME.search(before)
            else:
                said.append(people)
                came += [people] * (pattern is _CAME)
                parts.append(people if pattern is _COUNT and _is_part(match, before, text) else None)
    if totals and not sure and not {*said} <= {*totals, None}:
        return None  # 一家来了3个人,另一家来了5个
    if not totals and any(doubt.search(text) for doubt in (_AND_MORE, _SOME_ABSENT, _EXPERTS_TOO)):
        return None
    if not total_told and _NAMED_TOO.search(text):
        return None
    if not totals and len(parts) > 1 and (summed := _sum(parts)):
        return summed
    if not totals and len(said) > 1 and _whole([*others, *said]) == {said[-1]}:
        return said[-1]
    if not totals and came and len(said) == 2 and came[-1] == said[-1] and (said[0] or 0) > (said[-1] or 0):
        return said[-1]  # 小组8个人到了7个
    if not total_told and any(match.start("n") not in heard for match in _SOME.finditer(text)):
        return None  # 运营部去了3个人,客服去了1个
    found = totals or _whole(said) or (set() if aside else {_people(m, "", text) for m in _LEFT_ALONE.finditer(text)})
    if found == {1} and not _ONE_ALONE.search(text):
        return None
    return found.pop() if len(found) == 1 else None


def _of_theirs(before: str) -> bool:
    """Whether people are those of the unit that is helped, of many firms that came."""
    return bool(_THEIRS.search(re.sub("[来到去]了?$", "", before)) and _ONE_OF_MANY_FIRMS.search(before))


def _is_beside(match: re.Match[str], before: str, text: str) -> bool:
    """Whether the people of a number were not those who took part: 请假4人, 18人及格, 评委5人, 我们去了3个人."""
    if _TOTAL.search(before):
        return False
    if _EXPERT.search(match[0]) or _BESIDE_AFTER.match(text, match.end()):
        return True
    if re.search(r"老师[了是有的]*\s*$", before) and "学员" in text:
        return True
    return bool(_BESIDE_BEFORE.search(before))


def _is_part(match: re.Match[str], before: str, text: str) -> bool:
    """Whether a number is of a part that has no one in common with the others: 一车间9人, 线上30人, 3人+2人."""
    plus = _PLUS.search(before) or re.match(r"\s*\+", text[match.end() :])
    return bool(plus or _PARTS_BEFORE.search(before))


def _sum(parts: Sequence[int | None]) -> int | None:
    """The sum of parts that have no one in common; None where one of the numbers is no such part."""
    known = [number for number in parts if number is not None]
    return sum(known) if len(known) == len(parts) else None


def _product(match: re.Match[str], before: str, text: str) -> int | None:
    """3个班组每组5人, 5个人一组分了4组 as all of them."""
    if _BOTH_SIDES.search(before):
        return 2 * int(value(match["n"]) or 0) or None
    if match.groupdict().get("after") or match.groupdict().get("more") or match.groupdict().get("open"):
        return None
    groups = _IN_EACH.search(before) or _IN_GROUPS.match(text, match.end())
    if groups and value(groups["many"]) != 1:
        many, each = value(groups["many"]), value(match["n"])
    else:
        many, each = _parts_like_it(match, text), value(match["n"])
    if many is None or each is None or many * each != int(many * each) or not 0 < many * each <= _MOST:
        return None
    return int(many * each)


def _parts_like_it(match: re.Match[str], text: str) -> Decimal | None:
    """How many such groups a log tells of; None where it is one number for all, or that is not sure."""
    many = how_many(text, match.start(), match.end(), apart=True)
    return Decimal(many) if many and many > 1 else None


def _whole(said: Sequence[int | None]) -> set[int | None]:
    """The numbers named; of 三位教授, 四个工艺员, 七个人 the last alone, which is the sum of the others."""
    known = [number for number in said if number is not None]
    if len(said) == len(known) > 2 and 2 * known[-1] == sum(known):
        return {max(known)}
    return set(said)


def _people(match: re.Match[str], before: str, text: str) -> int | None:
    said = match.groupdict()
    number = value(match["n"])
    if number is None or number != number.to_integral_value() or not 0 < number <= _MOST:
        return None
    if plus := _MORE.search(before):
        number += sum(value(each) or Decimal(0) for each in re.findall(NUMERAL, plus[0]))  # 15+3人
    if _ABSENT_BEFORE.search(before) or _ABSENT_AFTER.match(text, match.end()):
        return None  # how many of them were there is not said
    if re.search("[0-9][/.]$", before):
        return None  # 3/48个人 is a day run into a number
    open_ended = said.get("open") or said.get("more") or said.get("after") in ("以上", "以内", "不到", "出头", "多")
    met = "回访" in text and before.rstrip().endswith(("见了", "见到", "见"))
    doubtful = (_NOT_PEOPLE.search(before) and not met) or _BETWEEN.search(before)
    groups = _GROUPS.match(text, match.end()) and not _TAUGHT.search(before)
    sent = re.match(r"[来去过]?(?:听|学|参加|上课)", text[match.end() :])
    own = _OWN.search(before) and not sent and not _TOTAL.search(before) and not (number == 1 and _ALONE.search(before))
    with_us = _WITH_US.search(before) or _WITH_US_AFTER.match(text, match.end())
    if with_us and not _TOTAL.search(before):
        return None  # our own colleagues are not those who were taught
    one_of_several = how_many(text, *match.span(), apart=True) != 1
    return None if open_ended or doubtful or groups or own or one_of_several else int(number)
