"""Tickets and feedback: raise, take on, answer, settle; every message carries the number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Day, File, Form, Options, Text
from bot.engine.routes import button, command, form
from bot.engine.turns import Turn
from handlers import MEMBER, OFFICE, PAGE, paged
from handlers.oversight.duties import opens
from handlers.registration.replies import LIKELY, PERHAPS, SURE, Reply, agrees, refuses, replies_to
from handlers.steps import named_cleanly
from models.oversight import duties, ticket_steps, tickets
from models.oversight.duties import Duty
from models.registration.people import Role
from models.system.accounts import Person

LONGEST, LONGEST_STEP = 300, 200  # characters; so much stands whole in one message on a phone


def pairs_of(asking: Asking) -> Options:
    """The asker's own pairs."""
    return [
        (str(pair.id), f"{pair.number} {pair.incubator.name}")
        for pair in tickets.own_pairs(asking.session, asking.person)
    ]


def raise_ticket(session: Session, person: Person, *, pair: str | None, **answers: Any) -> None:
    """Hand the answers of the form to the verb."""
    ticket_steps.raise_ticket(session, person, pair=int(pair) if pair else None, **answers)


def has_pairs(asking: Asking) -> dict[str, Any]:
    """Whoever has no pair, or only one, is not asked which."""
    own = tickets.own_pairs(asking.session, asking.person)
    return {} if len(own) > 1 else {"pair": str(own[0].id) if own else None}


form(
    Form(
        name="ticket",
        command="ticket",
        roles=MEMBER,
        prefill=has_pairs,
        steps=(
            Text(name="trouble", shortest=4, longest=LONGEST),
            Choice(name="pair", of=pairs_of, optional=True),
            File(name="file", optional=True, check=named_cleanly),
        ),
        finish=raise_ticket,
    )
)
form(
    Form(
        name="feedback",
        command="feedback",
        steps=(
            Text(name="trouble", shortest=4, longest=LONGEST),
            File(name="file", optional=True, check=named_cleanly),
        ),
        finish=ticket_steps.give_feedback,
    )
)


@command("tickets")
def show_tickets(turn: Turn, rest: str) -> None:
    """One's own tickets; for officers those of their scope."""
    list_tickets(turn, 0)


@button("ticket.list")
def list_tickets(turn: Turn, start: int) -> None:
    """Five of them, open ones first."""
    shown, total = tickets.list_tickets(turn.session, turn.person, start=start, most=PAGE)
    turn.change("tickets", tickets=shown, may_raise=Role.MEMBER in turn.roles, **paged(total, start))


@button("ticket.new", roles=MEMBER)
def new_ticket(turn: Turn, trouble: str = "", pair_id: int = 0) -> None:
    """Raise one; what was typed before is taken as what is stuck, with the pair it was about."""
    told = {"trouble": trouble, "pair": str(pair_id) if pair_id else ""}
    begin(turn, "ticket", answers={name: raw for name, raw in told.items() if raw})


@button("ticket.open")
def show_ticket(turn: Turn, ticket_id: int) -> None:
    """One ticket with what was said last and what can be done now."""
    ticket = tickets.find_ticket(turn.session, turn.person, ticket_id)
    serving = tickets.serves(turn.session, turn.person, ticket)
    due = duties.open_duties(turn.session, Duty.subject == f"ticket:{ticket.id}")
    turn.say(
        "ticket_card",
        ticket=ticket,
        duty=next(iter(due), None),
        notes=tickets.notes(turn.session, ticket)[:2],
        serving=serving,
        asking=tickets.asks(turn.session, turn.person, ticket),
    )


for kind in ("accept_ticket", "finish_ticket", "reply_ticket", "answer_ticket", "confirm_ticket"):
    opens(kind)(show_ticket)


@button("ticket.text")
def show_text(turn: Turn, ticket_id: int) -> None:
    """What is stuck, in full."""
    turn.say("ticket_text", ticket=tickets.find_ticket(turn.session, turn.person, ticket_id))


@button("ticket.accept", roles=OFFICE)
def accept(turn: Turn, ticket_id: int) -> None:
    """Take a ticket on."""
    ticket_steps.accept_ticket(turn.session, turn.person, ticket_id)
    show_ticket(turn, ticket_id)


@button("ticket.confirm")
def confirm(turn: Turn, ticket_id: int) -> None:
    """It is solved."""
    ticket = ticket_steps.confirm_ticket(turn.session, turn.person, ticket_id)
    turn.change("ticket_thanks", ticket=ticket)


@button("ticket.begin")
def begin_step(turn: Turn, form_name: str, ticket_id: int, text: str = "") -> None:
    """Open the form of a step that needs words; those typed before are taken."""
    begin(turn, form_name, ticket_id=ticket_id, answers={"text": text} if text else None)


@replies_to("ticket.confirm", duty="confirm_ticket")
def read_verdict(turn: Turn, text: str, ticket_id: int) -> Reply | None:
    """A yes closes the ticket; a no, or what is still wrong, opens it again."""
    if agrees(text):
        return Reply(SURE, "ticket.confirm", (ticket_id,))
    return Reply(LIKELY if refuses(text) else PERHAPS, "ticket.begin", ("reopen_ticket", ticket_id, text))


@replies_to("ticket.begin")
def read_words(turn: Turn, text: str, form_name: str, ticket_id: int) -> Reply | None:
    """Words typed under a ticket that asks for some."""
    return Reply(PERHAPS, "ticket.begin", (form_name, ticket_id, text)) if len(text) <= LONGEST_STEP else None


def step_form(name: str, verb: Callable[..., Any], *more: Day, office: bool = True) -> None:
    """A form of one or two questions about a ticket, which is looked up anew at every step."""
    find = tickets.served_ticket if office else tickets.asked_ticket

    def guard(asking: Asking) -> None:
        find(asking.session, asking.person, asking.subject["ticket_id"])

    form(
        Form(
            name=name,
            roles=OFFICE if office else None,
            guard=guard,
            steps=(Text(name="text", longest=LONGEST_STEP), *more),
            finish=verb,
        )
    )


step_form("reply_ticket", ticket_steps.reply_ticket)
step_form("ask_back", ticket_steps.ask_back)
step_form("finish_ticket", ticket_steps.finish_ticket)
step_form(
    "extend_ticket", ticket_steps.extend_ticket, Day(name="next_on", past=0, future=35, near=(1, 3, 7), worked=True)
)
step_form("answer_ticket", ticket_steps.answer_ticket, office=False)
step_form("reopen_ticket", ticket_steps.reopen_ticket, office=False)
