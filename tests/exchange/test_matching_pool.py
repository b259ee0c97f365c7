"""The plan for the whole pool: the best total under capacity, pins that stay, and why somebody stays alone."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.exchange.matching import Index, NeedText, OfferText, Rules, allowed
from models.exchange.matching_assignment import NOBODY, Assignment
from models.exchange.matching_pool import plan

RULES = Rules(floor=20, region=False)
DYE = OfferText("dye", "染缸色差,对色一次准", "纺织业", capacity=1)
CAST = OfferText("cast", "铸件砂眼气孔攻关", "通用设备制造业", capacity=1)
NEEDS = [
    NeedText("a", "染色色差大", "纺织业"),
    NeedText("b", "对色不准,染缸色差大,返修多", "纺织业"),
    NeedText("c", "铸件砂眼多", "通用设备制造业"),
]


def pairs(*offers: OfferText, **options: object) -> dict[str, str]:
    made = plan(NEEDS, offers, rules=RULES, **options)  # type: ignore[arg-type]
    return {pair.need_id: pair.offer_id for pair in made.pairs}


def test_the_last_place_goes_to_the_better_fit() -> None:
    assert pairs(DYE, CAST) == {"b": "dye", "c": "cast"}


def test_who_stays_alone_is_told_who_has_the_place() -> None:
    (alone,) = plan(NEEDS, [DYE, CAST], rules=RULES).unmatched
    assert (alone.need_id, alone.why, alone.offer_id, alone.taken_by) == ("a", "full", "dye", ("b",))


def test_one_more_place_is_worth_what_it_would_add() -> None:
    before = plan(NEEDS, [DYE, CAST], rules=RULES)
    after = plan(NEEDS, [DYE, CAST], rules=RULES, capacity={"dye": 2})
    assert len(after.pairs) == 3 and not after.unmatched
    assert before.wanted_places["dye"] > 0 and "cast" not in before.wanted_places


def test_a_pin_stays_and_takes_its_place() -> None:
    made = plan(NEEDS, [DYE, CAST], rules=RULES, pinned={"a": "dye"})
    assert [(pair.need_id, pair.offer_id, pair.pinned) for pair in made.pairs] == [
        ("a", "dye", True),
        ("c", "cast", False),
    ]
    assert made.pairs[0].score > 0
    assert [(one.need_id, one.taken_by) for one in made.unmatched] == [("b", ("a",))]


def test_a_pin_does_not_break_a_hard_rule() -> None:
    full = replace(DYE, taken=1)
    made = plan(NEEDS, [full, CAST], rules=RULES, pinned={"a": "dye", "b": "nobody"})
    assert {one.need_id: one.why for one in made.unmatched} == {"a": "pin_refused", "b": "pin_refused"}


def test_a_pin_reaches_beyond_an_offers_area_and_an_excluded_pair_is_not_made() -> None:
    near = replace(DYE, service_areas=("宁波",))
    needs = [replace(need, city="台州") for need in NEEDS]
    rules = replace(RULES, region=True)
    assert {pair.need_id for pair in plan(needs, [near], rules=rules).pairs} == set()
    (pinned,) = plan(needs, [near], rules=rules, pinned={"a": "dye"}).pairs
    assert (pinned.need_id, pinned.score > 0) == ("a", True)
    assert pairs(DYE, CAST, excluded=[("b", "dye"), ("c", "cast"), ("b", "gone")]) == {"a": "dye"}


def test_no_allowed_offer_and_no_good_offer_are_told_apart() -> None:
    needs = [replace(NEEDS[0], published=False), NeedText("z", "想贷款"), NEEDS[2]]
    made = plan(needs, [CAST], rules=RULES)
    assert {one.need_id: one.why for one in made.unmatched} == {"a": "no_offer", "z": "below_floor"}
    assert plan(needs, [], rules=RULES).unmatched[0].why == "no_offer"


def test_most_served_gives_up_a_better_pair_for_one_more() -> None:
    thin = OfferText("thin", "班组长培养", "纺织服装、服饰业", capacity=1)
    keen, other = NeedText("keen", DYE.text, "纺织业"), NeedText("other", "染缸色差,对色不准", "化学纤维制造业")
    scores = {need.id: match.score for need in (keen, other) for match in Index.build([thin]).rank(need, 1, RULES)}
    rules = replace(RULES, floor=scores["keen"] - 0.2)
    assert scores["other"] < rules.floor
    best = plan([keen, other], [DYE, thin], rules=rules, goal="score")
    served = plan([keen, other], [DYE, thin], rules=rules, goal="served")
    assert {pair.need_id: pair.offer_id for pair in best.pairs} == {"keen": "dye"}
    assert {pair.need_id: pair.offer_id for pair in served.pairs} == {"keen": "thin", "other": "dye"}


def test_the_order_of_needs_and_offers_changes_nothing() -> None:
    assert plan(NEEDS, [DYE, CAST], rules=RULES) == plan(NEEDS[::-1], [CAST, DYE], rules=RULES)


def best_by_trying(values: list[list[float]], places: list[int]) -> float:
    columns = range(-1, len(places))
    best = 0.0
    for choice in product(columns, repeat=len(values)):
        if all(choice.count(column) <= places[column] for column in range(len(places))):
            worth = sum(values[row][column] for row, column in enumerate(choice) if column >= 0)
            best = max(best, worth)
    return best


CELLS = st.sampled_from([-np.inf, 0.0, 1.0, 2.0, 3.0, 5.0, 8.0])


@settings(deadline=None)
@given(
    st.integers(1, 3).flatmap(
        lambda m: st.tuples(
            st.lists(st.lists(CELLS, min_size=m, max_size=m), min_size=1, max_size=5),
            st.lists(st.integers(1, 2), min_size=m, max_size=m),
        )
    )
)
def test_no_other_assignment_is_worth_more(case: tuple[list[list[float]], list[int]]) -> None:
    values, places = case
    made = Assignment(np.array(values), np.array(places))
    taken = [column for column in made.column_of.tolist() if column != NOBODY]
    assert all(taken.count(column) <= room for column, room in enumerate(places))
    worth = sum(values[row][column] for row, column in enumerate(made.column_of.tolist()) if column != NOBODY)
    assert worth == pytest.approx(best_by_trying(values, places))


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["色差", "砂眼", "交期"]), max_size=6),
    st.lists(st.tuples(st.sampled_from(["色差", "砂眼"]), st.integers(0, 2), st.booleans()), max_size=4),
)
def test_a_plan_keeps_rules_capacity_and_everybody(troubles: list[str], gives: list[tuple[str, int, bool]]) -> None:
    needs = [NeedText(f"n{place}", text) for place, text in enumerate(troubles)]
    offers = [
        OfferText(f"o{place}", text, capacity=room, published=out) for place, (text, room, out) in enumerate(gives)
    ]
    made = plan(needs, offers, rules=replace(RULES, floor=5))
    known = {offer.id: offer for offer in offers}
    held = [pair.offer_id for pair in made.pairs]
    assert all(held.count(offer.id) <= (offer.free or 0) for offer in offers)
    assert all(allowed(needs[int(pair.need_id[1:])], known[pair.offer_id], RULES) for pair in made.pairs)
    assert sorted([pair.need_id for pair in made.pairs] + [one.need_id for one in made.unmatched]) == sorted(
        need.id for need in needs
    )
