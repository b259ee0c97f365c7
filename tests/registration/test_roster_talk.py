"""What people say around a unit's name in a chat: what is let go, and what stays a question whatever surrounds it."""

import pytest

from models import vocabulary
from models.registration import roster_words
from models.registration.guesses import tidy_name
from models.registration.roster import Roster, award_roster
from models.registration.roster_talk import hear, without_town

# A message and the beginning of the name it means, which says enough here: no two of these names begin alike.
SURE = """
你好，我是嘉兴新秀集团的小李，想问下怎么参加这个孵化=新秀
嘉兴平湖做箱包那个新秀集团谢谢=新秀
平湖做箱包的新秀=新秀
平湖新埭镇新秀集团=新秀
平湖市新埭镇的新秀集团有限公司=新秀
单位：新秀集团；地址：平湖市=新秀
新秀集团，联系人：张三，电话：13800000000=新秀
温州康奈集团质量部王工=康奈
康奈集团办公室主任陈伟=康奈
康奈集团，我姓陈=康奈
我们做皮鞋，叫康奈=康奈
康奈集团（做皮鞋）=康奈
我们是康奈集团有限公司的=康奈
我们单位是康奈集团，在温州=康奈
康奈 在温州=康奈
温州市鹿城区双屿街道康奈集团=康奈
2010年拿过省政府质量奖的康奈集团=康奈
我们是金盾压力容器的 问下孵化怎么报名=金盾压力
上虞金盾压力容器，想入孵=金盾压力
龙冠 做西湖龙井茶叶的那个公司=杭州龙冠
海宁那个做光伏的晶科能源=浙江晶科
方太的，想报个名=宁波方太
您好老师，慈溪方太这边，请问需要准备什么材料？=宁波方太
做油烟机的方太=宁波方太
永康做割草机的三锋实业有限公司=浙江三锋
永康三锋实业 生产割草机的=浙江三锋
三锋实业有限公司，永康的=浙江三锋
去年得了市长质量奖的飞剑工贸=浙江飞剑
久盛电气，湖州南浔的，做电缆的=久盛电气
我在迪安诊断上班，做质量管理的=浙江迪安
查一下雅戈尔集团得过什么奖=雅戈尔
雅戈尔集团在不在名单里啊=雅戈尔
临安万马股份，做电缆的=浙江万马
濮院新澳纺织股份有限公司=浙江新澳
新澳纺织，桐乡崇福的，做毛纱=浙江新澳
温州森马 做休闲服的=森马
瑞安做汽车配件的冠盛股份=温州市冠盛
诺力机械，长兴做叉车的=浙江诺力
我司为诺力机械=浙江诺力
“诺力机械”😀=浙江诺力
省二建=浙江省二建
省二建建设集团质安部=浙江省二建
省建设装饰集团的小赵=浙江省建设装饰
衢州中医院的护士长=衢州市中医
中心医院护理部，金华的=金华市中心
国网海盐县供电公司 安质部=国网浙江海盐
宁波市政府=宁波市人民政府
嘉利特泵业=嘉利特
西奥电梯，我们想当孵化单位，怎么弄=杭州西奥
西奥电梯申请入孵=杭州西奥
代表西奥电梯来报名=杭州西奥
市长奖获奖企业康奈集团=康奈
康奈集团是不是在名单里=康奈
康奈集团有资格当孵化单位吗=康奈
康奈集团/质量部/王工=康奈
1、康奈集团，统一社会信用代码91330000145000000X=康奈
康奈集团（温州鹿城）=康奈
康奈集团有限公司（盖章）=康奈
温州那边有个做皮鞋的康奈集团=康奈
我是温州康奈集团的质量负责人=康奈
康奈集团，皮鞋，温州的=康奈
康奈集团，名额还有吗=康奈
你好 我是康奈集团的 市局让我们报的=康奈
我们质量这块比较弱，我们是康奈集团的=康奈
康奈集团，我刚接手，不知道对不对=康奈
"""

