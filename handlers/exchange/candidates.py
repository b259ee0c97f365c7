"""Candidates: the incubators proposed for a need, one card each, for the incubatee and for the office."""

from __future__ import annotations

from collections.abc import Sequence

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Day, Form, Options, Text
from bot.engine.routes import button, command, form
from bot.engine.turns import Turn
from handlers import OFFICE, PAGE, paged
from handlers.exchange.needs import show_need
from handlers.oversight.duties import opens
from models.base import Invalid, Refused
from models.exchange import unmatched
from models.exchange.candidates import SHELF, Candidate, candidate_of, candidates, need_text, openings
from models.exchange.needs import Need, needs_of, own_need
from models.exchange.posts import PostStatus
from models.exchange.requests import LIVE, requests_of
from models.registration.people import Role, may_see, officers, speakers
from models.system import clock

OFFICE_SHOWN = 5


@command("matches", roles={Role.INCUBATEE})
def list_matches(turn: Turn, rest: str) -> None:
    """Candidates for one's published need; with several needs, the choice among them."""
    public = _public_needs(turn)
    if len(public) == 1:
        return open_candidates(turn, public[0].id)
    return show_matches(turn, 0)


@button("matches.page", roles={Role.INCUBATEE})
def show_matches(turn: Turn, start: int) -> None:
    """Five of one's published needs."""
    public = _public_needs(turn)
    again = next((one for one in needs_of(turn.session, turn.person) if one.status is PostStatus.UNSERVED), None)
    turn.change("matches_list", needs=public[start : start + PAGE], again=again, **paged(len(public), start))


def _public_needs(turn: Turn) -> list[Need]:
    return [need for need in needs_of(turn.session, turn.person) if need.status is PostStatus.PUBLISHED]


@button("need.candidates", roles={Role.INCUBATEE})
@opens("choose_incubator")
def open_candidates(turn: Turn, need_id: int) -> None:
    """The three that fit best, in short; each opens as a card with reasons and gap."""
    need = own_need(turn.session, turn.person, need_id)
    if need.status is not PostStatus.PUBLISHED:
        return show_need(turn, need)
    found = candidates(turn.session, need)
    unmatched.pass_on(turn.session, need, found)
    asked = requests_of(turn.session, need, LIVE)
    wider = openings(turn.session, need, found)
    return turn.change("candidates_list", need=need, candidates=found, requests=asked, openings=wider)


@button("candidate.open", roles={Role.INCUBATEE})
def open_candidate(turn: Turn, need_id: int, offer_id: int) -> None:
    """One candidate with two reasons and the biggest gap."""
    need = own_need(turn.session, turn.person, need_id)
    found = candidates(turn.session, need)
    shown = next((one for one in found if one.offer.id == offer_id), None)
    candidate = shown or find_candidate(turn, need, offer_id)
    n = found.index(shown) + 1 if shown else 0
    following = found[n % len(found)].offer.id if shown and len(found) > 1 else None
    turn.change("candidate_card", need=need, candidate=candidate, n=n, total=len(found), following=following)


@button("candidate.text", roles={Role.INCUBATEE})
def show_text(turn: Turn, need_id: int, offer_id: int) -> None:
    """What a candidate offers, in full."""
    need = own_need(turn.session, turn.person, need_id)
    turn.say("candidate_text", need=need, candidate=find_candidate(turn, need, offer_id))


@button("candidate.score", roles={Role.INCUBATEE})
def show_score(turn: Turn, need_id: int, offer_id: int) -> None:
    """How a candidate's score is made."""
    need = own_need(turn.session, turn.person, need_id)
    candidate = find_candidate(turn, need, offer_id)
    parts = SHELF.points(turn.session, need_text(turn.session, need), offer_id)
    turn.say("candidate_score", need=need, candidate=candidate, parts=parts)


def find_candidate(turn: Turn, need: Need, offer_id: int) -> Candidate:
    """How an offer fits a need; Refused for one that may not be asked."""
    candidate = candidate_of(turn.session, need, offer_id)
    if candidate is None:
        raise Refused("not_a_candidate")
    return candidate


# the office


