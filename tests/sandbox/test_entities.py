"""Telegram's HTML: what is understood, and in which words the rest is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import MarkupError, parse_html, utf16_length
from bot.sandbox.formatting import finish, to_html

UNDERSTOOD = [
    ("<b>粗</b>体", "粗体", [("bold", 0, 1)]),
    ("😀<i>斜</i>", "😀斜", [("italic", 2, 1)]),
    ("<strong>a</strong><em>b</em><u>c</u><del>d</del>", "abcd", ["bold", "italic", "underline", "strikethrough"]),
    ("<b>外<i>内</i></b>", "外内", [("bold", 0, 2), ("italic", 1, 1)]),
    ("&lt;b&gt; &amp; &quot;x&quot; &#20320;&#x597D; &nbsp;", '<b> & "x" 你好 &nbsp;', []),
    ("<blockquote>引</blockquote>", "引", [("blockquote", 0, 1)]),
    ("<blockquote expandable>长</blockquote>", "长", [("expandable_blockquote", 0, 1)]),
    ('<span class="tg-spoiler">密</span>', "密", [("spoiler", 0, 1)]),
    ("<tg-spoiler>密</tg-spoiler>", "密", [("spoiler", 0, 1)]),
    ('<pre><code class="language-py">x=1</code></pre>', "x=1", [("pre", 0, 3)]),
    ("<b></b>空", "空", []),
    ("<B>大写</B>", "大写", [("bold", 0, 2)]),
    ("<b>短</>", "短", [("bold", 0, 1)]),
]

REFUSED = [
    ("<b>开", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b>错</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
    ("多</b>", "Unexpected end tag at byte offset 3"),
    ("<h1>题</h1>", 'Unsupported start tag "h1" at byte offset 0'),
    ("缸 < 5", 'Unsupported start tag "" at byte offset 4'),
    ("<b", "Unclosed start tag at byte offset 0"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
    ("<a href=a!b>x</a>", "Unexpected end of name token at byte offset 8"),
    ('<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<b>&#xD800;</b>", "Text contains invalid Unicode characters after decoding HTML entities"),
]


@pytest.mark.parametrize(("source", "text", "entities"), UNDERSTOOD)
def test_markup_becomes_text_and_entities(source: str, text: str, entities: list[object]) -> None:
    plain, found = parse_html(source)
    assert plain == text
    shapes = [(e["type"], e["offset"], e["length"]) for e in found]
    assert entities in (shapes, [shape[0] for shape in shapes])


@pytest.mark.parametrize(("source", "words"), REFUSED)
def test_bad_markup_is_refused_in_telegrams_words(source: str, words: str) -> None:
    with pytest.raises(MarkupError) as refusal:
        parse_html(source)
    assert str(refusal.value).startswith(words)


def test_a_link_keeps_its_address_and_an_impossible_one_is_dropped() -> None:
    _, found = parse_html('<a href="https://x.cn/?a=1&amp;b=2">甲</a><a href="javascript:alert(1)">乙</a>')
    assert found == [{"type": "text_link", "offset": 0, "length": 1, "url": "https://x.cn/?a=1&b=2"}]


def test_a_code_block_keeps_its_language() -> None:
    _, found = parse_html('<pre><code class="language-py">x</code></pre>')
    assert found == [{"type": "pre", "offset": 0, "length": 1, "language": "py"}]


def test_outer_blanks_go_and_entities_move_with_the_text() -> None:
    text, found = finish(*parse_html("\n  <b> 首 </b>尾  \n"))
    assert (text, found) == ("首 尾", [{"type": "bold", "offset": 0, "length": 2}])


def test_commands_and_addresses_are_found_outside_code() -> None:
    text, found = finish(*parse_html("😀 /help 见 https://x.cn/a <code>/need</code>"))
    assert [(e["type"], e["offset"], e["length"]) for e in found] == [
        ("bot_command", 3, 5),
        ("url", 11, 14),
        ("code", 26, 5),
    ]
    assert text.endswith("/need")


def test_units_are_counted_as_telegram_does() -> None:
    assert utf16_length("a中😀") == 4


@given(st.text(alphabet="ab<>&;/中😀 =\"'", max_size=40))
def test_any_source_is_understood_or_refused(source: str) -> None:
    try:
        text, found = parse_html(source)
    except MarkupError:
        return
    assert all(e["length"] > 0 and e["offset"] + e["length"] <= utf16_length(text) for e in found)


@given(
    st.lists(st.sampled_from(["b", "i", "u", "s", "code", "blockquote"]), max_size=4), st.text("x<&>中😀", min_size=1)
)
def test_entities_written_back_are_read_the_same(tags: list[str], words: str) -> None:
    inner = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    source = "".join(f"<{tag}>" for tag in tags) + inner + "".join(f"</{tag}>" for tag in reversed(tags))
    text, entities = parse_html(source)
    again_text, again = parse_html(to_html(text, entities))
    assert again_text == words
    assert {e["type"] for e in again} == {e["type"] for e in entities}
