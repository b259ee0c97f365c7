"""The catalogue of faults: what may go wrong, by number. A test says which it proves: `@pytest.mark.fault(13)`.

`python -m tests.faults` lists every number with its tests.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parents[1]
FAULTS = {
    1: "the same update delivered three times",
    2: "updates out of order",
    3: "killed between an update and its effect",
    4: "killed after Telegram took a letter, before it is marked",
    5: "killed in the middle of a file",
    6: "two processes on one database",
    7: "the database gone for a while",
    8: "the database locked",
    9: "the disk full",
    10: "asked to stop with updates in work",
    11: "the clock jumps forward and back",
    12: "down while a digest falls due",
    13: "one chat told to wait",
    14: "every chat told to wait",
    15: "the bot blocked by a person",
    16: "an account deleted, a chat unknown",
    17: "message is not modified",
    18: "message to edit not found",
    19: "can't parse entities",
    20: "a chat that moved",
    21: "5xx, time-outs and resets in the middle of a send",
    22: "a server without a method",
    23: "the command menu fails at the start",
    24: "a webhook call without the secret",
    25: "a webhook call too large, broken or of an unknown kind",
    26: "the longest text, to the last UTF-16 unit",
    27: "markup in names",
    28: "invisible, turning and combining signs",
    29: "formulas in fields",
    30: "figures that are none",
    31: "credit codes that are wrong",
    32: "an answer of another kind, edited or forwarded",
    33: "files too large, of another kind, or made to harm",
    34: "ten thousand rows with three bad ones",
    35: "the contact card of somebody else",
    36: "buttons forged, replayed or another's",
    37: "numbers and links guessed",
    38: "a former mentor comes back",
    39: "an officer of another city",
    40: "a role lost in the middle of a form",
    41: "two hundred messages in ten seconds",
    42: "two devices confirm within a moment",
    43: "two take the last place at once",
    44: "commands in disguise",
    45: "nothing personal before consent",
    46: "somebody leaves and nothing of them stays",
    47: "one's own data, complete",
    48: "nothing personal and no secret in logs",
    49: "the sandbox near a real token or on an open port",
    50: "an upgrade with open forms and waiting letters",
}
# What of a number has nothing to befall yet: the assistant reads no workbook in the chat.
OUT_OF_REACH = {
    33: "a file in the chat is passed on by its reference, never opened; workbooks are opened by `match --xlsx`",
    34: "tried on `match --xlsx`, which leaves bad rows out; nothing is imported into the database",
}


def proofs() -> dict[int, list[str]]:
    """The tests that name each fault, as `file::test`."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for number in named(node):
                    found[number].append(f"{path.relative_to(TESTS.parent)}::{node.name}")
    return dict(found)


def named(test: ast.FunctionDef | ast.AsyncFunctionDef) -> list[int]:
    """The numbers that a test's marks name."""
    marks = [one for one in test.decorator_list if isinstance(one, ast.Call)]
    return [
        argument.value
        for mark in marks
        if ast.unparse(mark.func) == "pytest.mark.fault"
        for argument in mark.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int)
    ]