# The same frames around a sister, a parent, a subsidiary, a look-alike, another place or another trade.
DOUBTFUL = """
我们是金盾消防的
我们是金盾风机的 问下孵化怎么报名
我们是金盾压力表的 问下怎么报名
我们是金盾压力容器销售公司的
做箱包那个新秀箱包销售公司
嘉兴平湖做箱包那个新秀丽集团谢谢
嘉兴平湖做箱包那个新秀箱包谢谢
湖州做箱包那个新秀集团谢谢
新秀集团 湖州的
瓜沥新秀集团
单位：新秀集团；地址：湖州市
做箱包的新秀集团物流公司
做箱包的新秀集团的供应商
给新秀集团做箱包的
给新秀集团做箱包的，想报名
我们帮新秀集团做箱包
专门给新秀集团生产箱包的
新秀集团代工做箱包的
做新秀集团箱包的
新秀集团旗下做箱包的
新秀集团旁边做箱包的
新秀集团的兄弟单位
我们是新秀集团的供应商 问下孵化怎么报名
新秀集团 想问下我们是它的供应商能报名吗
新秀集团二厂
新秀集团箱包分公司
新秀集团（湖州）
新秀集团在湖州
不是新秀集团，是新秀丽
以前叫新秀集团
从新秀集团出来的
和新秀集团合作的
新秀集团和康奈集团
新秀集团，康奈集团
新秀集团 想跟康奈学
新秀集团 想问下康奈怎么报的名
新秀集团，做康奈皮鞋的
久盛 做地板的
做地板的久盛
湖州久盛，做地板的
我们是久盛地板的，想报名
久盛电气销售公司的小王
久盛电气配套厂的
南通罗莱家纺 质量部
做软件的致远
北京那个瑞星机电
瑞星 做杀毒软件的
圣邦 做芯片的
力博重工的小王
怡达化学的
江苏怡达
做化工的怡达
我是万向集团公司总部质量部的
万向集团的，想当孵化单位
万向 做汽车零部件的
钱潮
钱潮轴承的，想报名
万向钱潮传动轴 质量部王工
做厨柜的方太柏厨
方太的经销商
方太 卖油烟机的经销商
宁波方太 做它配套的
我们是方太集团的，想当孵化单位
杭州的方太厨具有限公司
康奈集团 上海的
康奈集团上海分公司质量部
温州做鞋的康奈鞋材
柳市久盛电气
东阳横店集团
平湖做箱包的小厂
我们是做箱包的，想报名
海宁供电公司的小王
国网海宁供电公司 安质部
海宁的供电公司
金华市中心医院 温州的
中心医院护理部
金华人民医院护理部
省一建的，想报名
省二建安装公司
省建设集团
鄞州政府
杭州市政府
市政府
路桥集团股份
荏原
通力电梯的
做电梯的通力
天正 做设计软件的
做光伏的正泰新能源
海宁做光伏的晶科电力
江西晶科
做电池的天能集团
天能集团质量部
圣龙集团的人
圣龙集团质量部
利时集团的
双环齿轮 质量部
双灯 做卫生纸的
泰瑞 做药的
做房地产的群升
雅戈尔 做房地产的
双箭 做农药的
恒林家具销售的
谱育的母公司
西奥电梯维保公司的
义乌御乾堂
东阳伯虎链条
新力 做火锅的
浩源 做化妆品的
跟永艺家具差不多的
原来永艺家具的老王
我老公在永艺家具，我们是小厂
我师傅在康奈集团
康奈集团推荐我来的
想跟康奈集团学
希望康奈集团来指导
想请康奈集团带我们
康奈集团孵化过我们
康奈集团孵化的单位
康奈集团老板的弟弟
康奈集团退休的
康奈集团外协厂
康奈集团等企业
康奈集团？不是
除了康奈集团
新康奈集团
康奈尔集团
康奈集团，地板
康奈集团的公司
备注：康奈集团的供应商
康奈集团，我们给它供货
康奈集团，让我来的
康奈集团 我徒弟在那里
康奈集团，我们不是
康奈集团，我们是小厂
康奈集团，我们想请他们来
康奈集团，我们已经搬到上海了
康奈集团，我卖这个牌子
康奈集团，可能叫康奈尔
康奈集团，还有奥康集团
康奈集团，没这个厂了
我以前在那，康奈集团
杭州那边的浙江龙冠实业有限公司
浙江龙冠实业有限公司，杭州的
"""


