"""Methods of a need and of an offer that are not the same word: labels of fields of work, parts, kin, families."""

from __future__ import annotations

import pytest

from models.exchange.matching import Index, NeedText, OfferText
from models.exchange.matching_columns import method_places
from models.exchange.matching_facets import KIN, PART, SIBLING, kinship
from models.exchange.understanding_methods import as_method, named


@pytest.mark.parametrize(
    ("label", "method"),
    [
        ("五大工具", "apqp"),
        ("新品质量管理", "design_review"),
        ("作业标准化", "standard_work"),
        ("顾客服务", "customer_satisfaction"),
        ("计量管理", "msa"),
        ("供方管理", "supplier_quality"),
        ("六西格玛", "six_sigma"),
        ("绘画", None),
    ],
)
def test_a_label_of_a_field_of_work_is_read_as_the_method_it_comes_to(label: str, method: str | None) -> None:
    assert as_method(label) == method


def test_a_label_within_a_text_names_no_method() -> None:
    assert named("这是非标准化的产品，降本增效压力大，设备管理也乱") == ()


@pytest.mark.parametrize(
    ("asked", "taught", "near"),
    [
        ("ppap", "ppap", 1.0),
        ("dmaic", "six_sigma", PART),
        ("ppap", "apqp", KIN),
        ("apqp", "ppap", KIN),
        ("smed", "lean_production", KIN),
        ("qfd", "ppap", SIBLING),
        ("five_s", "ppap", 0.0),
    ],
)
def test_how_far_one_method_stands_in_for_another(asked: str, taught: str, near: float) -> None:
    assert kinship(asked)[method_places()[taught]] == pytest.approx(near)


def test_kin_stand_between_family_and_part() -> None:
    assert 0 < SIBLING < KIN < PART < 1


def test_whoever_teaches_the_kin_stands_before_another_of_the_trade() -> None:
    need = NeedText("n", "客户要我们交PPAP资料，不会做", "汽车制造业", methods=("PPAP",))
    kin, other = (
        OfferText(name, "带配套厂一起做", industry="汽车制造业", org=name, methods=(method,))
        for name, method in (("taught as kin", "五大工具"), ("another method", "5S管理"))
    )
    found = [match.offer_id for match in Index.build([other, kin]).rank(need, 2).matches]
    assert found == ["taught as kin", "another method"]
