"""Taking a need down by phone for a unit, and the unit's yes or no."""

from __future__ import annotations

from bot.engine.forms import Asking, Choice, Form, Options
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from handlers import OFFICE
from handlers.exchange.steps import TroubleText
from handlers.oversight.duties import opens
from models.base import Refused
from models.exchange import proxies
from models.exchange.needs import own_need
from models.exchange.posts import PostStatus
from models.registration.people import Role


def _units(asking: Asking) -> Options:
    return [(str(unit.id), unit.name) for unit in proxies.units_in_scope(asking.session, asking.person)]


form(
    Form(
        name="proxy_need",
        command="proxy",
        roles=OFFICE,
        steps=(Choice(name="unit", of=_units), TroubleText(name="trouble", longest=2000, shortest=4)),
        review=True,
        finish=proxies.enter_need,
    )
)


@opens("confirm_proxy")
def open_draft(turn: Turn, need_id: int) -> None:
    """What an officer wrote down, for the unit to confirm, change or refuse."""
    need = own_need(turn.session, turn.person, need_id)
    if need.status is not PostStatus.DRAFT or need.entered_by is None:
        raise Refused("moved_on", status=f"poststatus.{need.status}")
    turn.change("proxy_need_entered", need=need, officer=need.entered_by, due_at=None)


@button("proxy.confirm", roles={Role.INCUBATEE})
def confirm(turn: Turn, need_id: int) -> None:
    """Yes, this is our need."""
    proxies.confirm_need(turn.session, turn.person, need_id)


@button("proxy.deny", roles={Role.INCUBATEE})
def deny(turn: Turn, need_id: int) -> None:
    """No, this is not our need."""
    turn.change("need_withdrawn", need=proxies.deny_need(turn.session, turn.person, need_id))