# Whatever is said around a name, it makes nobody else's name sure and hides no name that is.
FRAMES = """
我们是{}的
你好，{}的，想报名
您好老师，我这边是{}，请问怎么申请
我们是{}的 问下孵化怎么报名
麻烦查一下{}有没有在名单里
{}的品管科张主任
我在{}上班，做质量的
单位：{}，联系人：王芳，电话：13800001111
那个{}那家公司
请问{}能不能当孵化单位
去年得过市长质量奖的{}
{}，他们得过省政府质量奖
“{}”😀谢谢
这里是{}办公室
"""


@pytest.mark.parametrize("line", SURE.strip().splitlines())
def test_what_is_said_around_a_name_does_not_hide_it(line: str) -> None:
    typed, _, name = line.rpartition("=")
    found = award_roster().find(typed)
    assert found.verdict == "accept"
    assert found.names[0].startswith(name)


@pytest.mark.parametrize("typed", DOUBTFUL.strip().splitlines())
def test_what_is_said_around_another_name_does_not_make_it_sure(typed: str) -> None:
    assert award_roster().find(typed).verdict != "accept"


@pytest.mark.parametrize("frame", FRAMES.strip().splitlines())
def test_a_frame_changes_no_verdict(frame: str) -> None:
    roster = award_roster()
    for sure in ("新秀集团", "康奈集团有限公司", "森马", "李子园", "宁波利时日用品有限公司", "浙江二建"):
        assert roster.find(frame.format(sure)).verdict == "accept", sure
    for doubtful in ("圣龙集团", "金田铜管", "久盛地板", "天正建设", "湖州新秀", "方太柏厨", "新秀集团物流", "巨人"):
        assert roster.find(frame.format(doubtful)).verdict != "accept", doubtful


def test_a_message_is_taken_apart() -> None:
    heard = hear("平湖做箱包的新秀集团,在嘉兴,想问下有没有名额,联系人:王芳")
    assert (heard.name, heard.places, heard.makes) == ("新秀集团", ("平湖", "嘉兴"), ("箱包",))
    assert "王芳" in heard.let_go and "有没有名额" in heard.let_go


def test_places_written_apart_still_belong_to_a_name() -> None:
    assert hear("浙江 温州 朗岳电器").whole == "浙江温州朗岳电器"
    assert hear("朗岳电器,温州的").whole == "朗岳电器"


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("柳市朗岳电器", ("朗岳电器", ("乐清",))),
        ("平湖当湖街道朗岳电器", ("平湖朗岳电器", ("平湖",))),
        ("温州横山镇朗岳电器", ("温州朗岳电器", ())),
        ("朗岳镇电器", ("朗岳镇电器", ())),
    ],
)
def test_a_town_stands_for_its_county(typed: str, bare: tuple[str, tuple[str, ...]]) -> None:
    assert without_town(typed) == bare


@pytest.mark.parametrize(
    "name",
    [
        "浙江造纸机械厂有限公司",
        "杭州加工设备厂有限公司",
        "宁波的士有限公司",
        "杭州安全生产技术服务有限公司",
        "绍兴农产品专业生产合作社",
        "温州海洋工程咨询有限公司",
        "浙江理想家具有限公司",
        "北京在线科技有限公司",
        "宁波市质量技术研究院",
    ],
)
def test_a_registered_name_loses_nothing(name: str) -> None:
    assert tidy_name(name) == name


def test_a_brand_of_two_characters_is_sure_until_another_name_has_it() -> None:
    assert Roster.of(["宁波朗岳厨具有限公司"]).find("朗岳").verdict == "accept"
    grown = Roster.of(["宁波朗岳厨具有限公司", "杭州朗岳科技有限公司"]).find("朗岳")
    assert (grown.verdict, grown.why, len(grown.names)) == ("ask", "ambiguous", 2)


def test_of_a_unit_whose_trade_is_unknown_nothing_may_be_said() -> None:
    roster = Roster.of({"朗岳集团有限公司": "温州"})
    assert roster.find("朗岳集团 温州的").verdict == "accept"
    assert roster.find("朗岳集团 做阀门的").verdict == "ask"


def test_the_words_around_names_name_known_counties_and_divisions() -> None:
    assert set(dict(roster_words.towns()).values()) <= set(roster_words.home())
    codes = frozenset[str]().union(*roster_words.groups("craft").values())
    assert codes <= set(vocabulary.industries())
