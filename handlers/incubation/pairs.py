"""My pairs: the list, and one pair's card with the buttons that fit who looks and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.engine.routes import button, command
from bot.engine.turns import Turn
from handlers import MEMBER, PAGE, SEERS, paged
from handlers.oversight.duties import opens
from models.base import Refused
from models.exchange.needs import needs_of
from models.exchange.posts import PostStatus
from models.incubation.agreements import missing
from models.incubation.cautions import awaited, mediating
from models.incubation.checkins import CheckinStatus, latest_checkin
from models.incubation.goals import GoalStatus, goals_of
from models.incubation.measurements import gain_shown
from models.incubation.mediations import possible
from models.incubation.pairs import OVER, RUNNING, Pair, PairStatus, find_own_pair, find_pair, pairs_of, side_of
from models.incubation.pauses import open_pause
from models.incubation.progress import own_duty, turns_of
from models.incubation.sessions import count_sessions
from models.incubation.undertakings import signed
from models.registration.people import speaks_for
from models.registration.short_names import short_names
from models.registration.units import Side

CONSIDERED = (PostStatus.PENDING, PostStatus.PUBLISHED)  # needs that are on their way
MOST_BUTTONS = 8
DONE_WITH = {
    "answer_caution": "caution.answer",
    "answer_proposal": "stage.open",
    "review_stage": "stage.open",
    "review_term": "stage.open",
    "confirm_session": "pair.sessions",
    "correct_session": "pair.sessions",
    "mediate": "mediation.open",
}  # which button of the card a duty is done with, where it is not the first


@command("pairs", roles=MEMBER)
def list_pairs(turn: Turn, rest: str) -> None:
    """The pairs one works in, with the stage and whose turn it is; a single one is shown at once."""
    show_page(turn, 0)


@button("pairs.more", roles=MEMBER)
def show_page(turn: Turn, start: int) -> None:
    """Five pairs at a time."""
    pairs = pairs_of(turn.session, turn.person)
    if len(pairs) == 1:
        return show_pair(turn, pairs[0].id)
    shown = pairs[start : start + PAGE]
    turns = turns_of(turn.session, shown)
    lines = [(pair, side_of(turn.session, turn.person, pair), turns.get(pair.id)) for pair in shown]
    names = short_names(unit.name for pair in shown for unit in (pair.incubatee, pair.incubator))
    block = "pairs_list" if pairs else "pairs_none"
    asked = any(need.status in CONSIDERED for need in needs_of(turn.session, turn.person)) if not pairs else False
    return turn.say(block, asked=asked, turns=lines, names=names, **paged(len(pairs), start))


@button("pair.open", roles=SEERS)
def show_pair(turn: Turn, pair_id: int) -> None:
    """One pair: who, which stage, how far, whose turn, and what can be done."""
    session, person = turn.session, turn.person
    pair = find_pair(session, person, pair_id)
    side = side_of(session, person, pair)
    own = own_duty(session, person, pair)
    urgent = turns_of(session, [pair], watching=side is None).get(pair.id)
    turn.say(
        "pair_card",
        pair=pair,
        side=side,
        duty=own or urgent,
        urgent=urgent,
        mine=own is not None,
        goals=goals_of(session, pair),
        drafts=len(goals_of(session, pair, GoalStatus.DRAFT)),
        missing=missing(session, pair) if pair.status is PairStatus.SIGNING else [],
        session_count=count_sessions(session, pair),
        gain=gain_shown(session, person, pair),
        pause=open_pause(session, pair),
        mediation=mediating(session, pair) if pair.status not in OVER else None,
        next_steps=_first(DONE_WITH.get(own.kind) if own else None, actions(turn, pair, side))[:MOST_BUTTONS],
    )


def _first(action: str | None, steps: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The buttons with the one first that what waits is done with."""
    return sorted(steps, key=lambda step: step[0] != action)


def actions(turn: Turn, pair: Pair, side: Side | None) -> Iterator[tuple[str, int]]:
    """The buttons of a pair's card for whoever looks, the next step first: (action, id)."""
    if side is None or pair.status in OVER:
        mediation = mediating(turn.session, pair)
        if side is None and pair.status not in OVER and mediation and mediation.closed_at is None:
            yield "mediation.open", mediation.id
        yield from ((name, pair.id) for name in ("pair.goals", "pair.sessions", "pair.chart", "pair.people"))
        if pair.status in (*RUNNING, PairStatus.PAUSED):
            yield "stage.open", pair.id
        if pair.status not in (*OVER, PairStatus.PAUSED):
            yield "caution.give", pair.id
        if pair.status not in OVER:
            yield "pair.end", pair.id
        if side is None and pair.status in OVER and pair.incubatee.city and pair.incubatee.cools_till:
            yield "cooling.shorten", pair.incubatee_id
        return
    if not signed(turn.session, pair, turn.person):
        yield "undertaking.read", pair.id
    if side is Side.INCUBATOR and pair.mentor_id is None:
        yield "mentor.name", pair.id
    if side is Side.INCUBATEE and pair.responsible_name is None:
        yield "responsible.name", pair.id
    caution = awaited(turn.session, pair) if side is Side.INCUBATEE else None
    if caution and pair.status is not PairStatus.PAUSED and speaks_for(turn.session, turn.person, pair.incubatee):
        yield "caution.answer", caution.id
    if possible(turn.session, turn.person, pair, side):
        yield "mediation.ask", pair.id
    if pair.status is PairStatus.SIGNING:
        yield from ((name, pair.id) for name in ("pair.goals", "pair.people", "contact.give", "session.log"))
        if pair.need.private:
            yield "pair.need", pair.id
        return
    checkin = latest_checkin(turn.session, pair)
    if side is Side.INCUBATEE and checkin and checkin.status is not CheckinStatus.ANSWERED:
        yield "checkin.open", checkin.id
    names = ("session.log", "pair.sessions", "pair.goals", "pair.chart", "pair.people", "stage.open")
    yield from ((name, pair.id) for name in names if name != "session.log" or pair.status is not PairStatus.PAUSED)
    yield "pair.resume" if pair.status is PairStatus.PAUSED else "pair.pause", pair.id
    if pair.need.private:
        yield "pair.need", pair.id


@button("pair.need", roles=MEMBER)
def show_need(turn: Turn, pair_id: int) -> None:
    """The need in full, for those of the pair who have promised secrecy."""
    pair, _ = find_own_pair(turn.session, turn.person, pair_id)
    if not signed(turn.session, pair, turn.person):
        raise Refused("sign_first", pair=pair)
    turn.say("pair_need", pair=pair, need=pair.need)


opens("log_session")(show_pair)
