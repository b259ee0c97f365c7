"""Who is named, led, listed or counted side by side in a log, as one number: 总工和两个工程师 are 3人.

Where some of them may be ours, or the same people twice, the words stay as they are. Knows no hours and no activity.
"""

import re
from typing import Final

from models.incubation.readings_numbers import NUMERAL, value
from models.incubation.session_notes_shares import listed_before
from models.incubation.session_notes_words import AND, LONG_WHO, NAMED_ONE, ROLES, WHO

_HEADS: Final = r"(?:个人?|人|位|名)"
_END: Final = r"(?=[,。;!\s]|$)"
_AND_OTHERS = re.compile(
    r"(?<![和跟与、及])"
    rf"(?P<named>(?:[^0-9,。;\s和跟与、及]{{0,4}}?{NAMED_ONE}{AND})+)(?P<n>{NUMERAL})[个名位]"
    rf"(?:[一-鿿]{{0,4}}?(?:主管|主任|负责人|经理|工程师|班长|组长)|{WHO}|"
    r"(?!部门|车间|班组|小组|公司|企业|单位|项目|工厂|分厂|门店|科室|问题)[一-鿿]{2,4}?(?=参加|陪|在场|到场|听课|来了))"
    r"(?!的|[都还也]*[没未]|请假|去|到(?!场)|来[^,。;]{0,6}(?:辅导|诊断|会诊|讲|指导|审)|在?[讲说教谈聊]|交代|培训|开会|上课)"
)
_EACH_NAMED = re.compile(NAMED_ONE + AND)
_OURS_OR_MANY = re.compile(
    rf"我们|咱|我[司方厂和跟与]|[小阿][一-鿿](?!组)|每|各|所有|几|除了?|不算|不含|没有?|{NUMERAL}[个名位](?=[^,。;\s]*{NAMED_ONE})"
)
# 班组长8个加车间主任1个
_RANK_OR_ROLE: Final = rf"(?:{ROLES}|[一-鿿]{{0,2}}(?:主任|厂长|经理|科长|部长|院长|校长|店长|站长|所长))"
_ROLES_ADDED = re.compile(
    rf"(?<![一-鿿])(?P<all>{_RANK_OR_ROLE}[有来到了共:]*{NUMERAL}[个名位]?"
    rf"(?:(?:再?加上?|外加|和|跟|、|,)?{_RANK_OR_ROLE}[有来到了共:]*{NUMERAL}[个名位]?)+){_END}"
)
_NO_PERSONS: Final = (
    "问题|项目|课题|车间|部门(?!经理|主管|主任|负责)|班组|小组|单位|企业|公司|工厂|门店|样|产品|任务|方案"
)
_PERSONS: Final = rf"(?!{_NO_PERSONS})[一-鿿]{{2}}"
# 主任带了6个班长,一共7个: with whoever brought them.
_BROUGHT = re.compile(
    rf"{NAMED_ONE}带[了着来]*(?P<n>{NUMERAL})[个名位]{_PERSONS}[^,。;0-9]{{0,4}}[,;]\s*"
    rf"(?:一共|总共|合计|共)(?P<total>{NUMERAL})[个位]{_END}"
)
# 一个老板带四个网点经理: who leads others is one of them, unless it may be ours who teach.
_LED = re.compile(
    rf"(?P<n>{NUMERAL})[个名位](?P<leader>[^0-9,。;\s]{{1,6}}?)(?:带|领|率)[领着来了]*(?P<led>{NUMERAL})[个名位](?={_PERSONS})"
)
_THEIR_LEADER = re.compile(
    rf"(?:对方|他们|厂里)[^0-9,。;\s带领]{{0,4}}?(?:{NAMED_ONE}|[一-鿿]总)(?:带|领|率)[领着来了]*"
    rf"(?P<n>{NUMERAL})[个名位](?={_PERSONS})"
)
_TEACHES: Final = re.compile("老师|讲师|导师|教练|专家|同事|顾问|师傅|我|咱")
# 就我们俩, 就她和站长: nobody else.
_ONE_PERSON: Final = (
    rf"(?:{NAMED_ONE}|[他她]|老板娘|师傅|[一-鿿]员|[一-鿿][总工哥姐]|[小阿老][一-鿿]|班长|组长|儿子|女儿|爱人|徒弟)"
)
_THEIR_MARK: Final = (
    rf"(?:他们|对方|厂里|店里|院里|企业|那边|品质|质量|技术|仓库|车间|生产|工艺|采购|{NAMED_ONE}|[一-鿿][总工]|师傅|员)"
)
_TWO_ALONE = re.compile(
    r"(?:就|只有)剩?(?:我们|咱们?|我|他们)?[俩两](?:个人|人|个)?(?=[,。;!\s]|$|在|聊|谈|说|一起|一块|对着)"
    rf"|就(?:只有)?(?:我[和跟与](?=[^,。;\s0-9]*{_THEIR_MARK})|(?!我|咱)[^,。;\s0-9们几各每些]{{0,4}}?{_ONE_PERSON}[和跟与])"
    rf"(?:他们)?[^,。;\s0-9们几各每些一二两三四五六七八九十]{{0,8}}?{_ONE_PERSON}"
    rf"(?:俩|两个?人)?(?:在|在场|参加|陪着?|聊的?|谈的?|两头)?{_END}"
)
_OTHERS_CAME = re.compile(rf"(?:来|到|对方|他们|厂里|参加|陪)[^,。;0-9]{{0,6}}(?:{NUMERAL}[个人位名]|几)")
# 六个保洁和两个保安
_COUNTED = re.compile(rf"(?P<n>{NUMERAL})[个名位](?:{WHO}|{LONG_WHO})")
_JOINED = re.compile(AND)
# 老师家长各五个, 采购和质检各2人
_EACH_SO_MANY = re.compile(
    rf"(?P<listed>[^0-9,。;\s]{{2,24}}?)各(?:来|出|派|有|到)?了?(?P<n>{NUMERAL})(?:个人?|人|位|名)(?!小时|钟头|问题|{NUMERAL})"
)
_TWO_KINDS: Final = re.compile("(?:男女|新老(?:员工|工人|职工|客户)?|师徒|早晚班|白夜班)$")
_KIND = re.compile(
    rf"[甲乙丙丁早中晚白夜]班|老师|家长|店长|店员|经理|主任|厨师|学生|师傅|徒弟|采购|销售|仓管|质检|{ROLES}"
)
_NOT_LISTED: Final = re.compile(rf"每|我|咱|{NUMERAL}[个名位]")
# 分两批,上午15个下午19个; 头一拨14人,第二拨9人
_BATCH: Final = r"(?:(?:头|前|后|另|第[一二三四五六]|[甲乙丙丁])?一?[批拨组班])"
_HALF_DAY: Final = r"(?:上午|早上|中午|下午|傍晚|晚上)"
_LABEL: Final = rf"(?:{_HALF_DAY}?{_BATCH}|{_HALF_DAY}|[早中晚白夜]班)(?:[来到有是了]|(?:讲|教)了?)*"
_BATCHES = re.compile(
    rf"(?P<all>{_LABEL}{NUMERAL}{_HEADS}(?:学员|员工|工人)?"
    rf"(?:[,、;和\s]*{_LABEL}{NUMERAL}{_HEADS}(?:学员|员工|工人)?)+)(?![长多]|来个)"
)
_ONE_BATCH = re.compile(rf"{_LABEL}(?P<n>{NUMERAL}){_HEADS}")
_IN_BATCHES: Final = re.compile(r"[两二三四五六2-6]\s*个?[批拨组班]|一[批拨组班]|第[一二三]?[批拨组班]|[甲乙早白夜]班")
_EACH_BATCH = re.compile(rf"(?P<each>[每一][批拨组班桌][来了有]*)(?P<n>{NUMERAL})个{_END}")
_THE_SAME: Final = re.compile(r"同一[批拨组班]|还是[那这]|都是[那这]|一样的人")
# 参会:我方2人,对方6人; 他们来5个我们来3个
_OURS: Final = r"(?:我方|我们(?:这边)?|咱们?|我司|孵化方|孵化单位|甲方|乙方)"
_SIDE: Final = rf"(?:{_OURS}|他们|对方|厂方|企业方?|院方|校方|店方|厂里|入孵方|入孵单位|协会|市办|客户|供应商)"
_LISTED_SIDES = re.compile(
    r"(?:参会|参加|与会|到会|出席|参与|到场)(?:的?人员|人数|的?人|的)?[是有为:\s]*"
    rf"(?P<all>{_SIDE}{NUMERAL}{_HEADS}(?:[,、;和\s]*{_SIDE}{NUMERAL}{_HEADS})+)"
)
_BOTH_CAME = re.compile(
    rf"(?P<all>(?P<ours>{_OURS})?(?(ours)|{_SIDE})(?P<verb>来|到|出|派)了?{NUMERAL}{_HEADS}[,、;和\s]*"
    rf"(?(ours)(?!{_OURS}){_SIDE}|{_OURS})(?:也|又)?(?P=verb)了?{NUMERAL}{_HEADS})"
)
# 专家加厂里总共十一个
_ALL_TOLD = re.compile(
    rf"(?P<who>(?:人|们|方|专家|厂里|老师|学员|[加跟和带上括连]我)[^,。;0-9]{{0,6}})(?:总共|一共|拢共|合计|共)[有是来了]*(?P<n>{NUMERAL})个{_END}"
)
_OF_THINGS: Final = re.compile("问题|条|处|毛病|不符合|建议|点|项")


