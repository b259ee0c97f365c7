"""Needs: saying what hurts in one's own words, seeing how it stands, changing and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form, Options
from bot.engine.routes import button, command, form
from bot.engine.turns import Turn
from handlers import PAGE, paged
from handlers.exchange.steps import Details, Figures, Terms, Trade, TroubleText
from handlers.oversight.duties import opens_subject
from models.base import Refused
from models.exchange import needs, review, screening
from models.exchange.alike import alike
from models.exchange.needs import Need, find_need, needs_of, own_need
from models.exchange.posts import EDITABLE, ball
from models.exchange.requests import CONSIDERED, LIVE, requests_of
from models.exchange.troubles import Trouble, joined, readings_of
from models.oversight.duties import Duty
from models.registration.people import Role, acting_unit, speaks_for
from models.registration.units import Side, Unit
from models.system.dialogs import Dialog, begun

LEADING = ["qms", "lean_production", "five_s", "six_sigma", "qc_circle"]  # offered where no text gives a hint
OFFERED = 6
EXAMPLES = ("returns", "scrap", "late")
OTHER_TRADES = ("C33", "C29", "C36", "C17", "C14")


@dataclass(frozen=True, kw_only=True)
class NeedText(TroubleText):
    """The trouble, with the needs of others that say much the same."""

    def parse(self, asking: Asking, raw: Any) -> Trouble:
        if ("trouble", raw) not in asking.looked_up:
            trouble = super().parse(asking, raw)
            unit = _unit(asking)
            trouble.alike = alike(asking.session, unit, text=trouble, industry=unit.industry) if trouble.clear else []
            asking.looked_up["trouble", raw] = trouble
        found: Trouble = asking.looked_up["trouble", raw]
        return found


def _unit(asking: Asking) -> Unit:
    """The unit that asks, looked up once in a turn."""
    if "unit" not in asking.looked_up:
        need_id = asking.subject.get("need_id")
        own = own_need(asking.session, asking.person, need_id).unit if need_id else None
        asking.looked_up["unit"] = own or acting_unit(asking.session, asking.person, Side.INCUBATEE)
    unit: Unit = asking.looked_up["unit"]
    return unit


def _may_post(asking: Asking) -> None:
    need_id = asking.subject.get("need_id")
    if not need_id:
        _unit(asking)
    elif (need := own_need(asking.session, asking.person, need_id)).status not in EDITABLE:
        raise Refused("moved_on", status=f"poststatus.{need.status}")


def _known(asking: Asking) -> dict[str, Any]:
    """What need not be asked: the unit's industry, or everything when a need is changed."""
    need_id = asking.subject.get("need_id")
    if not need_id:
        return {"industry": _unit(asking).industry}
    need = own_need(asking.session, asking.person, need_id)
    secrecy = {"outside": "mask", "pair": "pair"}.get(need.secrecy, "public")
    return {
        "trouble": need.private or need.trouble,
        "industry": need.industry,
        "areas": need.areas,
        "methods": need.methods or [needs.UNKNOWN],
        "indicators": need.indicators or None,
        "forms": need.forms,
        "urgency": need.urgency,
        "secrecy": secrecy,
        "similar": str(need.joined_id or "alone"),
    }


def _clear(values: dict[str, Any]) -> bool:
    return values["trouble"] is None or values["trouble"].clear


def _read(asking: Asking, trouble: Trouble) -> dict[str, Any]:
    return readings_of(trouble) if trouble.clear else {}


def _read_details(asking: Asking, details: Trouble) -> dict[str, Any]:
    return readings_of(joined(asking.values["trouble"], details))


def _examples(asking: Asking) -> Options:
    trade = _unit(asking).industry or "C"
    group = "factory" if trade.startswith(("B", "C", "D")) else "service"
    texts = [asking.words.label(f"need_example.{group}.{one}") for one in EXAMPLES]
    return [(text, text) for text in texts]


def _methods(asking: Asking) -> list[str]:
    said = joined(asking.values.get("trouble", ""), asking.values.get("details"))
    return [found.id for found in Trouble(said).understood.methods][:OFFERED] if said else LEADING


def _trades(asking: Asking) -> Iterator[str]:
    yield from filter(None, (_unit(asking).industry, *OTHER_TRADES))


def _together(asking: Asking) -> Options:
    words, trouble = asking.words, asking.values["trouble"]
    joins = [(str(one.id), words.label("similar.join").format(n=n)) for n, one in enumerate(trouble.alike, 1)]
    chosen = (
        asking.subject.get("need_id") and own_need(asking.session, asking.person, asking.subject["need_id"]).joined_id
    )
    kept = [(str(chosen), words.label("similar.kept"))] if chosen and str(chosen) not in dict(joins) else []
    return [("alone", words.label("similar.alone")), *joins, *kept]


def _holds_secrets(values: dict[str, Any]) -> bool:
    return bool(values["trouble"] and screening.kinds(joined(values["trouble"], values["details"])))


