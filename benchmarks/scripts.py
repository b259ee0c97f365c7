"""What the people of the benchmarks do: `/need` with its corrections, typed or tapped, and words for an echo."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from benchmarks import town
from benchmarks.load import Script, Tap, Walker

Scripted = Callable[[int], Script]
BEGUN = 3  # updates until the first question of a form is asked
WHERE = ("注塑件", "压铸件", "冲压件", "焊接件", "装配线上")
WHAT = ("返工多，客户投诉也多", "客户老退货，返工的人手不够", "投诉多，换型又慢")


def trouble(n: int) -> str:
    """Everybody has a trouble of their own, so that nothing is remembered from anybody else's."""
    return f"{WHERE[n % 5]}不良率{4 + n % 93 / 10}%，想降到{1 + n % 17 / 10}%，{WHAT[n % 3]}，想请人来厂里看看，{n}号线"


def typed(n: int) -> Script:
    """Eight updates from the command on: a need is told in one sentence, and two of the guesses are put right."""
    return [
        ("/need", "哪里不顺"),
        (trouble(n), "我理解为"),
        ("改一下", "改哪一项"),
        ("领域", "属于哪个领域"),
        ("质量管理", "我理解为"),
        ("改一下", "改哪一项"),
        ("希望的方式", "希望怎么帮"),
        ("质量诊断", "我理解为"),
    ]


def tapped(n: int) -> Script:
    """The same with buttons: each tap is answered in the message it was made on, and its clock is stopped."""
    return [
        ("/need", "哪里不顺"),
        (trouble(n), "我理解为"),
        (Tap("改一下"), "改哪一项"),
        (Tap("领域"), "属于哪个领域"),
        (Tap("选好了"), "我理解为"),
        (Tap("改一下"), "改哪一项"),
        (Tap("希望的方式"), "希望怎么帮"),
        (Tap("选好了"), "我理解为"),
    ]


def echoed(n: int) -> Script:
    """As many updates as the form has, each with words of its own."""
    texts = [f"{trouble(n)} {k}" for k in range(len(typed(n)))]
    return [(text, text) for text in texts]


def people(scripted: Scripted, chats: Iterable[int]) -> list[Walker]:
    """Somebody with a script in each of these chats."""
    return [Walker(chat, scripted(chat - town.FIRST_CHAT)) for chat in chats]
