"""Where one stands and what one can do: welcome, help, language, and words typed while no form is open."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.engine.dialogs import FORMS
from bot.engine.routes import HOUSE, Door, button, command, enter, permitted
from bot.engine.turns import Turn
from bot.engine.words import LANGUAGES
from handlers import MEMBER
from handlers.incubation import sessions
from handlers.oversight import lookups
from handlers.registration import questions, replies
from handlers.registration.registering import begin_registration
from models.exchange.troubles import Trouble
from models.oversight import duties
from models.registration.people import Role, memberships, seats
from models.system.dialogs import Dialog, dialogs_of

SHORT = 4  # fewer characters than this are no trouble told: 跳针断纱 is one, 在吗 is not
HERE = "handlers.registration"  # what one does with oneself comes after what one does with others
DAILY = 4  # commands on the first page of all
LISTED = 9  # commands on the first page of the help


def greet(turn: Turn) -> None:
    """A newcomer goes on to register; whoever is known sees what waits for them and what they do most."""
    if not turn.roles:
        return begin_registration(turn)
    own = duties.scopes_of(turn.session, turn.person)
    return turn.change(
        "home",
        duties=duties.some_of(turn.session, *own, most=1),
        total=duties.how_many(turn.session, *own),
        units=list(dict.fromkeys(one.unit for one in memberships(turn.session, turn.person))),
        seats=seats(turn.session, turn.person),
        drafts=_drafts(turn),
        daily=in_order(_listed(turn), turn.roles)[:DAILY],
    )


def _drafts(turn: Turn) -> list[Dialog]:
    """The forms that were begun."""
    return [draft for draft in dialogs_of(turn.session, turn.person) if draft.form in FORMS and draft.told]


@button("home.show")
def show_home(turn: Turn) -> None:
    greet(turn)


@button("go")
def go(turn: Turn, name: str) -> None:
    """What a command does, for those who would rather tap than type."""
    enter(turn, HOUSE.commands[name], "")


@command("me")
def show_me(turn: Turn, rest: str) -> None:
    """One's units with their standing, one's seats, the hat one wears, and what one may change."""
    posts = memberships(turn.session, turn.person)
    units = list(dict.fromkeys(one.unit for one in posts))
    turn.say(
        "me",
        units=[(unit, [one.post for one in posts if one.unit_id == unit.id]) for unit in units],
        seats=seats(turn.session, turn.person),
        hat=(turn.person.hat_id or 0) if len(units) > 1 else None,
    )


@button("hat.wear", roles=MEMBER)
def wear_hat(turn: Turn, unit_id: int) -> None:
    """Speak for another of one's units from now on."""
    unit = next((one.unit for one in memberships(turn.session, turn.person) if one.unit_id == unit_id), None)
    if unit is None:
        return turn.flash("flash.unknown_button", alert=True)
    turn.person.hat_id = unit.id
    return turn.change("hat_worn", unit=unit)


@button("me.show")
def open_me(turn: Turn) -> None:
    show_me(turn, "")


FIRST: dict[Role, str] = {  # what each does day by day, the most wanted first
    Role.INCUBATEE: "todo need needs matches pairs log ticket",
    Role.INCUBATOR: "todo inbox offer offers pairs log ticket",
    Role.ASSOCIATION: "todo queue verify board tickets match units export",
    Role.CITY: "todo verify match board tickets units export invite leave",
    Role.PROVINCE: "todo board tickets match units export invite leave",
}
NEW = "register need find"  # what a newcomer came for
OF_UNITS = frozenset({"need", "offer", "register"})  # an officer has no unit to do them for


def in_order(names: Iterable[str], roles: Iterable[str] = FIRST) -> list[str]:
    """Commands as somebody with these roles looks for them: the daily ones, then the rest, one's own affairs last."""
    known = [name for name in names if name not in ("start", "help")]
    daily = [name for role in FIRST if role in roles for name in FIRST[role].split()] if roles else NEW.split()
    rest = sorted(known, key=lambda name: HOUSE.commands[name].handler.__module__.startswith(HERE))
    return list(dict.fromkeys([*(name for name in daily if name in known), *rest]))


