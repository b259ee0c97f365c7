"""Walking a person through a form: the current question is the first step that holds and has no answer."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from markupsafe import escape

from bot.engine import cards
from bot.engine.cards import EDIT, FINISH, GUESS, REVIEW
from bot.engine.forms import PAGE, Asking, Choice, Contact, Form, Lenient, Many, Step
from bot.engine.turns import Turn
from models.base import Invalid, Refused
from models.system import clock
from models.system.dialogs import Dialog, begun, open_dialog
from models.system.typed import match

FORMS: dict[str, Form] = {}
ANSWERING = ("pick", "toggle", "done", "skip", "same")  # what a button does to the question it stands under
LONGEST_OLD = 80  # characters of an earlier answer shown under its question


@dataclass
class Talk:
    """A dialog in this turn: its form, the values read so far and where it stands."""

    turn: Turn
    dialog: Dialog
    form: Form
    note: str = ""
    below: bool = False  # the question goes below the tapped letter, which stays as it is
    problem: Invalid | None = None
    asking: Asking = field(init=False)
    _seen: tuple[dict[str, Any] | None, Step | None, Invalid | None] = (None, None, None)

    def __post_init__(self) -> None:
        subject = self.dialog.notes.get("subject", {})
        self.asking = Asking(self.turn.session, self.turn.person, self.turn.words, dict(subject), subject)

    # where it stands

    def place(self) -> Step | str:
        """The first step without a valid answer is the question; without one it is the cards' turn."""
        if self._seen[0] is not self.dialog.answers:  # never changed in place
            self._seen = self.dialog.answers, *self._read(self.dialog.answers)
        missing, self.problem = self._seen[1], self.problem or self._seen[2]
        notes = self.dialog.notes
        if notes.get("guessed"):
            if (name := notes.get("mending")) and name not in self.dialog.answers:
                return self.form.step(name)
            return EDIT if notes.get("editing") else GUESS
        if missing is not None:
            return missing
        if notes.get("editing"):
            return EDIT
        return REVIEW if (self.form.review or notes.get("refused")) and not notes.get("agreed") else FINISH

    def _read(self, answers: dict[str, Any]) -> tuple[Step | None, Invalid | None]:
        """Read every answer anew; the first step without a valid one, and what is wrong first."""
        values = self.asking.values = dict(self.asking.subject)
        missing: Step | None = None
        wrong: Invalid | None = None
        for step in self.form.steps:
            if step.when is not None and not step.when(Lenient(values)):
                continue
            try:
                if step.name in answers:
                    raw = answers[step.name]
                    values[step.name] = None if raw is None else step.read(self.asking, raw)
                    continue
            except Invalid as problem:
                wrong = wrong or problem
            missing = missing or step
        return missing, wrong

    def steps(self) -> list[Step]:
        """The steps that are asked, given the answers so far."""
        return [step for step in self.form.steps if step.when is None or step.when(Lenient(self.asking.values))]

    def mark(self, **notes: Any) -> None:
        kept = {**self.dialog.notes, **notes}
        self.dialog.notes = {key: value for key, value in kept.items() if value is not None}

    # answers

    def answer(self, step: Step, raw: Any) -> None:
        """Store a raw answer once it reads well, and what it lets us guess of later steps."""
        value = None if raw is None else step.read(self.asking, raw)
        drawn = self.dialog.notes.get("drawn", {})
        stale = drawn.get(step.name, [])
        kept = {name: old for name, old in self.dialog.answers.items() if name not in stale}
        self.dialog.answers = {**kept, step.name: raw}
        drawn = {source: [one for one in names if one != step.name] for source, names in drawn.items()}
        picked, old = ({**self.dialog.notes.get(key, {})} for key in ("picked", "old"))
        picked.pop(step.name, None), old.pop(step.name, None)
        self.mark(picked=picked, old=old, page=None, drawn=drawn, refused=None)
        if step.reads and value is not None:
            self.asking.values[step.name] = value
            known = {name: guess for name, guess in step.reads(self.asking, value).items() if self.fits(name, guess)}
            new = {name: guess for name, guess in known.items() if name not in self.dialog.answers}
            self.dialog.answers = {**self.dialog.answers, **new}
            shown = [name for name in self.dialog.notes.get("guessed", []) if name in kept]
            guessed = [*shown, *new] if shown or any(new.values()) else None
            self.mark(guessed=guessed, drawn={**drawn, step.name: list(new)})

    def fits(self, name: str, guess: Any) -> bool:
        try:
            self.form.step(name).read(self.asking, guess)
        except Invalid:
            return False
        return True

    def take(self, kind: str, value: Any) -> None:
        """Something typed or sent in answer to the current question."""
        place = self.place()
        self.problem = None
        if isinstance(place, str):
            return None if place == FINISH else cards.take(self, place, kind, value)
        if isinstance(place, Choice) and isinstance(value, str) and value.isdigit():
            shown = self._page(place, place.options(self.asking))
            value = dict(shown).get(match(value, shown) or "", value)
        done = self.asking.words.label("form.done_words")
        if isinstance(place, Many) and re.fullmatch(done, str(value), re.IGNORECASE):
            return self.answer(place, self.ticked(place))
        try:
            return self.answer(place, place.accept(self.asking, kind, value))
        except Invalid:
            if kind == "text" and cards.tells_more(self, place, value):
                return None
            raise

    def label(self, step: Step) -> str:
        return self.asking.words.label(f"step.{self.form.name}.{step.name}")

    # buttons

    def press(self, op: str, value: Any) -> None:
        """A button of the engine's own: pick, toggle, done, page, skip, back, again, the cards' yes and no."""
        place = self.place()
        step = place if isinstance(place, Step) else None
        if step and op in ANSWERING and self.dialog.notes.get("asked", step.name) != step.name:
            return  # time has made an earlier answer void: the tap was meant for another question
        self.problem = None
        if op == "pick" and step:
            self.answer(step, value)
        elif op == "toggle" and step:
            picked = [*self.ticked(step)]
            picked.remove(value) if value in picked else picked.append(value)
            self.mark(picked={**self.dialog.notes.get("picked", {}), step.name: picked})
        elif op == "done" and step:
            self.answer(step, self.ticked(step))
        elif op == "page":
            self.mark(page=value)
        elif op == "skip" and step and step.optional:
            self.answer(step, None)
        elif op == "same" and step and (old := self.dialog.notes.get("old", {}).get(step.name)) is not None:
            self.answer(step, old)
        elif op == "back":
            self.back(place)
        elif op in cards.REMEMBERS:
            self.mark(**dict([cards.REMEMBERS[op]]))
        elif op == "again":
            self.reopen(value)

    def ticked(self, step: Step) -> list[str]:
        """What is ticked of a list so far, beginning with what was guessed or answered before."""
        notes = self.dialog.notes
        return list(notes.get("picked", {}).get(step.name) or notes.get("old", {}).get(step.name) or [])

    def reopen(self, name: str) -> None:
        """Ask a step again, keeping its old answer at hand and all later ones in place."""
        if name in self.dialog.answers:
            old = {**self.dialog.notes.get("old", {}), name: self.dialog.answers[name]}
            self.dialog.answers = {key: raw for key, raw in self.dialog.answers.items() if key != name}
            self.mark(old=old, editing=None, agreed=None, page=None, mending=name)

    def back(self, place: Step | str) -> None:
        """One question back; on a question opened from a card, back to the card."""
        old = self.dialog.notes.get("old", {})
        guessed = self.dialog.notes.get("guessed")
        if isinstance(place, Step) and old.get(place.name) is not None and (guessed or not self._last_open(place)):
            self.dialog.answers = {**self.dialog.answers, place.name: old[place.name]}
            self.mark(page=None)
            return
        answered = [step for step in self.steps() if step.name in self.dialog.answers and not self.known(step)]
        if isinstance(place, Step):
            order = [step.name for step in self.form.steps]
            answered = [step for step in answered if order.index(step.name) < order.index(place.name)]
        if answered:
            self.reopen(answered[-1].name)

    def _last_open(self, place: Step) -> bool:
        names = [step.name for step in self.steps()]
        return any(name not in self.dialog.answers for name in names[names.index(place.name) + 1 :])

    def known(self, step: Step) -> bool:
        """Whether a step was answered from what we knew, or from another answer, so that it is not asked."""
        drawn = self.dialog.notes.get("drawn", {}).values()
        return step.name in self.dialog.notes.get("known", []) or any(step.name in names for names in drawn)

    # speaking

    def ask(self) -> None:
        """Say the question, the guess card or the review card where the dialog stands."""
        place = self.place()
        place = REVIEW if place == FINISH else place  # time has made the last question void
        self.dialog.touched_at = clock.now()
        if not isinstance(place, Step) or isinstance(place, Many) or self.dialog.notes.get("asked") != place.name:
            self.dialog.stamp = secrets.token_urlsafe(6)  # the same question once more keeps its buttons alive
        if isinstance(place, Step):
            self.mark(asked=place.name)
            self._ask_step(place)
        else:
            self.mark(asked=None)
            lines = [(n, self.label(s), self.shown(s), s.name) for n, s in enumerate(cards.listed(self, place), 1)]
            self._say(f"form_{place}", lines, [], lines=lines, adds=self.form.adds_to(self.dialog.notes))

    def shown(self, step: Step) -> str:
        value = self.asking.values.get(step.name)
        return "–" if value is None or value == [] else " ".join(step.show(self.asking, value).split())

    def _ask_step(self, step: Step) -> None:
        options = step.options(self.asking)
        shown = self._page(step, options)
        old = self.dialog.notes.get("old", {}).get(step.name)
        ticked = self.ticked(step) if isinstance(step, Many) else []
        op = "toggle" if isinstance(step, Many) else "pick"
        buttons = [(("✓ " if value in ticked else "") + label, op, value) for value, label in shown]
        extra = {"ask_contact": self.asking.words.label("form.share_phone")} if isinstance(step, Contact) else {}
        self._say("form_question", options, buttons, step=step, shown=shown, old=old, extra=extra)

    def _page(self, step: Step, options: Any) -> list[tuple[str, str]]:
        if len(options) <= PAGE + 1:
            return list(options)
        start = int(self.dialog.notes.get("page") or 0) % len(options)
        return list(options[start : start + PAGE])

    def _say(self, block: str, options: Any, buttons: list[tuple[str, str, Any]], **context: Any) -> None:
        words, form, stamp = self.asking.words, self.form.name, self.dialog.stamp
        step: Step | None = context.pop("step", None)
        shown, extra, old = context.pop("shown", []), context.pop("extra", {}), context.pop("old", None)
        n, total = self._progress(step)
        values = Lenient(self.asking.values)
        body = words.line(f"{form}_{step.name}", values=values, reader=self.turn.person) if step else ""
        problem = words.line(self.problem.block, **self.problem.params) if self.problem else ""
        (self.turn.say if self.below else self.turn.change)(
            block,
            extra=extra,
            form=words.label(f"form_name.{form}"),
            body=body,
            note=self.note,
            problem=problem,
            old=escape(self._old(step, old)) if step and old is not None else "",
            same=bool(step and old is not None and self.fits(step.name, old)),
            n=n,
            total=total,
            stamp=stamp,
            options=buttons,
            more=self._next_page(len(shown), len(options)),
            many=isinstance(step, Many),
            skips=bool(step and step.optional),
            backs=bool(step is None or n > 1 or old is not None),
            **context,
        )

    def _next_page(self, shown: int, of: int) -> int | None:
        after = int(self.dialog.notes.get("page") or 0) + PAGE
        return None if shown in (0, of) else (after if after < of else 0)

    def _old(self, step: Step, raw: Any) -> str:
        try:
            shown = step.show(self.asking, step.read(self.asking, raw))
        except Invalid:
            shown = str(raw)
        return " ".join(shown.split())[:LONGEST_OLD]

    def _progress(self, step: Step | None) -> tuple[int, int]:
        asked = [one for one in self.steps() if not self.known(one)]
        return (asked.index(step) + 1, len(asked)) if step in asked else (len(asked), len(asked))

    def finish(self) -> None:
        """Run the form's verb and let go of the dialog; what the verb refuses leaves the answers in place."""
        parked = self.dialog.notes.get("parked")
        session, person = self.turn.session, self.turn.person
        try:
            with session.begin_nested():
                told = list(session.info.get("told", []))
                values = {name: self.asking.values.get(name) for name in (step.name for step in self.form.steps)}
                self.form.finish(session, person, **self.asking.subject, **values)
                session.delete(self.dialog)
                session.flush()
            self.turn.settle()
        except (Refused, Invalid) as no:
            session.info["told"] = told
            self.mark(agreed=None, refused=True)
            reason = self.asking.words.line(no.block, **no.params)
            self.turn.change("form_refused", reason=reason, stamp=self.dialog.stamp)
            return
        if parked and (draft := session.get(Dialog, parked)) and draft.draft:
            self.turn.say("form_draft_waits", form=self.asking.words.label(f"form_name.{draft.form}"), draft=draft)

    def go_on(self) -> None:
        """Ask the next question, or finish when there is none."""
        with self.turn.session.no_autoflush:  # the dialog is written once, with its new stamp
            if self.place() != FINISH:
                return self.ask()
        return self.finish()


