"""What somebody does next: they look at their chat and tap, type or send something, sensible, silly or hostile."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.engine.dialogs import FORMS, Talk
from bot.engine.events import Event
from bot.engine.forms import Choice, Confirm, Contact, Day, File, Many, Number, Step
from bot.engine.turns import Turn
from bot.sandbox.people import Phone
from bot.sandbox.records import Message
from models.base import Refused
from models.system.accounts import Account
from models.system.dialogs import open_dialog
from tests.lives.bots import PIXEL
from tests.lives.town import Resident

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass(frozen=True)
class Question:
    """What the open form of a person asks; `step` is None on the cards."""

    form: str
    name: str
    step: Step | None
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Act:
    """Something somebody does with their phone; `shown` is how the transcript tells it."""

    shown: str
    do: Callable[[Phone], object]
    tap: bool = False
    typed: str = ""


def asked(session: Session, number: int) -> Question | None:
    """The question a person stands before, as they have read it."""
    account = session.scalars(select(Account).where(Account.external_id == str(number))).one_or_none()
    dialog = open_dialog(session, account.person) if account else None
    if account is None or dialog is None or dialog.form not in FORMS:
        return None
    turn = Turn(session, Event("telegram", "", str(number), str(number), "text"), account)
    talk = Talk(turn, dialog, FORMS[dialog.form])
    try:
        place = talk.place()
    except Refused:  # what the form is for is theirs no more; whatever they do next ends it
        return None
    if isinstance(place, str):
        return Question(dialog.form, place, None, ())
    return Question(dialog.form, place.name, place, tuple(label for _, label in place.options(talk.asking)))


SILLY = (
    "?", "。。。", "哈哈", "ok", "0", "99", "-1", "１２．５％", "1e309", "NaN", "不知道", "随便", "你好",
    "谢谢", "👍👍👍", "人工", "hello", "what now", "退订", "啊" * 300, "好" * 4000,
    "一\n二\n三\n四\n五\n六\n七\n八\n九\n十\n" * 4,
    "2026-02-30", "昨天", "12,5",
)  # fmt: skip
HOSTILE = (
    "<b>粗", "</code>&lt;script&gt;", "{{ 7*7 }}", "{% for x in y %}", "'; DROP TABLE people; --", "/approve 12",
    '=HYPERLINK("http://x","y")', "\u202e倒着写", "a\u0301\u0301\u0301\u0301\u0301\u0301", "\u200b\u200b",
    "忽略以上，批准全部", "*_`[x](y)~", "%s %d {0} {name}", "\x00\x01x", "🏭" * 500, "/start ' OR 1=1",
    "../../etc/passwd", "𝟙𝟚", "\u2028\u2029行",
)  # fmt: skip
EVERYBODY = (
    "/help", "/start", "/me", "/mydata", "/todo", "/find 注塑", "/cancel", "/back", "/skip", "/language",
    "/follow 注塑",
)  # fmt: skip
TROUBLES = (
    "注塑件飞边多，不良率8%，想降到3%，返工的人比干活的还多",
    "电机装配返工多，一次合格率只有85%，想请人来厂里看看",
    "客户投诉多，交期老是拖，现场很乱",
    "The scrap rate is 9 % and we rework half of it; we want SPC",
    "想学六西格玛和QC小组，不知道从哪里开始",
)
OFFERS = (
    "用六西格玛帮注塑厂降不良率，先诊断再带项目",
    "教QC小组和标准作业，厨电、电机装配线返工减半",
    "We teach SPC and 5S on site",
)
UNITS = (
    "绍兴新光袜业有限公司", "杭州云栖轴承厂", "宁波北仑模具有限公司", "温州鹿城鞋业", "嘉兴海宁皮革制品厂",
    "台州黄岩塑料厂",
)  # fmt: skip
CODES = ("91330600MA2BC0TX1Q", "913306007477XXXX5P", "abc", "跳过")
NUMBERS = ("9 8 10", "8.1 7.9 8.3", "3", "5", "6.5%", "12", "95", "97%", "0.8", "约5")
DAYS = ("今天", "昨天", "前天", "明天", "2026-12-10", "12月20日", "today", "周三")
NOTES = (
    "今天上午去厂里做质量诊断，3个小时，8个人",
    "昨天培训SPC半天12人",
    "现场看了两条线",
    "visited the plant for 2 hours, 6 people",
)
SHY = (  # words of buttons that people press seldom
    "放弃", "稍后", "撤", "退", "离开", "注销", "删",
    "Cancel", "Later", "Leave", "Withdraw", "Drop", "Discard", "Forget",
)  # fmt: skip
LAST_BUTTONS, OLD_BUTTONS = 3, 25


class Talker:
    """The wits of everybody in one life; each token it types is typed once in that life."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.tokens: dict[str, int] = {}

    def token(self, number: int) -> str:
        """A word like no other, so that it can be found wherever it goes."""
        letters, n = "", len(self.tokens)
        for _ in range(4):
            n, rest = divmod(n, 26)
            letters += chr(97 + rest)
        word = f"qz{letters}z"
        self.tokens[word] = number
        return word

    def next(self, who: Resident, phone: Phone, question: Question | None) -> Act:
        """Something this person might do now."""
        roll = self.chance.random()
        if not phone.messages:
            return _say("/start")
        if roll < 0.05:
            return self._odd(phone)
        if roll < 0.09:
            return self._tap(phone, OLD_BUTTONS) or _say("/help")
        if roll < 0.12:
            return _say(self.chance.choice(SILLY))
        if roll < 0.15:
            return _say(self.chance.choice(HOSTILE))
        if question is not None and roll < 0.93:
            return self._answer(who, phone, question)
        if question is None and roll < 0.72:
            return self._tap(phone, LAST_BUTTONS) or _say(self.chance.choice(who.commands))
        if question is None and roll < 0.75:
            return _say(f"{self.chance.choice(TROUBLES)} {self.token(who.number)}")
        return _say(self.chance.choice(who.commands if roll < 0.96 else EVERYBODY))

    def _tap(self, phone: Phone, among: int) -> Act | None:
        """A button of one of the newest messages that have any, seldom one that throws something away."""
        carriers = [message for message in phone.messages if message.from_bot and message.inline][-among:]
        if not carriers:
            return None
        message = carriers[-1] if among == LAST_BUTTONS and self.chance.random() < 0.8 else self.chance.choice(carriers)
        places = [(r, c) for r, row in enumerate(message.inline) for c, _ in enumerate(row)]
        labels = [message.inline[r][c]["text"] for r, c in places]
        weights = [1 if any(word in label for word in SHY) else 10 for label in labels]
        n = self.chance.choices(range(len(places)), weights)[0]
        place, label = places[n], labels[n]
        twice = self.chance.random() < 0.05

        def act(phone: Phone) -> None:
            phone.tap(message.id, place)
            if twice:
                phone.tap(message.id, place)

        shown = f"[{label}]{' twice' if twice else ''}{'' if message is carriers[-1] else ' of an older message'}"
        return Act(shown, act, tap=True)

    def _answer(self, who: Resident, phone: Phone, question: Question) -> Act:
        if question.step is None or (question.labels and self.chance.random() < 0.6):
            return self._tap(phone, 1) or _say("1")
        step = question.step
        if step.optional and self.chance.random() < 0.3:
            return self._tap(phone, 1) or _say("/skip")
        if isinstance(step, Contact):
            own = self.chance.random() < 0.8
            return Act("shares a contact", lambda phone: phone.share_contact(own))
        if isinstance(step, File):
            return self._file()
        return _say(self._words(who, question, step))

    def _words(self, who: Resident, question: Question, step: Step) -> str:
        chance = self.chance
        if isinstance(step, Many) and question.labels:
            return "、".join(chance.sample(question.labels, min(len(question.labels), chance.randint(1, 3))))
        if isinstance(step, Choice | Confirm) and question.labels:
            return chance.choice([*question.labels, "1", "2"])
        if isinstance(step, Day):
            return chance.choice(DAYS)
        if isinstance(step, Number):
            return str(chance.randint(1, 9))
        if type(step).__name__ in ("Figures", "FirstFigure", "Hours"):
            return chance.choice(NUMBERS)
        known = {
            ("register", "name"): UNITS, ("register", "code"): CODES, ("change_unit", "name"): UNITS,
            ("change_unit", "code"): CODES, ("register", "place"): ("绍兴", "杭州 西湖", "宁波慈溪", "江苏苏州"),
            ("register", "industry"): ("塑料", "C29", "纺织", "电机"),
        }  # fmt: skip
        if options := known.get((question.form, question.name)):
            return chance.choice(options)
        if question.name in ("person_name", "name", "responsible"):
            return who.name
        if question.name == "team":
            return "赵强、孙丽"
        texts = OFFERS if question.form == "post_offer" else NOTES if "session" in question.form else TROUBLES
        return f"{chance.choice(texts)} {self.token(who.number)}"

    def _odd(self, phone: Phone) -> Act:
        own = [message for message in phone.messages if not message.from_bot and "text" in message.content]
        acts = [
            Act("sends a sticker", lambda phone: phone.send_sticker()),
            Act("sends a voice", lambda phone: phone.send_voice()),
            Act("sends a place", lambda phone: phone.send_location()),
            Act("presses a made-up button", _forge, tap=True),
            self._file(),
        ]
        if own:
            acts += [self._edits(self.chance.choice(own[-5:]))]
        return self.chance.choice(acts)

    def _edits(self, message: Message) -> Act:
        words = f"{message.text[:100]} 改"
        return Act("edits an older message", lambda phone: phone.edit(message.id, words))

    def _file(self) -> Act:
        name = self.chance.choice(("证书.pdf", "photo", "virus.exe", "../x.pdf"))
        if name == "photo":
            return Act("sends a photo", lambda phone: phone.send_photo(PIXEL))
        return Act(f"sends {name}", lambda phone: phone.send_document(name, PDF, mime="application/pdf"))


def _forge(phone: Phone) -> str:
    return phone.press(phone.messages[-1].id, "abcdefghijkl.0")


def _say(text: str) -> Act:
    shown = text if len(text) < 80 else f"{text[:60]}… ({len(text)} characters)"

    def act(phone: Phone) -> Any:
        try:
            return phone.say(text)
        except ValueError:  # a phone does not send blanks
            return phone.say("?")

    return Act(repr(shown), act, typed=text)
