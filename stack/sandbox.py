"""The stand-in Partner API as a piece: its database, its steps, its server."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stack.errors import StackError
from stack.piece import ROOT, Piece
from stack.web_server import HOST, answer, gunicorn


@dataclass(frozen=True)
class Sandbox:
    """One sandbox: media below `data`, rows in `database_url`, HTTP on `port`. `base`: the environment it builds on."""

    data: Path
    port: int
    database_url: str
    base: Mapping[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        """Where it answers; also the origin of its media."""
        return f"http://{HOST}:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """The whole environment of its processes."""
        return {
            **self.base,
            "PYTHONUNBUFFERED": "1",
            "SANDBOX_DATABASE_URL": self.database_url,
            "SANDBOX_DATA_DIR": str(self.data),
            "SANDBOX_PUBLIC_URL": self.url,
        }

    def preparation(self) -> list[Piece]:
        """The steps that make its tables and its world, in order. Both do nothing when that is done."""
        return [self._step("migrate", "-v0"), self._step("seed")]

    def key(self) -> str:
        """The API key of the demo partner."""
        # read in a process of its own: the supervisor imports nothing it starts
        command = [sys.executable, "-c", "from sandbox.world.keys import PARENT_KEY; print(PARENT_KEY)"]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise StackError(f"The sandbox does not tell its key: {done.stderr.strip()}")
        return done.stdout.strip()

    def card(self) -> str:
        """What a person needs to use it."""
        return f"Sandbox at {self.url}\nPage       {self.url}/_sandbox/\nKey        {self.key()}"

    def piece(self) -> Piece:
        """Its web server."""
        command = gunicorn("sandbox.wsgi", self.port)
        return Piece("sandbox", command, self.env, ready=lambda _pid: answer(self.port, "/v1/whoami") is not None)

    def _step(self, *words: str) -> Piece:
        return Piece("sandbox", [sys.executable, "-m", "sandbox", *words], self.env)
