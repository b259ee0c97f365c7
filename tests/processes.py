"""The bot as a real process of its own, to be killed, paused and asked to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox.server import Sandbox

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0  # seconds, on a busy machine


class BotProcess:
    """`python -m bot run` against a sandbox and a database; `log` holds the lines it wrote, over all its lives."""

    echo = True  # its lines, in the output of the test
    alone = False  # nobody else polls: when it has ended, so has its poll

    def __init__(self, sandbox: Sandbox, database_url: str, **settings: str) -> None:
        self.sandbox = sandbox
        self.environment = {
            **os.environ,
            "BOT_TOKEN": sandbox.token,
            "BOT_API_URL": sandbox.url,
            "DATABASE_URL": database_url,
            "BOT_MODE": "polling",
            "LOG_LEVEL": "warning",
            "PYTHONDONTWRITEBYTECODE": "",  # a process that compiles everything anew needs seconds to start
            **settings,
        }
        self.child: subprocess.Popen[bytes] | None = None
        self.log: list[str] = []

    async def start(self) -> None:
        """Start, and wait until it asks for updates."""
        command = [sys.executable, "-m", "bot", "run"]
        self.child = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=subprocess.PIPE)
        threading.Thread(target=self._listen, args=(self.child,), daemon=True).start()
        until = time.monotonic() + PATIENCE
        while not self.sandbox.world.updates.polled:
            assert self.child.poll() is None, "the bot ended before it began"
            assert time.monotonic() < until, "the bot did not begin to poll"
            await asyncio.sleep(0.01)

    def _listen(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stderr is not None
        with child.stderr as lines:
            for line in lines:
                self.log.append(line.decode(errors="replace"))
                if self.echo:
                    sys.stderr.write(self.log[-1])

    async def end(self, sign: int = signal.SIGKILL) -> int:
        """Send a signal and wait for the end; returns the exit code."""
        assert self.child is not None
        if self.child.poll() is None:
            self.child.send_signal(sign)
        code = await asyncio.to_thread(self.child.wait, PATIENCE)
        until = time.monotonic() + 1  # another process may have taken over
        await asyncio.sleep(0.02)  # its last call may still be read
        while self.sandbox.world.updates.polled and time.monotonic() < until:
            if self.alone:
                self.sandbox.world.updates.end_polling()
            await asyncio.sleep(0.01)
        return code

    def send(self, sign: int) -> None:
        """Send a signal without waiting (SIGSTOP, SIGCONT)."""
        assert self.child is not None
        self.child.send_signal(sign)


@asynccontextmanager
async def running(sandbox: Sandbox, database_url: str, **settings: str) -> AsyncIterator[BotProcess]:
    """A started bot process that is gone afterwards, whatever happens."""
    bot = BotProcess(sandbox, database_url, **settings)
    await bot.start()
    try:
        yield bot
    finally:
        if bot.child is not None and bot.child.poll() is None:
            await bot.end(signal.SIGTERM)
