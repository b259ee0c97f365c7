"""The sandbox's safety: this machine only, no real token, no other site's page at the controls."""

import os
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
LOCAL_NAMES = {"127.0.0.1", "localhost", "::1"}
SANDBOX_TOKEN = "1:SANDBOX"
REAL_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{35,}")


class Unsafe(ValueError):
    """The sandbox refuses to start; the text says why and what to do."""


def looks_real(token: str) -> bool:
    """Does this look like a token BotFather gave out?"""
    return bool(REAL_TOKEN.search(token))


def check_start(host: str, token: str, environment: Mapping[str, str] = os.environ) -> None:
    """Raises Unsafe unless the sandbox listens on this machine only and no real token is near."""
    if host != LOOPBACK:
        raise Unsafe(f"The sandbox listens on {LOOPBACK} only, for it has no passwords; it refuses {host!r}.")
    if looks_real(token):
        raise Unsafe(f"The sandbox refuses a token that looks real. Use its own: {SANDBOX_TOKEN}")
    if looks_real(environment.get("BOT_TOKEN", "")):
        raise Unsafe("BOT_TOKEN holds what looks like a real Telegram token. Unset it before starting the sandbox.")
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token):
        raise Unsafe(f"A sandbox token is a number, a colon and a word, as in {SANDBOX_TOKEN}.")


def is_local(headers: Mapping[str, str]) -> bool:
    """Was this asked from this machine, and if by a page, by the sandbox's own page?"""
    host = headers.get("host", "")
    origin = headers.get("origin")
    if urlsplit(f"//{host}").hostname not in LOCAL_NAMES:
        return False
    if headers.get("sec-fetch-site", "none") == "cross-site":
        return False
    return origin is None or urlsplit(origin).netloc == host
