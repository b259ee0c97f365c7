"""Bad input: whatever is typed or sent, it is kept whole or refused with a sentence, and shown as it was typed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.markup import split, units
from bot.commands.match import LARGEST as LARGEST_BOOK
from bot.commands.match import match_sheets
from bot.engine.events import clean
from bot.engine.forms import LARGEST
from bot.sandbox.entities import parse_html
from bot.sandbox.people import Phone
from models.exchange.needs import Need
from models.incubation.readings import read
from models.system.dialogs import Dialog
from tests.engine.lab import lab as lab
from tests.exchange.people import ASSOCIATION, CITY, FACTORY, MENTOR, factory, mentor, need, offer, offices, small_world
from tests.talk import Human, World

LONGEST = 4096  # UTF-16 units, as Telegram counts them
BEGINNING = "注塑件缩水，不良率8%，想降到2%。"


def long_trouble(filling: str) -> str:
    """A trouble of exactly as many units as fit into one message."""
    room = LONGEST - units(BEGINNING)
    text = BEGINNING + filling * (room // units(filling))
    return text + "完" * (LONGEST - units(text))


@pytest.mark.fault(26)
@pytest.mark.parametrize("filling", ["返工多", "返工😀", "👨\u200d🔧修不好"], ids=["Chinese", "emoji", "joined emoji"])
async def test_the_longest_text_is_kept_whole_and_shown_in_pieces(world: World, filling: str) -> None:
    await world.run(small_world)
    text = long_trouble(filling)
    await world.human(FACTORY).talk(("/need", "哪里不顺"))
    await world.human(FACTORY).talk((text, "我理解为", "8% → 2%"), ("[对，继续]", "请过目"), ("[提交]", "已提交"))
    assert (await world.run(lambda session: session.scalars(select(Need)).one())).trouble == text
    officer = world.human(ASSOCIATION)
    await officer.talk(("/queue", "注塑件缩水"), ("[看第1条]", "?看全文"))
    before = len(officer.phone.messages)
    await officer.do("[看全文]")
    pieces = [message.text for message in officer.phone.messages[before:]]
    assert all(units(piece) <= LONGEST for piece in pieces)
    assert text in "".join(pieces).replace("\n", "").removeprefix("…")
    refused_nothing(world)


def refused_nothing(world: World) -> None:
    """The Bot API has taken every call."""
    assert [call for call in world.sandbox.world.calls if call["error"]] == []


NASTY = ["<b>&</code>", "*_[x](tg://user?id=1)`", "&lt;i&gt; <a href='x'>", "{{ 7*7 }}{% raw %}", "%s{0}{name}\\"]


@pytest.mark.fault(27)
@pytest.mark.parametrize("name", NASTY)
async def test_markup_in_names_is_shown_as_it_was_typed(world: World, name: str) -> None:
    def arrange(session: Session) -> None:
        posted = need(
            session, factory(session, FACTORY, f"甲{name}厂", contact=f"王{name}"), f"注塑件不良率高{name}返工多"
        )
        posted.methods = []
        offer(session, mentor(session, MENTOR, f"乙{name}塑业", contact=f"李{name}"), f"用六西格玛降注塑不良率{name}")
        offices(session)

    await world.run(arrange)
    await world.human(FACTORY).talk(
        ("/me", f"甲{name}厂"),
        ("/mydata", f"王{name}"),
        ("/needs", f"注塑件不良率高{name}"),
        ("/find 注塑", f"乙{name[:6]}"),
        (f"/{name}", "没有 /"),
        (f"机器坏了{name}，天天停机", f"{name}"),
    )
    await world.human(MENTOR).talk(("/team", f"李{name}"), ("/offers", f"用六西格玛降注塑不良率{name}"))
    await world.human(CITY).talk((f"/find {name}",), ("/match", f"甲{name[:6]}"))
    refused_nothing(world)


@pytest.mark.fault(26, 27)
@given(
    st.lists(st.sampled_from([*NASTY, "&amp;", "😀", "返工", "\n", "<", ">", '"', "'"]), max_size=30),
    st.integers(8, 40),
)
def test_any_mixture_of_markup_is_read_by_telegram_as_it_was_typed(parts: list[str], limit: int) -> None:
    typed = "".join(parts)
    pieces = split(f"<b>{escape(typed)}</b>", limit)
    read_back = [parse_html(piece)[0] for piece in pieces]
    assert "".join(read_back).replace("\n", "").replace(" ", "") == typed.replace("\n", "").replace(" ", "")
    assert all(units(text) <= limit for text in read_back)


@pytest.mark.fault(28)
@given(st.text(st.sampled_from("好\u200b\u202e\u2066\ufeff\x00\x1b\u0301\ud800１２．５％Ａ\u3000\n\t"), max_size=60))
def test_what_cannot_be_seen_is_gone(typed: str) -> None:
    kept = clean(typed)
    assert not set(kept) & set("\u200b\u202e\u2066\ufeff\x00\x1b\ud800１２％Ａ")
    assert "\u0301" * 4 not in kept and "\n\n\n" not in kept
    kept.encode()


SEEDS = {"１２．５％": "12.5", "1e309": None, "NaN": None, "-0": None, "12,5": None, "约5": "5", "∞": None, "inf": None}


@pytest.mark.fault(30)
@pytest.mark.parametrize(("typed", "value"), SEEDS.items())
def test_a_figure_is_read_by_rule_or_asked_about(typed: str, value: str | None) -> None:
    found = read(clean(typed), "%", "过程不良率")
    assert (str(found.value) if found.value is not None else None) == value
    assert (found.question is None) == (value is not None)


@pytest.mark.fault(30)
@given(st.lists(st.sampled_from(list(SEEDS)), min_size=1, max_size=3).map("".join))
def test_no_mixture_of_odd_figures_is_no_number_or_endless(typed: str) -> None:
    found = read(clean(typed), "%", "过程不良率")
    assert found.value is None or (found.value.is_finite() and 0 <= found.value <= 100)


@pytest.fixture
async def someone(world: World, lab: None) -> Human:
    someone = world.human(1, "王工")
    await someone.talk(("/start", "?同意并开始"), ("[同意并开始]",))
    return someone


OTHER_KINDS: dict[str, Callable[[Phone], object]] = {
    "sticker": lambda phone: phone.send_sticker(),
    "voice": lambda phone: phone.send_voice(),
    "location": lambda phone: phone.send_location(),
    "poll": lambda phone: phone.send_poll("哪里不顺？"),
    "document": lambda phone: phone.send_document("a.pdf", b"%PDF"),
    "contact": lambda phone: phone.share_contact(),
}


@pytest.mark.fault(32)
@pytest.mark.parametrize("kind", OTHER_KINDS)
async def test_another_kind_is_explained_and_the_question_stays(someone: Human, kind: str) -> None:
    await someone.talk(("/lab", "发生了什么"), (OTHER_KINDS[kind], "请用文字", "发生了什么"), ("机器坏了", "什么颜色"))


@pytest.mark.fault(32)
async def test_a_forwarded_message_is_no_answer(someone: Human, world: World) -> None:
    await someone.talk(
        ("/lab", "发生了什么"),
        (lambda phone: phone.forward("别人的机器坏了"), "转发来的消息不算回答", "请复制文字", "发生了什么"),
        ("我的机器坏了", "什么颜色"),
        (lambda phone: phone.forward("/cancel"), "转发来的消息不算回答", "什么颜色"),
    )
    dialog = await world.run(lambda session: session.scalars(select(Dialog)).one())
    assert dialog.answers == {"story": "我的机器坏了"}


async def test_a_forwarded_trouble_is_taken_up_where_no_form_is_open(world: World) -> None:
    await world.run(small_world)
    await world.human(FACTORY).talk(
        (lambda phone: phone.forward("注塑件不良率高，返工多"), "注塑件不良率高，返工多", "!转发"),
        (lambda phone: phone.forward("/forget"), "!注销"),
    )


@pytest.mark.fault(33)
@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("证书.pdf", LARGEST + 1, "超过 20 MB"),
        ("证书.exe", 10, "收不了"),
        ("证书.pdf.exe", 10, "收不了"),
        ("表.xlsm", 10, "收不了"),
        ("../../etc/passwd", 10, "收不了"),
    ],
)
async def test_a_file_too_large_or_of_another_kind_is_refused(someone: Human, name: str, size: int, said: str) -> None:
    await to_the_proof(someone)
    await someone.talk((lambda phone: phone.send_document(name, bytes(size)), said, "有照片吗"))


async def to_the_proof(someone: Human) -> None:
    await someone.talk(("/lab 机器坏了",), ("红",), ("锯子",), ("1",), ("今天", "有照片吗"))


@pytest.mark.fault(33)
async def test_a_name_that_climbs_out_of_its_folder_is_only_a_name(someone: Human, world: World) -> None:
    await to_the_proof(someone)
    await someone.talk((lambda phone: phone.send_document("../../x\u202e.pdf", b"MZ"), "电话"))
    asked = [call["method"] for call in world.sandbox.world.calls]
    assert "getFile" not in asked, "a file is passed on by its reference and never opened"


def zipped(files: dict[str, bytes], into: bytes = b"") -> bytes:
    """An archive of these files, or one with these files added."""
    stream = io.BytesIO(into)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def bomb() -> bytes:
    """A workbook that could be read, and that unpacks without end."""
    book, stream = Workbook(), io.BytesIO()
    book.worksheets[0].title = "入孵"
    book.create_sheet("孵化")
    for sheet, heads in zip(book.worksheets, (["编号", "需求"], ["序号", "孵化内容"]), strict=True):
        sheet.append(heads)
        sheet.append(["1", "注塑件不良率高，返工多"])
    book.save(stream)
    return zipped({"xl/media/image1.png": bytes(LARGEST_BOOK)}, into=stream.getvalue())


BROKEN_BOOKS: dict[str, Callable[[], bytes]] = {
    "program.xlsx": lambda: b"MZ\x90\x00" + bytes(100),
    "empty.xlsx": lambda: b"",
    "other.xlsx": lambda: zipped({"hello.txt": b"hello"}),
    "torn.xlsx": lambda: zipped({"[Content_Types].xml": b"<x"}),
    "bomb.xlsx": bomb,
}


@pytest.mark.fault(33)
@pytest.mark.parametrize("name", BROKEN_BOOKS)
def test_what_is_no_workbook_is_told(tmp_path: Path, name: str) -> None:
    book = tmp_path / name
    book.write_bytes(BROKEN_BOOKS[name]())
    for language, words in (("zh", "不是能用的 Excel"), ("en", "no usable Excel")):
        out, err = io.StringIO(), io.StringIO()
        assert not match_sheets(book, out, err, lang=language)
        assert words in err.getvalue() and out.getvalue() == ""


@pytest.mark.fault(29)
@pytest.mark.fault(34)
def test_ten_thousand_rows_with_three_bad_ones(tmp_path: Path) -> None:
    """The bad ones are told by their row and left out; what looks like a formula comes out as words."""
    book = Workbook(write_only=True)
    needs, offers = book.create_sheet("入孵"), book.create_sheet("孵化")
    needs.append(["编号", "需求"])
    needs.append(["+1", "注塑件不良率高，返工多"])
    offers.append(["序号", "孵化内容", "名额"])
    for row in range(2, 10_002):
        name = {2: "@SUM(A1)", 3: "-2+3"}.get(row, f"乙{row}")
        text = "用六西格玛降注塑不良率" if row < 4 else f"第{row % 89}种做法"
        offers.append([name, text, "many" if row in (4, 5000, 9999) else 3])
    book.save(tmp_path / "pool.xlsx")
    out, err = io.StringIO(), io.StringIO()
    assert match_sheets(tmp_path / "pool.xlsx", out, err)
    assert [line.split("：")[0] for line in err.getvalue().splitlines()] == [
        f"孵化 第 {row} 行已跳过" for row in (4, 5000, 9999)
    ]
    _, *found = [line.split("\t") for line in out.getvalue().splitlines()]
    assert {cell for line in found for cell in line if cell[:1] in tuple("=+-@")} == set()
    assert found[0][0] == "'+1" and {line[2] for line in found[:2]} == {"'@SUM(A1)", "'-2+3"}