def _seated(turn: Turn) -> bool:
    """Whether somebody only has a seat: an officer or expert, without a unit to do things for."""
    return bool(turn.roles) and Role.MEMBER not in turn.roles


def _listed(turn: Turn) -> list[str]:
    """The commands of the menu that are this person's."""
    names = [name for name, door in HOUSE.commands.items() if door.menu and permitted(turn, door.roles)]
    return [name for name in names if not (_seated(turn) and name in OF_UNITS)]


@command("help", open=True)
def show_help(turn: Turn, rest: str) -> None:
    """What this person can do now, by what they are."""
    labels, may = turn.words.labels, [name for name in _listed(turn) if f"command.{name}" in turn.words.labels]
    names = in_order(
        (name for name in may if name != "tickets" or "ticket" not in may), turn.roles
    )  # one line for both
    start = int(rest) if rest.isdigit() else 0
    page = names[start : start + LISTED]
    more = start + LISTED if start + LISTED < len(names) else None
    listed = [(name, labels.get(f"listed.{name}", labels[f"command.{name}"])) for name in page]
    drafts, asks = _drafts(turn), not _seated(turn)
    turn.change("help", commands=listed, more=more, first=start == 0, asks=asks, new=not turn.roles, drafts=drafts)


@button("help.show", open=True)
def open_help(turn: Turn, start: int = 0) -> None:
    show_help(turn, str(start))


@command("language", open=True)
def choose_language(turn: Turn, rest: str) -> None:
    """Speak another language with this person, from now on."""
    if rest.lower() in LANGUAGES:
        return speak(turn, rest.lower())
    return turn.say("language")


@button("language.set", open=True)
def speak(turn: Turn, language: str) -> None:
    turn.person.language = language if language in LANGUAGES else turn.person.language
    turn.change("language_set")


def free_text(turn: Turn, text: str) -> None:
    """Words typed while no form is open: a question is answered, a trouble is never lost, the rest gets kind help."""
    if not text:
        return questions.show_files(turn) if turn.event.kind == "file" else turn.say("only_words")
    if door := _said(turn, text):
        return enter(turn, door, "")
    if lookups.numbered(turn, text) or sessions.chosen(turn, text):
        return None
    least = replies.PERHAPS if replies.agrees(text) else replies.LIKELY  # a plain yes asks nothing
    if replies.heard(turn, text, least) or questions.answer(turn, text):
        return None
    if sessions.heard(turn, text) or replies.heard(turn, text, replies.PERHAPS):
        return None
    return None if lookups.named(turn, text) else nothing_waits_for(turn, text)


@button("reply.no")
def nothing_waits_for(turn: Turn, text: str) -> None:
    """Words that answer nothing of ours: a trouble becomes a need, the rest gets kind help."""
    if len(text) < SHORT:
        return show_help(turn, "")
    if Trouble(text).about is not None:  # no sign of a matter of quality
        return turn.say("nothing_meant", typed=text, asks=not turn.roles or Role.INCUBATEE in turn.roles)
    if Role.INCUBATEE in turn.roles:
        return turn.say("trouble_heard", trouble=text)
    if not turn.roles:
        return turn.say("trouble_kept", trouble=text)
    return turn.say("nothing_meant", typed=text, asks=False)


def _said(turn: Turn, text: str) -> Door | None:
    """The command whose own words, as the menu has them, were typed without its slash."""
    labels = turn.words.labels
    typed = {text.casefold(), re.sub(labels["reply.around_words"], "", text.casefold())}  # 怎么导出
    for name, door in HOUSE.commands.items():
        words = [labels.get(f"command.{name}", ""), *labels.get(f"said.{name}", "").split()]
        if door.menu and not typed.isdisjoint(map(str.casefold, words)) and permitted(turn, door.roles):
            return door
    return None


@button("trouble.register")
def register_first(turn: Turn, trouble: str) -> None:
    """Register, and keep what was typed for the need that follows."""
    begin_registration(turn, trouble=trouble)
