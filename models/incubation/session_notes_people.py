"""How many people took part in a session, as people say it: 十二个人, 来了7位. Knows no day and no activity."""

import re
from collections.abc import Sequence

from models.incubation.readings_numbers import NUMERAL, value
from models.incubation.session_notes_shares import one_of_several

_MOST = 2000  # more do not fit into a hall
_WHO = (
    r"(?:人(?![次均天工机效力才月年份民]|员?名单)|学员|员工|工人|职工|同事|同志|伙伴|客人|嘉宾|代表|骨干|干部|主管|经理|厂长|老板|负责人|"
    r"工程师|技术员|质检员?|检验员|品检|品管|操作工|操作员|内审员|审核员|班组长|班长|组长|工段长|线长|车间主任|主任|师傅|徒弟|老师|教师|"
    r"医生|护士|护工|店员|店长|司机|调度|家长|社员|农户|管理人员|管理者|业务员|采购|销售|新人|新员工|新工|小伙子?|姑娘|专家|领导|家企业的|"
    r"[^0-9,。;\s]{0,3}(?:[艺序验管务理售查化装修护保作计划]员|领班|教授|院士|博士|阿姨|大姐|大妈|大叔|大伯|嫂子|[焊钳电车缝染织铣磨漆]工|机修))"
)
_COUNT = re.compile(
    rf"(?P<open>(?:不到|将近|接近|近|快|超过|至少|最多|几|好几|上)\s*)?(?P<n>{NUMERAL})\s*(?P<more>多|来(?!了|自)|几|余)?"
    rf"(?:(?:个|位|名|号)?(?:{_WHO})|[位名](?![次置于])|个(?=听|参加|参训|去的))(?P<after>以上|以内|左右|上下|不到|出头|多)?"
)
_PLAIN = re.compile(
    rf"(?:人数|参训人员|参加人员|参与人数|参会人数|到场|到会|实到|签到(?:表上|簿上)?|参训|participants?|people|(?:连|算上|加上?|包括)我)\s*[:：是为有共]*(?:大概|大约|约)?\s*(?P<n>{NUMERAL})(?![0-9.:%])"
)
_FOREIGN = re.compile(
    rf"(?P<n>{NUMERAL})\s*(?:people|persons?|participants|attendees|pax)(?P<open>)(?P<more>)(?P<after>)"
)
_CAME = re.compile(rf"(?:来|到|听|参加|参与)[了的听]*(?:的|者)?(?:一共|总共|共)?有?(?P<n>{NUMERAL})个?(?=[,。;!\s]|$)")
_ROLE_FIRST = re.compile(
    rf"(?:工人|员工|学员|班组长|班长|组长|检验员|质检员?|操作工|骨干|主管|人嘛|人呢|人有|人来了)[有来到了共:]*(?P<n>{NUMERAL})[个名位]?(?=[,。;!\s]|$)"
)
_LEFT_ALONE = re.compile(rf"(?:^|[,。;\s])(?P<n>{NUMERAL})个(?=[,。;!\s]|$)")
_TOTAL = re.compile(
    r"(?:一共|总共|总计|合计|加起来|共计?|全部|双方|两边|人数|实到|签到|(?:连|带|算上|加上?|包括)我|就我[和跟与][^,。;]{1,8}?)[有来到了是:：约]*\s*$"
)
_OWN = re.compile(
    r"(?:阿拉|俺们?|我们?(?:这边|这里|方|厂|单位)?|咱们?|我和[^,。;]{1,6}|我跟[^,。;]{1,6}|带了?|请了?|邀请了?|派了?|陪着?我)(?:去|来|有|出|派)?了?\s*$"
)
_ALONE = re.compile(r"(?:就|只有|只)[^,。;]{0,8}$")
_NOT_PEOPLE = re.compile(
    r"(?:每(?!人)[^,。;\d]{0,2}|各|[厂部场总经]长[和跟与、及]|[经主]理[和跟与、及]|主任[和跟与、及]|老板[和跟与、及]|"
    r"人均|平均|减少?了?|节?省了?|缺|少了|替|代替|需要|要|招|定员|编制|见了?|碰到?了?|"
    r"原[本定来]?|本来|报名|报了|预计|预定|通知了?|除了?[^,。;]*|还有|另外|外加|加上|再加)[了是有要]? ?$"
)
_BETWEEN = re.compile(rf"{NUMERAL}\s*(?:个|位|名)?(?:人)?\s*(?:-|~|—|–|到|至|或)\s*$")
# 12人里头来了9个: of so many.
_OF_SO_MANY = re.compile(r"\s*(?:里头?|里面|当中|之?中)(?:只|就|才)?(?:来|到|去|参加)")
_NOT_COUNTED = re.compile(
    r"(?:多少|几个?)人[^,。;]{0,4}(?:没|不|未|忘)|人数[^,。;]{0,3}(?:没|不[清知详]|未|忘)|没(?:数|点)(?:人|过)"
)
_GROUPS = re.compile(r"\s*(?:一[组队班批]|/|每|[审讲查评去])")


def people_of(text: str) -> int | None:
    """The number of people who took part; None where none is named, or several, or only about how many."""
    if _NOT_COUNTED.search(text):
        return None
    totals: set[int | None] = set()
    said: list[int | None] = []
    for pattern in (_COUNT, _PLAIN, _FOREIGN, _CAME, _ROLE_FIRST):
        for match in pattern.finditer(text):
            before = text[: match.start()]
            if _OF_SO_MANY.match(text, match.end()):
                continue
            people = _people(match, before, text)
            if _TOTAL.search(before) or pattern is _PLAIN:
                totals.add(people)
            else:
                said.append(people)
    found = totals or _whole(said) or {_people(match, "", text) for match in _LEFT_ALONE.finditer(text)}
    return found.pop() if len(found) == 1 else None


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
    if re.search("[0-9][/.]$", before):
        return None  # 3/48个人 is a day run into a number
    open_ended = said.get("open") or said.get("more") or said.get("after") in ("以上", "以内", "不到", "出头", "多")
    doubtful = _NOT_PEOPLE.search(before) or _BETWEEN.search(before) or _GROUPS.match(text, match.end())
    own = _OWN.search(before) and not _TOTAL.search(before) and not (number == 1 and _ALONE.search(before))
    return None if open_ended or doubtful or own or one_of_several(before) else int(number)
