"""Typed text in one form, finished markup in pieces, and words laid out for a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from bot.channels.markup import plain, split, units
from bot.engine.events import clean
from bot.engine.words import LANGUAGES, lay_out, say_day, speak
from models.system import clock
from models.system.typed import match, read_day

ANY_TEXT = st.text(st.characters(), max_size=300)


@pytest.mark.fault(28)
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("１２．５％", "12.5%"),
        ("返工多，（废品）！ＯＫ", "返工多，（废品）！OK"),
        ("a\u202eb\u200bc\ufeffd", "abcd"),
        ("好\x00\x1b[31m", "好[31m"),
        ("半\ud83d个", "半个"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("一\n\n\n\n\n二", "一\n\n二"),
        ("👨\u200d🔧", "👨\u200d🔧"),
        ("a" + "\u0301" * 50, "á" + "\u0301" * 3),
    ],
)
def test_clean(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(ANY_TEXT)
def test_clean_text_can_always_be_stored_and_sent(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.fault(26)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), st.integers(8, 60))
def test_pieces_keep_every_character(text: str, limit: int) -> None:
    markup = f"<b>开头</b>\n<i>{escape(text)}</i>"
    pieces = split(markup, limit)
    assert all(units(plain(piece)) <= limit for piece in pieces)
    assert all(
        piece.count("<i>") == piece.count("</i>") and piece.count("<b>") == piece.count("</b>") for piece in pieces
    )
    kept = "".join(plain(piece) for piece in pieces)
    assert kept.replace("\n", "").replace(" ", "") == plain(markup).replace("\n", "").replace(" ", "")


def test_pieces_end_at_line_ends() -> None:
    markup = "\n".join(f"第{n}行内容" for n in range(10))
    assert all(piece.endswith("内容") for piece in split(markup, 20))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2", "b"),
        ("六西格玛", "a"),
        ("六西格马", "a"),
        ("精益", "b"),
        ("5s", "c"),
        ("没有这个", None),
        ("", None),
        ("9", None),
    ],
)
def test_typed_answers_find_their_option(typed: str, found: str | None) -> None:
    assert match(typed, [("a", "六西格玛"), ("b", "精益生产"), ("c", "5S管理")]) == found


@pytest.mark.parametrize(("typed", "found"), [("3", "3"), ("6", "6"), ("12", "12"), ("半年", "6"), ("2", "6")])
def test_a_number_that_begins_a_label_means_that_one(typed: str, found: str) -> None:
    assert match(typed, [("3", "3 个月"), ("6", "6 个月（半年）"), ("12", "12 个月（一年）")]) == found


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("今天", TODAY),
        ("昨天", date(2026, 11, 22)),
        ("上周三", date(2026, 11, 18)),
        ("星期天", date(2026, 11, 29)),
        ("11月20日", date(2026, 11, 20)),
        ("11-20", date(2026, 11, 20)),
        ("2026/1/5", date(2026, 1, 5)),
        ("3-1", date(2026, 3, 1)),
        ("2月30日", None),
        ("月底", date(2026, 11, 30)),
        ("下个月底", date(2026, 12, 31)),
        ("年底", date(2026, 12, 31)),
        ("end of next month", date(2026, 12, 31)),
        ("以后", None),
    ],
)
def test_days(typed: str, day: date | None) -> None:
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "coming", "gone"),
    [
        ("1月底", date(2027, 1, 31), date(2026, 1, 31)),
        ("明年2月底", date(2027, 2, 28), date(2027, 2, 28)),
        ("2028年2月底", date(2028, 2, 29), date(2028, 2, 29)),
        ("12月底", date(2026, 12, 31), date(2026, 12, 31)),
        ("end of January", date(2027, 1, 31), date(2026, 1, 31)),
        ("2-29", None, None),
        ("11-20", date(2027, 11, 20), date(2026, 11, 20)),
    ],
)
def test_a_day_without_its_year_is_the_next_or_the_last(typed: str, coming: date | None, gone: date | None) -> None:
    assert read_day(typed, TODAY, forward=True) == coming
    assert read_day(typed, TODAY) == gone


def test_a_day_of_another_year_says_which(held: None) -> None:
    assert say_day(date(2026, 1, 5), "zh") == "1月5日（周一）"
    assert say_day(date(2027, 1, 5), "zh") == "2027年1月5日（周二）"
    assert say_day(date(2027, 1, 5), "en") == "Tue 5 Jan 2027"
    assert say_day(datetime(2026, 12, 31, 16, 30, tzinfo=UTC), "zh") == "2027年1月1日（周五）"
    assert say_day(date(2027, 1, 5), "zh", 2027) == "1月5日（周二）"


@pytest.fixture
def held() -> Iterator[None]:
    """It is the end of the year."""
    clock.hold(datetime(2026, 12, 30, 9, 0, tzinfo=clock.SHANGHAI))
    yield
    clock.hold(None)


def test_buttons_stand_two_a_row_unless_long() -> None:
    labels = ["接受", "婉拒", "请补充", "一个特别长的按钮文字", "好"]
    rows = lay_out([{"label": label} for label in labels])
    assert [[one["label"] for one in row] for row in rows] == [
        ["接受", "婉拒"],
        ["请补充"],
        ["一个特别长的按钮文字"],
        ["好"],
    ]


def test_both_languages_have_the_same_blocks_and_labels() -> None:
    zh, en = (speak(language) for language in LANGUAGES)
    assert set(zh.home) == set(en.home)
    assert set(zh.labels) == set(en.labels)
