"""The stage of a pair and its term on one sheet, with what can be proposed; the daily looks at both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from bot.engine.routes import button
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers import MEMBER, SEERS
from handlers.incubation.watch import still_due
from handlers.oversight.duties import opens
from models.incubation import stages
from models.incubation.measurements import gain_shown
from models.incubation.pairs import RUNNING, Pair, PairStatus, find_pair, side_of, withheld
from models.incubation.proposals import NEXT_STAGE, agreed_end, decides, may_answer, open_proposal
from models.incubation.sessions import count_sessions
from models.registration.units import Side
from models.system import calendar


@button("stage.open", roles=SEERS)
@opens("review_stage")
@opens("review_term")
def show_stage(turn: Turn, pair_id: int) -> None:
    """Where the pair stands, until when, what waits for an answer, and what can be proposed."""
    pair = find_pair(turn.session, turn.person, pair_id)
    steps = list(actions(turn, pair))
    turn.say(
        "stage_sheet",
        pair=pair,
        mine=any(name == "proposal.agree" for name, _ in steps),
        gain=gain_shown(turn.session, turn.person, pair),
        session_count=count_sessions(turn.session, pair),
        hidden=withheld(turn.session, turn.person, pair),
        proposal=open_proposal(turn.session, pair),
        settled=agreed_end(turn.session, pair),
        steps=steps,
    )


def actions(turn: Turn, pair: Pair) -> Iterator[tuple[str, int]]:
    """The buttons of the sheet for whoever looks: answer first, then what can be proposed."""
    side = side_of(turn.session, turn.person, pair)
    proposal = open_proposal(turn.session, pair)
    if pair.status in RUNNING and proposal is not None:
        if may_answer(turn.session, turn.person, proposal):
            yield from ((name, proposal.id) for name in ("proposal.agree", "proposal.decline"))
        elif side is proposal.side and decides(turn.session, turn.person, pair, side):
            yield "proposal.withdraw", proposal.id
    elif pair.status in RUNNING and side is not None and decides(turn.session, turn.person, pair, side):
        yield from ((name, pair.id) for name in _proposable(turn.session, pair, side))
    if side is not None and pair.status in (*RUNNING, PairStatus.PAUSED):
        yield "pair.resume" if pair.status is PairStatus.PAUSED else "pair.pause", pair.id


def _proposable(session: Session, pair: Pair, side: Side) -> Iterator[str]:
    if pair.status in NEXT_STAGE:
        yield "proposal.stage"
    if side is Side.INCUBATOR:
        yield "stage.keep"
    if not pair.extended:
        yield "proposal.longer"
    if agreed_end(session, pair) is None:
        yield "proposal.finish"


@button("stage.keep", roles=MEMBER)
def keep(turn: Turn, pair_id: int) -> None:
    """The pair stays in its stage for another quarter."""
    stages.keep_stage(turn.session, turn.person, pair_id=pair_id)


def unseen(session: Session, now: datetime) -> Iterable[int]:
    """Pairs whose stage is to be looked at within a week."""
    return stages.stages_to_review(session, calendar.local_day(now))


@job("stages_reviewed", "36 7 * * *", find=unseen)
def ask_for_review(session: Session, pair_id: int, now: datetime) -> None:
    """The mentor says whether the pair moves on."""
    if pair := still_due(session, pair_id, now, unseen):
        stages.ask_for_review(session, pair, calendar.local_day(now))
