"""Offers: what an incubator teaches, to how many and where; seeing how it stands, changing and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form, Number, Text
from bot.engine.routes import button, command, form
from bot.engine.turns import Turn
from handlers import OFFICE, PAGE, paged
from handlers.exchange.needs import CARDS
from handlers.exchange.steps import Terms, TroubleText
from handlers.oversight.duties import opens
from models import vocabulary
from models.base import Refused
from models.exchange import broader, offers
from models.exchange.offers import ANY, EVERYWHERE, Offer, find_offer, offers_of, own_offer
from models.exchange.posts import EDITABLE, ball
from models.exchange.troubles import Trouble, readings_of
from models.exchange.understanding_places import cities_in, taken_in
from models.registration.people import Role, acting_unit, speakers, speaks_for
from models.registration.units import Side, Unit

USUAL_MONTHS = "12"
MOST_PLACES = 10
LEADING = ("performance_excellence", "lean_production", "six_sigma", "five_s", "qc_circle")
TELLING = 40  # characters
OTHER_TRADES = ("C33", "C29", "C36", "C17", "C14")


def _unit(asking: Asking) -> Unit:
    if offer_id := asking.subject.get("offer_id"):
        return own_offer(asking.session, asking.person, offer_id).unit
    return acting_unit(asking.session, asking.person, Side.INCUBATOR)


def _may_post(asking: Asking) -> None:
    offer_id = asking.subject.get("offer_id")
    if not offer_id:
        acting_unit(asking.session, asking.person, Side.INCUBATOR)
    elif (offer := own_offer(asking.session, asking.person, offer_id)).status not in EDITABLE:
        raise Refused("moved_on", status=f"poststatus.{offer.status}")


def _known(asking: Asking) -> dict[str, Any]:
    """What need not be asked: a year as the usual period, or everything when an offer is changed."""
    offer_id = asking.subject.get("offer_id")
    if not offer_id:
        return {"months": USUAL_MONTHS}
    offer = own_offer(asking.session, asking.person, offer_id)
    return {
        "text": offer.text,
        "methods": offer.methods,
        "industries": offer.industries or [ANY],
        "forms": offer.forms,
        "areas": offer.areas,
        "capacity": str(offer.capacity),
        "cities": offer.cities or [EVERYWHERE],
        "months": str(offer.months),
    }


def _tells_enough(values: dict[str, Any]) -> bool:
    """Whether the words give a figure, or enough besides, for a reader to know what to expect."""
    text = values["text"]
    return text is None or bool(text.understood.indicators) or (text.clear and len(text) >= TELLING)


def _read(asking: Asking, text: Trouble) -> dict[str, Any]:
    found = readings_of(text)
    own = _unit(asking).industry
    trades = [one.id for one in text.understood.industries] or ([own] if own else [])
    read = {"areas": found["areas"], "industries": trades}
    read |= {key: found[key] for key in ("methods", "forms") if found.get(key)}
    taken = taken_in(text)
    read |= {"capacity": str(taken) if taken and taken <= MOST_PLACES else None, "cities": cities_in(text)}
    return {key: value for key, value in read.items() if value}


def _methods(asking: Asking) -> list[str]:
    text = asking.values.get("text")
    return [*(one.id for one in text.understood.methods if one.named), *LEADING] if text else [*LEADING]


def _trades(asking: Asking) -> Iterator[str]:
    yield from filter(None, (_unit(asking).industry, *OTHER_TRADES))


def _cities(asking: Asking) -> Iterator[str]:
    yield from filter(None, (_unit(asking).city, *vocabulary.cities()))


form(
    Form(
        name="post_offer",
        command="offer",
        steps=(
            TroubleText(name="text", longest=4096, shortest=2, reads=_read, adds=True),
            Text(name="result", longest=400, when=lambda values: not _tells_enough(values), optional=True),
            Terms(name="areas", kind="areas", when=_tells_enough),
            Terms(name="methods", kind="methods", suggests=_methods, most=12),
            Terms(name="industries", kind="industries", suggests=_trades, extra=ANY),
            Terms(name="forms", kind="forms"),
            Number(
                name="capacity",
                low=Decimal(1),
                high=Decimal(MOST_PLACES),
                whole=True,
                choices=("1", "2", "3", "5", "10"),
            ),
            Terms(name="cities", kind="cities", suggests=_cities, extra=EVERYWHERE),
            Choice(name="months", of=("3", "6", "12", "24")),
        ),
        prefill=_known,
        guard=_may_post,
        review=True,
        finish=offers.post_offer,
    )
)


@button("offer.new")
def new_offer(turn: Turn) -> None:
    """Post an offer."""
    begin(turn, "post_offer")


@button("offer.edit", roles={Role.INCUBATOR})
def edit_offer(turn: Turn, offer_id: int) -> None:
    """Change an offer: everything is filled in, and what is changed is reviewed anew."""
    version = own_offer(turn.session, turn.person, offer_id).version
    begin(turn, "post_offer", offer_id=offer_id, version=version)


@command("offers", roles={Role.INCUBATOR})
def list_offers(turn: Turn, rest: str) -> None:
    """One's own offers, each with its places and whose turn it is."""
    show_offers(turn, 0)


@button("offers.page", roles={Role.INCUBATOR})
def show_offers(turn: Turn, start: int) -> None:
    """Five offers of the list."""
    found = offers_of(turn.session, turn.person)
    entries = [(offer, ball(turn.session, offer.subject)) for offer in found[start : start + PAGE]]
    hints = broader.hints_of(turn.session, turn.person)
    best = len(hints[0].need_ids) if hints else 0
    turn.change("offers_list", entries=entries, best=best, **paged(len(found), start))


@button("offer.open")
def open_offer(turn: Turn, offer_id: int) -> None:
    """An offer with its state, its places and what can be done."""
    show_offer(turn, find_offer(turn.session, turn.person, offer_id))


def show_offer(turn: Turn, offer: Offer) -> None:
    own = speaks_for(turn.session, turn.person, offer.unit)
    may_edit = own and offer.status in EDITABLE
    turn.change("offer_card", offer=offer, duty=ball(turn.session, offer.subject), own=own, may_edit=may_edit)


@button("offer.withdraw", roles={Role.INCUBATOR})
def ask_withdraw(turn: Turn, offer_id: int) -> None:
    """Ask once more, saying what becomes of requests and pairs."""
    turn.change("offer_withdraw_sure", offer=own_offer(turn.session, turn.person, offer_id))


@button("offer.withdraw_sure", roles={Role.INCUBATOR})
def withdraw(turn: Turn, offer_id: int) -> None:
    """Take an offer back."""
    turn.change("offer_withdrawn", offer=offers.withdraw_offer(turn.session, turn.person, offer_id))


@opens("call_incubator")
def open_call(turn: Turn, offer_id: int) -> None:
    """For the office: whom to call, why, and what ends it."""
    offer = find_offer(turn.session, turn.person, offer_id)
    turn.change("call_incubator", offer=offer, people=speakers(turn.session, offer.unit))


@button("offer.show", roles=OFFICE | {Role.INCUBATOR})
def show_again(turn: Turn, offer_id: int) -> None:
    """Propose a hidden offer again."""
    turn.change("offer_shown", offer=offers.show_again(turn.session, turn.person, offer_id))


CARDS["offer"] = open_offer