@command("match", roles=OFFICE)
def list_unplaced(turn: Turn, rest: str) -> None:
    """Published needs that nobody is considering, oldest first."""
    show_unplaced(turn, 0)


@button("match.page", roles=OFFICE)
def show_unplaced(turn: Turn, start: int) -> None:
    """Five of them."""
    found = unmatched.to_place(turn.session, turn.person)
    now = clock.now()
    entries = [(need, unmatched.age(need, now)) for need in found[start : start + PAGE]]
    turn.change("unplaced_list", entries=entries, **paged(len(found), start))


@button("match.open", roles=OFFICE)
@opens("find_candidate")
@opens("send_expert")
def open_unplaced(turn: Turn, need_id: int) -> None:
    """A need for the office: how long it waits, what was tried, who might fit."""
    need = unmatched.watched_need(turn.session, turn.person, need_id)
    found = office_candidates(turn, need)
    tried = [request for request in requests_of(turn.session, need) if request.status not in LIVE]
    days, people = unmatched.age(need, clock.now()), speakers(turn.session, need.unit)
    above = unmatched.handed_up(turn.session, need)
    turn.change(
        "unplaced_card", need=need, candidates=found, requests=tried, days=days, people=people, handed_up=above,
        expert=unmatched.expert_of(need), sending=above and Role.PROVINCE in turn.roles,
    )  # fmt: skip


def office_candidates(turn: Turn, need: Need) -> Sequence[Candidate]:
    """The best candidates for the office, below the floor too."""
    return candidates(turn.session, need, top=OFFICE_SHOWN, floor=0.0)


@button("match.candidate", roles=OFFICE)
def open_office_candidate(turn: Turn, need_id: int, offer_id: int) -> None:
    """One candidate as the office sees it, to recommend or rule out."""
    need = unmatched.watched_need(turn.session, turn.person, need_id)
    candidate = find_candidate(turn, need, offer_id)
    unit = candidate.offer.unit
    people = speakers(turn.session, unit) if may_see(turn.session, turn.person, unit) else []
    turn.change("office_candidate", need=need, candidate=candidate, people=people)


@button("match.recommend", roles=OFFICE)
def recommend(turn: Turn, need_id: int, offer_id: int) -> None:
    """Recommend an incubator to the incubatee."""
    candidate = unmatched.recommend(turn.session, turn.person, need_id=need_id, offer_id=offer_id)
    need = unmatched.watched_need(turn.session, turn.person, need_id)
    turn.change("recommendation_sent", need=need, candidate=candidate)


@button("match.rule_out", roles=OFFICE)
def rule_out(turn: Turn, need_id: int, offer_id: int, out: bool = True) -> None:
    """Rule an incubator out for this need, or let it in again."""
    need = unmatched.rule_out(turn.session, turn.person, need_id=need_id, offer_id=offer_id, out=out)
    turn.change("ruled_out", need=need, offer_id=offer_id, out=out)


@button("match.hand_up", roles=OFFICE)
def hand_up(turn: Turn, need_id: int) -> None:
    """Pass a need on to the province and its experts."""
    turn.change("need_handed_up", need=unmatched.hand_up(turn.session, turn.person, need_id=need_id))


def _experts(asking: Asking) -> Options:
    """The experts who are in the chat; anybody else is written."""
    return [(one.name, one.name) for one in officers(asking.session, Role.EXPERT) if one.name]


def _named(asking: Asking, who: str) -> str:
    if who in asking.words.label("unknown_words").split():
        raise Invalid("nobody_sent", typed=who)
    return Text(name="who", shortest=2, longest=80).parse(asking, who)


def own_to_send(asking: Asking) -> None:
    unmatched.need_to_serve(asking.session, asking.person, asking.subject["need_id"])


form(
    Form(
        name="send_expert",
        roles=frozenset({Role.PROVINCE}),
        guard=own_to_send,
        finish=unmatched.send_expert,
        steps=(
            Choice(name="who", of=_experts, other=True, check=_named),
            Day(name="on", past=20, near=(1, 3, 7), worked=True),
        ),
    )
)


@button("match.send", roles={Role.PROVINCE})
def start_sending(turn: Turn, need_id: int) -> None:
    """Whom the province sends, and when."""
    begin(turn, "send_expert", need_id=need_id)
