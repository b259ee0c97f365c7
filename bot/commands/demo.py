"""The whole programme on one machine: a sandbox process, a bot process over a real socket, and a demo world."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Any

from bot.commands import world
from bot.commands.migrate import migrate
from bot.engine.database import Database
from bot.sandbox import SANDBOX_TOKEN
from models.system import clock

HOST = "127.0.0.1"
STOPPED = 130  # the exit code of something ended with Ctrl-C
PATIENCE = 30  # seconds


class Demo:
    """Two child processes and the files they keep in `folder`."""

    def __init__(self, *, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder
        self.url = f"http://{HOST}:{port}"
        self.database = f"sqlite:///{folder / 'demo.sqlite'}"
        self.sandbox: subprocess.Popen[bytes] | None = None
        self.bot: subprocess.Popen[bytes] | None = None
        self.resets = 0

    def start(self) -> None:
        """Start the sandbox, make the world unless it is there, and start the bot."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.sandbox = _spawn(
            "sandbox", "--port", str(self.port), "--state", str(self.folder / "sandbox.json"), env=_clean()
        )
        state = self._wait_for_sandbox()
        self.resets = int(state["resets"])
        migrate(self.database)
        self._people(seeded=self._seed(int(state["reached"])))
        self.start_bot()

    def start_bot(self) -> None:
        env = _clean() | {
            "BOT_TOKEN": SANDBOX_TOKEN,
            "BOT_API_URL": self.url,
            "DATABASE_URL": self.database,
            "BOT_MODE": "polling",
            "CLOCK_URL": f"{self.url}/sandbox/clock",
            "LOG_LEVEL": "warning",
        }
        self.bot = _spawn("run", env=env)

    def watch(self) -> int:
        """Until a process ends or Ctrl-C; a reset on the page begins the world anew."""
        while True:
            for child in (self.sandbox, self.bot):
                if child is not None and child.poll() is not None:
                    print("The demo has stopped: a process ended by itself (its last words stand above).")
                    return 1
            try:
                resets = int(self._get("/sandbox/clock")["resets"])
            except (urllib.error.URLError, ConnectionError):
                resets = self.resets
            if resets != self.resets:
                self.resets = resets
                self._begin_anew()
            time.sleep(0.5)

    def stop(self) -> None:
        for child in (self.bot, self.sandbox):
            _end(child)

    def _begin_anew(self) -> None:
        _end(self.bot)
        for path in self.folder.glob("demo.sqlite*"):
            path.unlink()
        migrate(self.database)
        self._people(seeded=self._seed(0))
        self.start_bot()

    def _seed(self, reached: int) -> bool:
        """Make the demo world in an empty database; the clock starts on a working morning."""
        clock.shift(reached)
        database = Database(self.database)
        try:
            if database.submit(world.exists).result():
                return False
            ahead = world.to_working_hours()
            if ahead:
                self._post("/sandbox/clock", {"advance": ahead})
                self._post("/sandbox/clock/reached", {"offset": reached + ahead})
                clock.shift(reached + ahead)
            database.submit(world.seed).result()
            return True
        finally:
            database.close()

    def _people(self, *, seeded: bool) -> None:
        if seeded:
            for person in world.PEOPLE:
                self._post("/sandbox/people", person)

    def _wait_for_sandbox(self) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.sandbox is not None and self.sandbox.poll() is not None:
                raise SystemExit(f"The sandbox could not start: is port {self.port} taken? Try --port {self.port + 1}.")
            try:
                return self._get("/sandbox/clock")
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise SystemExit("The sandbox did not answer within half a minute.")

    def _get(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as response:
            answer: dict[str, Any] = json.load(response)
            return answer

    def _post(self, path: str, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=PATIENCE).close()


def demo(*, port: int, folder: Path) -> int:
    """Run until Ctrl-C and return the exit code."""
    if _taken(port):
        raise SystemExit(f"Port {port} is in use. Stop what runs there, or try: python -m bot demo --port {port + 1}")
    show = Demo(port=port, folder=folder)
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell that starts it beside itself lets it ignore Ctrl-C
        signal.signal(number, _interrupt)
    print("Starting the sandbox, the bot and the demo world…", flush=True)
    try:
        show.start()
        print(f"\n  Open {show.url}/\n\nCtrl-C stops everything; the world is kept in {folder}/.", flush=True)
        return show.watch()
    except KeyboardInterrupt:
        print("\nStopped.")
        return STOPPED
    finally:
        show.stop()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _clean() -> dict[str, str]:
    """This process's environment without the settings of a real bot."""
    ours = ("BOT_", "DATABASE_", "WEBHOOK_", "METRICS_", "CLOCK_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _spawn(*words: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "bot", *words], env=env, start_new_session=True)


def _end(child: subprocess.Popen[bytes] | None) -> None:
    if child is not None and child.poll() is None:
        child.terminate()
        try:
            child.wait(12)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