def together(text: str) -> str:
    """A text where those who are named or counted side by side are one number."""
    if not _OTHERS_CAME.search(alone := _TWO_ALONE.sub(" 一共2人", text)):
        text = alone
    text = _LISTED_SIDES.sub(_added, text)
    text = _BOTH_CAME.sub(_added, text)
    if _IN_BATCHES.search(text) and not _THE_SAME.search(text):
        text = _BATCHES.sub(_batches, text)
    text = _EACH_BATCH.sub(lambda found: f"{found['each']}{found['n']}人", text)
    text = _EACH_SO_MANY.sub(_each_of_those_listed, text)
    text = _ALL_TOLD.sub(
        lambda found: found[0] if _OF_THINGS.search(found[0]) else f"{found['who']}一共{found['n']}人", text
    )
    text = _ROLES_ADDED.sub(_added, text)
    text = _BROUGHT.sub(lambda found: _so_many(found[0], found["n"], "1", total=found["total"]), text)
    text = _counted_side_by_side(text)
    text = _LED.sub(_with_the_leader, text)
    text = _THEIR_LEADER.sub(lambda found: _so_many(found[0], found["n"], "1"), text)
    return _AND_OTHERS.sub(_with_the_named, text)


def _added(found: re.Match[str]) -> str:
    return _so_many(found[0], *re.findall(NUMERAL, found["all"]))