def _has_likes(values: dict[str, Any]) -> bool:
    """Whether others said much the same; looked for once all else is answered: one last question or another comes."""
    if "forms" not in values or not values["trouble"] or _holds_secrets(values):
        return False
    return bool(values["trouble"].alike)


def _plain(values: dict[str, Any]) -> bool:
    """Nothing else is to be asked about the text, so there is room for one more question."""
    return not _holds_secrets(values) and not _has_likes(values)


form(
    Form(
        name="post_need",
        command="need",
        steps=(
            NeedText(name="trouble", longest=4096, shortest=2, reads=_read, adds=True),
            Details(
                name="details", of=_examples, when=lambda values: not _clear(values), reads=_read_details, adds=True
            ),
            Trade(name="industry", suggests=_trades, optional=True),
            Terms(name="areas", kind="areas", when=_clear, optional=True),
            Terms(name="methods", kind="methods", suggests=_methods, extra=needs.UNKNOWN, optional=True, most=8),
            Figures(name="indicators", optional=True),
            Terms(name="forms", kind="forms", optional=True),
            Choice(name="urgency", of=("high", "normal", "low"), when=_plain, optional=True),
            Choice(name="secrecy", of=("mask", "pair", "public"), when=_holds_secrets),
            Choice(name="similar", of=_together, when=_has_likes),
        ),
        prefill=_known,
        guard=_may_post,
        review=True,
        finish=needs.post_need,
    )
)


@button("need.new")
def new_need(turn: Turn, trouble: str = "", anew: bool = False) -> None:
    """Post a need; what was said before is taken as its first words, unless another one is half written already."""
    answers = {"trouble": trouble} if trouble else {}
    others = [] if anew or not trouble else _begun(turn)
    if others and not any(one.is_about({}, answers) for one in others):
        return turn.say("need_begun", draft=others[0], begun=others[0].answers["trouble"], trouble=trouble)
    return begin(turn, "post_need", answers=answers)


def _begun(turn: Turn) -> list[Dialog]:
    """The new needs somebody has put aside, the newest first; none while one is open, which is kept and said."""
    found = [one for one in begun(turn.session, turn.person, "post_need") if one.is_about({}, {})]
    return [one for one in found if one.answers.get("trouble")] if all(one.draft for one in found) else []


@button("need.edit", roles={Role.INCUBATEE})
def edit_need(turn: Turn, need_id: int) -> None:
    """Change a need: everything is filled in, and what is changed is reviewed anew."""
    version = own_need(turn.session, turn.person, need_id).version
    begin(turn, "post_need", need_id=need_id, version=version)


@command("needs", roles={Role.INCUBATEE})
def list_needs(turn: Turn, rest: str) -> None:
    """One's own needs, each with whose turn it is."""
    show_needs(turn, 0)


@button("needs.page", roles={Role.INCUBATEE})
def show_needs(turn: Turn, start: int) -> None:
    """Five needs of the list."""
    found = needs_of(turn.session, turn.person)
    entries = [(need, turn_of(turn, need)) for need in found[start : start + PAGE]]
    turn.change("needs_list", entries=entries, **paged(len(found), start))


def turn_of(turn: Turn, need: Need) -> Duty | None:
    """Whose turn it is with a need: its own duty, or that of a request under way."""
    subjects = [need.subject, *(request.subject for request in requests_of(turn.session, need, LIVE))]
    return ball(turn.session, *subjects)


@button("need.open")
def open_need(turn: Turn, need_id: int) -> None:
    """A need with its state, its requests and what can be done."""
    show_need(turn, find_need(turn.session, turn.person, need_id))


def show_need(turn: Turn, need: Need) -> None:
    own = speaks_for(turn.session, turn.person, need.unit)
    asked = requests_of(turn.session, need)
    turn.change(
        "need_card",
        need=need,
        duty=turn_of(turn, need),
        requests=asked,
        own=own,
        may_edit=own and need.status in EDITABLE,
    )


@button("need.withdraw", roles={Role.INCUBATEE})
def ask_withdraw(turn: Turn, need_id: int) -> None:
    """Ask once more, saying who is considering the need."""
    need = own_need(turn.session, turn.person, need_id)
    considering = requests_of(turn.session, need, CONSIDERED)
    turn.change("need_withdraw_sure", need=need, considering=len(considering))


@button("need.withdraw_sure", roles={Role.INCUBATEE})
def withdraw(turn: Turn, need_id: int) -> None:
    """Take a need back."""
    turn.change("need_withdrawn", need=needs.withdraw_need(turn.session, turn.person, need_id))


@button("post.renew", roles={Role.INCUBATEE, Role.INCUBATOR})
def renew(turn: Turn, subject: str) -> None:
    """Let a post stand for another term, or bring an expired one back."""
    turn.change("post_renewed", post=review.renew(turn.session, turn.person, subject))


@opens_subject("fix_post")
@opens_subject("renew_post")
def open_post(turn: Turn, subject: str) -> None:
    """The card of the post that wants changing or renewing."""
    kind, _, number = subject.partition(":")
    CARDS[kind](turn, int(number))


CARDS: dict[str, Callable[[Turn, int], None]] = {"need": open_need}
