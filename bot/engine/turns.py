"""One turn: an event, the person behind it, and what is said because of it. Never sends, never commits."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.events import Event, Parcel
from bot.engine.words import Words, speak
from models.system import clock, sending
from models.system.accounts import Account, Person, reached_at
from models.system.letters import Delivery, Kind, Letter, Told, find_by_token, schedule
from models.system.sending import LEASE


@dataclass
class Turn:
    """What a handler may use: the session, who acts, the tapped letter, and ways to speak."""

    session: Session
    event: Event
    account: Account
    letter: Letter | None = None
    toast: str | None = None
    alert: bool = False
    spoke: bool = False
    roles_of: Callable[[Session, Person], Iterable[str]] = field(default=lambda session, person: (), repr=False)

    @property
    def person(self) -> Person:
        return self.account.person

    @property
    def words(self) -> Words:
        return speak(self.person.language)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self.roles_of(self.session, self.person))

    def has_one(self, roles: Collection[str]) -> bool:
        """Whether the acting person has one of these roles; no longer looked for than it takes to find one."""
        return any(role in roles for role in self.roles_of(self.session, self.person))

    def say(self, template: str, *, extra: dict[str, Any] | None = None, **context: Any) -> None:
        """Reply to the acting person."""
        self._tell(template, None, extra, context)

    def change(self, template: str, *, extra: dict[str, Any] | None = None, **context: Any) -> None:
        """Reply in the place of the tapped letter; where nothing was tapped it is an ordinary reply."""
        here = self.event.message_id if self.event.kind == "tap" else None
        already = any(told.replaces == here for told in self.session.info.get("told", [])) if here else False
        self._tell(template, None if already else here, extra, context)

    def settle(self) -> None:
        """Where only a verb has spoken, its receipt takes the place of the tapped letter, whose buttons are spent."""
        told = [one for one in self.session.info.get("told", []) if one.person is self.person]
        if self.event.kind == "tap" and told and not self.spoke:
            told[0].replaces = self.event.message_id

    def flash(self, label: str, *, alert: bool = False, **params: Any) -> None:
        """A line flashed over the screen for a tap (a label, filled with `params`)."""
        self.toast, self.alert = self.words.label(label).format(**params), alert

    def _tell(self, template: str, replaces: str | None, extra: dict[str, Any] | None, context: dict[str, Any]) -> None:
        self.spoke = True
        told = Told(self.person, template, Kind.REPLY, None, None, context, replaces=replaces, extra=extra or {})
        self.session.info.setdefault("told", []).append(told)


def write_letters(session: Session, worker: str | None, *, here: Account | None = None) -> list[Parcel]:
    """Render all that was told in this transaction into letters; those to go now are born claimed by `worker`.

    Whoever acts through an account (`here`) is answered there. Without a worker the sweep takes them up.
    """
    now = clock.now()
    letters: list[dict[str, Any]] = []
    leaving: list[tuple[dict[str, Any], Account, str | None]] = []
    session.info["rendered"] = []
    for told in session.info.pop("told", []):
        page = speak(told.person.language).render(told.template, reader=told.person, **told.context)
        account = here if here and told.person is here.person else reached_at(session, told.person)
        status, due_at = (
            (Delivery.QUEUED, told.due_at) if told.due_at else schedule(session, told.person, told.kind, now)
        )
        if account is None:
            status = Delivery.DEAD
        goes = status is Delivery.QUEUED and due_at <= now
        letter = {
            "person_id": told.person.id,
            "account_id": account.id if account else None,
            "template": told.template,
            "kind": told.kind,
            "status": status,
            "once": told.once,
            "subject": told.subject,
            "body": page.body,
            "buttons": page.rows,
            "extra": told.extra,
            "token": secrets.token_urlsafe(9),
            "due_at": due_at,
            "claimed_by": worker if goes else None,
            "claimed_until": clock.machine() + LEASE if goes and worker else None,
        }
        letters.append(letter)
        if goes:
            session.info["rendered"].append(told)
        if goes and worker and account:
            leaving.append((letter, account, told.replaces))
    sending.put(session, letters)
    return [
        parcel(letter, account.id, account.channel, account.chat, edits=edits, paced=account is not here)
        for letter, account, edits in leaving
    ]


def parcel(
    letter: Mapping[str, Any], account_id: int, channel: str, chat: str, *, edits: str | None = None, paced: bool = True
) -> Parcel:
    """A stored letter as the channel needs it; each button carries the letter's token and its own number."""
    rows, n = [], 0
    for row in letter["buttons"]:
        rows.append(tuple((button["label"], f"{letter['token']}.{n + i}") for i, button in enumerate(row)))
        n += len(row)
    content = letter["kind"], letter["body"], tuple(rows), letter["extra"]
    paced = paced and letter["kind"] != Kind.REPLY
    return Parcel(letter["id"], account_id, channel, chat, *content, edits, paced, letter["template"])


def pressed(session: Session, person: Person, data: str) -> tuple[Letter, dict[str, Any]] | None:
    """The letter and button behind a callback's token; None when it is not this person's or no longer known."""
    token, _, number = data.partition(".")
    letter = find_by_token(session, token)
    if letter is None or letter.person_id != person.id or not number.isdigit():
        return None
    flat = [button for row in letter.buttons for button in row]
    return (letter, flat[int(number)]) if int(number) < len(flat) else None
