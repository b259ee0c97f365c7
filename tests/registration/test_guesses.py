"""What names and typed words give away of place and industry, and how near names are found."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from models.base import Base
from models.registration import awards, guesses
from models.registration.known_units import near_units, seek, units_named
from models.registration.units import FormerName, Unit, key_of

PLACES_OF_NAMES = {
    "诸暨云溪袜业有限公司": "330681",
    "浙江诸暨云溪袜业有限公司": "330681",
    "云溪袜业（诸暨）有限公司": "330681",
    "宁波申江集团": "3302",
    "宁波江北某某塑业有限公司": "330205",
    "浙江云溪科技有限公司": None,
    "云溪袜业": None,
    "苏州东方机械有限公司": "outside:苏州",
    "上海普陀电机厂": "outside:上海普陀",
    "绍兴市人民医院": "3306",
}
PLACES_OF_WORDS = {
    "诸暨": "330681",
    "绍兴诸暨": "330681",
    "浙江省绍兴市诸暨市": "330681",
    "我们在诸暨的店口镇": "330681",
    "Zhuji, Shaoxing": "330681",
    "hangzhou": "3301",
    "杭州市": "3301",
    "江苏": "outside",
    "上海普陀": "outside",
    "浙江": None,
    "月球": None,
    "": None,
}
INDUSTRIES = {
    "袜子": "C18",
    "做袜子的": "C18",
    "汽车零部件": "C36",
    "C36": "C36",
    "36": "C36",
    "C361": "C36",
    "汽车橡胶密封件": "C29",
    "人民医院": "Q84",
    "garments": "C18",
    "不知道": None,
    "建筑": None,
}


@pytest.mark.parametrize(("name", "place"), PLACES_OF_NAMES.items())
def test_the_place_of_a_name(name: str, place: str | None) -> None:
    assert guesses.place_of_name(name) == place


@pytest.mark.parametrize(("typed", "place"), PLACES_OF_WORDS.items())
def test_the_place_of_typed_words(typed: str, place: str | None) -> None:
    assert guesses.place_of_words(typed) == place


@pytest.mark.parametrize(("typed", "industry"), INDUSTRIES.items())
def test_the_industry_of_typed_words(typed: str, industry: str | None) -> None:
    assert guesses.read_industry(typed) == industry


def test_the_region_of_a_code_is_a_place() -> None:
    assert guesses.place_of_region("330681") == "330681"
    assert guesses.place_of_region("330699") == "3306"
    assert guesses.place_of_region("320500") == "outside"
    assert guesses.place_of_region("339900") is None


def test_a_place_has_two_parts() -> None:
    assert guesses.split_place("330681") == ("3306", "330681")
    assert guesses.split_place("3306") == ("3306", None)
    assert guesses.split_place("outside:苏州") == (None, "苏州")
    assert guesses.split_place("outside") == (None, None)


def test_courtesies_are_no_part_of_a_name() -> None:
    assert guesses.tidy_name("我们是诸暨云溪袜业有限公司的") == "诸暨云溪袜业有限公司"
    assert guesses.tidy_name("诸暨云溪袜业有限公司") == "诸暨云溪袜业有限公司"
    assert guesses.tidy_name("BOE 京东方") == "BOE 京东方"


def test_the_year_in_a_document_number() -> None:
    assert awards.year_in("绍政发〔2021〕8号") == 2021
    assert awards.year_in("去年") is None
    assert awards.year_in("编号 120215") is None


def test_known_units_are_found_by_every_spelling() -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        socks = Unit(name="诸暨云溪袜业有限公司")
        session.add_all([socks, Unit(name="绍兴东湖印染有限公司")])
        session.flush()
        session.add(FormerName(unit_id=socks.id, name="诸暨溪上袜厂", key=key_of("诸暨溪上袜厂")))
        session.flush()
        assert units_named(session, "诸暨 雲溪 襪業 有限公司") == [socks]
        assert units_named(session, "诸暨溪上袜厂") == [socks]
        assert near_units(session, "云溪袜业") == [socks]
        assert near_units(session, "云西袜业") == [socks]
        assert near_units(session, "白云水泥") == []
        assert near_units(session, socks.name, but=socks) == []
        assert not seek(session, "白云水泥有限公司").found
        assert seek(session, "亿田").winners == ("浙江亿田智能厨电股份有限公司",)
