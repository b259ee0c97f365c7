"""The house rules a machine can check, each a few lines over the syntax trees; what is allowed stands in the tables."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PRODUCT = ("bot", "handlers", "models", "messages")
OURS = (*PRODUCT, "tests", "benchmarks")

# Room or file → what of ours it may import. The longest match counts.
MAY_IMPORT = {
    "models/": {"models"},
    "messages/": set(),
    "handlers/": {"handlers", "bot.engine", "models"},
    "bot/engine/": {"bot.engine", "models.base", "models.system"},
    "bot/channels/": {"bot.channels", "bot.engine", "models.system"},
    "bot/sandbox/": {"bot.sandbox"},
    "bot/charts.py": set(),
    "bot/": set(PRODUCT),
    "tests/": set(OURS),
    "benchmarks/": set(OURS),
}
MAY_SPEAK_TELEGRAM = ("bot/channels/telegram*", "tests/*", "benchmarks/echo.py")
MAY_COMMIT = ("bot/engine/database.py",)
MAY_READ_THE_TIME = ("models/system/clock.py", "bot/sandbox/*", "benchmarks/*")
ASKS_THE_TIME = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time_ns", "func.now")
# These read Chinese that people typed; they say nothing.
MAY_HOLD_CHINESE = (
    "models/vocabulary/*",
    "models/exchange/understanding*",
    "models/incubation/readings*",
    "models/incubation/session_notes*",
    "models/oversight/holiday_notices*",
    "models/registration/roster*",
    "models/registration/short_names*",
    "models/system/typed*",
)
GENERATED = ("bot/migrations/versions/*",)
LONGEST_FILE, LONGEST_FUNCTION, LARGEST_ENGINE = 400, 60, 1600  # lines
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers"}
NOT_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}

Functions = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | Functions


def files(*rooms: str) -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for room in rooms for path in (ROOT / room).rglob("*.py"))


@cache
def source(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


@cache
def nodes(file: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(source(file))))


def among(file: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(file, pattern) for pattern in patterns)


def imports(file: str) -> Iterator[str]:
    """Name everything a file imports, relative imports made absolute, as `package.module.name`."""
    for node in nodes(file):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = Path(file).parts[: -node.level] if node.level else ()
            yield from (".".join((*above, *filter(None, [node.module]), alias.name)) for alias in node.names)


def docstrings(file: str) -> list[ast.Constant]:
    """Give the docstrings of a file, which are free to say anything in any language."""
    bodies = [node.body for node in nodes(file) if isinstance(node, Documented) and ast.get_docstring(node) is not None]
    return [
        body[0].value for body in bodies if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    ]


def strings(file: str) -> list[ast.Constant]:
    """Give the string literals of a file, parts of f-strings included, docstrings not."""
    free = {id(docstring) for docstring in docstrings(file)}
    literals = [node for node in nodes(file) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [literal for literal in literals if id(literal) not in free]


def code_lines(file: str) -> int:
    """Count the lines that hold code: not blank, not only a comment, not a docstring."""
    tokens = tokenize.generate_tokens(io.StringIO(source(file)).readline)
    used = {line for t in tokens if t.type not in NOT_CODE for line in range(t.start[0], t.end[0] + 1)}
    return len(used - {line for d in docstrings(file) for line in range(d.lineno, (d.end_lineno or d.lineno) + 1)})


def test_a_room_imports_only_what_it_may_know() -> None:
    wrong = []
    for file in files(*OURS):
        allowed = MAY_IMPORT[max((room for room in MAY_IMPORT if file.startswith(room)), key=len)]
        ours = [name for name in imports(file) if name.split(".")[0] in OURS]
        wrong += [(file, name) for name in ours if not any(f"{name}.".startswith(f"{room}.") for room in allowed)]
    assert wrong == []


def test_only_its_channel_speaks_telegram() -> None:
    speaking = {file for file in files(*OURS) for name in imports(file) if name.split(".")[0] == "telegram"}
    assert [file for file in sorted(speaking) if not among(file, MAY_SPEAK_TELEGRAM)] == []


def test_one_file_commits() -> None:
    committing = {
        file
        for file in files(*PRODUCT)
        for node in nodes(file)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    }
    assert [file for file in sorted(committing) if not among(file, MAY_COMMIT)] == []


def test_no_sentence_in_models_or_handlers() -> None:
    speaking = [file for file in files("models", "handlers") if not among(file, MAY_HOLD_CHINESE)]
    texts = [(file, text.lineno, str(text.value)) for file in speaking for text in strings(file)]
    assert [text for text in texts if re.search(r"[\u3400-\u9fff]", text[2])] == []


def test_handlers_leave_the_database_to_the_models() -> None:
    named = {(file, name) for file in files("handlers") for name in imports(file) if name.startswith("sqlalchemy")}
    assert {one for one in named if one[1] != "sqlalchemy.orm.Session"} == set()


def test_messages_hold_no_logic() -> None:
    assert files("messages") == []


def test_no_file_is_too_long() -> None:
    lengths = {file: source(file).count("\n") for file in files(*OURS)}
    assert {file: length for file, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    own = [file for file in files(*OURS) if not among(file, GENERATED)]
    functions = [(file, node) for file in own for node in nodes(file) if isinstance(node, Functions)]
    lengths = {(file, node.name): (node.end_lineno or 0) - node.lineno + 1 for file, node in functions}
    assert {where: length for where, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_the_engine_stays_small() -> None:
    assert sum(map(code_lines, files("bot/engine"))) <= LARGEST_ENGINE


def test_only_the_clock_is_asked_for_the_time() -> None:
    wrong = []
    for file in files(*OURS):
        asked = [ast.unparse(node) for node in nodes(file) if isinstance(node, ast.Attribute)] + list(imports(file))
        wrong += [(file, name) for name in asked if any(f".{name}".endswith(f".{ask}") for ask in ASKS_THE_TIME)]
    assert [(file, name) for file, name in wrong if not among(file, MAY_READ_THE_TIME)] == []


def test_names_say_what_a_thing_is() -> None:
    named = [(file, Path(file).stem) for file in files(*OURS)]
    named += [(file, n.name) for file in files(*OURS) for n in nodes(file) if isinstance(n, ast.ClassDef | Functions)]
    words = {(file, name): re.findall(r"[A-Z]?[a-z]+", name) for file, name in named}
    assert [where for where, parts in words.items() if EMPTY_NAMES & {part.lower() for part in parts}] == []


def test_every_module_opens_by_saying_what_it_is() -> None:
    trees = {file: nodes(file)[0] for file in files(*OURS) if source(file).strip()}
    assert [file for file, tree in trees.items() if isinstance(tree, ast.Module) and not ast.get_docstring(tree)] == []


def test_no_test_is_left_out() -> None:
    marks = [
        (file, ast.unparse(node)) for file in files("tests") for node in nodes(file) if isinstance(node, ast.Attribute)
    ]
    assert [mark for mark in marks if re.search(r"pytest\.(mark\.)?(skip|xfail|importorskip)", mark[1])] == []


def test_nothing_is_put_off() -> None:
    put_off = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [file for file in files(*PRODUCT, "benchmarks") if put_off.search(source(file))] == []
