"""Bots as processes of their own: started on their own core, watched from outside, ended however the benchmark ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.frame import pin
from benchmarks.stub import TOKEN, Stub
from tests.databases import dies_with_us

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
TICK = os.sysconf("SC_CLK_TCK")
OURS = (sys.executable, "-m", "bot", "run")
ECHO = (sys.executable, "-m", "benchmarks.echo")
AIOGRAM = ROOT / "var" / "aiogram"


class Process:
    """A bot that runs."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], kept: Sequence[int]) -> None:
        self.began = time.perf_counter()
        self.child = subprocess.Popen([*dies_with_us(), *command], cwd=ROOT, env=environment, start_new_session=True)
        pin(*kept, process=self.child.pid)

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far, all threads, children that ended left out."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    @property
    def rss(self) -> float:
        """Memory in MB."""
        lines = Path(f"/proc/{self.child.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    async def end(self) -> None:
        """Ask to stop, then make it stop."""
        self.child.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(self.child.wait, 15)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


@asynccontextmanager
async def running(stub: Stub, command: Sequence[str], *kept: int, **more: str) -> AsyncIterator[Process]:
    """A bot against the stub, from its first getUpdates (a webhook bot: at once) to the end."""
    settings = {"BOT_TOKEN": TOKEN, "BOT_API_URL": stub.url, "LOG_LEVEL": "warning", "BOT_MODE": "polling", **more}
    settings["PYTHONDONTWRITEBYTECODE"] = ""  # what is compiled stays compiled, as where a bot is installed
    stub.clear()
    process = Process(command, {**os.environ, **settings}, kept)
    try:
        until = time.monotonic() + PATIENCE
        while settings["BOT_MODE"] == "polling" and not stub.first_poll.is_set():
            assert process.child.poll() is None, f"{command[-1]} ended before it began"
            assert time.monotonic() < until, f"{command[-1]} did not begin to poll"
            await asyncio.sleep(0.001)
        yield process
    finally:
        await process.end()


def aiogram() -> tuple[str, ...] | None:
    """How to start aiogram's echo bot, in a virtual environment made on first use; None where it cannot be had."""
    python = AIOGRAM / "bin" / "python"
    if not (AIOGRAM / "ready").exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(AIOGRAM)], capture_output=True)
        install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "aiogram>=3,<4"]
        if made.returncode or subprocess.run(install, capture_output=True).returncode:
            return None
        (AIOGRAM / "ready").touch()
    return str(python), str(ROOT / "benchmarks" / "echo_aiogram.py")