def live(turn: Turn) -> Talk | None:
    """The person's open dialog, if there is one and its form still exists."""
    dialog = open_dialog(turn.session, turn.person)
    if dialog is None:
        return None
    if dialog.form not in FORMS:
        turn.session.delete(dialog)
        return None
    return Talk(turn, dialog, FORMS[dialog.form])


def park(turn: Turn, talk: Talk | None = None) -> Dialog | None:
    """Put the open dialog aside as a draft; one without any answer, and not begun with words, is let go."""
    talk = talk or live(turn)
    if talk is None:
        return None
    if not talk.dialog.told and not talk.asking.subject.get(talk.form.words):
        turn.session.delete(talk.dialog)
        turn.session.flush()
        return None
    talk.dialog.draft = True
    turn.session.flush()
    return talk.dialog


def forget(turn: Turn, *forms: str, **subject: Any) -> None:
    """Let go of an open form about something that has been decided otherwise."""
    talk = live(turn)
    if talk and talk.form.name in forms and talk.asking.subject == subject:
        turn.session.delete(talk.dialog)


def begin(
    turn: Turn,
    name: str,
    *,
    answers: dict[str, Any] | None = None,
    below: bool = True,
    draft: Dialog | None = None,
    **subject: Any,
) -> None:
    """Open a form about a record (`subject`), or take up a draft: this one, or the newest not answered otherwise.
    Another open form is kept as a draft. The first question goes `below` a tapped letter, later ones replace it."""
    form = FORMS[name]
    if form.roles is not None and not turn.has_one(form.roles):
        raise Refused("role")
    told = answers or {}
    same = draft or next((one for one in begun(turn.session, turn.person, name) if one.is_about(subject, told)), None)
    other = park(turn) if same is None or same.draft else None
    dialog = same or Dialog(person_id=turn.person.id, form=name, notes={"subject": subject}, answers={})
    dialog.draft = False
    note = turn.words.line("form_resumed") if dialog.answers else ""
    if other:
        note = turn.words.line("form_kept", form=turn.words.label(f"form_name.{other.form}"))
    talk = Talk(turn, dialog, form, note=note, below=below)
    if form.guard:
        form.guard(talk.asking)
    if not same:
        turn.session.add(dialog)
        talk.place()
        dialog.answers = known = dict(form.prefill(talk.asking)) if form.prefill else {}
        talk.mark(known=list(known) or None, parked=other.id if other else None)
    turn.session.flush()
    for step_name, raw in told.items():
        talk.place()
        if step_name not in dialog.answers and talk.fits(step_name, raw):
            talk.answer(form.step(step_name), raw)
    talk.go_on()