def _batches(found: re.Match[str]) -> str:
    return _so_many(found[0], *(each["n"] for each in _ONE_BATCH.finditer(found["all"])))


def _with_the_leader(found: re.Match[str]) -> str:
    return found[0] if _TEACHES.search(found["leader"]) else _so_many(found[0], found["n"], found["led"])


def _with_the_named(found: re.Match[str]) -> str:
    """生产厂长、品管科长和3个班长 as 5人; unchanged where some of them may be ours, or many."""
    named = [*_EACH_NAMED.finditer(found.string, found.start("named"), found.end("named"))]
    clause = re.split(r"[,。;\s]", found.string[: found.start("n")])[-1]
    if _OURS_OR_MANY.search(clause):
        return found[0]
    return found.string[found.start() : named[0].start()] + _so_many(found[0], found["n"], str(len(named)))


def _each_of_those_listed(found: re.Match[str]) -> str:
    """采购和质检各2人 as 4人."""
    listed = found["listed"]
    kinds = listed_before(listed)
    kinds = kinds or 2 * bool(_TWO_KINDS.search(listed)) or _run_together(listed)
    return _so_many(found[0], *[found["n"]] * kinds) if kinds and not _NOT_LISTED.search(listed) else found[0]


def _run_together(listed: str) -> int:
    """How many kinds stand at the end of some words without anything between them: 老师家长."""
    kinds, end = 0, len(listed)
    for found in reversed([*_KIND.finditer(listed)]):
        if found.end() != end:
            break
        kinds, end = kinds + 1, found.start()
    return kinds if kinds > 1 else 0


def _counted_side_by_side(text: str) -> str:
    """六个保洁和两个保安 as 8人, but for teachers, who may be ours."""
    groups: list[list[re.Match[str]]] = []
    for found in _COUNTED.finditer(text):
        if groups and _JOINED.fullmatch(text, groups[-1][-1].end(), found.start()):
            groups[-1].append(found)
        else:
            groups.append([found])
    for group in reversed(groups):
        first, last = group[0], group[-1]
        if len(group) > 1 and not _TEACHES.search(text[first.start() : last.end()]):
            said = _so_many(text[first.start() : last.end()], *(each["n"] for each in group))
            text = text[: first.start()] + said + text[last.end() :]
    return text


def _so_many(said: str, *numerals: str, total: str | None = None) -> str:
    """The sum of numerals as people, where it is the total that is told; else what was said."""
    numbers = [value(each) for each in numerals]
    known = [number for number in numbers if number is not None and number == number.to_integral_value()]
    if len(known) < len(numbers) or (total is not None and value(total) != sum(known)):
        return said
    return f"{int(sum(known))}人"
