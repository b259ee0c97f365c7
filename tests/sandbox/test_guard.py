"""Safety: this machine only, no real token, nobody else's page at the controls."""

import httpx
import pytest

from bot.sandbox import SANDBOX_TOKEN, Sandbox, Unsafe, World, serve
from bot.sandbox.guard import check_start

REAL_LOOKING = "123456789:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"[:34] + "x"


@pytest.mark.fault(49)
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "localhost", ""])
def test_it_listens_on_this_machine_only(host: str) -> None:
    with pytest.raises(Unsafe, match=r"127\.0\.0\.1 only"):
        serve(host=host)


@pytest.mark.fault(49)
def test_it_refuses_what_looks_like_a_real_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unsafe, match="looks real"):
        check_start("127.0.0.1", REAL_LOOKING, {})
    with pytest.raises(Unsafe, match="BOT_TOKEN holds"):
        check_start("127.0.0.1", SANDBOX_TOKEN, {"BOT_TOKEN": REAL_LOOKING})
    with pytest.raises(Unsafe, match="a number, a colon and a word"):
        check_start("127.0.0.1", "word", {})
    check_start("127.0.0.1", SANDBOX_TOKEN, {"BOT_TOKEN": SANDBOX_TOKEN})
    monkeypatch.setenv("BOT_TOKEN", REAL_LOOKING)
    with pytest.raises(Unsafe):
        Sandbox(World())


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "null"},
    {"Host": "evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_other_sites_are_kept_out(sandbox: Sandbox, http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    sandbox.world.person(7)
    answers = [
        await http.post("/sandbox/reset", headers=headers),
        await http.get("/sandbox/state", headers=headers),
        await http.get("/", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert list(sandbox.world.people) == [7]


async def test_the_own_page_is_let_in(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    answer = await http.post("/sandbox/people", headers={"Origin": sandbox.url}, json={"id": 7, "name": "王"})
    assert answer.status_code == 200
    page = await http.get("/")
    assert "default-src 'self'" in page.headers["content-security-policy"]
