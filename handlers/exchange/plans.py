"""Plans for the whole pool: an officer asks, looks through the draft, changes it row by row, and publishes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.engine.routes import button, command
from bot.engine.timetable import EVERY_MINUTE, job
from bot.engine.turns import Turn
from handlers import OFFICE, paged
from models.exchange import matching_pool, plan_drafts, plan_publishing, plans
from models.exchange.candidates import candidate_of
from models.exchange.needs import Need
from models.exchange.plans import SHOWN, Plan, PlanLine, find_plan, line_of
from models.registration.people import city_of


@command("plan", roles=OFFICE)
def open_plans(turn: Turn, rest: str) -> None:
    """The plan at hand, or the choice of what a new one is to be best at."""
    plan = plans.current_plan(turn.session, turn.person)
    if plan is not None:
        return show_plan(turn, plan)
    total = plans.count_open(turn.session, turn.person)
    return turn.say("plan_goals", city=city_of(turn.session, turn.person), total=total)


@button("plan.ask", roles=OFFICE)
def ask(turn: Turn, goal: str) -> None:
    """Have a plan made."""
    show_plan(turn, plans.ask_plan(turn.session, turn.person, goal=goal))


@button("plan.open", roles=OFFICE)
def open_plan(turn: Turn, plan_id: int) -> None:
    """A plan as it stands."""
    show_plan(turn, find_plan(turn.session, turn.person, plan_id))


def show_plan(turn: Turn, plan: Plan) -> None:
    shown, wanted = plans.lines(turn.session, plan), plans.wanted_offers(turn.session, plan)
    turn.change("plan_card", plan=plan, lines=shown, wanted=wanted)


@button("plan.rows", roles=OFFICE)
def show_rows(turn: Turn, plan_id: int, start: int) -> None:
    """Five pairs of a draft."""
    plan = find_plan(turn.session, turn.person, plan_id)
    shown, total = plans.lines(turn.session, plan, start=start), plan.payload.get("pairs", 0)
    turn.change("plan_rows", plan=plan, lines=shown, **paged(total, start, SHOWN))


@button("plan.row", roles=OFFICE)
def open_row(turn: Turn, plan_id: int, need_id: int) -> None:
    """One pair with its reasons, to be kept, or taken out."""
    plan = find_plan(turn.session, turn.person, plan_id)
    show_row(turn, plan, line_of(turn.session, plan, need_id))


def show_row(turn: Turn, plan: Plan, line: PlanLine) -> None:
    candidate = candidate_of(turn.session, line.need, line.offer_id or 0)
    standing = line.need.pinned_offer_id == line.offer_id
    turn.change("plan_row", plan=plan, line=line, candidate=candidate, standing=standing)


@button("plan.pin", roles=OFFICE)
def pin(turn: Turn, plan_id: int, need_id: int, stays: bool = True) -> None:
    """Keep a pair, or let it go again."""
    line = plans.pin(turn.session, turn.person, plan_id=plan_id, need_id=need_id, stays=stays)
    show_row(turn, line.plan, line)


@button("plan.exclude", roles=OFFICE)
def exclude(turn: Turn, plan_id: int, need_id: int) -> None:
    """Take a pair out; the plan is made anew."""
    show_plan(turn, plans.exclude(turn.session, turn.person, plan_id=plan_id, need_id=need_id))


@button("plan.again", roles=OFFICE)
def ask_again(turn: Turn, plan_id: int) -> None:
    """Have the plan made anew from what is open now."""
    show_plan(turn, plans.ask_again(turn.session, turn.person, plan_id=plan_id))


@button("plan.alone", roles=OFFICE)
def show_alone(turn: Turn, plan_id: int, start: int) -> None:
    """Five needs that stay alone, and why."""
    plan = find_plan(turn.session, turn.person, plan_id)
    found = plans.lines(turn.session, plan, alone=True, start=start)
    entries = [(line, turn.session.get(Need, line.taken_by[0]) if line.taken_by else None) for line in found]
    total = sum(plan.payload.get("alone", {}).values())
    turn.change("plan_alone", plan=plan, entries=entries, **paged(total, start, SHOWN))


@button("plan.publish", roles=OFFICE)
def ask_publish(turn: Turn, plan_id: int) -> None:
    """Ask once more, saying what will happen."""
    turn.change("plan_publish_sure", plan=plans.find_draft(turn.session, turn.person, plan_id))


@button("plan.publish_sure", roles=OFFICE)
def publish(turn: Turn, plan_id: int, shown: int | None = None) -> None:
    """Recommend every pair of the draft that was shown to its incubatee."""
    show_plan(turn, plan_publishing.publish(turn.session, turn.person, plan_id=plan_id, shown=shown))


@button("plan.skipped", roles=OFFICE)
def show_skipped(turn: Turn, plan_id: int, start: int) -> None:
    """Five pairs that were not recommended, and why."""
    plan = find_plan(turn.session, turn.person, plan_id)
    found = plan_publishing.skipped(turn.session, plan, start=start)
    total = sum(plan_publishing.skipped_by_reason(turn.session, plan).values())
    turn.change("plan_skipped", plan=plan, lines=found, **paged(total, start, SHOWN))


@button("plan.drop", roles=OFFICE)
def drop(turn: Turn, plan_id: int) -> None:
    """Put a plan away."""
    show_plan(turn, plans.drop(turn.session, turn.person, plan_id=plan_id))


# the clock


@job(
    "draft_plans",
    EVERY_MINUTE,
    find=plan_drafts.asked,
    ponder=plan_drafts.read_pool,
    think=matching_pool.plan_pool,
)
def draft_plans(session: Session, key: tuple[int, int], now: datetime, made: matching_pool.Plan) -> None:
    """A plan that was asked for is worked out beside the bot and put before the officer."""
    plan_drafts.keep_draft(session, key, now, made)


@job("recommend_planned", EVERY_MINUTE, find=plan_publishing.unpublished)
def recommend_planned(session: Session, line_id: int, now: datetime) -> None:
    """The pairs of a published plan are recommended one by one."""
    plan_publishing.publish_line(session, line_id, now)
